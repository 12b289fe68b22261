"""Run the steps on the connection that :mod:`assistant.review.upgrade` hands over, all in its one transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True, transaction_per_migration=False)
context.run_migrations()

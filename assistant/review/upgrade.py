"""Bring the record's database to the newest numbered step, whole or not at all."""

from __future__ import annotations

from importlib import resources

from sqlalchemy import Connection, inspect, text

VERSION_TABLE = "alembic_version"


def newest() -> str:
    """The number of the newest step this program knows."""
    steps = resources.files("assistant.review.migrations") / "versions"
    return max(step.name[:4] for step in steps.iterdir() if step.name[:4].isdigit())


def version_of(connection: Connection) -> str:
    """The step the database is at; empty for a database without a record."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or "")


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the missing steps in the connection's transaction; the caller commits.

    Args:
        connection: inside a transaction in which nobody else writes.
        to: the step to go to; the newest unless a test wants an older one.
    """
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "assistant.review:migrations")
    config.set_main_option("path_separator", "os")
    command.upgrade(config, to)

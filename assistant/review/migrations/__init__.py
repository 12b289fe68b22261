"""Numbered steps of the record's database (Alembic). Append only: a step that was released is never changed."""

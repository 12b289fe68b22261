"""The JSON Schema of each exchanged object."""

from __future__ import annotations

from typing import Any


def schema_of(name: str) -> dict[str, Any]:
    """The schema of ``submission``, ``finding`` or ``draft``; KeyError for another name."""
    if name == "submission":
        from assistant.submission.schema import submission_schema

        return submission_schema()
    if name == "finding":
        from assistant.checks.finding import Finding

        return Finding.model_json_schema(mode="serialization")
    if name == "draft":
        from assistant.drafting.draft import Draft

        return Draft.model_json_schema(mode="serialization")
    raise KeyError(name)

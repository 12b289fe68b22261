"""Results as JSON: one object per input and line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from assistant.checking.result import Checked
from assistant.form.cell import plain


def as_object(result: Checked) -> dict[str, Any]:
    """One input's result. An input that could not be read has no findings and says why in ``error``."""
    found: dict[str, Any] = {
        "path": str(result.path),
        "unit": result.unit,
        "year": result.year,
        "form": result.form,
        "sections": result.sections,
        "cells": {key: {"value": plain(cell.value), "raw": cell.raw, "status": cell.status} for key, cell in result.cells.items()},
        "findings": [finding.model_dump(mode="json") for finding in result.findings],
    }
    return {**found, "error": result.error} if result.error else found


def write_json(results: Iterable[Checked]) -> str:
    """One line of JSON per input."""
    return "".join(f"{json.dumps(as_object(result), ensure_ascii=False)}\n" for result in results)

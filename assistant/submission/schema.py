"""The JSON Schema of a submission as exchanged (what :mod:`assistant.submission.json_reader` reads)."""

from __future__ import annotations

from typing import Any, get_args

from assistant.form import CellStatus, FormRegistry, default_registry
from assistant.submission.build import MAX_ITEMS, MAX_NOTES, STATUS_LABELS, aspect_labels, kind_labels
from assistant.submission.wording import FIELD_LABELS

_ID = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,15}$", "description": "编号，如 n1；不填则自动编号"}


def submission_schema(registry: FormRegistry | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a submission, with Chinese descriptions.

    Args:
        registry: the forms whose cell keys are listed; the known forms when left out.
    """
    registry = registry or default_registry()
    newest = max(registry.forms, key=lambda form: form.first_year)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "政府信息公开工作年度报告填报件",
        "type": "object",
        "additionalProperties": False,
        "required": ["unit", "year", "cells"],
        "properties": {
            "unit": _unit(),
            "year": _year(),
            "form": {"enum": [form.id for form in registry.forms], "description": "表式；不填则按年度和格的键判断"},
            "cells": _cells(registry),
            "notes": _list(
                "notes", MAX_NOTES, _one("aspect", aspect_labels(newest)), _text("text", 5000), _text("source", None), id=True
            ),
            "problems": _list("problems", MAX_ITEMS, _text("text", 2000), id=True),
            "improvements": _list("improvements", MAX_ITEMS, _text("text", 2000), _answers(), id=True),
            "follow_ups": _list(
                "follow_ups", MAX_ITEMS, _text("problem", 2000), _one("status", STATUS_LABELS), _text("text", 2000)
            ),
            "fee": _fee(),
            "previous": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"year": _year(), "cells": _cells(registry)},
                "description": "上年数据，可不填",
            },
        },
        "$defs": {"cell": _cell()},
    }


def _year() -> dict[str, Any]:
    return {"type": "integer", "minimum": 2019, "maximum": 2100, "description": "报告年度（不是发布年份）"}


def _one(name: str, labels: dict[str, str]) -> tuple[str, dict[str, Any]]:
    meaning = "，".join(f"{key} {label}" for key, label in labels.items())
    return name, {"enum": [*labels, *labels.values()], "description": f"{FIELD_LABELS[name]}：{meaning}"}


def _text(name: str, limit: int | None) -> tuple[str, dict[str, Any]]:
    return name, {"type": "string", "description": FIELD_LABELS[name], **({"maxLength": limit} if limit else {})}


def _answers() -> tuple[str, dict[str, Any]]:
    return "answers", {"type": "array", "items": {"type": "string"}, "description": FIELD_LABELS["answers"]}


def _list(name: str, limit: int, *properties: tuple[str, dict[str, Any]], id: bool = False) -> dict[str, Any]:
    fields = dict(properties)
    required = [key for key in ("aspect", "problem", "status", "text") if key in fields]
    if "problem" in fields:
        required.remove("text")
    items = {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {**({"id": _ID} if id else {}), **fields},
    }
    return {"type": "array", "maxItems": limit, "items": items, "description": FIELD_LABELS[name]}


def _unit() -> dict[str, Any]:
    contact = dict(_text(name, None) for name in ("unit", "address", "zip", "phone", "fax", "email"))
    contact["unit"]["description"] = "联系单位"
    name, names = {"type": "string", "minLength": 1, "maxLength": 120}, {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "kind"],
        "description": FIELD_LABELS["unit"],
        "properties": {
            "name": {**name, "description": FIELD_LABELS["name"]},
            "kind": _one("kind", kind_labels())[1],
            "region": _text("region", None)[1],
            "aliases": {**names, "description": FIELD_LABELS["aliases"]},
            "site": _text("site", None)[1],
            "contact": {
                "type": "object",
                "additionalProperties": False,
                "properties": contact,
                "description": FIELD_LABELS["contact"],
            },
            "neighbours": {**names, "description": FIELD_LABELS["neighbours"]},
        },
    }


def _fee() -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "description": "信息处理费：件数 0 表示没有收取；整项不填表示未说明",
        "properties": {
            "count": {"type": ["integer", "null"], "minimum": 0, "description": "收取件数"},
            "yuan": {"type": ["number", "string", "null"], "minimum": 0, "description": "收取金额，单位元"},
        },
    }


def _cells(registry: FormRegistry) -> dict[str, Any]:
    labels: dict[str, str] = {}
    for form in registry.forms:
        labels |= {key: definition.label for key, definition in form.cells.items()}
    return {
        "type": "object",
        "description": "格的键对应所填内容：数字、文字（如“/”）或 null（空白）；空白不等于 0",
        "additionalProperties": False,
        "properties": {key: {"$ref": "#/$defs/cell", "description": label} for key, label in labels.items()},
    }


def _cell() -> dict[str, Any]:
    value = {"type": ["number", "string", "null"]}
    full = {
        "type": "object",
        "properties": {
            "value": {**value, "description": "数值"},
            "raw": {"type": "string", "description": "原文"},
            "status": {"enum": list(get_args(CellStatus)), "description": "状态"},
            "unit": {"type": "string", "description": "格内自带的单位"},
        },
    }
    return {"anyOf": [value, full], "description": "一格：数字、文字、空白，或写明数值、原文和状态的一组"}

"""Reads form data files (TOML) into :class:`Form` objects and refuses inconsistent ones."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.errors import FormError
from assistant.form.model import Aspect, Block, Derived, Equation, FeeDuty, Form, Node, Section, Share, StatutoryResult, Table
from assistant.form.template import expand

_DATA = resources.files("assistant.form") / "data" / "forms"


def load_form(path: Path) -> Form:
    """Read one form from a TOML file.

    Raises:
        FormError: the file is not TOML, lacks a field, or names cells and groups that do not exist.
    """
    try:
        return parse_form(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise FormError("表式文件无法读取", place=str(path), remedy="请检查路径和权限") from error


def parse_form(text: str, place: str) -> Form:
    """Build a form from TOML text; ``place`` is named in errors."""
    try:
        return _build(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"表式文件不是合法的 TOML（{error}）", place=place) from error
    except KeyError as error:
        raise FormError(f"表式文件缺少或写错了 {error}", place=place, remedy="请对照已有的表式文件补全") from error
    except (TypeError, StopIteration) as error:
        raise FormError(f"表式文件内容不合规定（{error}）", place=place) from error


@lru_cache(maxsize=1)
def built_in_forms() -> tuple[Form, ...]:
    """The forms shipped with the program, oldest first."""
    files = sorted((file for file in _DATA.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    forms = [parse_form(file.read_text(encoding="utf-8"), file.name) for file in files]
    return tuple(sorted(forms, key=lambda form: form.first_year))


def _node(data: Mapping[str, Any]) -> Node:
    children = tuple(_node(child) for child in (*data.get("rows", ()), *data.get("columns", ())))
    plain = {key: value for key, value in data.items() if key not in ("rows", "columns")}
    for key in ("aliases", "units", "words"):
        if key in plain:
            plain[key] = tuple(plain[key])
    return Node(children=children, **plain)


def _table(data: Mapping[str, Any]) -> Table:
    blocks = tuple(
        Block(
            cell=block["cell"],
            columns=tuple(_node(column) for column in block["columns"]),
            rows=tuple(_node(row) for row in block.get("rows", ())),
            title=block.get("title", ""),
            corner=block.get("corner", ""),
        )
        for block in data["blocks"]
    )
    return Table(data["key"], data["number"], data["name"], blocks)


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _loop(tables: Mapping[str, Table], each: str) -> Iterator[tuple[dict[str, str], str]]:
    """Loop values with the Chinese name of the line.

    ``t3.row``, ``t3.col``, ``t3.part-col`` (columns other than the total), ``t3.leaf:GROUP`` (rows of a group, totals
    left out) and ``t2.row:COLUMN`` (rows of the blocks that have this column).
    """
    if not each:
        yield {}, ""
        return
    name, _, kind = each.partition(".")
    table = tables[name]
    kind, _, argument = kind.partition(":")
    if kind == "leaf":
        nodes = [table.node(key) for key in table.leaves(argument)]
    elif kind == "row":
        nodes = [
            row
            for block in table.blocks
            if not argument or any(col.key == argument for col in block.leaf_columns())
            for row in block.leaf_rows()
        ]
    elif kind in ("col", "part-col"):
        nodes = [col for col in table.leaf_columns() if kind == "col" or not col.total]
    else:
        raise KeyError(each)
    variable = "col" if kind.endswith("col") else "row"
    for node in nodes:
        yield {variable: node.key}, node.prose


class _Expander:
    """Expands key templates over the form's tables; a term's table is its first name."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables

    def terms(self, templates: list[str], variables: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(key for template in templates for key in expand(template, variables, self._leaves_for(template)))

    def _leaves_for(self, template: str) -> Callable[[str], tuple[str, ...]]:
        name = template.lstrip("-").removeprefix("prev.").partition(".")[0]
        return lambda group: self.tables[name].leaves(group)


def _equations(rows: list[dict[str, Any]], expander: _Expander) -> tuple[Equation, ...]:
    equations = []
    for row in rows:
        each = row.get("each", "")
        each = f"{row['table']}.{each}" if each and "." not in each else each
        for variables, line in _loop(expander.tables, each):
            left, right = expander.terms(row["left"], variables), expander.terms(row["right"], variables)
            equations.append(Equation(row["rule"], left, right, row["left_text"], row["right_text"], line))
    return tuple(equations)


def _derived(rows: list[dict[str, Any]], expander: _Expander) -> tuple[Derived, ...]:
    return tuple(
        Derived(
            expand(row["key"], variables, lambda _group: ())[0],
            row["label"].replace("{row}", line).replace("{col}", line),
            row["unit"],
            expander.terms(row["plus"], variables),
            tuple(row.get("words", ())),
        )
        for row in rows
        for variables, line in _loop(expander.tables, row.get("each", ""))
    )


def _shares(rows: list[dict[str, Any]], expander: _Expander) -> tuple[Share, ...]:
    return tuple(
        Share(
            expand(row["key"], variables, lambda _group: ())[0],
            row["label"].replace("{row}", line).replace("{col}", line),
            expander.terms([row["part"]], variables)[0],
            expander.terms([row["whole"]], variables)[0],
        )
        for row in rows
        for variables, line in _loop(expander.tables, row.get("each", ""))
    )


def _build(data: Mapping[str, Any]) -> Form:
    tables = tuple(_table(table) for table in data["tables"])
    expander = _Expander({table.key: table for table in tables})
    form = Form(
        id=data["id"],
        name=data["name"],
        document_number=data["document_number"],
        reference=data["reference"],
        first_year=data["first_year"],
        last_year=data.get("last_year"),
        preface_articles=tuple(data["preface"]["articles"]),
        signature_labels=tuple(data["signature_labels"]),
        sections=tuple(Section(**_tuples(section)) for section in data["sections"]),
        aspects=tuple(Aspect(**_tuples(aspect)) for aspect in data["aspects"]),
        results=tuple(StatutoryResult(**_tuples(result)) for result in data["results"]),
        fee=FeeDuty(**data["fee"]),
        tables=tables,
        equations=_equations(data["identities"], expander),
        rollovers=_equations(data.get("rollovers", []), expander),
        derived=_derived(data["derived"], expander),
        shares=_shares(data["shares"], expander),
        change_patterns=tuple(data["changes"]["keys"]),
        growth_base=data["changes"]["growth_base"],
        not_comparable={name: tuple(entry["not_comparable"]) for name, entry in data.get("migration", {}).items()},
    )
    _refuse_unknown_keys(form)
    return form


def _refuse_unknown_keys(form: Form) -> None:
    known = {*form.cells, *(item.key for item in form.derived)}
    used = [key for equation in (*form.equations, *form.rollovers) for key in equation.terms]
    used += [term.lstrip("-") for item in form.derived for term in item.terms]
    used += [key for share in form.shares for key in (share.part, share.whole)]
    for key in used:
        if key.removeprefix("prev.") not in known:
            raise KeyError(key)

"""Reads a submission from JSON, in the shape that :mod:`assistant.submission.schema` describes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, get_args

from assistant.errors import FormError, InputError
from assistant.form import Cell, CellDef, CellStatus, Form, FormRegistry, Source, read_value
from assistant.submission.build import Builder, Entry
from assistant.submission.model import NOTHING_GIVEN, Contact, Given, InputRemark, Submission, UnitProfile
from assistant.submission.wording import FIELD_LABELS, clean_text

MAX_BYTES = 20 * 1024 * 1024
MAX_NAMED = 20  # so many unknown cell keys are named one by one

_LISTS = ("notes", "problems", "improvements", "follow_ups")
_FIELDS = ("unit", "year", "form", "cells", *_LISTS, "fee", "previous")
_MISSING = object()


class _Numeral(str):
    """A JSON number as written: nothing is rounded, and 「3」 given as text can be told from 3."""

    __slots__ = ()


class _Object(dict[str, Any]):
    """A JSON object that remembers names given more than once, with all their values."""

    doubled: dict[str, list[Any]]


def read_json(data: bytes, file: str, registry: FormRegistry, beside: Given = NOTHING_GIVEN) -> Submission:
    """Read a submission.

    Args:
        data: the file's content; UTF-8, UTF-16 with a byte order mark, or GB18030.
        file: the file's name, for messages and sources.
        registry: the forms known.
        beside: what was said beside the file; used where the content says nothing.

    Raises:
        InputError: the content is no submission; the message names the place as a JSON pointer.
    """
    remarks: list[InputRemark] = []
    root = _cleaned(_object(parse_json(data, file), "", file), "", file, remarks)
    year = beside.year if beside.year and root.get("year") is None else _year(root.get("year"), "/year", file)
    given = _object(root.get("cells", _Object()), "/cells", file)
    form = _form(root, given, year, registry, file)
    builder = Builder(file, form, remarks)
    top = builder.known_fields(_entry(root, ""), _FIELDS).values
    cells = _read_cells(builder, form, given, "/cells")
    problems = builder.problems(_entries(top, "problems", file))
    return builder.finish(
        unit=_unit(builder, root, beside),
        year=year,
        cells=cells,
        notes=builder.notes(_entries(top, "notes", file)),
        problems=problems,
        improvements=builder.improvements(_entries(top, "improvements", file), problems),
        follow_ups=builder.follow_ups(_entries(top, "follow_ups", file)),
        fee=_fee(builder, top.get("fee")),
        previous_cells=_previous(builder, top.get("previous"), year, registry),
    )


def parse_json(data: bytes, file: str) -> Any:
    """The JSON value in ``data``; numbers stay as written.

    Raises:
        InputError: too large, not text, not JSON, or nested too deep.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB", place=file, remedy="请确认交的是填报件，不是其他数据")
    text = _decode(data, file)
    try:
        return json.loads(
            text, object_pairs_hook=_pairs, parse_int=_Numeral, parse_float=_Numeral, parse_constant=_Numeral, strict=False
        )
    except json.JSONDecodeError as error:
        raise InputError(
            "JSON 写法有误，读到这里读不下去",
            place=f"{file} 第 {error.lineno} 行第 {error.colno} 列",
            remedy="请检查此处前后的引号、逗号和括号是否成对，有没有多余的逗号",
        ) from None
    except RecursionError:
        raise InputError("JSON 嵌套层数过多", place=file, remedy="请按填报件的格式重新导出") from None


def _decode(data: bytes, file: str) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("文字编码无法识别", place=file, remedy="请另存为 UTF-8 编码后再交")


def _pairs(pairs: list[tuple[str, Any]]) -> _Object:
    result = _Object(pairs)
    result.doubled = {}
    if len(result) < len(pairs):
        seen: dict[str, list[Any]] = {}
        for key, value in pairs:
            seen.setdefault(key, []).append(value)
        result.doubled = {key: values for key, values in seen.items() if len(values) > 1}
    return result


def _object(value: Any, pointer: str, file: str) -> _Object:
    if not isinstance(value, _Object):
        what = "应当是一组“名称：值”" if pointer else "不是填报件：最外层应当是一组“名称：值”"
        raise InputError(what, place=f"{file} {pointer}".strip(), remedy="请对照 assistant schema submission 给出的格式更正")
    if not hasattr(value, "doubled"):
        value.doubled = {}
    return value


def _cleaned(value: Any, pointer: str, file: str, remarks: list[InputRemark]) -> Any:
    """The value with all its texts cleaned; a name given twice is refused, except for cells, which are judged one by one."""
    if isinstance(value, _Numeral):
        return value
    if isinstance(value, str):
        return clean_text(value, Source(file=file, place=pointer), remarks).strip()
    if isinstance(value, list):
        return [_cleaned(item, f"{pointer}/{number}", file, remarks) for number, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    doubled = getattr(value, "doubled", {})
    if doubled and not pointer.endswith("/cells"):
        name = next(iter(doubled))
        raise InputError(f"“{name}”出现了不止一次", place=f"{file} {pointer}/{_escaped(name)}", remedy="请只保留一个")
    result = _Object()
    for key, item in value.items():
        name = clean_text(key, Source(file=file, place=pointer or "/"), remarks)
        result[name] = _cleaned(item, f"{pointer}/{_escaped(name)}", file, remarks)
    result.doubled = {
        key: [_cleaned(item, f"{pointer}/{_escaped(key)}", file, remarks) for item in items] for key, items in doubled.items()
    }
    return result


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _entry(values: dict[str, Any], pointer: str) -> Entry:
    return Entry(values, pointer or "/", lambda name: f"{pointer}/{name}")


def _entries(top: dict[str, Any], name: str, file: str) -> list[Entry]:
    rows = top.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise InputError(f"“{FIELD_LABELS[name]}”应当是列表", place=f"{file} /{name}", remedy="请用方括号列出各项")
    return [_entry(_object(row, f"/{name}/{number}", file), f"/{name}/{number}") for number, row in enumerate(rows)]


def _year(value: Any, pointer: str, file: str) -> int:
    place = f"{file} {pointer}"
    if value is None:
        raise InputError("没有写明报告年度", place=place, remedy='请加上报告年度，例如 "year": 2025')
    text = str(value).strip() if isinstance(value, str) else ""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InputError("报告年度应当是四位数的年份", place=place, remedy='例如 "year": 2025')
    if not 2019 <= int(text) <= 2100:
        raise InputError(f"报告年度 {text} 不在可用范围内", place=place, remedy="请填写 2019 年及以后的报告年度")
    return int(text)


def _form(root: _Object, given: _Object, year: int, registry: FormRegistry, file: str) -> Form:
    named = root.get("form")
    try:
        form = registry.get(str(named)) if named else registry.for_cells(given, year)
    except FormError as error:
        raise InputError(error.what, place=f"{file} /form", remedy=error.remedy) from error
    if given and not given.keys() & form.cells.keys():
        raise InputError(
            "表格数据中没有一个格的键可以识别", place=f"{file} /cells", remedy="键的写法如 t3.new.total，请对照格式说明更正"
        )
    return form


def _unit(builder: Builder, root: _Object, beside: Given) -> UnitProfile:
    if root.get("unit") is None and beside.missing_in({}):
        root = _Object(unit=_Object())
    if root.get("unit") is None:
        raise InputError("没有填写单位信息", place=f"{builder.file} /unit", remedy="请至少填写单位全称（name）和单位类型（kind）")
    entry = builder.known_fields(_entry(_object(root["unit"], "/unit", builder.file), "/unit"), UnitProfile.model_fields)
    values = {key: value for key, value in entry.values.items() if value is not None}
    values |= beside.missing_in(values)
    if values.get("contact") is not None:
        contact = _object(values["contact"], "/unit/contact", builder.file)
        known = builder.known_fields(_entry(contact, "/unit/contact"), Contact.model_fields).values
        values["contact"] = {key: value for key, value in known.items() if value is not None}
    return builder.unit(Entry(values, entry.place, entry.at))


def _fee(builder: Builder, value: Any) -> Any:
    if value is None:
        return None
    entry = builder.known_fields(_entry(_object(value, "/fee", builder.file), "/fee"), ("count", "yuan"))
    return builder.fee(entry)


def _previous(builder: Builder, value: Any, year: int, registry: FormRegistry) -> dict[str, Cell]:
    if value is None:
        return {}
    previous = _object(value, "/previous", builder.file)
    if previous.get("year") is not None:
        own = _year(previous["year"], "/previous/year", builder.file)
        if own != year - 1:
            builder.remark("ignored", f"所附上年数据是 {own} 年度的，未采用", "/previous/year", f"请附 {year - 1} 年度的数据")
            return {}
    given = _object(previous.get("cells", _Object()), "/previous/cells", builder.file)
    if not given:
        return {}
    try:
        form = registry.for_cells(given, year - 1)
    except FormError:
        builder.remark("ignored", f"{year - 1} 年度没有可用的表式，所附上年数据未采用", "/previous")
        return {}
    return _read_cells(builder, form, given, "/previous/cells")


def _read_cells(builder: Builder, form: Form, given: _Object, pointer: str) -> dict[str, Cell]:
    """Every cell of the form: what was given, the rest blank."""
    cells = {}
    for key, definition in form.cells.items():
        source = Source(file=builder.file, place=f"{pointer}/{key}")
        if key in given.doubled:
            cells[key] = _doubled(builder, definition, given.doubled[key], source)
        else:
            value = given.get(key, _MISSING)
            cells[key] = Cell(key=key, source=source) if value is _MISSING else _cell(definition, value, source)
    _remark_unknown(builder, form, (key for key in given if key not in form.cells), pointer)
    return cells


def _remark_unknown(builder: Builder, form: Form, keys: Iterable[str], pointer: str) -> None:
    unknown = list(keys)
    for key in unknown[:MAX_NAMED]:
        builder.remark(
            "unplaced", f"表式 {form.id} 中没有“{key[:40]}”这一格，未采用", f"{pointer}/{_escaped(key)}", "请对照格式说明更正格的键"
        )
    if len(unknown) > MAX_NAMED:
        builder.remark("unplaced", f"还有 {len(unknown) - MAX_NAMED} 个格的键不在表式 {form.id} 中，未采用", pointer)


def _doubled(builder: Builder, definition: CellDef, values: list[Any], source: Source) -> Cell:
    cells = [_cell(definition, value, source) for value in values]
    raws = list(dict.fromkeys(cell.raw for cell in cells))
    if len(raws) == 1:
        builder.remark("duplicate", f"“{definition.label}”重复给出，两次相同", source.place, "请只保留一个")
        return cells[0]
    shown = "、".join(f"“{raw}”" for raw in raws)
    builder.remark("duplicate", f"“{definition.label}”有两个不同的值：{shown}", source.place, "请核对后只保留一个")
    return Cell(key=definition.key, raw="｜".join(raws), status="unparsed", remark="有两个不同的值", source=source)


def _cell(definition: CellDef, value: Any, source: Source) -> Cell:
    if value is None:
        return Cell(key=definition.key, source=source)
    if isinstance(value, bool):
        return _unparsed(definition, "true" if value else "false", "是“是/否”值，不是数字", source)
    if isinstance(value, str):
        return read_value(definition, str(value), source)
    if isinstance(value, dict):
        return _full_cell(definition, value, source)
    return _unparsed(definition, "[…]", "是列表，不是数字", source)


def _full_cell(definition: CellDef, value: dict[str, Any], source: Source) -> Cell:
    """A cell given with value, raw text and status. A status is never raised to ``ok``, a contradiction never settled."""
    number, raw = value.get("value"), value.get("raw")
    if any(isinstance(part, bool | list | dict) for part in (number, raw)):
        return _unparsed(definition, "{…}", "值不是数字", source)
    cell = read_value(definition, str(number if raw in (None, "") and number is not None else raw or ""), source)
    status = value.get("status")
    if number is not None and raw not in (None, ""):
        stated = read_value(definition, str(number), source)
        if cell.value != stated.value:
            return _unparsed(definition, f"{raw}｜{number}", "原文与数值不一致", source)
    unit = value.get("unit")
    if cell.ok and not cell.unit and isinstance(unit, str) and unit != definition.unit:
        cell = cell.model_copy(update={"unit": unit})
    if status in (None, "ok", cell.status):
        return cell
    remark = value.get("remark")
    if status not in get_args(CellStatus):
        return _unparsed(definition, cell.raw, f"状态“{str(status)[:20]}”不认识", source)
    if status in ("blank", "placeholder", "unparsed") and cell.value is not None:
        return _unparsed(definition, cell.raw, "状态与数值不一致", source)
    return cell.model_copy(update={"status": status, "remark": remark if isinstance(remark, str) else cell.remark})


def _unparsed(definition: CellDef, raw: str, remark: str, source: Source) -> Cell:
    return Cell(key=definition.key, raw=raw, status="unparsed", remark=remark, source=source)

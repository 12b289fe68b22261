"""The list of units that should hand in (``--units``): a CSV file as a spreadsheet program saves it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from assistant.batch.matching import Expected
from assistant.errors import InputError
from assistant.files import read_file

_NAMES = ("单位", "单位名称", "单位全称", "name", "unit")
_ALIASES = ("别名", "简称", "aliases")
_KINDS = ("单位类型", "类型", "kind")
_REGIONS = ("行政区", "地区", "region")
_MOST = 50_000


def read_units(path: Path) -> tuple[Expected, ...]:
    """The units of the list.

    Args:
        path: UTF-8 or GB18030, with a heading: 单位 (needed), 别名 (several parted by 、 or ;), 单位类型, 行政区.

    Raises:
        InputError: it cannot be read, has no column of units, or names one twice.
    """
    rows = list(csv.reader(io.StringIO(_text(path))))
    if not rows or len(rows) > _MOST:
        raise InputError("单位名单是空的，或者过长", place=str(path), remedy="第一行写列名“单位”，以下每行一个单位")
    heading = [cell.strip() for cell in rows[0]]
    name = _column(heading, _NAMES)
    if name is None:
        raise InputError("单位名单的第一行没有“单位”一列", place=str(path), remedy="第一行写列名，例如：单位,别名,行政区")
    aliases, kind, region = (_column(heading, names) for names in (_ALIASES, _KINDS, _REGIONS))
    made = [
        Expected(
            unit=_cell(row, name),
            aliases=tuple(part.strip() for part in _cell(row, aliases).replace(";", "、").split("、") if part.strip()),
            kind=_cell(row, kind),
            region=_cell(row, region),
        )
        for row in rows[1:]
        if _cell(row, name)
    ]
    _require_once(made, path)
    return tuple(made)


def _require_once(units: list[Expected], path: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for each in units:
        if (each.unit, each.region) in seen:
            raise InputError(f"单位名单中“{each.unit}”有两行", place=str(path), remedy="请只留一行；不同地区的同名单位请写明行政区")
        seen.add((each.unit, each.region))


def _text(path: Path) -> str:
    content = read_file(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("单位名单不是能识别的文本", place=str(path), remedy="请另存为 CSV（UTF-8）")


def _column(heading: list[str], names: tuple[str, ...]) -> int | None:
    return next((number for number, cell in enumerate(heading) if cell.lower() in names), None)


def _cell(row: list[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""

"""The sheets of an .xlsx workbook as grids of values.

Two things a filled-in form depends on are lost by the readers of spreadsheets in common use: that a formula has no cached
result or an error for one (both come out empty, like a blank), and that a number is a date. So the few elements that
matter here are read straight from the file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from assistant.container import Package, open_package
from assistant.errors import InputError
from assistant.grids.grid import Merge, Sheet, Value

MAX_SHEETS = 60
MAX_CELLS = 200_000
MAX_ROW, MAX_COL = 1_048_576, 16_384

_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ESCAPED = re.compile("_x000[dD]_")


def read_sheets(data: bytes, file: str) -> list[Sheet]:
    """All worksheets of a workbook, hidden ones included, in the workbook's order.

    Raises:
        InputError: not a workbook that can be read, or too large a one.
    """
    package = open_package(data, file)
    workbook, targets = _workbook(package)
    texts = _shared_texts(package, targets)
    dates = _date_styles(package, targets)
    entries = [entry for entry in workbook.iter("{*}sheet") if targets.get(_relation(entry), ("", ""))[0] == "worksheet"]
    if len(entries) > MAX_SHEETS:
        raise InputError(f"工作簿有 {len(entries)} 张工作表，超过 {MAX_SHEETS} 张", place=file, remedy="请删去与填报无关的工作表")
    sheets, left = [], MAX_CELLS
    for entry in entries:
        sheet = _sheet(package.xml(targets[_relation(entry)][1]), entry.get("name", ""), texts, dates, file, left)
        left -= len(sheet.values)
        sheets.append(sheet)
    package.refuse_declarations()
    return sheets


def _workbook(package: Package) -> tuple[Any, dict[str, tuple[str, str]]]:
    """The workbook part and what its relations lead to: kind and member name by relation id."""
    main = next((target for kind, target in _relations(package, "").values() if kind == "officeDocument"), "xl/workbook.xml")
    if not package.has(main):
        raise InputError("这不是工作簿", place=package.file, remedy="请交程序给的 .xlsx 工作簿、JSON 文件或文本报告")
    root = package.xml(main)
    if not root.tag.endswith("}workbook"):
        raise InputError("这不是工作簿", place=package.file, remedy="请交程序给的 .xlsx 工作簿、JSON 文件或文本报告")
    return root, _relations(package, main)


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    folder, name = posixpath.split(part)
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    if not package.has(member):
        return {}
    result = {}
    for relation in package.xml(member).iter("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            result[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], path)
    return result


def _relation(entry: Any) -> str:
    return next((str(value) for key, value in entry.attrib.items() if key.endswith("}id")), "")


def _part(package: Package, targets: dict[str, tuple[str, str]], kind: str) -> Any:
    name = next((target for found, target in targets.values() if found == kind), "")
    return package.xml(name) if name and package.has(name) else None


def _shared_texts(package: Package, targets: dict[str, tuple[str, str]]) -> list[str]:
    root = _part(package, targets, "sharedStrings")
    return [] if root is None else [_rich_text(item) for item in root.iter("{*}si")]


def _rich_text(item: Any) -> str:
    """The text of a string item; readings printed above Chinese characters are left out."""
    runs = (node.text or "" for node in item.iter("{*}t") if not node.getparent().tag.endswith("}rPh"))
    return _ESCAPED.sub("", "".join(runs))


def _date_styles(package: Package, targets: dict[str, tuple[str, str]]) -> frozenset[str]:
    """Numbers of the cell styles that show a date or a time."""
    root = _part(package, targets, "styles")
    if root is None:
        return frozenset()
    codes = {node.get("numFmtId"): node.get("formatCode", "") for node in root.iter("{*}numFmt")}
    formats = root.find("{*}cellXfs")
    if formats is None:
        return frozenset()
    ids = (node.get("numFmtId", "0") for node in formats.iter("{*}xf"))
    return frozenset(str(number) for number, key in enumerate(ids) if _is_date(key, codes.get(key)))


def _is_date(key: str, code: str | None) -> bool:
    if code is not None:
        return bool(set(_QUOTED.sub("", code).lower().split(";")[0]) & set("ymdhs年月日")) and "general" not in code.lower()
    return key.isdigit() and int(key) in _DATE_IDS


def _sheet(root: Any, name: str, texts: list[str], dates: frozenset[str], file: str, left: int) -> Sheet:
    sheet = Sheet(name)
    for row, col, node in _cells(root):
        value = _value(node, texts, dates)
        if value is None:
            continue
        sheet.values[row, col] = value
        if len(sheet.values) > left:
            raise InputError(
                f"工作簿中有内容的格超过 {MAX_CELLS} 个", place=file, remedy="请用程序给的空白工作簿填写，删去无关内容"
            )
    for node in root.iter("{*}mergeCell"):
        merge = _merge(node.get("ref", ""))
        if merge is not None:
            sheet.merges.append(merge)
    return sheet


def _cells(root: Any) -> Iterator[tuple[int, int, Any]]:
    """All cell elements with row and column; a missing address means the next one."""
    row = 0
    for line in root.iter("{*}row"):
        number = line.get("r", "")
        row = int(number) if number.isdigit() else row + 1
        col = 0
        for node in line:
            if not isinstance(node.tag, str) or not node.tag.endswith("}c"):
                continue
            place = _address(node.get("r", ""))
            col = place[1] if place else col + 1
            yield (place[0] if place else row), col, node


@lru_cache(maxsize=65_536)
def _address(text: str) -> tuple[int, int] | None:
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    col = 0
    for letter in match.group(1):
        col = col * 26 + ord(letter) - 64
    row = int(match.group(2))
    return (row, col) if row <= MAX_ROW and col <= MAX_COL else None


def _merge(reference: str) -> Merge | None:
    first, _, last = reference.partition(":")
    start, end = _address(first), _address(last or first)
    return Merge(start[0], start[1], end[0], end[1]) if start and end else None


def _value(node: Any, texts: list[str], dates: frozenset[str]) -> Value | None:
    """The value of a cell element, None for an empty one."""
    kind, content, formula = node.get("t", "n"), "", False
    for child in node:
        tag = str(child.tag).rpartition("}")[2]
        if tag == "v":
            content = child.text or ""
        elif tag == "f":
            formula = True
        elif tag == "is":
            return _text(_rich_text(child))
    if content == "" and formula:
        return Value("formula", "公式") if kind != "str" else None
    if content == "":
        return None
    if kind == "s":
        return _text(texts[int(content)]) if content.isdigit() and int(content) < len(texts) else Value("error", content)
    if kind == "str":
        return _text(content)
    if kind == "b":
        return Value("bool", "TRUE" if content == "1" else "FALSE")
    if kind == "e":
        return Value("error", content)
    return Value("date" if kind == "d" or node.get("s", "0") in dates else "number", _digits(content))


def _text(text: str) -> Value | None:
    return Value("text", text) if text.strip() else None


def _digits(content: str) -> str:
    """A number as a person sees it: files hold 96171.600000000006 for 96171.6, and 15 digits are all that a spreadsheet keeps."""
    try:
        number = float(content)
    except ValueError:
        return content
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return format(number, ".15g")

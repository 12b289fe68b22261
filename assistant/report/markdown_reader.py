"""Takes a Markdown text apart: headings, paragraphs, tables of bars, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grids.grid import Merge, Sheet, Value
from assistant.report.blocks import Block, GridBlock, ImageBlock, TextBlock
from assistant.report.file_kind import decode
from assistant.report.labels import looks_like_value

_HEADING = re.compile(r"\s{0,3}(#{1,6})(?!#)\s*(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-+)\s*$")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_BAR = re.compile(r"(?<!\\)\|")
_RULE_SIGNS = frozenset("|:-— \t")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]*)[^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|u|em|strong|span|font|center|p|div|small|mark)\b[^<>]*>", re.IGNORECASE)
_DELETED = re.compile(r"~~.+?~~|<(del|s|strike)>.*?</\1>", re.IGNORECASE)
_RAISED = re.compile(r"<(su[pb])>(.*?)</\1>", re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SINGLE = re.compile(r"(?<![*\d])\*(?=\S)([^*]+?)(?<=\S)\*(?![*\d])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~>])")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_MOST_COLUMNS = 200
_HEADING_LINE = 50


@dataclass
class BarSheet(Sheet):
    """A table of bars: the place of a cell is its line and column."""

    first: int = 1

    def place(self, row: int, col: int) -> str:
        """A cell as a person finds it: 第 12 行第 3 栏. Rows count with the lines of the file."""
        return f"第 {row + self.first - 1} 行第 {col} 栏"


def markdown_blocks(data: bytes | str, file: str) -> list[Block]:
    """The blocks of a Markdown text in reading order; each keeps its line.

    Empty cells after a label are taken as merged with it, as converters write merged cells. A row with
    fewer or more cells than the header keeps where it ends, so that its values are not taken for those of another column.

    Args:
        data: the file, or its text.
        file: its name or path, for messages.

    Raises:
        InputError: the file is no text.
    """
    text = data if isinstance(data, str) else decode(data, file)
    return list(_Reading(text.replace("\ufeff", "").splitlines()).blocks())


class _Reading:
    """The reading of one text, line by line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def blocks(self) -> Iterator[Block]:
        """All blocks in order."""
        number = 0
        while number < len(self.lines):
            rows = self._bar_rows(number)
            if rows:
                yield GridBlock(_sheet(self.lines[number : number + rows], number + 1), _place(number + 1, number + rows))
                number += rows
                continue
            yield from self._line(number)
            number += 1

    def _bar_rows(self, start: int) -> int:
        """How many lines from here on are one table: lines with bars, one of which is a rule or several of which are rows."""
        count = 0
        for line in self.lines[start:]:
            if not _is_row(line):
                break
            count += 1
        found = self.lines[start : start + count]
        is_table = count > 1 or (count == 1 and found[0].strip().startswith("|") and found[0].count("|") > 2)
        return count if is_table and any(_cells(line) for line in found) else 0

    def _line(self, number: int) -> Iterator[Block]:
        line = _QUOTE.sub("", self.lines[number], count=1)
        place = _place(number + 1, number + 1)
        for alt, target in _PICTURE.findall(line):
            yield ImageBlock(place, (alt or target.rpartition("/")[2])[:80])
        match = _HEADING.match(line)
        below = self.lines[number + 1] if number + 1 < len(self.lines) else ""
        underline = _UNDERLINE.match(below)
        level = len(match.group(1)) if match else 0
        if not level and underline and len(line.strip()) <= _HEADING_LINE and len(underline.group(1)) > 1:
            level = 1 if underline.group(1)[0] == "=" else 2
        if _RULE.match(line) or _FENCE.match(line) or (_UNDERLINE.match(line) and not match):
            return
        for part in _BREAK.split(match.group(2) if match else line):
            if text := _plain(part):
                yield TextBlock(text, place, level)


def _is_row(line: str) -> bool:
    text = _QUOTE.sub("", line, count=1).strip()
    bars = len(_BAR.findall(text))
    return bars >= 2 if text.startswith("|") else bars >= 1 and (_is_rule(text) or bars >= 2)


def _is_rule(line: str) -> bool:
    """Whether a row is the rule below a header."""
    return "--" in line and _RULE_SIGNS.issuperset(_QUOTE.sub("", line, count=1))


def _cells(line: str) -> list[str]:
    """The cells of a row as written, without the outer bars."""
    text = _QUOTE.sub("", line, count=1).strip()
    parts = _BAR.split(text)
    parts = parts[1:] if not parts[0].strip() and len(parts) > 1 else parts
    return parts[:-1] if len(parts) > 1 and not parts[-1].strip() and text.endswith("|") else parts


def _sheet(lines: Sequence[str], first: int) -> BarSheet:
    """The rows as a grid. Columns that no row has anything in are left out of the count, however many bars stand there."""
    sheet = BarSheet(_place(first, first + len(lines) - 1), first=first)
    rows = {number: _cells(line) for number, line in enumerate(lines, start=1) if not _is_rule(line)}
    texts = {number: [_cell(cell) if cell else "" for cell in cells] for number, cells in rows.items()}
    width = min(max((_filled(row) for row in texts.values()), default=0), _MOST_COLUMNS)
    spaced = any(cell and not cell.strip() for cells in rows.values() for cell in cells[:width])
    for number, row in texts.items():
        if not any(row):
            continue
        single = sum(1 for text in row if text) == 1 and not any(looks_like_value(text) for text in row)
        sheet.ends[number] = width if single else min(len(row), width)
        for col, text in enumerate(row[:width], start=1):
            if text:
                sheet.values[number, col] = Value("text", text)
        sheet.merges += _merges(number, rows[number], row, width, spaced=spaced)
    sheet.merges += _tall_labels(texts)
    return sheet


def _tall_labels(texts: dict[int, list[str]]) -> Iterator[Merge]:
    """Labels merged over the rows below them that have values and no label: whose values those are cannot be told."""
    firsts = [place for row in texts.values() for place, text in enumerate(row) if looks_like_value(text)]
    width = min(firsts, default=0)
    label: tuple[int, int] | None = None
    last = 0
    for number, row in [*texts.items(), (0, ["\0"])]:
        named = [col for col, text in enumerate(row[:width], start=1) if text]
        if not named and width and any(looks_like_value(text) for text in row):
            last = number
            continue
        if label and last:
            yield Merge(*label, last, label[1])
        label, last = ((number, named[-1]) if named else None), 0


def _filled(row: Sequence[str]) -> int:
    return max((place for place, text in enumerate(row, start=1) if text), default=0)


def _merges(number: int, raw: Sequence[str], texts: Sequence[str], width: int, *, spaced: bool) -> Iterator[Merge]:
    """Cells merged over the empty ones after them.

    In rows of labels every empty cell; in rows with values only after a value and where nothing at all stands between the bars
    though blanks are written with white space elsewhere in the table.
    """
    has_values = any(looks_like_value(text) for text in texts)
    for start, text in enumerate(texts[:width]):
        end = start + 1
        while end < min(width, len(raw)) and not texts[end] and (not raw[end] or not has_values):
            end += 1
        reaches = (spaced and looks_like_value(text)) if has_values else True
        if text and end > start + 1 and reaches:
            yield Merge(number, start + 1, number, end)


def _cell(raw: str) -> str:
    """The text of a cell; two figures parted by a line break stay two."""
    joined = ""
    for part in _BREAK.split(raw):
        text = _plain(part)
        joined += (" / " if joined[-1:].isdigit() and text[:1].isdigit() else "") + text
    return joined


def _plain(text: str) -> str:
    """Text without Markdown's marks and without what is struck out; raised marks are shown as such."""
    text = _RAISED.sub(r"〔\2〕", _DELETED.sub("", text))
    text = _TAG.sub("", _LINK.sub(r"\1", _PICTURE.sub("", text)))
    text = _SINGLE.sub(r"\1", _EMPHASIS.sub(r"\2", text)).replace("&nbsp;", " ")
    return _ESCAPE.sub(r"\1", text).strip(" \t\u3000\xa0")


def _place(first: int, last: int) -> str:
    return f"第 {first} 行" if first == last else f"第 {first}—{last} 行"

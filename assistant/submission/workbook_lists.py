"""The sheets with notes, problems, improvements and follow-ups, and how a cell that should hold text is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from assistant.form import Source
from assistant.grids.grid import Sheet
from assistant.grids.labels import wording
from assistant.language.numerals import parse_chinese
from assistant.submission import workbook_text as words
from assistant.submission.build import Builder, Entry
from assistant.submission.model import InputRemark
from assistant.submission.wording import clean_text

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,15}")
_NUMBERED = re.compile(r"(?:第|问题)?([0-9]{1,3}|[一二两三四五六七八九十]{1,3})(?:个|条|项)?(?:问题)?")
_BETWEEN = re.compile(r"[、，,;；/\s和及与]+")
_HEADER_SEARCH = 40
_ROW_LIMIT = 5_000
_NO_TEXT = {
    "formula": ("这一格是公式，没有计算结果，未采用", "请在 Excel 或 WPS 中打开并保存一次，或直接填写文字"),
    "error": ("这一格的公式出错（{text}），未采用", "请直接填写文字"),
    "date": ("这一格被存成了日期，未采用", "请把单元格格式改为文本后重新填写"),
    "bool": ("这一格是“是/否”值（{text}），不是文字，未采用", "请直接填写文字"),
}


def text_at(sheet: Sheet, row: int, col: int, file: str, remarks: list[InputRemark]) -> str:
    """The text of a cell, cleaned. What only stands for a value (a formula without its result, an error, a date) is remarked on."""
    value = sheet.values.get((row, col))
    if value is None:
        return ""
    source = Source(file=file, place=sheet.place(row, col))
    if value.kind in _NO_TEXT:
        message, remedy = _NO_TEXT[value.kind]
        remarks.append(InputRemark(code="text", message=message.format(text=value.text[:20]), remedy=remedy, source=source))
        return ""
    return clean_text(value.text, source, remarks).strip()


class Lists:
    """Finds the lists by their column headings."""

    def __init__(self, sheets: Sequence[Sheet], builder: Builder) -> None:
        self._sheets, self._builder = sheets, builder

    def entries(self, columns: Sequence[tuple[str, str]]) -> list[Entry]:
        """One entry a row that has more than its number."""
        required = [label for field, label in columns if field not in ("number", "id", "source")]
        found = [(sheet, heads) for sheet in self._sheets if (heads := _heads(sheet, required))]
        if not found:
            what = "、".join(f"“{label}”" for label in required)
            remedy = "没有这项内容的可不管；有的请用程序给的空白工作簿填写"
            self._builder.remark("layout", f"没有找到列名为{what}的工作表", "", remedy)
            return []
        rows = list(self._rows(found[0][0], columns, found[0][1]))
        for sheet, heads in found[1:]:
            self._tell_second(rows, sheet, columns, heads, found[0][0].name)
        return rows

    def _tell_second(
        self, rows: list[Entry], sheet: Sheet, columns: Sequence[tuple[str, str]], heads: dict[str, tuple[int, int]], first: str
    ) -> None:
        """A second sheet of the same list is not read; say so unless it only repeats the first."""
        known = [entry.values for entry in rows]
        if any(entry.values not in known for entry in self._rows(sheet, columns, heads)):
            message = f"与工作表“{first}”列名相同，其中的内容未采用"
            self._builder.remark("ignored", message, f"工作表“{sheet.name}”", f"请把需要的内容填到“{first}”")

    def problems(self) -> list[Entry]:
        """Problems with the numbers the unit gave them as ids: 1 is p1."""
        entries = self.entries(words.PROBLEM_COLUMNS)
        return [Entry({**entry.values, "id": _problem_id(entry.values.get("id", ""))}, entry.place, entry.at) for entry in entries]

    def improvements(self) -> list[Entry]:
        """Improvements with the numbers of the problems they answer; a number that cannot be understood is remarked on."""
        result = []
        for entry in self.entries(words.IMPROVEMENT_COLUMNS):
            parts = [part for part in _BETWEEN.split(entry.values.get("answers", "")) if part]
            answers = {part: _problem_id(part) for part in parts}
            unclear = [part for part, answer in answers.items() if not answer]
            if unclear:
                shown = "、".join(f"“{part[:20]}”" for part in unclear[:5])
                remedy = "请填问题序号，几个的用顿号隔开，例如 1、2"
                self._builder.remark("unplaced", f"“针对第几个问题”填的{shown}看不明白，未采用", entry.at("answers"), remedy)
            kept = tuple(dict.fromkeys(answer for answer in answers.values() if answer))
            result.append(Entry({**entry.values, "answers": kept}, entry.place, entry.at))
        return result

    def _rows(self, sheet: Sheet, columns: Sequence[tuple[str, str]], heads: dict[str, tuple[int, int]]) -> Iterator[Entry]:
        wanted = {field: heads[wording(label).full][1] for field, label in columns if wording(label).full in heads}
        top = max(row for row, _ in heads.values())
        rows = sorted({row for row, col in sheet.values if row > top and col in wanted.values()})
        for row in rows[:_ROW_LIMIT]:
            values = {field: self._text(sheet, row, col) for field, col in wanted.items() if field != "number"}
            main = "problem" if "problem" in wanted else "text"
            told = not values[main] and (row, wanted[main]) in sheet.values
            if told or not any(text for field, text in values.items() if field != "id"):
                continue
            places = {field: sheet.place(row, col) for field, col in wanted.items()}
            first = f"工作表“{sheet.name}”第 {row} 行"
            yield Entry(values, first, lambda name, places=places, first=first: places.get(name, first))  # type: ignore[misc]

    def _text(self, sheet: Sheet, row: int, col: int) -> str:
        return text_at(sheet, row, col, self._builder.file, self._builder.remarks)


def _heads(sheet: Sheet, required: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The header row that has all required labels: label to place. Empty when the sheet has none."""
    rows: dict[int, dict[str, tuple[int, int]]] = {}
    for (row, col), value in sorted(sheet.values.items()):
        if row > _HEADER_SEARCH:
            break
        if value.kind == "text":
            rows.setdefault(row, {}).setdefault(wording(value.text).full, (row, col))
    wanted = {wording(label).full for label in required}
    return next((heads for heads in rows.values() if wanted <= heads.keys()), {})


def _problem_id(text: str) -> str:
    """The id of a problem from the number the unit gave it (2, 第二个, p2); empty when the text is none."""
    text = unicodedata.normalize("NFKC", text).strip()
    match = _NUMBERED.fullmatch(text)
    if match:
        number = int(match[1]) if match[1].isdigit() else parse_chinese(match[1])
        return f"p{int(number)}" if number else ""
    return text if _ID.fullmatch(text) else ""

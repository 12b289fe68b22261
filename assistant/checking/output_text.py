"""Results for a terminal: findings of each input, worst first, and a summary table of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.checking.result import SEVERITY_NAMES, Checked
from assistant.checks.finding import Alike, Finding
from assistant.report.printing import clean, em_width

_COLOURS = {"error": "31;1", "warning": "33", "info": "36"}
_PASSAGE = 60
_HEADS = ("文件", "单位", "年度", "错误", "提醒", "提示", "未核", "裁定")


class TextOutput:
    """Prints results as lines. ``colour`` only where lines go to a terminal."""

    def __init__(self, *, colour: bool = False) -> None:
        self._colour = colour

    def lines(self, result: Checked) -> Iterator[str]:
        """The lines of one input."""
        yield self._paint(f"■ {_one_line(str(result.path))}", "1") + "".join(f"　{word}" for word in _head(result))
        if result.error:
            yield f"  {self._paint('未能检查', _COLOURS['error'])}：{_one_line(result.error)}"
        for note in result.notes:
            yield f"  注：{note}"
        for finding in result.findings:
            yield from self._finding(finding)
        if result.ruled:
            yield f"  另有 {len(result.ruled)} 条已裁定接受，不再列出"
        if not result.error and not result.findings:
            yield "  没有发现问题"

    def _finding(self, finding: Finding) -> Iterator[str]:
        unknown = finding.status == "unknown"
        name = "无法核对" if unknown else SEVERITY_NAMES[finding.severity]
        colour = _COLOURS["info" if unknown else finding.severity]
        yield f"  {self._paint(name, colour)} {finding.rule}　{_one_line(finding.message)}"
        if finding.place:
            yield f"      位置：{_one_line(finding.place)}"
        if finding.quote and finding.quote not in finding.message:
            yield f"      原文：{_shortened(finding.quote)}"
        for alike in finding.alike[:1]:
            yield from _side_by_side(alike, finding.other)
        if finding.remedy:
            yield f"      处理：{_one_line(finding.remedy)}"
        if finding.fingerprint and not unknown:
            yield self._paint(f"      指纹：{finding.fingerprint}", "2")

    def summary(self, results: Sequence[Checked]) -> Iterator[str]:
        """A table of all inputs, one line each."""
        rows = [_HEADS, *(_row(result) for result in results)]
        widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEADS))]
        for number, row in enumerate(rows):
            line = "  ".join(_padded(word, width, column > 2) for column, (word, width) in enumerate(zip(row, widths, strict=True)))
            yield self._paint(line.rstrip(), "1") if number == 0 else line.rstrip()
        errors, failed = sum(result.blocking for result in results), sum(bool(result.error) for result in results)
        yield f"共 {len(results)} 份：{errors} 份有错误，{failed} 份未能检查，{len(results) - errors - failed} 份没有错误"

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def _head(result: Checked) -> list[str]:
    year = f"{result.year} 年度" if result.year else ""
    return [word for word in (_one_line(result.unit), year, result.form) if word]


def _row(result: Checked) -> tuple[str, ...]:
    if result.error:
        return (_tail(str(result.path)), "未能检查", "", "", "", "", "", "")
    numbers = [str(result.counts[name]) for name in (*SEVERITY_NAMES, "unknown")]
    return (_tail(str(result.path)), _shortened(result.unit, 20), str(result.year or ""), *numbers, str(len(result.ruled)))


def _side_by_side(alike: Alike, other: str) -> Iterator[str]:
    yield f"      本篇：{_shortened(alike.quote)}"
    yield f"      {_shortened(other, 30)}：{_shortened(alike.other)}"


def _one_line(text: str) -> str:
    """Text that cannot move the cursor or break the line."""
    return clean(text)


def _shortened(text: str, limit: int = _PASSAGE) -> str:
    line = _one_line(text).strip()
    return line if len(line) <= limit else f"{line[:limit]}…"


def _tail(path: str, limit: int = 40) -> str:
    line = _one_line(path)
    return line if len(line) <= limit else f"…{line[1 - limit :]}"


def _width(text: str) -> int:
    return round(em_width(text) * 2)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def write_text(results: Iterable[Checked], *, colour: bool = False) -> str:
    """All results and, for several, the summary."""
    output, every = TextOutput(colour=colour), list(results)
    lines = [line for result in every for line in (*output.lines(result), "")]
    if len(every) > 1:
        lines += output.summary(every)
    return "\n".join(lines).rstrip("\n") + "\n"

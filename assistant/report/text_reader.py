"""Reads a report that was flattened to text: one cell a line, or tables with bars; blank cells may be lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from assistant.errors import InputError
from assistant.form import Cell, Form, FormRegistry, Section, Source
from assistant.report.form_choice import choose_form, other_wordings
from assistant.report.front_matter import FrontMatter, Shell, read_front, strip_shell
from assistant.report.glued import cut_glued_table, part_glued_headings
from assistant.report.inferred_zero import infer_zeros
from assistant.report.lines import Line, line_range, text_lines
from assistant.report.model import ReadRemark, ReadSection, Report
from assistant.report.preface_count import preface_count
from assistant.report.sections import Part, Split, find_headings, split_sections
from assistant.report.table_reader import TableReading, read_table
from assistant.report.table_spec import TableSpec, table_specs
from assistant.report.unit_guess import guess_kind, guess_region


def read_text_report(text: str, path: str, registry: FormRegistry) -> Report:
    """Read a flattened text report.

    Values are placed by row label and column label only; what is missing, doubled, moved or foreign becomes a remark and
    never an accepted cell. Blank cells stay blank (report-format §7).

    Args:
        text: the whole file.
        path: its path; the file name goes into each source.
        registry: the known versions of the form.

    Raises:
        InputError: the text has no title and no part of such a report.
    """
    return _Reading(text, path, registry).report()


@dataclass
class _Tables:
    """Cells and remarks collected from the parts that hold tables."""

    cells: dict[str, Cell]
    remarks: list[ReadRemark]


class _Reading:
    """One reading of one text."""

    def __init__(self, text: str, path: str, registry: FormRegistry) -> None:
        self.path, self.file, self.registry = path, PurePath(path).name, registry
        self.shell: Shell = strip_shell(text_lines(text))
        self.all_sections = [section for form in registry.forms for section in form.sections]
        self.split = self._split()
        self.front: FrontMatter = read_front(self.split.front)
        if not self.split.parts and not self.front.title:
            raise InputError(
                "没有找到报告标题，也没有找到六个部分中的任何一个标题，不像政府信息公开工作年度报告",
                place=self.file,
                remedy="请确认文件是否选对；扫描件请先转成文字",
            )
        self.year = self.front.year or self.front.period_year
        self.form: Form | None = choose_form(registry, self._table_text(), self.year)
        self.specs = table_specs(registry.forms, self.form)
        self.remarks: list[ReadRemark] = []

    def _split(self) -> Split:
        lines = self.shell.lines
        labels = frozenset[str]().union(*(spec.labels for spec in table_specs(self.registry.forms, None).values()))
        headings = find_headings(lines, self.all_sections, labels)
        if len({heading.section.key for heading in headings}) < 3:
            lines = part_glued_headings(lines, self.all_sections)
            headings = find_headings(lines, self.all_sections, labels)
        return split_sections(lines, headings)

    def _table_text(self) -> str:
        parts = [part for part in self.split.parts if part.heading.section.table]
        lines = [line for part in parts for line in part.lines] or self.shell.lines
        return "".join(line.text for line in lines)

    def report(self) -> Report:
        """The report with everything that was noticed."""
        cells = {key: Cell(key=key) for key in self.form.cells} if self.form else {}
        self._note_shell()
        self._note_headings()
        self._note_preface()
        sections = []
        for part in self.split.parts:
            narrative = self._table_part(part, cells) if part.heading.section.table else part.lines
            sections.append(self._section(part, narrative))
        self._note_mixed()
        known = [self.form] if self.form else []
        front = self.front
        return Report(
            path=self.path,
            title=front.title,
            unit=front.unit,
            kind=guess_kind(front.unit),
            region=guess_region(front.unit),
            year=self.year,
            form=self.form.id if self.form else "",
            period=front.period,
            preface=front.preface,
            site=front.site,
            phone=front.phone,
            published=self.shell.published,
            sections=tuple(sections),
            cells=infer_zeros(cells, known or self.registry.forms),
            remarks=tuple(self.remarks),
        )

    def _section(self, part: Part, narrative: Sequence[Line]) -> ReadSection:
        ordered = sorted(narrative, key=lambda line: line.number)
        return ReadSection(
            key=part.heading.section.key,
            number=part.heading.mark,
            title=part.heading.title,
            text="\n".join(line.text for line in ordered),
            source=Source(file=self.file, place=line_range(part.lines)),
        )

    def _table_part(self, part: Part, cells: dict[str, Cell]) -> list[Line]:
        """Read the table of a part into ``cells``; the lines of its narrative."""
        spec = self.specs[part.heading.section.table]
        lines, glued = cut_glued_table(part.lines, spec)
        reading = read_table(spec, lines, section=part.heading.section.key, file=self.file)
        if glued:
            self._refuse_glued(part, spec, glued, cells)
        elif not reading.values:
            self._note_no_table(part, spec)
        self._take(reading, cells, glued=bool(glued))
        return reading.narrative

    def _take(self, reading: TableReading, cells: dict[str, Cell], *, glued: bool) -> None:
        if glued:
            return
        cells.update(reading.cells)
        self.remarks += reading.remarks

    def _refuse_glued(self, part: Part, spec: TableSpec, glued: Sequence[Line], cells: dict[str, Cell]) -> None:
        keys = [key for key in cells if self.form and self.form.cells[key].table == spec.key]
        source = Source(file=self.file, place=glued[0].place)
        for key in keys:
            cells[key] = Cell(key=key, status="position_uncertain", remark="表格各格连在一起，无法分开", source=source)
        message = f"{spec.title}的各格连在一起，没有分隔，无法确定每格的数，整表没有采用，请改用原网页、Word 或 PDF 文件"
        self._remark("S-CELL-COUNT", message, section=part.heading.section.key, place=glued[0].place, cells=tuple(keys))

    def _note_no_table(self, part: Part, spec: TableSpec) -> None:
        key = part.heading.section.key
        image = next((line for line in part.lines if line.text.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".bmp"))), None)
        if image is not None:
            self._remark(
                "S-TABLE-IMAGE", f"{spec.title}是图片，读不出数，需人工录入", section=key, place=image.place, quote=image.text
            )
        else:
            message = f"第{part.heading.section.number}部分没有表格数据，无法核对，也不能据此写数字"
            self._remark("S-TABLE-MISSING", message, section=key, place=line_range(part.lines))

    def _note_shell(self) -> None:
        dropped = self.shell.dropped
        if dropped:
            message = f"已剔除网页附属文字 {len(dropped)} 处"
            if self.shell.published:
                message += f"，并记下发布日期 {self.shell.published.isoformat()}"
            self._remark("S-CHROME", message, place=dropped[0].place, quote=dropped[0].text)

    def _note_headings(self) -> None:
        ranks = {section.key: rank for rank, section in reversed(list(enumerate(self._statutory())))}
        previous = -1
        for part in self.split.parts:
            heading, rank = part.heading, ranks.get(part.heading.section.key, 0)
            self._note_heading(part, moved=rank < previous)
            previous = max(previous, rank)
            if not heading.exact:
                message = f"第{heading.section.number}部分的标题为“{heading.title}”，已识别为“{heading.section.title}”"
                self._remark("S-SECTION-TITLE", message, section=heading.section.key, quote=heading.title)

    def _note_heading(self, part: Part, *, moved: bool) -> None:
        heading = part.heading
        faults = []
        if not heading.right_mark:
            printed = f"的序号为“{heading.mark}”" if heading.mark else "没有序号"
            faults.append(f"“{heading.title}”{printed}，应为“{heading.section.number}、”")
        if moved:
            faults.append(f"“{heading.title}”的先后位置与规定的次序不符")
        if part.repeats > 1:
            faults.append(f"“{heading.title}”的标题出现 {part.repeats} 次，按文字较多的一处读取")
        for fault in faults:
            quote = f"{heading.mark}{heading.title}"
            self._remark("S-SECTION-ORDER", fault, section=heading.section.key, place=self._place_of(part), quote=quote)

    def _place_of(self, part: Part) -> str:
        return f"第 {part.number} 行"

    def _note_preface(self) -> None:
        count = preface_count(self.front.preface, self.all_sections)
        if count is None:
            return
        quote = count.quote
        if count.claimed != count.listed:
            hint = "（有“等”字）" if count.open_list else ""
            message = f"前言称“{quote}”{hint}，实际只列出 {count.listed} 个名称"
            self._remark("S-PREFACE-COUNT", message, quote=quote)
        elif self.split.parts and count.claimed != len(self.split.parts):
            message = f"前言称 {count.claimed} 个部分，正文实有 {len(self.split.parts)} 个"
            self._remark("S-PREFACE-COUNT", message, quote=quote)

    def _note_mixed(self) -> None:
        if self.form is None:
            return
        for other, labels in other_wordings(self.registry, self.form, self._table_text()):
            names = "、".join(f"“{label}”" for label in labels[:4])
            message = f"表格以 {self.form.id} 的表头为主，又出现 {other.id} 的用语{names}，两个版本混用，已按各自标签解析"
            self._remark("S-FORM-MIXED", message, quote=labels[0])

    def _statutory(self) -> Sequence[Section]:
        return (self.form or self.registry.forms[-1]).sections

    def _remark(
        self, rule: str, message: str, *, section: str = "", place: str = "", cells: tuple[str, ...] = (), quote: str = ""
    ) -> None:
        source = Source(file=self.file, place=place)
        self.remarks.append(ReadRemark(rule=rule, message=message, section=section, cells=cells, quote=quote, source=source))

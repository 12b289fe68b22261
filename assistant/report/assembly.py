"""What every reader of reports does the same way: parts, front matter, remarks on the structure. Tables are read by each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import PurePath

from assistant.errors import InputError
from assistant.form import Cell, Form, FormRegistry, Section, Source
from assistant.report.blocks import ImageBlock
from assistant.report.form_choice import choose_form, other_wordings
from assistant.report.front_matter import FrontMatter, Shell, read_front, strip_shell
from assistant.report.inferred_zero import infer_zeros
from assistant.report.lines import Line, line_range
from assistant.report.model import ReadRemark, ReadSection, Report
from assistant.report.preface_count import preface_count
from assistant.report.sections import Part, Split, find_headings, split_sections
from assistant.report.table_spec import TableSpec, table_specs
from assistant.report.unit_guess import guess_kind, guess_region

_FEWEST_PARTS = 3
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")


class ReportReading(ABC):
    """One reading of one report, given its lines.

    Args:
        lines: the whole file in reading order.
        path: its path; the file name goes into each source.
        registry: the known versions of the form.

    Raises:
        InputError: the lines have no title and no part of such a report.
    """

    def __init__(self, lines: Sequence[Line], path: str, registry: FormRegistry) -> None:
        self.path, self.file, self.registry = path, PurePath(path).name, registry
        self.remarks: list[ReadRemark] = []
        self.shell: Shell = strip_shell(lines)
        self.all_sections = [section for form in registry.forms for section in form.sections]
        self.split = self._split()
        self.front: FrontMatter = read_front([line for line in self.split.front if line.text])
        self.year = self.front.year or self.front.period_year
        self.form: Form | None = choose_form(registry, self._table_text(), self.year)
        self._refuse_others()
        self.specs = table_specs(registry.forms, self.form)

    def _refuse_others(self) -> None:
        """Refuse what is no such report, and reports older than every known form.

        Raises:
            InputError: it is one of these.
        """
        first = min(form.first_year for form in self.registry.forms)
        if self.form is None and self.year is not None and self.year < first:
            raise InputError(
                f"这是 {self.year} 年度的报告，用的是 {first} 年度以前的旧格式，没有现行的统计表，不能按现行格式读取",
                place=self.path,
                remedy=f"请改交 {first} 年度及以后的报告",
            )
        if self.form is None and len(self.split.parts) < (1 if self.front.title else _FEWEST_PARTS):
            raise InputError(
                "没有找到报告标题和六个部分的标题，不像政府信息公开工作年度报告",
                place=self.path,
                remedy="请确认文件是否选对；扫描件请先转成文字",
            )

    @abstractmethod
    def _table_text(self) -> str:
        """The text in which the tables' labels stand."""

    @abstractmethod
    def _table_part(self, part: Part, cells: dict[str, Cell]) -> Sequence[Line]:
        """Read the table of a part into ``cells``; the lines of its narrative."""

    @abstractmethod
    def _other_tables(self, cells: dict[str, Cell]) -> None:
        """Read tables that stand in no part of their own."""

    def _split(self) -> Split:
        return split_sections(self.shell.lines, find_headings(self.shell.lines, self.all_sections, self._labels()))

    def _labels(self) -> frozenset[str]:
        return frozenset[str]().union(*(spec.labels for spec in table_specs(self.registry.forms, None).values()))

    def _narrative_part(self, part: Part) -> Sequence[Line]:
        """The lines of a part that owes no table."""
        return part.lines

    def report(self) -> Report:
        """The report with everything that was noticed."""
        cells = {key: Cell(key=key) for key in self.form.cells} if self.form else {}
        self._note_shell()
        self._note_headings()
        self._note_preface()
        sections = []
        for part in self.split.parts:
            owes_table = bool(part.heading.section.table)
            narrative = self._table_part(part, cells) if owes_table else self._narrative_part(part)
            sections.append(self._section(part, narrative))
        self._other_tables(cells)
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
            text="\n".join(line.text for line in ordered if line.text),
            source=Source(file=self.file, place=line_range(part.lines)),
        )

    def _note_no_table(self, part: Part, spec: TableSpec) -> None:
        key = part.heading.section.key
        image = next((line for line in part.lines if _is_picture(line)), None)
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
            self._remark("S-SECTION-ORDER", fault, section=heading.section.key, place=part.place, quote=quote)

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

    def _note_other_form(self, spec: TableSpec, forms: Sequence[Form], section: str, cells: dict[str, Cell]) -> None:
        """Tell that a whole table follows another version than the report's (rule S-FORM-MIXED).

        Cells that this version does not print are no blank cells of the report: they are taken out of ``cells``.
        """
        for form in forms if len(forms) == 1 else ():
            if self.form is not None and form is not self.form:
                for key in [key for key, known in self.form.cells.items() if known.table == spec.key and key not in form.cells]:
                    cells.pop(key, None)
                message = f"{spec.title}的行名是 {form.id} 的，报告以 {self.form.id} 的表头为主，两个版本混用，已按各自标签解析"
                self._remark("S-FORM-MIXED", message, section=section)

    def _statutory(self) -> Sequence[Section]:
        return (self.form or self.registry.forms[-1]).sections

    def _remark(
        self, rule: str, message: str, *, section: str = "", place: str = "", cells: tuple[str, ...] = (), quote: str = ""
    ) -> None:
        source = Source(file=self.file, place=place)
        self.remarks.append(ReadRemark(rule=rule, message=message, section=section, cells=cells, quote=quote, source=source))


def _is_picture(line: Line) -> bool:
    return isinstance(line.block, ImageBlock) or line.text.lower().endswith(_PICTURES)

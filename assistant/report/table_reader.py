"""Places the values of one statutory table by row label and column label; what cannot be placed is reported, never accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.form import Cell, Form, Source, read_value
from assistant.report.header_fit import fit_header
from assistant.report.labels import firmly_ordered, looks_like_value
from assistant.report.lines import Line
from assistant.report.model import ReadRemark
from assistant.report.raw_table import HeaderFit, RawRow, Segment, Token
from assistant.report.table_spec import FormBlock, Row, TableSpec
from assistant.report.table_stream import TableStream

_NAMED = 6


@dataclass
class TableReading:
    """A table as read: cells by key, remarks, the part's narrative lines, which forms' wording was met."""

    cells: dict[str, Cell] = field(default_factory=dict)
    remarks: list[ReadRemark] = field(default_factory=list)
    narrative: list[Line] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    values: int = 0


@dataclass(frozen=True)
class _Found:
    """A row label met in the text, with the block it stands in. ``fit`` is None when its header does not vouch for it."""

    row: Row
    block: FormBlock
    raw: RawRow
    fit: HeaderFit | None
    fault: str = ""


def read_table(spec: TableSpec, lines: Sequence[Line], *, section: str, file: str) -> TableReading:
    """Read one table out of the lines of its part.

    A value counts only if its row label is known, unique and in its place, the header above names every column in
    statutory order, and the row has exactly as many values as columns (S-CELL-COUNT, C-POSITION).

    Args:
        spec: the table over all versions of the form.
        lines: the lines of the part, headings left out.
        section: the part's key, for remarks.
        file: file name, for sources.
    """
    stream = TableStream(spec, lines)
    reading = TableReading(narrative=list(stream.narrative))
    return place_rows(spec, stream.segments, reading, section=section, file=file)


def place_rows(spec: TableSpec, segments: Sequence[Segment], reading: TableReading, *, section: str, file: str) -> TableReading:
    """Place the rows of a table under the rules of :func:`read_table`; what they say is added to ``reading``."""
    return _Placing(spec, section, file, reading).run(segments)


@dataclass(frozen=True, eq=False)
class _Step:
    """A row, or values without a known row (empty id), in the order of the text."""

    raw: RawRow
    row_id: str
    segment: Segment


class _Placing:
    """The placing of one table's values; collects cells and remarks in ``reading``."""

    def __init__(self, spec: TableSpec, section: str, file: str, reading: TableReading) -> None:
        self.spec, self.section, self.file, self.reading = spec, section, file, reading
        self.short: list[_Found] = []
        self.single: list[_Found] = []
        self.foreign: list[RawRow] = []
        self.unvouched: list[_Found] = []
        self.slipped: list[_Found] = []
        self.sequence: list[_Step] = []

    def run(self, segments: Sequence[Segment]) -> TableReading:
        filled = [segment for segment in segments if segment.rows]
        fits = [self._fits(segment) for segment in filled]
        total = {id(block.form): 0 for block in self.spec.blocks}
        for segment, (pool, _) in zip(filled, fits, strict=True):
            for form_id in total:
                total[form_id] += max((self._hits(block, segment) for block in pool if id(block.form) == form_id), default=0)
        found: list[_Found] = []
        for segment, (pool, good) in zip(filled, fits, strict=True):
            block = max(pool, key=lambda block: (self._hits(block, segment), total[id(block.form)]))
            fit = None if _overfull(block, segment) else good.get(id(block))
            found += self._resolve(block, segment, fit)
        self._note_headers(found)
        self._place(found)
        self._note_missing(found, total)
        self._note_rows()
        self.reading.values = sum(len(item.raw.tokens) for item in found) + sum(len(raw.tokens) for raw in self.foreign)
        return self.reading

    def _fits(self, segment: Segment) -> tuple[list[FormBlock], dict[int, HeaderFit]]:
        titled = [block for block in self.spec.blocks if not segment.title or segment.title in block.title]
        good = {id(block): fit for block in titled if (fit := fit_header(block, segment)) is not None}
        return [block for block in titled if id(block) in good] or titled or list(self.spec.blocks), good

    def _hits(self, block: FormBlock, segment: Segment) -> int:
        if segment.sheet is not None:
            return len({row.id for raw in segment.rows if (row := self._row_of(block, raw)) is not None})
        ids = {row.id for row in block.rows}
        groups = {group for row in block.rows for group in row.groups}
        labels = {raw.label: bool(raw.tokens) for raw in segment.rows}
        return sum(
            1
            for label, has_values in labels.items()
            if (label and ids.intersection(self.spec.rows.get(label, ())))
            or (label and not has_values and groups.intersection(self.spec.groups.get(label, ())))
        )

    def _resolve(self, block: FormBlock, segment: Segment, fit: HeaderFit | None) -> Iterator[_Found]:
        for raw in segment.rows:
            row = self._row_of(block, raw)
            fault = segment.sheet.faults.get(id(block), "") if segment.sheet else ""
            found = _Found(row, block, raw, fit, fault) if row is not None else self._elsewhere(block, raw)
            if found is not None:
                self.sequence.append(_Step(raw, found.row.id, segment))
                yield found
            elif raw.tokens:
                self.sequence.append(_Step(raw, "", segment))
                self.foreign.append(raw)
            elif not raw.label and raw.name:
                self.reading.narrative.append(Line(raw.line, raw.name, where=raw.where))

    def _row_of(self, block: FormBlock, raw: RawRow) -> Row | None:
        if raw.sheet is not None and raw.sheet.path:
            return self.spec.row_at(block, raw.sheet.path, sure=raw.sheet.sure)
        if not raw.label:
            unlabelled = [row for row in block.rows if row.node is None]
            return unlabelled[0] if unlabelled and not raw.name and raw.tokens else None
        rows = [row for row_id in self.spec.rows.get(raw.label, ()) if (row := block.row(row_id)) is not None]
        if len(rows) > 1:
            groups = set(self.spec.groups.get(raw.group, ()))
            rows = [row for row in rows if groups.intersection(row.groups)]
        return rows[0] if len(rows) == 1 else None

    def _elsewhere(self, block: FormBlock, raw: RawRow) -> _Found | None:
        """The row in another block of the same form: its own header is not above it, so its values are in doubt."""
        for other in self.spec.blocks:
            if other.form is block.form and other is not block and (row := self._row_of(other, raw)) is not None and raw.label:
                return _Found(row, other, raw, None)
        return None

    def _place(self, found: Sequence[_Found]) -> None:
        chosen: dict[str, _Found] = {}
        doubled: dict[str, list[_Found]] = {}
        for item in found:
            first = chosen.setdefault(item.row.id, item)
            if first is not item:
                doubled.setdefault(item.row.id, [first]).append(item)
                chosen[item.row.id] = first if first.raw.tokens else item
        ordered = sorted(chosen.values(), key=lambda item: found.index(item))
        firm = firmly_ordered([self.spec.order[item.row.id] for item in ordered])
        conflicting = {row_id for row_id, items in doubled.items() if _contradict(items)}
        for item, in_place in zip(ordered, firm, strict=True):
            if item.block.form not in self.reading.forms:
                self.reading.forms.append(item.block.form)
            if item.row.id in conflicting:
                self._two_values(doubled[item.row.id])
            else:
                self._cells(item, self._doubt(item, in_place))
        moved = [item for item, in_place in zip(ordered, firm, strict=True) if not in_place]
        self._note_order(moved)
        self._note_doubled([items for row_id, items in doubled.items()], conflicting)

    def _doubt(self, item: _Found, in_place: bool) -> str:
        """Why a row's values are in doubt, if they are.

        Without a grid nothing but the next row label ends a row's values: unless that is the statutory next row, some of the
        values may belong to a row that is gone, or may have been pushed here.
        """
        if not in_place:
            return "行的次序与表式不符"
        if item.raw.sheet is not None and item.raw.sheet.doubt:
            return item.raw.sheet.doubt
        if item.raw.gridded or item.row.node is None:
            return ""
        rows = item.block.rows
        place = rows.index(item.row)
        here = next(number for number, step in enumerate(self.sequence) if step.raw is item.raw)
        after = self.sequence[here + 1] if here + 1 < len(self.sequence) else None
        if after and sum(step.row_id == after.row_id for step in self.sequence) > 1:
            return "其后的一行重复出现，这些数可能错位"
        if place + 1 < len(rows):
            expected = rows[place + 1]
            return "" if after and after.row_id == expected.id else f"其后不是下一行“{expected.name}”，这些数可能错位"
        if after is None or self._opens_later_block(item, self.sequence[here], after):
            return ""
        return "其后还有不属于本行的数，这些数可能错位"

    def _opens_later_block(self, item: _Found, here: _Step, after: _Step) -> bool:
        """Whether the next row stands under a header of its own and later in the form than this one."""
        later = self.spec.order.get(after.row_id, -1) > self.spec.order[item.row.id]
        return later and after.segment is not here.segment

    def _cells(self, item: _Found, doubt: str) -> None:
        keys, values = item.block.keys(item.row), self._aligned(item)
        if values is None:
            self._unaligned(item, keys)
            return
        if item.fit is None and item.raw.tokens:
            doubt = "上方没有与表式一致的列名"
            self.unvouched.append(item)
        elif item.raw.sheet is not None and item.raw.sheet.doubt:
            self.slipped.append(item)
        for key, token in zip(keys, values, strict=True):
            cell = self._read(item, key, token)
            if doubt and cell.status == "ok":
                cell = cell.model_copy(update={"status": "position_uncertain", "remark": doubt})
            self.reading.cells[key] = cell

    def _aligned(self, item: _Found) -> list[Token] | None:
        """One token a column (empty ones for blanks), or None when the values cannot be told apart by column."""
        width, tokens = len(item.block.leaves), item.raw.tokens
        if item.raw.gridded and item.fit is not None and (cells := item.raw.cut(item.fit)) is not None:
            return cells
        if not tokens:
            return [Token("", item.raw.line, where=item.raw.where)] * width
        crowded = any(not token.alone for token in tokens) and len({token.line for token in tokens}) > 1
        plain = all(looks_like_value(token.text) for token in tokens)
        return tokens if len(tokens) == width and plain and not crowded else None

    def _unaligned(self, item: _Found, keys: Sequence[str]) -> None:
        tokens, total = item.raw.tokens, item.block.total_column
        if len(tokens) == 1 and total is not None:
            self.single.append(item)
            for number, key in enumerate(keys):
                cell = self._read(item, key, tokens[0] if number == total else Token("", item.raw.line))
                if number == total:
                    remark = "这一行只有 1 个数，默认归入总计列，请核对"
                    cell = cell.model_copy(update={"status": "position_uncertain", "remark": remark})
                self.reading.cells[key] = cell
            return
        self.short.append(item)
        printed = "、".join(token.text for token in tokens[:20])
        remark = f"这一行取到 {len(tokens)} 个数（{printed}），应有 {len(keys)} 个，所在列无法确定"
        for key in keys:
            source = Source(file=self.file, place=item.raw.place)
            self.reading.cells[key] = Cell(key=key, status="position_uncertain", remark=remark, source=source)

    def _two_values(self, items: Sequence[_Found]) -> None:
        places = _places([item for item in items if item.raw.tokens])
        for key in dict.fromkeys(key for item in items for key in item.block.keys(item.row)):
            raw = " / ".join(token.text for item in items for token in item.raw.tokens)
            source = Source(file=self.file, place=places)
            self.reading.cells[key] = Cell(key=key, raw=raw, status="unparsed", remark="有两个不同的值", source=source)

    def _read(self, item: _Found, key: str, token: Token) -> Cell:
        source = Source(file=self.file, place=token.place)
        return read_value(item.block.form.cells[key], token.text, source)

    def _remark(self, rule: str, message: str, raws: Sequence[RawRow], *, cells: Iterable[str] = (), quote: str = "") -> None:
        source = Source(file=self.file, place=raws[0].place if raws else "")
        self.reading.remarks.append(
            ReadRemark(rule=rule, message=message, section=self.section, cells=tuple(cells), quote=quote, source=source)
        )

    def _note_headers(self, found: Sequence[_Found]) -> None:
        under = [item for item in found if item.fit and item.fit.lost and item.raw.tokens]
        lost = dict.fromkeys(name for item in under if item.fit for name in item.fit.lost)
        if lost:
            names = "、".join(f"“{name}”" for name in lost)
            message = f"{self.spec.title}的表头缺{names}，其余列名齐全，已按列名顺序对位，请核对"
            self._remark("S-HEADER-LOST", message, _raws(under))

    def _note_missing(self, found: Sequence[_Found], total: dict[int, int]) -> None:
        if not found:
            return
        form = max(total, key=lambda form_id: total[form_id])
        met = {item.row.id for item in found}
        absent = [(block, row) for block in self.spec.blocks if id(block.form) == form for row in block.rows if row.id not in met]
        if absent:
            names = _names(row.name for _, row in absent)
            message = f"{self.spec.title}没有找到{names}{'等' if len(absent) > _NAMED else ''} {len(absent)} 行，请核对原表"
            self._remark("S-ROW-MISSING", message, [], cells=[key for block, row in absent for key in block.keys(row)])

    def _note_order(self, moved: Sequence[_Found]) -> None:
        if moved:
            names = _names(item.row.name for item in moved)
            message = f"{self.spec.title}中{names}的次序与表式不符，这些行的数没有采用，请核对原表"
            self._remark("S-ROW-ORDER", message, _raws(moved), cells=_keys(moved))

    def _note_doubled(self, doubled: Sequence[Sequence[_Found]], conflicting: set[str]) -> None:
        for items in doubled:
            clash = items[0].row.id in conflicting
            advice = "两处的数不同，没有采用任何一处" if clash else "两处的数没有矛盾"
            message = f"{self.spec.title}中“{items[0].row.name}”出现 {len(items)} 次（{_places(items)}），{advice}"
            self._remark("S-ROW-DOUBLE", message, _raws(items), cells=_keys(items[:1]))

    def _note_rows(self) -> None:
        if self.single:
            message = f"{self.spec.title}有 {len(self.single)} 行各只取到 1 个数，默认归入“总计”列，置信度低，请对照原表确认"
            cells = [item.block.keys(item.row)[item.block.total_column or 0] for item in self.single]
            self._remark("C-POSITION", message, _raws(self.single), cells=cells)
        if self.short:
            width = len(self.short[0].block.leaves)
            counts = _names(f"{item.row.name}：{len(item.raw.tokens)} 个" for item in self.short)
            message = (
                f"{self.spec.title}有 {len(self.short)} 行取到的数与列数不符（应为 {width} 个；{counts}），所在列无法确定，没有采用"
            )
            self._remark("S-CELL-COUNT", message, _raws(self.short), cells=_keys(self.short))
        if self.slipped:
            names = _names(item.row.name for item in self.slipped)
            reasons = "；".join(dict.fromkeys(item.raw.sheet.doubt for item in self.slipped if item.raw.sheet))
            message = f"{self.spec.title}中{names}的数没有采用：{reasons}，请核对原表"
            self._remark("S-CELL-COUNT", message, _raws(self.slipped), cells=_keys(self.slipped))
        for raw in self.foreign:
            what = f"“{raw.name}”不是表中的行" if raw.name else "有数而没有行名"
            message = f"{self.spec.title}{raw.place}{what}，其后的 {len(raw.tokens)} 个数没有采用，请核对原表"
            self._remark("S-ROW-FOREIGN", message, [raw], quote=raw.name)
        if self.unvouched:
            names = _names(item.row.name for item in self.unvouched)
            faults = "、".join(dict.fromkeys(item.fault for item in self.unvouched if item.fault))
            why = f"（{faults}）" if faults else ""
            message = f"{self.spec.title}中{names}上方的列名不全或与表式不符{why}，这些行的数没有采用"
            self._remark("S-COLUMN-HEADER", message, _raws(self.unvouched), cells=_keys(self.unvouched))


def _overfull(block: FormBlock, segment: Segment) -> bool:
    """Whether several rows have more values than the header has columns: then the header has lost a column."""
    return sum(1 for raw in segment.rows if not raw.gridded and len(raw.tokens) > len(block.leaves)) > 1


def _contradict(items: Sequence[_Found]) -> bool:
    return len({tuple(token.text for token in item.raw.tokens) for item in items if item.raw.tokens}) > 1


def _keys(items: Iterable[_Found]) -> list[str]:
    return [key for item in items for key in item.block.keys(item.row)]


def _raws(items: Iterable[_Found]) -> list[RawRow]:
    return [item.raw for item in items]


def _places(items: Sequence[_Found]) -> str:
    """第 7、9 行 for lines of text, else the places one after the other."""
    if any(item.raw.where for item in items):
        return "、".join(item.raw.place for item in items)
    return f"第 {'、'.join(str(item.raw.line) for item in items)} 行"


def _names(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in list(names)[:_NAMED])

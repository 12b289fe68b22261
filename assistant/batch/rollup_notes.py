"""What a roll-up says in words: where one thing may be counted twice, and which units a change on last year comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, field_serializer

from assistant.batch.rollup_sources import Found
from assistant.facts.rollup import Doubling, Total, doublings, exact_sum, rollup_data
from assistant.facts.tables import plain_number
from assistant.form import Form
from assistant.form.cell import plain
from assistant.submission.model import Note

_QUOTED = 5


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hint(_Model):
    """A work note that speaks of what may be counted twice."""

    unit: str
    file: str
    note: str
    quote: str


class DoubleCount(_Model):
    """A question to settle before the sums are believed: which cells, which units have figures there, what the notes say."""

    id: str
    name: str
    message: str
    ask: str
    cells: tuple[str, ...]
    units: tuple[str, ...]
    hints: tuple[Hint, ...] = ()


class UnitChange(_Model):
    """One unit's part in a change."""

    unit: str
    before: Decimal
    now: Decimal
    source: str
    source_before: str

    @property
    def change(self) -> Decimal:
        """The signed difference."""
        return self.now - self.before

    @field_serializer("before", "now")
    def _plain(self, value: Decimal) -> int | str | None:
        return plain(value)


class Change(_Model):
    """A change on last year with the part of each unit, the largest first; ``note`` is the id of the work note that tells it."""

    cell: str
    label: str
    aspect: str
    units: tuple[UnitChange, ...]
    text: str
    note: str


def double_counts(form: Form, totals: Mapping[str, Total], found: Sequence[Found]) -> Iterator[DoubleCount]:
    """The places of double counting that concern these units: at least two have a figure above 0 there."""
    for each in doublings():
        cells = tuple(key for key in each.keys(form) if len(_with_figures(totals[key])) > 1)
        units = tuple(sorted({unit for key in cells for unit in _with_figures(totals[key])}))
        if cells:
            concerned = [one for one in found if one.name in units]
            yield DoubleCount(
                id=each.id, name=each.name, message=each.message, ask=each.ask, cells=cells, units=units,
                hints=tuple(_hints(each, concerned))[:_QUOTED],
            )  # fmt: skip


def _with_figures(total: Total) -> list[str]:
    return [summand.unit for summand in total.summands if summand.value]


def _hints(each: Doubling, found: Sequence[Found]) -> Iterator[Hint]:
    for one in found:
        for note in one.submission.notes:
            if any(word in note.text for word in each.words):
                yield Hint(unit=one.name, file=one.path, note=note.id, quote=note.text)


def changes(form: Form, earlier: Form, now: Mapping[str, Total], before: Mapping[str, Total], taken: set[str]) -> Iterator[Change]:
    """The declared changes that every unit's cells of both years bear out; nothing where one of them is missing.

    Args:
        form, earlier: the forms of both years.
        now, before: both years added up.
        taken: ids of work notes that are in use; those given here are added.
    """
    aspects = {aspect.key for aspect in form.aspects}
    for row in rollup_data()["changes"]["told"]:
        key = row["cell"]
        if key not in now or key not in before or row["aspect"] not in aspects or not form.comparable(earlier, key):
            continue
        parts = _unit_changes(now[key], before[key])
        if not parts:
            continue
        definition = form.cells[key]
        name = definition.label.removeprefix(form.table(definition.table).title).strip()
        note = _free_id(taken)
        text = _text(name, definition.unit or now[key].measure, parts)
        yield Change(cell=key, label=definition.label, aspect=row["aspect"], units=parts, text=text, note=note)


def _unit_changes(now: Total, before: Total) -> tuple[UnitChange, ...]:
    """Each unit's change, the largest first; none unless both sums are figures over the same units and something changed."""
    first = {summand.unit: summand for summand in before.summands}
    if now.value is None or before.value is None or now.measure != before.measure or len(now.summands) < 2:
        return ()
    if first.keys() != {summand.unit for summand in now.summands} or any(
        s.value is None for s in (*now.summands, *before.summands)
    ):
        return ()
    parts = [
        UnitChange(
            unit=summand.unit, before=last.value, now=summand.value, source=str(summand.source), source_before=str(last.source)
        )
        for summand in now.summands
        if (last := first[summand.unit]).value is not None and summand.value is not None
    ]
    moved = [part for part in parts if part.change]
    return tuple(sorted(moved, key=lambda part: (-abs(part.change), part.unit)))


def _text(name: str, measure: str, parts: Sequence[UnitChange]) -> str:
    """新收·总计分单位看，甲局减少28件，乙局增加3件，其余6个单位合计减少12件: adds up to the whole change."""
    most = int(rollup_data()["changes"]["units"])
    named = parts if len(parts) <= most + 1 else parts[:most]
    rest = parts[len(named) :]
    told = [f"{part.unit}{_moved(part.change, measure)}" for part in named]
    if rest:
        left = exact_sum(part.change for part in rest)
        told.append(f"其余有变化的{len(rest)}个单位{f'合计{_moved(left, measure)}' if left else '增减相抵'}")
    name = name.removesuffix("·总计").replace("·", "")
    return f"{name}数的增减分单位看：{'，'.join(told)}"


def _moved(change: Decimal, measure: str) -> str:
    return f"{'增加' if change > 0 else '减少'}{plain_number(abs(change))}{measure}"


def _free_id(taken: set[str]) -> str:
    number = next(number for number in range(1, len(taken) + 2) if f"r{number}" not in taken)
    taken.add(f"r{number}")
    return f"r{number}"


def note_of(change: Change, years: tuple[int, int]) -> Note:
    """The change as a work note of the government's submission, so that the draft can state it with its source."""
    return Note.model_validate(
        {"id": change.note, "aspect": change.aspect, "text": change.text, "source": f"各单位 {years[0]}、{years[1]} 年度填报件汇总"}
    )

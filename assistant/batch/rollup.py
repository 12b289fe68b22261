"""The roll-up: the departments' cells added into the government's submission, each figure traceable to each department's cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from assistant.batch.rollup_notes import Change, DoubleCount, changes, double_counts, note_of
from assistant.batch.rollup_sources import Entry, Found, Sources, Wishes, gather
from assistant.facts.rollup import Part, Summand, Total, add_up, exact_sum
from assistant.form import Cell, Form, FormRegistry, Source
from assistant.form.cell import plain
from assistant.submission.model import Fee, Submission, UnitProfile

FILE = "汇总"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contribution(_Model):
    """One unit's cell in a sum; ``value`` None where ``why`` says why it cannot be added."""

    unit: str
    value: Decimal | None
    raw: str
    why: str
    source: Source

    @field_serializer("value")
    def _plain(self, value: Decimal | None) -> int | str | None:
        return plain(value)


class RolledCell(_Model):
    """One cell of the government's tables: a figure where ``complete``, else none and the reason."""

    key: str
    label: str
    unit: str
    status: Literal["ok", "incomplete", "not_applicable"]
    value: Decimal | None
    why: str
    contributions: tuple[Contribution, ...]

    @field_serializer("value")
    def _plain(self, value: Decimal | None) -> int | str | None:
        return plain(value)


class Difference(_Model):
    """A cell where the sum and the government's own figure are not the same; ``difference`` is own less sum."""

    key: str
    label: str
    total: Decimal | None
    own: str
    difference: Decimal | None
    own_source: str
    why: str = ""

    @field_serializer("total", "difference")
    def _plain(self, value: Decimal | None) -> int | str | None:
        return plain(value)


class Rollup(_Model):
    """A government's tables made of the departments'.

    ``submission`` is what can be drafted from: the sums, the government's own notes where it handed any in, and the notes on
    which units a change comes from.
    """

    unit: str
    kind: str
    year: int
    form: str
    entries: tuple[Entry, ...]
    cells: dict[str, RolledCell]
    fee_why: str = ""
    doubles: tuple[DoubleCount, ...] = ()
    differences: tuple[Difference, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="关于汇总的说明")
    submission: Submission

    def of_fate(self, *fates: str) -> tuple[Entry, ...]:
        """Units and files of these fates, in the order of reading."""
        return tuple(entry for entry in self.entries if entry.fate in fates)

    @property
    def incomplete(self) -> tuple[RolledCell, ...]:
        """Cells without a figure because something is missing."""
        return tuple(cell for cell in self.cells.values() if cell.status == "incomplete")


def roll_up_folder(
    folder: Path,
    unit: str,
    registry: FormRegistry,
    *,
    own: Path | None = None,
    previous: Path | None = None,
    wishes: Wishes | None = None,
) -> Rollup:
    """Add the submissions of a folder into a government's; arguments and errors as for :func:`rollup_sources.gather`."""
    return roll_up(gather(folder, unit, registry, own=own, previous=previous, wishes=wishes or Wishes()), registry)


def roll_up(sources: Sources, registry: FormRegistry) -> Rollup:
    """Add up what was gathered: exact sums, double counting named, differences to the government's own listed.

    Raises:
        FormError: no form covers the year.
    """
    form = registry.for_year(sources.year)
    totals = add_up(form, _parts(sources.now, registry), sources.absent, skipping=sources.skipping)
    told, earlier, cells_before = _last_year(sources, form, totals, registry)
    fee, fee_why = _fee(sources)
    made = _submission(sources, form, totals, told, fee, cells_before)
    return Rollup(
        unit=sources.target.name,
        kind=sources.target.kind,
        year=sources.year,
        form=form.id,
        entries=sources.entries,
        cells={key: _rolled(form, total) for key, total in totals.items()},
        fee_why=fee_why,
        doubles=tuple(double_counts(form, totals, sources.now)),
        differences=tuple(_differences(form, totals, sources.own)),
        changes=told,
        notes=tuple(_notes(sources, told, earlier)),
        submission=made,
    )


def _parts(found: Sequence[Found], registry: FormRegistry) -> list[Part]:
    return [Part(one.name, one.submission.cells, registry.get(one.submission.form), one.path) for one in found]


def _last_year(
    sources: Sources, form: Form, totals: Mapping[str, Total], registry: FormRegistry
) -> tuple[tuple[Change, ...], Form | None, dict[str, Cell]]:
    """Changes by unit, last year's form and its sums as cells; nothing where last year's figures of a unit are not there."""
    names = {one.name for one in sources.now}
    parts = [part for part in _parts(sources.before, registry) if part.unit in names]
    if not names or {part.unit for part in parts} != names or sources.absent:
        return (), None, {}
    earlier = registry.for_year(sources.year - 1)
    before = add_up(earlier, parts, skipping=sources.skipping)
    own = sources.own.submission if sources.own else None
    taken = {item.id for items in (own.notes, own.problems, own.improvements) for item in items} if own else set()
    told = tuple(changes(form, earlier, totals, before, taken))
    return told, earlier, {key: total.cell(f"{FILE}（上年）") for key, total in before.items()}


def _rolled(form: Form, total: Total) -> RolledCell:
    definition = form.cells[total.key]
    status = "ok" if total.value is not None else "not_applicable" if total.not_applicable else "incomplete"
    return RolledCell.model_validate(
        {
            "key": total.key,
            "label": definition.label,
            "unit": definition.unit or total.measure,
            "status": status,
            "value": total.value,
            "why": "每个单位都填不适用" if status == "not_applicable" else total.reason,
            "contributions": tuple(_contribution(summand) for summand in total.summands),
        }
    )


def _contribution(summand: Summand) -> Contribution:
    return Contribution(unit=summand.unit, value=summand.value, raw=summand.raw, why=summand.why, source=summand.source)


def _fee(sources: Sources) -> tuple[Fee | None, str]:
    """The information processing fee added up; none where a unit does not state it."""
    if sources.absent:
        return None, f"缺 {'、'.join(sources.absent)}"
    fees = [(one.name, one.submission.fee) for one in sources.now]
    lacking = [name for name, fee in fees if fee is None or fee.count is None or (fee.yuan is None and fee.count != 0)]
    if lacking or not fees:
        return None, f"没有写明信息处理费的：{'、'.join(sorted(lacking))}" if lacking else ""
    counts = sum(fee.count or 0 for _name, fee in fees if fee)
    yuan = exact_sum(fee.yuan for _name, fee in fees if fee and fee.yuan is not None)
    return Fee(count=counts, yuan=yuan, origin=Source(file=FILE, place=f"{len(fees)} 个单位之和")), ""


def _submission(
    sources: Sources, form: Form, totals: Mapping[str, Total], told: Sequence[Change], fee: Fee | None, before: dict[str, Cell]
) -> Submission:
    """The government's submission: its own texts where it handed any in, all its figures from the sums."""
    own = sources.own.submission if sources.own else None
    target = sources.target
    years = (sources.year - 1, sources.year)
    profile = own.unit if own else UnitProfile.model_validate({"name": target.name, "kind": target.kind})
    texts: dict[str, Any] = {name: getattr(own, name) for name in ("problems", "improvements", "follow_ups")} if own else {}
    return Submission(
        unit=profile,
        year=sources.year,
        form=form.id,
        cells={key: total.cell(FILE) for key, total in totals.items()},
        notes=(*(own.notes if own else ()), *(note_of(change, years) for change in told)),
        fee=fee,
        previous_cells=before,
        file=FILE,
        **texts,
    )


def _differences(form: Form, totals: Mapping[str, Total], own: Found | None) -> Iterator[Difference]:
    """Cells where the government's own figure is not the sum, or one of the two is there without the other."""
    if own is None:
        return
    for key, total in totals.items():
        cell = own.submission.cells.get(key)
        value = cell.value if cell is not None and cell.ok else None
        if value == total.value or cell is None:
            continue
        shown = cell.raw.strip() or "空白"
        gap = value - total.value if value is not None and total.value is not None else None
        why = "" if gap is not None else total.reason if total.value is None else "本级政府没有填数"
        if total.value is None and not total.reason and not value:
            continue
        yield Difference(
            key=key, label=form.cells[key].label, total=total.value, own=shown, difference=gap, own_source=str(cell.source), why=why
        )


def _notes(sources: Sources, told: Sequence[Change], earlier: Form | None) -> Iterator[str]:
    absent = sources.absent
    if absent:
        yield f"缺 {len(absent)} 个单位或文件（{'、'.join(absent)}），各格都没有合计；补齐后再运行一次，或用 --without 写明不计入"
    if sources.own:
        yield f"工作素材、问题和改进取自本级政府自己的填报件（{sources.own.path}），表中的数都是各单位之和"
    else:
        yield "没有本级政府自己的填报件，只有表中的数；工作素材、问题和改进请补填"
    if sources.skipping:
        yield "按 --skip-not-applicable，填“/”等不适用记号的格没有计入，也没有算作缺"
    if earlier is None:
        yield f"上年（{sources.year - 1} 年度）的填报件不齐，没有列出增减来自哪些单位"
    elif told:
        yield f"增减来自哪些单位，已作为 {len(told)} 条工作素材写入，出处是各单位两年的填报件"

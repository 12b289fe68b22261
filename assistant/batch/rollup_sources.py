"""Whose figures enter a government's: reads a folder, tells each file's fate, and leaves nothing out in silence.

A file that cannot be read, two files of one unit that differ, a unit that handed in last year's only, a unit of the list without a
file: each of them keeps every sum from being a figure, until it is put right or a person says that the unit is not counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.batch.names import plain_name
from assistant.batch.readings import Listed, files_in
from assistant.drafting.previous import same_unit
from assistant.errors import AssistantError, InputError
from assistant.facts.rollup import left_out_kind
from assistant.form import FormRegistry
from assistant.intake import read_file, read_input
from assistant.intake.door import read_bytes
from assistant.report.unit_guess import guess_kind
from assistant.submission.model import Submission, UnitProfile

_GOVERNMENT = "人民政府"
_AREA_END = tuple("省市州盟县区旗")

Fate = Literal["counted", "own", "left_out", "absent", "previous", "ignored"]


class Entry(BaseModel):
    """One unit or file and what became of it.

    Fates: ``counted`` in the sums · ``own`` the government's own · ``left_out`` knowingly not counted · ``absent`` its figures
    should be in the sums and are not, so no sum is a figure · ``previous`` last year's · ``ignored`` no submission of these years.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    file: str = ""
    year: int | None = None
    form: str = ""
    fate: Fate
    why: str = ""


@dataclass(frozen=True)
class Target:
    """The government the sums are for; ``areas`` are the names by which its area goes."""

    name: str
    kind: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A submission that was read, with its path below the folder."""

    path: str
    submission: Submission

    @property
    def name(self) -> str:
        """The unit's name."""
        return self.submission.unit.name


@dataclass(frozen=True)
class Sources:
    """What the sums are made of: this year's and last year's submissions by unit, the government's own, and all fates."""

    year: int
    target: Target
    now: tuple[Found, ...]
    before: tuple[Found, ...]
    own: Found | None
    entries: tuple[Entry, ...]
    skipping: bool = False

    @property
    def absent(self) -> tuple[str, ...]:
        """Names of units (or files) whose figures are missing."""
        return tuple(entry.unit or entry.file for entry in self.entries if entry.fate == "absent")


@dataclass(frozen=True)
class Wishes:
    """What a person says: report year, the government's kind, units that must be there, units (not) to count, and whether cells
    marked as not applicable are passed over.
    """

    year: int | None = None
    kind: str | None = None
    units: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    skip_not_applicable: bool = False


def gather(
    folder: Path, unit: str, registry: FormRegistry, *, own: Path | None = None, previous: Path | None = None, wishes: Wishes
) -> Sources:
    """Read a folder and settle for each file and unit whether it is counted.

    Args:
        folder: the departments' submissions, folders below it included.
        unit: the government's full name.
        registry: the forms known.
        own: the government's own submission; else the one found in the folder.
        previous: a folder of last year's submissions; else those found in ``folder``.
        wishes: what a person says beside it.

    Raises:
        InputError: the folder or ``own`` cannot be read, nothing is there to add, or the government's kind cannot be told.
    """
    read, entries = _read_all(folder, registry)
    earlier, unread = _read_all(previous, registry) if previous else ((), [])
    own_found = Found(str(own), read_input(own, registry).submission) if own else None
    year = _year(wishes, read, own_found)
    own_found = own_found or _own(unit, year, read)
    target = _target(unit, year, own_found, wishes)
    choice = _Choice(target, year, wishes, own_found)
    now = choice.choose(found for found in read if found is not own_found)
    before = _last_years((*read, *earlier), year - 1)
    choice.missing(now, [found for found in read if found.submission.year == year - 1])
    last = [entry.model_copy(update={"fate": "ignored", "why": f"上年材料读不出来：{entry.why}"}) for entry in unread]
    entries = [*entries, *last, *choice.entries, *_others(read, year, own_found, unit)]
    if not now and not any(entry.fate == "absent" for entry in entries):
        raise InputError(f"没有可以汇总到{unit}的 {year} 年度填报件", place=str(folder), remedy="请确认文件夹、报告年度和单位类型")
    return Sources(year, target, now, before, own_found, tuple(entries), wishes.skip_not_applicable)


def _read_all(folder: Path, registry: FormRegistry) -> tuple[tuple[Found, ...], list[Entry]]:
    found, entries = [], []
    for listed in files_in(folder, "folder", folder / ".none"):
        try:
            if listed.problem:
                raise InputError(listed.problem)
            found.append(Found(listed.path, read_bytes(read_file(folder / listed.path), listed.path, registry).submission))
        except AssistantError as error:
            entries.append(_unread(listed, f"{error.what}。{error.remedy}".rstrip("。")))
        except Exception as error:  # a defect met by one file must not hide the others
            entries.append(_unread(listed, f"读取时程序出错（{type(error).__name__}），请把文件交给维护人员"))
    return tuple(found), entries


def _unread(listed: Listed, why: str) -> Entry:
    return Entry(unit="", file=listed.path, fate="absent" if listed.meant else "ignored", why=why)


def _year(wishes: Wishes, read: Sequence[Found], own: Found | None) -> int:
    if wishes.year:
        return wishes.year
    if own:
        return own.submission.year
    if not read:
        raise InputError("文件夹里没有能读出来的填报件", remedy="请指明放有各单位填报件的文件夹，或先改好读不出来的文件")
    return max(found.submission.year for found in read)


def _own(unit: str, year: int, read: Sequence[Found]) -> Found | None:
    named = [found for found in read if plain_name(found.name) == plain_name(unit) and found.submission.year == year]
    if len(named) > 1:
        files = "、".join(found.path for found in named)
        raise InputError(f"{unit}自己的填报件有 {len(named)} 份：{files}", remedy="请只留一份，或用 --own 指明")
    return named[0] if named else None


def _target(unit: str, year: int, own: Found | None, wishes: Wishes) -> Target:
    kind, region = wishes.kind or guess_kind(unit), ""
    if own:
        profile = own.submission.unit
        if not same_unit(profile, UnitProfile(name=unit, kind=profile.kind)):
            raise InputError(f"--own 是{profile.name}的，不是{unit}的", place=own.path, remedy="请核对后改成一致")
        if own.submission.year != year:
            raise InputError(
                f"--own 是 {own.submission.year} 年度的，汇总的是 {year} 年度", place=own.path, remedy="请核对后改成一致"
            )
        kind, region = profile.kind, profile.region
    if not kind:
        raise InputError(f"不能确定“{unit}”属于哪一类单位", remedy="请用 --kind 写明，例如 --kind gov_county")
    if wishes.kind and wishes.kind != kind:
        raise InputError(f"{unit}的单位类型填的是 {kind}，命令中写的是 {wishes.kind}", remedy="请核对后改成一致")
    return Target(unit, kind, _areas(unit, kind, region))


def _areas(unit: str, kind: str, region: str) -> tuple[str, ...]:
    """The names of a government's area: its own name without 人民政府; its region too unless that is the one above."""
    names = (unit.removesuffix(_GOVERNMENT), "" if kind == "gov_town" else region)
    return tuple(dict.fromkeys(plain_name(name) for name in names if name))


def _is_area(region: str, areas: Sequence[str]) -> bool:
    """Whether a region is one of these, written in full or without the places above it (示例市示例县, 示例县)."""
    name = plain_name(region)
    return any(_same_place(*sorted((name, area), key=len)) for area in areas if name)


def _below(region: str, areas: Sequence[str]) -> bool:
    """Whether a region is a place inside one of these (示例县柳溪镇)."""
    return any(plain_name(region).startswith(area) for area in areas if area.endswith(_AREA_END))


def _same_place(short: str, long: str) -> bool:
    return short == long or (long.endswith(short) and long.removesuffix(short).endswith(_AREA_END))


class _Choice:
    """Settles for each of this year's submissions whether it is counted, with a reason a person can check."""

    def __init__(self, target: Target, year: int, wishes: Wishes, own: Found | None) -> None:
        self.target, self.year, self.wishes, self.own = target, year, wishes, own
        self.entries: list[Entry] = []
        self._without = {plain_name(name): name for name in wishes.without}
        self._include = {plain_name(name) for name in wishes.include}

    def choose(self, read: Iterable[Found]) -> tuple[Found, ...]:
        """The submissions of the year that are counted."""
        by_unit: dict[str, list[Found]] = defaultdict(list)
        for found in read:
            if found.submission.year == self.year:
                by_unit[plain_name(found.name)].append(found)
        by_unit.pop(plain_name(self.target.name), None)
        lower = [found for group in by_unit.values() for found in group if self._lower(found)]
        kept = [one for _name, group in sorted(by_unit.items()) if (one := self._single(group, lower)) is not None]
        return tuple(kept)

    def missing(self, now: Sequence[Found], before: Sequence[Found]) -> None:
        """Note the units of the list, and those that handed in last year's, of which there is nothing this year."""
        known = {plain_name(entry.unit) for entry in self.entries}
        for name in self.wishes.units:
            if plain_name(name) and plain_name(name) not in known | set(self._without):
                self._tell("absent", name, why="在单位名单里，没有交填报件")
                known.add(plain_name(name))
        for found in before:
            name, unit = plain_name(found.name), found.submission.unit
            if (
                name in known | set(self._without)
                or name == plain_name(self.target.name)
                or left_out_kind(unit.kind, self.target.kind)
            ):
                continue
            if any(same_unit(unit, one.submission.unit) for one in now if one.submission.unit.region == unit.region):
                continue
            self._tell("absent", found.name, found, f"有 {self.year - 1} 年度的填报件，没有 {self.year} 年度的")
            known.add(name)

    def _single(self, group: list[Found], lower: Sequence[Found]) -> Found | None:
        first = group[0]
        why = self._left_out(first, lower)
        if why is not None:
            fate, reason = why
            for found in group:
                self._tell(fate, found.name, found, reason)
            return None
        if any(not _alike(first, other) for other in group[1:]):
            files = "、".join(found.path for found in group)
            self._tell("absent", first.name, first, f"有 {len(group)} 份内容不同的填报件：{files}；请只留正确的一份")
            return None
        again = "；另有内容相同的一份：" + "、".join(found.path for found in group[1:]) if len(group) > 1 else ""
        self._tell("counted", first.name, first, again.lstrip("；"))
        return first

    def _left_out(self, found: Found, lower: Sequence[Found]) -> tuple[Fate, str] | None:
        """Why a unit is not counted; None if it is."""
        unit, name = found.submission.unit, plain_name(found.name)
        if name in self._without:
            return "left_out", "按 --without 不计入"
        if name in self._include:
            return None
        reason = left_out_kind(unit.kind, self.target.kind)
        if reason:
            return "left_out", reason
        above = next((one for one in lower if one is not found and _is_area(unit.region, _areas_of(one))), None)
        if above is not None and not _is_area(unit.region, self.target.areas):
            return "left_out", f"已经包含在{above.name}的报告里，再计就重复了"
        inside = not unit.region or _is_area(unit.region, self.target.areas) or _below(unit.region, self.target.areas)
        if inside or (self._lower(found) and unit.kind != "gov_town"):
            return None
        why = f"所在行政区填的是“{unit.region}”，不能确定是否属于{self.target.name}；请核对，或用 --with、--without 写明"
        return "absent", why

    def _lower(self, found: Found) -> bool:
        kind = found.submission.unit.kind
        return kind.startswith("gov_") and kind != "gov_office" and not left_out_kind(kind, self.target.kind)

    def _tell(self, fate: Fate, unit: str, found: Found | None = None, why: str = "") -> None:
        values = {"file": found.path, "year": found.submission.year, "form": found.submission.form} if found else {}
        self.entries.append(Entry.model_validate({"unit": unit, "fate": fate, "why": why, **values}))


def _areas_of(found: Found) -> tuple[str, ...]:
    unit = found.submission.unit
    return _areas(unit.name, unit.kind, unit.region)


def _alike(one: Found, other: Found) -> bool:
    """Whether two submissions state the same: cells by value and status, and the fee."""

    def stated(found: Found) -> tuple[object, ...]:
        fee = found.submission.fee
        cells = {
            key: (cell.status, cell.value, cell.unit) for key, cell in found.submission.cells.items() if cell.status != "blank"
        }
        return found.submission.form, cells, (fee.count, fee.yuan) if fee else None

    return stated(one) == stated(other)


def _last_years(read: Iterable[Found], year: int) -> tuple[Found, ...]:
    """Last year's submissions, one a unit; a unit with two that differ has none."""
    by_unit: dict[str, list[Found]] = defaultdict(list)
    for found in read:
        if found.submission.year == year:
            by_unit[plain_name(found.name)].append(found)
    return tuple(group[0] for _name, group in sorted(by_unit.items()) if all(_alike(group[0], other) for other in group[1:]))


def _others(read: Sequence[Found], year: int, own: Found | None, unit: str) -> list[Entry]:
    """Files of other years and the government's own."""
    told = []
    for found in read:
        own_year = found.submission.year
        values = {"unit": found.name, "file": found.path, "year": own_year, "form": found.submission.form}
        if found is own:
            told.append(Entry.model_validate({**values, "fate": "own", "why": "本级政府自己的填报件，用来对照，不计入合计"}))
        elif own_year == year - 1:
            told.append(Entry.model_validate({**values, "fate": "previous", "why": "上年的填报件"}))
        elif own_year == year and plain_name(found.name) == plain_name(unit):
            told.append(
                Entry.model_validate({**values, "fate": "ignored", "why": "本级政府自己的填报件，对照用的是 --own 给出的一份"})
            )
        elif own_year != year:
            told.append(Entry.model_validate({**values, "fate": "ignored", "why": f"是 {own_year} 年度的，这次汇总 {year} 年度"}))
    return told

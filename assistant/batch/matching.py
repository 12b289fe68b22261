"""Which files are this year's submissions, which are last year's of the same units, and what is left over. No file is opened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.batch.names import folder_name, plain_name, unit_key
from assistant.batch.places import unit_folder
from assistant.batch.readings import Listed, Reading
from assistant.batch.records import FileRecord, UnitRecord
from assistant.errors import InputError

_FEW = 10  # a year with fewer files than a tenth of another year's may be a slip of the pen
_BETTER = {"workbook": 0, "json": 1, "report": 2}
_LIBRARY = "资料库"
_SHOWN = 5


@dataclass(frozen=True)
class File:
    """A file with what it turned out to be."""

    listed: Listed
    reading: Reading

    @property
    def names(self) -> frozenset[str]:
        """All names of its unit, as they are compared."""
        return frozenset(name for name in map(plain_name, (self.reading.unit, *self.reading.aliases)) if name)


@dataclass(frozen=True)
class Expected:
    """A unit of the list ``--units``."""

    unit: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    region: str = ""

    @property
    def names(self) -> frozenset[str]:
        """All names, as they are compared."""
        return frozenset(name for name in map(plain_name, (self.unit, *self.aliases)) if name)


@dataclass(frozen=True)
class Held:
    """A report of last year in the library: its id and its units' names as they are compared."""

    id: str
    unit: str


@dataclass(frozen=True)
class Matched:
    """A unit's record so far, its file and last year's."""

    record: UnitRecord
    file: File | None = None
    previous: File | None = None
    library: str = ""


@dataclass(frozen=True)
class Plan:
    """What is to be drafted and what became of every file."""

    year: int
    units: tuple[Matched, ...]
    files: tuple[FileRecord, ...]


@dataclass
class _Found:
    """What is known while matching."""

    year: int
    this: dict[str, list[File]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, list[File]] = field(default_factory=lambda: defaultdict(list))
    files: list[FileRecord] = field(default_factory=list)
    used: dict[tuple[str, str], str] = field(default_factory=dict)


def year_of(files: Iterable[File], this_year: int) -> int:
    """The year to draft: the latest a file of FOLDER is of, not later than the present one.

    Raises:
        InputError: there is none, or the latest one is so rare that it may be a slip.
    """
    years = Counter(
        file.reading.year
        for file in files
        if file.listed.place == "folder" and file.reading.year is not None and file.reading.year <= this_year
    )
    if not years:
        raise InputError("文件夹中没有可以起草的填报件", remedy="请放入各单位填好的工作簿（.xlsx）或 JSON；年度不应晚于今年")
    latest = max(years)
    most, count = years.most_common(1)[0]
    if years[latest] * _FEW <= count:
        what = f"不能确定起草哪一年度：{latest} 年度的只有 {years[latest]} 份，{most} 年度的有 {count} 份"
        raise InputError(what, remedy=f"请用 --year 写明，例如 --year {most}，或 --year {latest}")
    return latest


def match(files: Sequence[File], year: int, expected: Sequence[Expected] = (), library: Mapping[str, Held] | None = None) -> Plan:
    """Sort the files into units, each with its last year.

    Args:
        files: all files of FOLDER and ``--previous``, readable or not, in order.
        year: the year to draft; a file of FOLDER of the year before is its unit's last year, never a unit to draft.
        expected: the units that should hand in.
        library: last year's reports in the library, by name as it is compared.
    """
    found = _Found(year)
    for file in files:
        _sort(file, found)
    units = [_unit(group, found, library or {}) for group in _groups(found.this)]
    units += _absent(units, expected, found)
    for path, role, unit in _leftover(files, found):
        found.files.append(FileRecord(path=path, role=role, unit=unit, year=year - 1, message="本年没有这个单位的填报件"))
    return Plan(year, tuple(_named_apart(units)), tuple(sorted(found.files, key=lambda each: each.path)))


def _sort(file: File, found: _Found) -> None:
    listed, reading = file.listed, file.reading
    shown = listed.path if listed.place == "folder" else f"（上年材料）{listed.path}"
    problem = listed.problem or reading.problem
    if problem:
        found.files.append(FileRecord(path=shown, role="refused" if listed.meant else "ignored", message=problem))
        return
    key = plain_name(reading.unit)
    if reading.year == found.year and listed.place == "folder":
        found.this[key].append(file)
    elif reading.year == found.year - 1:
        for name in file.names:
            found.last[name].append(file)
    else:
        told = f"是 {reading.year} 年度的，这次起草 {found.year} 年度"
        found.files.append(FileRecord(path=shown, role="other", unit=reading.unit, year=reading.year, message=told))


def _groups(this: Mapping[str, list[File]]) -> list[list[File]]:
    """Files that are of one unit: of one name, in regions that do not differ."""
    groups: list[list[File]] = []
    for files in this.values():
        regions = {plain_name(file.reading.region) for file in files}
        if "" in regions or len(regions) == 1:
            groups.append(files)
        else:
            groups += [[file for file in files if plain_name(file.reading.region) == region] for region in sorted(regions)]
    return groups


def _unit(group: list[File], found: _Found, library: Mapping[str, Held]) -> Matched:
    best = min(_BETTER[file.reading.origin or "report"] for file in group)
    chosen = [file for file in group if _BETTER[file.reading.origin or "report"] == best]
    file = chosen[0]
    reading = file.reading
    key = unit_key(reading.unit, reading.region, found.year)
    record = UnitRecord(
        key=key,
        unit=reading.unit,
        year=found.year,
        kind=reading.kind,
        region=reading.region,
        form=reading.form,
        input=file.listed.path,
        folder=unit_folder(folder_name(reading.unit, found.year, key)),
    )
    for other in group:
        note = "" if other in chosen else "同一单位另有工作簿，这份报告没有采用"
        found.files.append(
            FileRecord(
                path=other.listed.path,
                role="submission" if other in chosen else "other",
                unit=reading.unit,
                year=found.year,
                message=note,
            )
        )
    if len(chosen) > 1:
        paths = tuple(each.listed.path for each in chosen)
        told = f"这个单位有 {len(paths)} 份填报件，不能确定用哪一份：{_some(paths)}。请只留一份，再运行一次"
        return Matched(record.model_copy(update={"state": "refused", "message": told, "inputs": paths}))
    return _with_previous(Matched(record.model_copy(update={"inputs": (file.listed.path,)}), file), found, library)


def _with_previous(unit: Matched, found: _Found, library: Mapping[str, Held]) -> Matched:
    """Last year's: from FOLDER, from ``--previous``, from the library, else what the submission itself holds of it."""
    assert unit.file is not None
    names = unit.file.names
    candidates = list({file.listed.path + file.listed.place: file for name in sorted(names) for file in found.last[name]}.values())
    region = plain_name(unit.record.region)
    same = [file for file in candidates if not region or plain_name(file.reading.region) in ("", region)]
    notes: list[str] = []
    for place, said in (("folder", "folder"), ("previous", "previous")):
        own = [file for file in same if file.listed.place == place]
        best = min((_BETTER[file.reading.origin or "report"] for file in own), default=0)
        own = [file for file in own if _BETTER[file.reading.origin or "report"] == best]
        if len(own) > 1:
            notes.append(f"上年材料有 {len(own)} 份，不能确定用哪一份，都没有采用：{_some([f.listed.path for f in own])}")
            break
        if own:
            return _taken(unit, own[0], said, found)
    if not notes and (held := next((library[name] for name in sorted(names) if name in library), None)):
        known = {"previous": f"{_LIBRARY}:{held.id}", "previous_from": "library"}
        return replace(unit, record=unit.record.model_copy(update=known), library=held.id)
    inside = unit.file.reading.own_previous
    if not inside and not notes:
        notes.append("没有找到上年的填报件或报告，未与上年比较")
    update: dict[str, object] = {"previous_from": "inside" if inside else "", "notes": (*unit.record.notes, *notes)}
    return replace(unit, record=unit.record.model_copy(update=update))


def _taken(unit: Matched, previous: File, place: str, found: _Found) -> Matched:
    path = previous.listed.path
    found.used[previous.listed.place, path] = unit.record.unit
    shown = path if place == "folder" else f"（上年材料）{path}"
    found.files.append(FileRecord(path=shown, role="previous", unit=unit.record.unit, year=found.year - 1, message="用作上年材料"))
    record = unit.record.model_copy(update={"previous": path, "previous_from": place})
    return replace(unit, record=record, previous=previous)


def _some(paths: Sequence[str]) -> str:
    """A few paths, and how many more."""
    more = f" 等 {len(paths)} 份" if len(paths) > _SHOWN else ""
    return "、".join(paths[:_SHOWN]) + more


def _absent(units: Sequence[Matched], expected: Sequence[Expected], found: _Found) -> list[Matched]:
    """A record for each unit on the list that handed in nothing."""
    present: set[str] = set()
    for unit in units:
        present |= unit.file.names if unit.file else {plain_name(unit.record.unit)}
    made = []
    for each in expected:
        if each.names & present:
            continue
        key = unit_key(each.unit, each.region, found.year)
        told = f"名单上有这个单位，没有找到它 {found.year} 年度的填报件"
        made.append(
            Matched(
                UnitRecord(
                    key=key, unit=each.unit, year=found.year, kind=each.kind, region=each.region, state="missing", message=told
                )
            )
        )
    return made


def _leftover(files: Sequence[File], found: _Found) -> list[tuple[str, str, str]]:
    """Last year's files of FOLDER that no unit took."""
    return [
        (file.listed.path, "other", file.reading.unit)
        for file in files
        if file.listed.place == "folder"
        and not (file.listed.problem or file.reading.problem)
        and file.reading.year == found.year - 1
        and ("folder", file.listed.path) not in found.used
    ]


def _named_apart(units: Sequence[Matched]) -> list[Matched]:
    """Units of one name told apart: each says so, and no two share a folder."""
    names = Counter(plain_name(unit.record.unit) for unit in units)
    folders = Counter(unit.record.folder for unit in units if unit.record.folder)
    made = []
    for unit in units:
        record = unit.record
        if names[plain_name(record.unit)] > 1 and record.state != "missing":
            told = f"另有同名单位，这一个在{record.region or '未写明的行政区'}"
            record = record.model_copy(update={"notes": (*record.notes, told)})
        if folders[record.folder] > 1:
            record = record.model_copy(update={"folder": f"{record.folder}-{record.key[:8]}"})
        made.append(replace(unit, record=record))
    return made

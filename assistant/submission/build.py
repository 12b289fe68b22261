"""Puts a submission together from raw entries, the same way for JSON and for workbooks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

from assistant.errors import InputError
from assistant.form import Cell, Form, Source, unit_kinds
from assistant.submission.model import (
    AspectKey,
    Fee,
    FollowUp,
    Improvement,
    InputRemark,
    Note,
    Problem,
    Submission,
    UnitProfile,
)
from assistant.submission.wording import FIELD_LABELS, check_unit_name, validated

MAX_NOTES = 500
MAX_ITEMS = 100
_HEAD = 20  # characters of an entry that name it in a remark
STATUS_LABELS: dict[str, str] = {"resolved": "已解决", "partial": "部分解决", "ongoing": "继续推进"}

# First words of fact keys: a note of this name could not be told from a fact of another kind.
_RESERVED = re.compile(r"(?:f\d+|t\d+|d|prev|year|unit|period|fee|note|problem|improve|follow)", re.IGNORECASE)
_Item = TypeVar("_Item", Note, Problem, Improvement)
_ENTRY_FIELDS = {
    "notes": ("id", "aspect", "text", "source"),
    "problems": ("id", "text"),
    "improvements": ("id", "text", "answers"),
    "follow_ups": ("problem", "status", "text"),
}
ListName = Literal["notes", "problems", "improvements", "follow_ups"]


@dataclass(frozen=True)
class Entry:
    """One raw entry: field values, where it stands, and where each field stands."""

    values: dict[str, Any]
    place: str
    at: Callable[[str], str]


def aspect_labels(form: Form) -> dict[str, str]:
    """What a note may be about, key to Chinese heading: the aspects of 总体情况 and the other narrative parts."""
    labels = {aspect.key: aspect.heading for aspect in form.aspects}
    labels |= {section.key: section.title for section in form.sections if section.kind == "narrative"}
    return {key: label for key, label in labels.items() if key in get_args(AspectKey)}


def kind_labels() -> dict[str, str]:
    """Unit kinds, key to Chinese label."""
    return {key: kind.label for key, kind in unit_kinds().items()}


@dataclass
class Builder:
    """Collects the parts of one submission; what is odd but no obstacle becomes a remark.

    ``tolerant`` leaves out a note without a usable aspect and a follow-up without a usable status, with a remark each, as is
    right for what people typed; otherwise they are errors.
    """

    file: str
    form: Form
    remarks: list[InputRemark] = field(default_factory=list)
    tolerant: bool = False
    _taken: set[str] = field(default_factory=set)
    _wanted: set[str] = field(default_factory=set)

    def source(self, place: str) -> Source:
        """A source in this file."""
        return Source(file=self.file, place=place)

    def remark(self, code: Any, message: str, place: str, remedy: str = "") -> None:
        """Note something for the person who filled the input in."""
        self.remarks.append(InputRemark(code=code, message=message, remedy=remedy, source=self.source(place)))

    def unit(self, entry: Entry) -> UnitProfile:
        """The unit's profile; the kind may be a key or its Chinese label.

        Raises:
            InputError: name or kind is missing or wrong.
        """
        values = dict(entry.values)
        values["kind"] = self._choice(values.get("kind"), kind_labels(), "单位类型", entry.at("kind"))
        name = values.get("name")
        if isinstance(name, str):
            check_unit_name(name, f"{self.file} {entry.at('name')}")
        return validated(UnitProfile, values, self._at(entry))

    def fee(self, entry: Entry) -> Fee | None:
        """The fee; None when neither count nor amount is stated."""
        values = {key: value for key, value in entry.values.items() if value not in (None, "")}
        if not values:
            return None
        return validated(Fee, {**values, "origin": self.source(entry.place)}, self._at(entry))

    def notes(self, entries: Sequence[Entry]) -> tuple[Note, ...]:
        """Work notes."""
        labels = aspect_labels(self.form)
        kept = []
        for entry in self._capped(entries, "notes"):
            aspect = self._choice_or_remark(entry, "aspect", labels)
            if aspect:
                kept.append(self._item(Note, entry, {"aspect": aspect}, "n"))
        return tuple(kept)

    def problems(self, entries: Sequence[Entry]) -> tuple[Problem, ...]:
        """This year's problems."""
        return tuple(self._item(Problem, entry, {}, "p") for entry in self._capped(entries, "problems"))

    def improvements(self, entries: Sequence[Entry], problems: Iterable[Problem]) -> tuple[Improvement, ...]:
        """Planned measures. An answer to a problem that does not exist is left out with a remark."""
        known = {problem.id for problem in problems}
        kept = []
        for entry in self._capped(entries, "improvements"):
            item = self._item(Improvement, entry, {}, "i")
            strange = [answer for answer in item.answers if answer not in known]
            for answer in strange:
                self.remark(
                    "unplaced", f"改进措施 {item.id} 针对的问题“{answer}”不存在", entry.at("answers"), "请填写本表中已有的问题编号"
                )
            answers = tuple(answer for answer in item.answers if answer in known)
            kept.append(item.model_copy(update={"answers": answers}) if strange else item)
        return tuple(kept)

    def follow_ups(self, entries: Sequence[Entry]) -> tuple[FollowUp, ...]:
        """What became of last year's problems."""
        kept = []
        for entry in self._capped(entries, "follow_ups"):
            status = self._choice_or_remark(entry, "status", STATUS_LABELS)
            if status:
                values = {**entry.values, "status": status, "origin": self.source(entry.place)}
                kept.append(validated(FollowUp, values, self._at(entry)))
        return tuple(kept)

    def finish(self, **parts: Any) -> Submission:
        """The submission, remarks and file name included."""
        values = {**parts, "form": self.form.id, "remarks": tuple(self.remarks), "file": self.file}
        return validated(Submission, values, lambda path: f"{self.file} {path}")

    def blanks(self, form: Form) -> dict[str, Cell]:
        """Every cell of a form, blank."""
        source = self.source("")
        return {key: Cell(key=key, source=source) for key in form.cells}

    def _at(self, entry: Entry) -> Callable[[str], str]:
        return lambda path: f"{self.file} {entry.at(path)}"

    def _capped(self, entries: Sequence[Entry], name: ListName) -> list[Entry]:
        limit = MAX_NOTES if name == "notes" else MAX_ITEMS
        if len(entries) > limit:
            raise InputError(
                f"“{FIELD_LABELS[name]}”有 {len(entries)} 条，超过 {limit} 条上限",
                place=self.file,
                remedy="请合并同类内容后再交",
            )
        self._wanted.update(str(entry.values.get("id")) for entry in entries)
        return [self.known_fields(entry, _ENTRY_FIELDS[name]) for entry in entries if not self._empty(entry, name)]

    def _empty(self, entry: Entry, name: ListName) -> bool:
        main = entry.values.get("problem" if name == "follow_ups" else "text")
        if main is None or (isinstance(main, str) and not main.strip()):
            self.remark("ignored", f"“{FIELD_LABELS[name]}”中有一条没有内容，已略过", entry.place, "请补填内容或删去这一条")
            return True
        return False

    def known_fields(self, entry: Entry, fields: Iterable[str]) -> Entry:
        """The entry without fields the model does not know; each is remarked on."""
        allowed = set(fields)
        unknown = [key for key in entry.values if key not in allowed]
        if not unknown:
            return entry
        for key in unknown[:20]:
            self.remark("ignored", f"不认识的项“{key[:40]}”，未采用", entry.at(key), f"可用的项：{'、'.join(sorted(allowed))}")
        if len(unknown) > 20:
            self.remark("ignored", f"还有 {len(unknown) - 20} 个不认识的项，未采用", entry.place)
        values = {key: value for key, value in entry.values.items() if key in allowed}
        return Entry(values, entry.place, entry.at)

    def _item(self, model: type[_Item], entry: Entry, changed: dict[str, Any], letter: str) -> _Item:
        values = {**entry.values, **changed, "origin": self.source(entry.place)}
        wanted = values.get("id")
        if wanted is None or wanted == "":
            wanted = values["id"] = self._free(letter)
        elif isinstance(wanted, str) and (wanted in self._taken or _RESERVED.fullmatch(wanted)):
            values["id"] = self._free(letter)
            why = "与前面的编号重复" if wanted in self._taken else "与程序所用的名称相同"
            self.remark("duplicate", f"编号“{wanted}”{why}，本条改编为“{values['id']}”", entry.at("id"), "请给每一条不同的编号")
        item = validated(model, values, self._at(entry))
        self._taken.add(item.id)
        return item

    def _free(self, letter: str) -> str:
        number = 1
        while f"{letter}{number}" in self._taken | self._wanted:
            number += 1
        return f"{letter}{number}"

    def _choice_or_remark(self, entry: Entry, name: str, labels: dict[str, str]) -> str:
        """The key chosen in one field of an entry; empty when there is none and the entry is to be left out with a remark."""
        try:
            return self._choice(entry.values.get(name), labels, FIELD_LABELS[name], entry.at(name))
        except InputError as error:
            if not self.tolerant:
                raise
            head = str(entry.values.get("problem") or entry.values.get("text") or "")[:_HEAD]
            self.remark("unplaced", f"{error.what}，这一条未采用：“{head}”", entry.at(name), error.remedy)
            return ""

    def _choice(self, given: Any, labels: dict[str, str], name: str, place: str) -> str:
        """The key of a choice given by key or by Chinese label."""
        text = str(given).strip() if isinstance(given, str) else ""
        if text in labels:
            return text
        for key, label in labels.items():
            if text and text == label:
                return key
        options = "、".join(f"{label}（{key}）" for key, label in labels.items())
        what = f"“{name}”填的是“{text[:40]}”，不在可选项内" if text else f"没有填写“{name}”"
        raise InputError(what, place=f"{self.file} {place}", remedy=f"可选：{options}")

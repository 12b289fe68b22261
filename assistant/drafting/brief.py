"""The brief: what each narrative part has to say, in order, before anything is written. A person can read and edit it."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import AssistantError, InputError
from assistant.facts.ledger import Ledger
from assistant.facts.provisions import ARTICLE
from assistant.files import read_file
from assistant.form import Form
from assistant.submission.model import Submission

Topic = Literal[
    "basis", "scope", "period", "contact",
    "documents", "decisions",
    "received", "applicants", "results", "disputes",
    "note", "result", "follow_up", "problems", "fee", "unpaid", "gap",
]  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Model):
    """One thing to say.

    ``keys`` are the facts, notes, problems it rests on. Beside the notes or problems that a point of that kind needs, an edited
    one may name any other fact of the report: a model may state it there, the offline writer leaves it. ``provisions`` are
    articles to lean on; ``ask`` is the question
    put to the unit when nobody supplied what the form demands (topic ``gap``, with the key of what is missing).
    """

    topic: Topic
    keys: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    new_paragraph: bool = False
    gap: str = ""
    ask: str = ""


class PartBrief(_Model):
    """A narrative part: ``preface``, ``s1.active`` … ``s1.supervise``, ``sec5``, ``sec6``."""

    key: str
    heading: str
    points: tuple[Point, ...]


class Suggestion(_Model):
    """A problem the statistics hint at, for the unit to consider; never stated in the report by itself."""

    text: str = Field(description="提示语，数字用槽")
    keys: tuple[str, ...]


class Brief(_Model):
    """The briefs of all parts of one report."""

    unit: str
    year: int
    form: str
    parts: tuple[PartBrief, ...]
    suggestions: tuple[Suggestion, ...] = ()


def read_brief(path: Path) -> Brief:
    """Read an edited brief: a brief on its own, or the JSON of a draft that holds one.

    Raises:
        InputError: the file cannot be read or is not a brief; the message names the place.
    """
    content = read_file(path)
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError("提纲文件不是可以读取的 JSON", place=str(path), remedy="请使用 --json 输出的文件") from error
    try:
        return Brief.model_validate(data["brief"] if isinstance(data, dict) and "brief" in data else data)
    except ValidationError as error:
        where = "/".join(str(item) for item in error.errors()[0]["loc"])
        raise InputError(
            f"提纲的内容不合规定，位置 /{where}", place=str(path), remedy="请对照 --json 输出中的 brief 修改"
        ) from error


def check_brief(brief: Brief, planned: Brief, submission: Submission, form: Form, ledger: Ledger) -> None:
    """Refuse an edited brief that is another report's or asks for what the facts do not bear.

    Args:
        brief: the edited brief.
        planned: the brief planned from the same facts.
        submission, form, ledger: what the report is written from.

    Raises:
        InputError: the first thing that is wrong, with its place as a JSON pointer.
    """
    for name, label in (("unit", "单位"), ("year", "年度"), ("form", "表式")):
        found, wanted = getattr(brief, name), getattr(planned, name)
        if found != wanted:
            raise _wrong(f"提纲的{label}是“{found}”，填报件的是“{wanted}”", f"/{name}", "请改用这份填报件的提纲")
    keys = [part.key for part in brief.parts]
    if keys != [part.key for part in planned.parts]:
        remedy = f"请按原来的次序保留各部分：{'、'.join(part.key for part in planned.parts)}"
        raise _wrong("提纲的各部分与报告应有的不一致", "/parts", remedy)
    checker = _PointChecker(planned, submission, form, ledger)
    for number, (part, own) in enumerate(zip(brief.parts, planned.parts, strict=True)):
        if part.heading != own.heading:
            raise _wrong(f"标题“{part.heading[:40]}”不能改动", f"/parts/{number}/heading", f"请改回“{own.heading}”")
        if not part.points:
            raise _wrong("这一部分没有要点", f"/parts/{number}/points", "请至少保留一个要点；没有内容的用 gap")
        for index, point in enumerate(part.points):
            checker.check(part, own, point, f"/parts/{number}/points/{index}")
    for number, suggestion in enumerate(brief.suggestions):
        checker.printable(suggestion.text, f"/suggestions/{number}/text")
        checker.known(suggestion.keys, ledger, f"/suggestions/{number}/keys")


def _wrong(what: str, place: str, remedy: str) -> InputError:
    return InputError(what, place=f"提纲 {place}", remedy=remedy)


class _PointChecker:
    """Judges points one by one."""

    def __init__(self, planned: Brief, submission: Submission, form: Form, ledger: Ledger) -> None:
        self.ledger = ledger
        self.results = {result.key for result in form.results}
        self.notes = {note.id for note in submission.notes}
        self.follow_ups = {f"f{number}" for number in range(1, len(submission.follow_ups) + 1)}
        self.problems = {problem.id for problem in submission.problems} | {item.id for item in submission.improvements}
        planned_keys = (key for part in planned.parts for point in part.points for key in (*point.keys, *point.provisions))
        self.at_hand = {*ledger, *planned_keys}

    def check(self, part: PartBrief, own: PartBrief, point: Point, place: str) -> None:
        """Refuse a point that cannot be written."""
        topics = {each.topic for each in own.points} | {"note", "gap"} | _ALSO.get(part.key, set())
        if point.topic not in topics:
            raise _wrong(
                f"“{point.topic}”不能写在这一部分，或者没有可写的数", f"{place}/topic", f"可用：{'、'.join(sorted(topics))}"
            )
        known: Container[str] = {
            "note": self.notes,
            "follow_up": self.follow_ups,
            "problems": self.problems,
            "result": self.notes,
            "fee": {"fee", *self.notes},
        }.get(point.topic, self.at_hand)
        if point.topic in _NEEDS_KEYS and not any(key in known for key in point.keys):
            self.known(point.keys, known, f"{place}/keys")
            raise _wrong("没有写明依据哪条素材或哪个问题", f"{place}/keys", "请填写编号")
        if point.topic == "follow_up" and (point.keys[0] not in known or sum(key in known for key in point.keys) > 1):
            raise _wrong("一个要点只写一条整改回应，编号写在最前", f"{place}/keys", "请分成几个要点")
        self.known(point.keys, self.at_hand, f"{place}/keys")
        self._provisions(point, place)
        if point.topic == "result" and point.gap not in self.results:
            raise _wrong(f"没有“{point.gap[:40]}”这项结果", f"{place}/gap", f"可用：{'、'.join(sorted(self.results))}")
        if point.topic == "gap":
            if not (point.gap.strip() and point.ask.strip()):
                raise _wrong("待补的要点没有写明缺什么", f"{place}/ask", "请填写 gap 和 ask")
            self.printable(point.ask, f"{place}/ask")

    def _provisions(self, point: Point, place: str) -> None:
        self.known(point.provisions, self.at_hand, f"{place}/provisions")
        if point.topic == "basis" and not (point.provisions and all(item.startswith(ARTICLE) for item in point.provisions)):
            raise _wrong("编制依据应当是条例的条款", f"{place}/provisions", f"请写作 {ARTICLE}49 的样子")

    def known(self, keys: Iterable[str], known: Container[str], place: str) -> None:
        """Refuse keys that name nothing at hand."""
        for key in keys:
            if key not in known:
                raise _wrong(f"没有编号为“{key[:40]}”的素材、事实或条款", place, "请核对编号，或删去这一项")

    def printable(self, text: str, place: str) -> None:
        """Refuse a text whose slots no fact fills."""
        try:
            self.ledger.render(text)
        except AssistantError as error:
            raise _wrong(error.what, place, error.remedy or "数字槽写作 {键}") from error


_NEEDS_KEYS = ("note", "follow_up", "problems", "result")
_ALSO: dict[str, set[Topic]] = {"s1.active": {"decisions"}}  # planned only where there is no note

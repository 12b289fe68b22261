"""Plans a report: from the submission, the facts and the form's duties to the brief of each part. No wording happens here."""

from __future__ import annotations

import operator
import re
import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

from assistant.drafting.brief import Brief, PartBrief, Point, Suggestion
from assistant.drafting.register import printable, says_nothing, within_quotes
from assistant.facts.ledger import Ledger
from assistant.form import Aspect, Form, UnitKind
from assistant.language.numerals import to_chinese
from assistant.language.text import similarity
from assistant.submission.model import Note, Submission

_FEE = re.compile("信息处理费")
_DISPUTE = re.compile("复议|诉讼|纠正")
_ASKED = re.compile(
    "提交|邮寄|邮递|邮政|邮件|信函|挂号|当面|上门|窗口|网上|线上|在线|电子|传真|来源|渠道|问|查询|涉及|内容|集中|主要|新收|新申请"
)
_NOTHING = re.compile("(?:没有|未|没)(?:收到|接到).{0,12}申请")
_COUNT = r"\s*[\d０-９〇零一二三四五六七八九十百千万两,，.．]+\s*万?余?条"
_PUBLISHED = re.compile(
    rf"(?:公开|发布|登载|发)(?:了|的|各类|政府|政务)*(?:(?:信息|消息)(?:一?共|共计|总计|有|为)*{_COUNT}|{_COUNT}(?:各类|政府|政务)*(?:信息|消息))"
)
_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq}
_STATUS_WORDS = {
    "blank": "空白",
    "placeholder": "填的是占位符号",
    "unparsed": "原文不能读成数",
    "position_uncertain": "读到的数不能确定在哪一列",
    "inferred_zero": "原表没有填",
}
_SAME_PROBLEM = 0.6
_REQUEST_TOTALS = ("t3.new.total", "t3.carry_in.total", "t3.r7_total.total", "t3.carry_out.total")


class Planner:
    """Plans one report."""

    def __init__(self, submission: Submission, form: Form, ledger: Ledger, kind: UnitKind, previous: Submission | None) -> None:
        self.submission = submission
        self.form = form
        self.ledger = ledger
        self.kind = kind
        self.previous = previous

    def brief(self) -> Brief:
        """The briefs of all narrative parts, in printed order."""
        aspects = [self._aspect(number, aspect) for number, aspect in enumerate(self.form.aspects, 1)]
        parts = [self._preface(), *aspects, self._problems(), self._other()]
        return Brief(
            unit=self.submission.unit.name,
            year=self.submission.year,
            form=self.form.id,
            parts=tuple(parts),
            suggestions=tuple(suggestions(self.ledger)),
        )

    def _preface(self) -> PartBrief:
        articles = [number for number in self.form.preface_articles if number != 49 or self.kind.deadline]
        points = [Point(topic="basis", provisions=tuple(f"条例:{number}" for number in articles))]
        if self.kind.scope:
            points.append(Point(topic="scope"))
        points += [Point(topic="period", keys=("period",)), Point(topic="contact", keys=("unit",))]
        return PartBrief(key="preface", heading="", points=tuple(points))

    def _aspect(self, number: int, aspect: Aspect) -> PartBrief:
        builders = {"s1.active": self._active, "s1.request": self._request, "s1.supervise": self._supervise}
        points = builders.get(aspect.key, self._notes_or_gap)(aspect)
        return PartBrief(key=aspect.key, heading=f"（{to_chinese(number)}）{aspect.heading}", points=tuple(points))

    def _notes(self, aspect: str) -> list[Note]:
        notes = (note for note in self.submission.notes if note.aspect == aspect and not _FEE.search(note.text))
        return [note for note in notes if not says_nothing(note.text)]

    def _note_points(self, notes: Iterable[Note], provisions: tuple[int, ...] = ()) -> list[Point]:
        cited = tuple(f"条例:{number}" for number in provisions)
        return [Point(topic="note", keys=(note.id,), provisions=cited) for note in notes]

    def _notes_or_gap(self, aspect: Aspect) -> list[Point]:
        return self._note_points(self._notes(aspect.key), aspect.articles) or [_gap(aspect.key, aspect.ask)]

    def _active(self, aspect: Aspect) -> list[Point]:
        notes = self._note_points(sorted(self._notes(aspect.key), key=_of_a_part), aspect.articles)
        documents = [Point(topic="documents", keys=self._available("t2.rules.*", "t2.norm.*"))]
        if notes:
            return [notes[0], *documents, *notes[1:]]
        decided = Point(topic="decisions", keys=self._available("t2.*.decisions", "d.cur_items.*", "t2.procure.*"))
        return [*documents, decided, _gap(aspect.key, aspect.ask)]

    def _available(self, *patterns: str) -> tuple[str, ...]:
        from fnmatch import fnmatchcase

        keys = [*self.form.cells, *(item.key for item in self.form.derived)]
        return tuple(key for key in keys if key in self.ledger and any(fnmatchcase(key, pattern) for pattern in patterns))

    def _request(self, aspect: Aspect) -> list[Point]:
        asked, handled, disputed = self._sorted_request_notes(aspect)
        points = []
        if _REQUEST_TOTALS[0] in self.ledger:
            points.append(Point(topic="received", keys=_REQUEST_TOTALS))
            points.append(Point(topic="applicants", keys=("t3.new.natural", "d.org_sum.new")))
        if missing := self._missing(_REQUEST_TOTALS):
            points.append(_gap("s1.request", f"{self._where_missing(missing)}。请核实后补填；确实没有发生的填零"))
        points += asked
        settled = "t3.r7_total.total" in self.ledger and self.ledger["t3.r7_total.total"].value != 0
        points += [Point(topic="results", new_paragraph=True)] if settled else []
        points += handled
        suits = Point(topic="disputes", keys=("t4.rev.total", "d.lit_total"), new_paragraph=bool(handled or asked or settled))
        points += [suits, *disputed]
        if missing := self._missing(("t4.rev.total", "t4.lit_direct.total", "t4.lit_after.total")):
            points.append(_gap("s1.request.disputes", f"{self._where_missing(missing)}。请核实后补填；确实没有发生的填零"))
        return points

    def _sorted_request_notes(self, aspect: Aspect) -> tuple[list[Point], list[Point], list[Point]]:
        """Notes on who asked and for what, on handling, and on disputes, in the order handed in."""
        asked: list[Point] = []
        handled: list[Point] = []
        disputed: list[Point] = []
        nothing = "t3.new.total" in self.ledger and self.ledger["t3.new.total"].value == 0
        for note in self._notes(aspect.key):
            if nothing and _NOTHING.search(note.text) and not any(key.startswith(f"note.{note.id}.") for key in self.ledger):
                continue
            group = disputed if _DISPUTE.search(note.text) else asked if _ASKED.search(note.text) else handled
            group += self._note_points([note], aspect.articles)
        return asked, handled, disputed

    def _missing(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if key in self.form.cells and key not in self.ledger]

    def _where_missing(self, keys: list[str]) -> str:
        """The cells that state nothing, those with the same reason together."""
        reasons: dict[str, list[str]] = {}
        for key in keys:
            words = _STATUS_WORDS.get(self.submission.cells[key].status, "填的数不合规定")
            reasons.setdefault(words, []).append(self.form.cells[key].label)
        shown = (f"{'、'.join(labels)}（{'均' if len(labels) > 1 else ''}{words}）" for words, labels in reasons.items())
        return "表内缺：" + "；".join(shown)

    def _supervise(self, aspect: Aspect) -> list[Point]:
        notes = self._notes(aspect.key)
        owed = self.form.results if self.kind.results in ("error", "warning") else ()
        taken: dict[str, list[Note]] = {}
        for result in owed:
            used = {note.id for found in taken.values() for note in found}
            taken[result.key] = [n for n in notes if n.id not in used and any(word in n.text for word in result.words)]
        assigned = {note.id for found in taken.values() for note in found}
        points = self._note_points([note for note in notes if note.id not in assigned], aspect.articles)
        if not notes:
            points.append(_gap(aspect.key, aspect.ask))
        for number, result in enumerate(owed):
            if found := taken[result.key]:
                keys = tuple(note.id for note in found)
                points.append(
                    Point(topic="result", gap=result.key, keys=keys, provisions=("条例:46", "条例:50"), new_paragraph=number == 0)
                )
            elif not any(word in note.text for note in notes for word in result.words):
                points.append(_gap(result.key, result.ask, "条例:50"))
        return points

    def _problems(self) -> PartBrief:
        submission = self.submission
        points = [
            Point(topic="follow_up", keys=(f"f{number}",), provisions=()) for number in range(1, len(submission.follow_ups) + 1)
        ]
        points += self._unanswered()
        if any(not says_nothing(problem.text) for problem in submission.problems):
            keys = (*(problem.id for problem in submission.problems), *(item.id for item in submission.improvements))
            points.append(Point(topic="problems", keys=keys, new_paragraph=True))
        else:
            ask = "存在的主要问题。请写明涉及哪些单位、栏目或环节，有多少；“无”不合要求"
            points.append(_gap("problems", ask, "条例:50"))
            if any(not says_nothing(item.text) for item in submission.improvements):
                points.append(Point(topic="problems", keys=tuple(item.id for item in submission.improvements), new_paragraph=True))
            else:
                points.append(_gap("improvements", "改进措施。请逐个问题写明做什么、谁负责、何时完成", "条例:50"))
        return PartBrief(key="sec5", heading=self.form.section("sec5").heading, points=tuple(points))

    def _unanswered(self) -> Iterator[Point]:
        """Last year's problems that no follow-up answers (rule COV-FOLLOWUP)."""
        for problem in self.previous.problems if self.previous else ():
            if not any(_same(problem.text, item.problem) for item in self.submission.follow_ups):
                yield _gap(
                    f"follow_up.{problem.id}",
                    f"上年所列问题“{_head(problem.text)}”的整改情况。请说明已经解决、部分解决还是仍在整改，做了什么",
                    f"prev.{problem.id}",
                )

    def _other(self) -> PartBrief:
        fee_notes = tuple(note.id for note in self.submission.notes if _FEE.search(note.text))
        points = []
        stated = {"fee.count", "fee.yuan"} & set(self.ledger)
        if stated or fee_notes:
            points.append(Point(topic="fee", keys=("fee", *fee_notes), provisions=("条例:42",)))
        if not stated and self.form.fee.required:
            points.append(_gap("fee", self.form.fee.ask, "条例:42"))
        if "t3.r6_2_unpaid.total" in self.ledger:
            points.append(Point(topic="unpaid", keys=("t3.r6_2_unpaid.total",)))
        points += self._note_points(self._notes("sec6"))
        if not points:
            points.append(_gap("sec6", "其他需要报告的事项。没有的请写明"))
        return PartBrief(key="sec6", heading=self.form.section("sec6").heading, points=tuple(points))


def _of_a_part(note: Note) -> bool:
    """Whether a note tells less than how much was published in all: such notes follow the one that does."""
    return not _PUBLISHED.search(note.text)


def _gap(key: str, ask: str, *provisions: str) -> Point:
    return Point(topic="gap", gap=key, ask=ask, provisions=provisions, new_paragraph=True)


def _same(one: str, other: str) -> bool:
    return one in other or other in one or similarity(one, other) >= _SAME_PROBLEM


def _head(text: str) -> str:
    return within_quotes(re.split("[，；。]", printable(text, (), 0).text)[0])


@lru_cache(maxsize=1)
def _hints() -> list[dict[str, Any]]:
    text = (resources.files("assistant.drafting") / "data" / "hints.toml").read_text(encoding="utf-8")
    hints: list[dict[str, Any]] = tomllib.loads(text)["hints"]
    return hints


def suggestions(ledger: Ledger) -> Iterator[Suggestion]:
    """Problems the statistics hint at, with the figures that hint."""
    for hint in _hints():
        if all(_holds(ledger, condition) for condition in hint["when"]):
            keys = tuple(re.findall(r"\{([^{}]+)\}", hint["text"]))
            if all(key in ledger for key in keys):
                yield Suggestion(text=hint["text"], keys=keys)


def _holds(ledger: Ledger, condition: str) -> bool:
    words = condition.split()
    signed = words[0] == "sign"
    key, compare, bound = words[1:] if signed else words
    fact = ledger.get(key)
    if fact is None or fact.value is None:
        return False
    value = Decimal(fact.sign) if signed else abs(fact.value)
    return bool(_COMPARE[compare](value, Decimal(bound)))

"""Texts beside tables: subjects made of a few sentences and a small consistent filling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.checks.engine import run_rule
from assistant.checks.finding import Finding
from assistant.checks.prose import Prose, prose
from assistant.checks.subject import PlacedSentence, Subject
from assistant.form import Cell, Form, unit_kinds
from assistant.submission.model import Contact, UnitProfile
from tests.strategies import complete

# 新收 95（自然人 81、企业 6、法律服务机构 8），结转 9，办结 97，转下年 7；复议 6，诉讼 5.
CHOSEN: dict[str, int | Decimal] = {
    "t3.r1_open.natural": 40, "t3.r1_open.biz": 6, "t3.r2_partial.natural": 10, "t3.r3_4_third.natural": 4,
    "t3.r3_6_process.natural": 3,
    "t3.r4_1_nothold.natural": 15, "t3.r4_1_nothold.legal": 8, "t3.r4_2_create.natural": 2, "t3.r5_1_petition.natural": 6,
    "t3.r6_1_nocorrect.natural": 3, "t3.carry_out.natural": 7,
    "t4.rev.upheld": 3, "t4.rev.corrected": 2, "t4.rev.pending": 1, "t4.lit_direct.upheld": 2, "t4.lit_after.upheld": 1,
    "t4.lit_after.corrected": 1, "t4.lit_after.other": 1,
}  # fmt: skip
TABLE2: dict[str, int | Decimal] = {
    "t2.norm.issued": 4, "t2.norm.repealed": 3, "t2.norm.valid": 31, "t2.license.decisions": 512, "t2.penalty.decisions": 64,
    "t2.coercion.decisions": 0, "t2.fee.amount_wan": Decimal("236.5"),
    "t2.rules.issued": 0, "t2.rules.repealed": 0, "t2.rules.valid": 0,
}  # fmt: skip
BEFORE: dict[str, int] = {"t3.new.total": 76, "t2.norm.valid": 30, "t4.rev.total": 6, "t3.r4_2_create.total": 9}
UNIT = UnitProfile(
    name="测试县水务局",
    kind="dept",
    region="测试县",
    aliases=("县水务局",),
    contact=Contact(phone="0000-1234567"),
    neighbours=("测试县林业局",),
)


@dataclass(frozen=True)
class Written:
    """A sentence of a draft."""

    text: str
    rendered: str
    sources: tuple[str, ...] = ()
    gap: str | None = None
    writer: str = "offline"


def cells_of(values: Mapping[str, int | Decimal]) -> dict[str, Cell]:
    return {key: Cell(key=key, value=Decimal(value), raw=str(value), status="ok") for key, value in values.items()}


def filled(form: Form) -> dict[str, Cell]:
    """The small filling for any form that has its cells."""
    chosen = {key: value for key, value in CHOSEN.items() if key in form.cells}
    values = complete(form, chosen, {"t3.carry_in.natural": 10})
    return cells_of(values | {key: value for key, value in TABLE2.items() if key in form.cells})


def reported(
    form: Form, text: str = "", *, part: str = "s1.request", year: int = 2025, texts: Mapping[str, str] | None = None
) -> Subject:
    """A subject with these texts; no draft sentences, last year's few cells."""
    given = {part: text} if text else {}
    return Subject(
        form=form,
        year=year,
        unit=UNIT,
        kind=unit_kinds()[UNIT.kind],
        cells=filled(form),
        previous_cells=cells_of(BEFORE),
        previous_form=form,
        previous_year=year - 1,
        texts={**given, **(texts or {})},
    )


def drafted(subject: Subject, *sentences: Written, part: str = "s1.request", ledger: object = None) -> Subject:
    """The subject with one part of draft sentences."""
    text, placed = "", []
    for sentence in sentences:
        placed.append(PlacedSentence(part, len(text), len(text) + len(sentence.rendered), sentence))
        text += sentence.rendered
    fields = {**subject.__dict__, "texts": {part: text}, "sentences": tuple(placed), "ledger": ledger}
    return Subject(**fields)


def text_findings(subject: Subject, *ids: str, scope: str = "report") -> list[Finding]:
    """Failures of the text rules (all, or those named) on a subject."""
    from assistant.checks import all_rules

    chosen = [
        rule for rule in all_rules() if scope in rule.scope and ".text_" in rule.judge.__module__ and (not ids or rule.id in ids)
    ]
    assert chosen
    return [finding for rule in chosen for finding in run_rule(rule, subject) if finding.status == "fail"]


def told(subject: Subject) -> list[Finding]:
    """What family TX tells of a text: failures and what could not be judged, those of one root cause as one."""
    from assistant.checks import all_rules
    from assistant.checks.roots import merge_roots

    chosen = [rule for rule in all_rules() if rule.family == "TX" and "report" in rule.scope]
    return merge_roots(subject, [finding for rule in chosen for finding in run_rule(rule, subject)])


def numbers_findings(subject: Subject) -> list[Finding]:
    """Failures of family TX only."""
    return [finding for finding in text_findings(subject) if finding.rule.startswith(("TX-", "T2B-"))]


def read(subject: Subject) -> Prose:
    return prose(subject)

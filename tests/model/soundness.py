"""What must hold of a draft whatever the model did: complete, grounded, no worse than the offline writer's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assistant.drafting.assemble import Drafted
from assistant.drafting.evaluate import Case, score
from tests.drafting.material import loose_figures

PLANTED = (
    "9876",
    "37.5%",
    "联席会议",
    "t9.none",
    "专班",
    "高度重视",
    "成效显著",
    "邻水县",
    "要闻",
    "人工智能",
    "bureau",
    "開",
    "None",
    "no",
)
"""Words of the spoilt answers; none of them stands in the material."""

_CASE = Case(id="", submission="")


def unsound(drafted: Drafted, offline: Drafted) -> Iterator[str]:
    """What is wrong with a draft beside the one written without a model; nothing where it is sound."""
    draft, plain = drafted.draft, offline.draft
    if [part.key for part in draft.parts] != [part.key for part in plain.parts]:
        yield "parts are missing"
    if {gap.key for gap in draft.gaps} != {gap.key for gap in plain.gaps}:
        yield "gap marks differ"
    here, there = score(_CASE, drafted), score(_CASE, offline)
    if here.points < there.points:
        yield f"points of the brief are missing: {here.points} instead of {there.points}"
    if here.unsupported:
        yield f"{here.unsupported} figures without a fact"
    gone = _texts(offline) - _texts(drafted)
    if gone:
        yield f"texts handed in are missing: {'、'.join(sorted(gone))}"
    yield from (f"figure outside a slot: {raw}" for raw in loose_figures(drafted))
    told = [sentence for *_place, sentence in draft.sentences()]
    text = "".join(sentence.rendered for sentence in told)
    known = "".join(sentence.rendered for *_place, sentence in plain.sentences()) + drafted.submission.model_dump_json()
    yield from (f"a planted word: {word}" for word in PLANTED if word in text and word not in known)
    yield from (f"no source: {each.text}" for each in told if not each.sources and not each.gap and each.writer == "model")
    yield from (f"new finding {rule}" for rule in (blocking(drafted) - blocking(offline)))


def _texts(drafted: Drafted) -> set[str]:
    """Keys of the texts handed in that the draft rests on."""
    used = {key for *_place, sentence in drafted.draft.sentences() for key in sentence.sources}
    return {key for key in used if (fact := drafted.ledger.get(key)) and fact.kind == "text" and not key.startswith("prev.")}


def blocking(drafted: Drafted) -> Counter[str]:
    """Blocking findings of the text, by rule."""
    failed = (each for each in drafted.draft.findings if each.status == "fail" and each.blocking)
    return Counter(each.rule for each in failed if each.rule.startswith(("TX-", "Y-", "N-", "R-")))


def share(drafted: Drafted) -> tuple[int, int]:
    """Sentences by the model, and sentences that a model might have written."""
    told = [each for part, _p, _s, each in drafted.draft.sentences() if part.key != "preface" and not each.gap]
    return sum(each.writer == "model" for each in told), len(told)

"""Each score of ``assistant eval`` is worse for a draft that is worse in what it scores: doctored, audited like any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner

from assistant.cli import main
from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.brief import PartBrief
from assistant.drafting.draft import Attempt, Paragraph, Part, Sentence, Usage
from assistant.drafting.evaluate import Case, Score, choose_cases, read_cases, run_cases, score
from assistant.drafting.offline.voice import Voice
from assistant.drafting.offline.writer import OfflineWriter
from assistant.errors import InputError
from assistant.form import default_registry
from tests.corpus.material import COUNTY, ROOT
from tests.drafting.material import submission_at

CASE = Case(id="dongguanjiedao-2024", submission="", gaps=("s1.mgmt",))
THIS = submission_at(COUNTY / "2024" / "dongguanjiedao.json")
LAST = submission_at(COUNTY / "2023" / "dongguanjiedao.json")
Change = Callable[[Part], Part]


class Doctored:
    """The offline writer, its parts changed."""

    name = "offline"

    def __init__(self, change: Change) -> None:
        self.change = change

    def write(self, brief: PartBrief, voice: Voice) -> Part:
        return self.change(OfflineWriter().write(brief, voice))


def drafted(change: Change = lambda part: part) -> Drafted:
    return draft_report(THIS, default_registry(), previous=LAST, writer=Doctored(change))


def each(change: Callable[[Sentence], Sentence | None], *keys: str) -> Change:
    """Every sentence of the parts named (of all but the preface if none is) changed, or left out where None comes back."""

    def whole(part: Part) -> Part:
        if part.key == "preface" or (keys and part.key not in keys):
            return part
        paragraphs = []
        for paragraph in part.paragraphs:
            kept = tuple(made for sentence in paragraph.sentences if (made := change(sentence)) is not None)
            if kept:
                paragraphs.append(paragraph.model_copy(update={"sentences": kept}))
        return part.model_copy(update={"paragraphs": tuple(paragraphs)})

    return whole


def with_sentences(*texts: str, sources: tuple[str, ...] = ("n1",)) -> Change:
    def whole(part: Part) -> Part:
        if part.key != "s1.active":
            return part
        made = tuple(Sentence(text=text, rendered=text, sources=sources) for text in texts)
        return part.model_copy(update={"paragraphs": (*part.paragraphs, Paragraph(sentences=made))})

    return whole


def other_source(sentence: Sentence) -> Sentence:
    notes = [note.id for note in THIS.notes]
    moved = tuple(notes[(notes.index(key) + 3) % len(notes)] if key in notes else key for key in sentence.sources)
    return sentence.model_copy(update={"sources": moved})


def without_gap(sentence: Sentence) -> Sentence | None:
    return None if sentence.gap else sentence


def not_told(sentence: Sentence) -> Sentence | None:
    return sentence if sentence.gap else None


DEEDS = tuple(note.text.rstrip("。") + "。" for note in LAST.notes)
WORSE: dict[str, Change] = {
    "unsupported": with_sentences("全年公开信息4321条。"),
    "contradictions": with_sentences("全年新收政府信息公开申请{t3.new.total}件，其中自然人4321件。"),
    "points": each(not_told, "s1.active"),
    "precision": each(other_source),
    "recall": each(not_told, "s1.active", "s1.platform"),
    "gaps": each(without_gap),
    "foreign": with_sentences(*DEEDS),
    "copied": with_sentences(*DEEDS),
    "last_year": with_sentences(*DEEDS),
    "names": with_sentences("我局公开了工作动态。", "本县教育局公开了招生政策。"),
    "length": each(not_told, "s1.active"),
    "model": each(lambda sentence: sentence.model_copy(update={"writer": "model"})),
    "refused": each(lambda sentence: sentence.model_copy(update={"attempts": (Attempt(number=1, reasons=("不行",)),)})),
}
HIGHER_IS_BETTER = frozenset({"points", "precision", "recall", "gaps", "length"})
COST = frozenset({"tokens", "seconds", "case"})


@pytest.mark.parametrize("name", WORSE)
def test_a_doctored_draft_scores_worse(name: str) -> None:
    good, bad = score(CASE, drafted()), score(CASE, drafted(WORSE[name]))
    before, after = getattr(good, name), getattr(bad, name)
    assert after < before if name in HIGHER_IS_BETTER else after > before


def test_every_score_has_a_draft_that_fails_it() -> None:
    assert set(Score.model_fields) == {*WORSE, *COST}


def test_a_sound_draft_has_the_best_scores_where_there_is_a_best() -> None:
    good = score(CASE, drafted())
    assert (good.unsupported, good.contradictions, good.foreign, good.names, good.refused) == (0, 0, 0, 0, 0)
    assert (good.gaps, good.model) == (1.0, 0.0)


def test_cost_is_that_of_the_draft() -> None:
    made = drafted()
    usage = Usage(calls=3, input_tokens=700, output_tokens=50, seconds=4.5)
    spent = score(CASE, replace(made, draft=made.draft.model_copy(update={"usage": usage})))
    assert (spent.tokens, spent.seconds) == (750, 4.5)


def test_single_cases_can_be_chosen_and_an_unknown_one_is_named() -> None:
    cases = read_cases(ROOT / "corpus" / "eval" / "cases.json")
    assert [case.id for case in choose_cases(cases, ["shuiwuju-2025"])] == ["shuiwuju-2025"]
    assert choose_cases(cases, []) == cases
    with pytest.raises(InputError, match="没有“nobody”这一例"):
        choose_cases(cases, ["nobody"])
    done = CliRunner().invoke(main, ["eval", "--case", "shuiwuju-2025"])
    assert done.exit_code == 0 and "离线写作，1 例" in done.stdout and "shuiwuju-2025" in done.stdout


def test_every_case_asks_for_exactly_the_gaps_its_material_leaves_and_scores_clean() -> None:
    path = ROOT / "corpus" / "eval" / "cases.json"
    found = run_cases(
        read_cases(path),
        path.parent,
        submission_at,
        lambda given, previous: draft_report(given, default_registry(), previous=previous),
    )
    rows = [row for row, _drafted in found]
    assert len(rows) >= 30
    assert [row.case for row in rows if row.gaps < 1 or row.unsupported or row.contradictions or row.foreign or row.names] == []

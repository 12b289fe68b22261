"""The drafts beside the three target texts: same figures, same gaps, none of the phrases their table forbids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.drafting.material import SLOT, drafted, narrative, slots

EXAMPLES = ("county-education-bureau-2025", "county-government-2025", "township-2025")
PROFILE = ("unit", "year", "period")


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared / "examples" / str(request.param)


def target_of(example: Path) -> str:
    return (example / "target.md").read_text(encoding="utf-8").split("## 附：数字来历")[0]


def test_the_draft_states_the_figures_the_target_states(example: Path) -> None:
    result = drafted(example / "submission.json", example / "previous.json")
    wanted = {key for key in SLOT.findall(target_of(example)) if not key.startswith(PROFILE)}
    assert len(wanted & slots(result)) >= 0.9 * len(wanted), wanted - slots(result)


def test_the_draft_marks_the_gaps_the_target_marks(example: Path) -> None:
    result = drafted(example / "submission.json", example / "previous.json")
    assert {gap.key for gap in result.draft.gaps} == set(re.findall(r"缺:([\w.]+)", target_of(example)))


def test_no_phrase_of_the_forbidden_table_is_written(example: Path, shared: Path) -> None:
    table = (shared / "examples" / "README.md").read_text(encoding="utf-8").split("## 词句忌用")[1]
    rows = (line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    phrases = [phrase for row in rows for phrase in re.findall(r"`([^`]+)`", row)]
    text = narrative(drafted(example / "submission.json", example / "previous.json"))
    assert len(phrases) > 50
    assert [phrase for phrase in phrases if phrase in text] == []


def test_no_sentence_of_a_target_is_canned_in_the_writer(example: Path) -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path("assistant/drafting").rglob("*") if path.suffix in {".py", ".toml"}
    )
    sentences = [SLOT.sub("", text) for text in re.split(r"〔[^〕]*〕|\n", target_of(example))]
    long_ones = [text for text in sentences if len(text) >= 30 and "【待补" not in text]
    assert long_ones
    assert [text for text in long_ones if text in sources] == []


def test_nothing_of_last_years_notes_enters(example: Path) -> None:
    from tests.drafting.material import submission_at

    last = submission_at(example / "previous.json")
    this = submission_at(example / "submission.json")
    mine = "".join(note.text for note in this.notes) + "".join(item.text for item in this.follow_ups)
    text = narrative(drafted(example / "submission.json", example / "previous.json"))
    only_then = [
        clause for note in last.notes for clause in re.split("[，；。]", note.text) if len(clause) >= 5 and clause not in mine
    ]
    assert [clause for clause in only_then if clause in text] == []


def test_the_text_rules_find_no_contradiction_in_the_drafts_of_the_examples(example: Path) -> None:
    result = drafted(example / "submission.json", example / "previous.json")
    wrong = [each for each in result.draft.findings if each.status == "fail" and each.rule.startswith(("TX-", "Y-", "R-", "N-"))]
    assert [(each.rule, each.message) for each in wrong] == []

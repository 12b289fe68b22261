"""The scores tell a good draft from one that states what nobody handed in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import main
from assistant.drafting.assemble import Drafted
from assistant.drafting.evaluate import Case, Score, differences, means, read_cases, score
from assistant.errors import InputError
from tests.corpus.material import ROOT
from tests.drafting.material import county_draft

CASES = ROOT / "corpus" / "eval" / "cases.json"


def with_sentence(drafted: Drafted, text: str) -> Drafted:
    """The draft with the first sentence of 主动公开 replaced."""
    from dataclasses import replace

    parts = []
    for part in drafted.draft.parts:
        if part.key == "s1.active":
            first = part.paragraphs[0]
            changed = first.sentences[0].model_copy(update={"text": text, "rendered": text})
            paragraph = first.model_copy(update={"sentences": (changed, *first.sentences[1:])})
            part = part.model_copy(update={"paragraphs": (paragraph, *part.paragraphs[1:])})
        parts.append(part)
    return replace(drafted, draft=drafted.draft.model_copy(update={"parts": tuple(parts)}))


def test_there_are_at_least_thirty_cases_whose_files_are_there() -> None:
    cases = read_cases(CASES)
    there = [case for case in cases if (CASES.parent / case.submission).exists()]
    assert len(there) >= 30
    assert len({case.id for case in cases}) == len(cases)


def test_an_invented_figure_lowers_the_score() -> None:
    drafted = county_draft("gonganju", 2025)
    case = next(case for case in read_cases(CASES) if case.id == "gonganju-2025")
    good, bad = score(case, drafted), score(case, with_sentence(drafted, "全年公开信息4321条。"))
    assert good.unsupported == 0 and good.gaps == 1.0
    assert bad.unsupported >= 1
    assert bad.precision <= good.precision


def test_last_years_deeds_and_lost_gaps_are_seen() -> None:
    drafted = county_draft("gonganju", 2025)
    assert drafted.previous is not None
    deed = max((note.text for note in drafted.previous.notes), key=len)
    copied = score(Case(id="x", submission="", gaps=("s1.mgmt",)), with_sentence(drafted, deed))
    assert copied.foreign >= 1 and copied.copied >= 8
    assert copied.gaps < 1.0


def test_differences_between_runs_are_listed_and_time_is_not() -> None:
    row = score(Case(id="x", submission=""), county_draft("shuiwuju", 2025))
    changed = row.model_copy(update={"unsupported": 2, "seconds": 99.0})
    assert list(differences([row], [row.model_copy(update={"seconds": 5.0})])) == []
    assert list(differences([row], [changed])) == [f"x：无据数字 {row.unsupported}→2"]
    assert list(differences([row], [])) == ["x：只在上次"]
    assert means([])["points"] == 0.0


def test_the_command_prints_a_table_keeps_the_raw_results_and_compares(tmp_path: Path) -> None:
    chosen = [case.model_dump() for case in read_cases(CASES) if case.id in ("gonganju-2025", "shuiwuju-2025")]
    for case in chosen:
        case |= {key: str(CASES.parent / case[key]) for key in ("submission", "previous")}
    cases, kept = tmp_path / "cases.json", tmp_path / "run.json"
    cases.write_text(json.dumps(chosen, ensure_ascii=False), encoding="utf-8")
    done = CliRunner().invoke(main, ["eval", "--cases", str(cases), "-o", str(kept)])
    assert done.exit_code == 0 and "无据数字" in done.stdout and "平均" in done.stdout
    raw = json.loads(kept.read_text(encoding="utf-8"))
    assert len(raw["drafts"]) == len(raw["scores"]) == 2
    assert all(Score.model_validate(row).unsupported == 0 for row in raw["scores"])
    again = CliRunner().invoke(main, ["eval", "--cases", str(cases), "--compare", str(kept)])
    assert "→" not in again.stdout


def test_a_faulty_cases_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text('[{"id": "x"}]', encoding="utf-8")
    with pytest.raises(InputError):
        read_cases(path)

"""The promise of the command: whatever the service does, a complete and correct draft that says who wrote which sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant.cli import main
from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.model.writer import ModelWriter
from assistant.form import default_registry
from tests.corpus.material import COUNTY, ROOT, UNITS
from tests.model.author import Author
from tests.model.drafts import county, judged, materials
from tests.model.faulty import BAD, CLOSED, ODD, UNREADABLE, UNWIRED, WRONG, Unreliable
from tests.model.material import connected
from tests.model.server import ScriptedServer
from tests.model.service import running
from tests.model.soundness import PLANTED, share, unsound

THIS, LAST = COUNTY / "2025" / "gonganju.json", COUNTY / "2024" / "gonganju.json"


@cache
def offline(unit: str = "gonganju", year: int = 2025) -> Drafted:
    submission, previous = county(unit, year)
    return draft_report(submission, default_registry(), previous=previous)


def arguments(folder: Path) -> list[str]:
    made = ["-o", str(folder / "out.docx"), "--json", str(folder / "out.json"), "--html", str(folder / "out.html")]
    return ["draft", str(THIS), "--previous", str(LAST), "--writer", "model", *made]


def environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "ASSISTANT_HOME": str(folder / "home"), "OPENAI_BASE_URL": url, "ASSISTANT_MODEL": "m",
        "ASSISTANT_MODEL_SECONDS": "1", "ASSISTANT_MODEL_TRIES": "1",
    }  # fmt: skip


def drafted(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return found


def told(draft: dict[str, Any]) -> list[dict[str, Any]]:
    """The sentences that a model might write."""
    parts = (part for part in draft["parts"] if part["key"] != "preface")
    return [each for part in parts for p in part["paragraphs"] for each in p["sentences"] if not each["gap"]]


def check(folder: Path) -> dict[str, Any]:
    """The three files are there; the draft has the offline one's parts, gaps and facts of the tables, and no finding more."""
    draft, plain = drafted(folder), offline().draft
    assert [part["key"] for part in draft["parts"]] == [part.key for part in plain.parts]
    assert {gap["key"] for gap in draft["gaps"]} == {gap.key for gap in plain.gaps}
    errors = {each["rule"] for each in draft["findings"] if each["status"] == "fail" and each["severity"] == "error"}
    assert errors <= {each.rule for each in plain.findings if each.status == "fail"}
    text = "".join(each["rendered"] for each in told(draft))
    known = "".join(each.rendered for *_place, each in plain.sentences()) + THIS.read_text(encoding="utf-8")
    assert [word for word in PLANTED if word in text and word not in known] == []
    assert (folder / "out.docx").read_bytes()[:2] == b"PK"
    assert all(part.heading in (folder / "out.html").read_text(encoding="utf-8") for part in plain.parts if part.heading)
    return draft


def run(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments(folder)],
        cwd=ROOT, env=os.environ | environment(folder, url), capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def test_the_command_drafts_with_a_competent_author_and_every_check_holds(tmp_path: Path) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    with running() as service:
        done = run(tmp_path, service.url)
    assert done.returncode in (0, 1), done.stderr
    draft = check(tmp_path)
    writers = [each["writer"] for each in told(draft)]
    assert writers.count("model") > 0.8 * len(writers)
    assert draft["writer"] == "model" and draft["model"] and set(draft["prompts"]) >= {"write"}
    assert [
        each for each in draft["findings"] if each["status"] == "fail" and each["rule"].startswith(("TX-", "N-", "Y-", "R-"))
    ] == []
    asked = [seen for seen in service.history if not seen["probe"]]
    assert draft["usage"]["calls"] == len(asked) > 0
    assert f"请求 {len(asked)} 次" in done.stderr


def test_the_command_in_its_own_process_survives_each_family_of_faults(tmp_path: Path) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    for number, name in enumerate(("reset", "login page", "endless repetition", "invented figures")):
        folder = tmp_path / str(number)
        folder.mkdir()
        with running(fail=1.0, only=name, seconds=2.0) as service:
            done = run(folder, service.url)
        assert done.returncode in (0, 1), (name, done.stderr)
        assert "Traceback" not in done.stderr
        assert {each["writer"] for each in told(check(folder))} == {"offline"}, name


@pytest.mark.parametrize("name", [*BAD, *ODD])
def test_each_behaviour_gives_a_complete_and_correct_draft(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    with ScriptedServer(choose=Unreliable(Author().answer, 1.0, names=(name,), seconds=2.0)) as server:
        for setting, value in environment(tmp_path, server.url).items():
            monkeypatch.setenv(setting, value)
        done = CliRunner().invoke(main, arguments(tmp_path))
    assert done.exit_code in (0, 1), done.output
    draft = check(tmp_path)
    writers = [each["writer"] for each in told(draft)]
    if name in ODD:
        assert writers.count("model") > 0.8 * len(writers)
    elif name in {**UNWIRED, **CLOSED, **UNREADABLE}:
        assert set(writers) == {"offline"}
    else:
        assert name in WRONG and writers.count("offline") > 0
    if "model" not in writers:
        assert "改由离线写作" in done.stderr
        assert any(each["attempts"] for each in told(draft))


def test_with_a_fifth_of_the_calls_failing_every_report_is_complete_and_grounded(tmp_path: Path) -> None:
    chosen = [(unit, 2025) for unit in UNITS] + [("xianzhengfu", 2024)]
    choose = Unreliable(Author().answer, 0.2, 11, seconds=2.0)
    with ScriptedServer(choose=choose) as server, connected(server, tmp_path, request_seconds=1.0) as first:
        first.dialect()

        def one(each: tuple[str, int]) -> tuple[Drafted, Drafted]:
            submission, previous = county(*each)
            with connected(server, tmp_path, request_seconds=1.0) as connection:
                writer = ModelWriter(connection.client(each[0], cache=False))
                return draft_report(submission, default_registry(), previous=previous, writer=writer), offline(*each)

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(one, chosen))
    spoilt = sum(map(bool, choose.drawn)) / len(choose.drawn)
    assert 0.1 < spoilt < 0.35 and len(found) == 12
    assert [list(unsound(*pair)) for pair in found] == [[]] * 12
    written = [share(made) for made, _plain in found]
    assert sum(model for model, _all in written) > 0.6 * sum(whole for _model, whole in written)


def test_a_single_traditional_character_is_sent_back() -> None:
    part = materials(*county("gonganju", 2025))["s1.active"]
    item = part.open[0]
    text, keys = item.offline[0].text, list(item.sources)
    assert judged(part, item.anchor, text, keys).holds
    spoilt = judged(part, item.anchor, text.replace("开", "開").replace("发", "發"), keys)
    assert not spoilt.holds and "简体字" in spoilt.faults[0].reason

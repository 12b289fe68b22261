"""The record survives what machines do to it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.drafting.model.calls import Call, Calls, Row
from assistant.errors import AssistantError
from tests.model.material import PROMPT

CALL = Call("http://127.0.0.1/v1", "m", PROMPT, {"type": "object"}, {"temperature": 0.0})
ROW = Row("ok", "", "{}", "stop", "m-1", 10, 5, 0.5)


def test_requests_that_a_kill_cut_off_stay_on_record_and_answer_nothing(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from assistant.drafting.model.calls import Calls;"
        "from tests.model.test_calls import CALL, ROW; calls = Calls(Path(sys.argv[1]));"
        "calls.end(calls.begin(CALL, report='r', part='a', number=1), ROW);"
        "calls.begin(CALL, report='r', part='b', number=1); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[2], check=False)
    calls = Calls(tmp_path)
    assert (calls.totals().calls, calls.totals().usable) == (2, 1)
    assert calls.answered(CALL) == ROW
    calls.close()


def test_a_new_record_is_opened_by_many_at_once(tmp_path: Path) -> None:
    for number in range(20):
        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(lambda _each, folder=tmp_path / str(number): Calls(folder), range(8)))
        assert len(opened) == 8
        for each in opened:
            each.close()


def test_many_threads_and_a_second_process_write_to_one_record(tmp_path: Path) -> None:
    first, second = Calls(tmp_path), Calls(tmp_path)

    def write(number: int) -> None:
        calls = (first, second)[number % 2]
        calls.end(calls.begin(CALL, report=f"r{number % 3}", part="a", number=1), ROW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(120)))
    assert first.totals().calls == second.totals().usable == 120
    assert first.totals("r0").input_tokens == 400
    first.close()
    second.close()


def test_what_cannot_be_written_as_text_is_written_all_the_same(tmp_path: Path) -> None:
    calls = Calls(tmp_path, "sk-secret")
    calls.end(calls.begin(CALL, report="r", part="a", number=1), Row("ok", "", "坏\ud83d字 sk-secret", "", "", None, None, 0.1))
    kept = calls.answered(CALL)
    calls.close()
    assert kept is not None
    assert kept.answer == "坏?字 （密钥）"


def test_a_record_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    Calls(tmp_path).close()
    with sqlite3.connect(tmp_path / "model.sqlite3") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(AssistantError, match="更新版本"):
        Calls(tmp_path)

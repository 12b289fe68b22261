"""A decision shown as saved survives a kill at any moment."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.review import audit
from assistant.review.engine import open_record
from assistant.review.schema import DecisionRow
from tests.review.rows import fill

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from assistant.review import audit
from assistant.review.engine import open_record
from assistant.review.schema import DecisionRow
record = open_record(Path(sys.argv[1]), sys.argv[2])
while True:
    with record.write() as session:
        row = DecisionRow(paragraph_id=1, version_id=1, kind="reject", by=1, at=datetime.now(UTC))
        session.add(row)
        session.flush()
        audit.note(session, None, "reject", "decision", row.id)
        number = row.id
    print(number, flush=True)
"""
OPEN = """
import sys
from pathlib import Path
from assistant.review.engine import open_record
print(open_record(Path(sys.argv[1]), sys.argv[2]).version())
"""


def test_decisions_shown_as_saved_survive_kills(database: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    record = open_record(home, database)
    with record.write() as session:
        fill(session)
    record.close()
    shown: list[int] = []
    for turn in range(3):
        process = subprocess.Popen([sys.executable, "-c", CODE, str(home), database], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        first = "".join(process.stdout.readline() for _ in range(4))
        time.sleep(random.Random(turn).uniform(0.02, 0.2))
        process.kill()
        rest = process.communicate(timeout=30)[0]
        shown += [int(line) for line in (first + rest).split("\n")[:-1]]
    record = open_record(home, database)
    with record.read() as session:
        saved = set(session.execute(select(DecisionRow.id)).scalars())
    assert len(shown) > 10
    assert set(shown) <= saved
    verdict = audit.verify(record)
    assert verdict.whole, verdict.what
    assert verdict.anchor.count == len(saved)
    record.close()


@pytest.mark.parametrize("processes", [4])
def test_processes_that_start_together_make_one_record(database: str, tmp_path: Path, processes: int) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(tmp_path / "home"), database], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(processes)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in started]
    assert len(set(answers)) == 1
    assert answers[0]

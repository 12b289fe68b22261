"""Model: ``python -m benchmarks.batch_model [--units 200] [--latency 1] [--at-once 16] [--fail 0 0.05]``.

A service in a process of its own answers each call after a fixed time. The ideal is answered calls x latency / calls at once;
calls that fail do so at once and come on top of it. LangChain's
plain ``batch`` makes as many calls of the same prompts over the same service in the same run, with the same number at once.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from assistant.batch.records import read_run
from benchmarks.batch_material import county
from benchmarks.batch_running import Cost, bar, run, table
from tests.model.service import running


def prompts(home: Path) -> list[tuple[str, str]]:
    """The prompts a run got an answer to, in order, from its record of calls."""
    with sqlite3.connect(home / "model.sqlite3") as database:
        return list(database.execute("SELECT system, user FROM calls WHERE part <> 'probe' AND outcome = 'ok' ORDER BY id"))


def by_langchain(url: str, asked: list[tuple[str, str]], at_once: int) -> tuple[float, int]:
    """Seconds LangChain's ``batch`` takes for the same calls, and how many of them gave nothing."""
    from langchain_core.messages import HumanMessage, SystemMessage
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(model="m", base_url=url, api_key="none", timeout=60, max_retries=4)
    messages: list[Any] = [[SystemMessage(system), HumanMessage(user)] for system, user in asked]
    start = time.perf_counter()
    answers = chat.batch(messages, config={"max_concurrency": at_once}, return_exceptions=True)
    return time.perf_counter() - start, sum(isinstance(answer, Exception) for answer in answers)


def one(work: Path, folder: Path, fail: float, chosen: argparse.Namespace) -> tuple[object, ...]:
    """A row of the table."""
    out, home = work / f"out{fail}", work / f"home{fail}"
    options: dict[str, Any] = {"latency": chosen.latency, "fail": fail, "seed": 1, "only": "unavailable" if fail else ""}
    with running(**options) as service:
        cost: Cost = run(
            folder,
            out,
            home,
            "--writer",
            "model",
            "--workers",
            str(chosen.workers),
            OPENAI_BASE_URL=service.url,
            ASSISTANT_MODEL="m",
            ASSISTANT_MODEL_AT_ONCE=str(chosen.at_once),
        )
    asked = prompts(home)
    with running(**options) as service:
        seconds, lost = by_langchain(service.url, asked, chosen.at_once)
    record = read_run(out)
    ideal = len(asked) * chosen.latency / chosen.at_once
    fallen = sum(1 for unit in record.units if unit.fallback)
    ours = (f"{cost.seconds:.1f}", f"{ideal / cost.seconds:.1%}", fallen, f"{cost.cpu:.0f}")
    theirs = (f"{seconds:.1f}", f"{ideal / seconds:.1%}", lost)
    return (f"{fail:.0%}", len(record.of_state("done")), len(asked), f"{ideal:.1f}", *ours, *theirs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--fail", type=float, nargs="+", default=[0.0, 0.05])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batch-model-") as name:
        folder = county(Path(name) / "county", chosen.units)
        rows = [one(Path(name), folder, fail, chosen) for fail in chosen.fail]
    ours = ("batch s", "of ideal", "units finished offline", "CPU s")
    heading = ("calls failing", "units done", "calls", "ideal s", *ours, "LangChain batch s", "of ideal", "calls lost by it")
    print(table(heading, rows), end="\n\n")
    for row in rows:
        share = float(str(row[5]).rstrip("%"))
        print(bar(f"{row[0]} of the calls failing: {row[5]} of the ideal", "at least 93 %", share >= 93.0))


if __name__ == "__main__":
    main()

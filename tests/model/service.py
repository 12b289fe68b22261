"""The scripted service in a process of its own, so that its work is not counted as ours.

``python -m tests.model.service`` prints its address and serves until its standard input closes; then it prints its history, one
JSON object a line: seconds of arrival, length of the prompt, part asked for, the fault drawn; and sentences with a wrong
figure, if its author slips. :func:`running` does all that.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.model.author import Author
from tests.model.careless import CarelessAuthor
from tests.model.exchange import Seen
from tests.model.faulty import Unreliable
from tests.model.plain_author import PlainAuthor
from tests.model.server import ScriptedServer

ROOT = Path(__file__).resolve().parents[2]
_PART = re.compile(r"报告(?:中的)?“([^”]*)”")


@dataclass
class Service:
    """A running service: its address, and once it has ended what it was asked and the sentences with a wrong figure."""

    url: str
    history: list[dict[str, Any]] = field(default_factory=list)
    slipped: list[str] = field(default_factory=list)


@contextmanager
def running(
    *,
    latency: float = 0.0,
    fail: float = 0.0,
    seed: int = 0,
    only: str = "",
    seconds: float = 30.0,
    plain: float | None = None,
    wrong: float = 0.0,
) -> Iterator[Service]:
    """A service until the end of the block.

    Args:
        latency: seconds from request to answer.
        fail: share of the requests that are spoilt.
        seed: of what is drawn.
        only: the one fault to draw; all if empty.
        seconds: longest silence of a stalled answer.
        plain: share of figures the author of the plain recipe gets wrong; None for the competent author.
        wrong: share of figures the competent author gets wrong.
    """
    options = {"latency": latency, "fail": fail, "seed": seed, "seconds": seconds, "wrong": wrong}
    arguments = [f"--{name}={value}" for name, value in options.items()] + [f"--only={only}"] * bool(only)
    arguments += [f"--plain={plain}"] * (plain is not None)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.model.service", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin and process.stdout
    service = Service(process.stdout.readline().strip())
    try:
        yield service
    finally:
        process.stdin.close()
        told = [json.loads(line) for line in process.stdout]
        service.history += [line for line in told if "slipped" not in line]
        service.slipped += [line["slipped"] for line in told if "slipped" in line]
        process.stdout.close()
        process.wait(20)


def _told(seen: Seen, start: float, fault: str) -> dict[str, Any]:
    part = _PART.search(seen.system)
    asked = {"at": round(seen.at - start, 4), "characters": len(seen.system) + len(seen.user), "probe": seen.is_probe}
    return {**asked, "part": part[1] if part else "", "fault": fault}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--fail", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--plain", type=float)
    parser.add_argument("--wrong", type=float, default=0.0)
    chosen = parser.parse_args()
    careless = CarelessAuthor(chosen.wrong, chosen.seed)
    author = (
        (careless if chosen.wrong else Author()).answer if chosen.plain is None else PlainAuthor(chosen.plain, chosen.seed).answer
    )
    names = (chosen.only,) if chosen.only else ()
    choose = Unreliable(author, chosen.fail, chosen.seed, names=names, seconds=chosen.seconds, latency=chosen.latency)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    with ScriptedServer(choose=choose) as server:
        print(server.url, flush=True)
        sys.stdin.read()
    start = server.history[0].at if server.history else 0.0
    faults = iter(choose.drawn)
    for seen in server.history:
        print(json.dumps(_told(seen, start, "" if seen.is_probe else next(faults, "")), ensure_ascii=False))
    for text in careless.slipped:
        print(json.dumps({"slipped": text}, ensure_ascii=False))


if __name__ == "__main__":
    main()

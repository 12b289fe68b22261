"""``assistant eval`` for every writer: ``python -m benchmarks.model_eval [--small-model CASE ...] [--keep FOLDER] [--write]``.

Offline, the competent author of the tests, the same author slipping in some of its figures, and with ``--small-model`` the real
small model on the cases named. Each run is the command itself in a process of its own; ``--keep`` keeps its raw results, scores and
drafts. The small model is slow: its answers are cut at 300 tokens, a part may ask twice, a report may take four minutes; what is
not written by then is the offline writer's.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from assistant.drafting.evaluate import Score, differences, means, read_scores
from benchmarks.page import MODEL, load, put, table
from tests.corpus.material import ROOT
from tests.model.service import running
from tests.model.small_model import NAME, serving

WRONG = 0.03
_NAMES = {
    "unsupported": "figures without a fact", "contradictions": "contradictions", "points": "points stated",
    "precision": "sources hold", "recall": "material used", "gaps": "gap marks right", "foreign": "foreign deeds",
    "copied": "longest copy", "last_year": "like last year", "names": "name and scope faults", "length": "characters an aspect",
    "model": "sentences by the model", "refused": "sent back a draft", "tokens": "tokens a draft", "seconds": "seconds a draft",
}  # fmt: skip
_SLOW = {
    "ASSISTANT_MODEL_TOKENS": "300", "ASSISTANT_MODEL_SECONDS": "120", "ASSISTANT_MODEL_TRIES": "1",
    "ASSISTANT_LIMIT_PART": "2,-,120", "ASSISTANT_LIMIT_REPORT": "-,-,240",
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One run of the command: who wrote, its scores, seconds of all."""

    writer: str
    scores: tuple[Score, ...]
    seconds: float


def evaluated(writer: str, kept: Path, url: str = "", cases: Iterable[str] = (), **settings: str) -> Run:
    """Run the command; ``url`` empty for the offline writer."""
    arguments = ["eval", "--writer", "model" if url else "offline", "-o", str(kept)]
    arguments += [part for case in cases for part in ("--case", case)]
    with tempfile.TemporaryDirectory() as home:
        settings |= {"ASSISTANT_HOME": home, "OPENAI_BASE_URL": url}
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *arguments], cwd=ROOT, env=os.environ | settings, capture_output=True
        )
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return Run(writer, read_scores(kept), time.perf_counter() - started)


def runs(folder: Path, small: list[str]) -> Iterator[Run]:
    yield evaluated("offline", folder / "offline.json")
    for name, wrong in (("author", 0.0), (f"author slipping in {WRONG:.0%} of figures", WRONG)):
        with running(wrong=wrong) as service:
            yield evaluated(name, folder / f"author-{wrong:g}.json", service.url, ASSISTANT_MODEL="scripted-1")
    if small:
        with ExitStack() as stack:
            url = stack.enter_context(serving(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
            yield evaluated(NAME, folder / "small-model.json", url, small, ASSISTANT_MODEL=NAME, **_SLOW)


def lines(found: list[Run]) -> list[str]:
    """A column a run, a row a score."""
    averages = [means(run.scores) for run in found]
    rows = [(title, *(f"{average[name]:g}" for average in averages)) for name, title in _NAMES.items()]
    rows = [("cases", *(str(len(run.scores)) for run in found)), *rows]
    return table(("mean of the cases", *(run.writer for run in found)), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small-model", nargs="*", default=[], metavar="CASE")
    parser.add_argument("--keep", type=Path, help="folder for the raw results")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = chosen.keep or Path(work)
        folder.mkdir(parents=True, exist_ok=True)
        busy = load()
        found = list(runs(folder, chosen.small_model))
    told = lines(found)
    changed = list(differences(found[1].scores, found[2].scores))
    print("\n".join([busy, *told, "", *changed]))
    if chosen.write:
        head = ["`python -m benchmarks.model_eval`: `assistant eval` in a process of its own for each writer.", ""]
        tail = ["", f"Cases whose scores, time aside, a slipping author changes: {len(changed)} of {len(found[1].scores)}."]
        put(MODEL, "Scores", [*head, *told, *tail])


if __name__ == "__main__":
    main()

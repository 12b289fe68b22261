"""Time, calls and prompts of writing with a model: ``python -m benchmarks.model_latency [--latency S] [--small-model] [--write]``.

The service is a process of its own that answers every request after a fixed time, through the competent author of the tests. The
plain recipe (:mod:`benchmarks.plain_recipe`) writes the same reports over the same service. ``--small-model`` lets the real small
model write one unit both ways. ``--write`` puts the tables into docs/benchmarks-model.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.model.client import Connection
from assistant.drafting.model.contract import WrittenPart
from assistant.drafting.model.settings import ModelSettings
from assistant.drafting.model.types import RenderedPrompt
from assistant.drafting.model.writer import ModelWriter
from assistant.errors import AssistantError
from assistant.form import default_registry
from assistant.library.library import Library
from assistant.library.settings import library_settings
from assistant.submission.model import Submission
from benchmarks.page import MODEL, load, put, table
from benchmarks.plain_recipe import Plain, Stuffing, by_audit, by_lookup, numerals, one_call
from benchmarks.plain_recipe import told as stated
from tests.corpus.material import COUNTY, ROOT, UNITS
from tests.drafting.material import submission_at
from tests.model.service import running
from tests.model.small_model import NAME, serving

YEAR = 2025
CHAIN, OVERHEAD, CALLS, CHARACTERS = 1.25, 0.015, 6, 9_000
WRONG = 0.03


@dataclass
class Told:
    """One report: wall and CPU seconds, calls and prompt characters of each part in order."""

    unit: str
    seconds: float
    cpu: float
    parts: dict[str, list[int]]
    drafted: Drafted
    plain: dict[float, Plain] = field(default_factory=dict)

    @property
    def chain(self) -> int:
        """Calls that wait for one another: those of the part with most."""
        return max(map(len, self.parts.values()))

    @property
    def calls(self) -> int:
        return sum(map(len, self.parts.values()))


def units() -> Iterator[tuple[str, Submission, Submission]]:
    """The county's units of the last year with the year before."""
    for unit in UNITS:
        yield unit, submission_at(COUNTY / str(YEAR) / f"{unit}.json"), submission_at(COUNTY / str(YEAR - 1) / f"{unit}.json")


def settings(url: str, home: Path, **changes: Any) -> ModelSettings:
    return replace(ModelSettings(home=home, base_url=url, model="m"), **changes)


def one_report(connection: Connection, unit: str, given: Submission, previous: Submission, library: Library | None = None) -> Told:
    writer = ModelWriter(connection.client(unit, cache=False), library=library)
    cpu, started = time.process_time(), time.perf_counter()
    drafted = draft_report(given, default_registry(), previous=previous, writer=writer)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    parts = {key: [each.characters for each in result.rounds] for key, result in writer.results.items()}
    return Told(unit, seconds, cpu, parts, drafted)


def reports(latency: float, home: Path, wrong: float = 0.0, library: Library | None = None) -> tuple[list[Told], list[str]]:
    """Every unit once, the service known and the model library loaded before the clock starts; the sentences sent with slips."""
    with running(latency=latency, wrong=wrong) as service:
        connection = Connection(settings(service.url, home))
        connection.dialect()
        given = list(units())
        one_report(connection, *given[0], library)
        found = [one_report(connection, *each, library) for each in given]
        connection.close()
    asked = sum(not seen["probe"] for seen in service.history)
    assert asked == found[0].calls + sum(told.calls for told in found), "the service counted other calls than we did"
    return found, service.slipped


@contextmanager
def shelved(home: Path) -> Iterator[Library]:
    """A library that holds the county's past reports."""
    environment = os.environ | {"ASSISTANT_HOME": str(home / "shelf")}
    arguments = [sys.executable, "-m", "assistant", "library", "add", "corpus/reports"]
    subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, check=True)
    library = Library(library_settings(environment), read_only=True)
    try:
        yield library
    finally:
        library.close()


def overhead(latency: float, home: Path, times: int = 15) -> dict[str, tuple[float, float]]:
    """Median wall seconds beyond the latency, and CPU seconds, of one call: ours and the alternatives, one after the other."""
    import httpx2
    from langchain_openai import ChatOpenAI

    _unit, given, previous = next(units())
    prompts: list[RenderedPrompt] = []

    class Keeping:
        def ask(self, prompt: RenderedPrompt, **_options: Any) -> Any:
            prompts.append(prompt)
            raise _Kept

    with suppress(_Kept):
        draft_report(given, default_registry(), previous=previous, writer=ModelWriter(Keeping(), workers=1))
    system, user = prompts[0].system, prompts[0].user
    with running(latency=latency) as service:
        connection = Connection(settings(service.url, home / "overhead"))
        client = connection.client("overhead", cache=False)
        chat = ChatOpenAI(model="m", base_url=service.url, api_key=lambda: "none", max_retries=0, temperature=0)
        http = httpx2.Client(trust_env=False, timeout=60)
        body = {"model": "m", "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}]}
        ways: dict[str, Callable[[], object]] = {
            "ours": lambda: client.ask(prompts[0], schema=WrittenPart, part=f"{time.time()}"),
            "ChatOpenAI.invoke": lambda: chat.invoke([("system", system), ("user", user)]),
            "bare HTTP": lambda: http.post(f"{service.url}/chat/completions", json=body),
        }
        found = {name: _timed(way, latency, times) for name, way in ways.items()}
        connection.close()
        http.close()
    return found


class _Kept(Exception):
    """Enough was seen."""


def _timed(way: Callable[[], object], latency: float, times: int) -> tuple[float, float]:
    way()
    walls, cpus = [], []
    for _ in range(times):
        cpu, started = time.process_time(), time.perf_counter()
        way()
        walls.append(time.perf_counter() - started - latency)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus)


def command(latency: float, home: Path) -> tuple[float, int]:
    """Wall seconds of ``assistant draft`` in a fresh process on an unknown service, and its longest chain, probe included."""
    with running(latency=latency) as service:
        environment = os.environ | {"ASSISTANT_HOME": str(home / "cold"), "OPENAI_BASE_URL": service.url, "ASSISTANT_MODEL": "m"}
        arguments = [
            "draft",
            str(COUNTY / str(YEAR) / "gonganju.json"),
            "--previous",
            str(COUNTY / str(YEAR - 1) / "gonganju.json"),
        ]
        arguments += ["--writer", "model", "-o", str(home / "out.docx"), "--exit-zero"]
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", "assistant", *arguments], cwd=ROOT, env=environment, capture_output=True)
        seconds = time.perf_counter() - started
    assert done.returncode == 0, done.stderr.decode()
    parts = Counter(seen["part"] for seen in service.history if not seen["probe"])
    return seconds, sum(seen["probe"] for seen in service.history) + max(parts.values())


def plainly(found: list[Told], latency: float) -> None:
    """The plain recipe over the same units, its author without slips and with."""
    stuffing = Stuffing()
    with running(latency=latency, plain=0.0) as careful, running(latency=latency, plain=WRONG, seed=1) as careless:
        for told, (_unit, given, previous) in zip(found, units(), strict=True):
            prompt = stuffing.prompt(given, previous)
            told.plain |= {0.0: one_call(careful.url, prompt), WRONG: one_call(careless.url, prompt)}


def text_of(drafted: Drafted) -> str:
    return "".join(sentence.rendered for *_place, sentence in drafted.draft.sentences())


def slips(good: str, bad: str) -> int:
    """Numerals in which two texts of the same sentences differ."""
    return sum(one != other for one, other in zip(numerals(good), numerals(bad), strict=False))


def time_lines(found: list[Told], latency: float) -> list[str]:
    rows = []
    for told in found:
        written = [each for part, _p, _s, each in told.drafted.draft.sentences() if part.key != "preface" and not each.gap]
        share = sum(each.writer == "model" for each in written) / len(written)
        most = max(map(len, told.parts.values()))
        longest = max(map(sum, told.parts.values()))
        ratio = told.seconds / (told.chain * latency)
        rows.append(
            (
                told.unit,
                told.calls,
                most,
                longest,
                told.chain,
                f"{told.seconds:.2f}",
                f"{ratio:.2f}",
                f"{told.cpu:.2f}",
                f"{share:.0%}",
            )
        )
    head = ("unit", "calls", "most calls a part", "most prompt characters a part", "longest chain", "seconds", "÷ chain × latency",
            "own CPU s", "by the model")  # fmt: skip
    return table(head, rows)


def verdicts(
    found: list[Told], leaning: list[Told], latency: float, calls: dict[str, tuple[float, float]], cold: tuple[float, int]
) -> list[str]:
    ratios = [told.seconds / (told.chain * latency) for told in found]
    aided = [told.seconds / (told.chain * latency) for told in leaning]
    most = max(len(part) for told in (*found, *leaning) for part in told.parts.values())
    longest = max(sum(part) for told in (*found, *leaning) for part in told.parts.values())
    wall, cpu = calls["ours"]
    rows: list[tuple[str, str, str]] = [
        (
            "wall time ÷ longest chain × latency, median of units (worst)",
            f"{statistics.median(ratios):.2f} ({max(ratios):.2f})",
            f"≤ {CHAIN}",
        ),
        ("the same with a library of past reports", f"{statistics.median(aided):.2f} ({max(aided):.2f})", f"≤ {CHAIN}"),
        (
            "own overhead a call beyond the latency: wall, CPU",
            f"{wall * 1000:.1f} ms, {cpu * 1000:.1f} ms",
            f"≤ {OVERHEAD * 1000:.0f} ms",
        ),
        ("most calls a part", str(most), f"≤ {CALLS}"),
        ("most prompt characters a part, all calls", str(longest), f"≤ {CHARACTERS}"),
        (
            "cold command, probe included, ÷ chain × latency",
            f"{cold[0] / (cold[1] * latency):.2f} ({cold[0]:.2f} s, {cold[1]} calls)",
            "",
        ),
    ]
    rows += [
        (f"overhead of {name}: wall, CPU", f"{one * 1000:.1f} ms, {other * 1000:.1f} ms", f"ours is {wall / max(one, 1e-4):.1f} ×")
        for name, (one, other) in calls.items()
        if name != "ours"
    ]
    return table(("measure", "measured", "bar"), rows)


def survivors(careful: list[Told], careless: list[Told], slipped: list[str]) -> int:
    """Sentences sent with a wrong figure that stand in a unit's draft, but for those that print what the careful author's print."""
    pairs = list(zip(careful, careless, strict=True))
    return sum(any(_stands(text.rstrip("。"), *pair) for pair in pairs) for text in set(slipped))


def _stands(text: str, careful: Told, careless: Told) -> bool:
    try:
        printed = careless.drafted.ledger.render(text)
    except AssistantError:
        return False
    return printed in text_of(careless.drafted) and printed not in text_of(careful.drafted)


def compared(found: list[Told], careless: list[Told], slipped: list[str]) -> list[str]:
    def row(
        name: str, texts: list[tuple[str, Drafted]], spent: list[tuple[int, int]], seconds: list[float], planted: str
    ) -> list[str]:
        counted = sum(len(numerals(text)) for text, _drafted in texts)
        audit = sum(by_audit(text, drafted) for text, drafted in texts)
        lookup = sum(by_lookup(text, drafted) for text, drafted in texts)
        given, taken = (round(statistics.mean(one)) for one in zip(*spent, strict=True))
        there, wanted = (sum(one) for one in zip(*(stated(text, drafted.submission) for text, drafted in texts), strict=True))
        cost = [str(given), str(taken), f"{statistics.mean(seconds):.2f}"]
        return [name, *cost, f"{there / wanted:.0%}", str(counted), planted, str(audit), str(lookup)]

    rows = []
    for name, drafts, wrong_figures in (
        ("the chain, author without slips", found, "0"),
        (
            f"the chain, author slips in {WRONG:.0%} of figures",
            careless,
            f"{survivors(found, careless, slipped)} of {len(set(slipped))} sent",
        ),
    ):
        texts = [(text_of(told.drafted), told.drafted) for told in drafts]
        spent = [(told.drafted.draft.usage.input_tokens, told.drafted.draft.usage.output_tokens) for told in drafts]
        rows.append(row(name, texts, spent, [told.seconds for told in drafts], wrong_figures))
    for wrong in (0.0, WRONG):
        plain = [(told.plain[wrong], told.drafted) for told in found]
        planted = sum(slips(told.plain[0.0].text, told.plain[wrong].text) for told in found)
        rows.append(
            row(
                f"plain recipe, author slips in {wrong:.0%} of figures",
                [(one.text, drafted) for one, drafted in plain],
                [(one.input_tokens, one.output_tokens) for one, _drafted in plain],
                [one.seconds for one, _drafted in plain],
                str(planted),
            )
        )
    costs = ("way", "characters in", "characters out", "seconds a report", "figures of notes told")
    head = (*costs, "numerals", "of them wrong", "unsupported (TX-NOSRC)", "unsupported (look-up)")
    return table(head, rows)


def small(home: Path) -> list[str]:
    """One unit both ways with the real small model: one request a part, answers of at most 200 tokens, 60 s a part."""
    _unit, given, previous = next(each for each in units() if each[0] == "gonganju")
    with serving(home) as url:
        from assistant.drafting.model.budget import Limits

        changed = {"answer_tokens": 200, "request_seconds": 60.0, "part": Limits(1, None, 60.0), "model": NAME, "tries": 1}
        connection = Connection(settings(url, home / "small", **changed))
        told = one_report(connection, "small", given, previous)
        connection.close()
        plain = one_call(url, Stuffing().prompt(given, previous, most=5000), NAME, 300)
    rows = []
    for name, text, usage, seconds in (
        ("the chain", text_of(told.drafted), told.drafted.draft.usage, told.seconds),
        ("plain recipe", plain.text, plain, plain.seconds),
    ):
        found = (len(numerals(text)), by_audit(text, told.drafted), by_lookup(text, told.drafted))
        rows.append((name, usage.input_tokens, usage.output_tokens, f"{seconds:.0f}", len(text), *found))
    by_model = sum(each.writer == "model" for *_place, each in told.drafted.draft.sentences())
    head = (
        "way",
        "tokens in",
        "tokens out",
        "seconds",
        "characters",
        "numerals",
        "unsupported (TX-NOSRC)",
        "unsupported (look-up)",
    )
    lines = ["", f"Sentences of the chain's draft written by the small model: {by_model}. The plain text begins:", ""]
    return [*table(head, rows), *lines, f"> {' '.join(plain.text[:200].split())}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--small-model", action="store_true")
    parser.add_argument("--only-small", action="store_true", help="nothing but the small model")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.only_small:
        with tempfile.TemporaryDirectory() as folder:
            real = small(Path(folder))
        print("\n".join(real))
        if chosen.write:
            put(MODEL, "A real small model, both ways", real)
        return
    with tempfile.TemporaryDirectory() as folder:
        home, latency = Path(folder), chosen.latency
        busy = load()
        found, _none = reports(latency, home)
        with shelved(home) as library:
            leaning, _none = reports(latency, home, library=library)
        careless, slipped = reports(latency, home, WRONG)
        calls, cold = overhead(latency, home), command(latency, home)
        plainly(found, latency)
        real = small(home) if chosen.small_model else []
    first = [
        f"Latency {latency:g} s a call, {busy}.",
        "",
        *verdicts(found, leaning, latency, calls, cold),
        "",
        *time_lines(found, latency),
    ]
    second = compared(found, careless, slipped)
    print("\n".join([*first, "", *second, "", *real]))
    if chosen.write:
        put(MODEL, "Time, calls and prompts", ["`python -m benchmarks.model_latency`", "", *first])
        put(MODEL, "Beside LangChain's plain recipe", second)
        if real:
            put(MODEL, "A real small model, both ways", real)
    print(json.dumps({"load": load()}), file=sys.stderr)


if __name__ == "__main__":
    main()

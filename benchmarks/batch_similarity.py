"""Who copies whom: time, growth and recall of the comparison of all units: ``python -m benchmarks.batch_similarity [--write]``.

Material: made-up units whose sentences are put together from clauses of the sample county. Half of a unit's clauses come from a
pool that all units share (as common subjects do), half are its own; figures are drawn anew for each unit. One unit in ten copies
between a tenth and all of another's sentences, with other figures and here and there another word. The alternative, in the same
run, compares every pair of units passage by passage with rapidfuzz.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assistant.batch.similarity import CopiedPair, UnitText, copied_pairs, exact_pairs
from assistant.form import Form, default_registry
from assistant.language.text import split_clauses

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks-similarity.md"
FORM: Form = default_registry().for_year(2025)
SENTENCES = 24
SIZES = (100, 200, 500, 1000, 2000, 5000)
EXACT_SIZES = (100, 200, 300)
_FIGURE = re.compile(r"[0-9０-９]+")
COPIED = 0.6
GROUPS = (2, 10, 50, 200, 1000)
SEEDS = (7, 8, 9)
_Result = TypeVar("_Result")
HEAD = """# Who copies whom: time, growth, recall

`python -m benchmarks.batch_similarity --write`. Made-up units of 24 sentences each, put together from clauses of the sample county:
half of the clauses come from a pool that all units share, half are a unit's own; figures differ everywhere. One unit in ten copies
between a tenth and all of another's sentences with other figures and three characters in a hundred changed. Two cores shared with
other work; time of the processor in brackets. The target is 1,000 units in 60 s.
"""


@dataclass(frozen=True)
class Timed:
    """Seconds on the clock and of the processor, and the outcome."""

    wall: float
    cpu: float


def clauses() -> list[str]:
    """Clauses of all notes, problems and measures of the sample county."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "corpus" / "county").glob("*/*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for item in (*data["notes"], *data["problems"], *data["improvements"]):
            found |= dict.fromkeys(clause for clause in split_clauses(item["text"]) if len(clause) >= 6)
    return list(found)


def material(count: int, seed: int = 7) -> list[UnitText]:
    """Texts of made-up units; one in ten copies another."""
    chance = random.Random(seed)
    pool = clauses()
    signs = [sign for clause in pool for sign in clause if "\u4e00" <= sign <= "\u9fff"]
    written: list[list[str]] = []
    for number in range(count):
        own = [_sentence(chance, pool, signs) for _ in range(SENTENCES)]
        if number and number % 10 == 0:
            source = written[chance.randrange(number)]
            share = chance.uniform(0.1, 1.0)
            own = [
                _copied(chance, text, signs) if chance.random() < share else mine for text, mine in zip(source, own, strict=True)
            ]
        written.append(own)
    return [UnitText(f"第{number}号单位", {"s1.active": "\n".join(sentences)}, FORM) for number, sentences in enumerate(written)]


def _sentence(chance: random.Random, pool: list[str], signs: list[str]) -> str:
    parts = []
    for number in range(chance.choice((2, 2, 3))):
        clause = chance.choice(pool)
        parts.append(clause if number % 2 else "".join(_other(chance, sign, signs, 0.4) for sign in clause))
    return _FIGURE.sub(lambda _found: str(chance.randrange(1, 5000)), "，".join(parts)) + "。"


def _copied(chance: random.Random, text: str, signs: list[str]) -> str:
    text = _FIGURE.sub(lambda _found: str(chance.randrange(1, 5000)), text)
    return "".join(_other(chance, sign, signs, 0.03) for sign in text)


def _other(chance: random.Random, sign: str, signs: list[str], share: float) -> str:
    return chance.choice(signs) if "\u4e00" <= sign <= "\u9fff" and chance.random() < share else sign


def timed(work: Callable[[], _Result]) -> tuple[Timed, _Result]:
    """Run something on the clock."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return Timed(time.perf_counter() - wall, time.process_time() - cpu), result


def recall(found: Sequence[CopiedPair], wanted: Sequence[CopiedPair], share: float) -> tuple[int, int]:
    """How many of the wanted pairs with at least this share were found."""
    known = {frozenset((pair.first, pair.second)) for pair in found}
    heavy = [pair for pair in wanted if pair.share >= share]
    return sum(frozenset((pair.first, pair.second)) in known for pair in heavy), len(heavy)


def against_exact() -> Iterator[str]:
    """Rows that compare with all pairs, each size with several materials."""
    yield "| units | near-linear, s (cpu) | all pairs with rapidfuzz, s (cpu) | ratio | pairs ≥ 60 % found | pairs ≥ 30 % found |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for size in EXACT_SIZES:
        near, every, heavy, all_found = [0.0, 0.0], [0.0, 0.0], [0, 0], [0, 0]
        for seed in SEEDS:
            units = material(size, seed)
            fast, found = timed(lambda units=units: copied_pairs(units).pairs)  # type: ignore[misc]
            slow, wanted = timed(lambda units=units: list(exact_pairs(units)))  # type: ignore[misc]
            near, every = [near[0] + fast.wall, near[1] + fast.cpu], [every[0] + slow.wall, every[1] + slow.cpu]
            for counts, share in ((heavy, COPIED), (all_found, 0.0)):
                got, there = recall(found, wanted, share)
                counts[0], counts[1] = counts[0] + got, counts[1] + there
        yield (
            f"| {size} × {len(SEEDS)} | {near[0]:.1f} ({near[1]:.1f}) | {every[0]:.1f} ({every[1]:.1f}) | "
            f"{every[1] / near[1]:.1f} | {heavy[0]} of {heavy[1]} | {all_found[0]} of {all_found[1]} |"
        )


def letters() -> Iterator[str]:
    """Rows of the worst case: a thousand units that all use somebody's text, in groups of a given size."""
    yield "| units of one text | seconds (cpu) | compared exactly | pairs reported | form letters |"
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for size in GROUPS:
        units = grouped(1000, size)
        took, copying = timed(lambda units=units: copied_pairs(units))  # type: ignore[misc]
        spent = f"{took.wall:.1f} ({took.cpu:.1f})"
        yield f"| {size} | {spent} | {copying.compared} | {len(copying.pairs)} | {len(copying.crowds)} |"


def grouped(count: int, size: int) -> list[UnitText]:
    """Units in groups that hand in one text with other figures and a few other characters."""
    chance, pool = random.Random(size), clauses()
    signs = [sign for clause in pool for sign in clause if "\u4e00" <= sign <= "\u9fff"]
    units: list[UnitText] = []
    while len(units) < count:
        own = [_sentence(chance, pool, signs) for _ in range(SENTENCES)]
        for _ in range(min(size, count - len(units))):
            text = "\n".join(_copied(chance, sentence, signs) if chance.random() < 0.3 else sentence for sentence in own)
            units.append(UnitText(f"第{len(units)}号单位", {"s1.active": text}, FORM))
    return units


def growth() -> Iterator[str]:
    """Rows of time and memory as the number of units grows."""
    yield "| units | passages | seconds (cpu) | ms a unit | compared exactly | reported | memory at most, MB |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for size in SIZES:
        units = material(size)
        took, copying = timed(lambda units=units: copied_pairs(units))  # type: ignore[misc]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        spent = f"{took.wall:.1f} ({took.cpu:.1f}) | {1000 * took.cpu / size:.1f}"
        yield f"| {size} | {size * SENTENCES} | {spent} | {copying.compared} | {len(copying.pairs)} | {memory:.0f} |"


def main() -> None:
    """Print the tables; ``--write`` puts them into the page of docs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    copied_pairs(material(20))
    lines = [
        "## Growth",
        "",
        *growth(),
        "",
        "## Form letters among 1,000 units",
        "",
        *letters(),
        "",
        "## Against all pairs",
        "",
        *against_exact(),
        "",
    ]
    print("\n".join(lines))
    if arguments.write:
        PAGE.write_text(f"{HEAD}\n" + "\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()

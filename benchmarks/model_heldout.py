"""How the verifier does on wordings written by hand: ``python -m benchmarks.model_heldout [--examples FOLDER] [--show PART]``.

The wordings of ``benchmarks/paraphrases.txt`` fall into parts by the digest of the text they reword: lists and bounds are tuned on
``tuning`` alone, ``report`` is only counted. ``--examples`` adds the sentences of target drafts (``target.md`` beside
``submission.json``), ``--sweep`` shows what each bound does to the tuning part, ``--write`` puts both tables into
docs/benchmarks-verifying.md.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.drafting.model.contract import WrittenSentence
from assistant.drafting.model.material import SLOT, Item, PartMaterial
from assistant.drafting.model.polarity import markers
from assistant.drafting.model.support import lists
from assistant.drafting.model.verify import Verifier
from assistant.form import default_registry
from assistant.intake import read_input
from benchmarks.page import MODEL, put, table
from tests.model.drafts import county, materials

PAGE = MODEL.with_name("benchmarks-verifying.md")
FILE = Path(__file__).with_name("paraphrases.txt")
_SENTENCE = re.compile(r"([^〔〕\n]+)〔([^〔〕]*)〕")
_LITERAL = re.compile("[一二两三四五六七八九十百0-9]+(?:件|个|处|人|边|份|条|次|期)")
_CHAPTERS = {"五": "sec5", "六": "sec6"}


@dataclass(frozen=True)
class Wording:
    """A wording with the material it belongs to; ``wrong`` says what is wrong with it, empty if it is sound."""

    case: str
    half: str
    wrong: str
    material: PartMaterial
    written: WrittenSentence


def wordings(file: Path = FILE) -> Iterator[Wording]:
    """The wordings written by hand; a sound one with a figure outside a slot breaks the rules of the prompt and is left out, and
    so are those of a text which no model is asked for (the tables already tell it)."""
    case = key = batch = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            case, key = line[1:].split()
        elif line.startswith("="):
            batch = line[1:].strip() + " "
        elif line and not line.startswith("#"):
            wrong, _space, text = line.partition(" ")
            if wrong == "+" and _LITERAL.search(SLOT.sub("", text)):
                continue
            made = _wording(case, key, batch, "" if wrong == "+" else wrong, text)
            if made:
                yield made


def half_of(case: str, key: str, batch: str = "") -> str:
    """The half a text's wordings belong to; later batches are cut in the middle."""
    digest = hashlib.sha256(f"{case} {key}".encode()).digest()
    if batch:
        return batch + ("tuning" if digest[2] % 2 else "report")
    return "tuning" if digest[0] % 2 or digest[1] % 2 else "report"


@lru_cache(maxsize=64)
def _parts(case: str) -> dict[str, PartMaterial]:
    unit, _dash, year = case.rpartition("-")
    return materials(*county(unit, int(year)))


def _wording(case: str, key: str, batch: str, wrong: str, text: str) -> Wording | None:
    parts = {part: material for part, material in _parts(case).items() if part != "preface"}
    asked = [
        (material, item)
        for material in parts.values()
        for item in material.open
        if key == item.anchor or (not item.anchor and key in item.sources)
    ]
    if not asked:
        return None
    material, item = asked[0]
    kind = next((name for name in ("note", "problem", "improve", "follow") if f"{name}.{key}.1" in material.voice.ledger), "")
    text = re.sub(r"\{(\d+)\}", rf"{{{kind}.{key}.\1}}", text)
    written = WrittenSentence(items=[item.number], text=text, sources=[key])
    return Wording(case, half_of(case, key, batch), wrong, material, written)


def targets(folder: Path) -> Iterator[Wording]:
    """The sentences of target drafts on points a model is asked for."""
    for place in sorted(path for path in folder.iterdir() if (path / "target.md").exists()):
        registry = default_registry()
        given = read_input(place / "submission.json", registry).submission
        parts = materials(given, read_input(place / "previous.json", registry).submission)
        aspects = iter(key for key in parts if key.startswith("s1."))
        material = None
        for line in (place / "target.md").read_text(encoding="utf-8").split("\n---")[0].splitlines():
            if line.startswith("#"):
                chapter = re.match(r"##\s*([一二三四五六])、", line)
                if chapter:
                    material = parts.get(_CHAPTERS.get(chapter[1], ""))
                elif line.startswith("### （"):
                    material = parts.get(next(aspects, ""), material)
            elif material is not None:
                made = (_target(place.name, material, *match) for match in _SENTENCE.findall(line) if "【" not in match[0])
                yield from (each for each in made if SLOT.sub("", each.written.text).count("如下") == 0)


def _target(case: str, material: PartMaterial, text: str, sources: str) -> Wording:
    keys = [key.strip() for key in sources.split(",")]
    named = {*keys, *SLOT.findall(text)}
    items = [item.number for item in material.open if _tells(item, named)]
    written = WrittenSentence(
        items=items[:8] or [99], text=text.strip(), sources=[key for key in keys if ":" not in key or key[:3] == "条例:"]
    )
    return Wording(case, "targets", "", material, written)


def _tells(item: Item, named: set[str]) -> bool:
    if item.anchor:
        return item.anchor in named or any(key.startswith("prev.p") and key in item.sources for key in named)
    return bool({key for key in (*item.slots, *item.sources) if key.startswith(("t", "d."))} & named)


def refused(verifier: Verifier, each: Wording) -> tuple[str, ...]:
    """Why a wording is refused, code and reason of each fault; empty if it stands."""
    return tuple(f"{fault.code}：{fault.reason}" for fault in verifier.judge([each.written])[0].faults)


def outcomes(found: Iterable[Wording]) -> Iterator[tuple[Wording, tuple[str, ...]]]:
    """Each wording with what the verifier says."""
    verifiers: dict[int, Verifier] = {}
    for each in found:
        yield each, refused(verifiers.setdefault(id(each.material), Verifier(each.material)), each)


def rates(judged: Iterable[tuple[Wording, tuple[str, ...]]]) -> dict[str, Counter[str]]:
    """By half: sound wordings and those refused, unsound ones and those that stand."""
    counts: dict[str, Counter[str]] = {}
    for each, why in judged:
        count = counts.setdefault(each.half, Counter())
        count["unsound" if each.wrong else "sound"] += 1
        count["missed"] += bool(each.wrong) and not why
        count["refused"] += not each.wrong and bool(why)
    return counts


def told(counts: dict[str, Counter[str]]) -> list[tuple[str, ...]]:
    """Rows of a table: half, sound, refused, unsound, missed."""
    return [
        (half, str(n["sound"]), _share(n["refused"], n["sound"]), str(n["unsound"]), _share(n["missed"], n["unsound"]))
        for half, n in sorted(counts.items())
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.1%})" if whole else "–"


_TUNED = ("tuning", "fresh tuning")
SWEPT = {
    "residue": (1.0, 1.4, 2.0, 2.4, 3.0, 4.0),
    "reason": (1.0, 1.4, 2.0),
    "object": (0.4, 0.6, 0.8),
    "alike": (0.05, 0.2, 0.5, 0.7, 0.95),
}


def swept(found: list[Wording]) -> Iterator[tuple[str, ...]]:
    """Rows of a table: each bound moved alone, sound wordings refused and unsound ones that stand; the one in use is marked."""
    bounds = lists().bounds
    for name, values in SWEPT.items():
        used = bounds[name]
        for value in values:
            bounds[name] = value
            markers.cache_clear()
            rows = {row[0]: row for row in told(rates(outcomes(found)))}
            shown = [share for half in _TUNED for share in (rows[half][2], rows[half][4])]
            yield name, f"**{value:g}**" if value == used else f"{value:g}", *shown
        bounds[name] = used
        markers.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=Path, help="folder with target drafts")
    parser.add_argument(
        "--show", default="", choices=["", "tuning", "fresh tuning", "targets"], help="print what went wrong in that half"
    )
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    found = [*wordings(), *(targets(given.examples) if given.examples else ())]
    judged = list(outcomes(found))
    for each, why in judged:
        if each.half == given.show and bool(why) != bool(each.wrong):
            print(each.case, each.material.key, each.wrong or "sound", each.written.text, *why)
    rows = table(("wordings", "sound", "of them refused", "unsound", "of them standing"), told(rates(judged)))
    kinds = Counter((each.half, each.wrong) for each, why in judged if each.wrong and not why)
    rows += ["", "Standing though unsound: " + "、".join(f"{half} {wrong} {n}" for (half, wrong), n in sorted(kinds.items())) + "."]
    moved = list(swept([each for each in found if each.half in _TUNED])) if given.sweep else []
    curve = table(("bound", "value", *(f"{half}: {what}" for half in _TUNED for what in ("refused", "standing"))), moved)
    print("\n".join([*rows, "", *curve]))
    if given.write:
        put(PAGE, "Wordings written by hand", [*_HEAD, "", *rows])
        if moved:
            put(PAGE, "What each bound does", ["Each bound moved alone, on the tuning parts.", "", *curve])


_HEAD = (
    "`python -m benchmarks.model_heldout --examples FOLDER --sweep --write`. `benchmarks/paraphrases.txt` holds wordings of what",
    "the cases hand in, sound and unsound, written before the verifier was looked at; lists and bounds were tuned on the tuning",
    "parts. The targets are the sentences of three target drafts beside the checkout; they were looked at in tuning. Wordings of a",
    "text that the tables already tell are left out: no model is asked for it.",
)


if __name__ == "__main__":
    main()

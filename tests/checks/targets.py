"""The example targets as subjects: parts, sentences with slots and sources, and the true slot of each printed figure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.checks.subject import PlacedSentence, Subject, subject_of_submission
from assistant.facts.ledger import build_ledger
from assistant.form import default_registry
from assistant.submission.json_reader import read_json
from assistant.submission.model import Submission

EXAMPLES = ("county-education-bureau-2025", "county-government-2025", "township-2025")
_SOURCES = re.compile(r"〔([^〔〕]*(?:条例|文件|缺|year|unit|fee|[nptdif]\w*)[^〔〕]*)〕(?=\s|$|[^\d号])")
_SLOT = re.compile(r"\{([^{}]+)\}")
_ASPECTS = ("s1.active", "s1.request", "s1.mgmt", "s1.platform", "s1.supervise")


@dataclass(frozen=True)
class Written:
    """A sentence as a rule sees it."""

    text: str
    rendered: str
    sources: tuple[str, ...]
    gap: str | None = None


@dataclass(frozen=True)
class Target:
    """An example as a subject, and where each slot is printed: part, start, end, key."""

    subject: Subject
    slots: tuple[tuple[str, int, int, str], ...]


def read_submission(path: Path) -> Submission:
    return read_json(path.read_bytes(), path.name, default_registry())


def load_target(shared: Path, name: str) -> Target:
    """Read an example folder."""
    folder = shared / "examples" / name
    submission = read_submission(folder / "submission.json")
    previous = read_submission(folder / "previous.json")
    subject = subject_of_submission(submission, previous=previous)
    marked = _body((folder / "target.md").read_text(encoding="utf-8"))
    printed = _body((folder / "target.rendered.md").read_text(encoding="utf-8"))
    texts: dict[str, str] = {}
    placed: list[PlacedSentence] = []
    slots: list[tuple[str, int, int, str]] = []
    for part, source_line, line in _lines(marked, printed):
        start = len(texts.get(part, "")) + (1 if part in texts else 0)
        texts[part] = f"{texts[part]}\n{line}" if part in texts else line
        for sentence, found in _sentences(source_line, line):
            end = start + len(sentence.rendered)
            placed.append(PlacedSentence(part, start, end, sentence))
            slots += [(part, start + a, start + b, key) for a, b, key in found]
            start = end
    ledger = build_ledger(submission, subject.form, previous, subject.previous_form)
    return Target(replace(subject, texts=texts, sentences=tuple(placed), ledger=ledger), tuple(slots))


def _body(text: str) -> list[str]:
    return [line for line in text.split("\n---\n")[0].splitlines() if line.strip()]


def _lines(marked: list[str], printed: list[str]) -> list[tuple[str, str, str]]:
    assert len(marked) == len(printed)
    part, aspect, found = "preface", 0, []
    for source_line, line in zip(marked, printed, strict=True):
        if line.startswith("# "):
            found.append(("title", source_line[2:], line[2:]))
        elif line.startswith("## "):
            part, aspect = f"sec{'一二三四五六'.index(line[3]) + 1}", 0
        elif line.startswith("### ") and part in ("sec1", *_ASPECTS):
            part, aspect = _ASPECTS[aspect], aspect + 1
        elif not line.startswith(("［", "### ")):
            found.append((part, source_line, line))
    return found


def _sentences(source_line: str, line: str) -> list[tuple[Written, list[tuple[int, int, str]]]]:
    """Sentences of a paragraph: text up to each list of sources, rendered by matching the printed line."""
    pieces = re.split(r"(〔[^〔〕]*〕)", source_line)
    texts: list[tuple[str, tuple[str, ...]]] = []
    current = ""
    for piece in pieces:
        if piece.startswith("〔") and not re.fullmatch(r"〔20\d\d〕", piece):
            texts.append((current, tuple(piece[1:-1].split(", "))))
            current = ""
        else:
            current += piece
    if current:
        texts.append((current, ()))
    whole = "".join(text for text, _ in texts)
    keys = _SLOT.findall(whole)
    pattern = "".join("(.+?)" if odd else re.escape(piece) for odd, piece in _alternate(_SLOT.split(whole)))
    match = re.fullmatch(pattern, line)
    assert match is not None, (whole, line)
    values = iter(match.groups())
    result = []
    for text, sources in texts:
        rendered, spans = "", []
        for odd, piece in _alternate(_SLOT.split(text)):
            if odd:
                value = next(values)
                spans.append((len(rendered), len(rendered) + len(value), piece))
                rendered += value
            else:
                rendered += piece
        gap = next((source[2:] for source in sources if source.startswith("缺:")), None)
        result.append((Written(text, rendered, sources, gap), spans))
    assert len(keys) == sum(len(spans) for _, spans in result)
    return result


def _alternate(pieces: list[str]) -> list[tuple[bool, str]]:
    return [(number % 2 == 1, piece) for number, piece in enumerate(pieces)]

"""Plain handling of Chinese text: cleaning, sentences and clauses with their spans, likeness of two texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"[ \t\u00a0\u3000\u2000-\u200a]+")
_CHINESE = "\u3400-\u9fff，。、；：？！“”‘’（）《》〈〉【】〔〕"
_SPACE_BESIDE_CHINESE = re.compile(rf"(?<=[{_CHINESE}]) | (?=[{_CHINESE}])")
_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ％．＋－﹣﹪／＠＿＃＆]+")
_OPEN, _CLOSE = "（(“‘《〈【〔[", "）)”’》〉】〕]"
_STOP = re.compile(r"[。！？!?]+[”’]*|\n+")
_CLAUSE_STOP = re.compile(r"[，,；;：:。！？!?\n]+")
_MEANT = re.compile(r"[^\u3400-\u9fffA-Za-z]+")


def strip_control(text: str) -> str:
    """``text`` without control and invisible formatting characters; line breaks and tabs stay."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def normalise(text: str) -> str:
    """Text for comparing and searching.

    Full-width digits and Latin letters become half-width, composed forms are unified, control characters go, white space
    shrinks and goes where it stands beside Chinese. Chinese punctuation stays as it is (NFKC would make it half-width).
    """
    text = _FULL_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match.group()), strip_control(text))
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text))
    lines = (_SPACE_BESIDE_CHINESE.sub("", line.strip()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in order; the stop and the quotation mark after it belong to the sentence.

    A stop inside brackets or quotation marks that go on in the same line does not end the sentence. White space around
    sentences is left out.
    """
    return list(_sentences(text))


def split_sentences(text: str) -> list[str]:
    """The sentences of ``text`` (see :func:`sentence_spans`)."""
    return [text[start:end] for start, end in sentence_spans(text)]


def clause_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each clause, cut at commas, semicolons, colons and stops; marks between them are left out.

    A comma between digits (thousands separator, 9,812) does not cut.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for mark in (*_CLAUSE_STOP.finditer(text), None):
        end = mark.start() if mark else len(text)
        if mark and mark.group() == "," and text[end - 1 : end].isdigit() and text[end + 1 : end + 2].isdigit():
            continue
        spans += _trimmed(text, start, end)
        start = mark.end() if mark else end
    return spans


def split_clauses(text: str) -> list[str]:
    """The clauses of ``text`` (see :func:`clause_spans`)."""
    return [text[start:end] for start, end in clause_spans(text)]


def bigrams(text: str) -> set[str]:
    """Pairs of neighbouring characters; digits, white space and punctuation are left out first."""
    bare = _MEANT.sub("", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)} or ({bare} if bare else set())


def similarity(first: str, second: str) -> float:
    """How alike two texts are in wording, 0 to 1: digits, white space and punctuation do not count (families SIM- and COV-).

    The share of characters in common order (indel similarity). Two texts without words are alike only if equal.
    """
    from rapidfuzz.distance import Indel

    one, two = _MEANT.sub("", first), _MEANT.sub("", second)
    if not one or not two:
        return 1.0 if first == second else 0.0
    return float(Indel.normalized_similarity(one, two))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _STOP.finditer(text):
        if "\n" not in mark.group() and _open_at(text, start, mark.end()):
            continue
        yield from _trimmed(text, start, mark.end())
        start = mark.end()
    yield from _trimmed(text, start, len(text))


def _open_at(text: str, start: int, end: int) -> bool:
    """Whether a bracket or quotation mark opened in this stretch closes later in the same line."""
    waiting: list[str] = []
    for char in text[start:end]:
        if char in _OPEN:
            waiting.append(_CLOSE[_OPEN.index(char)])
        elif waiting and char == waiting[-1]:
            waiting.pop()
    return bool(waiting) and waiting[-1] in text[end:].partition("\n")[0]


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end

"""Whether a text is simplified Chinese, and whether it goes round in circles."""

from __future__ import annotations

import re
from functools import lru_cache

_SLOT = re.compile(r"\{[^{}]*\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FOREIGN = re.compile(r"[A-Za-z\u0400-\u04ff\u3040-\u30ff\uac00-\ud7af\u0e00-\u0e7f\u0600-\u06ff]")
_FEWEST_LETTERS = 12
_LEAST_HAN = 0.5
_FEWEST_TRADITIONAL = 2
_LEAST_TRADITIONAL = 0.03


def wrong_language(text: str, known: str = "") -> str:
    """Why ``text`` is not simplified Chinese, a Chinese clause; empty if it is, or too short to tell.

    Slots do not count, nor do characters that stand in ``known`` (the prompt): a unit's name may have a rare one.
    """
    bare = _SLOT.sub("", text)
    han, foreign = _HAN.findall(bare), _FOREIGN.findall(bare)
    if len(han) + len(foreign) >= _FEWEST_LETTERS and len(han) < _LEAST_HAN * (len(han) + len(foreign)):
        return "答复不是中文"
    traditional = traditional_characters(bare, known)
    if len(set(traditional)) >= _FEWEST_TRADITIONAL and len(traditional) >= _LEAST_TRADITIONAL * len(han):
        return f"答复用了繁体字（{'、'.join(dict.fromkeys(traditional[:5]))}）"
    return ""


def traditional_characters(text: str, known: str = "") -> list[str]:
    """The traditional characters of ``text`` that ``known`` has not, in order."""
    return [char for char in _HAN.findall(text) if _traditional(char) and char not in known]


@lru_cache(maxsize=8192)
def _traditional(char: str) -> bool:
    """A character of the traditional set (Big5) that the simplified one (GB 2312) does not have."""
    try:
        char.encode("gb2312")
        return False
    except UnicodeEncodeError:
        pass
    try:
        char.encode("big5")
        return True
    except UnicodeEncodeError:
        return False


_LONGEST_PERIOD = 240
_FEWEST_ROUNDS = 4
_SHORTEST_RUN = 160
_TAIL = 1600


def endless(text: str) -> bool:
    """Whether the end of ``text`` repeats one piece over and over: at least four times and 160 characters."""
    tail = text[-_TAIL:]
    size = len(tail)
    for period in range(1, min(_LONGEST_PERIOD, size // _FEWEST_ROUNDS) + 1):
        wanted = max(_SHORTEST_RUN, period * _FEWEST_ROUNDS)
        if wanted > size:
            continue
        run = tail[-wanted:]
        if run[period:] == run[:-period]:
            return True
    return False

"""Letters that look like others: compatibility forms and radicals as ideographs, signs nobody sees left out."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LOOKALIKES = (range(0x2E80, 0x2FE0), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
_UNSEEN = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_OFTEN = {
    "⻬": "齐",
    "⻓": "长",
    "⻔": "门",
    "⻚": "页",
    "⻋": "车",
    "⻅": "见",
    "⻛": "风",
    "⻢": "马",
    "⻮": "齿",
    "⺠": "民",
    "⻄": "西",
}
"""Radicals without a decomposition, as PDF files print them for the letter."""


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_UNSEEN)
    for block in _LOOKALIKES:
        for code in block:
            plain = unicodedata.normalize("NFKC", chr(code))
            if plain != chr(code):
                table[code] = plain
    return table | {ord(sign): plain for sign, plain in _OFTEN.items()}


def plain_letters(text: str) -> str:
    """The text with every ideograph as itself and without signs nobody sees; digits and punctuation stay as printed."""
    return text if text.isascii() else text.translate(_table())

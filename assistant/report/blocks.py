"""A file taken apart in reading order: lines of text, tables as grids, pictures. Adapters make blocks, one reader reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.grids.grid import Sheet


@dataclass(frozen=True)
class TextBlock:
    """A paragraph or line of text, line breaks inside a paragraph already joined.

    ``place`` is what a person looks up (第 3 段, 第 2 页), ``heading`` the level a format states (Word styles, h1…), 0 for none.
    ``role`` marks what a format knows not to be the report's own text: page furniture, site chrome.
    """

    text: str
    place: str
    heading: int = 0
    role: Literal["body", "chrome", "note"] = "body"


@dataclass(frozen=True)
class GridBlock:
    """A table as found. Pieces of a table broken over pages are already joined; ``sheet.place`` names page and cell."""

    sheet: Sheet
    place: str


@dataclass(frozen=True)
class ImageBlock:
    """A picture that stands where text or a table could be (rule S-TABLE-IMAGE)."""

    place: str
    name: str = ""


Block = TextBlock | GridBlock | ImageBlock

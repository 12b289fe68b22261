"""A report as a document to be written: title, headings, paragraphs, statutory tables, annotations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.form import Cell, Form


@dataclass(frozen=True)
class Annotation:
    """A remark on a stretch of text, printed as a comment in the working copy. ``kind`` sets its author."""

    kind: Literal["source", "finding", "gap"]
    text: str


@dataclass(frozen=True)
class Run:
    """A stretch of text, usually one sentence. ``gap`` stretches are marked visibly."""

    text: str
    annotations: tuple[Annotation, ...] = ()
    gap: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 一、, 2 （一）, 3 1."""

    level: int
    text: str
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True)
class TextParagraph:
    """A body paragraph."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class FormTable:
    """A statutory table to be printed from the form's layout with these cells; ``annotations`` belong to the table."""

    table: str
    annotations: tuple[Annotation, ...] = ()


Element = Heading | TextParagraph | FormTable


@dataclass(frozen=True)
class Document:
    """What the Word and HTML writers print. ``previous`` are last year's cells for the chart of two years, if any.

    ``previous_form`` is the form of last year's cells where it is another one than ``form``.
    ``identity`` (draft id and fingerprint) goes into the file's properties, never into its text.
    """

    title: str
    unit: str
    year: int
    form: Form
    cells: dict[str, Cell]
    elements: tuple[Element, ...]
    previous: dict[str, Cell] = field(default_factory=dict)
    previous_year: int | None = None
    identity: str = ""
    previous_form: Form | None = None

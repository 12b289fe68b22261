"""A published report as read: form, cells, sections of text, with the place of each."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from assistant.form import Cell, Source


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadSection(_Model):
    """One of the six parts as read. ``number`` is the printed number (may be wrong), ``text`` its narrative, tables left out."""

    key: str
    number: str
    title: str
    text: str
    source: Source = Source()


class ReadRemark(_Model):
    """Something the reader noticed; ``rule`` is the rule of the catalogue that reports it (S-…, C-POSITION …)."""

    rule: str
    message: str
    section: str = ""
    cells: tuple[str, ...] = ()
    quote: str = ""
    source: Source = Source()


class Report(_Model):
    """A report read from any file. What is not found is empty, never guessed."""

    path: str
    title: str = ""
    unit: str = ""
    kind: str = ""
    region: str = ""
    year: int | None = None
    form: str = ""
    period: str = ""
    preface: str = ""
    site: str = ""
    phone: str = ""
    published: date | None = None
    sections: tuple[ReadSection, ...] = ()
    cells: dict[str, Cell] = Field(default_factory=dict)
    remarks: tuple[ReadRemark, ...] = ()

    def text(self, key: str) -> str:
        """The narrative of a section, empty if it is missing."""
        return next((section.text for section in self.sections if section.key == key), "")

"""A filled cell: value, raw text, status, source. Blank is not zero."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from assistant.form.model import CellDef

CellStatus = Literal["ok", "blank", "placeholder", "inferred_zero", "unparsed", "position_uncertain"]
PLACEHOLDERS = frozenset({"/", "-", "—", "——", "–", "\\", "无", "N/A", "n/a", "NA", "不涉及", "不适用"})

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_SPACE = re.compile(r"\s+")
_PARTED = re.compile(r"[0-9.,]\s+[0-9.,]")
_DIGITS = frozenset("0123456789０１２３４５６７８９")
_UNIT = re.compile(r"(?:余)?(?:万元|元|万|亿|件|条|项|个|次|份|篇)+")
MAX_DIGITS = 15


class Source(BaseModel):
    """Where something was read. ``place`` is what a person can look up: 工作表“表三”D5, 第 12 行, /cells/t3.new.total."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(default="", description="文件名")
    place: str = Field(default="", description="文件内的位置：工作表和单元格、JSON 指针、行号、页码")

    def __str__(self) -> str:
        return f"{self.file} {self.place}".strip()


NOWHERE = Source()


class Cell(BaseModel):
    """One cell as filled in. ``unit`` is a unit written inside the cell; ``remark`` says in Chinese what is odd about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    value: Decimal | None = None
    raw: str = ""
    status: CellStatus = "blank"
    unit: str = ""
    remark: str = ""
    source: Source = Source()

    @property
    def ok(self) -> bool:
        """Whether rules may calculate with the value."""
        return self.status == "ok" and self.value is not None

    @field_serializer("value")
    def _plain_number(self, value: Decimal | None) -> int | str | None:
        return plain(value)


def plain(value: Decimal | None) -> int | str | None:
    """A value for JSON: whole numbers as int, others as decimal text."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else format(value, "f")


def normalise_raw(raw: str) -> str:
    """NFKC (full-width digits and signs become ASCII), white space removed, minus signs unified: for printing and comparing."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", raw))
    return text.replace("−", "-").replace("﹣", "-")


def doubtful_digits(raw: str) -> str:
    """Why the digits of a text cannot be taken for one number, in Chinese; empty when they can.

    White space inside would join two values, and circled or raised digits (①, ²) are marks, not figures.
    """
    if any(_DIGITS & set(unicodedata.normalize("NFKC", sign)) for sign in raw if sign not in _DIGITS):
        return "有带圈、上标等特殊数字，不能当作数"
    return "格内像是有两个数" if _PARTED.search(unicodedata.normalize("NFKC", raw)) else ""


def read_value(definition: CellDef, raw: str, source: Source = NOWHERE) -> Cell:
    """Read the text of one cell. Nothing is repaired: what is not plainly a number stays ``unparsed`` with its raw text.

    Full-width digits, thousands separators and white space around the number are understood; white space between digits
    is not, of whatever width. A unit inside the cell is kept apart (rule C-UNIT). 「万」 in a counting cell is not multiplied out.
    """
    text = normalise_raw(raw)
    if not text:
        return Cell(key=definition.key, raw=raw, source=source)
    if text in PLACEHOLDERS or not text.strip("-—–_"):
        return Cell(key=definition.key, raw=raw, status="placeholder", source=source)
    if doubt := doubtful_digits(raw):
        return _unparsed(definition, raw, source, doubt)
    match = _NUMBER.match(text)
    rest = text[match.end() :] if match else text
    if match is None or (rest and not _UNIT.fullmatch(rest)):
        return _unparsed(definition, raw, source, "不是数字")
    if "余" in rest or (rest.startswith(("万", "亿")) and definition.integer):
        return _unparsed(definition, raw, source, "不是准确的整数，请改填完整数字")
    digits = match.group().replace(",", "")
    if len(digits.lstrip("+-").replace(".", "")) > MAX_DIGITS:
        return _unparsed(definition, raw, source, "数字过长")
    return Cell(key=definition.key, value=Decimal(digits), raw=raw, status="ok", unit=rest, source=source)


def _unparsed(definition: CellDef, raw: str, source: Source, remark: str) -> Cell:
    return Cell(key=definition.key, raw=raw, status="unparsed", remark=remark, source=source)

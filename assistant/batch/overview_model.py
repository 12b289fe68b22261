"""The overview of a run as data: what a page, a workbook and the site show of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from assistant.batch.records import Shares, UnitState
from assistant.batch.similarity import CopiedPair, Crowd
from assistant.form.cell import plain

STATE_NAMES: dict[UnitState, str] = {
    "done": "已起草", "failed": "没有完成", "refused": "填报件不能用", "waiting": "等待", "missing": "没有交",
}  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Model):
    """A cell or declared sum: ``short`` heads its column, ``label`` is its full name; not ``column``: only rules look at it."""

    key: str
    short: str
    label: str
    unit: str = ""
    column: bool = True


class Figure(_Model):
    """One measure of one unit; None where there is no figure, this year or last: never 0."""

    now: Decimal | None = None
    before: Decimal | None = None

    @property
    def change(self) -> Decimal | None:
        """The signed difference, None where one of the years has no figure."""
        return None if self.now is None or self.before is None else self.now - self.before

    @field_serializer("now", "before")
    def _plain(self, value: Decimal | None) -> int | str | None:
        return plain(value)


class Remark(_Model):
    """A finding as listed with a unit."""

    rule: str
    message: str
    remedy: str = ""


class MissingPart(_Model):
    """A part that lacks something: its heading and what is asked of the unit."""

    part: str
    ask: str


class Outlier(_Model):
    """A unit worth a call: the rule (``data/overview.toml``) and the reason in words."""

    rule: str
    unit: str = Field(description="单位的编号（UnitLine.key）")
    name: str
    text: str


class UnitLine(_Model):
    """One unit of the run.

    ``comparable`` are the measures whose form allows a comparison with last year. ``docx``, ``html`` and ``draft`` are paths
    relative to the output folder, empty where there is no file.
    """

    key: str
    unit: str
    kind: str = ""
    kind_label: str = ""
    region: str = ""
    state: UnitState
    message: str = ""
    notes: tuple[str, ...] = ()
    errors: int = 0
    warnings: int = 0
    unknown: int = 0
    findings: tuple[Remark, ...] = Field(default=(), description="错误意见")
    missing: tuple[MissingPart, ...] = ()
    due: date | None = Field(default=None, description="条例第四十九条的时限；没有统一规定的为空")
    days_left: int | None = Field(default=None, description="距时限的天数，已过为负")
    figures: dict[str, Figure] = Field(default_factory=dict)
    changed: tuple[str, ...] = Field(default=(), description="与上年相比的指标，按差额从大到小")
    sentences: Shares = Shares()
    fallback: str = ""
    from_report: bool = False
    docx: str = ""
    html: str = ""
    draft: str = ""

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return STATE_NAMES[self.state]


class Chart(_Model):
    """A chart over units: the measures shown, and how."""

    id: str
    title: str
    style: Literal["compared", "stacked"]
    keys: tuple[str, ...]


class Overview(_Model):
    """Everything the overview shows; ``units`` in the run's order."""

    year: int | None
    today: date | None
    state: str
    message: str = ""
    units: tuple[UnitLine, ...]
    measures: tuple[Measure, ...]
    charts: tuple[Chart, ...]
    outliers: tuple[Outlier, ...] = ()
    pairs: tuple[CopiedPair, ...] = Field(default=(), description="相同文字最多的单位，两两对照；多的只留前面一部分")
    pairs_found: int = 0
    last_year: tuple[CopiedPair, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[UnitState, int]:
        """How many units are in each state, in the order of :data:`STATE_NAMES`."""
        return {state: sum(unit.state == state for unit in self.units) for state in STATE_NAMES}

    def columns(self) -> tuple[Measure, ...]:
        """The measures that the table of units shows."""
        return tuple(measure for measure in self.measures if measure.column)

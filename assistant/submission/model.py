"""What a unit hands in (填报件): unit profile, year, three tables, work notes, problems, follow-ups, fee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.form import Cell, Source

AspectKey = Literal["s1.active", "s1.request", "s1.mgmt", "s1.platform", "s1.supervise", "sec5", "sec6"]
KindKey = Literal[
    "gov_province", "gov_city", "gov_county", "gov_town", "gov_office", "dept", "subdistrict", "zone", "vertical", "authorized_org"
]
FollowUpStatus = Literal["resolved", "partial", "ongoing"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(_Model):
    """Who answers questions about the report. Only ever copied from the unit, never written by a program."""

    unit: str = ""
    address: str = ""
    zip: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""


class UnitProfile(_Model):
    """The reporting unit. ``neighbours`` are units and regions that must not appear in its text (rule N-LEFTOVER)."""

    name: str = Field(min_length=1, max_length=120, description="单位全称")
    kind: KindKey = Field(description="单位类型")
    region: str = Field(default="", description="所在行政区全称")
    aliases: tuple[str, ...] = Field(default=(), description="简称、曾用名")
    site: str = Field(default="", description="公开电子版的网址")
    contact: Contact = Contact()
    neighbours: tuple[str, ...] = Field(default=(), description="同级其他单位名称")


class Note(_Model):
    """A work note (工作素材): what was done, in the unit's own words, under one aspect."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,15}$")
    aspect: AspectKey
    text: str = Field(min_length=1, max_length=5000)
    source: str = Field(default="", description="素材出处，如台账名称")
    origin: Source = Source()


class Problem(_Model):
    """A problem of this year (存在的主要问题)."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,15}$")
    text: str = Field(min_length=1, max_length=2000)
    origin: Source = Source()


class Improvement(_Model):
    """A planned measure; ``answers`` are ids of the problems it answers."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,15}$")
    text: str = Field(min_length=1, max_length=2000)
    answers: tuple[str, ...] = ()
    origin: Source = Source()


class FollowUp(_Model):
    """What became of a problem named in last year's report (整改回应)."""

    problem: str = Field(min_length=1, max_length=2000)
    status: FollowUpStatus
    text: str = Field(default="", max_length=2000)
    origin: Source = Source()


class Fee(_Model):
    """The information processing fee (信息处理费). Count 0 = none collected. An absent fee = not stated, so a gap."""

    count: int | None = Field(default=None, ge=0)
    yuan: Decimal | None = Field(default=None, ge=0)
    origin: Source = Source()


class InputRemark(_Model):
    """Something the reader of an input could not place or had to leave out, with place and remedy (becomes a finding)."""

    code: Literal["unplaced", "duplicate", "ignored", "layout", "text", "limit"]
    message: str
    remedy: str = ""
    source: Source = Source()


@dataclass(frozen=True)
class Given:
    """What a person says beside an input, for where the input says nothing: unit name, kind (a key), report year."""

    name: str | None = None
    kind: str | None = None
    year: int | None = None

    def missing_in(self, unit: Mapping[str, object]) -> dict[str, str]:
        """Name and kind given that the raw profile ``unit`` does not have."""
        given = {"name": self.name, "kind": self.kind}
        return {key: value for key, value in given.items() if value and unit.get(key) in (None, "")}


NOTHING_GIVEN = Given()


class Submission(_Model):
    """A complete submission. ``cells`` has every cell of the form ``form``; ``previous`` is last year's, if handed in."""

    unit: UnitProfile
    year: int = Field(ge=2019, le=2100)
    form: str
    cells: dict[str, Cell]
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    fee: Fee | None = None
    previous_cells: dict[str, Cell] = Field(default_factory=dict, description="填报件自带的上年数据")
    remarks: tuple[InputRemark, ...] = ()
    file: str = ""

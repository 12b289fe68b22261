"""Kinds of reporting units, what each owes, and how each speaks of itself."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Literal


@dataclass(frozen=True)
class UnitKind:
    """A kind of unit. ``results`` is the severity of a missing Article 50 (4) result, empty when it owes none."""

    key: str
    label: str
    results: Literal["", "error", "warning", "info"] = ""
    rule_power: bool = False
    scope: bool = False
    deadline: tuple[int, int] | None = None
    self_name: str = "suffix"

    @property
    def government(self) -> bool:
        """Whether the unit is a people's government (Article 50: 各级人民政府)."""
        return self.key in ("gov_province", "gov_city", "gov_county", "gov_town")

    def deadline_for(self, year: int) -> date | None:
        """The last day for publishing the report of ``year`` (Article 49); None where local notice decides."""
        return date(year + 1, *self.deadline) if self.deadline else None


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = (resources.files("assistant.form") / "data" / "kinds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def unit_kinds() -> dict[str, UnitKind]:
    """All kinds by key, in the order of the data file."""
    kinds = {}
    for row in _data()["kinds"]:
        fields = {"self_name" if key == "self" else key: value for key, value in row.items()}
        if "deadline" in fields:
            fields["deadline"] = tuple(fields["deadline"])
        kinds[row["key"]] = UnitKind(**fields)
    return kinds


def self_name(kind: UnitKind, unit_name: str, region: str) -> str:
    """How the unit calls itself in running text: 我局, 我县, 我镇, 本机关."""
    if kind.self_name == "region":
        return _region_words(unit_name, region)[0]
    if kind.self_name != "suffix":
        return kind.self_name
    names = _data()["self_names"]
    found = next((name for suffix, name in names["suffixes"] if unit_name.endswith(suffix)), names["default"])
    return str(found)


def scope_word(kind: UnitKind, unit_name: str, region: str) -> str:
    """The word for the whole area a government reports on (全县, 全市), empty for units that report on themselves."""
    return _region_words(unit_name, region)[1] if kind.scope else ""


def _region_words(unit_name: str, region: str) -> tuple[str, str]:
    """Self-name and word for the area of a government, by its own name first: a town may give its county as the region."""
    regions = _data()["regions"]
    for area in (unit_name.removesuffix(regions["office"]), region):
        for suffix, own, whole in regions["suffixes"]:
            if area.endswith(suffix):
                return own, whole
    own, whole = regions["default"]
    return own, whole

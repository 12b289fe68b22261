"""What is handed in as last year's is compared only if it is last year's and the same unit's."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.drafting.assemble import Drafted, draft_report
from assistant.errors import InputError
from assistant.form import default_registry
from tests.corpus.material import COUNTY
from tests.drafting.material import slots, submission_at

_NOW = submission_at(COUNTY / "2025" / "gonganju.json")
_LAST = submission_at(COUNTY / "2024" / "gonganju.json")


def _drafted(**unit: Any) -> Drafted:
    last = _LAST.model_copy(update={"unit": _LAST.unit.model_copy(update=unit)})
    return draft_report(_NOW, default_registry(), previous=last)


def _compared(result: Drafted) -> bool:
    return any(key.startswith(("prev.", "d.diff.", "d.growth.")) for key in slots(result))


@pytest.mark.parametrize("year", [2022, 2023, 2025, 2026])
def test_another_year_is_refused_with_both_years(year: int) -> None:
    with pytest.raises(InputError) as caught:
        draft_report(_NOW, default_registry(), previous=_LAST.model_copy(update={"year": year}))
    assert str(year) in caught.value.message
    assert "2025" in caught.value.message
    assert "2024" in caught.value.remedy


@pytest.mark.parametrize(
    "unit",
    [
        {},
        {"name": "县公安局", "aliases": ()},
        {"name": "示例县公安分局", "aliases": (_NOW.unit.name,)},
        {"name": _NOW.unit.name.replace("局", "局 "), "aliases": ()},
    ],
)
def test_the_same_unit_under_another_name_is_compared(unit: dict[str, Any]) -> None:
    result = _drafted(**unit)
    assert _compared(result)
    assert not any(finding.rule == "X-PREVIOUS-UNIT" for finding in result.draft.findings if finding.status == "fail")


def test_another_units_figures_are_set_aside_and_told() -> None:
    result = _drafted(name="示例县财政局", aliases=("县财政局",))
    assert not _compared(result)
    assert result.previous is None
    (finding,) = (finding for finding in result.draft.findings if finding.rule == "X-PREVIOUS-UNIT")
    assert finding.blocking
    assert "示例县财政局" in finding.message
    assert _NOW.unit.name in finding.message
    assert not any(finding.rule.startswith("X-CARRY") for finding in result.draft.findings)

"""In the material of a part each figure stands beside the sum it belongs to."""

from __future__ import annotations

import pytest

from tests.model.drafts import county, materials


@pytest.mark.parametrize("unit", ["gonganju", "xianzhengfu", "weijianju", "ziranziyuanju"])
def test_a_part_of_a_sum_stands_behind_its_own_sum(unit: str) -> None:
    for material in materials(*county(unit, 2025)).values():
        sums = {
            item.key: set(item.terms) for item in material.form.derived if item.key.startswith("d.r") and item.key.endswith("_sum")
        }
        for item in material.open:
            above = ""
            for key in item.slots:
                above = key if key in sums else above
                owner = next((name for name, terms in sums.items() if key in terms), "")
                assert not owner or owner not in item.slots or owner == above, (unit, item.slots)

"""Personal data is masked before a prompt; what only looks like it is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.privacy import find_personal, mask_personal, told

PERSONAL = [
    ("申请人张三丰提出的申请已答复", "name", "张三丰"),
    ("申请人：王小明，要求公开征地批文", "name", "王小明"),
    ("原告李某某不服答复", "name", "李某某"),
    ("村民赵六通过邮寄提交申请", "name", "赵六"),
    ("陈女士来电咨询", "name", "陈"),
    ("联系电话13812345678", "mobile", "13812345678"),
    ("手机 138-1234-5678", "mobile", "138-1234-5678"),
    ("手机１３８１２３４５６７８", "mobile", "１３８１２３４５６７８"),
    ("+86 13912345678", "mobile", "+86 13912345678"),
    ("身份证号11010519491231002X", "id_number", "11010519491231002X"),
    ("身份证１１０１０５１９４９１２３１００２Ｘ", "id_number", "１１０１０５１９４９１２３１００２Ｘ"),
    ("案号（2024）鲁01行初123号", "case_number", "（2024）鲁01行初123号"),
    ("(2025)最高法行申1234号裁定", "case_number", "(2025)最高法行申1234号"),
    ("鲁政复决字〔2024〕12号", "case_number", "鲁政复决字〔2024〕12号"),
    ("申请编号：2025-XXGK-0012", "case_number", "申请编号：2025-XXGK-0012"),
]
HARMLESS = [
    "国办函〔2020〕109号、国令第711号",
    "《示例县政府信息公开工作规则》（示政办发〔2025〕30号）",
    "联系电话0531-12345678",
    "全年发布信息13812条，点击量138123456次",
    "申请人无正当理由逾期不补正",
    "申请人应当说明用途",
    "申请人向我局提出申请41件",
    "申请人和被申请人均未上诉",
    "申请人申请公开的内容",
    "原告和第三人",
    "家长反映的问题",
    "群众来信12件",
    "2025年1月1日至12月31日",
    "某某单位、李某庄镇",
    "因申请人逾期未缴费，不再处理",
]


@pytest.mark.parametrize(("text", "kind", "found"), PERSONAL)
def test_personal_data_is_found_and_leaves_the_text(text: str, kind: str, found: str) -> None:
    places = find_personal(text)
    assert [(place.kind, place.text) for place in places] == [(kind, found)]
    masked, _places = mask_personal(text)
    assert found not in masked
    assert "1 处" in told(places)
    assert found not in told(places)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask_personal(text) == (text, ())


@given(st.text(alphabet="申请人张三王李某，。13812345678（2024）鲁01行初号ab ", max_size=60))
def test_masking_twice_masks_nothing_more_and_keeps_the_rest(text: str) -> None:
    masked, places = mask_personal(text)
    kept = text
    for place in reversed(places):
        assert text[place.start : place.end] == place.text
        kept = kept[: place.start] + kept[place.end :]
    assert len(kept) <= len(masked)
    assert [place for place in find_personal(masked) if place.kind in ("mobile", "id_number")] == []


def test_published_reports_hold_no_name_and_no_case_number(shared: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((shared / "reports").rglob("*.txt"))]
    found = [place.text for text in texts for place in find_personal(text) if place.kind in ("name", "case_number")]
    assert found == []

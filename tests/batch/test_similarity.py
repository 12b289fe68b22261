"""Who copies whom: every heavy copy is found, nothing is invented, figures and set wording do not count."""

from __future__ import annotations

import random

import pytest

from assistant.batch.similarity import UnitText, compare, copied_last_year, copied_pairs, default_settings, exact_pairs
from assistant.form import Form
from benchmarks.batch_similarity import COPIED, material, recall

_OWN = (
    "宣教站在候诊区放电子屏三十一块，滚动播放检查结果和收费标准",
    "医疗机构校验结果每半年张贴一遍，患者可以当场对照",
    "病历检验单一类含个人资料的来件，统一说明到医院窗口调取",
    "讲课四次，卫生院来听的八十八人，课后收上来的练习稿采用了大半",
)
_OTHER = (
    "水库水位每天早晚各报一遍，汛期改为逐小时更新",
    "河长名单立在桥头的牌子上，换人以后当月换牌",
    "农村饮水检测结果贴到村口，不合格的写明整改日期",
    "取水户台账重新核对，注销的井在图上标红",
)


def _unit(name: str, sentences: tuple[str, ...], form: Form) -> UnitText:
    return UnitText(name, {"s1.active": "。".join(sentences) + "。"}, form, (name,))


@pytest.mark.parametrize("seed", [2, 3, 7])
def test_every_heavy_copy_is_found_that_comparing_all_pairs_finds(seed: int) -> None:
    units = material(80, seed)
    wanted = list(exact_pairs(units))
    found, there = recall(copied_pairs(units).pairs, wanted, COPIED)
    assert there >= 2
    assert found == there


def test_no_pair_is_reported_that_comparing_the_two_does_not_confirm() -> None:
    units = {unit.unit: unit for unit in material(60, 4)}
    pairs = copied_pairs(units.values()).pairs
    assert pairs
    assert all(compare(units[pair.first], units[pair.second]) == pair for pair in pairs)


def test_the_same_text_with_other_figures_counts_as_copied(form2021: Form) -> None:
    one = _unit("示例县卫生健康局", ("编印惠民手册3种共2万册放在社区", "窗口答疑418次，回访电话打通九成五"), form2021)
    two = _unit("示例县水务局", ("编印惠民手册17种共5.5万册放在社区", "窗口答疑9次，回访电话打通三成"), form2021)
    pair = compare(one, two, default_settings().model_copy(update={"words": 10}))
    assert pair is not None
    assert pair.share == 1.0
    assert pair.passages[0].quote != pair.passages[0].other


def test_what_the_form_makes_everybody_write_is_no_copying(form2021: Form) -> None:
    text = "全年新收政府信息公开申请3件，均按时答复。未发生因政府信息公开引起的行政复议、行政诉讼。没有收取信息处理费。"
    units = [UnitText(name, {"s1.request": text}, form2021) for name in ("甲局", "乙局")]
    assert copied_pairs(units).pairs == ()


def test_a_short_text_inside_a_long_one_is_copied_all_the_same(form2021: Form) -> None:
    pair = compare(_unit("甲局", _OWN[:2], form2021), _unit("乙局", _OTHER + _OWN, form2021))
    assert pair is not None
    assert pair.share == 1.0
    assert pair.copied_back < pair.of_second


def test_the_order_of_units_does_not_matter() -> None:
    units = material(60, 5)
    shuffled = random.Random(0).sample(units, len(units))
    shares = {frozenset((pair.first, pair.second)): pair.share for pair in copied_pairs(units).pairs}
    assert shares == {frozenset((pair.first, pair.second)): pair.share for pair in copied_pairs(shuffled).pairs}


def test_a_form_letter_costs_no_square_and_names_all_its_units(form2021: Form) -> None:
    settings = default_settings().model_copy(update={"crowd": 10, "ring": 2})
    units = [_unit(f"第{number}所", _OWN, form2021) for number in range(60)]
    copying = copied_pairs(units, settings)
    assert copying.compared <= 60 * settings.ring
    assert len(copying.crowds[0].units) == 60
    assert {name for pair in copying.pairs for name in (pair.first, pair.second)} == {unit.unit for unit in units}


def test_copying_last_year_is_told_with_the_passages_side_by_side(form2021: Form) -> None:
    before = _unit("示例县卫生健康局", _OWN, form2021)
    same, new = _unit("示例县卫生健康局", _OWN[:3] + _OTHER[:1], form2021), _unit("示例县水务局", _OTHER, form2021)
    pairs = copied_last_year([(same, before), (new, _unit("示例县水务局", _OWN, form2021))])
    assert [pair.first for pair in pairs] == ["示例县卫生健康局"]
    assert 0.6 < pairs[0].share < 1
    assert {alike.quote for alike in pairs[0].passages} == {f"{text}。" for text in _OWN[:3]}


@pytest.mark.parametrize(
    "text", ["", "\n\n", "。" * 5000, "甲" * 20000, "\ud800坏字符在这里面也要过得去的一句话。" * 3, "a b" * 400]
)
def test_odd_texts_are_gone_through(text: str, form2021: Form) -> None:
    units = [UnitText(name, {"s1.active": text}, form2021) for name in ("甲", "乙", "丙")]
    copied_pairs([*units, _unit("丁局", _OWN, form2021)])

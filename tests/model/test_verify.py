"""What a model's sentence may say: nothing but this year's evidence, every figure through its slot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.drafting.model.contract import WrittenSentence, tidy
from assistant.drafting.model.material import PartMaterial
from assistant.drafting.model.support import copied_faults, longest_copied
from assistant.drafting.model.verify import Verifier
from tests.model.drafts import changed, codes, county, judged, materials

NOTES = [
    {"id": "n1", "aspect": "s1.active", "text": "门户网站发布信息201条，其中招生入学118条、学生资助83条"},
    {"id": "n2", "aspect": "s1.mgmt", "text": "3月起公文办理单加了公开属性栏，没标注的不给编号；退回7批"},
    {"id": "n3", "aspect": "s1.mgmt", "text": "名单公布前核对个人信息，电话回访400余人"},
]


@pytest.fixture(scope="module")
def parts() -> dict[str, PartMaterial]:
    return materials(changed("gonganju", 2025, notes=NOTES), county("gonganju", 2024)[0])


def active(parts: dict[str, PartMaterial], text: str, *sources: str) -> set[str]:
    return codes(judged(parts["s1.active"], "n1", text, list(sources or ("n1",))))


def mgmt(parts: dict[str, PartMaterial], text: str, anchor: str = "n2", *sources: str) -> set[str]:
    return codes(judged(parts["s1.mgmt"], anchor, text, list(sources or (anchor,))))


GOOD = "{year}年，我局在门户网站发布信息{note.n1.1}条，其中招生入学{note.n1.2}条、学生资助{note.n1.3}条。"


def test_a_sentence_that_says_what_its_note_says_holds(parts: dict[str, PartMaterial]) -> None:
    assert active(parts, GOOD) == set()
    assert mgmt(parts, "3月起，公文办理单增设公开属性栏，未标注的不予编号，退回{note.n2.1}批。") == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD.replace("note.n1.1", "note.n9.1"), "slot_unknown"),
        (GOOD.replace("note.n1.1", "t3.new.total"), "slot_foreign"),
        (GOOD.replace("{note.n1.1}条", "{note.n1.1}件"), "unit"),
        (GOOD.replace("{note.n1.3}条", "{note.n1.3}%"), "unit"),
        (GOOD.replace("note.n1.2", "x").replace("note.n1.3", "note.n1.2").replace("{x}", "{note.n1.3}"), "slot_swapped"),
        (GOOD.replace("{note.n1.1}条", "{note.n1.1}余条"), "unit"),
        (GOOD.replace("。", "，另有教师招聘61条。"), "literal"),
        (GOOD.replace("。", "，群众满意度明显提升。"), "support"),
        (GOOD.replace("。", "，并印发管理制度。"), "deed"),
        (GOOD.replace("发布信息", "及时发布信息"), "quality"),
        (GOOD.replace("在门户网站", "高度重视，在门户网站"), "manner"),
        (GOOD.replace("在门户网站", "会同县水利局在门户网站"), "foreign"),
        (GOOD.replace("在门户网站", "按照《甲市公开办法》在门户网站"), "foreign"),
        (GOOD.replace("在门户网站发布", "没有在门户网站发布"), "negation"),
        (f"**{GOOD}**", "shape"),
        (GOOD.replace("门户网站", "website门户网站"), "shape"),
        (GOOD.replace("{year}年", "2019年"), "TX-NOSRC"),
    ],
)
def test_a_sentence_that_says_more_or_else_is_sent_back(parts: dict[str, PartMaterial], text: str, code: str) -> None:
    assert code in active(parts, text)


def test_a_literal_figure_becomes_its_slot_only_where_one_fact_fits(parts: dict[str, PartMaterial]) -> None:
    verdict = judged(parts["s1.active"], "n1", "2025年，我局在门户网站发布信息201条，其中招生入学118条、学生资助83条。", ["n1"])
    assert verdict.holds
    assert verdict.sentence.text == GOOD
    assert "literal" in active(parts, GOOD.replace("{note.n1.1}条", "202条"))
    assert "literal" in active(parts, "我局在门户网站发布201件。")


def test_an_approximate_figure_stays_approximate(parts: dict[str, PartMaterial]) -> None:
    assert mgmt(parts, "名单公布前核对个人信息，电话回访超过{note.n3.1}人。", "n3") == set()
    assert "exact" in mgmt(parts, "名单公布前核对个人信息，电话回访群众{note.n3.1}人。", "n3")


def test_a_flipped_negation_is_sent_back(parts: dict[str, PartMaterial]) -> None:
    assert "negation" in mgmt(parts, "3月起，公文办理单增设公开属性栏，已标注的编号，退回{note.n2.1}批，没有增设公开属性栏。")


def test_sources_exist_belong_to_the_part_and_to_the_point(parts: dict[str, PartMaterial]) -> None:
    assert "source" in active(parts, GOOD, "n1", "n2")
    assert "source" in active(parts, GOOD, "n1", "条例:99")
    assert "source" in mgmt(parts, "名单公布前核对个人信息。", "n3", "n2")
    assert "no_source" in codes(judged(parts["s1.mgmt"], "n3", "名单公布前核对个人信息。", []))


def test_the_direction_of_a_change_is_that_of_the_figures() -> None:
    part = materials(*county("gonganju", 2025))["s1.request"]
    item = next(item for item in part.open if "d.diff.t3.new.total" in item.slots)
    right = part.slots["d.diff.t3.new.total"].direction
    wrong = {"增加": "减少", "减少": "增加"}[right]
    text = "全年新收政府信息公开申请{t3.new.total}件，比上年%s{d.diff.t3.new.total}件。"
    verify = Verifier(part)
    for word, holds in ((right, True), (wrong, False)):
        verdict = verify.judge([WrittenSentence(items=[item.number], text=text % word, sources=["t3.new.total"])])[0]
        assert verdict.holds is holds, verdict.faults
    verdicts = verify.judge([WrittenSentence(items=[item.number], text=text % right, sources=["t3.new.total"])])
    assert "t3.carry_in.total" in verify.lost(verdicts)[item.number].reason or part.slots["t3.carry_in.total"].value == 0


def test_zero_is_said_as_zero() -> None:
    part = materials(*county("dongguanjiedao", 2025))["s1.request"]
    sources = ["t4.rev.total", "d.lit_total"]
    assert judged(part, "t4.rev.total", "未发生因政府信息公开引起的行政复议、行政诉讼。", sources).holds
    assert codes(judged(part, "t4.rev.total", "发生因政府信息公开引起的行政复议、行政诉讼。", sources))


def test_a_run_of_another_report_is_no_sentence_of_ours() -> None:
    part = materials(changed("gonganju", 2025, notes=NOTES))["s1.mgmt"]
    lent = replace(part, precedents=("名单公布前核对个人信息的做法自某日起在各地推开。",))
    text = "名单公布前核对个人信息的做法自某日起在各地推开。"
    assert list(copied_faults(text, part)) == []
    assert [fault.code for fault in copied_faults(text, lent)] == ["copied"]
    assert longest_copied("名单公布前核对个人信息。", lent.precedents, lent.own_words) == ""


def test_personal_data_is_masked_and_not_written(parts: dict[str, PartMaterial]) -> None:
    note = {"id": "n1", "aspect": "s1.mgmt", "text": "申请人王小明（手机13812345678）要求更正登记，已更正1处"}
    part = materials(changed("gonganju", 2025, notes=[note]))["s1.mgmt"]
    assert "13812345678" not in part.texts["n1"]
    assert "王小明" not in part.texts["n1"]
    assert "personal" in codes(judged(part, "n1", "（手机号略）要求更正登记，已更正{note.n1.1}处。", ["n1"]))


def test_what_became_of_a_problem_is_told_as_the_unit_told_it() -> None:
    submission, previous = county("xianzhengfu", 2025)
    part = materials(submission, previous)["sec5"]
    text = "“网站检索不好用”问题%s：新检索已经上线，全年反映找不到文件的来电剩{follow.f2.1}次。"
    assert judged(part, "f2", text % "已经解决", ["f2"]).holds
    assert "status" in codes(judged(part, "f2", text % "部分解决", ["f2"]))


@pytest.mark.parametrize("unit", ["gonganju", "xianzhengfu", "liuxizhen", "shuiwuju"])
def test_the_offline_sentences_themselves_hold(unit: str) -> None:
    for part in materials(*county(unit, 2025)).values():
        verify = Verifier(part)
        own = [
            WrittenSentence(items=[item.number], text=sentence.text, sources=list(sentence.sources))
            for item in part.open
            for sentence in item.offline
        ]
        if part.key != "preface" and own:
            verdicts = verify.judge(own)
            assert [(each.sentence.text, each.faults) for each in verdicts if not each.holds] == []
            assert verify.lost(verdicts) == {}


def test_tidying_changes_marks_only() -> None:
    assert tidy(" 全年 新收{ t3.new.total } 件,办结 ") == "全年新收{t3.new.total}件，办结。"
    assert tidy("网址 a.b") == "网址 a.b。" or tidy("网址 a.b") == "网址a.b。"


SPOILT = [
    ("s1.mgmt", "n2", "3月起，公文办理单增设公开属性栏，未标注的予以编号，退回{note.n2.1}批。", "negation"),
    ("s1.mgmt", "n2", "3月起，公文办理单增设公开属性栏，已标注的不予编号，退回{note.n2.1}批。", "negation"),
    ("s1.mgmt", "n2", "5月起，公文办理单增设公开属性栏，未标注的不予编号，退回{note.n2.1}批。", "date"),
    ("s1.mgmt", "n2", "3月起，公文办理单全面增设公开属性栏，未标注的不予编号，退回{note.n2.1}批。", "quality"),
    ("s1.mgmt", "n2", "3月起，公文办理单均增设公开属性栏，未标注的不予编号，退回{note.n2.1}批。", "scope"),
    ("s1.mgmt", "n2", "3月起，公文办理单将增设公开属性栏，未标注的不予编号，退回{note.n2.1}批。", "planned"),
    ("s1.mgmt", "n4", "全部乡镇试行目录管理，{year.next}年推开。", "scope"),
    ("s1.mgmt", "n4", "乡镇试行目录管理，{year.next}年推开。", "scope"),
    ("s1.mgmt", "n4", "部分乡镇试行目录管理，{year}年已推开。", "planned"),
]


@pytest.mark.parametrize(("part", "anchor", "text", "code"), SPOILT)
def test_what_turns_widens_or_hastens_a_source_is_sent_back(part: str, anchor: str, text: str, code: str) -> None:
    notes = [*NOTES, {"id": "n4", "aspect": "s1.mgmt", "text": "部分乡镇试行目录管理，明年推开"}]
    material = materials(changed("gonganju", 2025, notes=notes))[part]
    assert codes(judged(material, "n4", "部分乡镇试行目录管理，{year.next}年推开。", ["n4"])) == set()
    assert code in codes(judged(material, anchor, text, [anchor]))


def test_a_measure_to_come_is_not_told_as_done() -> None:
    given = {
        "problems": [{"id": "p1", "text": "解读形式单一"}],
        "improvements": [{"id": "i1", "text": "每季度培训一次", "answers": ["p1"]}],
    }
    material = materials(changed("gonganju", 2025, **given))["sec5"]
    assert "planned" in codes(judged(material, "i1", "已开展培训。", ["i1"]))


def test_a_problem_may_rest_on_the_note_that_speaks_of_it() -> None:
    notes = [*NOTES, {"id": "n5", "aspect": "s1.supervise", "text": "抽查学校收费公示栏12所，学期内未更新的4所"}]
    problems = [{"id": "p1", "text": "学校收费公示栏更新不及时"}]
    material = materials(changed("gonganju", 2025, notes=notes, problems=problems))["sec5"]
    text = "学校收费公示栏更新不及时，抽查的{note.n5.1}所中有{note.n5.2}所学期内未更新。"
    assert codes(judged(material, "p1", text, ["p1", "n5"])) == set()
    assert "source" in codes(judged(material, "p1", text, ["p1", "n2"]))


def test_a_problem_may_rest_on_the_follow_up_that_speaks_of_it() -> None:
    follow_ups = [
        {"problem": "学校收费公示栏更新不及时", "status": "partial", "text": "学校收费公示栏换新17所，还有2所没换"},
        {"problem": "解读形式单一", "status": "resolved", "text": "配发图解3篇"},
    ]
    problems = [{"id": "p1", "text": "学校收费公示栏更新不及时"}]
    material = materials(changed("gonganju", 2025, notes=NOTES, problems=problems, follow_ups=follow_ups))["sec5"]
    assert codes(judged(material, "p1", "学校收费公示栏更新不及时，仍有{follow.f1.2}所没有更换。", ["p1", "f1"])) == set()
    beside = {item.anchor: item.beside for item in material.open}
    assert beside["p1"] == ("f1",)


def test_a_figure_of_another_part_stands_where_its_words_fit() -> None:
    material = materials(*county("gonganju", 2025))["s1.mgmt"]
    told = "执法公开系统中超过公示期的处罚信息{note.n6.1}条转为不公开，%s{t2.norm.repealed}件。"
    assert codes(judged(material, "n6", told % "另有行政规范性文件废止", ["n6", "t2.norm.repealed"])) <= {"support", "deed"}
    assert "slot_foreign" in codes(judged(material, "n6", told % "退回", ["n6", "t2.norm.repealed"]))
    assert "slot_foreign" in codes(judged(material, "n6", told.replace("t2.norm", "prev.t2.norm") % "废止", ["n6"]))


def test_an_article_of_the_regulation_may_be_named_whether_or_not_it_was_listed(parts: dict[str, PartMaterial]) -> None:
    assert active(parts, GOOD, "n1", "条例:26") == set()
    assert "source" in active(parts, GOOD, "n1", "条例:99")

"""Notes on requests stand behind the table's own sentences: led in by what they sort, never said twice, nobody named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.privacy import find_personal
from assistant.form import default_registry
from tests.drafting.material import part_text
from tests.strategies import example_submission

FORM = default_registry().get("form2021")
SIXTY = {"t3.new.natural": Decimal(55), "t3.new.biz": Decimal(5), "t3.new.total": Decimal(60)}
PENDING = {"t4.rev.upheld": 0, "t4.rev.corrected": 0, "t4.rev.other": 0, "t4.rev.pending": 1, "t4.rev.total": 1}


def request_text(note: str, **changes: Decimal | int) -> str:
    values = dict.fromkeys(FORM.cells, Decimal(0)) | SIXTY | {key: Decimal(value) for key, value in changes.items()}
    notes = [{"id": "n1", "aspect": "s1.request", "text": note}]
    return part_text(draft_report(example_submission(FORM, values, notes=notes), default_registry()), "s1.request")


@pytest.mark.parametrize(
    ("note", "printed"),
    [
        ("新收申请里网上提交41件、邮寄13件、当面6件", "按提交方式分，网上提交41件、邮寄13件、当面6件。"),
        ("新收60件：线上41件、邮政13件、窗口6件", "按提交方式分，线上41件、邮政13件、窗口6件。"),
        ("线上41件，寄来19件；都在期限内答复", "按提交方式分，线上41件，寄来19件；"),
        ("60件新申请的来路：网上41件、来镇里当面交的19件", "按提交方式分，网上41件、来镇里当面交的19件。"),
        ("60件新申请里，问会议纪要的6件，问机构编制的3件，剩下的比较零散", "按内容分，问会议纪要的6件，问机构编制的3件，"),
    ],
)
def test_a_list_of_the_new_requests_is_led_in_by_what_it_sorts_them_by(note: str, printed: str) -> None:
    assert printed in request_text(note)


@pytest.mark.parametrize(
    "note",
    [
        "新收申请里网上提交41件、邮寄13件",
        "新收61件：线上41件、邮政13件、窗口7件",
        "线上41件，来电咨询19件",
        "新收申请问会议纪要的60件，问机构编制的3件",
    ],
)
def test_a_list_that_does_not_fit_the_table_is_not_taken_for_one(note: str) -> None:
    text = request_text(note)
    assert "按提交方式分" not in text and "按内容分" not in text


def test_what_the_tables_say_is_not_said_again() -> None:
    text = request_text("新收60件中自然人递的55件；线上41件、邮寄19件")
    assert text.count("55件") == 1 and "按提交方式分，线上41件" in text
    again = request_text("有1件行政复议年底没出结果", **PENDING)
    assert again.count("1件") == 1
    assert request_text("有2件行政复议年底没出结果", **PENDING).count("2件") == 1


def test_the_missing_totals_are_asked_for_before_anything_is_told() -> None:
    blank = {key: "" for key in FORM.cells if key.startswith("t3.")}
    notes = [{"id": "n1", "aspect": "s1.request", "text": "网上提交41件、邮寄19件"}]
    text = part_text(draft_report(example_submission(FORM, blank, notes=notes), default_registry()), "s1.request")
    assert text.startswith("【待补：表内缺") and "网上提交41件" in text


def test_how_much_was_published_in_all_comes_first() -> None:
    texts = ("征地补偿到户清单公示2批", "在网站上公开的信息有一百零六条", "“样例发布”发政务信息29条", "图解5篇")
    notes = [{"id": f"n{number}", "aspect": "s1.active", "text": text} for number, text in enumerate(texts, 1)]
    text = part_text(draft_report(example_submission(FORM, notes=notes), default_registry()), "s1.active")
    places = [text.index(words) for words in ("106条", "规范性文件", "发政务信息29条", "征地补偿", "图解")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("申请人李四问学区，已答复", "李四"),
        ("村民王小明查询补偿标准", "王小明"),
        ("张三负责公众号，发了25期", "张三"),
        ("公开工作由王小明兼管", "王小明"),
        ("办公室主任张伟分管", "张伟"),
        ("综合科李明负责，发了25期", "李明"),
    ],
)
def test_people_named_in_passing_are_found(text: str, name: str) -> None:
    assert [place.text for place in find_personal(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "由林业局负责",
        "由张庄负责",
        "由陈家村负责",
        "由何人负责",
        "由唐镇分管",
        "程序员负责",
        "由于人员变动",
        "徐庄镇负责",
        "由胡集镇人民政府负责",
        "由林草科负责",
        "群众问学区",
        "村民周一查询目录",
        "我局董事会负责",
        "申请人方便查阅",
        "由高新区负责",
        "由马头镇兼管",
    ],
)
def test_bodies_and_everyday_words_are_nobody(text: str) -> None:
    assert find_personal(text) == ()


def test_an_identity_number_with_a_slip_is_still_one_where_it_is_called_so() -> None:
    assert [place.kind for place in find_personal("身份证号：110101199003071234")] == ["id_number"]

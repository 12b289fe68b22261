"""Promise: a figure in the text that names a cell must be the cell's; one that names nothing is left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.form import Form
from assistant.form.loader import load_form
from tests.checks.texts import cells_of, numbers_findings, read, reported, text_findings, told

AGREES = [
    "全年新收政府信息公开申请95件，上年结转9件，办结97件，结转下年度继续办理7件。",
    "2025年，我局共收到政府信息公开申请95件，均依法办理。",
    "新收申请中自然人81件，法人或其他组织14件，其中商业企业6件、法律服务机构8件。",
    "申请办理中，予以公开46件、部分公开10件，合计占办结总数的57.7%；不予公开7件，占7.2%，其中保护第三方合法权益4件。",
    "申请以不掌握相关信息答复23件，另有3件因申请人逾期未补正，不再处理。",
    "因政府信息公开被申请行政复议6件，其中结果维持3件、结果纠正2件、尚未审结1件。行政诉讼5件，其中维持3件、纠正1件、其他结果1件。",
    "复议、诉讼中被纠正的3件，已逐件整改。",
    "新收申请95件，比上年增加19件，增长25.0%；应办理104件。",
    "新收申请95件，较上年的76件增加19件。",
    "没有现成信息需要另行制作的申请由上年的9件减至2件。",
    "制发行政规范性文件4件，废止3件，年末现行有效31件，比上年末增加1件。",
    "全年作出行政许可决定512件，行政处罚决定64件；行政事业性收费236.5万元。",
    "我局收到95件申请，均已登记。",
    "共有9件为上年结转，7件结转下年度继续办理。",
]
LEFT_ALONE = [
    "全年标注公文438件，其中主动公开的127件、依申请公开的96件、不予公开的215件。",
    "经批准延期答复29件，涉及水价的申请20件。",
    "全年收到意见建议63条，采纳11条，办结人大建议12件、政协提案8件。",
    "培训2次，注销政务新媒体8个，收取材料2件。",
    "全年新收政府信息公开申请95件，其中县住建局办结57件、县教育局办结12件等。",
    "有6件新收申请询问水价。",
    "公开行政许可信息1200条，公示行政处罚结果88条。",
    "全年受理投诉举报35件，答复35件。",
    "全年标注公文438件，主动公开127件，依申请公开96件，不予公开215件。",
    "办理行政执法案卷评查12件。",
    "清理行政规范性文件105件。",
    "根据《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）第3条执行。",
]
CONTRADICTS = [
    ("全年新收政府信息公开申请96件。", "TX-NEW"),
    ("全年共收到政府信息公开申请99件。", "TX-RECEIVED"),
    ("全年新收申请95件，上年结转8件。", "TX-CARRYIN"),
    ("全年新收申请95件，办结95件。", "TX-HANDLED"),
    ("全年答复申请95件。", "TX-HANDLED"),
    ("申请结转下年度继续办理6件。", "TX-CARRYOUT"),
    ("申请中予以公开45件。", "TX-OPEN"),
    ("申请中予以公开46件、部分公开9件。", "TX-PARTIAL"),
    ("办结的申请中，不予公开8件。", "TX-DENY"),
    ("办结的申请中，属于过程性信息2件。", "TX-DENY"),
    ("办结的申请中，无法提供24件。", "TX-CANNOT"),
    ("办结的申请中，不予处理5件。", "TX-NOPROC"),
    ("办结的申请中，其他处理2件。", "TX-OTHER"),
    ("新收申请中自然人80件。", "TX-APPLICANT"),
    ("因政府信息公开引起的行政复议7件。", "TX-REV"),
    ("发生行政诉讼4件。", "TX-LIT"),
    ("行政复议6件，其中维持2件。", "TX-REV-RES"),
    ("行政诉讼5件，其中结果维持2件。", "TX-LIT-RES"),
    ("制发行政规范性文件5件。", "TX-NORM"),
    ("作出行政处罚决定65件。", "TX-DEC"),
    ("行政事业性收费2365万元。", "TX-FEE-ADM"),
    ("新收申请95件，比上年减少19件。", "TX-GROWTH"),
    ("新收申请95件，比上年增加18件。", "TX-GROWTH"),
    ("新收申请95件，比上年增长24.9%。", "TX-GROWTH"),
    ("新收申请95件，较上年的77件增加19件。", "TX-GROWTH"),
    ("办结的申请中，予以公开46件，占47.5%。", "TX-SHARE"),
    ("新收申请95条。", "TX-UNIT"),
]


@pytest.mark.parametrize("text", AGREES)
def test_a_figure_that_agrees_with_its_cell_passes(form2021: Form, text: str) -> None:
    subject = reported(form2021, text, part="sec1")
    assert not numbers_findings(subject)
    assert any(read(subject).readings.values())


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_figure_of_something_else_is_left_alone(form2021: Form, text: str) -> None:
    assert not numbers_findings(reported(form2021, text, part="sec1"))


@pytest.mark.parametrize(("text", "rule"), CONTRADICTS)
def test_a_figure_that_contradicts_its_cell_is_told_with_both_values(form2021: Form, text: str, rule: str) -> None:
    findings = numbers_findings(reported(form2021, text))
    assert [finding.rule for finding in findings] == [rule]
    finding = findings[0]
    assert finding.quote and finding.start is not None and finding.end is not None
    assert finding.right is not None
    assert "而" in finding.message or "应" in finding.message


def test_received_may_include_what_was_carried_in_but_must_say_so(form2021: Form) -> None:
    finding = numbers_findings(reported(form2021, "全年收到政府信息公开申请104件，其中自然人90件。"))[0]
    assert (finding.rule, finding.severity) == ("TX-RECEIVED", "info")
    assert "上年结转" in finding.message


def test_a_blank_cell_is_unknown_never_wrong(form2021: Form) -> None:
    subject = reported(form2021, "全年新收申请95件。")
    subject = type(subject)(**{**subject.__dict__, "cells": {}})
    assert not numbers_findings(subject)


def test_the_place_of_a_finding_is_where_the_figure_stands(form2021: Form) -> None:
    text = "说明如下。全年新收申请96件。"
    finding = numbers_findings(reported(form2021, text))[0]
    assert text[finding.start : finding.end] == "96件"
    assert finding.section == "s1.request"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("办结的申请中，属于试行数据目录0件。", False),
        ("办结的申请中，属于试行数据目录4件。", True),
        ("新收申请中新闻媒体0件。", False),
        ("新收申请中新闻媒体3件。", True),
        ("行政规范性文件年末有效31件，制发4件。", False),
        ("行政规范性文件年末有效32件。", True),
        ("全年行政检查0次。", False),
        ("全年行政检查20次。", True),
    ],
)
def test_a_form_nobody_foresaw_is_read_by_its_own_labels(text: str, wrong: bool) -> None:
    form = load_form(Path(__file__).parents[1] / "data" / "form2027.toml")
    assert bool(numbers_findings(reported(form, text, part="sec1", year=2027))) is wrong


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("共发布信息21条，其中动态8条、公告6条。", "TX-SUBSUM", "warning"),
        ("共发布信息21条，其中动态18条、公告6条。", "TX-SUBSUM-OVER", "error"),
        ("共发布信息21条，其中动态18条、公告6条等。", "TX-SUBSUM-OVER", "error"),
        ("新收申请95件，网上80件、信函10件、当面4件。", "TX-CHANNEL", "warning"),
        ("我局门户网站主动公开政府信息20条。我局门户网站主动公开政府信息16条。", "TX-REPEAT", "error"),
        ("甲类占40.0%，乙类占30.0%，丙类占26.0%。", "TX-SHARE-SUM", "warning"),
        ("发布信息30299余条。", "TX-APPROX", "info"),
        ("全年未收到政府信息公开申请。", "TX-NONE", "error"),
        ("未发生因政府信息公开引起的行政诉讼。", "TX-NONE", "error"),
        ("收到的申请已全部办结。", "TX-ALLDONE", "warning"),
        ("全年公开行政许可512条。", "TX-PUBCOUNT", "warning"),
        ("我局不涉及行政事业性收费。", "T2B-FEE-PAIR", "warning"),
    ],
)
def test_the_texts_own_figures_and_statements(form2021: Form, text: str, rule: str, severity: str) -> None:
    findings = numbers_findings(reported(form2021, text, part="sec1"))
    assert [(finding.rule, finding.severity) for finding in findings] == [(rule, severity)]


@pytest.mark.parametrize(
    "text",
    [
        "共发布信息21条，主要包括动态8条、公告6条。",
        "共发布信息21条，其中动态8条、公告6条等。",
        "共发布信息21条，其中动态15条、公告6条。",
        "行政复议6件，比上年增加0件，其中结果维持3件、结果纠正2件、尚未审结1件。",
        "新收申请95件，网上80件、信函11件、当面4件。",
        "发布信息30300余条。",
        "未收到法律服务机构以外的举报。",
        "已办结的申请均在法定期限内答复，7件结转下年度。",
        "甲类占40.0%，乙类占30.0%，丙类占30.1%。",
    ],
)
def test_sound_sums_and_statements_pass(form2021: Form, text: str) -> None:
    assert not numbers_findings(reported(form2021, text, part="sec1"))


def test_the_texts_four_figures_must_balance(form2021: Form) -> None:
    subject = reported(form2021, "新收申请61件，上年结转5件，办结57件，结转下年度4件。")
    subject = type(subject)(**{**subject.__dict__, "cells": {}})
    assert [finding.rule for finding in text_findings(subject) if finding.rule.startswith("TX-")] == ["TX-BALANCE-TEXT"]


@pytest.mark.parametrize(
    ("before", "words", "remedy"),
    [
        ({}, "没有上年数据可比", "加上这个单位上年的报告"),
        ({"t4.rev.total": 6}, "上年数没有可用的数", "核对上年"),
        ({"t3.new.total": 0}, "上年数为 0", "改写为增加的数"),
    ],
)
def test_growth_that_cannot_be_judged_says_why_and_never_asks_for_a_zero(
    form2021: Form, before: dict[str, int], words: str, remedy: str
) -> None:
    given = reported(form2021, "新收申请95件，比上年增长25.0%。")
    checked = replace(given, previous_cells=cells_of(before), previous_form=form2021 if before else None)

    (finding,) = [each for each in told(checked) if each.rule == "TX-GROWTH"]

    assert finding.status == "unknown"
    assert words in finding.message and checked.label("t3.new.total") in finding.message
    assert remedy in finding.remedy and "填 0" not in finding.remedy


def test_two_changes_that_cannot_be_judged_are_told_apart(form2021: Form) -> None:
    text = "因政府信息公开被申请行政复议6件，比上年减少2件；被提起行政诉讼5件，比上年减少2件。"
    checked = replace(reported(form2021, text), previous_cells={}, previous_form=None)

    found = [each for each in told(checked) if each.rule == "TX-GROWTH"]

    assert len({each.message for each in found}) == len({each.fingerprint for each in found}) == len(found) == 2

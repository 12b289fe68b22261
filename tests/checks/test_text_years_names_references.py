"""Promise: another year's, another unit's words and wrong document numbers are told; legal mentions are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.form import Form, unit_kinds
from tests.checks.texts import UNIT, reported, text_findings

PERIOD = "统计期限为2025年1月1日至2025年12月31日。"


@pytest.mark.parametrize(
    ("part", "text", "rule", "severity"),
    [
        ("title", "测试县水务局2024年政府信息公开工作年度报告", "Y-TITLE", "error"),
        ("preface", "统计期限为2024年1月1日至2024年12月31日。", "Y-TITLE", "error"),
        ("preface", "统计期限为2025年1月1日至2025年12月30日。", "Y-PERIOD", "error"),
        ("s1.active", "2024年，我局主动公开信息12条。", "Y-LEFTOVER", "error"),
        ("s1.active", "（一）主动公开情况。2023年，我局公开信息12条。", "Y-LEFTOVER", "error"),
        ("s1.active", "公开有序推进。2023年我局公开信息12条。", "Y-LEFTOVER", "warning"),
        ("s1.active", "截至2023年12月31日，公开信息12条。", "Y-LEFTOVER", "warning"),
        ("s1.active", "通过门户网站更新目录，2024年共更新目录37条。", "Y-LEFTOVER", "warning"),
        ("s1.active", "渠道畅通；2023年我局主动公开信息12条。", "Y-LEFTOVER", "warning"),
        ("s1.active", "今年公开了信息。", "Y-RELATIVE", "info"),
        ("s1.active", "我局公开信息。本机关受理事项。", "N-SUBJECT", "warning"),
        ("s1.active", "我认真贯彻条例要求。", "N-SUBJECT", "warning"),
        ("s1.active", "2025年，我县认真贯彻条例要求。", "N-SUBJECT", "warning"),
        ("s1.active", "测试县林业局公开信息。", "N-LEFTOVER", "error"),
        ("s1.active", "公开的的内容（）", "N-DUP", "info"),
        ("s1.active", "公开内容（含目录。", "N-DUP", "info"),
        ("preface", "《中华人民共和国政府信息公开条例》（国务院令第771号）", "R-ORDERNO", "error"),
        ("preface", "《中华人民共和国政府信息公开工作年度报告格式》（国办发〔2021〕30号）", "R-DOCNO", "error"),
        ("preface", "依据国办公开办函〔2019〕51号", "R-DOCNO", "error"),
        ("preface", "《政府信息公开信息处理费管理办法》（国办函〔2020〕119号）", "R-DOCNO", "error"),
        ("preface", "依据国办公开办函〔2019〕60号", "R-OUTDATED", "warning"),
        ("preface", "依据国办公开办函[2021]30号", "R-BRACKET", "info"),
        ("s1.active", "坚持以公开为常态、公开为例外", "R-SLOGAN", "warning"),
        ("s1.active", "坚持公开为原则、不公开为例外", "R-SLOGAN", "warning"),
    ],
)
def test_slips_are_told(form2021: Form, part: str, text: str, rule: str, severity: str) -> None:
    findings = [each for each in text_findings(reported(form2021, text, part=part)) if each.rule.startswith(("Y-", "N-", "R-"))]
    assert (rule, severity) in {(each.rule, each.severity) for each in findings}
    assert {each.rule for each in findings} <= {rule, "N-DUP"}


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("title", "测试县水务局2025年政府信息公开工作年度报告"),
        ("preface", PERIOD),
        ("preface", "数据统计期限自2025年1月1日起至12月31日止。"),
        ("preface", "《中华人民共和国政府信息公开条例》（国务院令第711号）、国办公开办函〔2021〕30号（电话：0000-1234567）"),
        ("s1.active", "公开2024年决算和2026年预算。"),
        ("s1.active", "2024年度报告列出的问题已经解决。"),
        ("s1.active", "公开信息12条，较2024年共增加3条。"),
        ("s1.active", "逐项整改，2024年共列出的3个问题均已解决。"),
        ("s1.active", "2024年决算和2025年预算公开12份。"),
        ("sec5", "2026年，我局将逐项改进。"),
        ("s1.mgmt", "落实“十四五”规划（2021—2025年）。"),
        ("s1.request", "以本机关不掌握相关政府信息答复，我局附检索记录。"),
        ("s1.active", "坚持以公开为常态、不公开为例外，我局对本单位、本区域的信息逐条核对。"),
        ("s1.active", "我县中小学由我局指导。"),
        ("s1.active", "1）公开目录；2）公开指南。"),
        ("s1.active", "信息公开公开栏更新，和谐共处，目的的确明确。"),
    ],
)
def test_legal_mentions_are_left_alone(form2021: Form, part: str, text: str) -> None:
    findings = [each for each in text_findings(reported(form2021, text, part=part)) if each.rule.startswith(("Y-", "N-", "R-"))]
    assert findings == []


def test_a_government_does_not_call_itself_an_office(form2021: Form) -> None:
    county = UNIT.model_copy(update={"name": "测试县人民政府", "kind": "gov_county", "aliases": ()})
    subject = replace(reported(form2021, "我局公开信息。", part="s1.active"), unit=county, kind=unit_kinds()["gov_county"])
    assert [each.rule for each in text_findings(subject, "N-SUBJECT")] == ["N-SUBJECT"]


def test_the_notice_of_a_form_is_current_in_its_own_years(form2019: Form) -> None:
    subject = reported(form2019, "依据国办公开办函〔2019〕60号", part="preface", year=2020)
    assert not text_findings(subject, "R-OUTDATED", "R-DOCNO")

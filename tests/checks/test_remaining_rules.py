"""Rules on basis, identity, provisions, scope and what a text is about: each fires, passes, and keeps silent where it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.checks.engine import Settings, run_checks
from assistant.checks.finding import Finding
from assistant.checks.report_subject import subject_of_report
from assistant.checks.subject import Subject
from assistant.form import Form, FormRegistry
from assistant.report.model import ReadSection, Report
from assistant.submission.model import UnitProfile
from tests.checks.judging import failures
from tests.checks.texts import UNIT, reported
from tests.strategies import example_submission

PREFACE = "preface"
DEFAULT = "sec1"

FIRES = [
    ("Y-BASIS", PREFACE, "根据《测试县关于做好2024年度政府信息公开年度报告编制工作的通知》要求编制。"),
    ("Y-BASIS", "sec1", "按照市里关于做好2022年度政府信息公开工作年度报告编制的通知，我局开展自查。"),
    ("Y-PARTY", "sec1", "深入学习党的十九届四中全会精神，我局抓好公开工作。"),
    ("Y-PARTY", "sec1", "贯彻二十届二中全会部署，我局抓好公开工作。"),
    ("N-REGION", "sec1", "2025年，邻水河县人民政府主动公开信息31条。"),
    ("N-CONTACT", PREFACE, "联系电话：0000-7654321。"),
    ("N-CONTACT", PREFACE, "本报告可在https://www.ceshi.example/zwgk/2023nb/查阅。"),
    ("R-DOCPAIR", PREFACE, "依据《政府信息公开工作年度报告格式（试行）》（国办公开办函〔2021〕30号）编制。"),
    ("R-DOCPAIR", PREFACE, "依据《关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2021〕30号）编制。"),
    ("R-ARTICLE", "sec1", "根据《条例》第四十六条，我局在答复期限内办理申请。"),
    ("R-ARTICLE", "sec1", "根据《中华人民共和国政府信息公开条例》第六十二条，我局开展自查。"),
    ("COV-MISPLACED", "sec1", "（二）依申请公开\n公众号发布信息312条，解读政策9篇，主动公开目录更新两次。"),
    ("COV-OFFTOPIC", "sec6", "全年完成投资12.6亿元，改造里程38公里。"),
    ("COV-NAMES", "sec1", "成立领导小组，组长：王建军，成员为各股室。"),
    ("COV-NAMES", PREFACE, "联系电话13812345678。"),
    ("COV-FEE-VALUE", "sec6", "全年收取信息处理费380元。"),
    ("COV-FEE-VALUE", "sec6", "全年收取信息处理费2件。"),
    ("COV-FEE-VALUE", "sec6", "全年收取信息处理费2件、0元。"),
    ("TX-SCOPE", "sec1", "全县新收政府信息公开申请95件。县本级新收政府信息公开申请20件。办结政府信息公开申请97件。"),
]  # fmt: skip
SILENT = [
    ("Y-BASIS", PREFACE, "根据《测试县关于做好2025年度政府信息公开年度报告编制工作的通知》要求编制。"),
    ("Y-BASIS", "sec1", "年初按照关于做好2024年度政府信息公开年度报告编制工作的通知，发布了上年年报。"),
    ("Y-PARTY", "sec1", "深入学习党的二十届四中全会精神，我局抓好公开工作。"),
    ("Y-PARTY", "sec1", "以党的二十大精神为指引，我局抓好公开工作。"),
    ("N-REGION", "sec1", "2025年，测试县人民政府督查组到我局检查。某某市人民政府通报了结果，赴邻水河县学习。"),
    ("N-REGION", "sec1", "全县政府系统、各镇区政府办公室均已完成。"),
    ("N-CONTACT", PREFACE, "联系电话：0000-1234567，本报告可在https://www.ceshi.example/zwgk/2026/nb/查阅。"),
    ("R-DOCPAIR", PREFACE, "依据《政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）编制。"),
    ("R-DOCPAIR", PREFACE, "依据《某项内部规程（试行）》和《政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）编制。"),
    ("R-ARTICLE", "sec1", "根据《条例》第四十九条、第五十条，编制并公布年度报告。按照条例第三十三条在答复期限内办理。"),
    ("R-ARTICLE", "sec1", "依据《条例》第二十条第（一）项公开规范性文件，第三十七条区分处理。"),
    ("COV-MISPLACED", "sec1", "（二）依申请公开\n全年新收申请95件，其中网站提交40件，解读、主动公开后转办两件。"),
    ("COV-MISPLACED", "sec1", "（一）主动公开\n县政府网站、公众号、公报各发布防汛信息31条。"),
    ("COV-OFFTOPIC", "sec6", "公开重大项目完成投资情况12条。未收取信息处理费。"),
    ("COV-NAMES", PREFACE, "联系电话：0000-1234567，由分管副局长任组长，成员为各股室负责人。"),
    ("COV-FEE-VALUE", "sec6", "全年收取信息处理费2件、1200元。"),
    ("COV-FEE-VALUE", "sec6", "2025年，我局未收取政府信息公开信息处理费。"),
    ("TX-SCOPE", "sec1", "全县新收政府信息公开申请95件，其中县本级20件。县本级办结政府信息公开申请18件。"),
    ("TX-SCOPE", "sec1", "全县新收政府信息公开申请95件。办结政府信息公开申请97件，结转下年度7件。"),
]  # fmt: skip


def found(rule: str, subject: Subject) -> list[Finding]:
    return failures(rule, subject, "report")


@pytest.mark.parametrize(("rule", "part", "text"), FIRES, ids=[f"{rule}-{number}" for number, (rule, _, _) in enumerate(FIRES)])
def test_it_fires_at_its_words(form2021: Form, rule: str, part: str, text: str) -> None:
    findings = found(rule, reported(form2021, texts={part: text}))
    assert findings, rule
    for finding in findings:
        assert finding.section == part
        if finding.start is not None:
            assert text[finding.start : finding.end].strip() and finding.quote.strip() in text


@pytest.mark.parametrize(("rule", "part", "text"), SILENT, ids=[f"{rule}-{number}" for number, (rule, _, _) in enumerate(SILENT)])
def test_it_keeps_silent(form2021: Form, rule: str, part: str, text: str) -> None:
    assert found(rule, reported(form2021, texts={part: text})) == []


def report_of(form: Form, **fields: object) -> Report:
    sections = tuple(ReadSection(key=section.key, number=section.number, title=section.title, text="") for section in form.sections)
    values: dict[str, object] = {"path": "报告.txt", "unit": UNIT.name, "kind": "dept", "year": 2025, "form": form.id}
    return Report.model_validate({**values, "sections": sections, **fields})


def with_text(form: Form, **texts: str) -> tuple[ReadSection, ...]:
    return tuple(
        ReadSection(key=section.key, number=section.number, title=section.title, text=texts.get(section.key, ""))
        for section in form.sections
    )


@pytest.mark.parametrize(
    ("signed", "published", "fails"),
    [
        ("2025年1月25日", None, 1),
        ("2026年1月25日", None, 0),
        ("", date(2025, 2, 3), 1),
        ("", date(2026, 1, 20), 0),
        ("2026年1月20日", date(2026, 1, 22), 0),
        ("我局计划于2025年3月1日起施行。", None, 0),
    ],
)
def test_signature_and_publication_come_after_the_year(
    form2021: Form, registry: FormRegistry, signed: str, published: date | None, fails: int
) -> None:
    report = report_of(form2021, sections=with_text(form2021, sec6=f"无其他事项。\n{signed}"), published=published)
    assert len(found("Y-SIGN", subject_of_report(report, registry=registry))) == fails


@pytest.mark.parametrize(
    ("unit", "severities"), [(UNIT.name, []), ("县水务局", ["info"]), ("测试县水利局", ["info"]), ("外地县教育局", ["warning"])]
)
def test_other_names_of_the_unit(form2021: Form, registry: FormRegistry, unit: str, severities: list[str]) -> None:
    profile = UNIT.model_copy(update={"aliases": ("县水务局", "测试县水利局")})
    subject = subject_of_report(report_of(form2021, unit=unit), registry=registry, unit=profile)
    assert [finding.severity for finding in found("N-RENAME", subject)] == severities


def test_a_text_about_nobody_is_told(form2021: Form) -> None:
    text = "主动公开持续深化，部分地区更新仍不及时。依申请公开规范有序，多数部门能够按期答复。一些单位解读形式单一。"
    assert found("COV-GENERIC", reported(form2021, texts={"sec1": text}))
    for own in ("我局", "2025年", "共31条"):
        assert not found("COV-GENERIC", reported(form2021, texts={"sec1": text + own}))


def test_length_is_judged_only_where_a_limit_is_set(form2021: Form) -> None:
    from decimal import Decimal

    subject = replace(reported(form2021, texts={"sec1": "我局公开。" * 300}), report=report_of(form2021))
    limit = Settings(thresholds={"COV-LENGTH": {"characters": Decimal(1000)}})
    assert not [finding for finding in run_checks(subject).findings if finding.rule == "COV-LENGTH"]
    assert [finding for finding in run_checks(subject, settings=limit).findings if finding.rule == "COV-LENGTH"]


def test_an_unpaid_case_asks_for_a_word_on_the_fee(form2021: Form) -> None:
    subject = replace(reported(form2021, texts={"sec6": "无。"}), report=report_of(form2021))
    key = "t3.r6_2_unpaid.total"
    unpaid = subject.cells[key].model_copy(update={"value": 3})
    subject = replace(subject, cells={**subject.cells, key: unpaid})
    assert found("T3-UNPAID-LINK", subject)
    assert not found("T3-UNPAID-LINK", replace(subject, texts={"sec6": "未收取信息处理费。"}))


BEFORE = "存在的主要问题：一是水库巡查记录公布偏慢，二是村级公示栏内容陈旧。\n下一步，当日上传，按月拍照。"


@pytest.mark.parametrize(
    ("now", "silent"),
    [
        ("上年所列水库巡查记录公布偏慢已经解决，村级公示栏已全部更换。2025年的问题：一是解读少，只有两篇。\n下一步，配图解。", 0),
        ("存在的主要问题：一是政策解读少，全年只有两篇图解。\n下一步，每件文件配图解。", 2),
        ("存在的主要问题：一是村级公示栏内容仍有陈旧的，共9个村。\n下一步，按月拍照。", 1),
    ],
)
def test_last_years_problems_are_answered_for(form2021: Form, now: str, silent: int) -> None:
    subject = replace(reported(form2021, texts={"sec5": now}), previous_texts={"sec5": BEFORE}, report=report_of(form2021))
    assert len(found("COV-FOLLOWUP", subject)) == silent


def test_last_years_problems_may_come_from_a_submission(form2021: Form) -> None:
    earlier = example_submission(form2021)
    subject = replace(
        reported(form2021, texts={"sec5": "问题：一是村级公示栏内容陈旧。\n下一步，按月拍照。"}),
        previous_submission=earlier,
        report=report_of(form2021),
    )
    (finding,) = found("COV-FOLLOWUP", subject)
    assert finding.other == earlier.problems[0].text


def test_the_same_problem_two_years_running_without_progress(form2021: Form) -> None:
    now = "存在的主要问题：一是水库巡查记录公布偏慢，二是群众留言转办不及时。\n下一步，当日上传。"
    subject = replace(reported(form2021, texts={"sec5": now}), previous_texts={"sec5": BEFORE}, report=report_of(form2021))
    (finding,) = found("COV-FOLLOWUP-SAME", subject)
    assert "水库巡查" in finding.quote
    moved = now.replace("公布偏慢", "公布偏慢，已由40天减少到12天")
    assert not found("COV-FOLLOWUP-SAME", replace(subject, texts={"sec5": moved}))


def test_a_profile_of_a_fictitious_unit_needs_no_region(form2021: Form) -> None:
    unit = UnitProfile(name="虚构机关", kind="dept")
    assert found("N-REGION", replace(reported(form2021, texts={"sec1": "外地县人民政府公开。"}), unit=unit)) == []

"""Likeness is judged by passages: copied text is found and shown side by side, set phrases and figures tell nothing."""

from __future__ import annotations

from dataclasses import replace

from assistant.checks.engine import run_rule
from assistant.checks.finding import Finding
from assistant.checks.subject import Peer, Subject
from assistant.form import Form
from tests.checks.judging import failures, statuses
from tests.checks.texts import reported

FIRST = (
    "（一）主动公开\n全年在县政府门户网站水利专栏发布河道治理、水库巡查和农村饮水三类信息386条，解读文章12篇。"
    "防汛物资采购结果逐批挂网，附供货清单与验收单。\n"
    "（三）政府信息管理\n公文办理单增设公开属性一栏，承办股室填写理由后才能编号，档案室每月抽查20份并记入台账。\n"
    "（五）监督保障\n办公室两名专职人员轮流值守，六月请县档案馆讲师授课一次，到会43人。"
)
OTHER = (
    "（一）主动公开\n供水管网改造方案公示期间收到意见17条，逐条附采纳说明后一并公布。取水许可名录按季度更新，共四次。\n"
    "（三）政府信息管理\n清查旧文件，失效的加盖标识移入历史栏，保留检索入口。\n"
    "（五）监督保障\n局长办公会听取两次专题汇报，督办单由法规股签收并限十日回复。"
)
FIFTH = (
    "存在的主要问题：一是水库巡查记录上传偏慢，最长相隔40天。二是村级公示栏内容陈旧。\n下一步：巡查当日上传，公示栏按月拍照存档。"
)


def two_years(form: Form, now: dict[str, str], before: dict[str, str]) -> Subject:
    return replace(reported(form, texts=now), previous_texts=before)


def found(rule: str, subject: Subject) -> list[Finding]:
    return failures(rule, subject, "report")


def test_text_taken_over_with_new_figures_only_is_told_once_as_such(form2021: Form) -> None:
    before = FIRST.replace("386条", "402条").replace("43人", "38人")
    subject = two_years(form2021, {"sec1": FIRST}, {"sec1": before})
    (finding,) = found("SIM-NUMONLY", subject)
    assert finding.severity == "error"
    assert not found("SIM-PREV", subject)
    assert all(FIRST[alike.start : alike.end] == alike.quote and alike.other in before for alike in finding.alike)


def test_mostly_copied_text_is_found_and_shown_side_by_side(form2021: Form) -> None:
    before = FIRST.replace("两名专职人员轮流值守", "三名兼职人员分头负责")
    (finding,) = found("SIM-PREV", two_years(form2021, {"sec1": FIRST}, {"sec1": before}))
    assert finding.severity == "error"
    assert len(finding.alike) >= 4 and finding.quote == finding.alike[0].quote
    assert finding.alike[0].other in before
    assert "2024 年报告" in finding.message


def test_the_order_of_copied_passages_does_not_matter(form2021: Form) -> None:
    heads = FIRST.split("\n")
    turned = "\n".join([*heads[4:], *heads[2:4], *heads[:2]])
    assert found("SIM-NUMONLY", two_years(form2021, {"sec1": FIRST}, {"sec1": turned})) == []
    assert found("SIM-PREV", two_years(form2021, {"sec1": FIRST}, {"sec1": turned}))


def test_a_text_of_its_own_is_no_alarm(form2021: Form) -> None:
    subject = two_years(
        form2021,
        {"sec1": FIRST, "sec5": FIFTH},
        {"sec1": OTHER, "sec5": "问题：一是解读少。二是培训少。\n下一步：每件文件配图解。"},
    )
    for rule in ("SIM-NUMONLY", "SIM-PREV", "SIM-PREV-S5", "SIM-SELF"):
        assert "fail" not in statuses(rule, subject, "report"), rule


def test_set_phrases_and_table_figures_are_never_alike(form2021: Form) -> None:
    now = "2025年，本机关未收到政府信息公开申请，上年没有结转。未发生因政府信息公开引起的行政复议、行政诉讼。"
    subject = two_years(form2021, {"sec1": now}, {"sec1": now.replace("2025", "2024")})
    assert not found("SIM-NUMONLY", subject) and not found("SIM-PREV", subject)


def test_last_years_problems_copied(form2021: Form) -> None:
    before = FIFTH.replace("最长相隔40天", "最长相隔35天").replace("按月拍照存档", "每月拍照归档")
    (finding,) = found("SIM-PREV-S5", two_years(form2021, {"sec5": FIFTH}, {"sec5": before}))
    assert finding.section == "sec5" and finding.severity in ("warning", "error")


def test_a_neighbours_text_is_found_though_names_and_figures_differ(form2021: Form) -> None:
    theirs = FIRST.replace("县政府门户网站", "县政府门户网站").replace("386", "125").replace("43人", "51人")
    peer = Peer("测试县林业局", 2025, "林业局.docx", {"sec1": theirs}, ("测试县林业局", "测试县"))
    stranger = Peer("测试县民政局", 2025, "民政局.docx", {"sec1": OTHER}, ("测试县民政局",))
    (finding,) = found("SIM-PEER", replace(reported(form2021, texts={"sec1": FIRST}), peers=(stranger, peer)))
    assert finding.severity == "error" and "测试县林业局" in finding.message and finding.alike
    assert not found("SIM-PEER", replace(reported(form2021, texts={"sec1": FIRST}), peers=(stranger,)))


def test_reports_of_another_year_or_the_unit_itself_are_no_peers(form2021: Form) -> None:
    own = Peer("测试县水务局", 2025, "自己.docx", {"sec1": FIRST}, ())
    earlier = Peer("测试县林业局", 2024, "往年.docx", {"sec1": FIRST}, ())
    assert not found("SIM-PEER", replace(reported(form2021, texts={"sec1": FIRST}), peers=(own, earlier)))


def test_the_same_paragraph_in_two_parts(form2021: Form) -> None:
    paragraph = FIRST.split("\n")[3]
    subject = reported(form2021, texts={"sec1": FIRST, "sec5": f"{FIFTH}\n{paragraph}"})
    (finding,) = found("SIM-SELF", subject)
    assert finding.section == "sec5" and finding.quote == paragraph and finding.alike[0].other == paragraph


def test_a_draft_is_compared_by_its_aspects(form2021: Form) -> None:
    parts = {"s1.active": FIRST.split("\n")[1], "s1.mgmt": FIRST.split("\n")[3], "s1.supervise": FIRST.split("\n")[5]}
    subject = replace(reported(form2021, texts=parts), previous_texts={"sec1": FIRST})
    assert found("SIM-PREV", subject) or found("SIM-NUMONLY", subject)


def test_a_ruling_on_likeness_holds_until_the_texts_change(form2021: Form) -> None:
    before = FIRST.replace("两名专职人员轮流值守", "三名兼职人员分头负责")
    (first,) = found("SIM-PREV", two_years(form2021, {"sec1": FIRST}, {"sec1": before}))
    (same,) = found("SIM-PREV", two_years(form2021, {"sec1": FIRST}, {"sec1": before}))
    (changed,) = found("SIM-PREV", two_years(form2021, {"sec1": FIRST.replace("授课一次", "授课一天")}, {"sec1": before}))
    assert first.fingerprint == same.fingerprint != changed.fingerprint


def test_without_last_year_and_peers_nothing_is_compared(form2021: Form) -> None:
    from assistant.checks import all_rules

    subject = reported(form2021, texts={"sec1": FIRST, "sec5": FIFTH})
    for rule in all_rules():
        if rule.id in ("SIM-PREV", "SIM-PREV-S5", "SIM-NUMONLY", "SIM-PEER"):
            assert {outcome.status for outcome in run_rule(rule, subject)} == {"na"}

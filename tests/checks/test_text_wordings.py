"""Promise: figures are linked to the tables however people word the sentence, and no other matter is taken for applications."""

from __future__ import annotations

import pytest

from assistant.form import Form
from tests.checks.texts import reported, text_findings

HEAD = "（二）依申请公开\n"
AGREES = [
    "全年共收到依申请公开95件，已办结97件。",
    "依申请公开方面，全年收到95件，办结97件，结转7件。",
    "上年结转与新收合计，依申请公开受理95件，结转9件。",
    "政府信息公开申请总量为95件，全年收到各类政府信息公开申请共计95件。",
    "我单位收到公民、法人和其他组织政府信息公开申请95件。",
    "从申请主体看，自然人提出申请81件，商业企业提交申请6件。",
    "95件政府信息公开申请中，自然人申请81件。",
    "97件政府信息公开申请中，予以公开46件。",
    "受理并答复政府信息公开申请97件。",
    "受理并答复政府信息公开申请95件。",
    "截至年底，7件申请仍在办理中。",
    "办结的申请中，因没有现成信息需要另行制作无法提供2件，保护第三方合法权益不予公开4件。",
    "本年度办理政府信息公开申请97件，其中予以公开46件，占47.4%；部分公开10件，占10.3%。",
    "收到政府信息公开申请95件，其中：自然人81件，占85.3%。",
    "办结政府信息公开申请97件，其中予以公开46件、部分公开10件。",
    "作出行政许可512件、行政处罚64件。",
    "行政事业性收费总金额为236.5万元。",
    "收到政府信息公开申请95件，同比上年（76件）增长25.0%。",
    "没有因不予公开被提起行政赔偿。",
]
CONTRADICTS = [
    ("全年共收到依申请公开96件，已办结97件。", "TX-RECEIVED"),
    ("依申请公开方面，全年收到95件，办结98件，结转7件。", "TX-HANDLED"),
    ("依申请公开方面，全年收到95件，办结97件，结转6件。", "TX-CARRYIN"),
    ("政府信息公开申请总量为59件。", "TX-RECEIVED"),
    ("全年收到各类政府信息公开申请共计950件。", "TX-RECEIVED"),
    ("收到信息公开申请九十六份。", "TX-RECEIVED"),
    ("我单位收到公民、法人和其他组织政府信息公开申请96件。", "TX-RECEIVED"),
    ("从申请主体看，自然人提出申请18件，商业企业提交申请6件。", "TX-APPLICANT"),
    ("98件政府信息公开申请中，自然人申请81件。", "TX-RECEIVED"),
    ("受理并答复政府信息公开申请98件。", "TX-RECEIVED"),
    ("截至年底，17件申请仍在办理中。", "TX-CARRYOUT"),
    ("新增政府信息公开申请９６件。", "TX-NEW"),
    ("办结的申请中，保护第三方合法权益不予公开7件。", "TX-DENY"),
    ("本年度办理政府信息公开申请97件，其中予以公开46件，占44.7%。", "TX-SHARE"),
    ("收到政府信息公开申请95件，其中：自然人81件，占83.5%。", "TX-SHARE"),
    ("作出行政许可521件、行政处罚64件。", "TX-DEC"),
    ("行政事业性收费总金额为236.5元。", "TX-FEE-ADM"),
    ("收到政府信息公开申请95件，同比上年（76件）下降25.0%。", "TX-GROWTH"),
    ("收到政府信息公开申请95件，同比上年（67件）增长25.0%。", "TX-GROWTH"),
    ("没有因政府信息公开被申请行政复议。", "TX-NONE"),
    ("未被提起行政诉讼。", "TX-NONE"),
    ("无行政复议案件。", "TX-NONE"),
    ("行政复议、行政诉讼均为0件。", "TX-NONE"),
    ("本机关无政府信息公开申请。", "TX-NONE"),
    ("无上年结转申请。", "TX-NONE"),
    ("全年未作出行政处罚决定。", "TX-NONE"),
]
OTHER_MATTERS = [
    "办理人大代表建议12件、政协提案20件，办结率100%，答复37件。",
    "依申请公开渠道畅通。12345热线受理工单1024件，办结1019件，结转5件。",
    "全年接待来访咨询15件，已答复15件，处理网民留言320条，答复318条。",
    "收到省自然资源厅转来的申请5件，已移送办理。",
    "收到上级转办信访件33件，办结31件，正在办理2件。",
    "未发生因不予公开引发的行政赔偿。",
    "全年未因政府信息公开工作被追究责任。",
    "无正当理由的申请逐件说明。",
]
UNDER_OTHER_HEADINGS = [
    "（一）主动公开\n全年收到35件，办结31件。",
    "（二）依申请公开\n新收申请95件。\n（三）政府信息管理\n全年收到35件，办结31件。",
]


def findings(form: Form, text: str) -> list[str]:
    found = text_findings(reported(form, text, part="sec1"))
    return [finding.rule for finding in found if finding.rule.startswith("TX-") and finding.severity != "info"]


@pytest.mark.parametrize("text", AGREES)
def test_true_sentences_raise_nothing(text: str, form2021: Form) -> None:
    assert findings(form2021, HEAD + text) == []


@pytest.mark.parametrize(("text", "rule"), CONTRADICTS)
def test_wrong_figures_are_found_however_they_are_worded(text: str, rule: str, form2021: Form) -> None:
    assert rule in findings(form2021, HEAD + text)


@pytest.mark.parametrize("text", OTHER_MATTERS)
def test_figures_of_other_matters_under_the_same_heading_are_left_alone(text: str, form2021: Form) -> None:
    assert findings(form2021, HEAD + text) == []


@pytest.mark.parametrize("text", UNDER_OTHER_HEADINGS)
def test_bare_verbs_count_applications_only_under_their_heading(text: str, form2021: Form) -> None:
    assert findings(form2021, text) == []

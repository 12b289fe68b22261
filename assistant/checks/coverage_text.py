"""Family COV on what a text is about: misplaced aspects, text about nobody, business in part six, personal data, fee, length."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from assistant.checks.coverage import PRIVATE
from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, Span, fail_at, prose
from assistant.checks.similarity import parts_of
from assistant.checks.subject import Subject
from assistant.form import Aspect

_SUB_HEADING = re.compile(
    r"^[ \t\u3000]*(?:[（(][一二三四五六七八九十]{1,2}[)）]|\d{1,2}[.．、]|[一二三四五六七八九十]是)?"
    r"\s*(?P<title>[^。；！？\n，,：:]{2,20})(?P<stop>[。：:]|[ \t\u3000]*$)",
    re.M,
)
_ENOUGH = 2
_GENERIC = re.compile(r"(?:部分|多数|大多数|一些|个别|有的|不少|少数|许多)(?:地区|地方|部门|单位|机关|乡镇|街道)")
_SELF = re.compile(
    r"我[局委厅部办院行校站处省市县区镇乡州盟旗]|本(?:机关|部门|单位|办公室|街道|局|委|镇|乡|县)|我(?:街道|中心)|全[省市县区镇乡]"
)
_DIGIT = re.compile(r"\d")
_BUSINESS = re.compile(
    r"完成投资|投资额|总投资|固定资产|产值|增加值|生产总值|GDP|工程量|招商引资|到位资金|开工率|竣工|通车里程|改造里程|新建公路|税收收入"
    r"|一般公共预算收入|粮食产量|种植面积|出栏|脱贫|增收|销售额|利润|新增就业|棚户区|拆迁|征收面积",
    re.I,
)
_DISCLOSURE = re.compile(r"公开|信息处理费|申请|公示|公布|发布|网站|解读|建议|提案")
_CHARGED = re.compile(r"(?:收取|收缴|征收|收)(?:了)?")
_NOT_CHARGED = re.compile(
    r"未收取|没有收取|未收|不收取|未征收|没有收|未产生|未发生|不涉及|无(?:政府信息公开)?信息处理费|均未|零收取|未向|免收"
)
_FEE = "信息处理费"
_STAFF = re.compile(
    r"(?:组长|副组长|成员|联系人|经办人|填报人|工作人员|负责人|联络员)(?:分别)?(?:为|是|由)?[：:]?\s?"
    r"(?P<name>[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏窦章苏潘葛范彭鲁韦马苗方俞任袁柳史唐费薛雷贺倪汤罗毕郝安常乐于傅齐康伍余顾孟黄穆萧尹姚邵汪毛米贝明戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫丁邓洪包左石崔吉龚程邢裴陆荣翁段侯宁仇甘武刘景龙叶白蒲池乔谭姬申温庄晏柴瞿阎连习艾容向古易廖文曾关][\u4e00-\u9fff]{1,2})"
    r"(?=[，、。；;\s（(]|$)"
)
_UNPAID = "t3.r6_2_unpaid.total"


@rule(
    "COV-MISPLACED",
    severity="warning",
    scope=TEXT,
    formula="小标题下写的是小标题所说的事",
    message="“{quote}”下面没有写{own}，写的是{other}",
    reason="五个方面各有所指，内容放错等于缺项",
    remedy="请核对这一节的内容，补写缺的一个方面",
)
def misplaced(subject: Subject, check: Check) -> Iterator[Finding]:
    """The sections under sub-headings of the first part, by the words of each aspect."""
    found = prose(subject)
    judged = False
    for heading, aspect, body in _under_headings(subject):
        judged = True
        others = [each for each in subject.form.aspects if each is not aspect]
        best = max(others, key=lambda each: _words_in(body, each), default=None)
        if best is not None and not _speaks_of(body, aspect) and _words_in(body, best) >= _ENOUGH:
            yield fail_at(check, heading.part, (heading.start, heading.end), heading.text, own=aspect.heading, other=best.heading)
    if judged and found.texts:
        yield check.passed()


def _under_headings(subject: Subject) -> Iterator[tuple[Span, Aspect, str]]:
    """Each sub-heading of the first part that names an aspect, with the aspect and the text below it."""
    first = subject.form.sections[0].key
    text = subject.texts.get(first, "")
    marks = [(match, aspect) for match in _SUB_HEADING.finditer(text) if (aspect := _named(subject, match["title"])) is not None]
    ends = [*(match.start() for match, _ in marks[1:]), len(text)]
    for (match, aspect), end in zip(marks, ends, strict=bool(marks)):
        yield Span(first, match.start("title"), match.end("title"), match["title"].strip()), aspect, text[match.end() : end]
    for aspect in subject.form.aspects:
        if aspect.key in subject.texts:
            yield Span(aspect.key, 0, 0, aspect.heading), aspect, subject.texts[aspect.key]


def _named(subject: Subject, title: str) -> Aspect | None:
    named = [
        aspect for aspect in subject.form.aspects if aspect.heading.removeprefix("政府信息公开").removeprefix("政府信息") in title
    ]
    return named[0] if len(named) == 1 and len(title) < len(named[0].heading) + 10 else None


@lru_cache(maxsize=1)
def _usual_words() -> dict[str, tuple[str, ...]]:
    text = (resources.files("assistant.checks") / "data" / "aspects.toml").read_text(encoding="utf-8")
    return {key: tuple(words) for key, words in tomllib.loads(text).items()}


def _speaks_of(text: str, aspect: Aspect) -> bool:
    return any(word in text for word in (*aspect.words, *_usual_words().get(aspect.key, ())))


def _words_in(text: str, aspect: Aspect) -> int:
    return sum(text.count(word) for word in aspect.words)


@rule(
    "COV-GENERIC",
    severity="error",
    scope=TEXT,
    formula="总体情况写本单位的情况",
    message="总体情况没有主体、年度和数字，又以“{quote}”等作主语，是泛泛而谈的通稿",
    reason="报告写的是本单位一年的情况，通稿属于敷衍、雷同",
    remedy="请按本单位当年的事实和数据重写",
)
def generic(subject: Subject, check: Check) -> Iterator[Finding]:
    """A first part without self-name, year and figure that speaks of some places and most departments."""
    parts = parts_of(subject.texts, subject.form, subject.form.sections[0].key)
    text = "\n".join(subject.texts[part] for part in parts)
    if not text.strip():
        return
    own = subject.unit is not None and any(name in text for name in (subject.unit.name, *subject.unit.aliases))
    vague = next(((part, match) for part in parts if (match := _GENERIC.search(subject.texts[part]))), None)
    if vague is None or own or _SELF.search(text) or _DIGIT.search(text):
        yield check.passed()
    else:
        part, match = vague
        yield fail_at(check, part, match.span(), match.group())


@rule(
    "COV-OFFTOPIC",
    severity="warning",
    scope=TEXT,
    formula="第六部分只写与政府信息公开有关的事项",
    message="“{quote}”是业务工作，不属于本报告事项",
    reason="30 号文要求不扩大到无关内容",
    remedy="请删去，或改写与信息公开有关的部分",
)
def off_topic(subject: Subject, check: Check) -> Iterator[Finding]:
    """Sentences of the last part that report the unit's business and say nothing of disclosure."""
    last = subject.form.sections[-1].key
    found = prose(subject)
    told = False
    for sentence in found.sentences:
        if sentence.part != last or not _DIGIT.search(sentence.text) or _DISCLOSURE.search(sentence.text):
            continue
        match = _BUSINESS.search(sentence.text)
        if match is not None:
            told = True
            yield fail_at(check, last, (sentence.start, sentence.end), sentence.text.strip()[:60])
    if last in subject.texts and not told:
        yield check.passed()


@rule(
    "COV-NAMES",
    severity="warning",
    scope=TEXT,
    formula="正文没有一般工作人员姓名、私人手机、身份证号码、个人邮箱",
    message="“{quote}”是{what}，建议删去个人信息",
    reason="报告向社会公布，不应公开个人信息（条例第十五条）",
    remedy="请删去，或改为单位办公电话、公务邮箱",
)
def private_data(subject: Subject, check: Check) -> Iterator[Finding]:
    """Personal numbers, addresses and names in the text."""
    found = prose(subject)
    clean = True
    for part, text in found.texts.items():
        for what, pattern in PRIVATE:
            for match in pattern.finditer(text):
                if "@" in match.group() and part == "preface":
                    continue  # a unit's own box at a public provider, given for questions about the report
                clean = False
                yield fail_at(check, part, match.span(), match.group(), what=what)
        for match in _STAFF.finditer(text):
            clean = False
            yield fail_at(check, part, match.span("name"), match["name"], what="工作人员姓名")
    if clean and found.texts:
        yield check.passed()


@rule(
    "COV-FEE-VALUE",
    severity="warning",
    scope=TEXT,
    formula="收取信息处理费的，写明件数、金额和单位",
    message="“{quote}”{state}",
    reason="写了收取就要件数、金额、单位齐全；金额为 0 与“收取”矛盾",
    remedy="请核对信息处理费的件数和金额（元）",
)
def fee_value(subject: Subject, check: Check) -> Iterator[Finding]:
    """A sentence that says the fee was collected, with count and amount."""
    found = prose(subject)
    for sentence in found.sentences:
        match = _CHARGED.search(sentence.text)
        if _FEE not in sentence.text or match is None or _NOT_CHARGED.search(sentence.text) or "【" in sentence.text:
            continue
        figures = found.statistics(sentence.part, sentence.start, sentence.end)
        counts = [each for each in figures if each.unit in ("件", "宗", "起", "笔")]
        amounts = [each for each in figures if "元" in each.unit]
        state = ""
        if figures and not amounts:
            state = "没有写金额" if counts else ""
        elif amounts and all(each.value == 0 for each in amounts):
            state = "写了收取，金额却是 0"
        elif amounts and not counts:
            state = "写了金额，没有写件数"
        if state:
            yield fail_at(check, sentence.part, (sentence.start, sentence.end), sentence.text.strip()[:60], state=state)
        elif amounts:
            yield check.passed()


@rule(
    "COV-LENGTH",
    severity="info",
    scope=TEXT,
    formula="总体情况不超过当地规定的字数",
    message="总体情况 {left} 字，超过 {right} 字",
    reason="字数要求由当地规定，全国没有；没有设定时不核对",
    remedy="请精简",
    thresholds={"characters": 0},
)
def length(subject: Subject, check: Check) -> Iterator[Finding]:
    """The first part against a local limit; 0 = none."""
    limit = check.threshold("characters")
    parts = parts_of(subject.texts, subject.form, subject.form.sections[0].key)
    size = sum(len(re.sub(r"\s", "", subject.texts[part])) for part in parts)
    if not limit or not size:
        return
    if size > limit:
        yield check.fail(section=parts[0], left=size, right=int(limit), message=f"总体情况 {size} 字，超过 {limit} 字")
    else:
        yield check.passed(left=size, right=int(limit))


@rule(
    "T3-UNPAID-LINK",
    severity="warning",
    scope="report",
    formula="有因逾期未缴费终止的申请时，说明信息处理费情况",
    message="有 {count} 件因申请人逾期未缴费终止，第六部分应说明信息处理费收取情况",
    reason="逾期未缴费说明发出过收费通知（条例第四十二条）",
    remedy="请补写信息处理费的收取情况",
)
def unpaid_without_fee(subject: Subject, check: Check) -> Iterator[Finding]:
    """Cases closed for an unpaid fee, and nothing said of the fee in the report."""
    if subject.report is None or not subject.has(_UNPAID):
        return
    said = any(_FEE in text for text in subject.texts.values())
    count = subject.value(_UNPAID)
    yield check.judge((_UNPAID,), lambda unpaid: unpaid > 0 and not said, count="" if count is None else str(int(count)))

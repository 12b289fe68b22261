"""Family N, whose report it is: other regions, contact data against the unit's profile, former names (rules §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, fail_at, prose
from assistant.checks.subject import Subject

_REGION = re.compile(
    r"(?:^|(?<=[，。；：:、\n“（(]))(?P<name>[\u4e00-\u9fff]{2,6}?(?:自治县|自治州|县|市|区|州|旗))"
    r"(?=人民政府(?!门户|网)|政府办公室|(?:[\u4e00-\u9fff]{2,5})局[，。；、]?(?:认真|积极|共|新收|全年|主动|坚持|严格))"
)
_NO_NAME = re.compile(
    r"^(?:[各全本我该外其某两三]|邻(?=[县市区])|所辖|下辖|所属|辖区|省|市|县|设区|周边|兄弟|由|在|对|向|与|和|及|经|将|被|按|为|以|通过|依托|登录)"
)
_LEAD = re.compile(
    r"^(?:编制|根据|依据|按照|落实|贯彻|现将|转发|请与|请向|现与|加强|完善|推进|优化|规范|提升|强化|做好|抓好|配合|协助|接受|报送|报经|做到|围绕"
    r"|依托|通过|利用|对照|结合|按|由|经|在|向|对|与|和|及|将|以|受|为|是)+"
)
_JOINED = re.compile(r"[与和及由在对向经将被按为以请各][县市区州旗]$|^[县市区州旗]$")
_COMMON = re.compile(r"(?:[社园小景校片辖地城山郊矿库灾疫库]区|新区|开发区|示范区|专区|超市|门市|城市|股市|街区|特区)$")
_ADDRESS = re.compile(r"(?:https?://|www\.)[\w./:?=&%#~+-]+", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(20[12]\d)(?!\d)")
_PHONE = re.compile(r"(?:电话|传真)(?:号码)?\s?[：:为是]?\s?(?P<number>\+?[\d（）()\-—–\s]{6,22}\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ZIP = re.compile(r"邮(?:政)?编(?:码)?\s?[：:为是]?\s?(?P<number>\d{6})(?!\d)")
_PLACE = re.compile(r"(?:地址|通讯地址|通信地址)\s?[：:为是]?\s?(?P<words>[^，。；,;\n（）()]{4,40})")
_SHORTEST_NAME = 3
_CONTACT_PARTS = ("preface", "sec6")
_LEVELS = ("省", "市", "县", "区", "旗", "州")


@rule(
    "N-REGION",
    severity="warning",
    scope=TEXT,
    formula="不出现本辖区及其上级以外的行政区",
    message="正文出现“{quote}”，不属于本辖区及其上级",
    reason="误用其他地方的文字，常在行政区名上露出来",
    remedy="请核对这一处是否误用了其他地方的文字",
)
def other_region(subject: Subject, check: Check) -> Iterator[Finding]:
    """Regions named as the acting government, or listed as neighbours, that are not the unit's own."""
    found = prose(subject)
    own = _own_names(subject)
    if not own or subject.unit is None or not subject.unit.region:
        return
    clean = True
    for part, text in found.masked.items():
        seen: set[str] = set()
        for match in _REGION.finditer(text):
            name = _LEAD.sub("", match["name"])
            if len(name) < _SHORTEST_NAME or _JOINED.search(name):
                continue
            if name in seen or _NO_NAME.match(name) or _COMMON.search(name) or _belongs(name, own, subject):
                continue
            seen.add(name)
            clean = False
            yield fail_at(check, part, (match.end("name") - len(name), match.end("name")), name)
    if clean:
        yield check.passed()


def _own_names(subject: Subject) -> str:
    """All that is known of the unit's own names, in one text."""
    unit, report = subject.unit, subject.report
    words = [*(unit.aliases if unit else ()), unit.name if unit else "", unit.region if unit else ""]
    return "\n".join((*words, report.unit if report else "", report.region if report else ""))


def _belongs(name: str, own: str, subject: Subject) -> bool:
    """Whether a region is the unit's own or may be above it: a superior's level, or the end of an own name."""
    if name in own or any(len(each) > 1 and name.endswith(each) for each in own.split("\n")):
        return True
    region = subject.unit.region if subject.unit else ""
    level = next((rank for rank, ending in enumerate(_LEVELS) if region.endswith(ending)), len(_LEVELS))
    stated = next((rank for rank, ending in enumerate(_LEVELS) if name.endswith(ending)), len(_LEVELS))
    return stated < max(level, 1) if stated < 2 else _below(region)


def _below(region: str) -> bool:
    """Whether the unit's region has regions of county level below it."""
    return region.endswith(("省", "市", "自治区", "州", "盟", "地区"))


@rule(
    "N-CONTACT",
    severity="warning",
    scope=TEXT,
    formula="网址、电话、邮箱、地址与单位档案一致，网址不指向往年",
    message="{what}“{quote}”{reason}",
    reason="联系方式只能来自单位档案；往年页面的网址多为旧文未改",
    remedy="请核对后改正",
)
def contact(subject: Subject, check: Check) -> Iterator[Finding]:
    """Contact data of preface and last section against the profile, and years in addresses of web pages."""
    found = prose(subject)
    judged = False
    for part in _CONTACT_PARTS:
        text = found.texts.get(part, "")
        for what, value, start, end in _stated(text):
            reason = _fault(subject, what, value)
            judged = True
            if reason:
                yield fail_at(check, part, (start, end), value, what=what, reason=reason)
    if judged:
        yield check.passed()


def _stated(text: str) -> Iterator[tuple[str, str, int, int]]:
    for what, pattern, group in (
        ("网址", _ADDRESS, 0),
        ("电话", _PHONE, "number"),
        ("邮箱", _EMAIL, 0),
        ("邮编", _ZIP, "number"),
        ("地址", _PLACE, "words"),
    ):
        for match in pattern.finditer(text):
            value = match.group(group).strip().rstrip(".,;")
            if what != "电话" or "传真" not in match.group():
                yield what, value, match.start(group), match.start(group) + len(value)


def _fault(subject: Subject, what: str, value: str) -> str:
    unit = subject.unit
    if what == "网址":
        years = [int(year) for year in _YEAR.findall(value)]
        if years and subject.year is not None and max(years) < subject.year:
            return f"指向 {max(years)} 年的页面，报告年度为 {subject.year}"
        if unit and unit.site and not _same_site(value, unit.site):
            return f"与单位档案的“{unit.site}”不同"
        return ""
    known = {"电话": "phone", "邮箱": "email", "邮编": "zip", "地址": "address"}[what]
    registered: str = getattr(unit.contact, known) if unit else ""
    if not registered or _bare(registered, what) in _bare(value, what) or _bare(value, what) in _bare(registered, what):
        return ""
    return f"与单位档案的“{registered}”不同"


def _bare(text: str, what: str) -> str:
    return re.sub(r"\D" if what in ("电话", "邮编") else r"\s", "", text).lower()


def _same_site(stated: str, registered: str) -> bool:
    """Whether two addresses are of the same site: one host is (part of) the other."""
    one, other = (re.sub(r"^(?:https?://)?(?:www\.)?", "", text.lower()).split("/")[0] for text in (stated, registered))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


@rule(
    "N-RENAME",
    severity="info",
    or_severity=("warning",),
    scope="report",
    formula="报告主体是单位档案中的名称或别名",
    message="{state}",
    reason="机构或政区更名按别名表双向识别，不报主体错误",
    remedy="{remedy}",
)
def renamed(subject: Subject, check: Check) -> Iterator[Finding]:
    """The name on the report against the profile: a registered other name is told, an unknown one is asked about."""
    report, unit = subject.report, subject.unit
    if report is None or unit is None or not report.unit:
        return
    if report.unit == unit.name:
        yield check.passed()
    elif report.unit in unit.aliases or unit.name.endswith(report.unit) or report.unit.endswith(unit.name):
        state = f"报告主体写作“{report.unit}”，单位档案的名称是“{unit.name}”，已按同一单位识别"
        yield check.fail(state=state, remedy="属更名前后的名称，不必改动", quote=report.unit)
    else:
        state = f"报告主体是“{report.unit}”，单位档案是“{unit.name}”，别名中没有登记"
        remedy = "请确认档案是否用对；确是更名的，请在档案的别名中登记"
        yield check.fail(severity="warning", state=state, remedy=remedy, quote=report.unit)

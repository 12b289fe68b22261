"""Sentences as people write them about the figures of a report: true ones, and the same with one figure made wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_ORG = tuple(f"t3.new.{kind}" for kind in ("biz", "research", "ngo", "legal", "org_other"))
KEYS: dict[str, tuple[str, ...]] = {
    "new": ("t3.new.total",),
    "carried": ("t3.carry_in.total",),
    "done": ("t3.r7_total.total",),
    "left": ("t3.carry_out.total",),
    "natural": ("t3.new.natural",),
    "org": _ORG,
    "biz": ("t3.new.biz",),
    "legal": ("t3.new.legal",),
    "open": ("t3.r1_open.total",),
    "partial": ("t3.r2_partial.total",),
    "deny": ("d.r3_sum",),
    "cannot": ("d.r4_sum",),
    "noproc": ("d.r5_sum",),
    "other": ("d.r6_sum",),
    "nothold": ("t3.r4_1_nothold.total",),
    "create": ("t3.r4_2_create.total",),
    "casefile": ("t3.r3_7_casefile.total",),
    "query": ("t3.r3_8_query.total",),
    "third": ("t3.r3_4_third.total",),
    "petition": ("t3.r5_1_petition.total",),
    "repeat": ("t3.r5_2_repeat.total",),
    "rev": ("t4.rev.total",),
    "rev_upheld": ("t4.rev.upheld",),
    "rev_corrected": ("t4.rev.corrected",),
    "rev_other": ("t4.rev.other",),
    "rev_pending": ("t4.rev.pending",),
    "lit": ("d.lit_total",),
    "direct": ("t4.lit_direct.total",),
    "after": ("t4.lit_after.total",),
    "issued": ("t2.norm.issued",),
    "repealed": ("t2.norm.repealed",),
    "valid": ("t2.norm.valid",),
    "license": ("t2.license.decisions",),
    "penalty": ("t2.penalty.decisions",),
    "coercion": ("t2.coercion.decisions",),
    "fee": ("t2.fee.amount_wan",),
}
"""What a slot of a sentence stands for: keys of facts that are added up."""

REQUESTS = (
    "{Y}年，共收到政府信息公开申请{new}件，其中自然人申请{natural}件，法人或其他组织申请{org}件。",
    "全年共受理政府信息公开申请{new}件，上年结转{carried}件，办结{done}件，结转下年度继续办理{left}件。",
    "{Y}年度，新收政府信息公开申请{new}件（自然人{natural}件、法人或其他组织{org}件）。",
    "收到政府信息公开申请{new}件。予以公开{open}件，部分公开{partial}件，不予公开{deny}件，无法提供{cannot}件，不予处理{noproc}件，其他处理{other}件。",
    "本年度办理政府信息公开申请{done}件，其中予以公开{open}件，占{open%done}%；部分公开{partial}件，占{partial%done}%。",
    "全年共收到依申请公开{new}件，已办结{done}件。",
    "全年共收到依申请公开件{new}件，已办理{done}件。",
    "全年收到信息公开申请{new}起。",
    "{Y}年收到公开申请{new}宗。",
    "共办理政府信息公开申请{done}件（含上年结转{carried}件），{left}件结转下年度办理。",
    "全年答复政府信息公开申请{done}件。",
    "{Y}年，我县共答复申请{done}件，结转至下一年度{left}件。",
    "收到政府信息公开申请{new}件，其中：自然人{natural}件，占{natural%new}%。",
    "{new}件政府信息公开申请中，自然人申请{natural}件，商业企业申请{biz}件，法律服务机构申请{legal}件。",
    "从申请主体看，自然人提出申请{natural}件，商业企业提出申请{biz}件。",
    "从办理结果看，予以公开的{open}件，部分公开的{partial}件，无法提供的{cannot}件。",
    "政府信息公开申请总量为{new}件。",
    "{Y}年政府信息公开申请量达到{new}件，办结{done}件。",
    "新增政府信息公开申请{new}件，上一年度结转{carried}件。",
    "登记受理政府信息公开申请{new}件，按期办结{done}件，其余{left}件转入下一年度办理。",
    "全年依申请公开受理{new}件，办结{done}件。",
    "依申请公开方面，全年收到{new}件，办结{done}件，结转{left}件。",
    "全年共收到各类政府信息公开申请共计{new}件。",
    "我单位{Y}年收到公民、法人和其他组织政府信息公开申请{new}件。",
    "收到政府信息公开申请{new}件，其中本机关不掌握相关政府信息{nothold}件，属于行政执法案卷{casefile}件，重复申请{repeat}件。",
    "办结的申请中，因没有现成信息需要另行制作无法提供{create}件，属于行政查询事项{query}件，信访举报投诉类申请{petition}件。",
    "办结政府信息公开申请{done}件，其中保护第三方合法权益不予公开{third}件。",
    "受理并答复政府信息公开申请{done}件。",
    "全年共处理政府信息公开申请{done}件，其中不予公开{deny}件、无法提供{cannot}件、不予处理{noproc}件。",
    "截至{Y}年12月31日，{left}件申请仍在办理中，结转下年度继续办理。",
)
DISPUTES = (
    "因政府信息公开引起的行政复议{rev}件、行政诉讼{lit}件。",
    "全年因政府信息公开被申请行政复议{rev}件，被提起行政诉讼{lit}件。",
    "{Y}年，发生政府信息公开行政复议案件{rev}起，行政诉讼案件{lit}起。",
    "涉及政府信息公开的行政复议{rev}件，其中结果维持{rev_upheld}件，结果纠正{rev_corrected}件，其他结果{rev_other}件，尚未审结{rev_pending}件。",
    "全年政府信息公开行政复议共{rev}件，维持{rev_upheld}件，纠正{rev_corrected}件。",
    "政府信息公开类行政诉讼{lit}件，其中未经复议直接起诉{direct}件，复议后起诉{after}件。",
    "行政复议案件数量为{rev}件。",
)
ACTIVE = (
    "{Y}年度共制发行政规范性文件{issued}件，废止{repealed}件，现行有效{valid}件。",
    "全年制定规范性文件{issued}件、废止{repealed}件，截至年底现行有效规范性文件{valid}件。",
    "本年新制发行政规范性文件{issued}件，现行有效{valid}件。",
    "全年作出行政许可决定{license}件，行政处罚决定{penalty}件，行政强制决定{coercion}件。",
    "作出行政处罚决定共{penalty}件。",
    "作出行政许可{license}件、行政处罚{penalty}件、行政强制{coercion}件。",
    "{Y}年行政事业性收费{fee}万元。",
    "全年行政事业性收费总金额为{fee}万元。",
)
CHANGES = (
    "全年新收政府信息公开申请{new}件，较上年{way}{diff}件，{same}{rate}%。",
    "{Y}年收到政府信息公开申请{new}件，比上年{way}{diff}件。",
    "{Y}年，收到政府信息公开申请{new}件，同比{way}{rate}%。",
    "收到政府信息公开申请{new}件，与{L}年相比{way}{rate}%。",
    "收到政府信息公开申请{new}件，同比上年（{before}件）{way}{rate}%。",
)
DISTRACTORS = (
    ("requests", "收到政府信息公开申请。办理人大代表建议12件、政协提案20件，办结率100%，答复37件。"),
    ("requests", "依申请公开渠道畅通。12345热线受理工单1024件，办结1019件，结转5件。"),
    ("requests", "全年接待来访咨询15件，已答复15件，处理网民留言320条，答复318条。"),
    ("requests", "收到上级转办信访件33件，办结31件，正在办理2件。"),
    ("requests", "收到省自然资源厅转来的申请7件，已移送办理。"),
    ("requests", "组织依申请公开业务培训3场，参训156人次，编发典型案例8件。"),
    ("active", "行政许可和行政处罚信息公示专栏公开信息1733条，公开行政处罚信息99条。"),
    ("active", "清理规范性文件，组织评估31件，拟修改4件。"),
    ("active", "公开行政复议典型案例6件、行政执法文书样式22份。"),
    ("active", "政府网站总访问量412万次，发布信息7653条，其中政务动态5120条、信息公开目录更新1210条等。"),
)
"""True or none of the tables' business, with figures that are in no cell."""
NOTHING = {
    "new": ("全年未收到政府信息公开申请。", "{Y}年没有收到政府信息公开申请。", "收到政府信息公开申请0件。", "无政府信息公开申请。"),
    "carried": ("无上年结转申请。", "上年度无结转政府信息公开申请。"),
    "left": (
        "无结转下年度办理的申请。",
        "所有申请均已办结。",
        "政府信息公开申请办结率100%。",
        "没有结转下年度的政府信息公开申请。",
    ),
    "rev": ("全年未发生行政复议。", "没有因政府信息公开被申请行政复议。", "无行政复议案件。", "行政复议、行政诉讼均为0件。"),
    "lit": ("全年没有发生政府信息公开行政诉讼。", "未被提起行政诉讼。", "无因政府信息公开引发的行政诉讼。"),
    "penalty": ("全年未作出行政处罚决定。",),
    "issued": ("{Y}年未制发行政规范性文件。", "本年度没有制发行政规范性文件。"),
}
HEADINGS = {"requests": "（二）依申请公开", "active": "（一）主动公开"}
_SLOT = re.compile(r"\{([^{}]+)\}")
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Told:
    """A sentence under its heading; ``kind`` is what was made wrong, empty for a true one."""

    heading: str
    text: str
    kind: str = ""
    slot: str = ""
    wanted: tuple[str, ...] = ("TX-",)


Value = Callable[[tuple[str, ...]], Decimal | None]


def plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def chinese(value: int) -> str:
    """A whole number below 10000 in Chinese numerals."""
    out, rest = "", value
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十")):
        digit, rest = divmod(rest, unit)
        if digit:
            out += _DIGITS[digit] + sign
        elif out and not out.endswith("零") and rest:
            out += "零"
    out = (out + (_DIGITS[rest] if rest else "")) or "零"
    return out.removeprefix("一") if out.startswith("一十") else out


def printings(value: Decimal) -> Iterator[tuple[str, str]]:
    """A value in the ways it is printed."""
    text = plain(value)
    yield "plain", text
    if value >= 1000:
        yield "separators", f"{value:,}"
    if value == int(value) and value < 10000:
        yield "Chinese numerals", chinese(int(value))
    yield "full width", text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))


def wrongs(value: Decimal) -> Iterator[tuple[str, str]]:
    """The value made wrong, by kind."""
    text = plain(value)
    last = text[-1]
    wrong = text[:-1] + str((int(last) + 1) % 10 if text != "9" else 8)
    yield "one digit", wrong
    pairs = [n for n in range(len(text) - 1) if text[n].isdigit() and text[n + 1].isdigit() and text[n] != text[n + 1]]
    if pairs:
        n = pairs[0]
        turned = text[:n] + text[n + 1] + text[n] + text[n + 2 :]
        if not turned.startswith("0"):
            yield "transposed digits", turned
    yield "a digit more", text + "0" if "." not in text else text.replace(".", "")
    if value >= 1000:
        yield "wrong, separators", f"{Decimal(wrong):,}"
    if value == int(value) and 0 < value < 9999:
        yield "wrong, Chinese numerals", chinese(int(value) + 1)
    yield "wrong, full width", wrong.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))


class Teller:
    """Tells the figures of one report in the sentences above.

    Args:
        year: the report year.
        value: the sum of the facts with these keys, None if one is unknown; ``prev.`` for last year's. Money in 元.
    """

    def __init__(self, year: int, value: Value) -> None:
        self.year, self.value = year, value

    def known(self, slot: str) -> Decimal | None:
        if "%" in slot:
            top, bottom = (self.known(name) for name in slot.split("%"))
            return (top * 100 / bottom).quantize(Decimal("0.1"), ROUND_HALF_UP) if top is not None and bottom else None
        found = self.value(KEYS[slot])
        return found / 10000 if slot == "fee" and found is not None else found

    def _filled(self, text: str, **put: str) -> str | None:
        """The sentence with every figure printed; None when one is unknown or nothing to speak of."""
        slots = [name for name in _SLOT.findall(text) if name not in ("Y", "L") and name not in put]
        values = {name: self.known(name) for name in slots}
        if any(not value for value in values.values()):
            return None
        shown = {name: plain(value) for name, value in values.items() if value is not None}
        return _SLOT.sub(lambda m: ({"Y": str(self.year), "L": str(self.year - 1)} | shown | put)[m.group(1)], text)

    def _statements(self) -> Iterator[tuple[str, str]]:
        yield from (("requests", text) for text in (*REQUESTS, *DISPUTES))
        yield from (("active", text) for text in ACTIVE)

    def true(self) -> Iterator[Told]:
        """True sentences, each figure also printed in its other ways."""
        for heading, text in self._statements():
            if (plainly := self._filled(text)) is None:
                continue
            yield Told(heading, plainly)
            for slot in (name for name in _SLOT.findall(text) if name in KEYS):
                value = self.known(slot)
                for kind, shown in printings(value) if value else ():
                    if kind != "plain" and (told := self._filled(text, **{slot: shown})):
                        yield Told(heading, told, slot=f"{slot} {kind}")
        yield from (Told(heading, text) for heading, text in DISTRACTORS)
        yield from self._changes(right=True)
        for slot, texts in NOTHING.items():
            empty = self.known(slot) == 0
            besides = (slot == "rev" and self.known("lit") != 0) or (slot == "left" and not self.known("new"))
            if empty and not besides:
                yield from (Told(_under(slot), told) for text in texts if (told := self._filled(text)))

    def false(self) -> Iterator[Told]:
        """The same with one figure made wrong, by kind of fault."""
        for heading, text in self._statements():
            if self._filled(text) is None:
                continue
            for slot in dict.fromkeys(name for name in _SLOT.findall(text) if name not in ("Y", "L")):
                value = self.known(slot)
                assert value is not None
                for kind, shown in self._wrongs(slot, value):
                    if told := self._filled(text, **{slot: shown}):
                        yield Told(heading, told, kind, slot)
            for slot, unit in re.findall(r"\{(\w+)\}(件|份|宗|起)", text):
                told = self._filled(text.replace(f"{{{slot}}}{unit}", f"{{{slot}}}万{unit}"))
                yield Told(heading, told or "", "unit 万", slot)
        yield from self._changes(right=False)
        for slot, texts in NOTHING.items():
            for text in texts if self.known(slot) else ():
                yield Told(_under(slot), self._filled(text) or "", "nothing told against figures", slot)

    def _wrongs(self, slot: str, value: Decimal) -> Iterator[tuple[str, str]]:
        if "%" in slot:
            yield "share", plain(value + Decimal("3.1"))
            yield "share of another whole", plain(value / 2 if value > 2 else value + 2)
        else:
            yield from wrongs(value)

    def _changes(self, *, right: bool) -> Iterator[Told]:
        now, before = self.value(KEYS["new"]), self.value(tuple(f"prev.{key}" for key in KEYS["new"]))
        if not now or not before or now == before or not self.value(KEYS["done"]):
            return
        diff, rate = abs(now - before), (abs(now - before) * 100 / before).quantize(Decimal("0.01"), ROUND_HALF_UP)
        up = now > before
        told = {"diff": plain(diff), "rate": plain(rate), "way": _way(up), "same": _way(up, rate=True), "before": plain(before)}
        for text in CHANGES:
            if right:
                yield Told("requests", self._filled(text, **told) or "")
                continue
            turned = told | {"way": _way(not up), "same": _way(not up, rate=True)}
            yield Told("requests", self._filled(text, **turned) or "", "direction")
            if "{rate}" in text:
                yield Told("requests", self._filled(text, **told | {"rate": plain(rate + Decimal("4.2"))}) or "", "rate of change")
            if "{diff}" in text:
                yield Told("requests", self._filled(text, **told | {"diff": plain(diff + 1)}) or "", "change in cases")


def _way(up: bool, *, rate: bool = False) -> str:
    return ("增长" if rate else "增加") if up else ("下降" if rate else "减少")


def _under(slot: str) -> str:
    return "active" if slot in ("penalty", "issued") else "requests"

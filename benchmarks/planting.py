"""Faults to plant into a finished report: each changes one thing and names the rules that have to notice it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assistant.checks.prose import prose
from assistant.checks.subject import Subject
from assistant.form import Cell
from assistant.form.cell import read_value
from assistant.report.document import Document, Element, FormTable, Heading, Run, TextParagraph
from benchmarks.rendering import paragraph_text

Plant = Callable[["Case"], Document | None]


@dataclass(frozen=True)
class Case:
    """A sound report with what it is checked against."""

    document: Document
    subject: Subject
    previous: Document | None


@dataclass(frozen=True)
class Fault:
    """One fault: ``rules`` any of which has to notice it; ``plant`` gives None where the report has nothing to change."""

    family: str
    rules: tuple[str, ...]
    plant: Plant
    name: str = ""


@dataclass
class _Made:
    faults: list[Fault] = field(default_factory=list)

    def add(self, family: str, rules: str, plant: Plant, name: str = "") -> None:
        self.faults.append(Fault(family, tuple(rules.split()), plant, name))


# What changes a document.


def with_cells(document: Document, values: Mapping[str, object]) -> Document:
    cells = dict(document.cells)
    for key, value in values.items():
        definition = document.form.cells[key]
        cells[key] = value if isinstance(value, Cell) else read_value(definition, "" if value is None else str(value))
    return replace(document, cells=cells)


def with_elements(document: Document, elements: Sequence[Element]) -> Document:
    return replace(document, elements=tuple(elements))


def replaced(document: Document, old: str, new: str) -> Document | None:
    """The first paragraph or heading with these words, changed."""
    for number, element in enumerate(document.elements):
        text = element.text if isinstance(element, Heading) else paragraph_text(element)
        if old in text:
            changed = text.replace(old, new, 1)
            one: Element = replace(element, text=changed) if isinstance(element, Heading) else TextParagraph((Run(changed),))
            return with_elements(document, [*document.elements[:number], one, *document.elements[number + 1 :]])
    return None


def _heading_at(document: Document, words: str) -> int | None:
    found = (number for number, each in enumerate(document.elements) if isinstance(each, Heading) and words in each.text)
    return next(found, None)


def inserted(words: str, text: str) -> Plant:
    """A paragraph put below the heading with these words (``""`` for the preface)."""

    def plant(case: Case) -> Document | None:
        elements = list(case.document.elements)
        place = 0 if not words else _heading_at(case.document, words)
        if place is None:
            return None
        at = place + (1 if words else 0)
        return with_elements(case.document, [*elements[:at], TextParagraph((Run(text),)), *elements[at:]])

    return plant


def section_replaced(words: str, *texts: str) -> Plant:
    """All below a first-level heading replaced by other paragraphs."""

    def plant(case: Case) -> Document | None:
        return _section_replaced(case.document, words, [TextParagraph((Run(text),)) for text in texts])

    return plant


def _section(document: Document, words: str) -> tuple[int, int] | None:
    start = _heading_at(document, words)
    if start is None:
        return None
    level = document.elements[start].level  # type: ignore[union-attr]
    after = range(start + 1, len(document.elements))
    ends = (number for number in after if isinstance(each := document.elements[number], Heading) and each.level <= level)
    return start, next(ends, len(document.elements))


def _section_replaced(document: Document, words: str, body: Sequence[Element]) -> Document | None:
    span = _section(document, words)
    if span is None:
        return None
    return with_elements(document, [*document.elements[: span[0] + 1], *body, *document.elements[span[1] :]])


def body_of(document: Document, words: str) -> list[Element]:
    span = _section(document, words)
    return list(document.elements[span[0] + 1 : span[1]]) if span else []


def value(case: Case, key: str) -> Decimal | None:
    cell = case.document.cells.get(key)
    return cell.value if cell is not None and cell.ok else None


# Arithmetic.


def _bumped(key: str, by: int = 3) -> Plant:
    def plant(case: Case) -> Document | None:
        known = value(case, key)
        return None if known is None else with_cells(case.document, {key: known + by})

    return plant


def _equations(case: Case, made: _Made) -> None:
    """For each equation of the form, its first, middle and last cell in turn."""
    for equation in case.document.form.equations:
        terms = equation.terms
        for key in {terms[0], terms[len(terms) // 2], terms[-1]}:
            made.add("T3 T4 equations", equation.rule, _bumped(key), f"{equation.rule} {key}")


def _given(case: Case, key: str, raw: str) -> Document | None:
    return with_cells(case.document, {key: raw}) if value(case, key) is not None else None


def _cells(made: _Made) -> None:
    total = "t3.new.total"
    made.add("C cells", "C-NEGATIVE", lambda case: _given(case, "t2.norm.issued", "-3"))
    made.add("C cells", "C-NONINT", lambda case: with_cells(case.document, {total: "12.5"}))
    made.add("C cells", "C-UNPARSED", lambda case: with_cells(case.document, {"t3.r7_total.total": "3O"}))
    made.add("C cells", "C-BLANK C-POSITION S-CELL-COUNT", lambda case: _given(case, "t2.norm.valid", ""))
    made.add("C cells", "C-UNIT", lambda case: _given(case, "t2.norm.valid", "31项"))
    made.add("C cells", "C-PLACEHOLDER", lambda case: _given(case, "t2.rules.issued", "/"))
    valid = {"t2.norm.issued": "9", "t2.norm.valid": "5"}
    made.add("T2 table", "T2B-VALID-ISSUED", lambda case: with_cells(case.document, valid))
    made.add("T2 table", "T2B-RULE-POWER", lambda case: with_cells(case.document, {"t2.rules.issued": "2", "t2.rules.valid": "2"}))
    made.add("T2 table", "T2B-FEE-PAIR", _no_fee)
    made.add("T3 T4 equations", "T3-CARRYOUT-GT T3-BALANCE", _bumped("t3.carry_out.total", 9000), "carry-out above all")
    made.add("T3 T4 equations", "T3-LEAF-GT T3-RESULTSUM T3-ROWSUM", _bumped("t3.r1_open.total", 9000), "leaf above total")


def _no_fee(case: Case) -> Document | None:
    known = value(case, "t2.fee.amount_wan")
    return inserted("六、", "本机关不涉及行政事业性收费。")(case) if known else None


# Against last year.


def _carried(case: Case) -> Document | None:
    """What was carried in raised, what came in lowered: the table itself stays right."""
    keys = ("t3.carry_in.natural", "t3.carry_in.total", "t3.new.natural", "t3.new.total")
    known = [value(case, key) for key in keys]
    if case.previous is None or any(each is None for each in known) or not known[2]:
        return None
    changes = dict(zip(keys, (1, 1, -1, -1), strict=True))
    return with_cells(case.document, {key: value(case, key) + by for key, by in changes.items()})  # type: ignore[operator]


def _same_table(case: Case) -> Document | None:
    if case.previous is None or case.previous.form is not case.document.form:
        return None
    keys = [key for key in case.document.form.cells if key.startswith("t3.")]
    filled = [key for key in keys if value(replace(case, document=case.previous), key)]
    return with_cells(case.document, {key: case.previous.cells[key] for key in keys}) if len(filled) > 5 else None


def _times(key: str, factor: int) -> Plant:
    def plant(case: Case) -> Document | None:
        before = value(replace(case, document=case.previous), key) if case.previous else None
        known = value(case, key)
        return with_cells(case.document, {key: known * factor}) if known and before and before >= 10 else None

    return plant


def _cross_year(made: _Made) -> None:
    made.add("X years", "X-CARRY", _carried)
    made.add("X years", "X-NORM-ROLL", lambda case: _bumped("t2.norm.valid", 5)(case) if case.previous else None)
    made.add("X years", "X-SAME-TABLE", _same_table)
    made.add("X years", "C-HUGE", _times("t2.fee.amount_wan", 10000))
    made.add("X years", "X-JUMP", _times("t2.penalty.decisions", 20))


# Structure.


def _without_heading(words: str) -> Plant:
    def plant(case: Case) -> Document | None:
        span = _section(case.document, words)
        return (
            with_elements(case.document, [*case.document.elements[: span[0]], *case.document.elements[span[1] :]]) if span else None
        )

    return plant


def _turned(case: Case) -> Document | None:
    fifth, sixth = _section(case.document, "五、"), _section(case.document, "六、")
    if not fifth or not sixth:
        return None
    parts = case.document.elements
    return with_elements(case.document, [*parts[: fifth[0]], *parts[sixth[0] : sixth[1]], *parts[fifth[0] : fifth[1]]])


def _second_number(case: Case) -> Document | None:
    return replaced(case.document, "（三）", "（二）") if _heading_at(case.document, "（三）") is not None else None


def _without_table(case: Case) -> Document | None:
    return with_elements(
        case.document, [each for each in case.document.elements if not (isinstance(each, FormTable) and each.table == "t4")]
    )


def _structure(made: _Made) -> None:
    made.add("S structure", "S-SECTION-MISSING", _without_heading("六、"))
    made.add("S structure", "S-SECTION-ORDER", _turned, "parts turned")
    made.add(
        "S structure",
        "S-SECTION-ORDER",
        lambda case: replaced(case.document, "四、政府信息公开", "三、政府信息公开"),
        "wrong number",
    )
    made.add(
        "S structure", "S-SECTION-TITLE", lambda case: replaced(case.document, "行政复议、行政诉讼情况", "行政复议和行政诉讼情况")
    )
    made.add("S structure", "S-SUBNUM", _second_number)
    made.add("S structure", "S-TABLE-MISSING", _without_table)
    names = "全文由总体情况、主动公开政府信息情况、存在的主要问题及改进情况、其他需要报告的事项六个部分组成。"
    made.add("S structure", "S-PREFACE-COUNT", inserted("", names))
    made.add("S structure", "S-FORM-VERSION Y-TITLE", lambda case: replace(case.document, title=_year(case.document.title, 2020)))


def _year(text: str, year: int) -> str:
    return re.sub(r"20\d\d", str(year), text, count=1)


# Years, names, provisions, coverage.


def _years(made: _Made) -> None:
    def earlier(case: Case) -> str:
        return str(case.document.year - 1)

    made.add("Y years", "Y-TITLE", lambda case: replace(case.document, title=_year(case.document.title, case.document.year - 1)))
    made.add(
        "Y years",
        "Y-TITLE",
        lambda case: replaced(case.document, f"为{case.document.year}年1月1日", f"为{earlier(case)}年1月1日"),
        "period",
    )
    made.add("Y years", "Y-PERIOD", lambda case: replaced(case.document, "12月31日", "12月30日"))
    notice = "按照《关于做好{}年度政府信息公开工作年度报告编制和发布工作的通知》要求，编制本报告。"
    made.add("Y years", "Y-BASIS", lambda case: inserted("", notice.format(earlier(case)))(case))
    made.add("Y years", "Y-LEFTOVER", lambda case: inserted("一、", f"{earlier(case)}年，我局召开专题会议4次。")(case))
    made.add("Y years", "Y-SIGN", lambda case: _signed(case.document, f"{case.document.year}年1月25日"))
    made.add("Y years", "Y-RELATIVE", inserted("（一）", "今年以来制作图解新增渠道两个。"))
    made.add("Y years", "Y-PARTY", inserted("一、", "深入学习党的十九届三中全会精神。"))


def _signed(document: Document, day: str) -> Document:
    return with_elements(document, [*document.elements, TextParagraph((Run(day),))])


def _names(made: _Made) -> None:
    other = {"部门": "我市认真抓好公开工作。", "政府": "我局认真抓好公开工作。"}

    def wrong_self(case: Case) -> Document | None:
        kind = case.subject.kind
        return inserted("（一）", other["政府" if kind and kind.self_name == "region" else "部门"])(case)

    made.add("N identity", "N-SUBJECT", wrong_self)
    made.add("N identity", "N-SUBJECT", inserted("（一）", "我认真贯彻条例，抓好落实。"), "cut self-name")
    made.add("N identity", "N-LEFTOVER", inserted("（一）", "乙县水利局公布节水名录。"))
    made.add("N identity", "N-REGION", inserted("（一）", "乙水县人民政府公布了目录。"))
    made.add("N identity", "N-CONTACT", inserted("", "咨询电话：0999-7654321。"))
    made.add("N identity", "N-CONTACT", inserted("", "电子版见https://www.other-site.example/2019/nb/。"), "site")
    made.add("N identity", "N-DUP", inserted("（一）", "县教育局局公布名录，信息（）已更新。"))


def _provisions(made: _Made) -> None:
    made.add("R provisions", "R-ORDERNO", lambda case: replaced(case.document, "第711号", "第771号"))
    made.add(
        "R provisions", "R-DOCNO", lambda case: replaced(case.document, "国办公开办函〔2021〕30号", "国办公开办函〔2021〕51号")
    )
    made.add("R provisions", "R-DOCPAIR", lambda case: replaced(case.document, "年度报告格式》", "年度报告格式（试行）》"))
    made.add("R provisions", "R-OUTDATED", lambda case: replaced(case.document, "〔2021〕30号", "〔2019〕60号"))
    made.add("R provisions", "R-BRACKET", lambda case: replaced(case.document, "〔2021〕30号", "[2021]30号"))
    made.add("R provisions", "R-ARTICLE", inserted("（二）", "根据《条例》第四十六条，在答复期限内办理申请。"))
    made.add("R provisions", "R-ARTICLE", inserted("（二）", "根据《条例》第六十八条办理。"), "no such article")
    made.add("R provisions", "R-SLOGAN", inserted("（一）", "坚持以公开为常态、公开为例外。"))


def _coverage(made: _Made) -> None:
    names = {"ACTIVE": "主动公开", "REQUEST": "依申请公开"}
    for rule, words in names.items():
        made.add("COV coverage", f"COV-ASPECT-{rule}", lambda case, words=words: _without_aspect(case, words))  # type: ignore[misc]
    made.add("COV coverage", "COV-PROBLEM", section_replaced("五、", "无。"))
    measures = "下一步，将加强培训，每季度授课一次，完善制度，健全台账。"
    made.add("COV coverage", "COV-IMPROVE", section_replaced("五、", measures), "measures only")
    lacking = "一是解读形式单一，图解不足。二是栏目更新滞后，超过三十天。"
    made.add("COV coverage", "COV-IMPROVE", section_replaced("五、", lacking), "problems only")
    made.add("COV coverage", "COV-FEE", _no_fee_sentence)
    made.add("COV coverage", "COV-FEE-VALUE", section_replaced("六、", "全年收取政府信息公开信息处理费380元。"))
    made.add("COV coverage", "COV-OFFTOPIC", inserted("六、", "全年完成投资12.6亿元，改造里程38公里。"))
    made.add("COV coverage", "COV-NAMES", inserted("（一）", "联系人：王建军，手机13812345678。"))
    made.add("COV coverage", "COV-LOGIC", inserted("（一）", "解决了栏目设置合理、更新及时等突出问题。"))
    made.add("COV coverage", "COV-GENERIC", _generic)
    made.add("COV coverage", "COV-MISPLACED", _misplaced)
    made.add("COV coverage", "COV-FOLLOWUP", _no_answer)


def _without_aspect(case: Case, words: str) -> Document | None:
    """The aspect's heading and text taken out, and its words wherever else they stand in the first part."""
    span = _section(case.document, f"）{words}")
    if span is None:
        return None
    kept = [*case.document.elements[: span[0]], *case.document.elements[span[1] :]]
    aspect = next(each for each in case.document.form.aspects if each.heading == words)
    first, second = _section(with_elements(case.document, kept), "一、") or (0, 0)
    rest = "".join(paragraph_text(each) for each in kept[first:second])
    return None if any(word in rest for word in aspect.words) else with_elements(case.document, kept)


def _no_fee_sentence(case: Case) -> Document | None:
    told = "".join(paragraph_text(each) for each in body_of(case.document, "六、"))
    return section_replaced("六、", "无其他需要报告的事项。")(case) if "信息处理费" in told and "【" not in told else None


def _generic(case: Case) -> Document | None:
    text = "主动公开持续深化，部分地区更新仍不及时。依申请公开规范有序，多数部门能够按期答复。信息管理加强，平台完善，监督到位。"
    return _section_replaced(case.document, "一、", [TextParagraph((Run(text),))])


def _misplaced(case: Case) -> Document | None:
    text = "公众号发布信息312条，解读政策9篇，主动公开目录更新两次。"
    return _section_replaced(case.document, "（二）依申请公开", [TextParagraph((Run(text),))])


def _no_answer(case: Case) -> Document | None:
    """Problems of its own, and nothing of last year's."""
    if case.previous is None or not body_of(case.previous, "五、"):
        return None
    texts = ("主要问题：一是夜间热线占线较多，全年未接通31次。", "下一步：热线增加坐席两个，每月公布接通情况。")
    without = _section_replaced(case.document, "五、", [TextParagraph((Run(text),)) for text in texts])
    return _section_replaced(without, "一、", [TextParagraph((Run("全年发布信息31条。"),))]) if without else None


# Likeness.


def _last_years(words: str) -> Plant:
    def plant(case: Case) -> Document | None:
        body = body_of(case.previous, words) if case.previous else []
        size = sum(len(paragraph_text(each)) for each in body)
        return _section_replaced(case.document, words, body) if size > 300 else None

    return plant


def _doubled(case: Case) -> Document | None:
    paragraphs = [
        each for each in body_of(case.document, "一、") if len(paragraph_text(each)) > 60 and "申请" not in paragraph_text(each)
    ]
    if not paragraphs:
        return None
    return inserted("五、", paragraph_text(paragraphs[0]))(case)


def _similarity(made: _Made) -> None:
    made.add("SIM likeness", "SIM-NUMONLY SIM-PREV", _last_years("一、"), "part one of last year")
    made.add("SIM likeness", "SIM-NUMONLY SIM-PREV-S5", _last_years("五、"), "part five of last year")
    made.add("SIM likeness", "SIM-SELF", _doubled)


# Text against tables.


def _wordings(made: _Made) -> None:
    def when(key: str, text: str) -> Plant:
        return lambda case: inserted("（二）依申请公开", text)(case) if value(case, key) else None

    made.add("TX statements", "TX-NONE", when("t3.new.total", "全年未收到政府信息公开申请。"))
    made.add("TX statements", "TX-NONE", when("t4.rev.total", "全年未发生因政府信息公开引起的行政复议。"), "no review")
    made.add("TX statements", "TX-ALLDONE", when("t3.carry_out.total", "收到的政府信息公开申请全部办结。"))
    made.add("TX statements", "TX-APPROX", inserted("（一）", "全年发布信息30299余条。"))
    made.add("TX statements", "TX-UNIT", inserted("（一）", "全年发布信息173769万条，其中网站75656条、新媒体98113条。"))
    made.add("TX statements", "TX-SUBSUM", inserted("（一）", "共发布通告21条，其中通知类8条、公示类6条。"))
    made.add("TX statements", "TX-SUBSUM-OVER", inserted("（一）", "共发布通告2954条，其中通知类1567条、公示类1500条。"))
    balance = "全年新收政府信息公开申请61件，上年结转5件，办结57件，结转下年度4件。"
    made.add("TX statements", "TX-BALANCE-TEXT TX-NEW TX-HANDLED", inserted("（二）依申请公开", balance))
    made.add("TX statements", "TX-SCOPE", _scopes)
    made.add("TX statements", "TX-REPEAT", inserted("（一）", "防汛专栏公开信息20条。\n年末统计，防汛专栏公开信息16条。"))


def _scopes(case: Case) -> Document | None:
    text = "全县新收政府信息公开申请95件。县本级新收政府信息公开申请20件。办结政府信息公开申请97件。"
    return inserted("（二）依申请公开", text)(case)


_NEAR = 10


def _figures(case: Case, made: _Made) -> None:
    """Each figure of the narrative that names a cell or a derived figure, made wrong."""
    found = prose(case.subject)
    for part, reading in found.all_readings():
        quantity = reading.quantity
        if not reading.certain or reading.kind not in ("figure", "share", "growth", "change") or not quantity.raw[:1].isdigit():
            continue
        text = found.texts[part]
        before, after = text[max(0, quantity.start - _NEAR) : quantity.start], text[quantity.end : quantity.end + _NEAR]
        wrong = str(quantity.value + (Decimal("3.1") if "." in quantity.raw else 7))
        line = before.rpartition("\n")[2], after.partition("\n")[0]
        rules = f"{reading.rule} TX-SUBSUM TX-SUBSUM-OVER TX-BALANCE-TEXT TX-REPEAT"
        plant = _swap(line[0] + quantity.raw + line[1], line[0] + wrong + line[1])
        made.add(f"TX {reading.kind}s", rules, plant, f"{reading.rule} {quantity.raw}")


def _swap(old: str, new: str) -> Plant:
    return lambda case: replaced(case.document, old, new)


def all_faults(case: Case) -> Iterator[Fault]:
    """Every fault that can be planted into a report."""
    made = _Made()
    _equations(case, made)
    _cells(made)
    for add in (_cross_year, _structure, _years, _names, _provisions, _coverage, _similarity, _wordings):
        add(made)
    _figures(case, made)
    yield from made.faults

"""What a query names: units, years, articles, document numbers, figures, aspects. Likeness must not drown these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.form import FormRegistry
from assistant.language.quantities import statistics
from assistant.language.text import normalise
from assistant.library.tokens import article_numbers, document_marks, value_marks

LONGEST = 400
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s?(?:年度?|年报|(?=\D|$))")
_RANGE = re.compile(r"(?<!\d)(20\d\d)\s?年?度?\s?(?:到|至|[-—–~～]+)\s?(20\d\d)\s?年?")
_REGION_BEFORE = re.compile(r"([一-鿿]{2,4}?[省市县区旗州])$")
_GENERIC = re.compile(
    r"^(?:哪|某|各|一个|本|该|我|每|全|上级|同级|其他|有|在|由|把|给|是|和|与|及|对|到|向|从|什么|这|那|不同|所有|县级|市级|省级)"
)
_UNIT_LIKE = re.compile(
    r"[一-鿿]{2,7}?[省市县区旗州](?:[一-鿿]{2,10}?)(?:局|委员会|政府|办事处|管委会|法院|检察院)|[一-鿿]{2,5}[镇乡](?:人民)?政府|[一-鿿]{2,6}街道办事处"
)
_LATER = re.compile(r"后来|之后|次年|第二年|下一年")
_FOLLOW = re.compile(
    r"整改(?:得|情况|结果|了|到位|没有)|(?:问题|不足)[^。？?]{0,14}(?:解决|落实|回应|改好|改了|整改)|上年(?:度)?(?:的|提出的|所列的?)?问题"
    r"|解决了(?:没有|吗|多少)|(?:解决|整改|回应|落实)[^。？?]{0,12}(?:提出|所列|列出|存在)的?[^。？?]{0,6}问题"
)
_PROBLEM = re.compile(r"(?:存在|有)?(?:哪些|什么|的)?(?:主要)?(?:问题|不足|短板|薄弱)")
_IMPROVE = re.compile(r"改进|措施|怎么改|打算|下一步|准备怎样|准备怎么")
_ASKING = re.compile(
    r"请问|请教|想知道|是不是|有没有|怎么样|怎样|怎么|如何|什么时候|什么|多少|哪些|哪个|哪家|哪份|哪年|几[个件条次]|是否|吗|呢|情况|工作|做得|报告(?:里|中)?|年报|"
    r"说的|说到|提到|写到|写了|讲了|查一下|查找|找一下|介绍"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query taken apart.

    Attributes:
        text: the query cleaned; ``rest`` without what became a filter.
        units, years: named, of those in the library; a region stands for all its units.
        unknown_unit: a unit named that the library does not have.
        articles, documents, figures: article numbers, groups of marks of document numbers, marks of figures.
        telling: figures that are rare enough to decide alone.
        part, role: aspect or section, and role, the query asks for.
    """

    text: str
    rest: str
    units: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    unknown_unit: str = ""
    articles: tuple[int, ...] = ()
    documents: tuple[tuple[str, ...], ...] = ()
    figures: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    part: str = ""
    role: str = ""

    @property
    def plain(self) -> bool:
        """Whether it names nothing that decides."""
        return not (self.units or self.years or self.articles or self.documents or self.figures or self.part or self.role)


class QueryReader:
    """Takes queries apart, knowing the units in the library.

    Args:
        units: name and region of each unit.
        registry: the known forms, for the words of the aspects.
    """

    def __init__(self, units: Iterable[tuple[str, str]], registry: FormRegistry) -> None:
        self._regions = dict(units)
        names: dict[str, set[str]] = {}
        for name, region in self._regions.items():
            for alias in _aliases(name, region):
                names.setdefault(alias, set()).add(name)
        self._names = names
        longest = sorted(names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
        form = registry.forms[-1]
        self._parts = [(word, aspect.key) for aspect in form.aspects for word in (aspect.heading, *aspect.words)]
        self._parts += [(result.name, form.aspects[-1].key) for result in form.results]
        tables = {aspect.key: aspect.tables for aspect in form.aspects}
        requests = next((key for key, held in tables.items() if len(held) > 1), "")
        self._parts += [(word, requests) for word in ("行政复议", "行政诉讼", "复议", "诉讼", "申请人", "答复")]
        last = form.sections[-1].key
        self._parts += [("信息处理费", last), ("其他需要报告", last)]
        self._problems = form.sections[-2].key

    def read(self, query: str) -> Asked:
        """Take a query apart."""
        text = " ".join(normalise(query[: LONGEST * 10]).split())[:LONGEST]
        units, unknown, rest = self._units(text)
        years, rest = _years(rest)
        if not units and not unknown:
            units, rest = self._region(rest)
        role = _role(text)
        if role == "follow_up" and years:
            years = (max(years) + 1,) if len(years) == 1 and _LATER.search(text) else (max(years),)
        figures = [found for found in statistics(rest) if not found.approximate]
        marks = tuple(dict.fromkeys(value_marks(figures)))
        telling = tuple(dict.fromkeys(value_marks(found for found in figures if found.value >= 100 or found.value % 1)))
        return Asked(
            text=text, rest=rest.strip(" ，,。？?、") or text, units=units, years=years, unknown_unit=unknown,
            articles=tuple(article_numbers(text)), documents=_documents(text), figures=marks, telling=telling,
            part=self._part(rest, role), role=role,
        )  # fmt: skip

    def _units(self, text: str) -> tuple[tuple[str, ...], str, str]:
        found: set[str] = set()
        unknown, rest, last = "", [], 0
        rule = asks_for_rule(text)
        for match in self._pattern.finditer(text) if self._pattern else ():
            names = self._names[match.group()]
            if match.group() in _ANY_GOVERNMENT and (rule or len(names) > 1):
                continue
            before = _REGION_BEFORE.search(text[: match.start()])
            if before and not _GENERIC.match(before.group(1)):
                home = {
                    name
                    for name in names
                    if self._regions[name].endswith(before.group(1)) or before.group(1).endswith(self._regions[name])
                }
                if not home:
                    unknown = before.group(1) + match.group()
                    continue
                names = home
            found |= names
            rest.append(text[last : match.start()])
            last = match.end()
        left = "".join((*rest, text[last:]))
        if not found and not unknown:
            like = _UNIT_LIKE.search(left)
            unknown = like.group() if like and not _GENERIC.match(like.group()) else ""
        return tuple(sorted(found)), unknown, left

    def _region(self, rest: str) -> tuple[tuple[str, ...], str]:
        """The units of a region named alone."""
        named = (region for region in sorted(set(self._regions.values()), key=len, reverse=True) if region and region in rest)
        region = next(named, "")
        units = tuple(sorted(name for name in self._regions if region and name.startswith(region)))
        return units, rest.replace(region, "") if region else rest

    def _part(self, rest: str, role: str) -> str:
        if role:
            return self._problems
        hits = [(len(word), key) for word, key in self._parts if word in rest]
        return max(hits)[1] if hits else ""


def _role(text: str) -> str:
    if _FOLLOW.search(text):
        return "follow_up"
    if _IMPROVE.search(text):
        return "improvement"
    return "problem" if _PROBLEM.search(text) else ""


def _years(text: str) -> tuple[tuple[int, ...], str]:
    spans = [(int(first), int(last)) for first, last in _RANGE.findall(text)]
    years = {year for first, last in spans for year in range(first, min(last, first + 30) + 1)}
    rest = _RANGE.sub("", text)
    years |= {int(year) for year in _YEAR.findall(rest) if not re.search(rf"[〔\[【（(]\s?{year}\s?[〕\]】）)]", rest)}
    return tuple(sorted(years)), _YEAR.sub("", rest) if years else rest


def _documents(text: str) -> tuple[tuple[str, ...], ...]:
    """One group a number: with its year where that is given."""
    marks = document_marks(text)
    dated = [mark for mark in marks if "-" in mark]
    covered = {f"d:{mark.rpartition('-')[2]}" for mark in dated}
    return tuple((mark,) for mark in (*dated, *(mark for mark in marks if "-" not in mark and mark not in covered)))


def _aliases(name: str, region: str) -> set[str]:
    """How people call a unit: its name, without the region, with 县 alone, and with the usual short endings."""
    bare = name.removeprefix(region) if region and name != region else name
    heads = {name}
    if bare == "人民政府" and (town := _TOWN.search(region)):
        heads |= {town.group(), f"{town.group()}政府", f"{town.group()}人民政府"}
    if len(bare) >= 3 and bare not in ("人民政府", "人民政府办公室"):
        heads.add(bare)
    if region and bare != name:
        heads.add(region[-1] + bare)
    if region and bare.startswith("人民政府") and bare not in ("人民政府", "人民政府办公室"):
        heads.add(bare.removeprefix("人民政府"))
    found = set(heads)
    for head in heads:
        for ending, short in _ENDINGS:
            if head.endswith(ending):
                found.add(head.removesuffix(ending) + short)
    return {alias for alias in found if len(alias) >= 3}


_ANY_GOVERNMENT = frozenset(f"{place}{name}" for place in "省市县区旗州镇乡" for name in ("人民政府", "政府"))
_TOWN = re.compile(r"(?<=[省市县区旗州])[^省市县区旗州]{1,8}(?:镇|乡|苏木)$")
_ENDINGS = (
    ("人民政府", "政府"),
    ("人民政府办公室", "政府办公室"),
    ("人民政府办公室", "政府办"),
    ("镇人民政府", "镇"),
    ("乡人民政府", "乡"),
    ("街道办事处", "街道"),
    ("管理委员会", "管委会"),
    ("开发区管理委员会", "开发区"),
    ("市场监督管理局", "市场监管局"),
    ("卫生健康局", "卫健局"),
    ("自然资源局", "资源局"),
    ("公共资源交易中心", "交易中心"),
)


def content_of(text: str) -> str:
    """A query without the words of asking."""
    return _ASKING.sub(" ", text).strip() or text


_RULE = re.compile(
    r"怎么办|可以.{0,8}吗|能不能|要不要|行不行|多少(?:天|个工作日|钱)|几天|多久|多少天|最[晚长迟]|期限|时限|谁(?:来|主管|负责|把关)|必须|应当|应该|"
    r"怎么(?:算|管|改|答复)|拒绝|什么叫|是指|怎样(?:才算|认定)|责任|去哪里|哪里(?:告|查)|规定|条例|法律|免费|收费吗|要写|还能|吗[？?]?$|给不给|怎么做$|由谁|哪天|谁$|要先|要公开|可不可以|什么时候|何时"
)


def asks_for_rule(text: str) -> bool:
    """Whether a query asks what the law says rather than what somebody did."""
    return bool(_RULE.search(text))


_QUESTION = re.compile(
    r"[吗呢么？?]|谁|哪|几[个件条次月天号年]|多少|多[久长]|何时|如何|怎[么样]|能不能|要不要|是不是|行不行|可不可以|算不算|有没有|给不给|该不该|会不会|为何|为啥|还是"
)
_NOUN_OF_RULE = re.compile(r"(?:规定|期限|时限|责任|条例|法律)$")
_BRIEF = 8


def bearing(text: str) -> Literal["rule", "deed", "either"]:
    """Whether a query asks what the law says (rule), tells what somebody did (deed), or may be either.

    Words of rules count in questions, in queries of a few words, and at the end. What is longer, asks nothing and has no such word
    tells of a deed.
    """
    rule, question, brief = bool(_RULE.search(text)), bool(_QUESTION.search(text)), len(text) < _BRIEF
    if rule and (question or brief or _NOUN_OF_RULE.search(text)):
        return "rule"
    return "either" if rule or question or brief else "deed"


def named(values: Sequence[int]) -> str:
    """Years for a message."""
    return "、".join(str(value) for value in values)

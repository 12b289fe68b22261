"""Title, unit, year, preface and what a web page adds around a report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.report.blocks import TextBlock
from assistant.report.lines import Line

_TITLE = re.compile(r"政府信息公开(?:工作)?(?:年度)?(?:年度)?(?:工作)?(?:报告|年报)")
_YEAR = re.compile(r"(20\d\d)\s*(?:年度?|度)?")
_CHROME = re.compile(
    r"^[\s|【\[]*(?:索\s*引\s*号|发布(?:时间|日期|机构)|发文(?:日期|机关|机构)|生成日期|公开日期|成文日期|发布人|信息来源|来源|作者|编辑|责任编辑|"
    r"浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:次数|量)?|访问量|字体|字号|视力保护|语音朗读|分享|打印|收藏|微信|微博|QQ空间|关闭窗口|"
    r"上一篇|下一篇|当前位置|您(?:现在|当前)?的?位置|首页|扫一扫|二维码|附件下载|文件下载|相关链接|原文链接|主题词?分类|文号|有效性|图解|返回顶部)"
    r"(?=[\s:：;；>》】\]]|$|到|本页|文章|次数|此|：)"
)
_PAGE_NUMBER = re.compile(r"[-—–－]\s*\d{1,3}\s*[-—–－]|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|={5,}.*")
_PUBLISHED = re.compile(r"(?:发布|发文|公开|生成)?(?:时间|日期)\s*[:：]?\s*(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})")
_PERIOD = re.compile(
    r"(20\d\d)\s*年\s*1\s*月\s*1\s*日\s*(?:起|开始)?\s*(?:至|到|[-—–~～]+)\s*(?:(20\d\d)\s*年)?\s*12\s*月\s*31\s*日"
)
_SITE = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&_%#:~-]+")
_PHONE = re.compile(r"(?:电话|热线)\s*(?:号码)?\s*[:：]?\s*((?:[(（]?0\d{2,3}[)）]?\s*[-—–－]*\s*)?\d{7,8}(?:[-—–－转]\d{1,5})?)")
_LABELLED_TITLE = re.compile(r"^标题\s*[:：]\s*")
_LONGEST_CHROME = 120


@dataclass(frozen=True)
class FrontMatter:
    """What stands before the first part; what is not found is empty."""

    title: str = ""
    unit: str = ""
    year: int | None = None
    preface: str = ""
    period: str = ""
    period_year: int | None = None
    site: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Shell:
    """A report's lines without the web page's additions; ``dropped`` are those, ``published`` the date they gave."""

    lines: list[Line]
    dropped: list[Line] = field(default_factory=list)
    published: date | None = None


def strip_shell(lines: Sequence[Line]) -> Shell:
    """Take the web page's additions away: publication line, counters, share links, page numbers (rule S-CHROME)."""
    kept: list[Line] = []
    dropped: list[Line] = []
    for line in lines:
        (dropped if is_chrome(line) else kept).append(line)
    published = next((day for line in dropped if (day := _date(line.text)) is not None), None)
    return Shell(kept, dropped, published)


def is_chrome(line: Line) -> bool:
    """Whether a whole line belongs to the web page or to the printed page, not to the report."""
    text = line.text.strip()
    if isinstance(line.block, TextBlock) and line.block.role == "chrome":
        return True
    if line.block is not None and not text:
        return False
    if line.cells or len(text) > _LONGEST_CHROME:
        return False
    return bool(_PAGE_NUMBER.fullmatch(text)) or (bool(_CHROME.match(text)) and not text.endswith("。"))


def _date(text: str) -> date | None:
    match = _PUBLISHED.search(text)
    if match is None:
        return None
    try:
        return date(*(int(number) for number in match.groups()))
    except ValueError:
        return None


def read_front(lines: Sequence[Line]) -> FrontMatter:
    """Title, unit, year and preface from the lines before the first part.

    The unit is what the title says before the year; a title without one is completed by the line above it.
    """
    place = next((number for number, line in enumerate(lines) if _is_title(line.text)), None)
    heading = _LABELLED_TITLE.sub("", lines[place].text) if place is not None else ""
    title = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading)).strip("#*")
    unit, year = _unit_and_year(title)
    if title and not unit and place and _is_name(lines[place - 1].text):
        unit = re.sub(r"\s+", "", lines[place - 1].text)
        title = unit + title
    body = [line.text for line in (lines[place + 1 :] if place is not None else lines) if not _is_title(line.text)]
    preface = "\n".join(body)
    plain = unicodedata.normalize("NFKC", preface)
    period, site, phone = _PERIOD.search(plain), _SITE.search(plain), _PHONE.search(preface)
    return FrontMatter(
        title=title,
        unit=unit,
        year=year,
        preface=preface,
        period=period.group() if period else "",
        period_year=int(period.group(1)) if period else None,
        site=site.group().rstrip(".") if site else "",
        phone=phone.group(1) if phone else "",
    )


def _is_title(text: str) -> bool:
    return len(text) <= 60 and bool(_TITLE.search(re.sub(r"\s+", "", text))) and "。" not in text


def _is_name(text: str) -> bool:
    return 2 < len(text) <= 30 and not re.search(r"[\d，。,:：；]", text)


def _unit_and_year(title: str) -> tuple[str, int | None]:
    match = _YEAR.search(title)
    if match is None:
        head = _TITLE.split(title)[0]
        return (head if head != title else ""), None
    return title[: match.start()].removesuffix("关于").strip("《"), int(match.group(1))

"""The Regulation (国务院令第711号): our digest, and the official text where an office adds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.language.numerals import parse_chinese, to_chinese
from assistant.language.quantities import statistics
from assistant.language.text import strip_control
from assistant.library.model import Figure, NotAccepted, Piece

NAME = "中华人民共和国政府信息公开条例"
ORDER = "国务院令第711号"
ARTICLES = 56
CHAPTERS = 6
_WHERE = "请从国家法律法规数据库下载现行有效的文本（2019年修订，国务院令第711号）后再加入"
_ARTICLE = re.compile(r"^[\s\u3000]*第([一二三四五六七八九十百零〇]{1,6})条[\s\u3000:：]*(?=\S|$)")
_CHAPTER = re.compile(r"^[\s\u3000]*第([一二三四五六七八九十]{1,3})章[\s\u3000]*(\S.{0,20})$")
_ITEM = re.compile(r"^[\s\u3000]*[（(][一二三四五六七八九十]{1,3}[)）]")
_PAGE = re.compile(r"^[\s\u3000]*(?:[-—–－]\s*\d{1,3}\s*[-—–－]|第\s*\d+\s*页.*|\d{1,3})\s*$")
_TITLE = re.compile(r"政府信息公开条例")
_REPEALED = re.compile(r"第\s*492\s*号|第四百九十二号|2008\s*年\s*5\s*月\s*1\s*日起施行|二[〇零]{2}八年五月一日起施行")
_CURRENT = re.compile(r"第\s*711\s*号|第七百一十一号|2019\s*年\s*5\s*月\s*15\s*日起施行|二[〇零]一九年五月十五日起施行")


@dataclass(frozen=True)
class Regulation:
    """The official text: its wording with page numbers taken out, and a passage for each paragraph of each article."""

    text: str
    pieces: tuple[Piece, ...]


def looks_like_regulation(text: str) -> bool:
    """Whether a text is meant to be the Regulation: its title at the head and articles below."""
    head = re.sub(r"\s", "", text[:3000])
    lines = text.splitlines()
    return bool(_TITLE.search(head)) and sum(bool(_ARTICLE.match(line)) for line in lines) >= 5


def read_regulation(text: str, file: str) -> Regulation:
    """Recognise the official text: order no. 711, six chapters, articles 1 to 56 in order, each once.

    Raises:
        NotAccepted: the repealed text of 2007 (order no. 492), a text that cannot be told, or one with articles or chapters
            missing, doubled or out of order; the message names them.
    """
    clean = "\n".join(line for line in strip_control(text).split("\n") if not _PAGE.match(line))
    lines = clean.split("\n")
    numbers = [number for line in lines if (number := _number(_ARTICLE, line)) is not None]
    _refuse_repealed(clean, numbers, file)
    _refuse_incomplete(numbers, [number for line in lines if (number := _number(_CHAPTER, line)) is not None], file)
    return Regulation(clean, tuple(_pieces(lines)))


def _number(pattern: re.Pattern[str], line: str) -> int | None:
    match = pattern.match(line)
    value = parse_chinese(match.group(1)) if match else None
    return int(value) if value is not None else None


def _refuse_repealed(text: str, numbers: list[int], file: str) -> None:
    current = bool(_CURRENT.search(text))
    if (max(numbers, default=0) <= 38 and not current) or (_REPEALED.search(text) and not current):
        what = (
            "这是2007年公布的旧条例（国务院令第492号，38条），已被2019年的修订取代"
            if (_REPEALED.search(text) or max(numbers, default=0) == 38)
            else "条文不到56条，也没有国务院令第711号的字样，不能确认是现行条例"
        )
        raise NotAccepted(what, place=file, remedy=_WHERE)
    if not current:
        raise NotAccepted("没有国务院令第711号或者2019年5月15日起施行的字样，不能确认是现行条例", place=file, remedy=_WHERE)


def _refuse_incomplete(numbers: list[int], chapters: list[int], file: str) -> None:
    faults = []
    missing = [number for number in range(1, ARTICLES + 1) if number not in numbers]
    doubled = sorted({number for number in numbers if numbers.count(number) > 1})
    beyond = sorted({number for number in numbers if number > ARTICLES})
    if missing:
        faults.append("缺" + _named(missing))
    if doubled:
        faults.append(_named(doubled) + "出现多次")
    if beyond:
        faults.append("多出" + _named(beyond))
    if not faults and numbers != sorted(numbers):
        faults.append("条文次序不对")
    # A table of contents names each chapter once more.
    absent = [number for number in range(1, CHAPTERS + 1) if number not in chapters]
    if absent:
        faults.append("缺" + "、".join(f"第{to_chinese(number)}章" for number in absent))
    if faults:
        raise NotAccepted(f"条例文本不完整：{'；'.join(faults)}", place=file, remedy=_WHERE)


def _named(numbers: list[int]) -> str:
    return "、".join(f"第{to_chinese(number)}条" for number in numbers)


def _pieces(lines: list[str]) -> list[Piece]:
    """One passage a paragraph of an article; items （一）… stay with the paragraph they belong to."""
    found: list[Piece] = []
    chapter, article, place = "", 0, 0
    start = end = -1
    text = "\n".join(lines)

    def close() -> None:
        if article and start >= 0:
            number = sum(piece.article == article for piece in found) + 1
            path = tuple(part for part in (NAME, chapter, f"第{to_chinese(article)}条", f"第{to_chinese(number)}款") if part)
            body = text[start:end]
            figures = tuple(Figure(item.start, item.end, item.value, item.unit) for item in statistics(body))
            found.append(Piece("", "article", body, start, end, "", article, path, f"第{to_chinese(article)}条", figures))

    for line in lines:
        here, place = place, place + len(line) + 1
        heading, number = _CHAPTER.match(line), _number(_ARTICLE, line)
        if not line.strip():
            continue
        if heading or number is not None or not _ITEM.match(line):
            close()
            start = -1
        if heading:
            chapter, article = f"第{heading.group(1)}章 {heading.group(2).strip()}", 0
            continue
        article = number if number is not None else article
        if article:
            start = here + len(line) - len(line.lstrip()) if start < 0 else start
            end = here + len(line.rstrip())
    close()
    return found


def digest_pieces(digest: dict[str, Any]) -> tuple[str, tuple[Piece, ...]]:
    """The text and passages of our digest of the Regulation, one passage an article."""
    chapters = {chapter["number"]: f"第{to_chinese(chapter['number'])}章 {chapter['title']}" for chapter in digest["chapters"]}
    dates = f"{digest['revised'][:4]}年修订，自{digest['effective']}起施行"
    about = f"《{digest['name']}》：{digest['order']}，{dates}，{CHAPTERS}章{ARTICLES}条。"
    lines, start = [digest["warning"], about], len(digest["warning"]) + 1
    pieces = [Piece("", "document", about, start, start + len(about), "", None, (digest["name"],), digest["name"])]
    start += len(about) + 1
    for article in digest["articles"]:
        name = f"第{to_chinese(article['number'])}条"
        text = f"{name}（{article['title']}）{article['summary']}关键词：{'、'.join(article['keywords'])}。"
        path = (f"{digest['name']}（{digest['order']}，摘要）", chapters[article["chapter"]], f"{name} {article['title']}")
        pieces.append(Piece("", "article", text, start, start + len(text), "", article["number"], path, name))
        lines.append(text)
        start += len(text) + 1
    return "\n".join(lines) + "\n", tuple(pieces)


def document_pieces(documents: dict[str, Any]) -> tuple[str, tuple[Piece, ...]]:
    """The text and passages of the list of notices, one passage a notice."""
    lines, pieces, start = [documents["warning"]], [], len(documents["warning"]) + 1
    for item in documents["documents"]:
        text = f"{item['number']}《{item['name']}》（{item['issuer']}，{item['year']}年）：{item['purpose']}。"
        pieces.append(Piece("", "document", text, start, start + len(text), "", None, ("文件", item["number"]), item["number"]))
        lines.append(text)
        start += len(text) + 1
    return "\n".join(lines) + "\n", tuple(pieces)

"""Notes that sort the new requests, by how they were handed in or by what they ask for, put behind the table's own sentence."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.drafting.offline.voice import Voice

_NEW = "t3.new.total"
_LEAD = re.compile(
    r"^(?:全年|\{year\}年[，]?)?(?:新收(?:政府信息公开)?(?:申请)?(?:\{(?P<one>[^{}]+)\}件)?(?:申请)?|\{(?P<two>[^{}]+)\}件(?:新收的?|新)?申请)"
    r"(?:中|里)?(?:的?(?:来路|来源|渠道|提交方式))?[，：]?"
)
_CHANNEL = re.compile(
    r"(?:其中|通过|以|从|在|来[一-鿿]{1,4}?|到[一-鿿]{1,4}?)?(?:网上|线上|在线|网络|互联网|网站|平台|邮寄|邮政|邮件|邮箱|信函|信件|挂号信?|寄信|寄来|来信|当面|窗口|现场|传真)"
    r"(?:平台|渠道|方式|寄送|邮寄)?(?:收到|提交|递交|提出|申请|交|递|寄|提)?(?:来)?的?(?:有|为)?\{(?P<slot>[^{}]+)\}件"
)
_SUBJECT = re.compile(
    r"(?:其中)?(?:询?问|查询?|查阅|索取|要求?|想要|咨询|涉及|关于|反映)[^，；。{}]+?的?(?:有|为)?\{(?P<slot>[^{}]+)\}件"
)
_REST = re.compile(r"(?:其余|其他|剩下)的?[^{}]*")


def sorted_requests(voice: Voice, text: str) -> str:
    """A written sentence on the new requests, led in by what it sorts them by; unchanged if it is not such a list.

    A list of channels is taken for one only where its figures add up to the new requests of 表三, a list of subjects only where
    they do not exceed them.
    """
    if not voice.positive(_NEW):
        return text
    lead = _LEAD.match(text)
    slot = (lead["one"] or lead["two"]) if lead else None
    if slot and (not voice.has(slot) or voice.number(slot) != voice.number(_NEW)):
        return text
    body = text[lead.end() :] if lead else text
    first = re.split("[；。]", body)[0]
    pieces = re.split("[、，]", first)
    if (total := _total(voice, pieces, _CHANNEL)) is not None and total == voice.number(_NEW):
        return f"按提交方式分，{body}"
    listed = pieces[:-1] if _REST.fullmatch(pieces[-1]) else pieces
    if lead and len(listed) > 1 and (total := _total(voice, listed, _SUBJECT)) is not None and total <= voice.number(_NEW):
        return f"按内容分，{body}"
    return text


def _total(voice: Voice, pieces: list[str], kind: re.Pattern[str]) -> Decimal | None:
    """The sum of the pieces' figures if each piece is of this kind."""
    slots = [match["slot"] for piece in pieces if (match := kind.fullmatch(piece))]
    if len(slots) != len(pieces) or not all(voice.has(slot) for slot in slots):
        return None
    return sum((voice.number(slot) for slot in slots), Decimal(0))

"""The preface and part 六."""

from __future__ import annotations

import re

from assistant.drafting.draft import Sentence
from assistant.drafting.offline.notes import in_writing
from assistant.drafting.offline.voice import Voice
from assistant.language.numerals import to_chinese

_REGULATION = "《中华人民共和国政府信息公开条例》（国务院令第711号，以下简称《条例》）"
_FEE_SUM = re.compile(
    r"^[^，；。{}]*(?:信息处理费|处理费|收费|收取|收了)[^，；。{}]*\{(?P<count>[^{}]+)\}件[，、]?(?:共|合计|计|共计)?\{(?P<yuan>[^{}]+)\}元[，；。]?(?P<rest>.*)$"
)
_UNPAID = re.compile("逾期|未缴|没缴|不缴")
_FEE_LABEL = re.compile(r"^(?:政府信息公开)?信息处理费[:：]")


def basis(voice: Voice, provisions: tuple[str, ...]) -> list[Sentence]:
    """What the report is based on: the articles and the notice on the form."""
    articles = "、".join(f"第{to_chinese(int(item.partition(':')[2]))}条" for item in provisions)
    lead = voice.one_of("basis", ("根据", "依据", "按照"))
    notice = f"《{voice.form.name}》（{voice.form.document_number}）"
    text = f"{lead}{_REGULATION}{articles}和{notice}，编制{{unit.name}}{{year}}年政府信息公开工作年度报告。"
    return [voice.sentence(text, *provisions, voice.form.reference)]


def scope(voice: Voice) -> list[Sentence]:
    """Whose figures they are, for governments that report on their whole area."""
    return [voice.sentence(f"除标明单位名称的以外，所列数据为{voice.scope}数据。", "unit")] if voice.scope else []


def period(voice: Voice) -> list[Sentence]:
    """The statistical period."""
    lead = voice.one_of("period", ("统计期限为", "所列数据的统计期限为", "统计期限："))
    return [voice.sentence(f"{lead}{{period}}。")]


def contact(voice: Voice) -> list[Sentence]:
    """Where to find and whom to ask; only what the unit's profile holds."""
    sentences = []
    if voice.has("unit.site"):
        sentences.append(voice.sentence("本报告电子版可在{unit.site}查阅。"))
    labels = (("address", "地址"), ("zip", "邮编"), ("phone", "电话"), ("fax", "传真"), ("email", "电子邮箱"))
    details = [f"{label}：{{unit.contact.{name}}}" for name, label in labels if voice.has(f"unit.contact.{name}")]
    office = "{unit.contact.unit}" if voice.has("unit.contact.unit") else ""
    if office and details:
        sentences.append(voice.sentence(f"如有疑问，请与{office}联系（{'，'.join(details)}）。"))
    elif details:
        sentences.append(voice.sentence(f"联系方式：{'，'.join(details).replace('：', '')}。"))
    elif office:
        sentences.append(voice.sentence(f"如有疑问，请与{office}联系。"))
    return sentences


def fee(voice: Voice, note_ids: tuple[str, ...]) -> list[Sentence]:
    """The information processing fee: collected, not collected, or partly stated."""
    sentences = []
    who = f"{voice.scope}行政机关" if voice.scope else voice.own
    if voice.zero("fee.count"):
        lead = voice.one_of("fee.none", (f"{{year}}年，{who}未收取", f"{who}全年没有收取", f"{{year}}年，{who}没有收取"))
        sentences.append(voice.sentence(f"{lead}政府信息公开信息处理费。", "fee", "条例:42"))
    elif voice.positive("fee.count") and voice.positive("fee.yuan"):
        text = f"{{year}}年，{who}收取政府信息公开信息处理费{{fee.count}}件、{{fee.yuan}}元。"
        sentences.append(voice.sentence(text, "条例:42"))
    elif voice.positive("fee.count") or voice.positive("fee.yuan"):
        stated = "{fee.count}件" if voice.positive("fee.count") else "{fee.yuan}元"
        asked = "收取信息处理费的金额（元）" if voice.positive("fee.count") else "收取信息处理费的件数"
        sentences.append(voice.sentence(f"{{year}}年，{who}收取政府信息公开信息处理费{stated}。", "条例:42"))
        sentences.append(voice.gap("fee", asked))
    for note_id in note_ids:
        sentences += _fee_note(voice, note_id)
    return sentences


def _fee_note(voice: Voice, note_id: str) -> list[Sentence]:
    found = next(item for item in voice.submission.notes if item.id == note_id)
    texts = in_writing(voice, found.text, f"note.{note_id}", f"素材 {note_id} ").sentences
    texts[:1] = [_without_sum(voice, text, note_id) for text in texts[:1]]
    return [voice.sentence(_FEE_LABEL.sub("其中", text), note_id) for text in texts if text]


def _without_sum(voice: Voice, text: str, note_id: str) -> str:
    """A fee note's opening clause left out where it only repeats count and amount."""
    match = _FEE_SUM.match(text)
    if match is None or not voice.has("fee.count", "fee.yuan"):
        return text
    stated = [voice.ledger[key].value for key in match.group("count", "yuan")]
    return match["rest"] if stated == [voice.number("fee.count"), voice.number("fee.yuan")] else text


def unpaid(voice: Voice) -> list[Sentence]:
    """Requests no longer handled because the fee was not paid (表三 row, rule T3-UNPAID-LINK)."""
    return (
        [voice.sentence("另有{t3.r6_2_unpaid.total}件因申请人逾期未缴纳费用，不再处理。")]
        if voice.positive("t3.r6_2_unpaid.total")
        else []
    )

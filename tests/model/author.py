"""A competent author for tests: reads nothing but the prompt and writes sound sentences from the items it finds there.

It stands where a good model would stand. It knows the language of the field and the notation of the prompts, no unit and no
fixed text; what it is not given it does not write. ``ask`` makes it a client, ``reply`` the text a server hands back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from assistant.drafting.model.types import Answer, RenderedPrompt
from assistant.drafting.register import register_words

SLOT = re.compile(r"\{([^{}]+)\}")
_ITEM = re.compile(r"^要点(\d+)〔([^\n]*?)〕(（程序[^\n]*）)?$", re.M)
_MATERIAL = re.compile(r"<材料>(.*?)</材料>", re.S)
_FIGURE = re.compile(r"^\{([^{}]+)\}=(增加|减少|增长|下降)?([\d.]*)[^，\n]*?，([^\n]+)$", re.M)
_ZERO = re.compile(r"^为零：(.+)$", re.M)
_STATUS = {"已经解决": "已经解决", "部分解决": "部分解决", "仍在整改": "仍在整改"}
_SHORT = 40
_VERBAL = re.compile(r"^(?:在|通过|依托|利用|共|累计|公开|发布|围绕|组织|开展|举办|印发|制定|编制|更新|新增|登载)")


@dataclass
class Item:
    """One item of the prompt."""

    number: int
    what: str
    alone: bool
    text: str
    figures: dict[str, tuple[str, str]]
    values: dict[str, float]
    zeros: list[str]

    @property
    def anchor(self) -> str:
        """The key of the text it rests on."""
        found = re.match(r"(f\d+|fee)(?=，)", self.what) or re.search(r"([A-Za-z][A-Za-z0-9_-]*)$", self.what)
        return found.group(1) if found else ""


def items_of(user: str) -> list[Item]:
    """The items of a prompt."""
    marks = list(_ITEM.finditer(user))
    found = []
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(user)
        block = user[mark.end() : end].split("\n可作依据的条文")[0].split("\n没有通过的句子")[0]
        material = _MATERIAL.search(block)
        listed = _FIGURE.findall(block)
        figures = {key: (direction, label) for key, direction, _value, label in listed}
        values = {key: float(value) for key, _direction, value, _label in listed if value}
        zero = _ZERO.search(block)
        zeros = re.findall(r"([\w.]+)（[^（）]*(?:（[^（）]*）[^（）]*)?）", zero.group(1)) if zero else []
        found.append(Item(int(mark[1]), mark[2], bool(mark[3]), material.group(1) if material else "", figures, values, zeros))
    return found


def written(text: str) -> str:
    """A note in the written register: the field's own rules, no final stop."""
    words = register_words()
    body = text.translate(str.maketrans(",;:", "，；："))
    body = "".join(clause for clause in re.findall(r"[^，；。]+[，；。]?", body) if not any(p.search(clause) for p in words.drop))
    body = re.sub(r"今年|本年度(?!报告)", "{year}年", body).replace("去年", "上年")
    for pattern in words.delete:
        body = pattern.sub("", body)
    body = re.sub(r"(\{[^{}]+\})余(?=[件条个次])", r"超过\1", body)
    for pattern, replacement in words.rules:
        body = pattern.sub(replacement, body)
    return body.strip("，；。、 ")


@dataclass
class Author:
    """Writes the sentences of a part. ``history`` holds every prompt it was asked, in order of arrival."""

    history: list[RenderedPrompt] = field(default_factory=list)
    name: str = "author-1"

    def ask(
        self, prompt: RenderedPrompt, *, schema: type[BaseModel] | dict[str, Any], part: str, temperature: float = 0.0
    ) -> Answer:
        self.history.append(prompt)
        text = self.reply(prompt.system, prompt.user)
        assert isinstance(schema, type)
        return Answer(text, schema.model_validate_json(text), "ok", "", self.name, len(prompt.user), len(text), 0.0, 1)

    def answer(self, body: dict[str, Any]) -> str:
        """The answer to a request's body, for a scripted server."""
        return self.reply(str(body["messages"][0]["content"]), str(body["messages"][-1]["content"]))

    def reply(self, system: str, user: str) -> str:
        """The JSON a server hands back for these messages."""
        own = (re.search(r"自称(?:一律)?用“([^”]+)”", system) or re.search(r"()", "")).group(1)  # type: ignore[union-attr]
        scope = re.search(r"说到全辖区用“([^”]+)”", system)
        items = items_of(user)
        sentences = list(self.sentences(items, own, scope.group(1) if scope else "", opening="“主动公开”" in system))
        if '"alternatives"' in system:
            return json.dumps({"alternatives": [sentences]}, ensure_ascii=False)
        return json.dumps({"sentences": sentences}, ensure_ascii=False)

    def sentences(self, items: list[Item], own: str, scope: str, *, opening: bool) -> Iterator[dict[str, Any]]:
        """The sentences of a part: short neighbouring notes are told together, everything else one by one."""
        waiting: list[tuple[Item, str]] = []
        for item in items:
            text = self.body(item, own, scope)
            if opening and item is items[0] and item.text:
                text = self.with_subject(text, own, scope)
            short = item.text and not item.alone and not item.anchor.startswith("f") and len(SLOT.sub("00", text)) <= _SHORT
            if waiting and (not short or len(waiting) == 2 or "；" in text):
                yield self.joined(waiting)
                waiting = []
            waiting.append((item, text))
            if not short or "；" in text:
                yield self.joined(waiting)
                waiting = []
        if waiting:
            yield self.joined(waiting)

    def joined(self, told: list[tuple[Item, str]]) -> dict[str, Any]:
        text = "；".join(body for _item, body in told) + "。"
        sources = [key for item, _body in told for key in ([item.anchor] if item.anchor else []) + item.zeros]
        sources += [key for item, _body in told if not item.anchor for key in item.figures]
        return {"items": [item.number for item, _body in told], "text": text, "sources": list(dict.fromkeys(sources))}

    def with_subject(self, text: str, own: str, scope: str) -> str:
        text = re.sub(r"^全年(?:共|累计)?", "", text)
        return f"{{year}}年，{'' if scope else own}{text}" if _VERBAL.match(text) else text

    def body(self, item: Item, own: str, scope: str) -> str:
        """The sentence of one item, without stop."""
        if item.anchor == "fee":
            return self.fee(item, f"{scope}行政机关" if scope else own)
        if re.fullmatch(r"f\d+", item.anchor):
            return self.follow_up(item)
        if item.text:
            return "".join((written(item.text), *self.beside(item)))
        for marks, write in self.figures().items():
            if any(key.startswith(marks) for key in (*item.figures, *item.zeros)):
                return write(item, own, scope)
        return "，".join(f"{plain(label)}{{{key}}}件" for key, (_way, label) in item.figures.items())

    def figures(self) -> dict[str, Callable[[Item, str, str], str]]:
        return {
            "t3.new.total": self.received, "t3.new.": self.applicants, "t4.": self.disputes, "d.lit": self.disputes,
            "t2.norm": self.documents, "t2.rules": self.documents, "t3.r1_": self.results, "t3.r2_": self.results,
            "d.r": self.results, "t3.r6_2": self.unpaid, "t2.": self.decisions, "d.cur": self.decisions,
        }  # fmt: skip

    def fee(self, item: Item, who: str) -> str:
        if "fee.count" not in item.figures and "fee.yuan" not in item.figures:
            return f"{{year}}年，{who}未收取政府信息公开信息处理费"
        printed = [f"{{{key}}}{unit}" for key, unit in (("fee.count", "件"), ("fee.yuan", "元")) if key in item.figures]
        return f"{{year}}年，{who}收取政府信息公开信息处理费{'、'.join(printed)}"

    def unpaid(self, item: Item, own: str, scope: str) -> str:
        return "另有{t3.r6_2_unpaid.total}件因申请人逾期未缴费，不再处理"

    def follow_up(self, item: Item) -> str:
        title = re.search(r"上年问题“(.*)”的整改：(\S+)$", item.what)
        assert title is not None
        head = f"“{title[1]}”问题" if title[1] != "上年所列问题" else "{year.prev}年度所列的这一问题"
        told = written(item.text)
        return f"{head}{_STATUS[title[2]]}" + (f"：{told}" if told else "") + "".join(self.beside(item, moved=True))

    def beside(self, item: Item, *, moved: bool = False) -> Iterator[str]:
        """Figures of the tables that the program set beside a text."""
        told = set(SLOT.findall(item.text))
        for key, (_way, label) in item.figures.items():
            if key in told or key.startswith(("prev.", "d.share", "year")):
                continue
            before = f"prev.{key}"
            if moved and before in item.figures:
                verb = "增至" if item.values[key] > item.values[before] else "减至"
                yield f"；{plain(label)}的由上年的{{{before}}}件{verb}{{{key}}}件"
            else:
                share = next((k for k in item.figures if k.startswith("d.share")), "")
                yield f"；{plain(label)}{{{key}}}件" + (f"，占办结总数的{{{share}}}%" if share and "t3." in key else "")

    def change(self, item: Item, key: str, *, base: bool = False) -> str:
        diff, growth, before = f"d.diff.{key.removeprefix('d.')}", f"d.growth.{key.removeprefix('d.')}", f"prev.{key}"
        if diff not in item.figures:
            return ""
        way, rate = item.figures[diff][0], item.figures.get(growth, ("", ""))[0]
        against = f"较上年的{{{before}}}件" if before in item.figures else "比上年"
        return f"，{against}{way}{{{diff}}}件" + (f"，{rate}{{{growth}}}%" if rate else "")

    def received(self, item: Item, own: str, scope: str) -> str:
        have = item.figures
        who = scope or own
        if "t3.new.total" not in have:
            head = f"{{year}}年，{who}未收到政府信息公开申请" if not have else f"{who}全年没有新收政府信息公开申请"
            head += "（上年为{prev.t3.new.total}件）" if "prev.t3.new.total" in have else ""
        else:
            head = f"{{year}}年，{who}新收政府信息公开申请{{t3.new.total}}件{self.change(item, 't3.new.total')}"
        parts = []
        parts.append("加上上年结转的{t3.carry_in.total}件" if "t3.carry_in.total" in have else "上年没有结转")
        parts += ["应办理{d.to_handle}件"] * ("d.to_handle" in have)
        parts += ["办结{t3.r7_total.total}件"] * ("t3.r7_total.total" in have)
        parts.append("结转下年度继续办理{t3.carry_out.total}件" if "t3.carry_out.total" in have else "没有结转下年度的申请")
        return f"{head}；{'，'.join(parts)}"

    def applicants(self, item: Item, own: str, scope: str) -> str:
        have = item.figures
        parts = []
        if "t3.new.natural" in have:
            if "d.org_sum.new" not in have:
                return "新收申请均由自然人提出"
            parts.append("自然人{t3.new.natural}件" + ("，占{d.share.new.natural}%" if "d.share.new.natural" in have else ""))
        if "d.org_sum.new" in have:
            rows = [
                f"{plain(label)}{{{key}}}件"
                for key, (_w, label) in have.items()
                if key.startswith("t3.new.") and "natural" not in key
            ]
            parts.append("法人或其他组织{d.org_sum.new}件" + (f"，主要是{'、'.join(rows)}" if rows else ""))
        return f"新收申请按申请人分，{'；'.join(parts)}" if parts else "新收申请均由法人或其他组织提出"

    def results(self, item: Item, own: str, scope: str) -> str:
        clauses: list[str] = []
        inside = False
        for key, (_way, label) in item.figures.items():
            if key.startswith("d.share"):
                joint = "，合计占办结总数的" if "disclosed" in key else "，占办结总数的"
                clauses[-1] += f"{joint}{{{key}}}%"
            elif key == "t3.r2_partial.total" and clauses:
                clauses[-1] += f"、{plain(label)}{{{key}}}件"
            elif key.startswith("d.") or key.startswith(("t3.r1_", "t3.r2_")):
                clauses.append(f"{plain(label)}{{{key}}}件")
                inside = False
            else:
                clauses[-1] += f"{'、' if inside else '，主要是'}{plain(label)}{{{key}}}件"
                inside = True
        return "已办结的申请中，" + "；".join(clauses)

    def disputes(self, item: Item, own: str, scope: str) -> str:
        have = item.figures
        if not have:
            return "未发生因政府信息公开引起的行政复议、行政诉讼" if len(item.zeros) > 1 else self.none(item.zeros[0])
        total = next((key for key in ("t4.rev.total", "d.lit_total") if key in have), "")
        if not total:
            return self.none(item.zeros[0])
        name = "因政府信息公开被申请行政复议" if total == "t4.rev.total" else "因政府信息公开被提起行政诉讼"
        rows = [
            f"{plain(label)}{{{key}}}件"
            for key, (_w, label) in have.items()
            if re.search(r"(?:upheld|corrected|other|pending)$", key)
        ]
        return f"{name}{{{total}}}件{self.change(item, total)}" + (f"，其中{'、'.join(rows)}" if rows else "")

    def none(self, key: str) -> str:
        return "未发生行政复议" if key.startswith("t4.rev") else "未发生行政诉讼"

    def documents(self, item: Item, own: str, scope: str) -> str:
        verbs = (("issued", "制发"), ("repealed", "废止"), ("valid", "年末现行有效"))
        name = "规章" if any("t2.rules" in key for key in (*item.figures, *item.zeros)) else "行政规范性文件"
        clauses: list[str] = []
        for column, verb in verbs:
            key = next((key for key in item.figures if key.endswith(f".{column}") and key.startswith("t2.")), "")
            noun = "" if clauses else name
            if key:
                clauses.append(f"{verb}{noun}{{{key}}}件")
            elif column != "valid" and any(zero.endswith(column) for zero in item.zeros):
                clauses.append(f"没有{verb}{noun}")
        if not clauses:
            return (
                "，".join(f"{plain(label)}{{{key}}}件" for key, (_w, label) in item.figures.items())
                or f"没有新制作、新公开{name[2:]}"
            )
        return f"{scope or '全年'}{'，'.join(clauses)}"

    def decisions(self, item: Item, own: str, scope: str) -> str:
        return "作出" + "、".join(f"{plain(label)}{{{key}}}件" for key, (_w, label) in item.figures.items())


def plain(label: str) -> str:
    """A label as words of a sentence."""
    label = re.sub(r"^(?:上年)?表\S+\s", "", label)
    label = re.sub(r"·总计$|合计$|^新收·", "", label)
    return label.rpartition("·")[2].replace("行政诉讼", "")

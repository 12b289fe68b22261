"""The author at the other end of the plain recipe: writes a report from the passages in its prompt, figures as they stand there.

It is fair to the recipe: it keeps to passages of this unit's year, copies notes as they are, states each figure of the tables
with its label and the change on last year where both years' lines are there, calculated right. ``wrong`` is the share of its
figures that come out as language models get them wrong: another year's figure of the same line, two digits swapped, rounded.
With 0 it makes no slip at all, which no model reaches; any other rate is an assumption of whoever runs it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

_PASSAGE = re.compile(r"【([^】]*?)(\d{4})年([^】]*)】\n(.*?)(?=\n【|\Z)", re.S)
_LINE = re.compile(r"^([^：\n]{2,60})：(\d+(?:\.\d+)?)([件元万]*)$", re.M)
_NOTE = re.compile(r"^(?:素材|问题|改进措施|整改情况)：(.+)$", re.M)
_NUMERAL = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.]|年|月|日|号)")
_LONGEST = 4000
REPORT = "请写正文"


class PlainAuthor:
    """Writes from passages; ``wrong`` as in the module's text, drawn from ``seed``."""

    def __init__(self, wrong: float = 0.0, seed: int = 0) -> None:
        self.wrong = wrong
        self._chance = random.Random(seed)

    def answer(self, body: dict[str, Any]) -> str:
        """The report for a request's body."""
        system, user = (str(message["content"]) for message in (body["messages"][0], body["messages"][-1]))
        asked = re.search(r"(\d{4})年政府信息公开工作年度报告", system)
        return self.report(user, int(asked[1]) if asked else 0)

    def report(self, user: str, year: int) -> str:
        """The text of a report of ``year`` from the passages of a prompt."""
        now: dict[str, tuple[str, str]] = {}
        before: dict[str, str] = {}
        notes: dict[str, None] = {}
        for _unit, told, kind, text in _PASSAGE.findall(user):
            if "填报" not in kind:
                continue
            for label, value, unit in _LINE.findall(text):
                if int(told) == year:
                    now[label] = (value, unit)
                else:
                    before[label] = value
            if int(told) == year:
                notes |= dict.fromkeys(_NOTE.findall(text))
        sentences = [*(self._noted(note) for note in notes), *self._figures(now, before)]
        return "".join(sentences)[:_LONGEST]

    def _noted(self, note: str) -> str:
        text = _NUMERAL.sub(lambda match: self._figure(match.group(), ""), note)
        return text.rstrip("。；，") + "。"

    def _figures(self, now: dict[str, tuple[str, str]], before: dict[str, str]) -> Iterator[str]:
        for label, (value, unit) in now.items():
            if not float(value):
                continue
            text = f"{label}{self._figure(value, before.get(label, ''))}{unit}"
            yield text + self._change(value, before.get(label, ""), unit) + "。"

    def _change(self, value: str, past: str, unit: str) -> str:
        if not past or not past.isdigit() or not value.isdigit() or past == value:
            return ""
        change = int(value) - int(past)
        return f"，比上年{'增加' if change > 0 else '减少'}{self._figure(str(abs(change)), '')}{unit}"

    def _figure(self, value: str, past: str) -> str:
        if self._chance.random() >= self.wrong:
            return value
        slips = [past] if past and past != value else []
        whole = value.partition(".")[0]
        if len(whole) > 1:
            slips += [value[1] + value[0] + value[2:], str(round(int(whole), 1 - len(whole)))]
        slips = [slip for slip in slips if slip and slip != value and not slip.startswith("0")]
        return self._chance.choice(slips) if slips else str(int(whole) + 1)

"""Tells problems, improvements and answers to last year's problems apart, sentence by sentence."""

from __future__ import annotations

import re

from assistant.library.model import Role

_LIST_MARK = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,2}[)）.、．]|[一二三四五六七八九十]是)")
_LAST_YEAR = re.compile(r"(?:上一?年度?|去年|前一年|上年度报告)[^。]{0,24}(?:问题|不足|整改|提出|所列|存在)")
_PROGRESS = re.compile(
    r"[”\"]?(?:的|这一|该)?问题(?:已经?|部分|基本|正在|取得|得到|仍|继续|尚)[^。]{0,8}(?:解决|整改|到位|进展|推进|改进|完成)"
    r"|(?:已经?|部分)(?:解决|整改到位)[：:]"
)
_IMPROVE = re.compile(
    r"^(?:改进|整改)(?:措施|办法|情况|方向|打算)?(?:是|为|[：:])|下一步|下步|今后|接下来|改进(?:措施|办法)[：:是为]|针对(?:上述|以上|存在|这些)"
    r"|(?:我[局县市区镇乡委街]道?|本机关|将)(?:将|进一步|继续|着力|重点)|^将"
)
_PROBLEM = re.compile(
    r"(?:存在|仍有|还有|尚有)[^。]{0,16}(?:问题|不足|差距|短板)|主要问题|(?:不足|问题)(?:主要)?(?:是|表现|有|在于|如下|[：:])"
)


class RoleReader:
    """Walks through the part on problems. What says nothing of its own goes on with what was said before.

    A numbered item that turns from its problem to the remedy does not change what the next item begins with.
    """

    def __init__(self, year: int | None) -> None:
        before = rf"|{year - 1}\s?年[^。]{{0,24}}(?:问题|不足|整改)" if year else ""
        after = rf"|^{year + 1}\s?年" if year else ""
        self._last_year = re.compile(_LAST_YEAR.pattern + before)
        self._improve = re.compile(_IMPROVE.pattern + after)
        self._role: Role = "problem"
        self._start: Role = "problem"
        self._fresh = True

    def heading(self, line: str) -> None:
        """A sub-heading sets what follows, if it names one thing only."""
        if re.search(r"上一?年度?|去年|整改(?:落实|回应|结果)", line):
            self._start = self._role = "follow_up"
        elif re.search(r"改进|措施|打算|下一?步|计划", line) and not re.search(r"问题|不足", line):
            self._start = self._role = "improvement"
        elif re.search(r"问题|不足|困难", line) and not re.search(r"改进|措施", line):
            self._start = self._role = "problem"

    def paragraph(self) -> None:
        """A new paragraph begins."""
        self._role = self._start
        self._fresh = True

    def sentence(self, text: str) -> Role:
        """The role of the next sentence."""
        role = self._judge(_LIST_MARK.sub("", text))
        if self._fresh or (role == "problem" and self._start == "follow_up"):
            self._start = role
        self._role, self._fresh = role, False
        return role

    def _judge(self, bare: str) -> Role:
        if self._last_year.search(bare) or _PROGRESS.search(bare):
            return "follow_up"
        if self._improve.search(bare):
            return "improvement"
        if _PROBLEM.search(bare):
            return "problem"
        if self._fresh and self._role == "follow_up":
            return "problem"
        return self._role

"""Whether another wording does what was wished for, as far as that can be told without understanding it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_ENDS = re.compile(r"[。！？]")
_LESS = 0.95


def _sentences(text: str) -> int:
    return len(_ENDS.findall(text))


@dataclass(frozen=True)
class Wish:
    """A kind of wish: words that express it, how it is told of, whether a wording grants it."""

    words: re.Pattern[str]
    told: str
    granted: Callable[[str, str], bool]


def _more(now: str, then: str) -> bool:
    return _sentences(then) > _sentences(now)


def _fewer(now: str, then: str) -> bool:
    return _sentences(then) < _sentences(now)


def _shorter(now: str, then: str) -> bool:
    return len(then) <= len(now) * _LESS


def _longer(now: str, then: str) -> bool:
    return _shorter(then, now)


def _other(now: str, then: str) -> bool:
    return then != now


_WISHES = (
    Wish(re.compile(r"拆|分成|分为|分句|断句|短句"), "句子更多的", _more),
    Wish(re.compile(r"合并|合成|并成|连成|一句"), "句子更少的", _fewer),
    Wish(re.compile(r"简洁|简短|简明|简练|精简|精炼|压缩|缩短|短[些点]|啰嗦|冗长"), "更简洁的", _shorter),
    Wish(re.compile(r"详细|具体|展开|充实|长[些点]"), "更详细的", _longer),
    Wish(re.compile(r"换[一个种]*(?:说法|写法|表述|句式)|不[要一]样|不同|另一种"), "不同的", _other),
)


def wish_of(instruction: str) -> Wish | None:
    """The wish that an instruction expresses; None where granting it cannot be told.

    Args:
        instruction: what the person wants, in Chinese.
    """
    found = [wish for wish in _WISHES if wish.words.search(instruction)]
    return found[0] if len(found) == 1 else None

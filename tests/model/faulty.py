"""Everything bad a service can do in place of a good answer, by name; for draws at random and for each by itself."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable

from tests.model import behaviours as does
from tests.model.exchange import Author, Behaviour, Seen

Spoiling = Callable[[str, float], Behaviour]
"""From the good answer and the longest silence in seconds to a behaviour."""
_TRADITIONAL = str.maketrans("开关请办务网发结个类为报见还复议诉讼组织", "開關請辦務網發結個類為報見還復議訴訟組織")


def spoilt(text: str, change: Callable[[dict[str, object]], dict[str, object]]) -> str:
    """A good answer with each of its sentences changed."""
    try:
        data = json.loads(text)
    except ValueError:
        return text
    if "sentences" in data:
        data["sentences"] = [change(dict(sentence)) for sentence in data["sentences"]]
    return json.dumps(data, ensure_ascii=False)


def _of_texts(words: Callable[[str], str]) -> Spoiling:
    return lambda text, _seconds: does.answer(spoilt(text, lambda one: {**one, "text": words(str(one["text"]))}))


def _half(text: str) -> str:
    return text[: len(text) // 2]


UNWIRED: dict[str, Spoiling] = {
    "busy": lambda _text, _s: does.status(429, retry_after=0),
    "failed": lambda _text, _s: does.status(500),
    "unavailable": lambda _text, _s: does.status(503, retry_after=0.01),
    "error page": lambda _text, _s: does.login_page(502),
    "reset": lambda _text, _s: does.reset(),
    "cut": lambda text, _s: does.cut(_half(text)),
    "cut by reset": lambda text, _s: does.cut(_half(text), by_reset=True),
    "error in the stream": lambda _text, _s: does.error_event(),
    "no choices": lambda _text, _s: does.no_choices(),
    "not JSON": lambda _text, _s: does.not_json(),
    "stalled": lambda text, seconds: does.stalled(_half(text), seconds),
    "dripping": lambda _text, seconds: does.dripping(seconds),
    "silent": lambda _text, seconds: does.silent(seconds),
}
"""Faults of the wire: asking again may help."""

CLOSED: dict[str, Spoiling] = {
    "login page": lambda _text, _s: does.login_page(),
    "login page that claims to be a stream": lambda _text, _s: does.login_page_called_json(),
    "redirect": lambda _text, _s: does.redirect("http://127.0.0.1:9/"),
    "wrong key": lambda _text, _s: does.status(401, "Incorrect API key provided"),
    "no money": lambda _text, _s: does.status(429, "余额不足", error_code="insufficient_quota"),
    "unknown model": lambda _text, _s: does.status(404),
    "prompt too long": lambda _text, _s: does.status(400, "the request exceeds the available context size"),
}
"""Refusals of the service: asking again is of no use."""

UNREADABLE: dict[str, Spoiling] = {
    "half of the JSON": lambda text, _s: does.answer(_half(text)),
    "cut at the token limit": lambda text, _s: does.answer(_half(text), finish="length"),
    "an object of another form": lambda _text, _s: does.json_answer({"text": "好"}),
    "no JSON": lambda _text, _s: does.answer("全年新收政府信息公开申请若干件，均已依法答复。"),
    "refusal in its field": lambda _text, _s: does.refusal(),
    "refusal in words": lambda _text, _s: does.refusal_in_words(),
    "empty": lambda _text, _s: does.empty(),
    "null": lambda _text, _s: does.null_content(),
    "thinking that never ends": lambda text, _s: does.thinking(text, closed=False),
    "endless repetition": lambda _text, _s: does.repeating(),
}
"""Answers that hold nothing to use."""

WRONG: dict[str, Spoiling] = {
    "English": _of_texts(lambda _text: "The bureau received many applications in this year."),
    "traditional characters": _of_texts(lambda text: text.translate(_TRADITIONAL)),
    "refusal in each sentence": _of_texts(lambda _text: "作为一个人工智能，我无法撰写公文。"),
    "invented figures": _of_texts(lambda text: text.rstrip("。") + "，比上年增长37.5%，共惠及9876人次。"),
    "invented deeds": _of_texts(lambda text: text.rstrip("。") + "，并联合邻县建立数据共享联席会议制度。"),
    "invented slots": _of_texts(lambda text: text.rstrip("。") + "，其中{t9.none.total}件由专班办理。"),
    "verdicts": _of_texts(lambda text: "在县委的坚强领导下，我们高度重视，成效显著，" + text),
    "another unit": _of_texts(lambda text: "邻水县教育局" + text),
    "no sources": lambda text, _s: does.answer(spoilt(text, lambda one: {**one, "sources": []})),
    "sources of nothing": lambda text, _s: does.answer(spoilt(text, lambda one: {**one, "sources": ["n99", "条例:999"]})),
    "markup": _of_texts(lambda text: f"**{text}**\n<b>要闻</b>"),
    "one sentence only": lambda text, _s: does.answer(_first_only(text)),
}
"""Answers in the agreed form that say what they may not."""

ODD: dict[str, Spoiling] = {
    "thinking in tags": lambda text, _s: does.thinking(text),
    "thinking without its first tag": lambda text, _s: does.thinking(text, opened=False),
    "thinking in a field": lambda text, _s: does.reasoning_field(text),
    "code fence": lambda text, _s: does.fenced(text),
    "trailing commas": lambda text, _s: does.trailing_commas(json.loads(text)),
    "no usage told": lambda text, _s: does.answer(text, usage=None),
}
"""Good answers in odd wrapping."""

BAD = UNWIRED | CLOSED | UNREADABLE | WRONG
SLOW = frozenset({"stalled", "dripping", "silent"})


def _first_only(text: str) -> str:
    try:
        data = json.loads(text)
    except ValueError:
        return text
    return json.dumps({"sentences": data.get("sentences", [])[:1]}, ensure_ascii=False)


class Unreliable:
    """Answers through an author, but spoils a share of the answers. What befalls a request depends on seed and prompt alone.

    Args:
        author: who writes the good answers.
        share: share of the requests that are spoilt, 0 to 1.
        seed: of the draws.
        names: faults to draw from; all of ``BAD`` if empty.
        seconds: longest silence of the slow ones.
        latency: seconds a good answer takes.
    """

    def __init__(
        self,
        author: Author,
        share: float,
        seed: int = 0,
        *,
        names: tuple[str, ...] = (),
        seconds: float = 30.0,
        latency: float = 0.0,
    ) -> None:
        self.author, self.share, self.seed, self.seconds, self.latency = author, share, seed, seconds, latency
        self.names = names or tuple(BAD)
        self.drawn: list[str] = []
        self._asked: Counter[str] = Counter()

    def __call__(self, seen: Seen) -> Behaviour:
        """The behaviour for a request; the server asks for one at a time."""
        self._asked[seen.user] += 1
        chance = random.Random(f"{self.seed}/{self._asked[seen.user]}/{seen.user}")
        name = chance.choice(self.names) if chance.random() < self.share else ""
        self.drawn.append(name)
        if not name:
            return does.scripted_author(self.author, latency=self.latency)
        return (BAD | ODD)[name](self.author(seen.body), self.seconds)

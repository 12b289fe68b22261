"""A competent author that slips: some of its figures are other slots of the same prompt, or literal numbers."""

from __future__ import annotations

import json
import random
import re
from typing import Any

from tests.model.author import SLOT, Author


class CarelessAuthor:
    """Writes as :class:`Author` does and gets a share ``wrong`` of its figures wrong, the same ones each time for a prompt.

    ``slipped`` holds each sentence with a wrong figure, as sent.
    """

    def __init__(self, wrong: float, seed: int = 0) -> None:
        self.wrong, self.seed = wrong, seed
        self.slipped: list[str] = []

    def answer(self, body: dict[str, Any]) -> str:
        """The answer to a request's body."""
        user = str(body["messages"][-1]["content"])
        text = Author().answer(body)
        chance = random.Random(f"{self.seed}/{user}")
        slots = [key for key in dict.fromkeys(SLOT.findall(user)) if not key.startswith("year")]
        data = json.loads(text)
        for sentence in data["sentences"]:
            sentence["text"] = self._spoilt(sentence["text"], slots, chance)
        return json.dumps(data, ensure_ascii=False)

    def _spoilt(self, text: str, slots: list[str], chance: random.Random) -> str:
        def slip(match: re.Match[str]) -> str:
            others = [key for key in slots if key != match[1]]
            if match[1].startswith("year") or chance.random() >= self.wrong:
                return match.group()
            return f"{{{chance.choice(others)}}}" if others and chance.random() < 0.5 else str(chance.randint(2, 99))

        made = SLOT.sub(slip, text)
        if made != text:
            self.slipped.append(made)
        return made

"""What people are told of the model: only who looks after the machine is told names of settings and commands."""

from __future__ import annotations

import re

from assistant.review.rights import Actor, may

ASK = "请管理员配置"
_SETTING = re.compile(r"\b(?:OPENAI|ASSISTANT)_[A-Z_]+|\bpip install\b")
_REMEDY = re.compile(r"请[^（）；。]*(?:（[^（）]*）[^（）；。]*)*")
_SENTENCE = re.compile(r"[^。；]+[。；]?")


def told_to(actor: Actor, text: str) -> str:
    """A message on the model for a person.

    Args:
        actor: who reads it.
        text: Chinese sentences, which may name settings.

    Returns:
        The text as it is for who may see the state of the machine; for others what names a setting is left to the admin.
    """
    if not _SETTING.search(text) or may(actor, "see_status"):
        return text
    plain = _REMEDY.sub(lambda found: ASK if _SETTING.search(found.group()) else found.group(), text)
    return _SENTENCE.sub(_without_names, plain)


def _without_names(found: re.Match[str]) -> str:
    sentence = found.group()
    if not _SETTING.search(sentence):
        return sentence
    return "模型服务的设置有误，请管理员检查" + (sentence[-1] if sentence[-1] in "。；" else "")

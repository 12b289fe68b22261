"""Reading what a model said: thinking, fences, stray commas and halves of JSON, refusals, other languages. Each has one outcome."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from assistant.drafting.model.language import endless, wrong_language
from assistant.drafting.model.types import Outcome

__all__ = ["Reading", "Schema", "endless", "read_answer", "without_thinking"]

Schema = type[BaseModel] | dict[str, Any]
_THINK = r"think|thinking|thought|reasoning|analysis"
_THOUGHT = re.compile(rf"<({_THINK})\b[^>]*>.*?</\1\s*>|◁think▷.*?◁/think▷", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(rf"</(?:{_THINK})\s*>|◁/think▷", re.IGNORECASE)
_THOUGHT_START = re.compile(rf"<(?:{_THINK})\b[^>]*>|◁think▷", re.IGNORECASE)
_CHANNEL = re.compile(r"<\|channel\|>\s*final\s*(?:<\|[^|]*\|>[^<]*)?<\|message\|>", re.IGNORECASE)
_MARK = re.compile(r"<\|[a-z_]+\|>")
_PAGE = re.compile(r"\s*(?:<!doctype html|<html\b)", re.IGNORECASE)
_SORRY = re.compile(
    r"\s*(?:非常|很|十分)?(?:抱歉|对不起|遗憾)[，,。！!].{0,40}?(?:无法|不能|不便|不可以)"
    r"|\s*我(?:无法|不能)(?:完成|提供|协助|帮助|满足|处理|生成|撰写)"
    r"|\s*作为(?:一个|一名|一款)?(?:AI|人工智能|大?语言模型|智能助手)"
    r"|\s*(?:I['’]?m sorry|I am sorry|Sorry|I can(?:no|['’])t|I am unable|As an AI)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEWEST_SAME, _SHORTEST_SAME = 3, 10
_MOST_STARTS = 40
_MOST_DETAIL = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer comes to: its text without thinking, the object in it, the outcome and, unless usable, the reason."""

    text: str
    data: object | None
    outcome: Outcome
    reason: str = ""


def read_answer(
    raw: str, schema: Schema, *, finish: str = "", refusal: str = "", thought: bool = False, stopped: bool = False, known: str = ""
) -> Reading:
    """Judge an answer.

    Args:
        raw: the content as sent.
        schema: what the object must be. A Pydantic class checks it whole, a dict only its top level's required keys.
        finish: the finish reason the service gave.
        refusal: the refusal field, if there was one.
        thought: whether the service sent thinking in a field of its own.
        stopped: whether reading was broken off because the answer repeated itself.
        known: the prompt; its characters are never held against the answer.
    """
    text = without_thinking(raw)
    reading = _before_parsing(raw, text, finish, refusal, thought or text != raw.strip(), stopped)
    if reading:
        return reading
    data, reason = _first_fitting(text, schema)
    if data is None:
        return _unread(text, finish, reason)
    return _after_parsing(text, data, known)


def without_thinking(raw: str) -> str:
    """The answer itself: thinking in tags is taken off, also where its first or its last tag is missing."""
    text = raw.lstrip("\ufeff")
    final = list(_CHANNEL.finditer(text))
    if final:
        text = text[final[-1].end() :]
    text = _THOUGHT.sub("", text)
    ends = [match.end() for match in _THOUGHT_END.finditer(text) if "{" not in text[: match.start()] or "{" in text[match.end() :]]
    if ends:
        text = text[ends[-1] :]
    start = _THOUGHT_START.search(text)
    if start and not text[: start.start()].strip():
        text = ""
    return _MARK.sub("", text).strip()


def _before_parsing(raw: str, text: str, finish: str, refusal: str, thought: bool, stopped: bool) -> Reading | None:
    if refusal.strip() or finish == "content_filter":
        return Reading(text, None, "refused", "模型拒绝作答")
    if _PAGE.match(raw):
        return Reading("", None, "not_a_model", "服务地址返回的是网页，不是模型的答复")
    if stopped or endless(raw):
        return Reading(text, None, "repetition", "模型反复输出同样的内容")
    if not text:
        if finish == "length":
            return Reading("", None, "truncated", "模型只思考没有作答，就用完了答复长度" if thought else "答复为空，已到长度上限")
        return Reading("", None, "empty", "模型只思考，没有作答" if thought else "模型的答复是空的")
    return None


def _unread(text: str, finish: str, reason: str) -> Reading:
    if finish == "length":
        return Reading(text, None, "truncated", "答复到了长度上限，没有写完")
    if _SORRY.match(text):
        return Reading(text, None, "refused", "模型拒绝作答")
    if "{" not in text and wrong_language(text):
        return Reading(text, None, "wrong_language", wrong_language(text))
    return Reading(text, None, "unparsable", reason)


def _after_parsing(text: str, data: object, known: str) -> Reading:
    content = data.model_dump() if isinstance(data, BaseModel) else data
    strings = list(_strings(content))
    if any(_SORRY.match(item) for item in strings):
        return Reading(text, None, "refused", "模型拒绝作答")
    if any(_says_the_same(each) for each in _wordings(content)) or any(endless(item) for item in strings):
        return Reading(text, None, "repetition", "模型反复输出同样的内容")
    reason = wrong_language("\n".join(item for item in strings if not re.fullmatch(r"[\w.:\-]*", item, re.ASCII)), known)
    return Reading(text, None, "wrong_language", reason) if reason else Reading(text, data, "ok")


def _wordings(content: object) -> list[object]:
    """What is looked at by itself: several wordings of one passage may have sentences and sources in common."""
    several = content.get("alternatives") if isinstance(content, dict) else None
    return several if isinstance(several, list) else [content]


def _says_the_same(content: object) -> bool:
    counts = Counter(item.strip() for item in _strings(content) if len(item.strip()) >= _SHORTEST_SAME)
    return any(count >= _FEWEST_SAME for count in counts.values())


def _first_fitting(text: str, schema: Schema) -> tuple[object | None, str]:
    """The first JSON object in the text that fits, else why there is none."""
    reason = ""
    for found in _objects(text):
        data, why = _fit(found, schema)
        if data is not None:
            return data, ""
        reason = reason or why
    return None, reason or ("答复里的 JSON 不完整或有语法错误" if "{" in text else "答复里没有 JSON")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Whole JSON objects, outermost first; commas before a closing bracket are forgiven, nothing else is."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    for source in dict.fromkeys((text, without_stray_commas(text))):
        at, starts, found = source.find("{"), 0, False
        while at >= 0 and starts < _MOST_STARTS:
            starts += 1
            try:
                value, end = decoder.raw_decode(source, at)
            except (ValueError, RecursionError):
                if _opens_object(source, at):
                    break
                at = source.find("{", at + 1)
                continue
            if isinstance(value, dict) and value:
                found = True
                yield value
            at = source.find("{", end)
        if found:
            return


def _opens_object(source: str, at: int) -> bool:
    """Whether a broken object begins here rather than a slot or brace in running text: then its insides are not the answer."""
    return bool(re.match(r'\{\s*"', source[at:]))


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def without_stray_commas(text: str) -> str:
    """The text without commas right before ``}`` or ``]``, those inside strings kept."""
    return re.sub(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', lambda match: match.group(1) or "", text, flags=re.DOTALL)


def _fit(found: dict[str, Any], schema: Schema) -> tuple[object | None, str]:
    if isinstance(schema, dict):
        missing = [name for name in schema.get("required", ()) if name not in found]
        return (None, f"答复缺少 {'、'.join(missing)}") if missing else (found, "")
    try:
        return schema.model_validate_json(json.dumps(found)), ""
    except (ValidationError, ValueError, RecursionError) as error:
        return None, f"答复不合格式（{_where(error)}）"


def _where(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return type(error).__name__
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    places = [f"{'.'.join(str(step) for step in item['loc']) or '整体'}：{item['type']}" for item in errors[:_MOST_DETAIL]]
    return "；".join(places) + ("……" if len(errors) > _MOST_DETAIL else "")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)

"""Texts from outside made safe, and messages of the model turned into Chinese for the person who filled the input in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.errors import InputError
from assistant.form import Source
from assistant.submission.model import InputRemark

# Control characters except tab and line feed, invisible direction marks, and code points no XML or Word file can hold.
_STRIPPED = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_SUSPECT = re.compile(f"{_STRIPPED.pattern[:-1]}\x00\ud800-\udfff]")
_PATH_LIKE = re.compile(r'[/\\:*?"<>|\x00-\x1f]|\.\.|^\.')

FIELD_LABELS = {
    "unit": "单位信息",
    "name": "单位全称",
    "kind": "单位类型",
    "region": "所在行政区",
    "aliases": "简称、曾用名",
    "site": "公开网址",
    "contact": "联系方式",
    "address": "地址",
    "zip": "邮编",
    "phone": "电话",
    "fax": "传真",
    "email": "邮箱",
    "neighbours": "同级其他单位",
    "year": "报告年度",
    "form": "表式",
    "cells": "表格数据",
    "notes": "工作素材",
    "problems": "存在的主要问题",
    "improvements": "改进措施",
    "follow_ups": "上年问题整改",
    "fee": "信息处理费",
    "previous": "上年数据",
    "id": "编号",
    "aspect": "所属方面",
    "text": "内容",
    "source": "出处",
    "answers": "针对的问题编号",
    "problem": "上年问题",
    "status": "整改状态",
    "count": "件数",
    "yuan": "金额（元）",
}


def clean_text(text: str, source: Source, remarks: list[InputRemark]) -> str:
    """The text without control and invisible characters; a remark is added when some were removed.

    Raises:
        InputError: the text holds NUL or half a character (a lone surrogate), signs of a damaged file.
    """
    if not _SUSPECT.search(text):
        return text
    if _REFUSED.search(text):
        raise InputError("文字中有损坏的字符（空字符或不完整的字符）", place=str(source), remedy="请删除后重新输入这段文字")
    cleaned, count = _STRIPPED.subn("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if count:
        remarks.append(
            InputRemark(code="text", message=f"文字中有 {count} 个看不见的控制字符，已去掉", remedy="请核对这段文字", source=source)
        )
    return cleaned


def check_unit_name(name: str, place: str) -> None:
    """Refuse names that are paths or hold control characters: file and folder names are made from unit names.

    Raises:
        InputError: the name is not one a unit can have.
    """
    if _PATH_LIKE.search(name):
        raise InputError("单位全称中有路径符号或控制字符", place=place, remedy="请填写机关全称，例如“示例县教育局”")


T = TypeVar("T", bound=BaseModel)


def validated(model: type[T], values: dict[str, Any], at: Callable[[str], str]) -> T:
    """Build ``model`` from ``values``.

    Args:
        model: the model class.
        values: raw field values.
        at: gives the place of a field, for messages.

    Raises:
        InputError: the first thing that is wrong, in Chinese.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = "/".join(str(part) for part in first["loc"])
        fields = [part for part in first["loc"] if isinstance(part, str)]
        label = FIELD_LABELS.get(fields[-1], fields[-1]) if fields else ""
        what, remedy = _in_chinese(str(first["type"]), first.get("ctx") or {}, label)
        raise InputError(what, place=at(path), remedy=remedy) from None


_MESSAGES: tuple[tuple[str, str, str], ...] = (
    ("missing", "缺少{name}", "请补填"),
    ("literal_error", "{name}不在可选项内", "可选：{expected}"),
    (
        "string_pattern_mismatch",
        "{name}写法不对",
        "编号以英文字母开头，其后可用字母、数字、- 和 _，最多 16 个字符，例如 n1",
    ),
    ("string_too_long", "{name}超过 {max_length} 字", "请精简或分成几条"),
    ("string_too_short", "{name}是空的", "请补填"),
    ("string_type", "{name}应当是文字", "请改填文字"),
    ("greater_than_equal", "{name}不能小于 {ge}", "请更正"),
    ("less_than_equal", "{name}不能大于 {le}", "请更正"),
    ("int_", "{name}不是整数", "请填写阿拉伯数字的整数"),
    ("decimal_", "{name}不是数字", "请填写阿拉伯数字"),
    ("finite_number", "{name}不是数字", "请填写阿拉伯数字"),
    ("tuple_", "{name}应当是列表", "请用方括号列出各项"),
    ("model_", "{name}应当是一组“名称：值”", "请用花括号写明各项"),
    ("", "{name}的内容不合规定", "请对照填报说明更正"),
)


def _in_chinese(kind: str, context: dict[str, Any], label: str) -> tuple[str, str]:
    """What is wrong and what to do, for one of pydantic's error types."""
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    words = {**context, "name": f"“{label}”" if label else "这一项", "expected": expected}
    what, remedy = next((what, remedy) for start, what, remedy in _MESSAGES if kind.startswith(start))
    return what.format(**words), remedy.format(**words)

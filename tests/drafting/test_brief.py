"""An edited brief is followed; one that is another report's, or asks for what nobody handed in, is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.brief import Brief, read_brief
from assistant.errors import InputError
from assistant.form import default_registry
from tests.corpus.material import COUNTY
from tests.drafting.material import county_draft, narrative, submission_at

_UNIT = "xianzhengfu"
_SUBMISSION = submission_at(COUNTY / "2025" / f"{_UNIT}.json")


def _brief() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(draft_report(_SUBMISSION, default_registry()).draft.brief.model_dump_json())
    return data


def _written(brief: dict[str, Any], folder: Path) -> str:
    path = folder / "brief.json"
    path.write_text(json.dumps(brief, ensure_ascii=False), encoding="utf-8")
    return narrative(draft_report(_SUBMISSION, default_registry(), brief=read_brief(path)))


def _part(brief: dict[str, Any], key: str) -> dict[str, Any]:
    return next(part for part in brief["parts"] if part["key"] == key)


def _add(part: str, **point: Any) -> Callable[[dict[str, Any]], None]:
    return lambda brief: _part(brief, part)["points"].append(point)


def _set(place: tuple[str, str], value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda brief: _part(brief, place[0]).update({place[1]: value})


def test_the_planned_brief_gives_the_same_text(tmp_path: Path) -> None:
    assert _written(_brief(), tmp_path) == narrative(draft_report(_SUBMISSION, default_registry()))


def test_an_edited_brief_is_followed(tmp_path: Path) -> None:
    brief = _brief()
    note = next(note for note in _SUBMISSION.notes if note.aspect == "s1.platform")
    _part(brief, "s1.platform")["points"] = [{"topic": "gap", "gap": "platform", "ask": "平台建设情况"}]
    _add("s1.mgmt", topic="note", keys=[note.id], provisions=["条例:6"])(brief)
    assert "【待补：平台建设情况】" in _written(brief, tmp_path)


@pytest.mark.parametrize("unit", ["xianzhengfu", "gonganju", "liuxizhen"])
def test_every_planned_brief_is_accepted(unit: str, tmp_path: Path) -> None:
    drafted = county_draft(unit, 2025)
    path = tmp_path / "brief.json"
    path.write_text(drafted.draft.brief.model_dump_json(), encoding="utf-8")
    again = draft_report(drafted.submission, default_registry(), previous=drafted.previous, brief=read_brief(path))
    assert again.draft.parts == drafted.draft.parts


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_add("sec5", topic="follow_up", keys=["f9"]), "/parts/6/points/"),
        (_add("sec5", topic="follow_up", keys=["foo"]), "/parts/6/points/"),
        (_add("sec5", topic="follow_up"), "/parts/6/points/"),
        (_add("s1.supervise", topic="result", gap="applause", keys=["n1"]), "/parts/5/points/"),
        (_add("s1.supervise", topic="result", gap="assess", keys=["n99"]), "/parts/5/points/"),
        (_add("s1.active", topic="note", keys=["n99"]), "/parts/1/points/"),
        (_add("s1.active", topic="note"), "/parts/1/points/"),
        (_add("s1.active", topic="note", keys=["n1"], provisions=["foo"]), "/parts/1/points/"),
        (_add("s1.active", topic="note", keys=["n1"], provisions=["条例:999"]), "/parts/1/points/"),
        (_add("preface", topic="basis", provisions=["foo"]), "/parts/0/points/"),
        (_add("preface", topic="basis", provisions=["文件:30号"]), "/parts/0/points/"),
        (_add("preface", topic="received"), "/parts/0/points/"),
        (_add("s1.mgmt", topic="gap", gap="x", ask="{t9.nothing}"), "/parts/3/points/"),
        (_add("s1.mgmt", topic="gap", gap="x", ask="}"), "/parts/3/points/"),
        (_add("s1.mgmt", topic="gap", gap="", ask=""), "/parts/3/points/"),
        (_add("s1.mgmt", topic="poem"), "/parts/3/points/"),
        (_set(("s1.mgmt", "points"), []), "/parts/3/points"),
        (_set(("s1.mgmt", "heading"), "（三）政府信息管理99件"), "/parts/3/heading"),
        (_set(("s1.mgmt", "key"), "s1.fun"), "/parts"),
        (lambda brief: brief.update(parts=[]), "/parts"),
        (lambda brief: brief["parts"].append(brief["parts"][0]), "/parts"),
        (lambda brief: brief.update(unit="示例县财政局"), "/unit"),
        (lambda brief: brief.update(year=2024), "/year"),
        (lambda brief: brief.update(form="form2019"), "/form"),
        (lambda brief: brief.update(suggestions=[{"text": "{t9.nothing}件", "keys": []}]), "/suggestions/0"),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], None], place: str, tmp_path: Path
) -> None:
    brief = _brief()
    change(brief)
    with pytest.raises(InputError) as caught:
        _written(brief, tmp_path)
    assert place in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize("content", ["", "[", "[" * 100_000, "7", '{"brief": 7}', "\udcff"])
def test_a_file_that_is_no_brief_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "brief.json"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InputError):
        read_brief(path)


def test_the_brief_of_a_draft_is_a_brief() -> None:
    assert Brief.model_validate(_brief())


def _also(part: str, topic: str, key: str) -> Callable[[dict[str, Any]], None]:
    def change(brief: dict[str, Any]) -> None:
        next(point for point in _part(brief, part)["points"] if point["topic"] == topic)["keys"].append(key)

    return change


@pytest.mark.parametrize(
    ("part", "topic"),
    [("sec5", "problems"), ("sec5", "follow_up"), ("s1.active", "note"), ("s1.supervise", "result"), ("sec6", "fee")],
)
@pytest.mark.parametrize("key", ["t3.r4_1_nothold.total", "d.r4_sum", "note.n1.1"])
def test_a_fact_at_hand_may_be_added_to_a_point_and_the_offline_text_stays(part: str, topic: str, key: str, tmp_path: Path) -> None:
    brief = _brief()
    _also(part, topic, key)(brief)
    assert _written(brief, tmp_path) == narrative(draft_report(_SUBMISSION, default_registry()))


@pytest.mark.parametrize("key", ["t3.nothing.total", "note.n1.99", "p99", ""])
def test_a_fact_that_does_not_exist_is_refused_by_its_name(key: str, tmp_path: Path) -> None:
    brief = _brief()
    _also("sec5", "problems", key)(brief)
    with pytest.raises(InputError) as caught:
        _written(brief, tmp_path)
    assert f"“{key}”" in caught.value.message
    assert "/parts/6/points/" in caught.value.message
    assert caught.value.remedy

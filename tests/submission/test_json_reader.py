"""What a JSON submission may hold, and that nothing in it is repaired, guessed or answered with a traceback."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.form import FormRegistry
from assistant.submission.json_reader import MAX_BYTES, read_json
from assistant.submission.schema import submission_schema
from tests.submission.material import document, read, three_forms, values

jsonschema = pytest.importorskip("jsonschema")

_ENGLISH = ("Input should", "Field required", "validation error", "Traceback", "pydantic")


def test_examples_are_read_whole_and_fit_the_schema(shared: Path, registry: FormRegistry) -> None:
    schema = submission_schema(registry)
    files = sorted((shared / "examples").glob("*/*.json"))
    assert len(files) == 6
    for file in files:
        raw = json.loads(file.read_text(encoding="utf-8"))
        jsonschema.validate(raw, schema)
        submission = read_json(file.read_bytes(), file.name, registry)
        assert submission.cells.keys() == registry.get("form2021").cells.keys()
        assert submission.remarks == ()
        for key, value in raw["cells"].items():
            cell = submission.cells[key]
            expected = "blank" if value is None else "placeholder" if value == "/" else "ok"
            assert (cell.status, cell.value) == (expected, Decimal(str(value)) if expected == "ok" else None)


def test_absent_cell_is_blank_and_not_zero() -> None:
    cells = read(document(cells={"t3.new.total": 0})).cells
    assert values(cells)["t3.new.total"] == (0, "ok", "")
    assert values(cells)["t3.new.natural"] == (None, "blank", "")


@pytest.mark.parametrize(
    ("written", "status", "value"),
    [
        ("3", "ok", "3"),
        ("3.0", "ok", "3.0"),
        ("12.5", "ok", "12.5"),
        ("-3", "ok", "-3"),
        ("96171.600000000006", "unparsed", None),
        ('"３００１"', "ok", "3001"),
        ('"1,200"', "ok", "1200"),
        ('" 6 "', "ok", "6"),
        ('"/"', "placeholder", None),
        ('"—"', "placeholder", None),
        ('"无"', "placeholder", None),
        ('""', "blank", None),
        ("null", "blank", None),
        ("true", "unparsed", None),
        ("false", "unparsed", None),
        ("NaN", "unparsed", None),
        ("Infinity", "unparsed", None),
        ("1e5", "unparsed", None),
        ("9" * 6000, "unparsed", None),
        ('"3O"', "unparsed", None),
        ('"1 2"', "unparsed", None),
        ('"1\\n2"', "unparsed", None),
        ('"1\u2009234"', "unparsed", None),
        ('"②"', "unparsed", None),
        ('"400余条"', "unparsed", None),
        ("[1]", "unparsed", None),
        ("{}", "blank", None),
        ('{"value": 3001, "raw": "3001", "status": "ok"}', "ok", "3001"),
        ('{"value": 3001}', "ok", "3001"),
        ('{"value": 3001, "raw": "3O01"}', "unparsed", None),
        ('{"value": 3, "raw": "4"}', "unparsed", None),
        ('{"value": null, "raw": "", "status": "inferred_zero"}', "inferred_zero", None),
        ('{"value": 3, "raw": "3", "status": "position_uncertain"}', "position_uncertain", "3"),
        ('{"value": 3, "status": "blank"}', "unparsed", None),
        ('{"value": null, "raw": "", "status": "ok"}', "blank", None),
        ('{"value": [3]}', "unparsed", None),
        ('{"value": 3, "status": "fine"}', "unparsed", None),
    ],
)
def test_any_value_of_a_cell_is_read_as_written(written: str, status: str, value: str | None) -> None:
    text = json.dumps(document(cells={"t3.new.total": "HERE"})).replace('"HERE"', written)
    cell = read(text).cells["t3.new.total"]
    assert (cell.status, cell.value) == (status, None if value is None else Decimal(value))
    assert cell.source.place == "/cells/t3.new.total"


def test_a_status_is_never_raised_to_ok() -> None:
    cell = read(document(cells={"t3.new.total": {"raw": "约3件", "value": None, "status": "ok"}})).cells["t3.new.total"]
    assert not cell.ok


def test_two_values_for_one_cell_keep_both_and_accept_neither() -> None:
    text = json.dumps(document(cells={"t3.new.total": 3})).replace('"t3.new.total": 3', '"t3.new.total": 3, "t3.new.total": 4')
    submission = read(text)
    cell = submission.cells["t3.new.total"]
    assert (cell.status, cell.value, cell.raw, cell.remark) == ("unparsed", None, "3｜4", "有两个不同的值")
    assert [(remark.code, remark.source.place) for remark in submission.remarks] == [("duplicate", "/cells/t3.new.total")]


def test_the_same_value_twice_is_kept_and_told() -> None:
    text = json.dumps(document(cells={"t3.new.total": 3})).replace('"t3.new.total": 3', '"t3.new.total": 3, "t3.new.total": 3')
    submission = read(text)
    assert submission.cells["t3.new.total"].ok
    assert submission.remarks[0].code == "duplicate"


def test_unknown_cell_is_told_and_the_rest_is_read() -> None:
    submission = read(document(cells={"t3.new.total": 3, "t3.new.children": 7}))
    assert submission.cells["t3.new.total"].value == 3
    assert [(remark.code, remark.source.place) for remark in submission.remarks] == [("unplaced", "/cells/t3.new.children")]


def test_a_flood_of_unknown_cells_is_told_in_few_words() -> None:
    submission = read(document(cells={"t3.new.total": 3} | {f"x{number}": 1 for number in range(500)}))
    assert len(submission.remarks) == 21
    assert "480" in submission.remarks[-1].message


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"unit": None}, "/unit", "单位信息"),
        ({"unit": "教育局"}, "/unit", "名称：值"),
        ({"unit": {"kind": "dept"}}, "/unit/name", "单位全称"),
        ({"unit": {"name": "", "kind": "dept"}}, "/unit/name", "空"),
        ({"unit": {"name": "示例县教育局"}}, "/unit/kind", "单位类型"),
        ({"unit": {"name": "示例县教育局", "kind": "bureau"}}, "/unit/kind", "bureau"),
        ({"unit": {"name": ["示例县"], "kind": "dept"}}, "/unit/name", "文字"),
        ({"unit": {"name": "示例县教育局", "kind": "dept", "aliases": "县教育局"}}, "/unit/aliases", "列表"),
        ({"unit": {"name": "../../etc/passwd", "kind": "dept"}}, "/unit/name", "路径"),
        ({"unit": {"name": "示例县\\教育局", "kind": "dept"}}, "/unit/name", "路径"),
        ({"unit": {"name": "局" * 121, "kind": "dept"}}, "/unit/name", "120"),
        ({"year": None}, "/year", "报告年度"),
        ({"year": "明年"}, "/year", "年份"),
        ({"year": 2025.5}, "/year", "年份"),
        ({"year": True}, "/year", "年份"),
        ({"year": 1999}, "/year", "1999"),
        ({"form": "form1900"}, "/form", "form1900"),
        ({"cells": [1, 2]}, "/cells", "名称：值"),
        ({"cells": {"新收": 3}}, "/cells", "键"),
        ({"notes": {"n1": "事"}}, "/notes", "列表"),
        ({"notes": ["做了一件事"]}, "/notes/0", "名称：值"),
        ({"notes": [{"aspect": "s1.fun", "text": "事"}]}, "/notes/0/aspect", "s1.fun"),
        ({"notes": [{"aspect": "s1.active", "text": 3.5, "id": "素材"}]}, "/notes/0/id", "编号"),
        ({"notes": [{"aspect": "s1.active", "text": "长" * 5001}]}, "/notes/0/text", "5000"),
        ({"notes": [{"aspect": "s1.active", "text": "事"}] * 501}, "填报.json", "500"),
        ({"follow_ups": [{"problem": "问题", "status": "done"}]}, "/follow_ups/0/status", "done"),
        ({"fee": 3}, "/fee", "名称：值"),
        ({"fee": {"count": -1}}, "/fee/count", "小于 0"),
        ({"fee": {"count": "许多"}}, "/fee/count", "整数"),
        ({"fee": {"count": 1, "yuan": "三百"}}, "/fee/yuan", "数字"),
        ({"unit": {"name": "示例县\x00局", "kind": "dept"}}, "/unit/name", "损坏"),
        ({"unit": {"name": "示例县\ud800局", "kind": "dept"}}, "/unit/name", "损坏"),
        ({"notes": [{"aspect": "s1.active", "text": "空\x00字符"}]}, "/notes/0/text", "损坏"),
    ],
)
def test_what_cannot_be_used_is_refused_in_chinese_with_its_place(changes: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(json.dumps(document(**changes)))
    assert place in caught.value.place
    assert words in caught.value.message
    assert caught.value.remedy
    assert not any(english in caught.value.message for english in _ENGLISH)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "第 1 行"),
        (b'{"year": 2025,}', "第 1 行"),
        (b"[" * 100_000, "JSON"),
        (b"[1, 2]", "最外层"),
        (b"\xff\xfe\x00\xd8", "编码"),
        (b'{"year": 2025, "year": 2024}', "不止一次"),
        (b" " * (MAX_BYTES + 1), "20 MB"),
    ],
)
def test_broken_json_is_refused_in_chinese(content: bytes, words: str, registry: FormRegistry) -> None:
    with pytest.raises(InputError, match=words):
        read_json(content, "填报.json", registry)


def test_gb18030_and_byte_order_marks_are_read(registry: FormRegistry) -> None:
    text = json.dumps(document(), ensure_ascii=False)
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert read_json(text.encode(encoding), "x", registry).unit.name == "示例县教育局"


def test_control_characters_are_taken_out_and_told() -> None:
    submission = read(document(notes=[{"aspect": "s1.active", "text": "公开\x07信息\u202e5条\u200b"}]))
    assert submission.notes[0].text == "公开信息5条"
    assert [(remark.code, remark.source.place) for remark in submission.remarks] == [("text", "/notes/0/text")]


def test_unknown_fields_are_told_and_left_out() -> None:
    submission = read(document(mood="good", notes=[{"aspect": "s1.active", "text": "事", "by": "张"}]))
    assert [remark.source.place for remark in submission.remarks] == ["/mood", "/notes/0/by"]
    assert all(remark.code == "ignored" and remark.remedy for remark in submission.remarks)


def test_doubled_and_colliding_ids_are_told_and_told_apart() -> None:
    notes = [{"id": name, "aspect": "s1.active", "text": name} for name in ("n1", "n1", "f1", "year", "p1")]
    submission = read(document(notes=notes, problems=[{"id": "p1", "text": "问题"}]))
    ids = [*(note.id for note in submission.notes), *(problem.id for problem in submission.problems)]
    assert len(set(ids)) == 6
    assert submission.problems[0].id == "p1"
    assert [remark.code for remark in submission.remarks] == ["duplicate"] * 4


def test_entries_without_ids_get_free_ones() -> None:
    notes = [{"aspect": "s1.active", "text": "甲"}, {"id": "n1", "aspect": "s1.active", "text": "乙"}]
    submission = read(document(notes=notes))
    assert [note.id for note in submission.notes] == ["n2", "n1"]
    assert submission.remarks == ()


def test_an_answer_to_no_problem_is_told_and_the_measure_kept() -> None:
    submission = read(document(problems=[{"id": "p1", "text": "问题"}], improvements=[{"text": "措施", "answers": ["p1", "p9"]}]))
    assert submission.improvements[0].answers == ("p1",)
    assert "p9" in submission.remarks[0].message


def test_empty_entries_are_left_out_and_told() -> None:
    submission = read(document(notes=[{"aspect": "s1.active", "text": "  "}]))
    assert submission.notes == ()
    assert submission.remarks[0].code == "ignored"


def test_aspects_kinds_and_statuses_may_be_given_in_chinese() -> None:
    submission = read(
        document(
            unit={"name": "示例县人民政府", "kind": "县级人民政府"},
            notes=[{"aspect": "监督保障", "text": "事"}],
            follow_ups=[{"problem": "问题", "status": "部分解决"}],
        )
    )
    assert (submission.unit.kind, submission.notes[0].aspect, submission.follow_ups[0].status) == (
        "gov_county",
        "s1.supervise",
        "partial",
    )


def test_a_fee_not_stated_stays_not_stated() -> None:
    assert read(document()).fee is None
    assert read(document(fee={"count": None, "yuan": None})).fee is None
    zero = read(document(fee={"count": 0})).fee
    assert zero is not None
    assert (zero.count, zero.yuan) == (0, None)


def test_last_years_figures_inside_a_submission() -> None:
    submission = read(document(previous={"year": 2024, "cells": {"t3.new.total": 7}}))
    assert submission.previous_cells["t3.new.total"].value == 7
    assert submission.previous_cells["t3.new.natural"].status == "blank"
    wrong = read(document(previous={"year": 2022, "cells": {"t3.new.total": 7}}))
    assert wrong.previous_cells == {}
    assert wrong.remarks[0].source.place == "/previous/year"


def test_an_outdated_form_is_read_as_it_is(registry: FormRegistry) -> None:
    submission = read(document(year=2025, cells={"t2.license.prev_items": 3, "t2.procure.amount": "24672.02万元"}))
    assert submission.form == "form2019"
    assert submission.cells["t2.procure.amount"].unit == "万元"


def test_a_third_form_needs_no_code() -> None:
    registry = three_forms()
    submission = read(document(year=2027, cells={"t3.r3_9_trial.media": 4, "t2.inspect.times": 9}), registry)
    assert submission.form == "form2027"
    assert submission.cells["t3.r3_9_trial.media"].value == 4
    jsonschema.validate(document(year=2027, cells={"t2.inspect.times": 9}), submission_schema(registry))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    field=st.sampled_from(["unit", "year", "form", "cells", "notes", "problems", "improvements", "follow_ups", "fee", "previous"]),
    value=_JSON,
)
@settings(max_examples=120)
def test_whatever_a_field_holds_there_is_a_submission_or_a_chinese_message(field: str, value: Any) -> None:
    try:
        read(json.dumps(document() | {field: value}))
    except InputError as error:
        assert error.remedy
        assert not any(english in error.message for english in _ENGLISH)


@given(cell=_JSON)
@settings(max_examples=120)
def test_whatever_a_cell_holds_a_cell_comes_out(cell: Any) -> None:
    try:
        found = read(json.dumps(document(cells={"t3.new.total": cell}))).cells["t3.new.total"]
    except InputError as error:
        assert "损坏" in error.message
        return
    assert found.ok == (found.status == "ok")

"""Any report file: content decides, bad files are refused by name and never stop the next, time and memory are bounded."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.drafting.printing import to_document
from assistant.errors import InputError
from assistant.files import Limits
from assistant.form import FormRegistry, default_registry
from assistant.form.loader import load_form
from assistant.report import reading
from assistant.report.docx_writer import write_docx
from assistant.report.file_kind import kind_of
from assistant.report.reading import parse, read_report, read_report_bytes
from tests.drafting.material import county_draft
from tests.report.flat_report import all_tables, numbered_values, report_text
from tests.report.word_maker import para, run, word
from tests.report.writer_samples import document

_DRAFT = write_docx(to_document(county_draft("xianzhengfu", 2025)))


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + stream.encode("utf-16-le") + b"\x00" * 600


def test_a_word_report_is_read_whatever_it_is_called(tmp_path: Path, registry: FormRegistry) -> None:
    drafted = county_draft("xianzhengfu", 2025)
    for name in ("报告.docx", "报告.pdf", "报告"):
        file = tmp_path / name
        file.write_bytes(_DRAFT)
        report = read_report(file, registry)
        assert (report.path, report.unit, report.year) == (str(file), drafted.submission.unit.name, 2025)
        printed = {key: cell.value for key, cell in drafted.submission.cells.items() if cell.ok}
        assert {key: cell.value for key, cell in report.cells.items() if cell.ok} == printed


def test_a_text_report_is_read(registry: FormRegistry) -> None:
    form = registry.get("form2021")
    values = numbered_values(form)
    data = report_text(form, all_tables(form, values)).encode("gb18030")
    report = read_report_bytes(data, "报告.txt", registry)
    assert {key: cell.raw for key, cell in report.cells.items() if cell.ok} == values


def test_a_form_that_only_the_caller_knows_is_known_in_the_other_process(registry: FormRegistry) -> None:
    third = load_form(Path(__file__).parents[1] / "data" / "form2027.toml")
    data = write_docx(document(third))
    assert read_report_bytes(data, "a.docx", FormRegistry([*registry.forms, third])).form == "form2027"
    assert read_report_bytes(data, "a.docx", registry).form != "form2027"


_BAD: dict[str, tuple[bytes, str]] = {
    "truncated": (_DRAFT[: len(_DRAFT) // 2], "损坏"),
    "damaged": (_DRAFT[:2000] + bytes(500) + _DRAFT[2500:], "损坏"),
    "encrypted": (ole("EncryptedPackage"), "密码"),
    "old Word": (ole("WordDocument"), ".doc"),
    "macros": (word(para(run("正文")), {"word/vbaProject.bin": b"x"}), "宏"),
    "entities": (word(para(run("正文")), {"word/footnotes.xml": b"<!DOCTYPE a><a/>"}), "外部实体"),
    "bomb": (word(para(run("正文")), {"word/media/a.bin": b"0" * (40 * 1024 * 1024)}), "压缩炸弹"),
    "another document": (word(para(run("关于召开会议的通知"))), "不像政府信息公开工作年度报告"),
    "older form": (
        word(para(run("示例县2016年政府信息公开工作年度报告")) + para(run("一、概述")) + para(run("全年公开 5 条。"))),
        "2016 年度",
    ),
    "workbook": (word("", {"xl/workbook.xml": b"<a/>"}), "工作簿"),
    "JSON": (b'{"unit": {}}', "JSON"),
    "picture": (b"\x89PNG\r\n\x1a\n....", "图片"),
    "archive": (b"Rar!....", "压缩包"),
    "broken PDF": (b"%PDF-1.7\n...", "PDF"),
    "binary": (bytes(range(256)) * 4, "文本"),
}


@pytest.mark.parametrize("name", _BAD)
def test_bad_files_are_refused_in_chinese_with_path_and_remedy(name: str, tmp_path: Path, registry: FormRegistry) -> None:
    data, words = _BAD[name]
    file = tmp_path / "报告.docx"
    file.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_report(file, registry)
    assert words in caught.value.message
    assert str(file) in caught.value.place
    assert caught.value.remedy
    assert read_report_bytes(_DRAFT, "next.docx", registry).form == "form2021"


def test_missing_empty_looping_huge(tmp_path: Path, registry: FormRegistry) -> None:
    empty, loop, huge = tmp_path / "empty.docx", tmp_path / "loop", tmp_path / "huge.docx"
    empty.write_bytes(b"")
    loop.symlink_to(loop)
    with huge.open("wb") as handle:
        handle.truncate(200 * 1024 * 1024)
    cases = {empty: "空的", loop: "绕成了圈", huge: "200 MB", tmp_path: "文件夹", tmp_path / "x": "没有这个文件"}
    for path, words in cases.items():
        with pytest.raises(InputError, match=words):
            read_report(path, registry)


def test_a_report_that_takes_too_long_is_given_up_and_the_next_is_read(registry: FormRegistry) -> None:
    started = time.perf_counter()
    with pytest.raises(InputError, match=r"超过 0.001 秒") as caught:
        read_report_bytes(_DRAFT, "slow.docx", registry, limits=Limits(seconds=0.001))
    assert caught.value.place == "slow.docx"
    assert time.perf_counter() - started < 5
    assert read_report_bytes(_DRAFT, "next.docx", registry).form == "form2021"


def test_a_report_that_takes_too_much_memory_is_given_up_and_the_next_is_read(registry: FormRegistry) -> None:
    many = word("".join(para(run("一" * 50)) for _ in range(60_000)))
    with pytest.raises(InputError) as caught:
        read_report_bytes(many, "large.docx", registry, limits=Limits(memory_bytes=100 * 1024 * 1024))
    assert "内存" in caught.value.message
    assert read_report_bytes(_DRAFT, "next.docx", registry).form == "form2021"


def test_a_process_that_died_meanwhile_is_replaced(registry: FormRegistry) -> None:
    read_report_bytes(_DRAFT, "first.docx", registry)
    for worker in reading._pool._idle:
        worker._process.kill()
        worker._process.wait()
    assert read_report_bytes(_DRAFT, "next.docx", registry).form == "form2021"


def test_several_at_a_time_do_not_mix(registry: FormRegistry) -> None:
    drafts = {unit: county_draft(unit, 2025) for unit in ("xianzhengfu", "gonganju", "liuxizhen", "weijianju")}
    files = {unit: write_docx(to_document(draft)) for unit, draft in drafts.items()}
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda unit: (unit, read_report_bytes(files[unit], unit, registry)), [*files] * 5))
    assert all(report.unit == drafts[unit].submission.unit.name for unit, report in reports)


def test_fifty_word_reports_take_less_than_half_a_second_each(registry: FormRegistry) -> None:
    started = time.perf_counter()
    for _ in range(50):
        read_report_bytes(_DRAFT, "a.docx", registry)
    assert (time.perf_counter() - started) / 50 < 0.5


@given(position=st.integers(0, len(_DRAFT) - 1), replaced=st.binary(min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_never_ends_in_a_traceback(position: int, replaced: bytes) -> None:
    data = _DRAFT[:position] + replaced + _DRAFT[position + len(replaced) :]
    try:
        read_report_bytes(data, "a.docx", default_registry())
    except InputError as error:
        assert error.remedy


@pytest.mark.parametrize(("run", "name"), [("9", "a.txt"), ("九千", "a.txt"), ("9", "a.html")])
def test_a_numeral_without_end_is_refused_and_not_searched(run: str, name: str, registry: FormRegistry) -> None:
    head = "示例县教育局2025年政府信息公开工作年度报告"
    body = run * 100_000
    page = f"<html><body><h1>{head}</h1><p>一、总体情况</p><p>{body}</p></body></html>"
    data = (page if name.endswith("html") else f"{head}\n一、总体情况\n{body}").encode()
    with pytest.raises(InputError, match="一长串"):
        parse(kind_of(data, name), data, name, registry)


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_radicals_compatibility_forms_and_unseen_signs_are_read_as_the_letters_they_show(name: str, registry: FormRegistry) -> None:
    odd = "⽰例县教育局2025\uf98e政府信息公开⼯作\uf98e度报告", "⼀、总体情况", "发布信息1\u200b23\u00ad4条。"
    page = f"<html><body><h1>{odd[0]}</h1><p>{odd[1]}</p><p>{odd[2]}</p></body></html>"
    data = (page if name.endswith("html") else "\n".join(odd)).encode()
    report = parse(kind_of(data, name), data, name, registry)
    assert (report.unit, report.year) == ("示例县教育局", 2025)
    assert [section.text for section in report.sections] == ["发布信息1234条。"]


def test_a_page_in_traditional_letters_is_refused_as_such(registry: FormRegistry) -> None:
    text = "示例縣政府2025年政府信息公開工作年度報告\n一、總體情況\n全年收到政府信息公開申請12件，已辦結，結轉下年度0件。"
    with pytest.raises(InputError, match="繁体字"):
        parse("text", text.encode(), "a.txt", registry)
    simple = "示例县教育局2025年政府信息公开工作年度报告\n一、总体情况\n全年收到政府信息公开申请12件，由「總」字栏目登载。"
    assert parse("text", simple.encode(), "a.txt", registry).year == 2025

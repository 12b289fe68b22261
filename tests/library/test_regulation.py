"""The Regulation: the official text is recognised whole, the repealed one refused, the digest never passes for a quotation."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.ask import provisions_for, quotation_of
from assistant.library.extract import joined
from assistant.library.library import Library
from assistant.library.model import NotAccepted
from assistant.library.regulation import read_regulation
from tests.library.conftest import CORPUS, Opened
from tests.library.official import regulation_text


def test_official_text_gives_each_paragraph_exactly() -> None:
    text = regulation_text()
    found = read_regulation(text, "条例.txt")
    assert {piece.article for piece in found.pieces} == set(range(1, 57))
    assert all(found.text[piece.start : piece.end] == piece.text for piece in found.pieces)
    assert [piece.text for piece in found.pieces if piece.article == 30][1] == "本条第二款，补正期限为7个工作日。"
    twenty = [piece.text for piece in found.pieces if piece.article == 20]
    assert len(twenty) == 1 and twenty[0].endswith("（一）第一项；\n（二）第二项。")


def test_a_table_of_contents_does_no_harm() -> None:
    assert len({piece.article for piece in read_regulation(regulation_text(contents=True), "t").pieces}) == 56


def test_repealed_text_is_refused() -> None:
    old = regulation_text(list(range(1, 39)), order="国务院令第492号")
    with pytest.raises(NotAccepted, match="492"):
        read_regulation(old, "旧.txt")


@given(st.sets(st.integers(1, 56), min_size=1, max_size=17))
def test_missing_articles_are_named(missing: set[int]) -> None:
    kept = [number for number in range(1, 57) if number not in missing]
    with pytest.raises(NotAccepted) as caught:
        read_regulation(regulation_text(kept) + "国务院令第711号\n", "缺.txt")
    from assistant.language.numerals import to_chinese

    assert all(f"第{to_chinese(number)}条" in caught.value.what for number in missing)


def test_doubled_and_misplaced_articles_are_refused() -> None:
    numbers = list(range(1, 57))
    with pytest.raises(NotAccepted, match="第五条出现多次"):
        read_regulation(regulation_text([*numbers[:5], 5, *numbers[5:]]), "t")
    numbers[10], numbers[11] = numbers[11], numbers[10]
    with pytest.raises(NotAccepted, match="次序"):
        read_regulation(regulation_text(numbers), "t")


def _docx(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pdf(text: str) -> bytes:
    """A page layout as printing makes it: broken lines, page numbers, a font of its own. Only for text within the font's reach."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "t.docx"
        source.write_bytes(_docx(text))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (Path(folder) / "t.pdf").read_bytes()


def _html(text: str) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return f"<html><head><title>条例</title></head><body><div>{paragraphs}</div></body></html>".encode()


_MADE = {"txt": lambda text: text.encode("gb18030"), "docx": _docx, "html": _html, "pdf": _pdf}


@pytest.mark.parametrize("ending", list(_MADE))
def test_each_form_of_the_text_is_recognised_or_refused_alike(ending: str, opened: Opened, tmp_path: Path) -> None:
    every = list(range(1, 57))
    texts = {
        "缺": regulation_text([number for number in every if number not in (17, 33)]),
        "重": regulation_text([*every[:9], 9, *every[9:]]),
        "旧": regulation_text(every[:38], order="国务院令第492号").replace("2019年", "2007年"),
        "全": regulation_text(),
    }
    library = opened()
    messages = {}
    for name, text in texts.items():
        path = tmp_path / f"条例{name}.{ending}"
        path.write_bytes(_MADE[ending](text))
        result = library.add([path])[0]
        assert result.outcome == ("added" if name == "全" else "refused"), (name, result.message)
        messages[name] = result.message
    assert "第十七条" in messages["缺"] and "第三十三条" in messages["缺"]
    assert "第九条出现多次" in messages["重"] and "492" in messages["旧"]
    assert "".join(quotation_of(library, 33).split()) == "第三十三条测试条文33，自拟文字，用来检验识别。"
    assert quotation_of(library, 30).endswith("本条第二款，补正期限为7个工作日。")


def test_once_official_quotations_come_from_it_and_the_digest_is_only_cited(sample: Library, tmp_path: Path) -> None:
    assert quotation_of(sample, 33) == ""
    assert not sample.search("第三十三条").hits[0].passage.quotable
    path = tmp_path / "条例.txt"
    path.write_text(regulation_text(), encoding="utf-8")
    assert sample.add([path])[0].outcome == "added"
    sample.index.refresh()
    assert quotation_of(sample, 30) == "第三十条　测试条文30，自拟文字，用来检验识别。\n本条第二款，补正期限为7个工作日。"
    for query in ("第三十三条", "答复期限多少个工作日"):
        assert all(hit.passage.quotable for hit in sample.search(query).hits if hit.passage.piece.article)
    form = sample.registry.forms[-1]
    assert all(passage.quotable for passage in provisions_for(sample, form.aspects[1].key, form))


def test_every_article_of_the_digest_can_be_cited(sample: Library) -> None:
    digest = json.loads((CORPUS / "regulation" / "digest.json").read_text(encoding="utf-8"))
    for article in digest["articles"]:
        hits = sample.search(f"第{article['number']}条").hits
        assert hits and hits[0].passage.piece.article == article["number"] and article["summary"] in hits[0].passage.text


def test_an_article_that_does_not_exist_is_said(sample: Library) -> None:
    answer = sample.search("条例第六十条")
    assert not answer.hits and "没有第六十条" in answer.notes[0]


def test_lines_of_a_printed_page_become_articles_again() -> None:
    width = 30
    lines: list[str] = []
    for paragraph in regulation_text().splitlines():
        lines += [paragraph[at : at + width] for at in range(0, len(paragraph), width)] + (
            ["- 3 -"] if "第九条" in paragraph else []
        )
    found = read_regulation(joined(lines), "条例.pdf")
    assert "第九条　测试条文9，自拟文字，用来检验识别。" in [piece.text for piece in found.pieces]

"""The clean Word file, read again with nothing of ours: each numeral in it was filled in, noted, or follows from what was."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.model.contract import WrittenPart
from assistant.drafting.model.types import Answer, RenderedPrompt
from assistant.drafting.model.writer import ModelWriter
from assistant.drafting.printing import to_document
from assistant.form import Form, default_registry
from assistant.report.docx_writer import write_docx
from assistant.submission.model import Submission
from tests.corpus.material import SUBMISSIONS
from tests.drafting.material import SLOT, county_draft
from tests.model.author import Author
from tests.strategies import consistent_values, example_submission

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PREFACE = {"711", "1", "12", "31"}
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_SLOW = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read_word(content: bytes) -> tuple[list[str], list[str]]:
    """The paragraphs and the cells of the tables of a Word file, as python-docx finds them; merged cells once."""
    from docx import Document

    found = Document(io.BytesIO(content))
    cells = {cell._tc: cell.text.strip() for table in found.tables for row in table.rows for cell in row.cells}
    return [paragraph.text for paragraph in found.paragraphs], list(cells.values())


def one_decimal(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def plain(value: Decimal) -> str:
    return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value, "f")


def sums(form: Form, cells: dict[str, Decimal]) -> dict[str, Decimal]:
    """Cells and the sums the form declares, worked out here once more."""
    known = dict(cells)
    for item in form.derived:
        terms = [term.lstrip("-") for term in item.terms]
        if all(term in known for term in terms):
            known[item.key] = sum((-known[t.lstrip("-")] if t[0] == "-" else known[t] for t in item.terms), Decimal(0))
    return known


def allowed(form: Form, submission: Submission, last: Submission | None) -> set[str]:
    """Every numeral that may stand in the text: cells, sums, shares, changes, figures of the texts handed in, the year's own."""
    this = sums(form, {key: cell.value for key, cell in submission.cells.items() if cell.ok and cell.value is not None})
    then = sums(form, {key: cell.value for key, cell in last.cells.items() if cell.ok and cell.value is not None}) if last else {}
    found = {plain(abs(value)) for value in (*this.values(), *then.values())}
    for share in form.shares:
        if share.part in this and this.get(share.whole):
            found.add(one_decimal(100 * this[share.part] / this[share.whole]))
    for key in this.keys() & then.keys():
        found.add(plain(abs(this[key] - then[key])))
        if then[key]:
            found.add(one_decimal(abs(100 * (this[key] - then[key]) / then[key])))
    year = submission.year
    found |= {str(each) for each in (year - 1, year, year + 1)} | _PREFACE | set(_NUMBER.findall(form.document_number))
    return found | set(_NUMBER.findall(" ".join(_handed_in(submission))))


def _handed_in(submission: Submission) -> Iterator[str]:
    unit = submission.unit
    yield from (unit.name, unit.site, *unit.contact.model_dump().values())
    for texts in (submission.notes, submission.problems, submission.improvements, submission.follow_ups):
        yield from (item.text for item in texts)
    if submission.fee:
        yield from (str(submission.fee.count), plain(submission.fee.yuan) if submission.fee.yuan is not None else "")


def foreign(result: Drafted, known: set[str]) -> list[str]:
    """Numerals of the clean Word file's text that nothing accounts for; list marks at the head of a paragraph aside."""
    paragraphs, _cells = read_word(write_docx(to_document(result)))
    texts = (re.sub(r"^\d{1,2}\.(?=\D)", "", text) for text in paragraphs)
    return [number for text in texts for number in _NUMBER.findall(text) if number not in known]


@pytest.mark.parametrize("form_id", ["form2021", "form2019"])
def test_no_numeral_of_the_clean_word_file_comes_from_nowhere(form_id: str) -> None:
    form = default_registry().get(form_id)

    @_SLOW
    @given(
        consistent_values(form),
        consistent_values(form),
        st.dictionaries(
            st.sampled_from(list(form.cells)), st.one_of(st.integers(0, 9999), st.sampled_from(["", "/", "无"])), max_size=8
        ),
        st.sampled_from(["dept", "gov_county", "gov_town"]),
        st.lists(
            st.tuples(st.sampled_from(TEMPLATES), st.integers(2, 98_765), st.integers(2, 987), st.sampled_from(STYLES)), max_size=6
        ),
    )
    def check(
        values: dict[str, Decimal],
        before: dict[str, Decimal],
        spoilt: dict[str, object],
        kind: str,
        noted: list[tuple[tuple[str, str], int, int, str]],
    ) -> None:
        notes = [
            {"id": f"n{number}", "aspect": aspect, "text": text.format(spelt(one, style), spelt(two, style))}
            for number, ((aspect, text), one, two, style) in enumerate(noted, 1)
        ]
        last = example_submission(form, before, kind=kind).model_copy(update={"year": form.first_year - 1})
        problems = [{"id": "p1", "text": "图解只有7篇，形式单一"}]
        submission = example_submission(form, values | spoilt, kind=kind, notes=notes, problems=problems)
        result = draft_report(submission, default_registry(), previous=last)
        figures = {str(figure) for _template, one, two, _style in noted for figure in (one, two)}
        assert foreign(result, allowed(form, submission, last) | figures) == []

    check()


TEMPLATES = (
    ("s1.active", "全年公开信息{}条，其中解读{}篇"),
    ("s1.request", "新收申请里网上提交{}件、当面{}件"),
    ("s1.mgmt", "公文标注{}件，退回{}件"),
    ("s1.platform", "公众号发了{}条，访问{}人次"),
    ("s1.supervise", "办了{}次培训，{}人次参加"),
    ("sec6", "信息处理费收了{}件，共{}元"),
)
STYLES = ("plain", "full", "thousands", "chinese")


def spelt(number: int, style: str) -> str:
    if style == "full":
        return str(number).translate(_FULL)
    if style == "thousands":
        return f"{number:,}"
    return in_chinese(number) if style == "chinese" else str(number)


def in_chinese(number: int) -> str:
    """A number below a hundred thousand in Chinese numerals, worked out here once more."""
    if number >= 10_000:
        rest = number % 10_000
        return in_chinese(number // 10_000) + "万" + ("零" if 0 < rest < 1000 else "") + (in_chinese(rest) if rest else "")
    text = ""
    for size, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        text += f"{'零一二三四五六七八九'[digit]}{word}" if digit else "零"
    return re.sub("零+", "零", text).strip("零")


@pytest.mark.parametrize("path", SUBMISSIONS, ids=[f"{path.parent.name}-{path.stem}" for path in SUBMISSIONS])
def test_the_tables_of_the_clean_word_file_print_the_cells_and_nothing_else(path: object) -> None:
    result = county_draft(path.stem, int(path.parent.name))  # type: ignore[attr-defined]
    _paragraphs, cells = read_word(write_docx(to_document(result)))
    printed = Counter(cell for cell in cells if re.fullmatch(r"-?\d+(?:\.\d+)?", cell))
    filled = (cell.value for cell in result.submission.cells.values() if cell.ok and cell.value is not None)
    assert printed == Counter(plain(value) for value in filled)


def test_the_reading_would_find_a_figure_that_comes_from_nowhere() -> None:
    result = county_draft("gonganju", 2025)
    known = allowed(result.form, result.submission, result.previous)
    part = next(part for part in result.draft.parts if part.key == "s1.active")
    first = part.paragraphs[0].sentences[0]
    wrong = first.model_copy(update={"rendered": first.rendered + "另公开8642条。"})
    paragraph = part.paragraphs[0].model_copy(update={"sentences": (wrong, *part.paragraphs[0].sentences[1:])})
    parts = tuple(
        part.model_copy(update={"paragraphs": (paragraph, *part.paragraphs[1:])}) if each is part else each
        for each in result.draft.parts
    )
    spoilt = replace(result, draft=result.draft.model_copy(update={"parts": parts}))
    assert Counter(foreign(spoilt, known)) - Counter(foreign(result, known)) == Counter(["8642"])


class Inventing(Author):
    """A model that adds a figure of its own to every sentence, or leaves the figures to its own typing."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def ask(self, prompt: RenderedPrompt, *, schema: Any, part: str, temperature: float = 0.0) -> Answer:
        answer = super().ask(prompt, schema=schema, part=part, temperature=temperature)
        if not isinstance(answer.data, WrittenPart):
            return answer
        spoilt = [
            each.model_copy(update={"text": each.text.rstrip("。") + self.words if self.words else SLOT.sub("8642", each.text)})
            for each in answer.data.sentences
        ]
        return replace(answer, data=answer.data.model_copy(update={"sentences": spoilt}))


@pytest.mark.parametrize("unit", ["gonganju", "xianzhengfu", "liuxizhen"])
@pytest.mark.parametrize("author", [Author(), Inventing("，另公开8642条。"), Inventing("，增长86.4%。"), Inventing("")])
def test_a_model_brings_no_numeral_into_the_clean_word_file(unit: str, author: Author) -> None:
    plain = county_draft(unit, 2025)
    result = draft_report(plain.submission, default_registry(), previous=plain.previous, writer=ModelWriter(author))
    known = allowed(plain.form, plain.submission, plain.previous)
    assert set(foreign(result, known)) <= set(foreign(plain, known))
    assert all(gap in {each.key for each in result.draft.gaps} for gap in {each.key for each in plain.draft.gaps})

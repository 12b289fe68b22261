"""LangChain's plain recipe for a report: recursive splitter, Chroma, top passages stuffed into one prompt, one call.

It is given more than its share: every passage is headed by its document's name and year, each section of the report has a query of
its own, and the store holds nothing but this unit's papers and the Regulation.
"""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assistant.checks.engine import run_checks
from assistant.checks.subject import subject_of_submission
from assistant.drafting.assemble import Drafted
from assistant.form import Form, default_registry
from assistant.library.embedding import BundledEmbedder
from assistant.submission.model import Submission
from tests.corpus.material import ROOT
from tests.model.plain_author import REPORT

TOP = 4
_SYSTEM = (
    "你是政府机关的公文写作人员。请只根据给出的资料，为“{unit}”写{year}年政府信息公开工作年度报告的正文，"
    "包括总体情况（主动公开、依申请公开、政府信息管理、平台建设、监督保障）、存在的主要问题及改进情况、其他需要报告的事项。"
    "数字必须与资料一致，资料没有的不写。"
)
_QUERIES = (
    "主动公开",
    "依申请公开 新收申请 办理结果",
    "政府信息管理",
    "平台建设",
    "监督保障",
    "存在的主要问题及改进情况",
    "信息处理费 其他事项",
    "行政复议 行政诉讼",
)


@dataclass(frozen=True)
class Plain:
    """What the recipe gave: the text, and what it cost. ``seconds`` counts retrieval and the call, not embedding the papers."""

    text: str
    input_tokens: int
    output_tokens: int
    seconds: float


@dataclass(frozen=True)
class Prompt:
    """System and user message, and the seconds of retrieving for them."""

    system: str
    user: str
    seconds: float


def documents(submission: Submission, previous: Submission | None) -> Iterator[tuple[str, str]]:
    """The papers of a unit, name and text: what it handed in this year and last, its past reports, the Regulation."""
    for given in filter(None, (submission, previous)):
        yield f"{given.unit.name}{given.year}年填报件", _as_text(given)
    for path in sorted((ROOT / "corpus" / "reports").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        year = int(path.stem.rpartition("-")[2])
        if submission.unit.name in text[:200] and year < submission.year:
            yield f"{submission.unit.name}{year}年报告", text
    rules = json.loads((ROOT / "corpus" / "regulation" / "digest.json").read_text(encoding="utf-8"))
    yield "政府信息公开条例2019年修订", json.dumps(rules, ensure_ascii=False, indent=0)


def _as_text(given: Submission) -> str:
    form = default_registry().for_report(given.form, given.year)
    lines = [
        f"{_label(form, key)}：{cell.value}{form.cells[key].unit}"
        for key, cell in given.cells.items()
        if cell.ok and cell.value is not None
    ]
    lines += [f"素材：{_one_line(note.text)}" for note in given.notes]
    lines += [f"问题：{_one_line(problem.text)}" for problem in given.problems]
    lines += [f"改进措施：{_one_line(item.text)}" for item in given.improvements]
    lines += [f"整改情况：{_one_line(item.problem)}，{_one_line(item.text)}" for item in given.follow_ups]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _label(form: Form, key: str) -> str:
    return form.cells[key].label.replace("：", "")


class Stuffing:
    """The recipe up to its prompt. Vectors of passages are kept, so that papers which units share are embedded once."""

    def __init__(self) -> None:
        from langchain_core.embeddings import Embeddings

        embedder, kept = BundledEmbedder(), dict[str, list[float]]()

        class Adapter(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                new = [text for text in dict.fromkeys(texts) if text not in kept]
                kept.update(zip(new, ([float(x) for x in row] for row in embedder.passages(new)), strict=True))
                return [kept[text] for text in texts]

            def embed_query(self, text: str) -> list[float]:
                vector = embedder.query(text)
                return [] if vector is None else [float(x) for x in vector]

        self._embedding = Adapter()

    def prompt(self, submission: Submission, previous: Submission | None, *, most: int | None = None) -> Prompt:
        """The prompt for a unit's report; ``most`` bounds the characters of the passages."""
        store = self._store(submission, previous)
        started = time.perf_counter()
        queries = [f"{submission.unit.name}{submission.year}年填报件 {query}" for query in _QUERIES]
        found = {doc.page_content: None for query in queries for doc in store.similarity_search(query, k=TOP)}
        passages = "\n".join(found)[:most]
        seconds = time.perf_counter() - started
        store.delete_collection()
        system = _SYSTEM.format(unit=submission.unit.name, year=submission.year)
        return Prompt(system, f"资料：\n{passages}\n\n{REPORT}。", seconds)

    def _store(self, submission: Submission, previous: Submission | None) -> Any:
        import chromadb
        from langchain_chroma import Chroma
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        settings = chromadb.config.Settings(anonymized_telemetry=False)
        store = Chroma("plain", self._embedding, client=chromadb.EphemeralClient(settings))
        splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
        papers = documents(submission, previous)
        store.add_texts([f"【{name}】\n{chunk}" for name, text in papers for chunk in splitter.split_text(text)])
        return store


def one_call(url: str, prompt: Prompt, model: str = "m", longest: int = 4096) -> Plain:
    """The recipe's one call; ``longest`` answer in tokens."""
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(
        model=model,
        base_url=url,
        api_key=lambda: "none",
        temperature=0,
        max_retries=0,
        timeout=900,
        max_completion_tokens=longest,
    )
    started = time.perf_counter()
    message = chat.invoke([("system", prompt.system), ("user", prompt.user)])
    usage: Any = message.usage_metadata or {}
    seconds = prompt.seconds + time.perf_counter() - started
    return Plain(message.text, int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)), seconds)


def by_audit(text: str, drafted: Drafted) -> int:
    """Numerals that our own rule TX-NOSRC finds without a source, each equal fact of the unit accepted wherever it stands."""
    subject = subject_of_submission(drafted.submission, previous=drafted.previous)
    findings = run_checks(replace(subject, texts={"s1.active": text}, sentences=(), ledger=drafted.ledger)).findings
    return sum(each.rule == "TX-NOSRC" and each.status == "fail" for each in findings)


_NUMERAL = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d+)?")
_FREE = re.compile(
    r"\d{4}\s?年|\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?|第\s?\d+\s?[条款项号批次]|〔\d{4}〕\d+号|(?:^|(?<=[。；：\n]))\d{1,2}[.、．]|\d{3,4}[-－]\d{5,}",
    re.M,
)


def by_lookup(text: str, drafted: Drafted) -> int:
    """Numerals not among the allowed values, counted without any of the program's rules or readers of quantities.

    Allowed: numbers of the cells of both years, their changes and rates of change, sums of neighbouring cells, shares of a row's or
    column's total, and every numeral that stands in the texts handed in, in digits or in Chinese
    characters. Years, dates, articles, list marks and telephone numbers
    are free. Numerals in Chinese characters are not looked at.
    """
    allowed, words = _allowed(drafted), _given_numerals(drafted)
    return sum(raw not in words and Decimal(raw) not in allowed for raw in numerals(text))


def numerals(text: str) -> list[str]:
    """The numerals that :func:`by_lookup` looks at."""
    return [_plain(raw) for raw in _NUMERAL.findall(_FREE.sub("　", text))]


def told(text: str, submission: Submission) -> tuple[int, int]:
    """How many of the numerals in the unit's notes stand in a text, and how many there are."""
    wanted = {raw for note in submission.notes for raw in numerals(note.text)}
    return len(wanted & set(numerals(text))), len(wanted)


def _plain(raw: str) -> str:
    return unicodedata.normalize("NFKC", raw).rstrip(",").replace(",", "")


def _given_numerals(drafted: Drafted) -> set[str]:
    given = drafted.submission.model_dump(mode="json")
    given.pop("cells", None)
    texts = json.dumps(given, ensure_ascii=False)
    spoken = {str(_spoken(raw)) for raw in re.findall(r"[零一二三四五六七八九两十百千]+", texts)}
    return {_plain(raw) for raw in _NUMERAL.findall(texts)} | spoken


def _spoken(raw: str) -> int:
    """A number below ten thousand in Chinese characters."""
    total = digit = 0
    for mark in raw:
        if mark in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[mark]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(mark.replace("两", "二"))
    return total + digit


def _allowed(drafted: Drafted) -> set[Decimal]:
    now, before = (_numbers(given) for given in (drafted.submission, drafted.previous))
    found = {*now.values(), *before.values()}
    runs = _runs(now)
    found |= runs | _runs(before)
    for key, value in now.items():
        if key in before and (last := before[key]):
            found |= {abs(value - last), _tenth(abs(value - last) * 100 / last)}
        elif key in before:
            found.add(value)
    for value, last in zip(_sums(now), _sums(before), strict=False):
        found |= {abs(value - last)} | ({_tenth(abs(value - last) * 100 / last)} if last else set())
    totals = {value for key, value in now.items() if key.endswith("total") and value}
    found |= {_tenth(value * 100 / total) for total in totals for value in runs if value <= total}
    return found


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding="ROUND_HALF_UP").normalize() + 0


def _numbers(given: Submission | None) -> dict[str, Decimal]:
    return {key: Decimal(cell.value) for key, cell in given.cells.items() if cell.ok and cell.value is not None} if given else {}


def _lines(values: dict[str, Decimal]) -> Iterator[list[Decimal]]:
    """Rows and columns of the tables, in the order of the cells."""
    rows: dict[str, list[Decimal]] = {}
    for key, value in values.items():
        table, row, column = (*key.split("."), "", "")[:3]
        rows.setdefault(f"{table}.{row}", []).append(value)
        rows.setdefault(f"{table}..{column}", []).append(value)
    yield from rows.values()


def _runs(values: dict[str, Decimal]) -> set[Decimal]:
    lines = list(_lines(values))
    return {
        sum(line[start:end], Decimal()) for line in lines for start in range(len(line)) for end in range(start + 1, len(line) + 1)
    }


def _sums(values: dict[str, Decimal]) -> list[Decimal]:
    return [sum(line[start : start + 2], Decimal()) for line in _lines(values) for start in range(len(line) - 1)]

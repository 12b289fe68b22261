"""How well the library finds: recall, mean reciprocal rank, wrong year and unit, for ours and three alternatives.

``python -m benchmarks.library_quality [--half tuning|report|fresh|practice] [--work FOLDER] [--misses]``.
FOLDER keeps the vectors between runs.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.library.library import Library
from assistant.library.model import Filters
from assistant.library.search import Weights
from assistant.library.settings import LibrarySettings
from assistant.library.tokens import tokens
from benchmarks.library_fresh import fresh_questions
from benchmarks.library_material import published
from benchmarks.library_practice import practice_questions
from benchmarks.library_questions import KINDS, Question, questions

DEPTH = 5
CORPUS = Path(__file__).parents[1] / "corpus"


@dataclass(frozen=True)
class Found:
    """One result of any method."""

    unit: str
    year: int | None
    text: str


Method = Callable[[str], Sequence[Found]]


def built(work: Path) -> Library:
    """The library over the material, made if it is not there."""
    reports = work / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    for report in published():
        (reports / report.name).write_text(report.text, encoding="utf-8")
    library = Library(LibrarySettings(work / "library"))
    refused = [item.message for item in library.add([reports, CORPUS / "regulation"]) if item.outcome == "refused"]
    if refused:
        raise SystemExit("\n".join(refused))
    library.index.refresh(lambda what, done, total: print(f"\r{what} {done}/{total}", end="", flush=True))
    return library


def ours(library: Library) -> Method:
    def run(query: str) -> list[Found]:
        hits = library.search(query, None, DEPTH).hits
        return [Found(hit.passage.source.unit, hit.passage.source.year, hit.passage.text) for hit in hits]

    return run


def _of_ids(library: Library, ids: Sequence[int]) -> list[Found]:
    held = library.store.passages(ids)
    return [Found(held[number].source.unit, held[number].source.year, held[number].text) for number in ids]


def words_only(library: Library) -> Method:
    return lambda query: _of_ids(library, library.index.by_words(tokens(query), Filters(), DEPTH))


def vectors_only(library: Library) -> Method:
    def run(query: str) -> list[Found]:
        vector = library.index.embedder.query(query)
        return _of_ids(
            library, [number for number, _ in library.index.by_meaning(vector, Filters(), DEPTH)] if vector is not None else []
        )

    return run


def plain_recipe(library: Library, work: Path) -> Method:
    """LangChain's usual recipe: recursive splitter, Chroma, the same embedding model."""
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embedder = library.index.embedder

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            vector = embedder.query(text)
            return [] if vector is None else [float(x) for x in vector]

    space = {"hnsw": {"space": "cosine"}}
    store = Chroma("plain", Adapter(), persist_directory=str(work / "plain"), collection_configuration=space)  # type: ignore[arg-type]
    if not store._collection.count():
        splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
        texts: list[str] = []
        about: list[dict[str, Any]] = []
        for source in library.store.sources(superseded=False):
            for chunk in splitter.split_text(library.store.text_of(source.id)):
                texts.append(f"{source.title}\n{chunk}")
                about.append({"unit": source.unit, "year": source.year or 0})
        for at in range(0, len(texts), 100):
            store.add_texts(texts[at : at + 100], about[at : at + 100])
            print(f"\rplain {at}/{len(texts)}", end="", flush=True)

    def run(query: str) -> list[Found]:
        found = store.similarity_search(query, k=DEPTH)
        return [Found(d.metadata["unit"], d.metadata["year"] or None, d.page_content) for d in found]

    return run


@dataclass
class Score:
    """Sums over the questions of a kind."""

    asked: int = 0
    first: int = 0
    five: int = 0
    reciprocal: float = 0.0
    wrong: int = 0
    results: int = 0

    def row(self) -> str:
        n = max(self.asked, 1)
        wrong = f"{self.wrong / self.results:.2f}" if self.results else "–"
        return f"{self.first / n:.2f} / {self.five / n:.2f} / {self.reciprocal / n:.2f} / {wrong}"


def _rank(question: Question, found: Sequence[Found]) -> int | None:
    """Where the answer stands, from 1. For the text of an article any stretch that holds its beginning counts."""
    for rank, item in enumerate(found, start=1):
        loose = Question(question.kind, "", tuple(n.lstrip("^") for n in question.needles), question.unit, question.year)
        if question.answered_by(item.unit, item.year, item.text) or loose.answered_by(item.unit, item.year, item.text):
            return rank
    return None


def measure(method: Method, asked: Sequence[Question], misses: bool = False) -> dict[str, Score]:
    """Scores by kind and for all; the unanswerable score where nothing is found."""
    scores = {kind: Score() for kind in (*KINDS, "all")}
    for question in asked:
        found = list(method(question.text))[:DEPTH]
        rank = (None if found else 1) if question.kind == "unanswerable" else _rank(question, found)
        if misses and rank != 1:
            print(f"  {question.kind} rank {rank}: {question.text} → {[(f.unit, f.year, f.text[:24]) for f in found[:2]]}")
        for score in (scores[question.kind], *([scores["all"]] if question.kind != "unanswerable" else [])):
            score.asked += 1
            score.first += rank == 1
            score.five += rank is not None
            score.reciprocal += 1 / rank if rank else 0.0
            if question.unit:
                score.results += len(found)
                score.wrong += sum(not question.right_source(item.unit, item.year) for item in found)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=["tuning", "report", "both", "fresh", "practice"], default="report")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--only-ours", action="store_true")
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="library-quality-"))
    sets = {"fresh": fresh_questions, "practice": practice_questions}
    halves = [q for q in questions() if given.half == "both" or q.tuning == (given.half == "tuning")]
    asked = sets[given.half]() if given.half in sets else halves
    library = built(work)
    methods: dict[str, Method] = {"ours": ours(library)}
    if not given.only_ours:
        methods = {"words only": words_only(library), "vectors only": vectors_only(library),
                   "plain recipe": plain_recipe(library, work), **methods}  # fmt: skip
    held = len(library.store.sources(superseded=False))
    print(f"\n{held} sources, {library.store.count()} passages, {len(asked)} questions ({given.half})")
    tables = {name: measure(method, asked, given.misses and name == "ours") for name, method in methods.items()}
    print("\nR@1 / R@5 / MRR / wrong unit or year among the first five\n")
    print("| kind | n | " + " | ".join(tables) + " |\n|" + " --- |" * (len(tables) + 2))
    for kind in (*KINDS, "all"):
        print(
            f"| {kind} | {next(iter(tables.values()))[kind].asked} | " + " | ".join(t[kind].row() for t in tables.values()) + " |"
        )
    library.close()


if __name__ == "__main__":
    main()

__all__ = ["Weights", "built", "measure", "ours"]

"""Search by words: a tantivy index of our own tokens, derived from the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log
from pathlib import Path
from typing import Any

from assistant.library.derived import Place, Stamp
from assistant.library.model import Filters, Passage
from assistant.library.store import Store
from assistant.library.tokens import VERSION, document_marks, tokens, value_marks

NAME = "words"
_MEMORY = 64_000_000
_BATCH = 2000
Progress = Callable[[str, int, int], None]


def available() -> bool:
    """Whether the engine is installed."""
    from importlib.util import find_spec

    return find_spec("tantivy") is not None


def tags(passage: Passage) -> list[str]:
    """What filters look at, as tokens."""
    source, piece = passage.source, passage.piece
    found = [f"t:{source.type}", f"i:{source.id}", f"st:{source.status}", f"r:{piece.role}"]
    found += [f"{mark}:{value}" for mark, value in (("u", source.unit), ("k", source.kind), ("g", source.region)) if value]
    found += [f"s:{value}" for value in (piece.section, piece.aspect) if value]
    found.append(f"y:{source.year}" if source.year is not None else "y:none")
    found += [f"art:{piece.article}"] if piece.article is not None else []
    return [tag.replace(" ", "_") for tag in found]


class WordIndex:
    """The index of one library. Any process may read it; only the owner of the index may change it."""

    def __init__(self, folder: Path) -> None:
        self._place = Place(folder, NAME)
        self._index: Any = None
        self._stamp: Stamp | None = None

    def ready(self, store: Store) -> bool:
        """Whether the index can be read and holds exactly what the truth holds; opens it if it was renewed by another process."""
        stamp = self._place.stamp()
        if stamp is None or stamp.library != store.identity or stamp.model != str(VERSION):
            return False
        if (stamp.count, stamp.highest, stamp.drops) != store.state():
            return False
        if stamp != self._stamp or self._index is None:
            self._index = self._open(stamp)
            self._stamp = stamp if self._index is not None else None
        return self._index is not None

    def _open(self, stamp: Stamp) -> Any:
        import tantivy

        try:
            index = tantivy.Index.open(str(self._place.folder / stamp.folder))
            index.reload()
            return index if index.searcher().num_docs == stamp.count else None
        except (ValueError, OSError, RuntimeError):
            return None

    def bring_up(self, store: Store, progress: Progress) -> None:
        """Bring the index to the state of the truth: what is new is added, what was dropped deleted; rebuilt if it is damaged."""
        stamp = self._place.stamp()
        usable = stamp is not None and stamp.library == store.identity and stamp.model == str(VERSION)
        if usable and stamp is not None and self._follow(store, stamp, progress):
            return
        self.rebuild(store, progress)

    def _follow(self, store: Store, stamp: Stamp, progress: Progress) -> bool:
        """Add and delete what changed since the stamp. Doing it twice changes nothing, so a kill in between is harmless."""
        import tantivy

        try:
            index = tantivy.Index.open(str(self._place.folder / stamp.folder))
            count = self._write(index, store, stamp.highest, store.dropped_after(stamp.drops)[0], progress)
        except (ValueError, OSError, RuntimeError):
            return False
        return self._settle(index, store, stamp.folder, count)

    def rebuild(self, store: Store, progress: Progress) -> None:
        """Build the index anew beside the old one, then put it in its place."""
        import tantivy

        folder = self._place.fresh_folder()
        index = tantivy.Index(_schema(), path=str(folder))
        count = self._write(index, store, 0, [], progress)
        if self._settle(index, store, folder.name, count):
            self._place.sweep(folder.name)

    def _write(self, index: Any, store: Store, after: int, dropped: Iterable[int], progress: Progress) -> tuple[int, int, int]:
        state = store.state()
        writer = index.writer(_MEMORY, 1)
        for number in dropped:
            writer.delete_documents_by_term("id", number)
        done, total, following = 0, state[0], after > 0
        while passages := [passage for passage in store.after(after, _BATCH) if passage.id <= state[1]]:
            for passage in passages:
                if following:
                    writer.delete_documents_by_term("id", passage.id)
                writer.add_document(_document(passage))
            after, done = passages[-1].id, done + len(passages)
            progress("建立词语索引", done, max(total, done))
        writer.commit()
        writer.wait_merging_threads()
        return state

    def _settle(self, index: Any, store: Store, folder: str, state: tuple[int, int, int]) -> bool:
        index.reload()
        if index.searcher().num_docs != state[0]:
            return False
        stamp = Stamp(folder, store.identity, str(VERSION), *state)
        self._place.write(stamp)
        self._index, self._stamp = index, stamp
        return True

    def forget(self) -> None:
        """Have it rebuilt."""
        self._place.forget()
        self._index = self._stamp = None

    def search(
        self,
        words: Sequence[str],
        filters: Filters,
        limit: int,
        *,
        marks: Sequence[Sequence[str]] = (),
        also: Sequence[str] = (),
        weight: float = 0.0,
    ) -> list[tuple[int, float]]:
        """Ids and scores, best first.

        Args:
            words: tokens, any of which may match.
            filters: all of which must hold.
            limit: how many.
            marks: groups of marks; of each group one must be there.
            also: further tokens that may match, counted with ``weight``.
        """
        import tantivy

        schema, occur = self._index.schema, tantivy.Occur
        query = tantivy.Query
        clauses = [(occur.Must, query.const_score_query(_any(query, occur, schema, group), 0.0)) for group in _conditions(filters)]
        if filters.not_type:
            clauses.append((occur.MustNot, query.term_query(schema, "tags", f"t:{filters.not_type}")))
        clauses += [(occur.Must, query.boost_query(_any(query, occur, schema, group, "marks"), 3.0)) for group in marks]
        wanted = list(dict.fromkeys(words))[:200]
        scored = [(occur.Should, query.term_query(schema, "body", word)) for word in wanted]
        scored += [(occur.Should, query.boost_query(query.term_query(schema, "head", word), 0.5)) for word in wanted]
        if weight > 0:
            scored += [(occur.Should, query.boost_query(query.term_query(schema, "body", word), weight)) for word in also]
        if scored:
            clauses.append((occur.Should if marks else occur.Must, query.boolean_query(scored)))
        if not clauses:
            return []
        searcher = self._index.searcher()
        found = searcher.search(query.boolean_query(clauses), limit)
        numbers = searcher.fast_field_values("id", [address for _score, address in found.hits])
        return [(int(number), float(score)) for number, (score, _address) in zip(numbers, found.hits, strict=True)]

    def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """How rare each word is among all passages, by the formula of BM25."""
        searcher = self._index.searcher()
        total = searcher.num_docs
        counts = {word: searcher.doc_freq("body", word) for word in words}
        return {word: log(1 + max(total - count + 0.5, 0.5) / (count + 0.5)) for word, count in counts.items()}


def _any(query: Any, occur: Any, schema: Any, values: Sequence[str], field: str = "tags") -> Any:
    terms = [query.term_query(schema, field, value) for value in values]
    return terms[0] if len(terms) == 1 else query.boolean_query([(occur.Should, term) for term in terms])


def _conditions(filters: Filters) -> list[list[str]]:
    groups = [[f"u:{unit}" for unit in filters.units], [f"y:{year}" for year in _years(filters)],
              [f"art:{number}" for number in filters.articles]]  # fmt: skip
    singles = (("k", filters.kind), ("g", filters.region), ("s", filters.section), ("r", filters.role), ("st", filters.status),
               ("t", filters.type), ("i", filters.source))  # fmt: skip
    groups += [[f"{mark}:{value}"] for mark, value in singles if value]
    return [[tag.replace(" ", "_") for tag in group] for group in groups if group]


def _years(filters: Filters) -> list[str]:
    if not filters.by_year:
        return []
    first, last = filters.year_from or 2000, filters.year_to or 2100
    span = filters.years or range(first, min(last, first + 200) + 1)
    return [str(year) for year in span if filters.admits_year(year)] + (["none"] if filters.undated else []) or ["0"]


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("head", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("marks", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("tags", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def _document(passage: Passage) -> Any:
    import tantivy

    source = passage.source
    head = " ".join((source.unit, str(source.year or ""), *passage.piece.heading))
    document = tantivy.Document(
        body=" ".join(tokens(passage.text)),
        head=" ".join(tokens(head)),
        marks=" ".join([*value_marks(passage.piece.figures), *document_marks(passage.text), *document_marks(head)]),
        tags=" ".join(tags(passage)),
    )
    document.add_unsigned("id", passage.id)
    return document

"""Words by which running text names the cells of a form: built from the form's nodes and ``data/wordings.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from assistant.form import Block, Form, Node, Table

_ORDINAL = re.compile(r"^(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、|\d+[.．、])")
_TAIL = re.compile(r"（[^（）]*）$")
_FRAME = re.compile(r"^(?:本年度?|当年|本机关)|(?:件数|数量|总数)$")
_TOTALS = frozenset({"总计", "合计", "小计"})
MAX_WORD = 40


@dataclass(frozen=True, slots=True)
class Concept:
    """Something a word can name: a row, a column, a group of them, or a sum.

    ``subject`` concepts are carried forward; ``opens`` ones make plain what matter is spoken of; the ``default`` row is meant
    where a column is counted and no row is named.
    """

    id: str
    prose: str
    table: str
    subject: bool
    rule: str = ""
    opens: bool = False
    default: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon. A word without a concept is noise: it keeps shorter words inside it from being read.

    ``others`` are concepts that the word may mean just as well.
    """

    concept: Concept | None
    weak: bool = False
    received: bool = False
    others: tuple[Concept, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """All words of a form, compiled once.

    Attributes:
        pattern: finds the words, longest first.
        words: the meaning of each.
        keys: which fact a set of concepts names.
        after: words that directly follow a count.
        facts: keys of facts outside the tables, by concept.
        terms: the form's declared sums.
        by_table, rowless: concepts of each table; tables whose blocks are one unlabelled row.
        row_of: the concept that alone names a fact, by the fact's key.
        concepts: all of them.
    """

    form: Form
    pattern: re.Pattern[str]
    words: dict[str, Word]
    keys: dict[frozenset[str], str]
    after: tuple[tuple[str, Concept], ...]
    facts: dict[str, tuple[str, ...]]
    terms: dict[str, tuple[str, ...]]
    by_table: dict[str, tuple[Concept, ...]] = field(default_factory=dict)
    rowless: frozenset[str] = frozenset()
    row_of: dict[str, str] = field(default_factory=dict)
    concepts: tuple[Concept, ...] = ()


@lru_cache(maxsize=1)
def wording_data() -> dict[str, Any]:
    """The data file, parsed once."""
    return tomllib.loads((resources.files("assistant.checks") / "data" / "wordings.toml").read_text(encoding="utf-8"))


_LEXICONS: dict[int, Lexicon] = {}


def lexicon(form: Form) -> Lexicon:
    """The lexicon of a form, built once for each form object."""
    found = _LEXICONS.get(id(form))
    if found is None or found.form is not form:
        found = _LEXICONS[id(form)] = _Builder(form).build()
    return found


def node_words(node: Node) -> Iterator[str]:
    """The node's own names: prose, label without numbering and frame, aliases."""
    for text in (node.prose, node.label, *node.aliases):
        bare = _TAIL.sub("", _ORDINAL.sub("", text))
        for word in (bare, _FRAME.sub("", bare)):
            if 1 < len(word) <= MAX_WORD:
                yield word


class _Builder:
    def __init__(self, form: Form) -> None:
        self.form = form
        self.entries = {entry["of"]: entry for entry in wording_data()["nodes"]}
        self.concepts: dict[str, Concept] = {}
        self.words: dict[str, Word] = {}
        self.keys: dict[frozenset[str], str] = {}
        self.after: list[tuple[str, Concept]] = []
        self.sums: dict[frozenset[str], frozenset[str]] = {}

    def build(self) -> Lexicon:
        for table in self.form.tables:
            for block in table.blocks:
                self._block(table, block)
        terms = {derived.key: derived.terms for derived in self.form.derived}
        for key, parts in terms.items():
            signature = self.sums.get(frozenset(parts))
            if signature is not None:
                self.keys.setdefault(signature, key)
        facts = self._extra(terms)
        for word in wording_data()["noise"]["words"]:
            self.words[word] = Word(None)
        ordered = sorted(self.words, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, ordered)))
        after = tuple(sorted(self.after, key=lambda pair: -len(pair[0])))
        by_table: dict[str, tuple[Concept, ...]] = {}
        for concept in self.concepts.values():
            by_table[concept.table] = (*by_table.get(concept.table, ()), concept)
        rowless = frozenset(table.key for table in self.form.tables if all(not block.rows for block in table.blocks))
        row_of = {key: next(iter(signature)) for signature, key in self.keys.items() if len(signature) == 1}
        known = tuple(self.concepts.values())
        return Lexicon(self.form, pattern, self.words, self.keys, after, facts, terms, by_table, rowless, row_of, known)

    def _block(self, table: Table, block: Block) -> None:
        rows = _named(block.rows, "")
        cols = _named(block.columns, "")
        rowless = not block.rows
        for node, rule in rows:
            self._learn(table, node, rule, subject=True)
        for node, rule in cols:
            self._learn(table, node, rule, subject=rowless and bool(node.children))
        if rowless:
            self._rowless(table, block)
            return
        single = len(block.leaf_columns()) == 1
        for row in block.leaf_rows():
            for col in block.leaf_columns():
                signature = {self._id(table, row)}
                implied = _silent(col) or (single and col.unit not in ("", "件"))
                if not implied:
                    signature.add(self._id(table, col))
                self.keys[frozenset(signature)] = block.key_of(row, col)
        self._groups(table, block, rows, cols)

    def _groups(self, table: Table, block: Block, rows: list[tuple[Node, str]], cols: list[tuple[Node, str]]) -> None:
        """Which sums the groups name: a row group in each column, a column group in each row."""
        for group in (node for node, _ in rows if node.children):
            for col in block.leaf_columns():
                cells = frozenset(block.key_of(leaf, col) for leaf in group.leaves() if not leaf.total)
                self.sums[cells] = frozenset({self._id(table, group)} | (set() if _silent(col) else {self._id(table, col)}))
        for group in (node for node, _ in cols if node.children and node.key):
            for row in block.leaf_rows():
                cells = frozenset(block.key_of(row, leaf) for leaf in group.leaves() if not leaf.total)
                self.sums[cells] = frozenset({self._id(table, row), self._id(table, group)})

    def _rowless(self, table: Table, block: Block) -> None:
        """One row of cells: a leaf is named by its innermost group and its own wording, a total by its group alone."""
        by_prose: dict[str, set[str]] = {}
        for top in block.columns:
            for group in (node for node in top.walk() if node.children):
                inside: dict[str, set[str]] = {}
                for leaf in group.leaves():
                    inside.setdefault("" if _silent(leaf) else leaf.prose, set()).add(block.key_of(None, leaf))
                for prose, cells in inside.items():
                    own = frozenset({self._id(table, group)} | ({f"{table.key}|{prose}"} if prose else set()))
                    self.sums[frozenset(cells)] = own
                    if len(cells) == 1:
                        self.keys.setdefault(own, next(iter(cells)))
            for leaf in top.leaves():
                if not _silent(leaf):
                    by_prose.setdefault(leaf.prose, set()).add(block.key_of(None, leaf))
        for prose, cells in by_prose.items():
            self.sums[frozenset(cells)] = frozenset({f"{table.key}|{prose}"})

    def _id(self, table: Table, node: Node) -> str:
        return f"{table.key}|{node.prose}"

    def _learn(self, table: Table, node: Node, rule: str, *, subject: bool) -> None:
        if _silent(node) or not node.prose or (node.children and not node.key):
            return
        entry = _entry(self.entries, node)
        own = entry.get("rule") or rule
        concept = Concept(
            self._id(table, node),
            entry.get("of", node.prose),
            table.key,
            subject,
            own,
            entry.get("opens", False),
            entry.get("default", False),
        )
        self.concepts.setdefault(concept.id, concept)
        for word in (*node_words(node), *entry.get("words", ())):
            self.words.setdefault(word, Word(concept))
        for word in entry.get("weak", ()):
            self.words.setdefault(word, Word(concept, weak=True))
        for word in entry.get("either", ()):
            known = self.words.setdefault(word, Word(concept, weak=True))
            if known.concept != concept:
                self.words[word] = replace(known, others=(*known.others, concept))
        for word in entry.get("received", ()):
            self.words.setdefault(word, Word(concept, received=True))
        self.after += [(word, concept) for word in entry.get("after", ())]

    def _extra(self, terms: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Sums of rows that prose names, and facts outside the tables."""
        by_terms = {frozenset(parts): key for key, parts in terms.items()}
        for entry in wording_data()["sums"]:
            parts = [self.keys.get(frozenset({name})) for name, concept in self.concepts.items() if concept.prose in entry["of"]]
            key = by_terms.get(frozenset(part for part in parts if part))
            if key:
                concept = Concept(f"|{key}", entry["of"][0], "", True, entry["rule"])
                self.concepts[concept.id] = concept
                self.keys[frozenset({concept.id})] = key
                self.words.update({word: Word(concept) for word in entry["words"]})
        facts = {}
        for entry in wording_data()["facts"]:
            concept = Concept(f"|{entry['keys'][0]}", entry["words"][0], "", True, entry["rule"])
            self.concepts[concept.id] = concept
            facts[concept.id] = tuple(entry["keys"])
            self.words.update({word: Word(concept) for word in entry["words"]})
        return facts


def _entry(entries: dict[str, dict[str, Any]], node: Node) -> dict[str, Any]:
    """The entry of the data file for a node, by its prose or any of its names."""
    return next((entries[name] for name in (node.prose, *node_words(node)) if name in entries), {})


def _silent(node: Node) -> bool:
    """Whether the node is a plain total column that prose does not name."""
    return node.total and node.prose in _TOTALS


def _named(nodes: Iterable[Node], rule: str) -> list[tuple[Node, str]]:
    """Nodes with the rule that applies to them: their own or that of the nearest group above."""
    entries = {entry["of"]: entry for entry in wording_data()["nodes"]}
    found = []
    for node in nodes:
        own = _entry(entries, node).get("rule", rule)
        found.append((node, own))
        found += _named(node.children, own)
    return found

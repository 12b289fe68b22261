"""What a statutory table looks like in print, over all known versions of the form: labels, headers, order of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.form import Block, Form, Node
from assistant.grids.geometry import IndexedBlock, indexed_block
from assistant.grids.labels import clipped, wording
from assistant.report.labels import label_variants, normalise_label

_SPECS_REMEMBERED = 32
_SHORTEST_BARE = 5
_TEXTS_REMEMBERED = 4_096


@dataclass(frozen=True)
class Row:
    """A row with cells. ``id`` is the same in every version that has the row; ``node`` is None for an unlabelled row."""

    id: str
    node: Node | None
    groups: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The row's label for messages."""
        return self.node.label if self.node else "数据行"


@dataclass(frozen=True, eq=False)
class FormBlock:
    """A block of a table in one version of the form."""

    form: Form
    block: Block
    title: frozenset[str]
    rows: tuple[Row, ...]

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """Columns with cells, left to right."""
        return self.block.leaf_columns()

    @cached_property
    def header_orders(self) -> tuple[tuple[Node, ...], ...]:
        """The two orders in which a flattened header prints its labels: line by line, and column by column."""
        by_column = tuple(node for top in self.block.columns for node in top.walk())
        return (tuple(_by_level(self.block.columns)), by_column)

    @cached_property
    def total_column(self) -> int | None:
        """The place of the column of totals, if there is just one."""
        found = [number for number, node in enumerate(self.leaves) if node.total]
        return found[0] if len(found) == 1 else None

    def row(self, row_id: str) -> Row | None:
        """The row with this id, if the block has it."""
        return next((row for row in self.rows if row.id == row_id), None)

    def keys(self, row: Row) -> tuple[str, ...]:
        """The cell keys of a row, left to right."""
        return tuple(self.block.key_of(row.node, leaf) for leaf in self.leaves)


@dataclass(frozen=True, eq=False)
class TableSpec:
    """A table over all versions: which labels it knows, and where its rows stand.

    ``rows`` maps a normalised row label to the ids it may mean, ``order`` an id to its rank, ``groups`` a normalised
    group label to the keys of the groups, ``headers`` are the normalised column labels, ``silent`` labels say nothing.
    """

    key: str
    title: str
    blocks: tuple[FormBlock, ...]
    rows: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    headers: frozenset[str]
    titles: frozenset[str]
    silent: frozenset[str]
    order: dict[str, int]
    labels: frozenset[str] = field(default=frozenset())
    _near: dict[str, str] = field(default_factory=dict, repr=False)

    def label_of(self, text: str) -> str:
        """The label that a text is, normalised; empty if it is none.

        A row's label may lack its ordinal, or some signs of its middle, if only one row can be meant.
        """
        plain = normalise_label(text)
        if plain in self.labels:
            return plain
        if plain not in self._near and len(self._near) < _TEXTS_REMEMBERED:
            self._near[plain] = self._near_label(text)
        return self._near.get(plain, "")

    def _near_label(self, text: str) -> str:
        found = wording(text)
        if len(found.bare) < _SHORTEST_BARE:
            return ""
        pairs = [(label, wording(label)) for label in self.rows]
        near = [label for label, words in pairs if not found.ordinal and words.bare == found.bare]
        near = near or [label for label, words in pairs if found.ordinal and clipped(found, words)]
        return near[0] if len({self.rows[label] for label in near}) == 1 else ""

    @cached_property
    def indexed(self) -> tuple[IndexedBlock, ...]:
        """The blocks with their labels ready to be looked for in a sheet, in the order of ``blocks``."""
        return tuple(indexed_block(found.block, number) for number, found in enumerate(self.blocks))

    def row_at(self, block: FormBlock, path: Sequence[str], *, sure: bool) -> Row | None:
        """The row of a block that a path of labels means, outermost first.

        Args:
            block: one of ``blocks``.
            path: labels as printed.
            sure: whether the group labels are beyond doubt; if not, only a label that occurs once in the block counts.
        """
        index = self.indexed[self.blocks.index(block)].rows
        found = index.find(path)
        if len(found) != 1 or not (sure or len(index.named(found[0].node.label)) == 1):
            return None
        return next(row for row in block.rows if row.node is found[0].node)

    @property
    def labelled(self) -> bool:
        """Whether rows carry labels; 表四 is one row without any."""
        return bool(self.rows)


_known: dict[tuple[int, ...], tuple[list[Form], dict[str, TableSpec]]] = {}


def table_specs(forms: Sequence[Form], base: Form | None) -> dict[str, TableSpec]:
    """The tables of all forms by key; blocks of ``base`` come first, so that shared rows get its keys.

    The result for the same form objects is remembered, a few dozen at most.
    """
    ordered = sorted(forms, key=lambda form: form is not base)
    name = tuple(id(form) for form in ordered)
    if name not in _known:
        if len(_known) >= _SPECS_REMEMBERED:
            _known.clear()
        _known[name] = (ordered, _table_specs(ordered))
    return _known[name][1]


def _table_specs(ordered: Sequence[Form]) -> dict[str, TableSpec]:
    keys = dict.fromkeys(table.key for form in ordered for table in form.tables)
    return {key: _spec(key, [form for form in ordered if form.has_table(key)]) for key in keys}


def _spec(key: str, forms: Sequence[Form]) -> TableSpec:
    blocks = tuple(block for form in forms for block in _form_blocks(form, key))
    rows: dict[str, dict[str, None]] = {}
    groups: dict[str, dict[str, None]] = {}
    headers: set[str] = set()
    for block in blocks:
        for row in block.rows:
            for variant in label_variants(row.node.label, row.node.aliases) if row.node else ():
                rows.setdefault(variant, {})[row.id] = None
        for group in (node for top in block.block.rows for node in top.walk() if node.children):
            for variant in label_variants(group.label, group.aliases):
                groups.setdefault(variant, {})[group.key] = None
        for column in (node for top in block.block.columns for node in top.walk()):
            headers |= label_variants(column.label, column.aliases)
    titles = frozenset(variant for block in blocks for variant in block.title)
    silent = frozenset[str]().union(*(label_variants(block.block.corner) for block in blocks))
    silent |= frozenset[str]().union(*(label_variants(f"{form.table(key).title} {form.table(key).name}") for form in forms))
    silent |= frozenset[str]().union(*(label_variants(form.table(key).title) for form in forms))
    return TableSpec(
        key=key,
        title=forms[0].table(key).title,
        blocks=blocks,
        rows={label: tuple(ids) for label, ids in rows.items()},
        groups={label: tuple(keys) for label, keys in groups.items()},
        headers=frozenset(headers),
        titles=titles,
        silent=silent,
        order=_merged_order([[row.id for block in blocks if block.form is form for row in block.rows] for form in forms]),
        labels=frozenset(rows) | frozenset(groups) | headers | titles | silent,
    )


def _form_blocks(form: Form, key: str) -> Iterator[FormBlock]:
    table = form.table(key)
    count = Counter(row.key for row in table.leaf_rows())
    for number, block in enumerate(table.blocks):
        rows = tuple(_rows(block.rows, (), number, count)) or (Row(f"@{number}", None),)
        yield FormBlock(form, block, label_variants(block.title) if block.title else frozenset(), rows)


def _rows(nodes: Iterable[Node], groups: tuple[str, ...], number: int, count: Counter[str]) -> Iterator[Row]:
    for node in nodes:
        if node.children:
            yield from _rows(node.children, (*groups, node.key), number, count)
        else:
            yield Row(node.key if count[node.key] == 1 else f"{node.key}@{number}", node, groups)


def _by_level(nodes: Iterable[Node]) -> Iterator[Node]:
    level = list(nodes)
    while level:
        yield from level
        level = [child for node in level for child in node.children]


def _merged_order(sequences: Sequence[Sequence[str]]) -> dict[str, int]:
    merged: list[str] = []
    for sequence in sequences:
        place = 0
        for row_id in sequence:
            if row_id in merged:
                place = merged.index(row_id) + 1
            else:
                merged.insert(place, row_id)
                place += 1
    return {row_id: rank for rank, row_id in enumerate(merged)}

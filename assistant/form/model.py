"""A statutory form as data: tables, cells, narrative parts, arithmetic. Built from the files in ``data/forms``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Node:
    """A row or a column of a table, or a group of them.

    ``label`` is the statutory wording, ``short`` the wording for prose, ``words`` how plain texts speak of it. ``total`` marks
    sums, which a group's expansion leaves out. ``unit``, ``units`` (accepted inside a cell when the header names none),
    ``decimals`` and ``signed`` are properties of columns.
    """

    label: str
    key: str = ""
    short: str = ""
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()
    total: bool = False
    unit: str = ""
    units: tuple[str, ...] = ()
    decimals: int = 0
    signed: bool = False

    @property
    def prose(self) -> str:
        """The wording for sentences."""
        return self.short or self.label

    def leaves(self) -> Iterator[Node]:
        """Leaf nodes below (or this one), in printed order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def walk(self) -> Iterator[Node]:
        """This node and all below, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def depth(self) -> int:
        """Number of levels, 1 for a leaf."""
        return 1 + max((child.depth() for child in self.children), default=0)


@dataclass(frozen=True)
class CellDef:
    """One data cell: its key, where it stands, what it may hold."""

    key: str
    table: str
    label: str
    unit: str
    row: Node | None
    col: Node
    block: int

    @property
    def integer(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.col.decimals == 0

    @property
    def signed(self) -> bool:
        """Whether a negative value is legal (only ``*.delta_items``)."""
        return self.col.signed


@dataclass(frozen=True)
class Block:
    """A rectangle of a table with its own header rows. A table of several blocks prints them one under the other."""

    cell: str
    columns: tuple[Node, ...]
    rows: tuple[Node, ...] = ()
    title: str = ""
    corner: str = ""

    @property
    def label_columns(self) -> int:
        """How many columns the row labels take (3 in 表三, 0 in 表四)."""
        return max((row.depth() for row in self.rows), default=0)

    @property
    def header_rows(self) -> int:
        """How many rows the column headers take, the block's title not counted."""
        return max(column.depth() for column in self.columns)

    def leaf_rows(self) -> tuple[Node, ...]:
        """Rows that hold cells, in printed order; empty when the block is one unlabelled row."""
        return tuple(leaf for row in self.rows for leaf in row.leaves())

    def leaf_columns(self) -> tuple[Node, ...]:
        """Columns that hold cells, left to right."""
        return tuple(leaf for column in self.columns for leaf in column.leaves())

    def key_of(self, row: Node | None, col: Node) -> str:
        """The cell key at a leaf row (None for an unlabelled row) and a leaf column."""
        return self.cell.replace("{row}", row.key if row else "").replace("{col}", col.key)


@dataclass(frozen=True)
class Table:
    """One of the three statutory tables."""

    key: str
    number: str
    name: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """How the table is called in messages and on sheets, such as 表三."""
        return f"表{self.number}"

    def nodes(self) -> Iterator[Node]:
        """All row and column nodes of all blocks."""
        for block in self.blocks:
            for top in (*block.rows, *block.columns):
                yield from top.walk()

    def node(self, key: str) -> Node:
        """The row or column node with this key; KeyError if there is none."""
        for node in self.nodes():
            if node.key == key:
                return node
        raise KeyError(key)

    def leaves(self, group: str) -> tuple[str, ...]:
        """Leaf keys of a group, totals left out, in printed order."""
        return tuple(leaf.key for leaf in self.node(group).leaves() if not leaf.total)

    def leaf_rows(self) -> tuple[Node, ...]:
        """Rows with cells over all blocks."""
        return tuple(row for block in self.blocks for row in block.leaf_rows())

    def leaf_columns(self) -> tuple[Node, ...]:
        """Columns with cells over all blocks."""
        return tuple(col for block in self.blocks for col in block.leaf_columns())


@dataclass(frozen=True)
class Section:
    """One of the six parts of the report; ``table`` is empty for narrative parts."""

    key: str
    number: str
    title: str
    kind: Literal["narrative", "table"]
    table: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The heading as printed, such as 三、收到和处理政府信息公开申请情况."""
        return f"{self.number}、{self.title}"


@dataclass(frozen=True)
class Aspect:
    """One of the five aspects of 总体情况 that must have substance; ``missing`` is the severity when it has none."""

    key: str
    heading: str
    rule: str
    missing: Severity
    articles: tuple[int, ...]
    tables: tuple[str, ...]
    words: tuple[str, ...]
    ask: str


@dataclass(frozen=True)
class StatutoryResult:
    """One of the results governments owe under Article 50 (4): 工作考核, 社会评议, 责任追究."""

    key: str
    name: str
    rule: str
    words: tuple[str, ...]
    ask: str


@dataclass(frozen=True)
class FeeDuty:
    """Whether the form asks for the information processing fee in 六, and how to ask for it."""

    required: bool
    rule: str
    ask: str


@dataclass(frozen=True)
class Equation:
    """An equation between cells: the sum of ``left`` equals the sum of ``right``.

    A term with a leading minus is subtracted; a ``prev.`` term is last year's cell. ``line`` names the row or column
    the equation is about, in Chinese, empty when there is only one.
    """

    rule: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    left_text: str
    right_text: str
    line: str = ""

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """All keys, without signs."""
        return tuple(term.lstrip("-") for term in (*self.left, *self.right))


@dataclass(frozen=True)
class Derived:
    """A derived sum: ``terms`` are cell or derived keys, a leading minus subtracts; ``words`` as for rows."""

    key: str
    label: str
    unit: str
    terms: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """A derived percentage: ``part`` ÷ ``whole``, one decimal, half up."""

    key: str
    label: str
    part: str
    whole: str


@dataclass(frozen=True)
class Form:
    """A version of the statutory form.

    ``tables_number`` is the number of the notice the tables follow, where that is not the form's own (:meth:`with_duties_of`).
    """

    id: str
    name: str
    document_number: str
    reference: str
    first_year: int
    last_year: int | None
    preface_articles: tuple[int, ...]
    signature_labels: tuple[str, ...]
    sections: tuple[Section, ...]
    aspects: tuple[Aspect, ...]
    results: tuple[StatutoryResult, ...]
    fee: FeeDuty
    tables: tuple[Table, ...]
    equations: tuple[Equation, ...]
    rollovers: tuple[Equation, ...]
    derived: tuple[Derived, ...]
    shares: tuple[Share, ...]
    change_patterns: tuple[str, ...]
    growth_base: int
    not_comparable: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables_number: str = ""

    def __post_init__(self) -> None:
        if not self.tables_number:
            object.__setattr__(self, "tables_number", self.document_number)

    def with_duties_of(self, own: Form) -> Form:
        """This form's tables with what ``own`` asks of the text: for a report on the tables of another year's form.

        The notice cited, the articles of the preface, aspects, results and the fee are those of ``own``; the form still
        covers only its own years (rule S-FORM-VERSION).
        """
        return replace(
            self,
            name=own.name,
            document_number=own.document_number,
            reference=own.reference,
            preface_articles=own.preface_articles,
            aspects=own.aspects,
            results=own.results,
            fee=own.fee,
        )

    @cached_property
    def cells(self) -> dict[str, CellDef]:
        """All data cells by key, in printed order."""
        return {
            definition.key: definition
            for table in self.tables
            for number, block in enumerate(table.blocks)
            for definition in _cells_of(table, block, number)
        }

    def table(self, key: str) -> Table:
        """The table with this key; KeyError if the form has none."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)

    def has_table(self, key: str) -> bool:
        """Whether the form has this table."""
        return any(table.key == key for table in self.tables)

    def section(self, key: str) -> Section:
        """The section with this key."""
        return next(section for section in self.sections if section.key == key)

    def aspect(self, key: str) -> Aspect:
        """The aspect with this key."""
        return next(aspect for aspect in self.aspects if aspect.key == key)

    def covers(self, year: int) -> bool:
        """Whether this form is the one for a report year."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def comparable(self, earlier: Form, key: str) -> bool:
        """Whether ``key`` (cell or derived) of an earlier year's form may be compared with the same key here."""
        if not any(fnmatchcase(key, pattern) for pattern in self.change_patterns):
            return False
        return not any(fnmatchcase(key, pattern) for pattern in self.not_comparable.get(earlier.id, ()))


def _cells_of(table: Table, block: Block, number: int) -> Iterator[CellDef]:
    for row in block.leaf_rows() or (None,):
        for col in block.leaf_columns():
            label = "·".join(_column_path(block, col)) if row is None else f"{row.prose}·{col.prose}"
            yield CellDef(block.key_of(row, col), table.key, f"{table.title} {label}", col.unit, row, col, number)


def _column_path(block: Block, col: Node) -> list[str]:
    """Labels from the outermost group that tells this column apart down to the column itself."""

    def search(node: Node, above: list[str]) -> list[str]:
        here = [*above, node.label]
        if node is col:
            return here
        return next((found for child in node.children if (found := search(child, here))), [])

    return next(found for top in block.columns if (found := search(top, [])))

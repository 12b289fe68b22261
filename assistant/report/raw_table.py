"""Rows and headers of a table as found in a file, before anything is placed: out of lines of text or out of a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.form import Node


@dataclass(frozen=True)
class Token:
    """A value as printed. ``alone`` is false when several values shared one line, parted only by a blank."""

    text: str
    line: int
    alone: bool = True
    where: str = ""

    @property
    def place(self) -> str:
        """What a person can look up."""
        return self.where or f"第 {self.line} 行"


@dataclass(frozen=True)
class HeaderFit:
    """A header that names all columns. ``lost`` are group names it lacks; ``spans`` the grid columns of each leaf."""

    lost: tuple[str, ...] = ()
    spans: tuple[tuple[int, ...], ...] = ()
    width: int = 0


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet: its path of labels, its values by (row, column), how far to the right merged ones reach.

    ``sure`` is whether its group labels are beyond doubt, ``doubt`` says why its values may have slipped, ``find`` gives the
    place of a blank.
    """

    path: tuple[str, ...]
    line: int
    tokens: dict[tuple[int, int], Token]
    reach: dict[tuple[int, int], int]
    find: Callable[[int], str]
    sure: bool = True
    doubt: str = ""

    def cut(self, spans: Sequence[Sequence[int]]) -> list[Token] | None:
        """One token a column, empty for blanks; None when a value reaches over several columns or a column holds several."""
        result = []
        for span in spans:
            inside = [place for place in self.tokens if span[0] <= self.reach.get(place, place[1]) and place[1] <= span[-1]]
            if len(inside) > 1 or any(place[1] < span[0] or self.reach.get(place, place[1]) > span[-1] for place in inside):
                return None
            result.append(self.tokens[inside[0]] if inside else Token("", self.line, where=self.find(span[0])))
        return result


@dataclass
class RawRow:
    """A row label with what follows it. ``label`` is empty for values without a label and for unknown labels (``name``)."""

    label: str
    name: str
    line: int
    group: str = ""
    tokens: list[Token] = field(default_factory=list)
    grid: tuple[str, ...] = ()
    sheet: SheetRow | None = None
    where: str = ""

    @property
    def place(self) -> str:
        """What a person can look up."""
        return self.where or f"第 {self.line} 行"

    @property
    def gridded(self) -> bool:
        """Whether the row was parted from its neighbours by the file itself."""
        return bool(self.grid) or self.sheet is not None

    def cut(self, fit: HeaderFit) -> list[Token] | None:
        """The texts of the row by leaf column; None if the row is in no grid or does not stand under this header."""
        if self.sheet is not None:
            return self.sheet.cut(fit.spans)
        if not self.grid or not fit.spans or len(self.grid) != fit.width:
            return None
        texts = []
        for span in fit.spans:
            filled = {self.grid[place] for place in span if self.grid[place]}
            if len(filled) > 1:
                return None
            texts.append(Token(filled.pop() if filled else "", self.line))
        return texts


@dataclass(frozen=True)
class SheetHeader:
    """What a sheet's header says about the blocks it may belong to, by ``id`` of the block's nodes: a fit, or what is wrong."""

    fits: dict[int, HeaderFit] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)


@dataclass
class Segment:
    """Rows under one header. ``header`` are the labels in printed order, ``grid`` the header's rows if it is a grid."""

    title: str = ""
    header: list[str] = field(default_factory=list)
    grid: list[tuple[str, ...]] = field(default_factory=list)
    rows: list[RawRow] = field(default_factory=list)
    line: int = 0
    sheet: SheetHeader | None = None


def lost_groups(columns: Sequence[Node], labels: Sequence[str], known: Callable[[str, Node], bool]) -> tuple[str, ...]:
    """Names of column groups that none of the labels is."""
    groups = [node for top in columns for node in top.walk() if node.children]
    return tuple(group.label for group in groups if not any(known(label, group) for label in labels))

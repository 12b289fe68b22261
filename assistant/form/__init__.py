"""The statutory form as data: versions, tables, cells, kinds of units and what they owe."""

from assistant.form.cell import Cell, CellStatus, Source, read_value
from assistant.form.kinds import UnitKind, scope_word, self_name, unit_kinds
from assistant.form.layout import Grid, GridCell, table_grid
from assistant.form.model import (
    Aspect,
    Block,
    CellDef,
    Derived,
    Equation,
    Form,
    Node,
    Section,
    Severity,
    Share,
    StatutoryResult,
    Table,
)
from assistant.form.registry import FormRegistry, default_registry

__all__ = [
    "Aspect",
    "Block",
    "Cell",
    "CellDef",
    "CellStatus",
    "Derived",
    "Equation",
    "Form",
    "FormRegistry",
    "Grid",
    "GridCell",
    "Node",
    "Section",
    "Severity",
    "Share",
    "Source",
    "StatutoryResult",
    "Table",
    "UnitKind",
    "default_registry",
    "read_value",
    "scope_word",
    "self_name",
    "table_grid",
    "unit_kinds",
]

"""Pieces of pages as HTML, every text escaped. Pages put them into Gradio's HTML component."""

from assistant.site.components.basics import attributes, badge, empty, field, join, notices, table
from assistant.site.components.chart import stacked_bars
from assistant.site.components.difference import difference
from assistant.site.components.drop import file_drop
from assistant.site.components.grid import grid_cell, statutory_table

__all__ = [
    "attributes",
    "badge",
    "difference",
    "empty",
    "field",
    "file_drop",
    "grid_cell",
    "join",
    "notices",
    "stacked_bars",
    "statutory_table",
    "table",
]

"""Small PDF files for the tests of the PDF reader: text with Unicode, ruling lines, pictures, tables broken over pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.form.layout import Grid, GridCell

Style = Literal["lines", "boxes", "thin"]
_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def /CMapName /U def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
)


def em(text: str) -> float:
    """Width of a text in characters: Latin letters and figures take half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The lines of a text in a column of a width in points."""
    lines, line = [], ""
    for char in text:
        if line and (em(line) + em(char)) * size > width:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line] if line else lines


@dataclass
class PdfMaker:
    """Collects drawing commands page by page. Heights are given from the top of the page, in points."""

    width: float = 595
    height: float = 842
    pages: list[list[str]] = field(default_factory=list)

    def page(self) -> None:
        self.pages.append([])

    def text(self, x: float, top: float, text: str, size: float = 12, matrix: str = "") -> None:
        code = text.encode("utf-16-be").hex()
        place = matrix or f"1 0 0 1 {x:.2f} {self.height - top - 0.88 * size:.2f}"
        self.pages[-1].append(f"BT /F1 {size} Tf {place} Tm <{code}> Tj ET")

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pages[-1].append(f"{x0:.2f} {self.height - y0:.2f} m {x1:.2f} {self.height - y1:.2f} l S")

    def box(self, x0: float, y0: float, x1: float, y1: float, paint: str = "S") -> None:
        self.pages[-1].append(f"{x0:.2f} {self.height - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re {paint}")

    def image(self, x0: float, y0: float, x1: float, y1: float) -> None:
        place = f"{x1 - x0} 0 0 {y1 - y0} {x0} {self.height - y1}"
        self.pages[-1].append(f"q {place} cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q")

    def rule(self, x0: float, y0: float, x1: float, y1: float, style: Style) -> None:
        if style == "thin":
            self.box(x0 - 0.25, y0 - 0.25, x1 + 0.25, y1 + 0.25, "f")
        else:
            self.line(x0, y0, x1, y1)

    def save(self, *, unicode: bool = True, locked: bool = False) -> bytes:
        """The file. ``unicode=False``: the font does not say what its characters mean; ``locked``: a password is set."""
        count = len(self.pages)
        kids = " ".join(f"{number} 0 R" for number in range(6, 6 + count))
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode(),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R]"
            + (b" /ToUnicode 5 0 R >>" if unicode else b" >>"),
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
            b" /Supplement 0 >> /DW 1000 /W [0 255 500] /FontDescriptor << /Type /FontDescriptor /FontName /Song /Flags 4"
            b" /Ascent 880 /Descent -120 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /CapHeight 700 /StemV 80 >> >>",
            _stream(_TO_UNICODE),
        ]
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {self.width} {self.height}] /Resources << /Font << /F1 3 0 R >> >>"
        objects += [f"{page} /Contents {6 + count + number} 0 R >>".encode() for number in range(count)]
        objects += [_stream("\n".join(commands).encode("latin-1")) for commands in self.pages]
        return _file(objects, locked)


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


def _file(objects: Sequence[bytes], locked: bool) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (b"11" * 32, b"22" * 32)
    out += b"trailer\n<< /Size %d /Root 1 0 R%s >>\n" % (len(objects) + 1, lock if locked else b"")
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


@dataclass(frozen=True)
class TableLook:
    """How a table is printed. ``breaks``: a new page begins before these rows. ``label``: where the text of a label broken
    over pages stands. ``closed``: a line is drawn through merged labels at the break. ``number``: the page number, ``inside``
    the table's frame or below it."""

    style: Style = "lines"
    breaks: tuple[int, ...] = ()
    repeat: bool = False
    closed: bool = True
    label: Literal["above", "below", "cut"] = "above"
    number: str = "- {} -"
    size: float = 9.0
    shift: float = 0.0


def draw_table(maker: PdfMaker, grid: Grid, values: Mapping[str, str], top: float, look: TableLook) -> float:
    """Draw a table from a height on, with its page breaks; returns the height below it."""
    xs = _columns(grid, maker.width)
    starts = (0, *look.breaks)
    for number, (first, end) in enumerate(zip(starts, (*look.breaks, grid.rows), strict=True)):
        if number:
            maker.text(maker.width / 2, maker.height - 40, look.number.format(len(maker.pages)), 9)
            maker.page()
            top = 70.0
            xs = [x + (look.shift if number % 2 else -look.shift if number > 1 else 0) for x in xs]
            if look.repeat and grid.header_rows:
                top = _draw_rows(maker, grid, values, (0, grid.header_rows), xs, top, look)
        top = _draw_rows(maker, grid, values, (first, end), xs, top, look)
    return top


def _columns(grid: Grid, width: float) -> list[float]:
    labels = [26.0] * max(grid.label_cols - 2, 0) + [48.0] * (grid.label_cols > 1) + [110.0] * (grid.label_cols > 0)
    rest = width - 140 - sum(labels)
    widths = [*labels, *[rest / (grid.cols - len(labels))] * (grid.cols - len(labels))]
    return [70 + sum(widths[:number]) for number in range(len(widths) + 1)]


def _draw_rows(
    maker: PdfMaker,
    grid: Grid,
    values: Mapping[str, str],
    rows: tuple[int, int],
    xs: Sequence[float],
    top: float,
    look: TableLook,
) -> float:
    first, end = rows
    cells = [cell for cell in grid.cells if cell.row < end and cell.row + cell.rowspan > first]
    heights = dict.fromkeys(range(first, end), 16.0)
    parts = {cell: _part(cell, values, rows, xs, look) for cell in cells}
    for cell in sorted(cells, key=lambda cell: cell.rowspan):
        own = [row for row in range(cell.row, cell.row + cell.rowspan) if row in heights]
        needed = len(parts[cell]) * look.size * 1.2 + 6
        heights[own[-1]] += max(0.0, needed - sum(heights[row] for row in own))
    ys = {first: top}
    for row in range(first, end):
        ys[row + 1] = ys[row] + heights[row]
    for cell in cells:
        y0, y1 = ys[max(cell.row, first)], ys[min(cell.row + cell.rowspan, end)]
        x0, x1 = xs[cell.col], xs[cell.col + cell.colspan]
        _frame(maker, (x0, y0, x1, y1), look, cell.row < first, cell.row + cell.rowspan > end)
        lines = parts[cell]
        above = (y1 - y0 - len(lines) * look.size * 1.2) / 2
        for number, line in enumerate(lines):
            left = x0 + 2 if cell.kind == "label" and len(lines) > 1 else (x0 + x1 - em(line) * look.size) / 2
            maker.text(left, y0 + above + number * look.size * 1.2, line, look.size)
    return ys[end]


def _frame(maker: PdfMaker, box: tuple[float, float, float, float], look: TableLook, from_above: bool, goes_on: bool) -> None:
    x0, y0, x1, y1 = box
    if look.style == "boxes" and look.closed:
        maker.box(x0, y0, x1, y1)
        return
    if look.closed or not from_above:
        maker.rule(x0, y0, x1, y0, look.style)
    if look.closed or not goes_on:
        maker.rule(x0, y1, x1, y1, look.style)
    maker.rule(x0, y0, x0, y1, look.style)
    maker.rule(x1, y0, x1, y1, look.style)


def _part(cell: GridCell, values: Mapping[str, str], rows: tuple[int, int], xs: Sequence[float], look: TableLook) -> list[str]:
    """The lines of a cell that stand in these rows."""
    text = values.get(cell.key, "") if cell.kind == "data" else cell.text
    lines = wrapped(text, xs[cell.col + cell.colspan] - xs[cell.col] - 4, look.size)
    from_above, goes_on = cell.row < rows[0], cell.row + cell.rowspan > rows[1]
    if not (from_above or goes_on):
        return lines
    if look.label == "cut" and len(lines) > 1 and sum(cell.row < at < cell.row + cell.rowspan for at in look.breaks) == 1:
        half = len(lines) // 2
        return lines[half:] if from_above else lines[:half]
    shown = not from_above if look.label == "above" or len(lines) > 1 else not goes_on
    return lines if shown else []

"""Counties of any size for batch runs: the sample county's workbooks under other units' names."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

from assistant.form import default_registry
from assistant.intake import read_input
from assistant.submission.workbook_writer import blank_workbook

COUNTY = Path(__file__).resolve().parents[1] / "corpus" / "county"
_PLACE = "示例县"
_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def place_name(number: int) -> str:
    """A county's name for a number: letters of the sexagenary cycle, so that no name is the end of another."""
    signs = ""
    while True:
        number, sign = divmod(number, len(_SIGNS))
        signs += _SIGNS[sign]
        if not number:
            return f"{signs}示例县"


@cache
def _workbooks(year: int) -> tuple[tuple[str, bytes], ...]:
    registry = default_registry()
    made = []
    for path in sorted((COUNTY / str(year)).glob("*.json")):
        submission = read_input(path, registry).submission
        made.append((path.stem, blank_workbook(year, submission.unit.kind, registry, filled=submission)))
    return tuple(made)


def _entities(text: str) -> bytes:
    return "".join(f"&#{ord(sign)};" for sign in text).encode()


def renamed(workbook: bytes, place: str) -> bytes:
    """A workbook of the sample county as another county's."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename.endswith(".xml"):
                for code in (str.encode, _entities):
                    content = content.replace(code(_PLACE), code(place))
            target.writestr(item, content)
    return out.getvalue()


def county(folder: Path, units: int, *, years: tuple[int, ...] = (2024, 2025)) -> Path:
    """A folder with the workbooks of so many units, of each of the years."""
    folder.mkdir(parents=True, exist_ok=True)
    for year in years:
        books = _workbooks(year)
        for number in range(units):
            name, workbook = books[number % len(books)]
            place = place_name(number // len(books))
            (folder / f"{place}-{name}-{year}.xlsx").write_bytes(renamed(workbook, place))
    return folder

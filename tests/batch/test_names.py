"""Whatever a unit is called, its folder has a plain short name of its own below the output folder."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.batch.names import LONGEST, folder_name, unit_key
from assistant.batch.places import make_folder, write_unit
from assistant.errors import OutputError

_ANY = st.text(st.characters(), max_size=200)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@given(_ANY, st.one_of(st.none(), st.integers(2019, 2100)))
@example("../../x", 2025)
@example("..\\..\\x", None)
@example("示例县‮局育教", 2025)
@example("CON", None)
@example("nul.局", 2025)
@example("局" * 300, 2025)
@example("a\x00b", 2025)
@example("\ud800", 2025)
@example("/etc/passwd", 2025)
@example("𠮷局", 2025)
@example(" . ", None)
def test_a_folder_name_is_one_plain_step(unit: str, year: int | None) -> None:
    name = folder_name(unit, year, unit_key(unit, "", year))
    assert name
    assert Path(name).parts == (name,)
    assert len(name.encode()) <= LONGEST
    assert not set(name) & set('/\\:*?"<>|\0')
    assert not name.startswith((".", "-", " "))
    assert not name.endswith((".", " "))
    assert not any(unicodedata.category(sign).startswith("C") for sign in name)
    assert not _RESERVED.fullmatch(name)
    assert name == unicodedata.normalize("NFKC", name)


@given(st.lists(_ANY, min_size=2, max_size=8, unique=True))
@example(["ABC局", "abc局", "ＡＢＣ局"])
@example(["局/", "局\\", "局"])
@example(["局" * 100, "局" * 101])
def test_units_with_keys_of_their_own_have_folders_of_their_own(units: list[str]) -> None:
    keys = {unit: unit_key(unit, "", 2025) for unit in units}
    folders: dict[str, set[str]] = {}
    for unit in units:
        folders.setdefault(folder_name(unit, 2025, keys[unit]).casefold(), set()).add(keys[unit])
    assert all(len(each) == 1 for each in folders.values())


def test_an_ordinary_name_stays_readable() -> None:
    assert folder_name("示例县教育局", 2025, "0123456789abcdef") == "示例县教育局-2025"


@pytest.mark.parametrize("other", ["示例县教育局 ", "示例县·教育局", "示例县教育局\u202e", "示例縣".replace("縣", "县") + "教育局"])
def test_names_that_differ_in_blanks_and_marks_only_are_one_unit(other: str) -> None:
    assert unit_key(other, "", 2025) == unit_key("示例县教育局", "", 2025)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    (out / "units").symlink_to(elsewhere)
    with pytest.raises(OutputError, match="链接"):
        write_unit(out, "units/甲", {"a.txt": b"x"}, {})
    (out / "units").unlink()
    make_folder(out, "units/甲")
    (out / "units" / "甲" / "a.txt").symlink_to(elsewhere / "b.txt")
    with pytest.raises(OutputError, match="链接"):
        write_unit(out, "units/甲", {"a.txt": b"x"}, {})
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("path", ["../x", "/x", "units/../../x", "units\\..\\x", ""])
def test_a_recorded_path_that_leads_out_is_not_followed(path: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        make_folder(tmp_path, path)

"""Names of units become names of folders here and nowhere else."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST = 120  # bytes of a folder's name in UTF-8: Linux takes 255, names of files inside and of archives need room too
_SHORT_HASH = 8
# Names Windows keeps for devices, whatever follows after a dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[.\\/:*?"<>|#%&{}$!\'`@+=~^;]')
_MARKS = re.compile(r"[\W_]+")


def folder_name(unit: str, year: int | None, key: str) -> str:
    """The name of a unit's folder: short, of plain characters, never a path, equal for no two keys.

    The unit's name stands in it as written where it is safe; where something was taken out or changed, the first characters of the
    key follow, so that two names that become one keep two folders.

    Args:
        unit: the unit's name, whatever it is.
        year: the report year.
        key: the unit's key (hexadecimal digits).
    """
    tail = f"-{year}" if year is not None else ""
    plain = _plain(unit)
    room = LONGEST - len(tail.encode()) - _SHORT_HASH - 1
    cut = _cut(plain, room).rstrip(" .-")
    if cut and cut == unit and cut == cut.casefold() and not _RESERVED.fullmatch(cut):
        return f"{cut}{tail}"
    return f"{cut or '单位'}{tail}-{key[:_SHORT_HASH]}"


def unit_key(unit: str, region: str, year: int | None) -> str:
    """16 hexadecimal digits for a unit in a year; names that differ in width, case, blanks or marks only have one key."""
    text = "\x1f".join((plain_name(unit), plain_name(region), str(year or "")))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def plain_name(name: str) -> str:
    """A name as it is compared: normalised, in one case, without blanks, marks and invisible characters."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", _visible(name)).casefold())


def _plain(unit: str) -> str:
    text = unicodedata.normalize("NFKC", _visible(unit.encode("utf-8", "replace").decode("utf-8")))
    text = _FORBIDDEN.sub("-", _visible(text))
    return re.sub(r"\s+", " ", text).strip(" .-")


def _visible(text: str) -> str:
    """Without control characters, marks of direction and the like, private and unassigned ones."""
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "C" and unicodedata.category(sign) not in ("Zl", "Zp"))


def _cut(text: str, room: int) -> str:
    return text.encode("utf-8")[:room].decode("utf-8", "ignore")


def file_name(name: str) -> str:
    """The name under which a file that somebody handed in is stored: its last part, of plain characters, never a path.

    Args:
        name: as it is called on the person's computer or in an archive.
    """
    last = re.split(r"[\\/]", name)[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        stem, ending = last, ""
    plain = _cut(_plain(stem), LONGEST - 20).rstrip(" .-") or "文件"
    if _RESERVED.fullmatch(plain):
        plain = f"{plain}-"
    return f"{plain}.{ending.lower()}" if ending else plain

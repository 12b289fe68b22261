"""Opens an .xlsx or .docx package safely: sizes, macros, encryption and XML declarations are checked before anything is parsed."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from assistant.errors import InputError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class PackageLimits:
    """Largest package that is read: members, bytes of one member and of all when inflated, inflation ratio."""

    members: int = 2_000
    member_bytes: int = 48 * 1024 * 1024
    total_bytes: int = 128 * 1024 * 1024
    ratio: int = 400


@dataclass(frozen=True)
class PackageKind:
    """What a package is called in messages, and what to do about one that is damaged or too large."""

    name: str
    save_again: str
    too_large: str


WORKBOOK = PackageKind("工作簿", "请在 Excel 或 WPS 中打开，另存为 .xlsx 工作簿后再交", "请用程序给的空白工作簿重新填写")
OFFICE = PackageKind("文件", "请在原来的软件中打开，取消密码后另存为 .xlsx 或 .docx 再交", "")
WORD = PackageKind(
    "Word 文档", "请在 Word 或 WPS 中打开，另存为 .docx 文档后再交", "请删去其中的图片和附件，另存为 .docx 文档后再交"
)


def open_package(data: bytes, file: str, limits: PackageLimits = PackageLimits(), kind: PackageKind = WORKBOOK) -> Package:
    """Open an .xlsx package, or one of another ``kind``.

    Raises:
        InputError: encrypted, an old .xls or .doc, with macros, damaged, a bomb, or no package at all.
    """
    refuse_old_file(data, file, kind)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError) as error:
        raise InputError(f"{kind.name}已损坏或不完整，打不开", place=file, remedy=kind.save_again) from error
    _check_members(members, file, limits, kind)
    return Package(archive, file, limits, kind)


def refuse_old_file(data: bytes, file: str, kind: PackageKind = WORKBOOK) -> None:
    """Refuse the container of old and of encrypted office files.

    Raises:
        InputError: ``data`` is one.
    """
    if not data.startswith(_OLE):
        return
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise InputError(f"{kind.name}设了打开密码，无法读取。请先取消密码", place=file, remedy=kind.save_again)
    if "WordDocument".encode("utf-16-le") in data:
        raise InputError("这是旧版 Word 文档（.doc），不能读取", place=file, remedy=WORD.save_again)
    raise InputError("这是旧版工作簿（.xls），不能读取", place=file, remedy=WORKBOOK.save_again)


def _check_members(members: list[zipfile.ZipInfo], file: str, limits: PackageLimits, kind: PackageKind) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise InputError(f"{kind.name}设了打开密码，无法读取", place=file, remedy="请先取消密码，" + kind.save_again[1:])
    names = [member.filename.lower() for member in members]
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise InputError(f"{kind.name}中有宏，为安全起见不读取", place=file, remedy=kind.save_again)
    total = sum(member.file_size for member in members)
    steep = any(
        member.file_size > 1024 * 1024 and member.file_size > limits.ratio * max(member.compress_size, 1) for member in members
    )
    largest = max((member.file_size for member in members), default=0)
    if len(members) > limits.members or total > limits.total_bytes or largest > limits.member_bytes or steep:
        raise InputError(f"{kind.name}展开后过大，疑似压缩炸弹，未读取", place=file, remedy=kind.too_large)


class Package:
    """The members of a package, read one at a time, none larger than the limits say."""

    def __init__(self, archive: zipfile.ZipFile, file: str, limits: PackageLimits, kind: PackageKind) -> None:
        self.file = file
        self._kind = kind
        self._archive, self._limits = archive, limits
        self._names = {name.lstrip("/").lower(): name for name in archive.namelist()}
        self._left = limits.total_bytes
        self._checked: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether there is a member of this name (upper and lower case are the same)."""
        return name.lstrip("/").lower() in self._names

    def names(self) -> list[str]:
        """All member names, lower case."""
        return list(self._names)

    def xml(self, name: str) -> etree._Element:
        """The root element of an XML member.

        Raises:
            InputError: missing, damaged, too large, or with a document type declaration (external entities).
        """
        content = self._read(name)
        self._checked.add(name.lstrip("/").lower())
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise self._refused(name)
        try:
            root = etree.fromstring(
                content,
                etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True),
            )
        except (etree.XMLSyntaxError, ValueError) as error:
            if getattr(error, "code", 0) == etree.ErrorTypes.ERR_NO_MEMORY:
                raise MemoryError from error
            raise InputError(
                f"{self._kind.name}已损坏，内容无法解析", place=f"{self.file} {name}", remedy=self._kind.save_again
            ) from error
        if root.getroottree().docinfo.internalDTD is not None:  # one in an encoding that the search above does not see
            raise self._refused(name)
        return root

    def refuse_declarations(self) -> None:
        """Refuse the package when any XML member, parsed or not, declares a document type.

        Raises:
            InputError: one does.
        """
        for name in self._names:
            if name in self._checked or not name.endswith((".xml", ".rels", ".vml")):
                continue
            if b"<!DOCTYPE" in self._read(name):
                raise self._refused(name)

    def _refused(self, name: str) -> InputError:
        return InputError("文件中有外部实体声明，为安全起见不读取", place=f"{self.file} {name}", remedy=self._kind.save_again)

    def _read(self, name: str) -> bytes:
        stored = self._names.get(name.lstrip("/").lower())
        if stored is None:
            raise InputError(f"{self._kind.name}不完整，缺少内容", place=f"{self.file} {name}", remedy=self._kind.save_again)
        allowed = min(self._limits.member_bytes, self._left)
        try:
            with self._archive.open(stored) as handle:
                content = handle.read(allowed + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
            raise InputError(
                f"{self._kind.name}已损坏或不完整，读不出内容", place=f"{self.file} {name}", remedy=self._kind.save_again
            ) from error
        if len(content) > allowed:
            raise InputError(f"{self._kind.name}展开后过大，疑似压缩炸弹，未读取", place=self.file, remedy=self._kind.too_large)
        self._left -= len(content)
        return content

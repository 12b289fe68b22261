"""The Word file as a package: parts, relationships, properties, zipped so that the same input gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache

from assistant.report.docx_styles import XML, font_table, footer, settings, styles
from assistant.report.printing import markup

ODD_FOOTER, EVEN_FOOTER = "rId4", "rId5"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_EPOCH = (1980, 1, 1, 0, 0, 0)

_PARTS = (
    ("rId1", "styles", "styles.xml"),
    ("rId2", "settings", "settings.xml"),
    ("rId3", "fontTable", "fontTable.xml"),
    (ODD_FOOTER, "footer", "footer1.xml"),
    (EVEN_FOOTER, "footer", "footer2.xml"),
)
_COMMENTS = ("rId6", "comments", "comments.xml")


def package(body: str, title: str, identity: str, comments: str = "") -> bytes:
    """Zip the parts of a file.

    Args:
        body: ``word/document.xml``.
        title: the document's title property.
        identity: what the file was made from; kept as its keywords, nowhere in the text. No author is named.
        comments: ``word/comments.xml``, empty for none.
    """
    parts = (*_PARTS, _COMMENTS) if comments else _PARTS
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": _package_relationships(),
        "docProps/core.xml": _core_properties(title, identity),
        "word/_rels/document.xml.rels": _relationships(parts),
        "word/document.xml": body,
        **_fixed_parts(),
    }
    if comments:
        content["word/comments.xml"] = comments
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in content.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def _fixed_parts() -> dict[str, bytes]:
    texts = {
        "word/styles.xml": styles(),
        "word/settings.xml": settings(),
        "word/fontTable.xml": font_table(),
        "word/footer1.xml": footer("right"),
        "word/footer2.xml": footer("left"),
    }
    return {name: text.encode() for name, text in texts.items()}


@lru_cache(maxsize=2)
def _content_types(parts: tuple[tuple[str, str, str], ...]) -> str:
    overrides = "".join(f'<Override PartName="/word/{name}" ContentType="{_WORD}.{kind}+xml"/>' for _, kind, name in parts)
    return (
        f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>"
    )


def _package_relationships() -> str:
    return (
        f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    )


@lru_cache(maxsize=2)
def _relationships(parts: tuple[tuple[str, str, str], ...]) -> str:
    entries = "".join(f'<Relationship Id="{number}" Type="{_OFFICE}/{kind}" Target="{name}"/>' for number, kind, name in parts)
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _core_properties(title: str, identity: str) -> str:
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{markup(title)}</dc:title><dc:language>zh-CN</dc:language>"
        f"<cp:keywords>{markup(identity)}</cp:keywords></cp:coreProperties>"
    )

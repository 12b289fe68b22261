"""The parts of a Word file that are the same for all reports: styles, settings, fonts, footers (GB/T 9704-2012).

Written as plain WordprocessingML instead of patching the default template of a library: no theme, no coloured
headings, nothing in the file that is not stated here.
"""

from __future__ import annotations

from functools import lru_cache

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

FANGSONG, HEITI, KAITI, SONG, BIAOSONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"
_ALTERNATIVES = {FANGSONG: "仿宋", HEITI: "SimHei", KAITI: "楷体", SONG: "SimSun", BIAOSONG: "方正小标宋_GBK"}

LINE = 579  # twips: 22 lines of 28.95 pt fill 225 mm
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
MARGIN_TOP, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT = 2098, 1984, 1587, 1474
TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
FOOTER_DISTANCE = 1304  # 23 mm: 7 mm and a 14 pt line below the type area
CHARACTER_SPACING = -5  # twips: 28 characters of 15.75 pt take 441 pt of 442.2 pt; with -4 LibreOffice sets 27

LABEL_INDENT = 40  # twips between the rule and a row label

TITLE, BODY, TABLE, TABLE_LABEL, FOOTER = "Title", "BodyText", "TableText", "TableLabel", "Footer"
HEADINGS = {1: "Heading1", 2: "Heading2", 3: "Heading3"}


def fonts(name: str) -> str:
    """The font of a run for all scripts (D9); the hint keeps “”— full-width."""
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


RUN_FONTS = {TITLE: fonts(BIAOSONG), BODY: fonts(FANGSONG), TABLE: fonts(SONG), TABLE_LABEL: fonts(SONG), FOOTER: fonts(SONG)} | {
    HEADINGS[1]: fonts(HEITI),
    HEADINGS[2]: fonts(KAITI),
    HEADINGS[3]: fonts(FANGSONG),
}

_TWO_CHARACTERS = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_BLACK = '<w:b w:val="0"/><w:bCs w:val="0"/><w:i w:val="0"/><w:iCs w:val="0"/><w:color w:val="000000"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:g}"/><w:szCs w:val="{points * 2:g}"/>'


def _style(identifier: str, name: str, paragraph: str, run: str, *, following: str = "", quick: bool = True) -> str:
    head = '<w:style w:type="paragraph"' + (' w:default="1"' if identifier == "Normal" else "")
    based = "" if identifier == "Normal" else '<w:basedOn w:val="Normal"/>'
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'{head} w:styleId="{identifier}"><w:name w:val="{name}"/>{based}{after}{"<w:qFormat/>" if quick else ""}'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _heading(level: int) -> str:
    identifier = HEADINGS[level]
    paragraph = f'<w:keepNext/>{_TWO_CHARACTERS}<w:outlineLvl w:val="{level - 1}"/>'
    return _style(identifier, f"heading {level}", paragraph, RUN_FONTS[identifier] + _BLACK + _size(16), following=BODY)


@lru_cache(maxsize=1)
def styles() -> str:
    """``word/styles.xml``."""
    # Latin text stays English: marked as Chinese, numbers and addresses would break in the middle.
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANGSONG)}{_size(16)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    )
    # overflowPunct is Word's default; LibreOffice 7.4 reads it the wrong way round, and loses commas that hang in the margin.
    normal = _style(
        "Normal",
        "Normal",
        '<w:widowControl w:val="0"/><w:overflowPunct w:val="1"/>'
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/><w:jc w:val="both"/>',
        f'{fonts(FANGSONG)}<w:color w:val="000000"/><w:spacing w:val="{CHARACTER_SPACING}"/>{_size(16)}',
    )
    title = _style(
        TITLE,
        "Title",
        f'<w:keepNext/><w:keepLines/><w:spacing w:after="{LINE}" w:line="660" w:lineRule="exact"/>'
        '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>',
        RUN_FONTS[TITLE] + _BLACK + '<w:spacing w:val="0"/>' + _size(22),
        following=BODY,
    )
    table_run = fonts(SONG) + '<w:spacing w:val="0"/>' + _size(10.5)
    table_line = '<w:spacing w:line="280" w:lineRule="exact"/>'
    parts = (
        defaults,
        normal,
        title,
        _style(BODY, "Body Text", _TWO_CHARACTERS, fonts(FANGSONG)),
        *(_heading(level) for level in HEADINGS),
        _style(TABLE, "表格文字", table_line + '<w:jc w:val="center"/>', table_run),
        _style(TABLE_LABEL, "表格行名", f'{table_line}<w:ind w:left="{LABEL_INDENT}"/><w:jc w:val="left"/>', table_run),
        _style(
            FOOTER, "footer", '<w:spacing w:line="280" w:lineRule="exact"/>', fonts(SONG) + '<w:spacing w:val="0"/>' + _size(14)
        ),
        _style("CommentText", "annotation text", '<w:spacing w:line="280" w:lineRule="atLeast"/><w:jc w:val="left"/>',
               fonts(SONG) + '<w:spacing w:val="0"/>' + _size(10.5), quick=False),
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>',
    )  # fmt: skip
    return f'{XML}<w:styles xmlns:w="{W}">{"".join(parts)}</w:styles>'


@lru_cache(maxsize=1)
def settings() -> str:
    """``word/settings.xml``: odd and even pages differ, punctuation is not squeezed (28 characters a line stay 28)."""
    return (
        f'{XML}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


@lru_cache(maxsize=1)
def font_table() -> str:
    """``word/fontTable.xml``: which font stands in where the official one is not installed."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _ALTERNATIVES.items()
    )
    return f'{XML}<w:fonts xmlns:w="{W}">{entries}</w:fonts>'


@lru_cache(maxsize=2)
def footer(side: str) -> str:
    """A footer “— 1 —” on the outer side, one character (14 pt) in: ``right`` for odd pages, ``left`` for even ones (D10, D11)."""
    run = f"<w:r><w:rPr>{RUN_FONTS[FOOTER]}{_size(14)}</w:rPr>{{}}</w:r>"
    field = "".join(
        run.format(content)
        for content in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/>'
    style = f'<w:pStyle w:val="{FOOTER}"/>{indent}<w:jc w:val="{side}"/>'
    return f'{XML}<w:ftr xmlns:w="{W}"><w:p><w:pPr>{style}</w:pPr>{field}</w:p></w:ftr>'


def section(odd: str, even: str) -> str:
    """The page (D1, D2) with the relationship ids of its footers.

    No character grid: LibreOffice sets 15 characters a line in one.
    """
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{odd}"/><w:footerReference w:type="even" r:id="{even}"/>'
        f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/><w:pgMar w:top="{MARGIN_TOP}" w:right="{MARGIN_RIGHT}" '
        f'w:bottom="{MARGIN_BOTTOM}" w:left="{MARGIN_LEFT}" w:header="851" w:footer="{FOOTER_DISTANCE}" w:gutter="0"/>'
        f'<w:docGrid w:linePitch="{LINE}"/></w:sectPr>'
    )

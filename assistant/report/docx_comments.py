"""Comments of the working copy: what a sentence rests on, what the checks say, what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.report.document import Annotation
from assistant.report.docx_styles import RUN_FONTS, TABLE, XML, W
from assistant.report.printing import markup

AUTHORS = {"source": "依据", "finding": "检查", "gap": "待补"}


class Comments:
    """Collects comments while the body is written.

    One comment holds the remarks of one kind on one stretch of text, each line a paragraph.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._comments: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._comments)

    def anchors(self, annotations: Iterable[Annotation]) -> tuple[str, str]:
        """The markup before and after a stretch of text, both empty where there is nothing to say."""
        if not self._wanted:
            return "", ""
        opening = closing = ""
        found = list(annotations)
        for kind, author in AUTHORS.items():
            texts = [annotation.text for annotation in found if annotation.kind == kind]
            if texts:
                number = self._add(author, texts)
                opening += f'<w:commentRangeStart w:id="{number}"/>'
                closing += (
                    f'<w:commentRangeEnd w:id="{number}"/><w:r><w:rPr>{RUN_FONTS[TABLE]}</w:rPr>'
                    f'<w:commentReference w:id="{number}"/></w:r>'
                )
        return opening, closing

    def _add(self, author: str, texts: list[str]) -> int:
        number = len(self._comments)
        paragraphs = "".join(
            f'<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr><w:r><w:rPr>{RUN_FONTS[TABLE]}</w:rPr>'
            f'<w:t xml:space="preserve">{markup(line)}</w:t></w:r></w:p>'
            for text in texts
            for line in text.splitlines()
            if line.strip()
        )
        self._comments.append(f'<w:comment w:id="{number}" w:author="{author}" w:initials="{author}">{paragraphs}</w:comment>')
        return number

    def part(self) -> str:
        """``word/comments.xml``."""
        return f'{XML}<w:comments xmlns:w="{W}">{"".join(self._comments)}</w:comments>'

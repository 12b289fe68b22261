"""A site with a draft to review, and one with a draft of many paragraphs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from assistant.drafting.assemble import Drafted
from assistant.drafting.draft import Paragraph, Sentence
from assistant.review.drafted import add_draft
from assistant.review.engine import open_record
from assistant.review.saving import save
from assistant.review.schema import UnitRow
from assistant.submission.model import Submission
from tests.drafting.material import county_draft
from tests.review.desk_material import YEAR, county
from tests.site.serving import Site

UNIT = "gonganju"
NAME = "示例县公安局"


def with_draft(home: Path, *, paragraphs: int = 0, gap: bool = True, last_year: bool = True, unit: str = UNIT) -> tuple[int, int]:
    """Put a unit with this and last year's data and a draft into a folder's record; the draft's and the unit's id.

    Args:
        home: the site's folder.
        paragraphs: how many paragraphs the draft shall have at least; more of the same are added.
        gap: whether one sentence is a gap mark.
        last_year: whether there is last year's report too.
        unit: a unit of the sample county.
    """
    record = open_record(home)
    try:
        drafted = county_draft(unit, YEAR)
        content, before = county(unit), county(unit, YEAR - 1)
        with record.write() as session:
            row = _unit(session, content)
            if last_year:
                earlier = save(session, None, row, before, None, base=0, origin="upload")
                add_draft(session, row.id, YEAR - 1, earlier.id, county_draft(unit, YEAR - 1), None)
            submission = save(session, None, row, content, before, base=0, origin="upload")
            draft = add_draft(session, row.id, YEAR, submission.id, _longer(drafted, paragraphs, gap=gap), None)
            return draft.id, row.id
    finally:
        record.close()


def _unit(session: object, content: Submission) -> UnitRow:
    row = UnitRow(name=content.unit.name, kind=content.unit.kind, region="", created=datetime.now(UTC))
    session.add(row)  # type: ignore[attr-defined]  # a session of the record
    session.flush()  # type: ignore[attr-defined]
    return row


def _longer(drafted: Drafted, wanted: int, *, gap: bool) -> Drafted:
    parts = list(drafted.draft.parts)
    if gap:
        words = "【待补：解读材料的篇数和形式】"
        missing = Paragraph(sentences=(Sentence(text=words, rendered=words, sources=(), writer="offline", gap="s1.active.read"),))
        parts[1] = parts[1].model_copy(update={"paragraphs": (*parts[1].paragraphs, missing)})
    count = sum(len(part.paragraphs) for part in parts)
    long = next(place for place, part in enumerate(parts) if part.key == "s1.request")
    own = parts[long].paragraphs
    more = [own[place % len(own)] for place in range(max(0, wanted - count))]
    parts[long] = parts[long].model_copy(update={"paragraphs": (*own, *more)})
    return Drafted(drafted.draft.model_copy(update={"parts": tuple(parts)}), drafted.material)


def office(site: Site, **options: object) -> tuple[int, int]:
    """A started site with 甲某 (drafter), 丙某 (drafter) and 乙某 (reviewer) of the unit; the draft's and the unit's id."""
    site.home.mkdir(exist_ok=True)
    found = with_draft(site.home, **options)  # type: ignore[arg-type]
    for name, role in (("甲某", "drafter"), ("丙某", "drafter"), ("乙某", "reviewer")):
        site.add_user(name, role, NAME)
    site.start()
    return found

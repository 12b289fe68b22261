"""The whole way of a draft, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

from assistant.review import audit, paragraphs, reading, signoff, suggestions
from assistant.review.desk import desk as desk_of
from assistant.review.errors import Conflict
from assistant.review.exports import export, open_export
from assistant.review.rights import Actor
from tests.review.desk_material import YEAR, office


def test_from_data_to_a_final_report(database: str, tmp_path: Path) -> None:
    with office(tmp_path / "home", database) as desk:
        seen = desk.paragraph("s1.mgmt")
        outcomes: list[str] = []

        def write(actor: Actor) -> None:
            try:
                paragraphs.edit(desk.record, actor, seen.id, 1, f"{actor.name}说：{seen.text}")
                outcomes.append("saved")
            except Conflict:
                outcomes.append("conflict")

        threads = [threading.Thread(target=write, args=[actor]) for actor in (desk.drafter, desk.second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(outcomes) == ["conflict", "saved"]
        paragraphs.restore(desk.record, desk.drafter, seen.id, 2, 1)
        asked = suggestions.ask_suggestions(desk.record, desk.drafter, desk.paragraph("s1.request", 1).id, "换个说法")
        suggestions.accept_suggestion(desk.record, desk.drafter, asked.suggestions[0].id)
        paragraphs.accept_all(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
        signoff.sign(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
        made = export(desk.record, desk.drafter, desk.draft_id, "docx")
        assert open_export(desk.record, desk.reviewer, made.id)[1].startswith(b"PK")
        assert [row.state for row in desk_of(desk.record, desk.drafter, date(YEAR + 1, 1, 5)).rows] == ["final"]
        assert [version.why for version in reading.history(desk.record, desk.reviewer, seen.id)] == [
            "restored",
            "edited",
            "drafted",
        ]
        assert audit.verify(desk.record).whole

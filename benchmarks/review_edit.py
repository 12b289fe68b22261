"""An edit with its checks and opening a draft of 120 paragraphs, against a new check of everything from scratch.

Run: ``python -m benchmarks.review_edit [paragraphs]``. Wall and CPU milliseconds, medians of several runs; the ratio compares an
edit (sentences found again, saved on disk, checked, read back) with gathering the facts and checking the whole text anew.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from assistant.drafting.assemble import draft_report
from assistant.drafting.audit import audit_parts
from assistant.drafting.draft import Paragraph, Part
from assistant.drafting.material import gather
from assistant.form import default_registry
from assistant.review import paragraphs
from assistant.review.drafted import add_draft
from assistant.review.engine import Record, open_record
from assistant.review.present import load
from assistant.review.reading import evidence, open_draft
from assistant.review.rights import Actor
from assistant.review.schema import DraftRow, SubmissionRow
from tests.review.desk_material import YEAR, add_unit, county, user

RUNS = 15


def grown(parts: tuple[Part, ...], wanted: int) -> tuple[Part, ...]:
    """The parts with paragraphs of the first section repeated in other words until there are so many."""
    total = sum(len(part.paragraphs) for part in parts)
    own = [part for part in parts if part.key.startswith("s1.")]
    more: dict[str, list[Paragraph]] = {part.key: list(part.paragraphs) for part in parts}
    number = 0
    while total < wanted:
        part = own[number % len(own)]
        model = part.paragraphs[number // len(own) % len(part.paragraphs)]
        lead = model.sentences[0].model_copy(
            update={
                "text": "围绕有关事项继续推进。",
                "rendered": "围绕有关事项继续推进。",
                "sources": (),
                "writer": "person",
            }
        )
        more[part.key].append(model.model_copy(update={"sentences": (lead, *model.sentences)}))
        total, number = total + 1, number + 1
    return tuple(part.model_copy(update={"paragraphs": tuple(more[part.key])}) for part in parts)


def timed(deed: Callable[[], object]) -> tuple[float, float]:
    """Median wall and CPU milliseconds."""
    walls, cpus = [], []
    for _run in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        deed()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return statistics.median(walls), statistics.median(cpus)


def prepare(record: Record, wanted: int) -> tuple[Actor, int]:
    unit = add_unit(record, county("gonganju"), county("gonganju", YEAR - 1))
    actor = user(record, "甲", "reviewer", unit)
    drafted = draft_report(county("gonganju"), default_registry(), previous=county("gonganju", YEAR - 1))
    parts = grown(drafted.draft.parts, wanted)
    content = drafted.draft.model_copy(update={"parts": parts})
    with record.write() as session:
        submission = session.query(SubmissionRow).one()
        row = add_draft(session, unit, YEAR, submission.id, type(drafted)(content, drafted.material), None)
        return actor, row.id


def measure(record: Record, wanted: int) -> list[tuple[str, float, float]]:
    actor, draft_id = prepare(record, wanted)
    view = open_draft(record, actor, draft_id)
    target = next(each for each in view.paragraphs() if each.part == "s1.request")
    state = {"number": 1, "turn": 0}

    def edit() -> None:
        state["turn"] += 1
        text = target.text.replace("办结63件", f"办结{100 + state['turn']}件")
        result = paragraphs.edit(record, actor, target.id, state["number"], text)
        state["number"] = result.paragraph.number
        assert result.counts.errors

    def decide() -> None:
        deed = paragraphs.reopen if state["turn"] % 2 else paragraphs.accept
        state["turn"] += 1
        deed(record, actor, target.id, state["number"])

    with record.read() as session:
        present = load(session, session.get_one(DraftRow, draft_id))

    def anew() -> None:
        material = gather(present.material.submission, present.material.registry, previous=present.material.previous)
        audit_parts(material, present.parts)

    sentence = target.sentences[0].id
    return [
        ("open_draft", *timed(lambda: open_draft(record, actor, draft_id))),
        ("evidence", *timed(lambda: evidence(record, actor, draft_id, sentence))),
        ("edit with checks", *timed(edit)),
        ("accept or reopen", *timed(decide)),
        ("all checks from scratch", *timed(anew)),
    ]


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    with tempfile.TemporaryDirectory() as home:
        record = open_record(Path(home))
        rows = measure(record, wanted)
        record.close()
    base = rows[-1]
    print(f"{wanted} paragraphs, median of {RUNS}\n{'':28}{'wall ms':>9}{'CPU ms':>9}{'CPU ratio':>11}")
    for name, wall, cpu in rows:
        print(f"{name:28}{wall:9.1f}{cpu:9.1f}{cpu / base[2]:11.2f}")


if __name__ == "__main__":
    main()

"""Reviewers working at the same time on the real server: no decision that was shown as saved is lost, and how long each waits.

Run: ``python -m benchmarks.site_load [reviewers] [seconds] [--write]``; ``--write`` puts it into ``docs/benchmarks-site.md``.
Each reviewer has a session of their own and does what the page does (open, evidence, edit, typing, accept, reject, comment), with a
pause between; several work on the same paragraphs. Afterwards everything acknowledged is looked for in the record, and the audit
trail is verified.
"""

from __future__ import annotations

import random
import re
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from assistant.review import audit, people
from assistant.review.engine import open_record
from assistant.review.schema import CommentRow, DecisionRow, ParagraphRow, ParagraphVersionRow, SentenceRow, UnitRow
from benchmarks.page import load, put, table
from benchmarks.site_process import cpu, memory, met
from tests.site.review_material import with_draft
from tests.site.serving import Site, csrf_of

UNITS = ("gonganju", "weijianju", "shichangju", "shuiwuju", "ziranziyuanju")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks-site.md"
PAUSE = (0.5, 2.5)
_PARAGRAPH = re.compile(r'id="para-(\d+)"')


@dataclass
class Deed:
    """One request of a reviewer: what, how long (seconds), the answer's status."""

    name: str
    seconds: float
    status: int


@dataclass
class Reviewer:
    """Somebody at work; ``edits``, ``decisions`` and ``comments`` are what the site acknowledged."""

    client: httpx.Client
    word: str
    draft: int
    paragraphs: list[tuple[int, str]]
    chance: random.Random
    name: str
    deeds: list[Deed] = field(default_factory=list)
    edits: list[tuple[int, str]] = field(default_factory=list)
    decisions: list[tuple[int, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    turn: int = 0

    def act(self, name: str, **data: Any) -> httpx.Response:
        """One act of the page's script."""
        started = time.perf_counter()
        headers = {"x-csrf": self.word, "accept": "application/json"}
        answer = self.client.post(f"/act/review/{name}?draft={self.draft}", json=data, headers=headers)
        self.deeds.append(Deed(name, time.perf_counter() - started, answer.status_code))
        return answer

    def look(self) -> None:
        """Open the page: its frame, then what fills it."""
        started = time.perf_counter()
        answer = self.client.get(f"/review?draft={self.draft}")
        self.deeds.append(Deed("page", time.perf_counter() - started, answer.status_code))

    def step(self) -> None:
        """The next thing this reviewer does."""
        self.turn += 1
        place, text = self.chance.choice(self.paragraphs)
        number = self.numbers.get(place, 1)
        kind = self.chance.choices(("edit", "accept", "reject", "comment", "evidence", "look"), (30, 25, 5, 10, 20, 10))[0]
        if kind == "look":
            self.look()
        elif kind == "evidence":
            self.act("panel", panel="evidence", at=place, position=0)
        elif kind == "comment":
            self._comment(place)
        elif kind == "edit":
            self._edit(place, text)
        else:
            self._decide(kind, place, number)

    def _comment(self, place: int) -> None:
        words = f"请核对：{self.name}第{self.turn}条"
        if self.act("comment", paragraph=place, text=words).status_code == 200:
            self.comments.append(words)

    def _edit(self, place: int, text: str) -> None:
        self._learn(place, self.act("edit", paragraph=place))
        typed = f"{text}{self.name}已核对第{self.turn}次。"
        number = self.numbers.get(place, 1)
        self.act("typing", paragraph=place, number=number, text=typed)
        answer = self.act("save", paragraph=place, number=number, text=typed)
        if answer.status_code == 200 and "已保存" in answer.json()["notice"]:
            self.edits.append((place, typed))
        self._learn(place, answer)

    def _decide(self, kind: str, place: int, number: int) -> None:
        answer = self.act(kind, paragraph=place, number=number)
        said = {"accept": "已采用", "reject": "已退回"}[kind]
        if answer.status_code == 200 and said in answer.json()["notice"]:
            self.decisions.append((place, kind))
        self._learn(place, answer)

    def _learn(self, place: int, answer: httpx.Response) -> None:
        """The paragraph's number, as the page's script takes it from the piece of the page that came."""
        shown = answer.json()["patches"].get(f"para-{place}", "")
        if found := re.search(r'data-number="(\d+)"', shown):
            self.numbers[place] = int(found.group(1))


@dataclass(frozen=True)
class Outcome:
    """What came of it; ``lost`` names what was acknowledged and is not in the record, times are in milliseconds."""

    deeds: list[Deed]
    acknowledged: int
    lost: list[str]
    broken: str
    memory: float
    cpu: float
    seconds: float

    def waits(self, name: str = "") -> list[float]:
        return sorted(deed.seconds * 1000 for deed in self.deeds if not name or deed.name == name)


def prepare(site: Site, reviewers: int) -> list[Reviewer]:
    """Units with drafts and people, the server, and everybody signed in."""
    drafts = [with_draft(site.home, last_year=False, unit=unit)[0] for unit in UNITS[: max(1, min(len(UNITS), reviewers // 2))]]
    record = open_record(site.home)
    with record.read() as session:
        names = list(session.execute(select(UnitRow.name).order_by(UnitRow.id)).scalars())
        shown = {draft: _shown(session, draft) for draft in drafts}
    staff = [(f"审{number:02}", number % len(drafts)) for number in range(reviewers)]
    for name, unit in staff:
        site.know(name, people.add_user(record, None, name, "reviewer", unit_names=(names[unit],)).password)
    record.close()
    site.start()
    found = []
    for number, (name, unit) in enumerate(staff):
        client = site.visitor(name)
        chance = random.Random(number)
        found.append(Reviewer(client, csrf_of(client), drafts[unit], shown[drafts[unit]][:12], chance, name))
    return found


def _shown(session: Any, draft: int) -> list[tuple[int, str]]:
    found = []
    for place in session.execute(select(ParagraphRow.id).where(ParagraphRow.draft_id == draft).order_by(ParagraphRow.id)).scalars():
        wanted = (
            select(SentenceRow.rendered)
            .join(ParagraphVersionRow, ParagraphVersionRow.id == SentenceRow.version_id)
            .where(ParagraphVersionRow.paragraph_id == place)
            .order_by(SentenceRow.position)
        )
        found.append((place, "".join(session.execute(wanted).scalars())))
    return found


def run(site: Site, reviewers: list[Reviewer], seconds: float, pause: tuple[float, float] = PAUSE) -> Outcome:
    """Let everybody work for so long, then compare with the record."""
    until = time.monotonic() + seconds
    faults: list[BaseException] = []

    def work(who: Reviewer) -> None:
        try:
            time.sleep(who.chance.uniform(0, pause[1]))
            while time.monotonic() < until:
                who.step()
                time.sleep(who.chance.uniform(*pause))
        except BaseException as error:
            faults.append(error)

    before = cpu(site)
    started = time.monotonic()
    threads = [threading.Thread(target=work, args=(who,)) for who in reviewers]
    for thread in threads:
        thread.start()
    most = 0.0
    while any(thread.is_alive() for thread in threads):
        most = max(most, memory(site))
        time.sleep(0.2)
    if faults:
        raise faults[0]
    took, used = time.monotonic() - started, cpu(site) - before
    lost, acknowledged, broken = compare(site, reviewers)
    return Outcome([deed for who in reviewers for deed in who.deeds], acknowledged, lost, broken, most, used, took)


def compare(site: Site, reviewers: list[Reviewer]) -> tuple[list[str], int, str]:
    """What was acknowledged and is not in the record, how much was, and the first broken place of the trail."""
    record = open_record(site.home)
    try:
        with record.read() as session:
            comments = set(session.execute(select(CommentRow.text)).scalars())
            decided = {(place, kind) for place, kind in session.execute(select(DecisionRow.paragraph_id, DecisionRow.kind))}
            texts: dict[tuple[int, int], str] = {}
            wanted = (
                select(ParagraphVersionRow.paragraph_id, ParagraphVersionRow.number, SentenceRow.rendered)
                .join(SentenceRow, SentenceRow.version_id == ParagraphVersionRow.id)
                .order_by(ParagraphVersionRow.id, SentenceRow.position)
            )
            for place, number, rendered in session.execute(wanted):
                texts[place, number] = texts.get((place, number), "") + rendered
        kept = {(place, text) for (place, _number), text in texts.items()}
        lost = [f"edit {place}" for who in reviewers for place, text in who.edits if (place, text) not in kept]
        lost += [text for who in reviewers for text in who.comments if text not in comments]
        lost += [f"{kind} {place}" for who in reviewers for place, kind in who.decisions if (place, kind) not in decided]
        count = sum(len(who.edits) + len(who.comments) + len(who.decisions) for who in reviewers)
        return lost, count, audit.verify(record).what
    finally:
        record.close()


def told(found: Outcome, reviewers: int) -> list[str]:
    """The bars and the table."""
    rows = []
    for name in ["", *sorted({deed.name for deed in found.deeds})]:
        waits = found.waits(name)
        p95 = waits[int(len(waits) * 0.95)]
        rows.append((name or "**all**", len(waits), f"{statistics.median(waits):.0f}", f"{p95:.0f}", f"{waits[-1]:.0f}"))
    statuses = Counter(deed.status for deed in found.deeds)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    each = found.cpu / len(found.deeds) * 1000
    answers = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    every = found.waits()
    median, late = statistics.median(every), every[int(len(every) * 0.95)]
    return [
        f"{reviewers} reviewers over {len(UNITS)} units for {found.seconds:.0f} s, {PAUSE[0]}–{PAUSE[1]} s between deeds; "
        f"{load()}. Acknowledged {found.acknowledged}, lost {len(found.lost)}; audit trail {found.broken or 'whole'}; "
        f"answers {answers}; at most {found.memory:.0f} MB; {found.cpu:.0f} s of CPU in the server ({each:.0f} ms a request), "
        f"{own:.0f} s in the simulated reviewers. Bars: median {met(median, 300, 'ms')}, p95 {met(late, 1000, 'ms')}, "
        f"memory {met(found.memory, 400, 'MB')}, nothing lost {met(len(found.lost), 0, 'decisions')}.",
        "",
        *table(("deed", "times", "median ms", "p95 ms", "longest ms"), rows),
    ]


def main() -> None:
    numbers = [each for each in sys.argv[1:] if each != "--write"]
    reviewers = int(numbers[0]) if numbers else 30
    seconds = float(numbers[1]) if len(numbers) > 1 else 120.0
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "home")
        site.home.mkdir()
        try:
            found = run(site, prepare(site, reviewers), seconds)
        finally:
            site.let_go()
            site.stop()
    lines = told(found, reviewers)
    print("\n".join(lines))
    if "--write" in sys.argv[1:]:
        put(PAGE, "Thirty reviewers", lines)
    if found.lost or found.broken:
        raise SystemExit(f"lost: {found.lost[:10]} {found.broken}")


if __name__ == "__main__":
    main()

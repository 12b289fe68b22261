"""Clicks that come twice, late or in another order: calm words, and a record that holds what was decided and no more."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, NamedTuple

import docx
import httpx
import pytest

from assistant.review.engine import FILE
from tests.site.review_material import office
from tests.site.serving import Site, csrf_of


class Place(NamedTuple):
    """A running site with one draft to review."""

    site: Site
    draft: int
    unit: int


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    pytest.importorskip("gradio")
    site = Site(tmp_path_factory.mktemp("clicks") / "home")
    try:
        yield Place(site, *office(site))
    finally:
        site.let_go()
        site.stop()


class Person:
    """Somebody signed in whose clicks can be sent again."""

    def __init__(self, place: Place, name: str) -> None:
        self.client = place.site.visitor(name)
        self._draft, self._word = place.draft, csrf_of(self.client)

    def act(self, name: str, page: str = "review", **payload: Any) -> httpx.Response:
        return self.client.post(f"/act/{page}/{name}?draft={self._draft}", json=payload, headers={"x-csrf": self._word})


def said(answer: httpx.Response) -> str:
    """What an answer tells, without markup."""
    return re.sub("<[^>]+>", "", answer.json()["notice"])


def rows(place: Place, query: str, *values: Any) -> list[Any]:
    """What the record holds."""
    with closing(sqlite3.connect(place.site.home / FILE)) as connection:
        return connection.execute(query, values).fetchall()


def state_of(place: Place) -> list[Any]:
    """Everything that clicks may change, and the length of the trail."""
    names = ("paragraph_versions", "decisions", "signoffs", "comments", "rulings", "audit")
    return [rows(place, f"SELECT count(*) FROM {name}") for name in names]


def paragraphs(place: Place) -> list[int]:
    return [each for (each,) in rows(place, "SELECT id FROM paragraphs WHERE draft_id = ? ORDER BY id", place.draft)]


def test_an_old_accept_sent_again_after_an_edit_decides_nothing(place: Place) -> None:
    one, other, at = Person(place, "甲某"), Person(place, "乙某"), paragraphs(place)[0]
    click = {"paragraph": str(at), "number": "1"}
    assert other.act("accept", **click).status_code == 200
    assert one.act("save", **click, text="这一段改过了。").status_code == 200
    before = state_of(place)
    for _ in range(3):
        late = other.act("accept", **click)
        assert late.status_code == 200
        assert "甲某已先改了这一段" in said(late)
        assert "这一段改过了。" in late.json()["patches"][f"para-{at}"], "the new text is shown"
    assert "已先改了" in said(other.act("reject", **click, reason="不要"))
    assert "已先改了" in said(other.act("reopen", **click))
    assert state_of(place) == before


def test_of_two_saves_that_cross_both_texts_are_kept(place: Place) -> None:
    people, at = [Person(place, name) for name in ("甲某", "丙某", "乙某")], paragraphs(place)[1]
    texts = [f"第{number}个人写的话。" for number in range(3)]
    with ThreadPoolExecutor(3) as pool:
        sent = [
            pool.submit(person.act, "save", paragraph=str(at), number="1", text=text)
            for person, text in zip(people, texts, strict=True)
        ]
        answers = [each.result() for each in sent]
    assert [each.status_code for each in answers] == [200] * 3
    first = [text for text, each in zip(texts, answers, strict=True) if "已先改了" not in said(each)]
    assert len(first) == 1, [said(each) for each in answers]
    for text, each in zip(texts, answers, strict=True):
        assert text in each.json()["patches"][f"para-{at}"], "everybody finds the own words on the page"
        shown = re.sub('<span class="unseen">[^<]*</span>', "", each.json()["patches"][f"para-{at}"])
        assert first[0] in re.sub("<[^>]+>", "", shown), "and those of who was first"
    assert rows(place, "SELECT count(*) FROM paragraph_versions WHERE paragraph_id = ?", at) == [(2,)]


def test_the_same_save_sent_twice_is_one(place: Place) -> None:
    one, at = Person(place, "甲某"), paragraphs(place)[2]
    for _ in range(2):
        answer = one.act("save", paragraph=str(at), number="1", text="同一句话。")
        assert answer.status_code == 200
        assert "同一句话。" in answer.json()["patches"][f"para-{at}"]
    assert rows(place, "SELECT count(*) FROM paragraph_versions WHERE paragraph_id = ?", at) == [(2,)]


def test_after_the_sign_off_nothing_changes_and_every_export_stays_listed(place: Place) -> None:
    one, reviewer, at = Person(place, "甲某"), Person(place, "乙某"), paragraphs(place)[3]
    stamp = _stamp(reviewer.act("accept", paragraph=str(at), number="1"))
    signed = reviewer.act("sign", "final", stamp=stamp, reason="其余各处另行处理")
    assert signed.status_code == 200 and "已定稿" in said(signed), said(signed)
    before = state_of(place)
    numbers = {"paragraph": str(at), "number": "1"}
    late = [
        one.act("save", **numbers, text="定稿以后写的话。"),
        reviewer.act("accept", **numbers),
        reviewer.act("reject", **numbers, reason="不要"),
        reviewer.act("restore", **numbers, version="1"),
        reviewer.act("accept-all", stamp="of long ago"),
        reviewer.act("sign", "final", stamp=stamp, reason="再签一次"),
    ]
    for answer in late:
        assert answer.status_code in (200, 403, 409, 422), answer.text
        assert re.search("定稿|已先改了", said(answer)), (answer.url, said(answer))
        assert "程序出错" not in said(answer)
    assert state_of(place) == before
    made = [one.act("export", "final", kind=kind) for kind in ("docx", "working", "html", "json", "findings", "docx")]
    assert [each.status_code for each in made] == [200] * 6, [said(each) for each in made]
    found = re.findall(r'href="/export/([0-9a-f-]{36})" download="([^"]+)"', made[-1].json()["patches"]["final-body"])
    assert len(found) == len({name for name, _shown in found}) == 5, "the same file is made once, the others remain"
    fingerprint = rows(place, "SELECT DISTINCT fingerprint FROM exports")
    assert len(fingerprint) == 1
    for name, shown in found:
        content = one.client.get(f"/export/{name}").content
        if shown.endswith(".docx"):
            assert f"draft-{place.draft}-" in docx.Document(io.BytesIO(content)).core_properties.keywords
        elif not shown.endswith(".xlsx"):
            assert fingerprint[0][0][:12] in content.decode()
    assert place.site.run("audit", "verify").returncode == 0


def _stamp(answer: httpx.Response) -> str:
    """What the page knows of the whole draft."""
    found = re.search(r'data-stamp="([^"]+)"', answer.json()["patches"]["bar"])
    assert found, answer.text
    return found.group(1)

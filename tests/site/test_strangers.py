"""Every door of the site, tried by nobody, by a drafter and by a drafter of another unit: nothing of others is seen or changed.

The doors are read off the running application, so a new route, act or event is tried as soon as it is there.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.site.doors import doors
from tests.site.review_material import NAME, with_draft
from tests.site.serving import Site, csrf_of

OTHER = "示例县卫生健康局"
OPEN = ("/login", "/healthz", "/favicon.ico", "/site/", "/static/", "/assets/")
SIGNED_IN = ("/gradio_api/startup-events", "/theme.css", "/password", "/logout", "/run/overview.css", "/run/overview.js")
FREE = {"sessions", "audit"}
FAULT = "程序出错"


@dataclass(frozen=True)
class Town:
    """Two units, each with a draft: 甲某 drafts the first, 乙某 the other; ``ids`` name everything of the first."""

    site: Site
    ids: dict[str, Any]
    secrets: tuple[str, ...]

    def rows(self) -> dict[str, list[Any]]:
        """All that the record holds, but for sessions and the trail."""
        with sqlite3.connect(f"file:{self.site.home}/record.sqlite3?mode=ro", uri=True) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in names if name not in FREE}

    def files(self) -> dict[str, int]:
        folders = ("uploads", "exports", "library", "batch")
        return {str(path): path.stat().st_size for each in folders for path in (self.site.home / each).rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    pytest.importorskip("gradio")
    site = Site(tmp_path_factory.mktemp("town") / "home")
    site.home.mkdir()
    draft, unit = with_draft(site.home, last_year=False)
    with_draft(site.home, last_year=False, unit="weijianju")
    for name, role, where in (("甲某", "drafter", NAME), ("乙某", "drafter", OTHER), ("丙某", "reviewer", NAME)):
        site.add_user(name, role, where)
    site.start()
    try:
        yield _lived_in(site, draft, unit)
    finally:
        site.let_go()
        site.stop()


def _lived_in(site: Site, draft: int, unit: int) -> Town:
    """Somebody of the first unit has worked: a comment, a suggestion, something half typed, an upload and a file."""
    client = site.visitor("丙某")
    place = f"/act/review/{{}}?draft={draft}"
    word = {"x-csrf": csrf_of(client)}
    paragraph, sentence = (_first(site, table) for table in ("paragraphs", "sentences"))
    data = {"paragraph": paragraph, "number": 1, "text": "批注里的密语甲乙丙", "wish": "更简洁", "kind": "working"}
    for name in ("comment", "ask", "typing"):
        answer = client.post(place.format(name), json=data, headers=word)
        assert answer.status_code == 200, answer.text
    made = client.post(f"/act/final/export?draft={draft}", json=data, headers=word)
    assert made.status_code == 200, made.text
    upload = client.post(f"/upload?unit={unit}", content=b'{"note": "\xe5\xaf\x86\xe8\xaf\xad"}', headers=word)
    assert upload.status_code == 200, upload.text
    ids = {
        "unit": unit, "year": 2025, "draft": draft, "paragraph": paragraph, "at": paragraph, "open_at": paragraph, "number": 1,
        "sentence": sentence, "suggestion": _first(site, "suggestions"), "comment": _first(site, "comments"), "version": 1,
        "id": upload.json()["id"], "upload": upload.json()["id"], "export": _first(site, "exports"), "user": 1, "seen": 1, "of": 1,
        "fingerprint": _first(site, "findings", "fingerprint"), "stamp": _stamp(site, draft), "place": 0, "units": unit,
        "text": "改动", "value": "999", "key": "t3.new.natural", "entry": "t3.new.natural", "cell": "t3.new.natural",
        "part": "s1.active", "reason": "理由充分", "why": "理由充分", "wish": "简短些", "name": "黑客", "role": "admin",
        "kind": "docx", "writer": "offline", "aspect": "s1.active", "list": "problems", "position": 0, "whose": unit, "known": "",
    }  # fmt: skip
    sentences = {row for (row,) in _select(site, "SELECT rendered FROM sentences JOIN paragraph_versions v ON v.id = version_id "
                 "JOIN paragraphs p ON p.id = v.paragraph_id WHERE p.draft_id = 1 AND length(rendered) > 25")}  # fmt: skip
    theirs = {row for (row,) in _select(site, "SELECT rendered FROM sentences")} - sentences
    others = _select(site, "SELECT rendered FROM sentences JOIN paragraph_versions v ON v.id = version_id "
                     "JOIN paragraphs p ON p.id = v.paragraph_id WHERE p.draft_id = 2")  # fmt: skip
    own = tuple(sorted(sentences - {row for (row,) in others}))
    assert own, theirs
    return Town(site, ids, (NAME, "密语", *own))


def _select(site: Site, query: str) -> list[Any]:
    with sqlite3.connect(f"file:{site.home}/record.sqlite3?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


def _first(site: Site, table: str, column: str = "id") -> Any:
    found = _select(site, f"SELECT {column} FROM {table} ORDER BY rowid LIMIT 1")
    return found[0][0] if found else ""


def _stamp(site: Site, draft: int) -> str:
    from assistant.review.engine import open_record
    from assistant.review.reading import open_draft
    from assistant.review.rights import Actor

    record = open_record(site.home)
    try:
        return open_draft(record, Actor(3, "丙某", "reviewer", frozenset({1})), draft).stamp
    finally:
        record.close()


def _tries(town: Town, client: httpx.Client, changes: dict[str, Any] | None = None) -> Iterator[tuple[str, httpx.Response]]:
    """Every act and every event, with everything named that belongs to the first unit."""
    signed_in = client.cookies.get("assistant_session")
    word = {"x-csrf": csrf_of(client) if signed_in else "0" * 64}
    data = {**town.ids, **(changes or {})}
    query = {name: data[name] for name in ("unit", "year", "draft", "upload", "at")}
    found = doors()
    for page, name in found["acts"]:
        yield f"{page}/{name}", client.post(f"/act/{page}/{name}", params=query, json=data, headers=word)
    for panel in ("evidence", "finding", "suggest", "history", "comments", "reject", "overview"):
        yield f"panel {panel}", client.post("/act/review/panel", params=query, json={**data, "panel": panel}, headers=word)
    for number, inputs in found["events"]:
        for action in (*found["actions"], ""):
            body = {"data": ["改动"] * inputs, "fn_index": number, "session_hash": "abcdefghijk"}
            event = {"event_data": {**data, "action": action}}
            yield f"event {number} {action}", client.post("/gradio_api/run/predict", params=query, json={**body, **event})


def test_a_drafter_of_another_unit_sees_and_changes_nothing(town: Town) -> None:
    client = town.site.visitor("乙某")
    before, kept = town.rows(), town.files()
    for name, answer in _tries(town, client):
        assert answer.status_code < 500, (name, answer.text)
        assert FAULT not in answer.text, name
        told = [secret for secret in town.secrets if secret in answer.text]
        assert not told, (name, told, answer.text[:300])
    assert town.files() == kept
    after = town.rows()
    assert {name for name, rows in after.items() if rows != before[name]} == set()


def test_nobody_sees_or_changes_anything(town: Town) -> None:
    before, kept = town.rows(), town.files()
    client = town.site.visitor()
    for name, answer in _tries(town, client):
        assert answer.status_code in (401, 403), (name, answer.text)
        assert not any(secret in answer.text for secret in town.secrets), name
    assert (town.rows(), town.files()) == (before, kept)


def test_an_export_of_others_is_not_there(town: Town) -> None:
    assert town.site.visitor("甲某").get(f"/export/{town.ids['export']}").status_code == 200
    answers = [town.site.visitor("乙某").get(f"/export/{each}") for each in (town.ids["export"], "0" * 36)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_an_upload_of_another_person_cannot_be_used(town: Town) -> None:
    """Not even by somebody of the same unit: it was not handed in yet."""
    before = town.rows()["submissions"]
    client = town.site.visitor("甲某")
    for action in doors()["actions"]:
        for number, inputs in doors()["events"]:
            event = {"action": action, "id": town.ids["id"], "unit": town.ids["unit"], "year": 2025}
            body = {"data": ["改动"] * inputs, "fn_index": number, "session_hash": "abcdefghijk", "event_data": event}
            assert "密语" not in client.post("/gradio_api/run/predict", json=body).text
    assert town.rows()["submissions"] == before


def _answers(client: httpx.Client, path: str, methods: list[str]) -> Iterator[tuple[str, httpx.Response]]:
    filled = re.sub(r"\{[^}]*\}", "x", path)
    for method in methods:
        body = {"fn_index": 0, "data": [], "session_hash": "abcdefghijk"} if method == "POST" else None
        yield filled, client.request(method, filled, json=body)


def test_nobody_gets_more_than_the_login_from_any_route(town: Town) -> None:
    client = town.site.visitor()
    for path, methods in doors()["routes"]:
        for filled, answer in _answers(client, path, methods):
            if filled in OPEN or filled.startswith(tuple(each for each in OPEN if each.endswith("/"))):
                assert answer.status_code in (200, 403, 404, 405), (filled, answer.status_code)
                continue
            assert answer.status_code in (303, 401, 403, 404), (filled, answer.status_code)
            assert answer.status_code != 303 or answer.headers["location"].startswith("/login"), filled


def test_routes_that_the_program_did_not_mean_to_open_are_closed(town: Town) -> None:
    """A route that Gradio brings along is closed to everybody, signed in or not."""
    client = town.site.visitor("甲某")
    pages = {f"/{page}" for page, _name in doors()["acts"] if page != "desk"} | {"/", "/manage", "/check", "/library", "/batch"}
    known = {*OPEN, *SIGNED_IN, *pages, "/upload", "/gradio_api/run/x"}
    for path, methods in doors()["routes"]:
        for filled, answer in _answers(client, path, [each for each in methods if filled_is_harmless(path, each)]):
            if filled in known or filled.startswith(
                ("/site/", "/static/", "/assets/", "/export/", "/act/", "/template/", "/findings/", "/run/")
            ):
                assert answer.status_code < 500, (filled, answer.text)
                continue
            assert answer.status_code == 404, (filled, answer.status_code)


def filled_is_harmless(path: str, method: str) -> bool:
    """Logging out would end the rest of the test."""
    return not (path == "/logout" and method == "POST")


ODD: dict[str, Any] = {
    "negative": -1, "zero": 0, "huge": 2**63, "long": "9" * 400, "nothing": None, "list": [1], "object": {"a": 1}, "yes": True,
    "fraction": 1.5, "zero sign": "a\x00b", "half a letter": "\ud800", "right to left": "\u202e甲", "quote": "' OR 1=1 --",
    "script": "<script>alert(1)</script>", "braces": "{t3.new.natural}{{7*7}}", "much": "长" * 400_000,
    "path": "../../record.sqlite3",
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_odd_values_are_refused_in_words(town: Town, what: str) -> None:
    """In each field in turn for the acts of one's own unit; nothing breaks, and nothing comes back as HTML."""
    client = town.site.visitor("丙某" if len(what) % 2 else "甲某")
    word = {"x-csrf": csrf_of(client)}
    fields = ("paragraph", "number", "text", "unit", "year", "key") if what != "much" else ("text", "key")
    escaped = "\\u" if isinstance(ODD[what], str) else ""
    for field in fields:
        data = {**town.ids, "value": ODD[what], "name": ODD[what], field: ODD[what]}
        query = {name: town.ids[name] for name in ("unit", "year", "draft")}
        for page, name in doors()["acts"]:
            if name in ("start", "part", "accept-all", "rebuild", "sign"):
                continue
            answer = client.post(f"/act/{page}/{name}", params=query, content=_json(data), headers=word)
            if answer.status_code == 429:
                return
            assert answer.status_code < 500, (page, name, field, answer.text[:500], escaped)
            assert FAULT not in answer.text, (page, name, field)
            assert "<script>alert" not in answer.text, (page, name, field)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"[" * 200_000, b'{"paragraph": NaN}', b"\xff\xfe", b'"x"', b"1e999999"]
)
def test_a_body_that_is_no_object_does_nothing(town: Town, body: bytes) -> None:
    client = town.site.visitor("甲某")
    word = {"x-csrf": csrf_of(client)}
    for page, name in (("review", "save"), ("data", "typed"), ("final", "sign")):
        answer = client.post(f"/act/{page}/{name}?draft=1", content=body, headers=word)
        assert answer.status_code in (400, 403, 404, 409, 422), (page, name, answer.status_code, answer.text)
    answer = client.post("/gradio_api/run/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code < 600
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


def _json(data: dict[str, Any]) -> bytes:
    import json

    return json.dumps(data).encode("ascii")

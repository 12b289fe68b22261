"""Uploads by our own route only; nobody gets another's file by any route."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.site.conftest import EDUCATION, HEALTH
from tests.site.serving import Site, csrf_of

CASE = '{{"unit": {{"name": "{unit}", "kind": "dept", "region": "示例县"}}, "year": 2025, "cells": {{}}, "secret": "SECRETTEXT"}}'


def upload(client: httpx.Client, content: bytes, unit: str = "", name: str = "%E5%A1%AB%E6%8A%A5.json") -> httpx.Response:
    headers = {"x-csrf": csrf_of(client), "x-file-name": name}
    return client.post(f"/upload?unit={unit}" if unit else "/upload", content=content, headers=headers)


def unit_id(site: Site, name: str) -> str:
    from assistant.review.engine import open_record
    from assistant.review.units import list_units

    record = open_record(site.home)
    try:
        return str(next(unit.id for unit in list_units(record) if unit.name == name))
    finally:
        record.close()


@pytest.fixture(scope="module")
def stored(_shared_site: Site) -> Path:
    """A file that 甲某 handed in."""
    answer = upload(_shared_site.visitor("甲某"), CASE.format(unit=EDUCATION).encode(), unit_id(_shared_site, EDUCATION))
    return next(path for path in kept(_shared_site) if answer.json()["id"] in path.name)


def kept(site: Site) -> list[Path]:
    return [path for path in (site.home / "uploads").rglob("*") if path.is_file()]


def test_an_upload_is_kept_under_a_generated_name(site: Site) -> None:
    client = site.visitor("甲某")
    answer = upload(client, CASE.format(unit=EDUCATION).encode(), unit_id(site, EDUCATION), "..%2F..%2Fetc%2F%E8%A1%A8.json")
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "表.json"
    stored = kept(site)
    assert any(answer.json()["id"] in path.name for path in stored)
    assert not any(path.suffix == ".part" for path in stored)
    assert all(path.stat().st_mode & 0o077 == 0 for path in stored)


def test_an_upload_for_another_unit_is_refused_like_one_that_is_not_there(site: Site) -> None:
    client = site.visitor("甲某")
    other = upload(client, b"{}", unit_id(site, HEALTH))
    nowhere = upload(client, b"{}", "999999")
    assert other.status_code == nowhere.status_code == 404
    assert other.json() == nowhere.json()
    assert upload(client, b"{}", "1 or 1").status_code == 404


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "图片"),
        (b"MZ" + b"0" * 50, "程序文件"),
    ],
)
def test_what_is_no_submission_is_refused_by_content_whatever_its_name(site: Site, content: bytes, word: str) -> None:
    before = len(kept(site))
    answer = upload(site.visitor("甲某"), content, unit_id(site, EDUCATION), "a.xlsx")
    assert answer.status_code == 422
    assert word in answer.json()["message"]
    assert len(kept(site)) == before


def test_too_large_an_upload_stops_while_it_streams(site: Site) -> None:
    client = site.visitor("甲某")
    sent = 0

    def endless() -> object:
        nonlocal sent
        while sent < 200 * 1024 * 1024:
            sent += 1 << 20
            yield b"x" * (1 << 20)

    headers = {"x-csrf": csrf_of(client), "x-file-name": "a.txt"}
    before = len(kept(site))
    try:
        answer = client.post("/upload", content=endless(), headers=headers)  # type: ignore[arg-type]  # chunks, not bytes
        assert answer.status_code == 422
        assert "30 MB" in answer.json()["message"]
    except httpx.TransportError:
        pass  # the server may close while the client still sends
    assert sent < 150 * 1024 * 1024
    assert len(kept(site)) == before


def test_an_upload_that_breaks_off_leaves_nothing(site: Site) -> None:
    client = site.visitor("甲某")
    cookie, word = client.cookies["assistant_session"], csrf_of(client)
    head = (
        f"POST /upload HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nOrigin: {site.url}\r\nCookie: assistant_session={cookie}\r\n"
        f"X-CSRF: {word}\r\nX-File-Name: a.json\r\nContent-Length: 5000\r\n\r\n{{"
    )
    before = len(kept(site))
    with socket.create_connection(("127.0.0.1", site.port)) as line:
        line.sendall(head.encode())
    assert client.get("/").status_code == 200
    for _ in range(100):
        if len(kept(site)) == before:
            break
        time.sleep(0.05)
    assert len(kept(site)) == before


@pytest.mark.parametrize(
    "route",
    [
        "/gradio_api/file={path}", "/gradio_api/file/{path}", "/file={path}", "/file/{path}", "/gradio_api/proxy={path}",
        "/gradio_api/stream/{path}", "/static/{path}", "/assets/{path}", "/assets/../{path}", "/site/{name}", "/export/{name}",
        "/uploads/{name}", "/gradio_api/custom_component/1/client/component/{name}", "/svelte/{path}", "/gradio_api/upload/{name}",
    ],
)  # fmt: skip
def test_an_upload_is_served_to_nobody_by_any_route(site: Site, stored: Path, route: str) -> None:
    path = stored
    for name in ("甲某", "乙某", "管理员"):
        for written in (str(path), str(path).lstrip("/"), str(path).replace("/", "%2F")):
            found = site.visitor(name).get(route.format(path=written, name=path.name))
            assert found.status_code >= 400, found.url
            assert "SECRETTEXT" not in found.text


def test_a_full_disk_is_told_and_nothing_is_kept(own_site: Site) -> None:
    own_site.add_user("甲某", "drafter", EDUCATION)
    (own_site.home / "uploads").write_text("a file where the folder should be")
    own_site.start()
    answer = upload(own_site.visitor("甲某"), CASE.format(unit=EDUCATION).encode(), unit_id(own_site, EDUCATION))
    assert answer.status_code == 422
    assert "没有收下" in answer.json()["message"]


def test_uploading_too_often_is_slowed_down(own_site: Site) -> None:
    own_site.add_user("甲某", "drafter", EDUCATION)
    own_site.start()
    client = own_site.visitor("甲某")
    answers = [upload(client, b"MZ") for _ in range(21)]
    assert "过于频繁" in answers[-1].json()["message"]
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["00000000-0000-0000-0000-000000000000", "1", "..%2Frecord.sqlite3"])
def test_a_guessed_export_is_not_there(site: Site, name: str) -> None:
    assert site.visitor("甲某").get(f"/export/{name}").status_code == 404

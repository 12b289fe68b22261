"""Who comes in, through which routes, and what every answer carries."""

from __future__ import annotations

import httpx
import pytest

from tests.site.serving import Site

PRIVATE = ("/", "/manage", "/password", "/export/0", "/gradio_api/startup-events")
GRADIO = (
    "/config", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/queue/status", "/gradio_api/app_id", "/monitoring",
    "/gradio_api/queue/data?session_hash=abc", "/gradio_api/heartbeat/abc", "/gradio_api/user", "/gradio_api/token",
    "/gradio_api/runs", "/gradio_api/deep_link", "/gradio_api/vibe-code", "/manifest.json", "/pwa_icon", "/svelte/x", "/docs",
    "/openapi.json",
)  # fmt: skip
POSTED = (
    "/gradio_api/queue/join", "/gradio_api/run/show", "/gradio_api/api/predict", "/gradio_api/call/show", "/gradio_api/upload",
    "/gradio_api/component_server", "/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/process_recording",
    "/gradio_api/vibe-edit", "/gradio_api/stream/1", "/healthz", "/",
)  # fmt: skip


@pytest.mark.parametrize("path", PRIVATE)
def test_nobody_unknown_sees_anything_but_the_login(site: Site, path: str) -> None:
    answer = site.visitor().get(path)
    assert answer.status_code in (303, 401)
    assert answer.status_code == 401 or answer.headers["location"].startswith("/login")


def test_the_login_brings_back_to_the_page_asked_for_and_nowhere_else(site: Site) -> None:
    assert site.visitor().get("/manage?tab=audit").headers["location"] == "/login?next=/manage%3Ftab%3Daudit"
    for target in ("https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)", "/a\r\nset-cookie: x=1"):
        site.visitor("甲某").close()
        data = {"name": "甲某", "password": site.password("甲某"), "next": target}
        assert site.visitor().post("/login", data=data).headers["location"] == "/"


@pytest.mark.parametrize("path", GRADIO)
def test_routes_of_gradio_that_pages_do_not_need_are_closed(site: Site, path: str) -> None:
    assert site.visitor("管理员").get(path).status_code == 404


@pytest.mark.parametrize("path", POSTED)
def test_nothing_is_posted_to_routes_that_pages_do_not_need(site: Site, path: str) -> None:
    assert site.visitor("管理员").post(path, json={"data": [], "fn_index": 0, "session_hash": "abc"}).status_code == 404


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1.example.com", "", "localhost@example.com", "[::1", "127.0.0.1, example.com"]
)
def test_a_foreign_host_is_refused(site: Site, host: str) -> None:
    assert site.visitor(host=host).get("/login").status_code in (400, 421)


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://127.0.0.1:1", "", "http://localhost:7860"])
def test_a_deed_from_a_foreign_page_is_refused(site: Site, origin: str) -> None:
    client = site.visitor("甲某")
    for path in ("/login", "/logout", "/password", "/upload", "/act/manage/x", "/gradio_api/run/predict"):
        assert client.post(path, headers={"origin": origin}, content=b"{}").status_code == 403
    assert client.get("/").status_code == 200


def test_a_deed_without_origin_is_refused(site: Site) -> None:
    assert httpx.post(f"{site.url}/login", data={"name": "甲某", "password": "x"}).status_code == 403


def test_forms_without_their_word_do_nothing(site: Site) -> None:
    client = site.visitor("甲某")
    client.post("/logout", data={"csrf": "0" * 64})
    assert client.get("/").status_code == 200
    assert client.post("/password", data={"csrf": "", "old": site.password("甲某"), "new": "x", "again": "x"}).status_code == 403
    assert client.post("/upload", content=b"x").status_code == 403
    assert client.post("/act/manage/x", content=b"{}").status_code == 403


@pytest.mark.parametrize("path", ["/login", "/", "/healthz", "/site/site.js", "/nowhere", "/assets/none.js", "/theme.css"])
def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    headers = site.visitor("甲某").get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_pages_are_not_kept_by_the_browser(site: Site) -> None:
    assert site.visitor("甲某").get("/").headers["cache-control"] == "no-store"


def test_a_page_names_nothing_outside_and_no_settings_of_gradio_that_leak(site: Site) -> None:
    page = site.visitor("甲某").get("/").text
    assert "githubusercontent" not in page
    assert "<meta property" not in page
    assert str(site.home) not in page
    assert 'lang="zh-CN"' in page


def test_a_role_opens_only_its_pages(site: Site) -> None:
    client = site.visitor("甲某")
    assert client.get("/manage").status_code == 404
    assert "/manage" not in client.get("/").text
    assert "/manage" in site.visitor("管理员").get("/").text


def test_the_health_check_tells_nothing_else(site: Site) -> None:
    assert httpx.get(f"{site.url}/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("name", ["..%2Fapp.py", "%2e%2e/app.py", "none.css", "..%5Capp.py", "static/site.css"])
def test_only_the_sites_own_static_files_are_served(site: Site, name: str) -> None:
    assert httpx.get(f"{site.url}/site/{name}").status_code == 404


def test_an_event_of_a_page_is_refused_to_whom_the_page_is_closed(site: Site) -> None:
    """The admin's functions can be named by anybody; the record decides."""
    for number in range(12):
        body = {
            "data": [],
            "fn_index": number,
            "session_hash": "abcdefghijk",
            "event_data": {"action": "add-user", "name": "丙某", "role": "admin"},
        }
        answer = site.visitor("甲某").post("/gradio_api/run/predict", json=body)
        assert "初始密码" not in answer.text
    assert "丙某" not in site.run("user", "list").stdout


def test_the_log_holds_no_names_keys_or_addresses_with_texts(site: Site) -> None:
    client = site.visitor("甲某")
    client.get("/?state=SECRETWORD")
    client.get("/SECRETWORD")
    client.post("/login", data={"name": "SECRETWORD", "password": "SECRETWORD"})
    text = site.log_text()
    assert "SECRETWORD" not in text
    assert client.cookies["assistant_session"] not in text
    assert '"event": "request"' in text

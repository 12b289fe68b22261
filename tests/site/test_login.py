"""Login, lockout, first password, sessions."""

from __future__ import annotations

import signal

from tests.site.conftest import EDUCATION
from tests.site.serving import PASSWORD, Site, csrf_of


def test_the_first_password_opens_nothing_but_its_change(own_site: Site) -> None:
    first = own_site.add_user("甲某", "drafter", EDUCATION)
    own_site.start()
    client = own_site.visitor()
    assert client.post("/login", data={"name": "甲某", "password": first}).headers["location"] == "/password"
    assert client.get("/").headers["location"] == "/password"
    for path in ("/upload", "/act/manage/x", "/gradio_api/run/predict"):
        assert client.post(path, content=b"{}").status_code == 403
    weak = {"old": first, "new": "12345678901", "again": "12345678901", "csrf": csrf_of(client)}
    assert "太简单" in client.post("/password", data=weak).text
    unlike = {"old": first, "new": PASSWORD, "again": PASSWORD + "x", "csrf": csrf_of(client)}
    assert "不一样" in client.post("/password", data=unlike).text
    good = {"old": first, "new": PASSWORD, "again": PASSWORD, "csrf": csrf_of(client)}
    before = client.cookies["assistant_session"]
    assert client.post("/password", data=good).headers["location"] == "/"
    assert client.cookies["assistant_session"] != before
    assert client.get("/").status_code == 200
    client.cookies.set("assistant_session", before)
    assert own_site.visitor().get("/", headers={"cookie": f"assistant_session={before}"}).status_code == 303


def test_the_cookie_is_for_this_site_only_and_for_no_script(site: Site) -> None:
    site.visitor("甲某").close()
    answer = site.visitor().post("/login", data={"name": "甲某", "password": site.password("甲某")})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


def test_logging_out_ends_the_session_everywhere(site: Site) -> None:
    client = site.visitor("甲某")
    token = client.cookies["assistant_session"]
    assert client.post("/logout", data={"csrf": csrf_of(client)}).headers["location"] == "/login"
    assert site.visitor().get("/", headers={"cookie": f"assistant_session={token}"}).status_code == 303


def test_a_session_survives_a_restart_and_a_kill(own_site: Site) -> None:
    own_site.add_user("甲某", "drafter", EDUCATION)
    own_site.start()
    client = own_site.visitor("甲某")
    for how in (signal.SIGTERM, signal.SIGKILL):
        own_site.stop(how)
        own_site.start()
        assert client.get("/").status_code == 200


def test_guessing_passwords_is_slowed_down(own_site: Site) -> None:
    own_site.add_user("甲某", "drafter", EDUCATION)
    own_site.start()
    client = own_site.visitor()
    answers = [client.post("/login", data={"name": "甲某", "password": f"guess-{number}"}) for number in range(31)]
    assert all(answer.status_code in (403, 429) for answer in answers)
    assert "分钟" in answers[8].text
    assert "频繁" in answers[30].text
    right = client.post("/login", data={"name": "甲某", "password": own_site.password("甲某")})
    assert right.status_code != 303


def test_behind_tls_the_cookie_is_secure_and_the_browser_is_told(own_site: Site) -> None:
    own_site.add_user("甲某", "drafter", EDUCATION)
    own_site.start("--behind-tls")
    secure = own_site.url.replace("http:", "https:")
    headers = {"origin": secure, "x-forwarded-proto": "https"}
    answer = own_site.visitor().post("/login", data={"name": "甲某", "password": own_site.password("甲某")}, headers=headers)
    assert answer.status_code == 303
    assert answer.headers["set-cookie"].startswith("__Host-assistant_session=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]
    plain = own_site.visitor().post("/login", data={"name": "甲某", "password": "x"})
    assert plain.status_code == 403


def test_without_users_the_login_says_how_to_make_one(own_site: Site) -> None:
    own_site.start()
    assert "assistant user add" in own_site.visitor().get("/login").text

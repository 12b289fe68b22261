"""Where the site may listen, and what it says when it cannot."""

from __future__ import annotations

import socket

import pytest

from assistant.site.options import is_everywhere, is_loopback, site_options
from assistant.site.serve import CannotServe, listen, refuse_open_door
from tests.site.serving import Site


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "example.com", "192.168.0.1"])
def test_others_are_not_served_without_encryption(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOSTS", "nianbao.local")
    with pytest.raises(CannotServe, match="--behind-tls"):
        refuse_open_door(host, behind_tls=False, plain_http=False)
    refuse_open_door(host, behind_tls=True, plain_http=False)
    refuse_open_door(host, behind_tls=False, plain_http=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_is_served_as_it_is(host: str) -> None:
    refuse_open_door(host, behind_tls=False, plain_http=False)
    assert is_loopback(host)


def test_all_addresses_need_a_name_for_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_HOSTS", raising=False)
    with pytest.raises(CannotServe, match="ASSISTANT_HOSTS"):
        refuse_open_door("0.0.0.0", behind_tls=True, plain_http=False)
    assert is_everywhere("::")


def test_named_hosts_are_answered_beside_this_machine() -> None:
    hosts = site_options("10.0.0.5", environment={"ASSISTANT_HOSTS": "Nianbao.local, 10.0.0.9"}).hosts
    assert hosts >= {"10.0.0.5", "nianbao.local", "10.0.0.9", "127.0.0.1"}
    assert "0.0.0.0" not in site_options("0.0.0.0", environment={}).hosts


def test_a_taken_port_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CannotServe, match="已被占用"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_an_address_that_is_not_this_machines_is_said_in_words(host: str) -> None:
    with pytest.raises(CannotServe, match="地址"):
        listen(host, 0)


def test_without_users_nobody_outside_is_served(own_site: Site) -> None:
    done = own_site.run("serve", "--host", "0.0.0.0", "--port", "0", "--plain-http")
    assert done.returncode == 2
    assert "ASSISTANT_HOSTS" in done.stderr
    own_site.environment["ASSISTANT_HOSTS"] = "127.0.0.1"
    done = own_site.run("serve", "--host", "0.0.0.0", "--port", "0", "--plain-http")
    assert done.returncode == 2
    assert "还没有任何用户" in done.stderr


def test_app_py_is_the_same_command(own_site: Site) -> None:
    import subprocess
    import sys

    from tests.site.serving import ROOT

    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, str(ROOT / "app.py"), "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, env=own_site.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "已被占用" in done.stderr

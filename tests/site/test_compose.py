"""The commands and settings of compose.yaml, as they would run in its containers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assistant.cli import main
from tests.site.serving import ROOT, Site

_DEFAULT = re.compile(r"\$\{(\w+):-([^}]*)\}")


def service(name: str) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"][name]
    return found


def test_the_site_of_the_compose_file_starts_once_a_user_exists(own_site: Site) -> None:
    app = service("app")
    own_site.environment["ASSISTANT_HOSTS"] = _DEFAULT.sub(r"\2", app["environment"]["ASSISTANT_HOSTS"])
    program, *options = app["command"]
    assert program == "serve"
    assert "还没有任何用户" in own_site.run("serve", "--port", "0", *options).stderr
    own_site.add_user("管理员", "admin")
    own_site.start(*options)
    assert f"{own_site.url}/" in "".join(own_site.lines)
    assert own_site.visitor("管理员").get("/manage").status_code == 200


def test_the_compose_file_holds_no_secret_and_names_settings_that_are_known() -> None:
    known = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "assistant").rglob("*.py"))
    for name in ("app", "worker"):
        for key, value in service(name)["environment"].items():
            assert f'"{key}"' in known, key
            assert ("PASSWORD" not in key and "KEY" not in key) or value.startswith("${"), key
    assert service("worker")["command"][0] in main.commands

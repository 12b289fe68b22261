"""The commands of the record: the first password alone on stdout, talk on stderr, exit codes as scripts expect."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import main
from assistant.review.engine import FILE, open_record
from assistant.review.people import log_in
from assistant.review.rights import Actor
from assistant.review.upgrade import newest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ASSISTANT_DATABASE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_a_first_password_stands_alone_on_stdout_and_opens_a_session(home: Path) -> None:
    done = run("user", "add", "李四", "--role", "drafter", "--unit", "示例县教育局")
    assert done.exit_code == 0
    password = done.stdout.removesuffix("\n")
    assert password == password.strip()
    assert "\n" not in password
    assert "新登记了单位 示例县教育局" in done.stderr
    assert password not in done.stderr
    record = open_record(home)
    assert log_in(record, "李四", password).actor == Actor(1, "李四", "drafter", frozenset({1}), must_change=True)
    record.close()


def test_a_unit_that_looks_like_a_known_one_is_asked_about(home: Path) -> None:
    run("unit", "add", "示例县教育局", "--kind", "dept", "--region", "示例县")
    assert "示例县教育局，请核对" in run("user", "add", "李四", "--role", "drafter", "--unit", "示例县教育局局").stderr
    assert "新登记" not in run("user", "add", "王五", "--role", "drafter", "--unit", "示例县教育局").stderr
    assert "不属于任何单位" in run("user", "add", "赵六", "--role", "reviewer").stderr


def test_users_are_listed_changed_disabled_enabled_and_reset(home: Path) -> None:
    run("user", "add", "李四", "--role", "drafter", "--unit", "示例县教育局")
    assert run("user", "set", "李四", "--role", "reviewer", "--unit", "示例县财政局").exit_code == 0
    assert run("user", "disable", "李四").exit_code == 0
    listed = json.loads(run("user", "list", "--json").stdout)
    assert [(one["name"], one["role"], one["units"], one["disabled"]) for one in listed] == [
        ("李四", "reviewer", ["示例县财政局"], True)
    ]
    assert "已停用" in run("user", "list").stdout
    assert run("user", "enable", "李四").exit_code == 0
    fresh = run("user", "reset", "李四").stdout.strip()
    record = open_record(home)
    assert log_in(record, "李四", fresh).actor.role == "reviewer"
    record.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "disable", "无此人"), "没有用户"),
        (("user", "add", "a b", "--role", "admin"), "不能用"),
        (("user", "add", "甲", "--role", "chief"), "可选"),
        (("user", "add", "甲"), "--role"),
        (("user", "set", "甲"), "要改什么"),
        (("unit", "add", "甲局", "--kind", "bureau"), "可选"),
        (("restore", "none.zip"), "没有这个文件"),
        (("audit", "verify", "--anchor", "5"), "封印"),
    ],
)
def test_what_cannot_be_done_is_told_with_2(home: Path, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_the_trail_is_verified_backed_up_and_brought_back(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("user", "add", "李四", "--role", "admin")
    assert run("audit", "verify").exit_code == 0
    made = run("backup", "b.zip")
    assert made.exit_code == 0, made.output
    anchor = made.stdout.partition("封印 ")[2].partition("（")[0]
    assert run("audit", "verify", "--anchor", anchor).exit_code == 0
    assert run("restore", "b.zip").exit_code == 2
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "other"))
    assert run("restore", "b.zip").exit_code == 0
    assert "李四" in run("user", "list").stdout
    with closing(sqlite3.connect(tmp_path / "other" / FILE, isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET action = 'x'")
    done = run("audit", "verify")
    assert done.exit_code == 1
    assert "第 1 条的内容被改动过" in done.stdout


def test_restoring_over_postgresql_is_told_its_own_tool(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATABASE", "postgresql://a@b/c")
    done = run("restore", "b.zip")
    assert done.exit_code == 2
    assert "pg_restore" in done.stderr


def test_doctor_tells_how_the_record_stands_and_makes_none(home: Path) -> None:
    assert "审阅记录还没有建立" in run("doctor").stdout
    assert not home.exists()
    run("user", "add", "李四", "--role", "admin")
    assert f"审阅记录 {home / FILE}，第 {newest()} 版，可登录用户 1 个" in run("doctor").stdout
    (home / FILE).write_bytes(b"garbage" * 1000)
    assert "已损坏" in run("doctor").stdout

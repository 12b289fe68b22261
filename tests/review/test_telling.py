"""Names of settings are for the admin; everybody else is told to ask the admin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.review import drafts
from assistant.review.rights import Actor
from assistant.review.telling import told_to
from tests.review.desk_material import YEAR, Office, office

NAMES = re.compile(r"OPENAI|ASSISTANT_|pip install")
TOLD = {
    "没有配置模型服务，请设 OPENAI_BASE_URL（服务地址）和 ASSISTANT_MODEL（模型名称）。": "没有配置模型服务，请管理员配置。",
    "连不上模型服务，请检查服务是否在运行、OPENAI_BASE_URL 是否正确": "连不上模型服务，请管理员配置",
    "模型没有给出可用的写法（模型服务拒绝了密钥（401）；请检查 OPENAI_API_KEY 和余额）；以下是离线写作的其他写法。":
        "模型没有给出可用的写法（模型服务拒绝了密钥（401）；请管理员配置）；以下是离线写作的其他写法。",
    "OPENAI_BASE_URL 不是网址；应以 http:// 开头。": "模型服务的设置有误，请管理员检查；应以 http:// 开头。",
    "没有安装模型写作的组件，请运行 pip install '.[model]'。": "没有安装模型写作的组件，请管理员配置。",
    "数据已保存；请核对表三。": "数据已保存；请核对表三。",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "home") as found:
        yield found


@pytest.mark.parametrize("role", ["drafter", "reviewer"])
@pytest.mark.parametrize(("text", "plain"), TOLD.items())
def test_who_writes_is_told_what_is_wrong_but_no_setting(role: str, text: str, plain: str) -> None:
    assert told_to(Actor(1, "甲", role, frozenset({1})), text) == plain
    assert told_to(Actor(1, "甲", "admin", frozenset()), text) == text


@pytest.mark.parametrize("address", ["", "not an address"])
def test_the_plan_opens_and_says_whom_to_ask_for_a_model(desk: Office, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    plan = drafts.plan(desk.record, desk.drafter, desk.unit, YEAR)
    assert not plan.model_available and "请管理员" in plan.model_reason and not NAMES.search(plan.model_reason)
    assert NAMES.search(drafts.plan(desk.record, desk.admin, desk.unit, YEAR).model_reason)


def test_a_job_without_a_model_names_no_setting_to_the_drafter(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "")
    job = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR, writer="model")
    desk.jobs.wait(job.id, 60)
    assert "请管理员配置" in desk.jobs.job(desk.drafter, job.id).message
    assert "OPENAI_BASE_URL" in desk.jobs.job(desk.admin, job.id).message

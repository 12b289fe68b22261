"""``assistant user | unit | audit | backup | restore``: thin commands over the record. Results to stdout, talk to stderr."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.review.engine import Record

_PATH = click.Path(path_type=Path)
_KINDS_FILE = resources.files("assistant") / "form" / "data" / "kinds.toml"  # read by itself: the forms' models load slowly
_KINDS = tuple(kind["key"] for kind in tomllib.loads(_KINDS_FILE.read_text(encoding="utf-8"))["kinds"])
_ROLES = ("drafter", "reviewer", "admin")


@contextmanager
def _opened() -> Iterator[Record]:
    from assistant.review.engine import record_of
    from assistant.settings import load_settings

    record = record_of(load_settings())
    try:
        yield record
    finally:
        record.close()


@click.group()
def user() -> None:
    """网站用户：谁能登录，是什么角色，属于哪些单位。"""


@user.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(_ROLES), required=True, help="角色：drafter 填报起草，reviewer 审核定稿，admin 管理（所有单位）。"
)
@click.option("--unit", "units", multiple=True, help="所属单位全称（可给多次）；还没有登记的单位会一并登记。")
def add_user(name: str, role: str, units: tuple[str, ...]) -> None:
    """新增用户；标准输出只有初始密码，只显示这一次。"""
    from assistant.review import people

    with _opened() as record:
        known = _unit_names(record)
        added = people.add_user(record, None, name, role, unit_names=units)
    click.echo(added.password)
    click.echo(f"已新增用户 {added.name}（{people.ROLE_NAMES[role]}）。以上初始密码只显示这一次，首次登录时必须更改", err=True)
    _tell_new_units(added.new_units, known)
    if not units and role != "admin":
        click.echo(
            f"这个用户还不属于任何单位，登录后看不到数据；可用 assistant user set {added.name} --unit 单位全称 补上", err=True
        )


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def list_users(as_json: bool) -> None:
    """列出用户。"""
    from assistant.review import people

    with _opened() as record:
        users = people.list_users(record, None)
    if as_json:
        rows = [{"name": one.name, "role": one.role, "units": one.units, "disabled": one.disabled, "suspended": one.suspended,
                 "must_change": one.must_change, "created": one.created.isoformat()} for one in users]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for one in users:
        marks = ((one.disabled, "已停用"), (one.suspended, "暂停登录"), (one.must_change, "尚未改初始密码"))
        state = "；".join(text for said, text in marks if said)
        where = "全部单位" if one.role == "admin" else "、".join(one.units) or "没有单位"
        click.echo(f"{one.name}\t{people.ROLE_NAMES[one.role]}\t{where}" + (f"\t{state}" if state else ""))
    click.echo(f"共 {len(users)} 个用户" if users else "还没有用户。用 assistant user add 用户名 --role admin 新增", err=True)


@user.command("set")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), help="改为这个角色。")
@click.option("--unit", "units", multiple=True, help="改为属于这些单位（全称，可给多次），代替原来的。")
def set_user(name: str, role: str | None, units: tuple[str, ...]) -> None:
    """更改用户的角色或单位，立即生效。"""
    from assistant.review import people
    from assistant.review.units import add_unit

    if not role and not units:
        raise click.UsageError("请用 --role 或 --unit 说明要改什么。")
    with _opened() as record:
        found = people.find_user(record, name)
        known = _unit_names(record)
        if units:
            added = [add_unit(record, None, unit) for unit in units]
            people.set_units(record, None, found.id, [unit.id for unit, _new in added])
            _tell_new_units([unit.name for unit, new in added if new], known)
        if role:
            people.set_role(record, None, found.id, role)
    click.echo(f"已更改用户 {found.name}")


@user.command("disable")
@click.argument("name")
def disable_user(name: str) -> None:
    """停用账号：立即退出登录；做过的事都留在记录里。"""
    from assistant.review import people

    with _opened() as record:
        found = people.find_user(record, name)
        people.disable_user(record, None, found.id)
    click.echo(f"已停用 {found.name}")


@user.command("enable")
@click.argument("name")
def enable_user(name: str) -> None:
    """重新启用账号，密码不变。"""
    from assistant.review import people

    with _opened() as record:
        found = people.find_user(record, name)
        people.enable_user(record, None, found.id)
    click.echo(f"已启用 {found.name}")


@user.command("reset")
@click.argument("name")
def reset_user(name: str) -> None:
    """重置密码并解除暂停登录；标准输出只有新的初始密码，只显示这一次。"""
    from assistant.review import people

    with _opened() as record:
        fresh = people.reset_password(record, None, people.find_user(record, name).id)
    click.echo(fresh.password)
    click.echo(f"已重置 {fresh.name} 的密码，原有登录已全部退出。以上密码只显示这一次，登录时必须更改", err=True)


@click.group()
def unit() -> None:
    """报送单位：名称、类型、所在地区。"""


@unit.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), default="", help="单位类型；不写就在第一次上报数据时取自填报件。")
@click.option("--region", default="", help="所在行政区全称。")
def add_unit_command(name: str, kind: str, region: str) -> None:
    """登记单位；已登记而缺类型或地区的，补上。"""
    from assistant.review.units import add_unit

    with _opened() as record:
        added, new = add_unit(record, None, name, kind=kind, region=region)
    click.echo(f"{'已登记' if new else '已有'}单位 {added.name}（类型 {added.kind or '未定'}，地区 {added.region or '未填'}）")


@unit.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def list_units_command(as_json: bool) -> None:
    """列出单位。"""
    from dataclasses import asdict

    from assistant.review.units import list_units

    with _opened() as record:
        units = list_units(record)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in units], ensure_ascii=False, indent=1))
        return
    for one in units:
        click.echo(f"{one.name}\t{one.kind or '类型未定'}\t{one.region or '地区未填'}")
    click.echo(f"共 {len(units)} 个单位", err=True)


@click.group("audit")
def audit_group() -> None:
    """操作记录：谁在什么时候做了什么，逐条相扣。"""


@audit_group.command("verify")
@click.option("--anchor", "anchors", multiple=True, help="备份或导出时记下的封印（条数:哈希值，可给多次），一并核对。")
def verify_audit(anchors: tuple[str, ...]) -> None:
    """核对操作记录有没有被改动、删除或截断。完整以 0 退出，不完整以 1 退出。"""
    from assistant.review import audit

    given = [audit.Anchor.parse(text) for text in anchors]
    with _opened() as record:
        verdict = audit.verify(record, given)
    if not verdict.whole:
        click.echo(f"操作记录不完整：{verdict.what}。请保留现状，用备份比对，并查明是谁动了数据库。")
        sys.exit(1)
    click.echo(f"操作记录完整，共 {verdict.anchor.count} 条。封印 {verdict.anchor}")


@click.command("backup")
@click.argument("file", type=_PATH)
def backup_command(file: Path) -> None:
    """备份：数据库、上传文件、导出文件和资料库，存成一个文件；网站不用停。"""
    from assistant.review.backup import backup

    with _opened() as record:
        done = backup(record, file)
    click.echo(f"已备份到 {done.path}：{done.files} 个文件，{done.size / 1024 / 1024:.1f} MB")
    click.echo(f"操作记录 {done.anchor.count} 条，封印 {done.anchor}（请另处记下，将来可用 assistant audit verify --anchor 核对）")
    click.echo("备份里有未公开的文稿，请妥善保管。", err=True)
    if done.faults:
        for fault in done.faults:
            click.echo(f"注意：{fault}", err=True)
        sys.exit(1)


@click.command("restore")
@click.argument("file", type=_PATH)
def restore_command(file: Path) -> None:
    """从备份恢复到 ASSISTANT_HOME；已有数据时不覆盖。"""
    from assistant.review.backup import restore
    from assistant.settings import load_settings

    settings = load_settings()
    if settings.database.get_secret_value():
        raise click.UsageError("设了 ASSISTANT_DATABASE，数据库在 PostgreSQL 里，请用 pg_restore 恢复。")
    done = restore(file, settings.home)
    click.echo(f"已恢复到 {done.home}：{done.files} 个文件，{done.users} 个用户，备份于 {done.made:%Y-%m-%d %H:%M}（UTC）")
    click.echo("所有人需要重新登录。", err=True)
    if not done.verdict.whole:
        click.echo(f"注意：备份中的操作记录不完整：{done.verdict.what}", err=True)
        sys.exit(1)


def _unit_names(record: Record) -> list[str]:
    from assistant.review.units import list_units

    return [one.name for one in list_units(record)]


def _tell_new_units(new: tuple[str, ...] | list[str], known: list[str]) -> None:
    """Say which units were added, and which known ones look alike: it may have been a slip of the keyboard."""
    import difflib

    for name in new:
        alike = difflib.get_close_matches(name, known, n=3, cutoff=0.75)
        hint = f"；已有名称相近的 {'、'.join(alike)}，请核对有没有写错" if alike else ""
        click.echo(f"新登记了单位 {name}，类型取自第一次上报的数据（也可用 assistant unit add {name} --kind 补上）{hint}", err=True)


COMMANDS = (user, unit, audit_group, backup_command, restore_command)

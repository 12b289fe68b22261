"""Users: added, changed and disabled by an admin or on the command line; logging in and out, changing a password.

An actor of None is the command line: who may run commands on the machine owns its record.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.review import audit, passwords, sessions
from assistant.review.errors import LoginRefused, NotFound, Refused
from assistant.review.lockout import Failures
from assistant.review.rights import Actor, require
from assistant.review.schema import ROLES, MembershipRow, UnitRow, UserRow
from assistant.review.sessions import actor_of
from assistant.review.units import ensure_unit

if TYPE_CHECKING:
    from assistant.review.engine import Record

ROLE_NAMES = {"drafter": "填报起草", "reviewer": "审核", "admin": "管理员"}
_LONGEST = 40
_SIGNS = "._-@"


class Login(NamedTuple):
    """A session that was opened: its token, for the cookie only, and who it is."""

    token: str
    actor: Actor


@dataclass(frozen=True)
class User:
    """A user as listed."""

    id: int
    name: str
    role: str
    units: tuple[str, ...]
    unit_ids: tuple[int, ...]
    must_change: bool
    suspended: bool
    disabled: bool
    created: datetime


@dataclass(frozen=True)
class NewPassword:
    """A random password, to be shown once and changed at the first login; ``new_units`` were added with the user."""

    user_id: int
    name: str
    password: str
    new_units: tuple[str, ...] = ()


def any_user(record: Record) -> bool:
    """Whether somebody could log in."""
    with record.read() as session:
        return bool(session.execute(select(func.count()).select_from(UserRow).where(UserRow.disabled_at.is_(None))).scalar())


def list_users(record: Record, actor: Actor | None, now: datetime | None = None) -> list[User]:
    """All users by name.

    Raises:
        Refused: the actor is no admin.
    """
    _allowed(actor)
    moment = now or datetime.now(UTC)
    with record.read() as session:
        found = session.execute(
            select(MembershipRow.user_id, UnitRow.id, UnitRow.name).join(UnitRow, UnitRow.id == MembershipRow.unit_id)
        )
        units: dict[int, list[tuple[str, int]]] = {}
        for user_id, unit_id, name in found:
            units.setdefault(user_id, []).append((name, unit_id))
        rows = session.execute(select(UserRow).order_by(UserRow.name)).scalars()
        return [_view(row, sorted(units.get(row.id, [])), moment) for row in rows]


def find_user(record: Record, name: str) -> User:
    """The user of a name.

    Raises:
        InputError: nobody has it.
    """
    key = _key(name)
    for user in list_users(record, None):
        if _key(user.name) == key:
            return user
    raise InputError(f"没有用户“{name[:_LONGEST]}”", remedy="用 assistant user list 查看全部用户")


def add_user(
    record: Record, actor: Actor | None, name: str, role: str, units: Iterable[int] = (), *, unit_names: Iterable[str] = ()
) -> NewPassword:
    """Add a user with a random first password.

    Args:
        record: where to.
        actor: an admin; None on the command line.
        name: as typed at login; letters, digits and ``._-@``.
        role: drafter, reviewer or admin.
        units: ids of the units the person works for.
        unit_names: further units by name; those not known yet are added without a kind.

    Raises:
        Refused: the actor is no admin.
        InputError: the name cannot be used or is taken, no such role, or a unit is not there.
    """
    _allowed(actor)
    clean = _clean_name(name)
    _check_role(role)
    password = passwords.generate()
    kept = passwords.hashed(password)
    with record.write() as session:
        if session.execute(select(UserRow.id).where(UserRow.key == _key(clean))).first():
            raise InputError(f"已有用户“{clean}”", remedy="没有改动；忘记密码可用 assistant user reset，或换一个用户名")
        row = UserRow(name=clean, key=_key(clean), role=role, password_hash=kept, created=datetime.now(UTC))
        session.add(row)
        session.flush()
        named = [ensure_unit(session, actor, unit) for unit in unit_names]
        chosen = _set_units(session, row.id, [*units, *(unit.id for unit, _new in named)])
        audit.note(session, actor, "add", "user", row.id, {"name": clean, "role": role, "units": chosen})
        return NewPassword(row.id, clean, password, tuple(unit.name for unit, new in named if new))


def set_units(record: Record, actor: Actor | None, user_id: int, units: Iterable[int]) -> None:
    """Say which units a user works for; counts at once.

    Raises:
        Refused: the actor is no admin.
        NotFound: no such user.
        InputError: a unit is not there.
    """
    _allowed(actor)
    with record.write() as session:
        row = _user(session, user_id)
        audit.note(session, actor, "set units", "user", row.id, {"units": _set_units(session, row.id, units)})


def set_role(record: Record, actor: Actor | None, user_id: int, role: str) -> None:
    """Give a user another role; counts at once.

    Raises:
        Refused: the actor is no admin, or takes the role from themselves.
        NotFound: no such user.
        InputError: no such role.
    """
    _allowed(actor)
    _check_role(role)
    _not_self(actor, user_id)
    with record.write() as session:
        row = _user(session, user_id)
        before, row.role = row.role, role
        audit.note(session, actor, "set role", "user", row.id, {"from": before, "to": role})


def disable_user(record: Record, actor: Actor | None, user_id: int) -> None:
    """Close an account: its sessions end at once. What the person did stays in the record.

    Raises:
        Refused: the actor is no admin, or it is their own account.
        NotFound: no such user.
    """
    _allowed(actor)
    _not_self(actor, user_id)
    with record.write() as session:
        row = _user(session, user_id)
        row.disabled_at = row.disabled_at or datetime.now(UTC)
        sessions.end_all(session, row.id)
        audit.note(session, actor, "disable", "user", row.id)


def enable_user(record: Record, actor: Actor | None, user_id: int) -> None:
    """Open a closed account again, with the password it had.

    Raises:
        Refused: the actor is no admin.
        NotFound: no such user.
    """
    _allowed(actor)
    with record.write() as session:
        row = _user(session, user_id)
        row.disabled_at = None
        audit.note(session, actor, "enable", "user", row.id)


def reset_password(record: Record, actor: Actor | None, user_id: int) -> NewPassword:
    """A new random password; the old one and all sessions end at once, a suspension is lifted.

    Raises:
        Refused: the actor is no admin.
        NotFound: no such user.
    """
    _allowed(actor)
    password = passwords.generate()
    kept = passwords.hashed(password)
    with record.write() as session:
        row = _user(session, user_id)
        row.password_hash, row.must_change, row.failed, row.locked_until = kept, True, 0, None
        sessions.end_all(session, row.id)
        audit.note(session, actor, "reset password", "user", row.id)
        return NewPassword(row.id, row.name, password)


def log_in(record: Record, name: str, password: str, now: datetime | None = None, *, replacing: str = "") -> Login:
    """Open a session. An unknown name, a wrong password and a closed account take as long and get the same words.

    Args:
        record: whose users.
        name: as typed.
        password: as typed.
        now: the present, in UTC.
        replacing: the token the browser came with; its session ends.

    Raises:
        LoginRefused: name and password do not match, or logging in is suspended after too many tries.
    """
    moment = now or datetime.now(UTC)
    key = _key(name)
    with record.read() as session:
        row = _by_key(session, key)
        kept = row.password_hash if row else None
    right = passwords.matches(password, kept)  # outside any transaction: it is slow on purpose
    if kept is None:
        raise _stranger(record, key, moment)
    renewed = passwords.hashed(password) if right and passwords.outdated(kept) else ""
    with record.write() as session:
        row = _by_key(session, key)
        if row is None or row.password_hash != kept:  # changed while the password was looked at
            raise Failures().refusal(moment)
        refusal = _judge(session, row, right, moment)
        if refusal is None:
            row.password_hash = renewed or kept
            token = sessions.start(session, row, moment, replacing=replacing)
            actor = sessions.actor_from(session, row)
            audit.note(session, actor, "log in", "user", row.id, now=moment)
    if refusal is not None:
        raise refusal
    return Login(token, actor)


def log_out(record: Record, token: str) -> None:
    """End a session."""
    sessions.end(record, token)


def change_password(record: Record, token: str, old: str, new: str, now: datetime | None = None) -> Login:
    """Change one's own password; every other session of the person ends, this one goes on under a new token.

    Raises:
        LoginRefused: the session has ended, or the old password is wrong (counts as a failed try).
        InputError: the new password is too weak or the old one.
    """
    moment = now or datetime.now(UTC)
    actor = actor_of(record, token, moment)
    if actor is None:
        raise LoginRefused("登录已过期", "密码没有改动，请重新登录")
    with record.read() as session:
        kept = _user(session, actor.user_id).password_hash
    right = passwords.matches(old, kept)
    if right:
        passwords.check(new, actor.name)
        if passwords.matches(new, kept):
            raise InputError("新密码和原密码相同", remedy="密码没有改动，请换一个")
    renewed = passwords.hashed(new) if right else ""
    with record.write() as session:
        row = _user(session, actor.user_id)
        refusal = _judge(session, row, right and row.password_hash == kept, moment)
        if refusal is None:
            row.password_hash, row.must_change = renewed, False
            sessions.end_all(session, row.id)
            fresh = sessions.start(session, row, moment)
            actor = sessions.actor_from(session, row)
            audit.note(session, actor, "change password", "user", row.id, now=moment)
    if refusal is not None:
        raise refusal
    return Login(fresh, actor)


def _stranger(record: Record, key: str, now: datetime) -> LoginRefused:
    """Refuse a name nobody has, with the same work as for one that somebody has. What was typed may be a password: not noted."""
    before = record.strangers.get(key)
    after = record.strangers.failed(key, now)
    with record.write() as session:
        if after.count != before.count:
            audit.note(session, None, "log in refused", "user", "", {"failed": after.count}, now=now)
    return after.refusal(now)


def _judge(session: Session, row: UserRow, right: bool, now: datetime) -> LoginRefused | None:
    """Count a try; the refusal, or None when it opens the account. Tries during a suspension are not looked at."""
    before = Failures(row.failed, row.locked_until).sane(now)
    row.locked_until = before.until
    if before.suspended(now):
        return before.refusal(now)
    if right and row.disabled_at is None:
        row.failed, row.locked_until = 0, None
        return None
    after = before.failed(now)
    row.failed, row.locked_until = after.count, after.until
    audit.note(session, None, "log in refused", "user", row.id, {"failed": after.count}, now=now)
    return after.refusal(now)


def _allowed(actor: Actor | None) -> None:
    if actor is not None:
        require(actor, "manage_users")


def _not_self(actor: Actor | None, user_id: int) -> None:
    if actor is not None and actor.user_id == user_id:
        raise Refused("不能停用自己的账号或改变自己的角色", remedy="没有改动；请另一位管理员来做")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"没有“{role[:_LONGEST]}”这个角色", remedy=f"可选：{'、'.join(ROLES)}")


def _user(session: Session, user_id: int) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound("没有这个用户", remedy="请刷新用户列表")
    return row


def _by_key(session: Session, key: str) -> UserRow | None:
    return session.execute(select(UserRow).where(UserRow.key == key)).scalar_one_or_none()


def _set_units(session: Session, user_id: int, units: Iterable[int]) -> list[int]:
    wanted = sorted(set(units))
    known = set(session.execute(select(UnitRow.id).where(UnitRow.id.in_(wanted))).scalars())
    if set(wanted) != known:
        raise InputError("所选单位中有不存在的", remedy="没有改动；请刷新单位列表后再选")
    session.execute(delete(MembershipRow).where(MembershipRow.user_id == user_id))
    session.add_all(MembershipRow(user_id=user_id, unit_id=unit_id) for unit_id in wanted)
    return wanted


def _clean_name(name: str) -> str:
    clean = unicodedata.normalize("NFKC", name).strip()
    if not 1 <= len(clean) <= _LONGEST or not all(letter.isalnum() or letter in _SIGNS for letter in clean):
        raise InputError(f"用户名“{clean[:_LONGEST]}”不能用", remedy=f"请用 1 至 {_LONGEST} 个汉字、字母、数字或 {_SIGNS} 组成")
    return clean


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()[:200]


def _view(row: UserRow, units: list[tuple[str, int]], now: datetime) -> User:
    return User(
        row.id, row.name, row.role, tuple(name for name, _id in units), tuple(unit for _name, unit in units),
        row.must_change, Failures(row.failed, row.locked_until).sane(now).suspended(now), row.disabled_at is not None, row.created,
    )  # fmt: skip

"""Accounts: closed by default, guessed passwords stopped, rights taken away at once, nothing told about who exists."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from assistant.errors import AssistantError, InputError
from assistant.review import passwords, people, sessions
from assistant.review.engine import Record, open_record
from assistant.review.errors import LoginRefused, NotFound, Refused
from assistant.review.lockout import SUSPENDED, TRIES
from assistant.review.people import Login, log_in
from assistant.review.rights import Actor, may
from assistant.review.schema import AuditRow, SessionRow, UserRow
from assistant.review.sessions import actor_of
from assistant.review.units import add_unit, list_units

NOW = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GOOD = "沉着-correct-7"


def join(record: Record, name: str = "李四", role: str = "drafter") -> tuple[str, int]:
    """A user of one unit; the first password and the id."""
    added = people.add_user(record, None, name, role, unit_names=["示例县教育局"])
    return added.password, added.user_id


def settle(record: Record, name: str = "李四", role: str = "drafter", now: datetime = NOW) -> Login:
    """A user logged in, with the first password changed to :data:`GOOD`."""
    first, _user = join(record, name, role)
    return people.change_password(record, log_in(record, name, first, now).token, first, GOOD, now)


def refusal(record: Record, name: str, password: str, now: datetime) -> LoginRefused:
    with pytest.raises(LoginRefused) as caught:
        log_in(record, name, password, now)
    return caught.value


def admin(record: Record) -> Actor:
    return settle(record, "管理", "admin").actor


def test_nobody_is_there_at_first(each_record: Record) -> None:
    assert not people.any_user(each_record)
    join(each_record)
    assert people.any_user(each_record)


def test_the_first_password_opens_nothing_but_its_own_change(each_record: Record) -> None:
    first, user = join(each_record)
    login = log_in(each_record, "李四", first, NOW)
    assert login.actor == Actor(user, "李四", "drafter", frozenset({1}), must_change=True)
    assert not may(login.actor, "view", 1)
    fresh = people.change_password(each_record, login.token, first, GOOD, NOW)
    assert may(fresh.actor, "view", 1)
    assert actor_of(each_record, login.token, NOW) is None
    assert actor_of(each_record, fresh.token, NOW) == fresh.actor
    assert refusal(each_record, "李四", first, NOW).minutes == 0
    assert log_in(each_record, "李四", GOOD, NOW).actor == fresh.actor


@pytest.mark.parametrize("typed", ["Ｌi.si", " li.SI ", "LI.SI"])
def test_a_name_is_found_however_it_is_typed(record: Record, typed: str) -> None:
    first, user = join(record, "Li.Si")
    assert log_in(record, typed, first, NOW).actor.user_id == user


def test_full_width_letters_of_a_password_count_as_the_usual_ones(record: Record) -> None:
    settle(record)
    assert log_in(record, "李四", "沉着－ｃｏｒｒｅｃｔ－７", NOW).actor.name == "李四"


@pytest.mark.parametrize("name", ["", "a b", "<b>", "名" * 41, "a/b", "a\x00"])
def test_a_name_that_cannot_be_used_is_refused(record: Record, name: str) -> None:
    with pytest.raises(InputError):
        people.add_user(record, None, name, "drafter")


def test_a_name_is_given_once(record: Record) -> None:
    join(record, "li")
    with pytest.raises(InputError, match="已有用户"):
        people.add_user(record, None, "ＬI", "admin", unit_names=["另一局"])
    assert [unit.name for unit in list_units(record)] == ["示例县教育局"]


@pytest.mark.parametrize(
    "weak", ["short-1", "aaaaaaaaaaaa", "onlyletters", "1234567890", "a1a1a1a1a1a1", "李四四-12345李四-1", "x1-" * 70]
)
def test_a_weak_password_is_refused_and_nothing_changes(record: Record, weak: str) -> None:
    first, _user = join(record, "李四四")
    token = log_in(record, "李四四", first, NOW).token
    with pytest.raises(InputError):
        people.change_password(record, token, first, weak, NOW)
    assert log_in(record, "李四四", first, NOW).actor.must_change


def test_first_passwords_are_random_and_strong(record: Record) -> None:
    made = {passwords.generate() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        passwords.check(password, "李四")


def test_a_password_is_kept_as_argon2id_only(record: Record) -> None:
    first, _user = join(record)
    with record.read() as session:
        assert session.execute(select(UserRow.password_hash)).scalar_one().startswith("$argon2id$")
    assert first.encode() not in (record.home / "record.sqlite3").read_bytes() + (record.home / "record.sqlite3-wal").read_bytes()


def test_a_token_is_not_in_the_record(record: Record) -> None:
    token = settle(record).token
    assert token.encode() not in (record.home / "record.sqlite3").read_bytes() + (record.home / "record.sqlite3-wal").read_bytes()


def test_guessing_is_stopped_even_for_the_right_password(each_record: Record) -> None:
    settle(each_record)
    for _ in range(TRIES - 1):
        assert refusal(each_record, "李四", "wrong", NOW).minutes == 0
    assert refusal(each_record, "李四", "wrong", NOW).minutes == 15
    assert refusal(each_record, "李四", GOOD, NOW + 14 * MINUTE).minutes == 1
    assert log_in(each_record, "李四", GOOD, NOW + SUSPENDED).actor.name == "李四"
    assert refusal(each_record, "李四", "wrong", NOW + SUSPENDED).minutes == 0


def test_the_suspension_survives_a_restart(record: Record) -> None:
    settle(record)
    for _ in range(TRIES):
        refusal(record, "李四", "wrong", NOW)
    record.close()
    again = open_record(record.home)
    assert refusal(again, "李四", GOOD, NOW + MINUTE).minutes == 14
    again.close()


@pytest.mark.parametrize("jump", [-30 * 24 * HOUR, -HOUR, timedelta(0)])
def test_a_clock_set_back_suspends_nobody_for_longer(record: Record, jump: timedelta) -> None:
    settle(record)
    for _ in range(TRIES):
        refusal(record, "李四", "wrong", NOW)
    assert 0 < refusal(record, "李四", GOOD, NOW + jump).minutes <= 15
    assert log_in(record, "李四", GOOD, NOW + jump + SUSPENDED).actor.name == "李四"


def test_a_clock_that_runs_ahead_gives_no_further_guesses(record: Record) -> None:
    settle(record)
    for _ in range(TRIES):
        refusal(record, "李四", "wrong", NOW)
    refusal(record, "李四", "wrong", NOW + HOUR)
    assert [refusal(record, "李四", "wrong", NOW + HOUR).minutes for _ in range(TRIES - 1)] == [0, 0, 0, 15]


def test_unknown_wrong_and_closed_get_the_same_words_all_the_way(each_record: Record) -> None:
    settle(each_record)
    _first, closed = join(each_record, "停用者")
    people.disable_user(each_record, None, closed)
    said = [
        [refusal(each_record, name, GOOD + "x", NOW).message for _ in range(TRIES + 2)] for name in ("李四", "停用者", "无此人")
    ]
    assert said[0] == said[1] == said[2]
    assert len(set(said[0])) == 2


def test_an_unknown_name_takes_as_long_as_a_known_one(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work is done for both: one verification each, with equal settings; the time itself is printed, not judged."""
    settle(record)
    verified: list[bool] = []
    original = passwords.matches

    def counted(password: str, kept: str | None) -> bool:
        verified.append(kept is None)
        return original(password, kept)

    monkeypatch.setattr(passwords, "matches", counted)
    spent: dict[str, list[float]] = {"李四": [], "无此人": []}
    for turn in range(4):
        for name, times in spent.items():
            started = time.perf_counter()
            refusal(record, name, "wrong", NOW + turn * HOUR)
            times.append(time.perf_counter() - started)
    assert verified == [False, True] * 4
    assert passwords._nobody(passwords.PROFILE).split("$")[:4] == original_settings(record)
    print({name: f"{statistics.median(times) * 1000:.1f} ms" for name, times in spent.items()})


def original_settings(record: Record) -> list[str]:
    with record.read() as session:
        return session.execute(select(UserRow.password_hash).where(UserRow.name == "李四")).scalar_one().split("$")[:4]


def test_what_was_typed_as_a_name_is_not_noted(record: Record) -> None:
    refusal(record, "my-secret-password", "x", NOW)
    with record.read() as session:
        rows = session.execute(select(AuditRow)).scalars().all()
    assert [row.action for row in rows] == ["log in refused"]
    assert "secret" not in str([(row.object_id, row.detail) for row in rows])


def test_a_hash_made_with_older_settings_is_renewed_at_login(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(record)
    monkeypatch.setattr(passwords, "PROFILE", passwords.Profile(2, 16, 1))
    log_in(record, "李四", GOOD, NOW)
    with record.read() as session:
        assert "m=16,t=2,p=1" in session.execute(select(UserRow.password_hash)).scalar_one()
    assert log_in(record, "李四", GOOD, NOW).actor.name == "李四"


def test_each_login_has_a_token_of_its_own_and_ends_the_one_it_came_with(record: Record) -> None:
    first = settle(record)
    second = log_in(record, "李四", GOOD, NOW)
    third = log_in(record, "李四", GOOD, NOW, replacing=second.token)
    assert len({first.token, second.token, third.token}) == 3
    assert [actor_of(record, login.token, NOW) is not None for login in (first, second, third)] == [True, False, True]
    people.log_out(record, third.token)
    assert actor_of(record, third.token, NOW) is None


def test_a_session_survives_a_restart(record: Record) -> None:
    login = settle(record)
    record.close()
    again = open_record(record.home)
    assert actor_of(again, login.token, NOW + HOUR) == login.actor
    again.close()


def test_a_session_ends_when_unused_and_at_the_end_of_the_day(each_record: Record) -> None:
    login = settle(each_record)
    assert actor_of(each_record, login.token, NOW + sessions.IDLE) is None
    for hour in range(12):
        assert actor_of(each_record, login.token, NOW + hour * HOUR) == login.actor
    assert actor_of(each_record, login.token, NOW + sessions.LIFETIME) is None


def test_a_clock_set_back_does_not_lengthen_a_session(record: Record) -> None:
    login = settle(record)
    back = NOW - 30 * 24 * HOUR
    for hour in range(12):
        assert actor_of(record, login.token, back + hour * HOUR) == login.actor
    assert actor_of(record, login.token, back + sessions.LIFETIME) is None


def test_sessions_that_ended_are_cleared_away(record: Record) -> None:
    settle(record)
    log_in(record, "李四", GOOD, NOW + 24 * HOUR)
    with record.read() as session:
        assert len(session.execute(select(SessionRow)).all()) == 1


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 10000])
def test_a_token_that_is_none_opens_nothing(record: Record, token: str) -> None:
    settle(record)
    assert actor_of(record, token, NOW) is None


def test_a_session_stays_open_while_nothing_can_be_written(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.review import engine

    login = settle(record)
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    record._turn.acquire()
    assert actor_of(record, login.token, NOW + HOUR) == login.actor
    record._turn.release()


def test_a_disabled_user_is_out_at_once_and_in_again_when_enabled(each_record: Record) -> None:
    login, boss = settle(each_record), admin(each_record)
    people.disable_user(each_record, boss, login.actor.user_id)
    assert actor_of(each_record, login.token, NOW) is None
    refusal(each_record, "李四", GOOD, NOW)
    people.enable_user(each_record, boss, login.actor.user_id)
    assert actor_of(each_record, login.token, NOW) is None
    assert log_in(each_record, "李四", GOOD, NOW).actor == login.actor


def test_role_and_units_count_at_once(each_record: Record) -> None:
    login, boss = settle(each_record), admin(each_record)
    other, new = add_unit(each_record, boss, "示例县财政局", kind="dept")
    assert new
    people.set_role(each_record, boss, login.actor.user_id, "reviewer")
    people.set_units(each_record, boss, login.actor.user_id, [other.id])
    assert actor_of(each_record, login.token, NOW) == Actor(login.actor.user_id, "李四", "reviewer", frozenset({other.id}))


def test_a_reset_ends_sessions_and_suspension(record: Record) -> None:
    login, boss = settle(record), admin(record)
    for _ in range(TRIES):
        refusal(record, "李四", "wrong", NOW)
    fresh = people.reset_password(record, boss, login.actor.user_id)
    assert actor_of(record, login.token, NOW) is None
    assert log_in(record, "李四", fresh.password, NOW).actor.must_change


def test_changing_the_password_ends_the_other_sessions(record: Record) -> None:
    login = settle(record)
    elsewhere = log_in(record, "李四", GOOD, NOW)
    fresh = people.change_password(record, login.token, GOOD, GOOD + "8", NOW)
    assert [actor_of(record, token, NOW) is not None for token in (login.token, elsewhere.token, fresh.token)] == [
        False,
        False,
        True,
    ]


def test_the_old_password_cannot_be_guessed_through_its_change(record: Record) -> None:
    login = settle(record)
    for _ in range(TRIES):
        with pytest.raises(LoginRefused):
            people.change_password(record, login.token, "wrong", GOOD + "8", NOW)
    with pytest.raises(LoginRefused, match="暂停"):
        people.change_password(record, login.token, GOOD, GOOD + "8", NOW)
    with pytest.raises(LoginRefused, match="过期"):
        people.change_password(record, "nothing", GOOD, GOOD + "8", NOW)


def test_only_an_admin_manages_people(record: Record) -> None:
    boss = admin(record)
    for role in ("drafter", "reviewer"):
        who = settle(record, f"用户{role}", role).actor
        for deed in (
            lambda who=who: people.list_users(record, who),
            lambda who=who: people.add_user(record, who, "新人", "admin"),
            lambda who=who: people.set_role(record, who, who.user_id, "admin"),
            lambda who=who: people.set_units(record, who, who.user_id, [1]),
            lambda who=who: people.disable_user(record, who, boss.user_id),
            lambda who=who: people.enable_user(record, who, boss.user_id),
            lambda who=who: people.reset_password(record, who, boss.user_id),
            lambda who=who: add_unit(record, who, "新单位"),
        ):
            with pytest.raises(Refused):
                deed()
    assert len(people.list_users(record, boss)) == 3


def test_an_admin_does_not_shut_themselves_out(record: Record) -> None:
    boss = admin(record)
    with pytest.raises(Refused):
        people.disable_user(record, boss, boss.user_id)
    with pytest.raises(Refused):
        people.set_role(record, boss, boss.user_id, "drafter")


def test_guessed_numbers_are_told(record: Record) -> None:
    boss = admin(record)
    for number in (0, 99, -1):
        with pytest.raises(NotFound):
            people.disable_user(record, boss, number)
    with pytest.raises(InputError):
        people.set_units(record, boss, boss.user_id, [99])
    with pytest.raises(InputError, match="角色"):
        people.set_role(record, None, boss.user_id, "root")


def test_a_list_of_users_says_how_each_stands(record: Record) -> None:
    login = settle(record)
    join(record, "新人")
    people.disable_user(record, None, login.actor.user_id)
    rows = {user.name: user for user in people.list_users(record, None, NOW)}
    assert (rows["李四"].disabled, rows["李四"].must_change) == (True, False)
    assert (rows["新人"].disabled, rows["新人"].must_change, rows["新人"].units) == (False, True, ("示例县教育局",))
    assert people.find_user(record, "新人").id == rows["新人"].id
    with pytest.raises(InputError, match="没有用户"):
        people.find_user(record, "谁")


def test_every_deed_of_managing_is_in_the_trail(record: Record) -> None:
    boss = admin(record)
    user = people.add_user(record, boss, "李四", "drafter").user_id
    people.set_role(record, boss, user, "reviewer")
    people.set_units(record, boss, user, [1])
    people.reset_password(record, boss, user)
    people.disable_user(record, boss, user)
    people.enable_user(record, boss, user)
    with record.read() as session:
        rows = session.execute(select(AuditRow).where(AuditRow.object_id == str(user), AuditRow.kind == "user")).scalars().all()
    assert [row.action for row in rows] == ["add", "set role", "set units", "reset password", "disable", "enable"]
    assert {row.user_id for row in rows} == {boss.user_id}


def test_a_unit_is_completed_and_never_changed(record: Record) -> None:
    unit, new = add_unit(record, None, " 示例县教育局 ")
    assert (unit.name, unit.kind, new) == ("示例县教育局", "", True)
    unit, new = add_unit(record, None, "示例县教育局", kind="dept", region="示例县")
    assert (unit.kind, unit.region, new) == ("dept", "示例县", False)
    with pytest.raises(InputError, match="已登记"):
        add_unit(record, None, "示例县教育局", kind="gov_town")
    with pytest.raises(InputError, match="单位类型"):
        add_unit(record, None, "另一局", kind="bureau")
    for name in ("", "   ", "局" * 121, "a\x00b"):
        with pytest.raises(AssistantError):
            add_unit(record, None, name)
    assert [one.name for one in list_units(record)] == ["示例县教育局"]


def test_a_user_of_no_unit_sees_none(record: Record) -> None:
    join(record)
    people.add_user(record, None, "新人", "drafter")
    who = Actor(2, "新人", "drafter", frozenset())
    assert list_units(record, who) == []
    with record.write() as session:
        session.execute(update(UserRow).values(must_change=False))
    assert len(list_units(record, admin(record))) == 1

"""Who may do what, where: every role with every action in an own unit, another unit and none."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.review.errors import NotFound, Refused
from assistant.review.rights import Actor, may, require, rights
from assistant.review.schema import ROLES

IN_UNITS = {"view", "submit", "draft", "edit", "decide", "comment", "rule", "sign", "export"}
WITHOUT = {"check", "search_library", "change_library", "add_unit", "manage_users", "see_audit", "see_status", "batch"}
DRAFTER = {"view", "submit", "draft", "edit", "decide", "comment", "export", "check", "search_library"}
ALLOWED = {"drafter": DRAFTER, "reviewer": DRAFTER | {"rule", "sign"}, "admin": IN_UNITS | WITHOUT}
OWN, OTHER = 1, 2


def actor(role: str, units: frozenset[int] = frozenset({OWN}), must_change: bool = False) -> Actor:
    return Actor(7, "李四", role, units, must_change)


def outcome(who: Actor, action: str, unit: int | None) -> str:
    try:
        require(who, action, unit)
    except NotFound:
        return "not found"
    except Refused:
        return "refused"
    return "may"


def test_the_table_has_these_actions() -> None:
    assert {name for name, right in rights().items() if right.unit} == IN_UNITS
    assert {name for name, right in rights().items() if not right.unit} == WITHOUT
    assert all(right.roles <= set(ROLES) for right in rights().values())


@pytest.mark.parametrize(("role", "action"), [*itertools.product(ROLES, sorted(IN_UNITS))])
def test_in_units(role: str, action: str) -> None:
    assert outcome(actor(role), action, OWN) == ("may" if action in ALLOWED[role] else "refused")
    assert outcome(actor(role), action, OTHER) == ("may" if role == "admin" else "not found")
    assert outcome(actor(role, frozenset()), action, OWN) == ("may" if role == "admin" else "not found")


@pytest.mark.parametrize(("role", "action"), [*itertools.product(ROLES, sorted(WITHOUT))])
def test_without_a_unit(role: str, action: str) -> None:
    assert outcome(actor(role), action, None) == ("may" if action in ALLOWED[role] else "refused")


@given(st.sampled_from(ROLES), st.frozensets(st.integers(1, 6)), st.sampled_from(sorted(IN_UNITS)), st.integers(1, 6))
def test_nobody_but_an_admin_acts_in_a_unit_of_others(role: str, units: frozenset[int], action: str, unit: int) -> None:
    who = actor(role, units)
    assert may(who, action, unit) == (action in ALLOWED[role] and (role == "admin" or unit in units))
    if role != "admin" and unit not in units:
        assert outcome(who, action, unit) == "not found"


@pytest.mark.parametrize("role", ROLES)
def test_the_first_password_is_changed_before_anything_else(role: str) -> None:
    who = actor(role, must_change=True)
    assert {outcome(who, action, OWN) for action in IN_UNITS} == {"refused"}
    assert {outcome(who, action, None) for action in WITHOUT} == {"refused"}


@pytest.mark.parametrize(("action", "unit"), [("fly", None), ("view", None), ("check", OWN)])
def test_a_right_asked_for_wrongly_is_a_fault_of_the_program(action: str, unit: int | None) -> None:
    with pytest.raises(ValueError, match=action):
        require(actor("admin"), action, unit)


def test_an_unknown_role_may_nothing() -> None:
    assert not any(may(actor("root"), action, OWN if action in IN_UNITS else None) for action in IN_UNITS | WITHOUT)


def test_not_there_and_not_yours_read_the_same() -> None:
    with pytest.raises(NotFound) as caught:
        require(actor("drafter"), "view", OTHER)
    assert caught.value.message == NotFound().message

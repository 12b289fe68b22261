"""Passwords: hashed with Argon2id, first ones random, weak ones refused. Typed full-width letters count as the usual ones."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200


class Profile(NamedTuple):
    """What a hash costs; the defaults are those of argon2-cffi (RFC 9106, low memory). ``memory`` in KB."""

    rounds: int = 3
    memory: int = 65536
    lanes: int = 4


PROFILE = Profile()  # tests put a cheap one here
_AT_ONCE = threading.Semaphore(2)  # many logins at once must not take the machine's memory
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper
_GROUPS, _GROUP = 4, 4


def generate() -> str:
    """A random first password, easy to read out: four groups of four (79 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def hashed(password: str) -> str:
    """The hash to keep."""
    with _AT_ONCE:
        return _hasher(PROFILE).hash(_plain(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept; with None (no such user) it takes as long and says no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    profile = PROFILE
    plain, nobody = _plain(password), _nobody(profile)
    possible = kept is not None and len(plain) <= LONGEST
    with _AT_ONCE:
        try:
            return _hasher(profile).verify(kept or nobody, plain[:LONGEST]) and possible
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _hasher(PROFILE).check_needs_rehash(kept)


def check(password: str, user_name: str) -> None:
    """Refuse a password that is easily guessed.

    Raises:
        InputError: too short or too long, one kind of character only, few different ones, or the user's name in it.
    """
    plain = _plain(password)
    kinds = {_kind(letter) for letter in plain}
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InputError(f"密码应当有 {SHORTEST} 至 {LONGEST} 个字符", remedy="密码没有改动，请换一个")
    if len(kinds) < 2 or len(set(plain)) < 5:
        raise InputError("密码太简单", remedy="请同时用字母、数字、符号中的至少两种，并且不要总是重复；密码没有改动")
    name = _plain(user_name).casefold()
    if len(name) > 2 and name in plain.casefold():
        raise InputError("密码里不能有用户名", remedy="密码没有改动，请换一个")


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    return "letter" if letter.isascii() and letter.isalpha() else "other"


@lru_cache(maxsize=4)
def _hasher(profile: Profile) -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=profile.rounds, memory_cost=profile.memory, parallelism=profile.lanes)


@lru_cache(maxsize=4)
def _nobody(profile: Profile) -> str:
    """The hash of a password nobody knows."""
    return _hasher(profile).hash(secrets.token_urlsafe(24))

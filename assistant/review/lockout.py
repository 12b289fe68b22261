"""Guessing a password is stopped after a few tries; a name nobody has is treated the same, so that it tells nothing."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.review.errors import LoginRefused

TRIES = 5
SUSPENDED = timedelta(minutes=15)
_STRANGERS = 1000


@dataclass(frozen=True)
class Failures:
    """Failed tries since the last success, and until when further ones are not looked at."""

    count: int = 0
    until: datetime | None = None

    def sane(self, now: datetime) -> Failures:
        """The same, but never suspended for longer than usual from now on: the clock may have been set back meanwhile."""
        if self.until and self.until > now + SUSPENDED:
            return Failures(self.count, now + SUSPENDED)
        return self

    def suspended(self, now: datetime) -> bool:
        """Whether tries are not looked at now."""
        return self.until is not None and now < self.until

    def failed(self, now: datetime) -> Failures:
        """After one more."""
        count = self.count + 1
        return Failures(count, now + SUSPENDED if count % TRIES == 0 else self.until)

    def refusal(self, now: datetime) -> LoginRefused:
        """What the person is told after a failed try."""
        if self.until and self.suspended(now):
            minutes = math.ceil((self.until - now) / timedelta(minutes=1))
            what = "连续输错次数过多，已暂停登录"
            return LoginRefused(what, f"请在 {minutes} 分钟后再试，或请管理员重置密码", minutes=minutes)
        again = f"连续输错 {TRIES} 次会暂停登录 {SUSPENDED // timedelta(minutes=1)} 分钟；忘记密码或账号已停用请找管理员"
        return LoginRefused("用户名或密码不对", again)


class Strangers:
    """Failed tries with names that nobody has; in memory only, the oldest are forgotten."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, Failures] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Failures:
        """The failures of a name."""
        with self._lock:
            return self._names.get(key, Failures())

    def failed(self, key: str, now: datetime) -> Failures:
        """One more; a try while suspended does not count, as for people."""
        with self._lock:
            before = self._names.pop(key, Failures()).sane(now)
            after = before if before.suspended(now) else before.failed(now)
            self._names[key] = after
            if len(self._names) > _STRANGERS:
                self._names.popitem(last=False)
            return after

"""How often somebody may do what costs much; counted in memory, for one process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from assistant.errors import AssistantError

_REMEMBERED = 10_000


class TooOften(AssistantError):
    """Something was asked for too often; ``wait`` is in seconds."""

    def __init__(self, what: str, wait: int) -> None:
        self.wait = wait
        super().__init__(f"{what}过于频繁，这一次没有执行，已有内容不受影响", remedy=f"请等 {wait} 秒后再试")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``times`` within ``seconds``; ``name`` is how the deed is called in messages."""

    name: str
    times: int
    seconds: float


RATES = {
    "login": Rate("登录", 30, 60),
    "password": Rate("修改密码", 10, 300),
    "upload": Rate("上传", 20, 60),
    "draft": Rate("起草", 10, 600),
    "suggest": Rate("请求改写", 30, 300),
    "check": Rate("体检", 20, 300),
    "act": Rate("操作", 600, 60),
}


class Limiter:
    """Counts deeds of persons or addresses."""

    def __init__(self, rates: dict[str, Rate] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates, self._clock = rates or RATES, clock
        self._seen: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, kind: str, who: str) -> None:
        """Count one deed of ``who``.

        Raises:
            TooOften: the rate of ``kind`` is used up.
        """
        rate, now = self._rates[kind], self._clock()
        with self._lock:
            times = self._seen.setdefault((kind, who), deque())
            self._seen.move_to_end((kind, who))
            while times and times[0] <= now - rate.seconds:
                times.popleft()
            if len(times) >= rate.times:
                raise TooOften(rate.name, max(1, round(times[0] + rate.seconds - now)))
            times.append(now)
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)

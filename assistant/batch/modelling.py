"""Writers that ask the model on behalf of a run: each call goes through the gate, and what was answered is not asked again."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import BaseModel

from assistant.batch.database import patiently
from assistant.batch.gate import Gate, GateLimits
from assistant.batch.pipeline import Paused
from assistant.batch.store import ANSWERS, Store
from assistant.drafting.assemble import ReportWriter
from assistant.drafting.brief import PartBrief
from assistant.drafting.draft import Part
from assistant.drafting.model.breaker import Breaker
from assistant.drafting.model.calls import Call, Calls, Row
from assistant.drafting.model.client import Connection, ModelClient
from assistant.drafting.model.endpoint import Dialect, Endpoint, Job, Reply
from assistant.drafting.model.faults import ModelFault
from assistant.drafting.model.retrieving import default_library
from assistant.drafting.model.settings import ModelSettings, model_settings
from assistant.drafting.model.types import Answer, RenderedPrompt
from assistant.drafting.model.writer import ModelWriter
from assistant.drafting.offline.voice import Voice
from assistant.errors import AssistantError, InputError
from assistant.settings import environment_values

if TYPE_CHECKING:
    from assistant.library.library import Library

AT_ONCE, A_MINUTE, PATIENCE = "ASSISTANT_MODEL_AT_ONCE", "ASSISTANT_MODEL_PER_MINUTE", "ASSISTANT_MODEL_PATIENCE"
_LEAST_TRIES = 6  # single failures of a busy service; one that fails for all is met by the gate's pauses
_LOST: frozenset[str] = frozenset({"unavailable", "not_a_model", "over_budget"})


def gate_limits(settings: ModelSettings, environment: Mapping[str, str] | None = None) -> GateLimits:
    """The limits of a run, from the settings.

    ASSISTANT_MODEL_AT_ONCE calls at once (4); ASSISTANT_MODEL_PER_MINUTE ``requests,tokens`` a minute, ``-`` no limit;
    ASSISTANT_MODEL_PATIENCE seconds to wait for a service that fails (300); ASSISTANT_LIMIT_RUN ``requests,tokens,seconds`` of the
    whole run, of which the seconds are not used here.

    Raises:
        InputError: a setting that cannot be used.
    """
    values = environment_values(environment)
    pair = (values.get(A_MINUTE, "").strip() or "-,-").split(",")
    if len(pair) != 2:
        raise InputError(f"{A_MINUTE} 应是“每分钟请求数,每分钟词元数”两个数，不限的写“-”", remedy="例如 60,100000")
    requests, tokens = (None if text.strip() in ("-", "") else _number(A_MINUTE, text, 1e9) for text in pair)
    return GateLimits(
        at_once=int(_number(AT_ONCE, values.get(AT_ONCE, "").strip() or "4", 1000)),
        requests_a_minute=requests,
        tokens_a_minute=tokens,
        requests=settings.run.requests,
        tokens=settings.run.tokens,
        patience=_number(PATIENCE, values.get(PATIENCE, "").strip() or "300", 86_400),
    )


def _number(name: str, text: str, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number <= most:
        raise InputError(f"{name} 应是大于 0、不超过 {most:g} 的数", remedy="不设即用默认值")
    return number


class Desk:
    """Lends writers to the units of a run, all over one connection.

    Args:
        store: the run's database.
        run: the run's id.
        worker: this worker's id.
        pause: whether a service that is given up pauses the run; otherwise the offline writer finishes it.
        settings: of the model; from the environment if None.
        threads: parts written at the same time in one unit.
    """

    def __init__(
        self, store: Store, run: str, worker: str, *, pause: bool, settings: ModelSettings | None = None, threads: int = 8
    ) -> None:
        given = settings or model_settings()
        limits = gate_limits(given)
        self.gate = Gate(store, run, worker, limits)
        self._pause, self._threads = pause, threads
        self._connection = Connection(_for_a_run(given))
        self._connection.endpoint = _Gated(self._connection.endpoint, self.gate)
        self._connection.breaker = _Told(self.gate)
        if store.place.shared:
            self._connection.calls.close()
            self._connection.calls = _SharedCalls(given, store)
        self._preparing = threading.Lock()
        self._library: Library | None = default_library()

    def warm(self) -> None:
        """Find out what the service understands before the first unit needs to know."""
        with suppress(AssistantError):  # whatever is wrong is told again by the first question
            self._connection.dialect()

    def writer(self, unit: str) -> ReportWriter:
        """A writer for one report."""
        client = self._connection.client(unit)
        asker = _Asker(client, self.gate, pause=self._pause)
        return _Writer(asker, self._library, self._preparing, self._threads)

    def account(self, writer: ReportWriter) -> tuple[int, int, int, int]:
        """Calls, questions answered from the record, tokens given and taken."""
        assert isinstance(writer, ModelWriter)
        spent = writer.client.usage if isinstance(writer.client, _Asker) else None
        return (spent.calls, spent.cached, spent.input_tokens, spent.output_tokens) if spent is not None else (0, 0, 0, 0)

    def gave_up(self) -> str:
        """Why the model is no longer asked in this run, empty while it is."""
        return self.gate.closed

    def close(self) -> None:
        """Close connections."""
        with suppress(Exception):
            self._connection.close()


def _for_a_run(settings: ModelSettings) -> ModelSettings:
    """The settings with the limits that belong to the gate taken out: waiting at it must not count as time of a part."""
    return replace(
        settings,
        tries=max(_LEAST_TRIES, settings.tries),
        part=replace(settings.part, seconds=None),
        report=replace(settings.report, seconds=None),
        run=replace(settings.run, requests=None, tokens=None, seconds=None),
    )


class _Gated(Endpoint):
    """The endpoint behind the gate."""

    def __init__(self, inner: Endpoint, gate: Gate) -> None:
        self._inner, self._gate = inner, gate

    def send(self, job: Job, dialect: Dialect) -> Reply:
        """Make one request when the gate lets it through."""
        held = len(job.system) + len(job.user) + job.answer_tokens
        self._gate.enter(held)
        used, fault = 0, None
        try:
            reply = self._inner.send(job, dialect)
            told = reply.input_tokens is not None and reply.output_tokens is not None
            used = (reply.input_tokens or 0) + (reply.output_tokens or 0) if told else held
            return reply
        except ModelFault as problem:
            used, fault = problem.tokens, problem
            raise
        finally:
            self._gate.leave(held, used, fault)

    def close(self) -> None:
        """Close open connections."""
        self._inner.close()


class _Told(Breaker):
    """The breaker of all workers: what would meet every request closes the gate; failures are the gate's to judge."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def open(self) -> ModelFault | None:
        """The fault for which nothing is asked any more."""
        if not self._gate.closed:
            return None
        from assistant.batch.gate import GivenUp

        return GivenUp(self._gate.closed)

    def failed(self, fault: ModelFault, *, hopeless: bool = False, began: int | None = None) -> bool:
        """A question got no answer for all its tries, or a request was turned away; stray refusals close nothing."""
        if (fault.everywhere or hopeless) and super().failed(fault, hopeless=hopeless, began=began):
            self._gate.close(fault.message.rstrip("。"))
        return bool(self._gate.closed)


class _Asker:
    """A client that stops its unit where the run is to wait for the model."""

    def __init__(self, client: ModelClient, gate: Gate, *, pause: bool) -> None:
        self._client, self._gate, self._pause = client, gate, pause

    @property
    def usage(self) -> Any:
        """What the client spent."""
        return self._client.usage

    def ask(
        self, prompt: RenderedPrompt, *, schema: type[BaseModel] | dict[str, Any], part: str, temperature: float = 0.0
    ) -> Answer:
        """Ask once.

        Raises:
            Paused: the model was given up, and the run is to wait for it.
        """
        answer = self._client.ask(prompt, schema=schema, part=part, temperature=temperature)
        if self._pause and answer.outcome in _LOST and self._gate.closed:
            raise Paused(self._gate.closed)
        return answer


class _Writer(ModelWriter):
    """The model writer of one unit; the library is asked by one unit at a time."""

    def __init__(self, asker: _Asker, library: Library | None, preparing: threading.Lock, threads: int) -> None:
        super().__init__(asker, library=library, workers=threads)
        self._preparing = preparing

    def prepare(self, briefs: tuple[PartBrief, ...], voice: Voice) -> tuple[Part, ...]:
        """The offline draft of each part and from it the material."""
        with self._preparing:
            return super().prepare(briefs, voice)


class _SharedCalls(Calls):
    """The record of calls of this machine, with the usable answers of all machines behind it."""

    def __init__(self, settings: ModelSettings, store: Store) -> None:
        super().__init__(settings.home, settings.key.get_secret_value())
        self._store = store
        self._keys: dict[int, str] = {}

    def begin(self, call: Call, *, report: str, part: str, number: int) -> int:
        """Record that a request is about to be made."""
        row = super().begin(call, report=report, part=part, number=number)
        self._keys[row] = call.key
        return row

    def end(self, number: int, row: Row) -> None:
        """Record how a request ended, for this machine and, if it can be used, for all."""
        super().end(number, row)
        key = self._keys.pop(number, "")
        if row.outcome != "ok" or not key:
            return
        text = json.dumps(asdict(row), ensure_ascii=False)

        def keep() -> None:
            with self._store.engine.begin() as link:
                link.execute(self._store.insert(ANSWERS).values(key=key, row=text).on_conflict_do_nothing())

        patiently(keep)

    def answered(self, call: Call) -> Row | None:
        """The first usable answer to an identical call, of this machine or of any."""
        found = super().answered(call)
        if found is not None:
            return found

        def look() -> Any:
            with self._store.engine.connect() as link:
                return link.execute(sa.select(ANSWERS.c.row).where(ANSWERS.c.key == call.key)).scalar_one_or_none()

        text = patiently(look)
        return Row(**json.loads(text)) if text else None

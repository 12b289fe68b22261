"""Asking the model, with everything that can happen turned into an :class:`Answer`."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from assistant.drafting.model.answers import Reading, Schema, read_answer
from assistant.drafting.model.breaker import Breaker
from assistant.drafting.model.budget import Budget, RunBudget
from assistant.drafting.model.calls import Call, Calls, Row
from assistant.drafting.model.endpoint import Dialect, Endpoint, Job, Reply
from assistant.drafting.model.faults import ModelFault, Rejected
from assistant.drafting.model.probe import known_dialect, probe, with_schema
from assistant.drafting.model.progress import STOPPED, Cancel
from assistant.drafting.model.settings import ModelSettings, model_settings, why_not
from assistant.drafting.model.types import Answer, Outcome, RenderedPrompt
from assistant.errors import AssistantError

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0
_REFUSALS = 3
_LEAST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client spent so far. ``cached`` counts questions answered from the record, which cost nothing."""

    calls: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


class Connection:
    """What the reports of a run share: the service, the record, the run's budget, what is known of the service.

    Args:
        settings: the office's settings; read from the environment if None.
        sleep: how to wait between tries.

    Raises:
        AssistantError: no model is configured or its packages are missing (the message says which), or the record cannot be used.
    """

    def __init__(self, settings: ModelSettings | None = None, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.settings = settings or model_settings()
        reason = why_not(self.settings)
        if reason:
            raise AssistantError(reason.rstrip("。"))
        self.calls = Calls(self.settings.home, self.settings.key.get_secret_value())
        self.endpoint = Endpoint(self.settings)
        self.run = RunBudget(self.settings.run)
        self.breaker = Breaker()
        self.sleep = sleep
        self._probing = threading.Lock()
        self._dialect: Dialect | None = None
        self._forgotten = False

    def client(self, report: str, *, cache: bool = True, cancel: Cancel | None = None) -> ModelClient:
        """A client for one report, named so in the record; ``cache=False`` asks again what was answered before."""
        return ModelClient(self, report, cache=cache, cancel=cancel)

    def dialect(self) -> Dialect:
        """What the service understands; probed at the first need, by one thread only.

        Raises:
            ModelFault: the service gives no answer.
        """
        with self._probing:
            stopped = self.breaker.admit()
            if stopped is not None:
                raise stopped
            if self._dialect is None:
                self._dialect = known_dialect(self.calls, self.settings) or self._probe()
            return self._dialect

    def forget(self, dialect: Dialect) -> bool:
        """Drop what is known, once in a run: the service no longer takes what it took. Whether a new probe is worth while."""
        with self._probing:
            if self._dialect != dialect:
                return True
            if self._forgotten:
                return False
            self._forgotten, self._dialect = True, None
            self.calls.learn(self.settings.endpoint, self.settings.model, None)
            return True

    def close(self) -> None:
        """Close connections and record."""
        self.endpoint.close()
        self.calls.close()

    def _probe(self) -> Dialect:
        fault: ModelFault | None = None
        for number in range(1, self.settings.tries + 1):
            try:
                return probe(self._recorded, self.calls, self.settings)
            except ModelFault as problem:
                fault = problem
                if not (problem.retry or problem.everywhere) or number >= self._most(problem):
                    break
                self.sleep(min(pause(number, problem.wait), 30.0))
        assert fault is not None
        self.breaker.failed(fault, hopeless=True)
        raise fault

    def _most(self, fault: ModelFault) -> int:
        return min(_REFUSALS, self.settings.tries) if fault.everywhere else self.settings.tries

    def _recorded(self, job: Job, dialect: Dialect) -> Reply:
        prompt = RenderedPrompt("probe", "1", job.system, job.user)
        call = Call(
            self.settings.endpoint, self.settings.model, prompt, job.schema, {"mode": dialect.mode, "stream": dialect.stream}
        )
        row = self.calls.begin(call, report="", part="probe", number=1)
        started = time.monotonic()
        try:
            reply = self.endpoint.send(job, dialect)
        except ModelFault as fault:
            self.calls.end(row, _row_of_fault(fault, time.monotonic() - started))
            raise
        seconds = time.monotonic() - started
        self.calls.end(row, _row(reply, Reading(reply.text, None, "ok"), seconds))
        return reply


class ModelClient:
    """Asks for one report. Shared between the threads that write its parts.

    Args:
        connection: what the run shares.
        report: the report's name in the record.
        cache: whether a question asked before is answered from the record.
        cancel: a wish to stop, heard before each request and while waiting for the next.
    """

    def __init__(self, connection: Connection, report: str, *, cache: bool = True, cancel: Cancel | None = None) -> None:
        self._shared, self._report, self._cache, self._cancel = connection, report, cache, cancel
        self._settings = connection.settings
        self.budget = Budget(self._settings.part, self._settings.report, connection.run)
        self._lock = threading.Lock()
        self._usage = Usage()

    @property
    def usage(self) -> Usage:
        """What was spent so far, probes aside."""
        with self._lock:
            return self._usage

    def ask(
        self, prompt: RenderedPrompt, *, schema: type[BaseModel] | dict[str, Any], part: str, temperature: float = 0.0
    ) -> Answer:
        """Ask once; faults of the wire are met with repeats inside the limits, answers that cannot be used are not asked again.

        Args:
            prompt: what to ask.
            schema: what the answer must be: a Pydantic class, or a JSON Schema of an object.
            part: the part it is for; its limits are counted by this name.
            temperature: 0 for the likeliest answer; more for alternatives.

        Returns:
            The answer with its outcome. Nothing that a service does raises.
        """
        started = time.monotonic()
        call = Call(
            self._settings.endpoint,
            self._settings.model,
            prompt,
            wire_schema(schema),
            {"temperature": temperature, "answer_tokens": self._settings.answer_tokens},
        )
        asking = _Asking(self._shared, self.budget, call, schema, part, self._report, started, self._cancel)
        try:
            answer = (asking.from_record() if self._cache else None) or asking.from_service()
        except AssistantError as error:
            outcome: Outcome = error.outcome if isinstance(error, ModelFault) else "unavailable"
            answer = asking.without(outcome, error.message.rstrip("。"))
        self._count(answer)
        return answer

    def _count(self, answer: Answer) -> None:
        with self._lock:
            old = self._usage
            self._usage = Usage(
                old.calls + answer.calls,
                old.cached + (answer.outcome == "cached"),
                old.input_tokens + answer.input_tokens,
                old.output_tokens + answer.output_tokens,
                round(old.seconds + answer.seconds, 4),
            )


class _Asking:
    """One question on its way: counts what it takes."""

    def __init__(
        self,
        shared: Connection,
        budget: Budget,
        call: Call,
        schema: Schema,
        part: str,
        report: str,
        started: float,
        cancel: Cancel | None,
    ) -> None:
        self._shared, self._budget, self._call, self._cancel = shared, budget, call, cancel
        self._schema, self._part, self._report, self._started = schema, part, report, started
        self._requests = self._given = self._taken = self._began = 0
        self._known = call.prompt.system + call.prompt.user

    def from_record(self) -> Answer | None:
        """The recorded answer to the same question, read anew; None if there is none that still fits."""
        row = self._shared.calls.answered(self._call)
        if row is None:
            return None
        reading = read_answer(row.answer, self._schema, finish=row.finish, known=self._known)
        if reading.outcome != "ok":
            return None
        return Answer(reading.text, reading.data, "cached", "", row.served, 0, 0, self._seconds(), 0)

    def from_service(self) -> Answer:
        """Ask the service until it answers, or tries, time or limits are used up."""
        number = 0
        while True:
            if self._cancel is not None and self._cancel.is_set():
                return self.without("cancelled", STOPPED)
            dialect = self._shared.dialect()
            number += 1
            hold = self._budget.hold(self._part, self._estimate())
            if isinstance(hold, str):
                return self.without("over_budget", hold)
            spent = hold.tokens
            try:
                reply, reading, spent = self._request(dialect, number, hold.tokens)
            except ModelFault as fault:
                spent = fault.tokens
                stop = self._after(fault, dialect, number)
                if stop is not None:
                    return stop
                continue
            finally:
                self._budget.settle(hold, spent)
            self._shared.breaker.answered()
            return self._answer(reading, reply.model)

    def without(self, outcome: Outcome, reason: str) -> Answer:
        """An answer that holds nothing."""
        model = self._shared.settings.model
        clean = self._shared.calls.clean(reason)
        return Answer("", None, outcome, clean, model, self._given, self._taken, self._seconds(), self._requests)

    def _after(self, fault: ModelFault, dialect: Dialect, number: int) -> Answer | None:
        """What a fault leads to: a pause and None for another try, else the answer."""
        if isinstance(fault, Rejected) and self._shared.forget(dialect):
            return None
        if fault.everywhere:
            self._shared.breaker.failed(fault, began=self._began)
        stopped = self._shared.breaker.open()
        wait = pause(number, fault.wait)
        left = self._budget.remaining_seconds(self._part)
        if (fault.retry or fault.everywhere) and stopped is None and number < self._shared.settings.tries and wait < left:
            self._pause(wait)
            return None
        if fault.retry:
            self._shared.breaker.failed(fault)
        asked = f"（服务要求等 {fault.wait:g} 秒，超过了时限）" if fault.wait is not None and fault.wait >= left else ""
        return self.without(fault.outcome, fault.message.rstrip("。") + asked)

    def _pause(self, seconds: float) -> None:
        if self._cancel is None:
            self._shared.sleep(seconds)
        else:
            self._cancel.wait(seconds)

    def _request(self, dialect: Dialect, number: int, guess: int) -> tuple[Reply, Reading, int]:
        settings, calls = self._shared.settings, self._shared.calls
        seconds = min(settings.request_seconds, self._budget.remaining_seconds(self._part))
        row = calls.begin(self._call, report=self._report, part=self._part, number=number)
        self._requests += 1
        self._began = self._shared.breaker.moment
        started = time.monotonic()
        try:
            reply = self._shared.endpoint.send(self._job(dialect, max(_LEAST_SECONDS, seconds)), dialect)
        except ModelFault as fault:
            calls.end(row, _row_of_fault(fault, time.monotonic() - started))
            raise
        reply.text = calls.clean(reply.text)
        reading = read_answer(
            reply.text,
            self._schema,
            finish=reply.finish,
            refusal=reply.refusal,
            thought=bool(reply.thought),
            stopped=reply.stopped,
            known=self._known,
        )
        calls.end(row, _row(reply, reading, time.monotonic() - started))
        self._given += reply.input_tokens or 0
        self._taken += reply.output_tokens or 0
        told = reply.input_tokens is not None and reply.output_tokens is not None
        return reply, reading, (reply.input_tokens or 0) + (reply.output_tokens or 0) if told else guess

    def _job(self, dialect: Dialect, seconds: float) -> Job:
        prompt, options = self._call.prompt, self._call.options
        system = with_schema(prompt.system, self._call.schema, dialect)
        return Job(system, prompt.user, self._call.schema, options["answer_tokens"], options["temperature"], seconds)

    def _estimate(self) -> int:
        """Tokens a request may take: a character of the prompt is at most about one token, the answer at most its limit."""
        return len(self._known) + int(self._call.options["answer_tokens"])

    def _answer(self, reading: Reading, model: str) -> Answer:
        reason = self._shared.calls.clean(reading.reason)
        text = self._shared.calls.clean(reading.text)
        spent = (self._given, self._taken, self._seconds(), self._requests)
        return Answer(text, reading.data, reading.outcome, reason, model, *spent)

    def _seconds(self) -> float:
        return round(time.monotonic() - self._started, 4)


def pause(number: int, asked: float | None) -> float:
    """Seconds before the next try: what the service asked for, at least a doubling pause with chance in it."""
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (number - 1))
    return max(asked or 0.0, random.uniform(longest / 2, longest))


def wire_schema(schema: Schema) -> dict[str, Any]:
    """The JSON Schema sent: every field required and no other allowed, as strict services demand."""
    plain = schema if isinstance(schema, dict) else schema.model_json_schema()
    strict: dict[str, Any] = _strict(plain)
    return strict


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    made: dict[str, Any] = {}
    for name, value in node.items():
        if name in ("properties", "$defs") and isinstance(value, dict):
            made[name] = {own: _strict(inner) for own, inner in value.items()}
        elif name != "default":
            made[name] = _strict(value)
    if made.get("type") == "object" and isinstance(made.get("properties"), dict):
        made["additionalProperties"] = False
        made["required"] = list(made["properties"])
    return made


def _row(reply: Reply, reading: Reading, seconds: float) -> Row:
    return Row(
        reading.outcome,
        reading.reason,
        reply.text,
        reply.finish,
        reply.model,
        reply.input_tokens,
        reply.output_tokens,
        seconds,
    )


def _row_of_fault(fault: ModelFault, seconds: float) -> Row:
    return Row(fault.outcome, fault.message, "", "", "", None, None, seconds)

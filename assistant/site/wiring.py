"""Connects a page's components with its functions: who asks is found anew each time, errors become calm messages.

All events run without Gradio's queue, as one request with one answer; long work belongs to jobs. Gradio's queue routes are
closed, so that nobody can listen to another's events.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.review.errors import RecordError
from assistant.site import log
from assistant.site.components.basics import Tone, notices
from assistant.site.page import Context, Page, Payload, Services
from assistant.site.people import visitor_of
from assistant.site.sessions import session_token

Handler = Callable[..., Any]
ON_LOAD = "assistant.attach(element, trigger)"
EXPIRED = "登录已过期，刚才的操作没有执行。请在新的标签页中登录，再回到本页重做；本页的内容不要关闭。"


class Wiring:
    """What a page uses while it is built."""

    def __init__(self, services: Services, page: Page, blocks: gr.Blocks) -> None:
        self.services, self.page, self._blocks = services, page, blocks
        self.notice = gr.HTML("", elem_id="notice", elem_classes=["notice-area"], js_on_load=None)

    def html(self, name: str, value: str = "", *, classes: Sequence[str] = ()) -> gr.HTML:
        """An HTML component whose elements may carry ``data-action`` and ``data-act``; ``name`` is its id on the page."""
        return gr.HTML(str(value), elem_id=name, elem_classes=[*classes], js_on_load=ON_LOAD, apply_default_css=False)

    def load(self, handler: Handler, outputs: Sequence[Any]) -> None:
        """Fill components when the page is opened; ``handler(context)`` returns a value for each of ``outputs``."""
        self._listen(self._blocks.load, handler, [], outputs, with_data=False)

    def on(self, listener: Callable[..., Any], handler: Handler, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Call ``handler(context, *inputs)`` when something happens; it returns a value for each of ``outputs``.

        Args:
            listener: an event of a component, such as ``button.click`` or ``timer.tick``.
            handler: may raise any AssistantError: its message is shown, and every output stays as it is.
            inputs: components whose values are handed over.
            outputs: components that are changed; ``None`` instead of a tuple leaves all as they are.
        """
        self._listen(listener, handler, inputs, outputs, with_data=False)

    def actions(self, html: gr.HTML, handlers: Mapping[str, Handler], inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Call ``handlers[action](context, data, *inputs)`` for elements of ``html`` with ``data-action``.

        ``data`` holds the element's other ``data-`` attributes and the fields of its form as text; nothing in it may be
        believed. All actions of a component share ``outputs``.
        """

        def dispatch(context: Context, data: Payload, *values: Any) -> Any:
            handler = handlers.get(str(data.get("action")))
            if handler is None:
                raise AssistantError("页面已经更新，刚才的操作没有执行", remedy="请刷新页面后再试")
            return handler(context, data, *values)

        self._listen(html.click, dispatch, inputs, outputs, with_data=True)

    def _listen(
        self, listener: Callable[..., Any], handler: Handler, inputs: Sequence[Any], outputs: Sequence[Any], *, with_data: bool
    ) -> None:
        count, services, page = len(outputs), self.services, self.page

        def plain(request: gr.Request, *values: Any) -> Any:
            return _run(services, page, request, lambda context: handler(context, *values), count)

        def with_event(request: gr.Request, event: gr.EventData, *values: Any) -> Any:
            data = event._data if isinstance(event._data, dict) else {}
            return _run(services, page, request, lambda context: handler(context, data, *values), count)

        chosen: Callable[..., Any] = with_event if with_data else plain
        chosen.__annotations__ = {"request": gr.Request, "event": gr.EventData} if with_data else {"request": gr.Request}
        listener(
            chosen, [*inputs], [*outputs, self.notice], queue=False, show_progress="hidden", api_visibility="private",
            trigger_mode="multiple",
        )  # fmt: skip


def _run(services: Services, page: Page, request: gr.Request, work: Callable[[Context], Any], count: int) -> Any:
    """One event: find out who asks, do it, turn errors into a notice."""
    started, problem = time.perf_counter(), ""
    told: list[tuple[Tone, str]] = []
    result: Any = None
    try:
        token = session_token(request.cookies, services.options.behind_tls)
        visitor = visitor_of(services.record, token) if token else None
        if visitor is None or visitor.must_change:
            told, problem = [("error", EXPIRED)], "expired"
        else:
            context = Context(services, visitor.actor, dict(request.query_params), told)
            result = work(context)
    except AssistantError as error:
        result, problem = None, type(error).__name__
        told.append(("error", words(error)))
    except Exception as error:
        result, problem = None, "fault"
        told.append(("error", fault_message(log.fault(error, page=page.path))))
    log.event("event", page=page.path or "desk", problem=problem, ms=round((time.perf_counter() - started) * 1000, 1))
    return _as_outputs(result, count, str(notices(told)))


def words(error: AssistantError) -> str:
    """What people are told of an error; where the server keeps its record is left out."""
    return f"{error.what}。{error.remedy}。" if isinstance(error, RecordError) else error.message


def fault_message(number: str) -> str:
    """What people are told of a fault of the program."""
    return f"程序出错（编号 {number}），刚才的操作可能没有完成。已保存的内容不受影响，请刷新页面核对；仍有问题时把编号告诉管理员。"


def _as_outputs(result: Any, count: int, notice: str) -> Any:
    """Values for the page's outputs and the notice area; Markup becomes plain text for Gradio."""
    if result is None:
        values: list[Any] = [gr.skip() for _ in range(count)]
    elif count == 1 and not isinstance(result, tuple):
        values = [result]
    else:
        values = list(result)
        if len(values) != count:
            raise TypeError(f"{len(values)} values for {count} outputs")
    plain = [str(value) if isinstance(value, str) else value for value in values]
    return (*plain, notice) if count else notice

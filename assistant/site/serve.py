"""Listening: where, and under which conditions; ``assistant serve`` and ``app.py`` are the same."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import AssistantError
from assistant.settings import Settings, environment_values, load_settings
from assistant.site.options import LOOPBACK_NAMES, SiteOptions, is_everywhere, is_loopback, site_options

PORT = 7860
_BACKLOG = 256


class CannotServe(AssistantError):
    """The site cannot be served as asked."""


def serve(
    host: str = "127.0.0.1",
    port: int = PORT,
    *,
    behind_tls: bool = False,
    plain_http: bool = False,
    settings: Settings | None = None,
) -> None:
    """Serve the site until it is stopped.

    Args:
        host: address to listen on.
        port: port; 0 for any that is free.
        behind_tls: a proxy on this machine ends TLS in front of the site.
        plain_http: whoever starts it knows that passwords and drafts cross the network unencrypted.
        settings: read from the environment if None.

    Raises:
        CannotServe: the address is not loopback and the conditions for that are not met, or it cannot be listened on.
        AssistantError: the site cannot be built.
    """
    chosen = settings or load_settings()
    refuse_open_door(host, behind_tls=behind_tls, plain_http=plain_http)
    listening = listen(host, port)
    try:
        _run(listening, host, behind_tls, chosen)
    finally:
        listening.close()


def refuse_open_door(host: str, *, behind_tls: bool, plain_http: bool) -> None:
    """Refuse an address that others can reach without encryption, and one without a name that browsers may use.

    Raises:
        CannotServe: see above.
    """
    if is_loopback(host):
        return
    if not (behind_tls or plain_http):
        raise CannotServe(
            f"{host} 能从别的计算机访问，密码和未公开的草稿会在网络上明文传送，没有启动",
            remedy="请在前面设置 TLS 反向代理并加上 --behind-tls；确知网络可信时可用 --plain-http",
        )
    if is_everywhere(host) and not environment_values().get("ASSISTANT_HOSTS", "").strip():
        raise CannotServe(
            "没有写明用户用什么网址访问，没有启动",
            remedy="请用 ASSISTANT_HOSTS 写明主机名或地址，多个用逗号分开，如 10.0.0.5,nianbao.local",
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        CannotServe: the port is taken or may not be used, or there is no such address.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        found = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise CannotServe(f"没有 {host} 这个地址", remedy="请检查 --host") from error
    try:
        if os.name == "posix":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)
    except OSError as error:
        found.close()
        raise _cannot_listen(error, host, port) from error
    return found


def _cannot_listen(error: OSError, host: str, port: int) -> CannotServe:
    if error.errno == errno.EADDRINUSE:
        return CannotServe(f"端口 {port} 已被占用", remedy="可能本程序已在运行；请先停掉它，或用 --port 换一个端口")
    if error.errno in (errno.EACCES, errno.EPERM):
        return CannotServe(f"没有权限使用端口 {port}", remedy="请用 1024 以上的端口，如 --port 7860")
    if error.errno == errno.EADDRNOTAVAIL:
        return CannotServe(f"本机没有 {host} 这个地址", remedy="请检查 --host")
    return CannotServe(f"不能在 {host} 的端口 {port} 上提供服务", remedy="请换一个地址或端口")


def _run(listening: socket.socket, host: str, behind_tls: bool, settings: Settings) -> None:
    """Open the record, look whether the door may be opened, build the site and run it."""
    from assistant.review.engine import record_of
    from assistant.review.people import any_user

    record = record_of(settings)
    try:
        users = any_user(record)
        if not users and not is_loopback(host):
            raise CannotServe(
                "还没有任何用户，只能在本机提供服务，没有启动", remedy="请先用 assistant user add 建立管理员，再对外提供服务"
            )
        options = site_options(host, behind_tls=behind_tls)
        with _for_good():
            import uvicorn

            from assistant.site.app import build
            from assistant.site.lines import line_options

            app = build(settings, options, record)
        _say_where(listening, options, users)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, proxy_headers=behind_tls, ws="none",
            forwarded_allow_ips="127.0.0.1,::1", timeout_graceful_shutdown=5, timeout_keep_alive=30, limit_concurrency=1000,
            **line_options(),
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        record.close()


@contextmanager
def _for_good() -> Iterator[None]:
    """What is made inside stays until the end: the garbage collector looks at none of it, neither now nor while people wait.

    Its passes over half a million objects cost a fifth of the start, and a fifth of a second each in the middle of a request.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _say_where(listening: socket.socket, options: SiteOptions, users: bool) -> None:
    host, port = listening.getsockname()[:2]
    named = sorted(options.hosts - LOOPBACK_NAMES) or ["127.0.0.1"]
    shown = [f"http://{f'[{each}]' if ':' in each else each}:{port}/" for each in (named if is_everywhere(host) else [host])]
    print(f"请在浏览器中打开：{'、'.join(shown)}　按 Ctrl+C 停止。", file=sys.stderr, flush=True)
    if not users:
        print("还没有用户：请先用 assistant user add 姓名 --role admin 建立管理员。", file=sys.stderr, flush=True)

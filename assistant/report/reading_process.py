"""The process that reads reports one after another: requests come in on standard input, answers go out on standard output."""

from __future__ import annotations

import json
import os
import pickle
import sys
from contextlib import suppress
from typing import Any

from assistant.errors import InputError
from assistant.files import Limits
from assistant.form import FormRegistry
from assistant.report.reading import parse, receive, send

_LONGEST_REQUEST = 2 * 1024 * 1024 * 1024


def main() -> None:
    """Answer requests until there are no more. Requests come from the program itself, never from a file."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not get among the answers
    registry: FormRegistry | None = None
    with suppress(EOFError, BrokenPipeError):
        while True:
            kind, data, path, forms, limits = pickle.loads(receive(requests, _LONGEST_REQUEST))
            registry = forms or registry
            _limit_memory(limits)
            send(answers, _answer(kind, data, path, registry))


def _limit_memory(limits: Limits) -> None:
    """Let the system refuse memory beyond the limit, where it can."""
    try:
        import resource
    except ImportError:
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = limits.memory_bytes if hard == resource.RLIM_INFINITY else min(limits.memory_bytes, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _answer(kind: Any, data: bytes, path: str, registry: FormRegistry | None) -> bytes:
    """R and the report, or E and the error, as JSON."""
    assert registry is not None
    try:
        return b"R" + parse(kind, data, path, registry).model_dump_json().encode()
    except InputError as error:
        return _error(error.what, error.place, error.remedy)
    except MemoryError:
        return _error("内容过大，读取所需的内存超过上限，已停止")
    except Exception as error:  # whatever a damaged file does to a parser, the next file must still be read
        return _error(f"文件的内容无法解析（{type(error).__name__}）")


def _error(what: str, place: str = "", remedy: str = "") -> bytes:
    return b"E" + json.dumps({"what": what, "place": place, "remedy": remedy}).encode()


if __name__ == "__main__":
    main()

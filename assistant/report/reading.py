"""Reads a report from a file of any kind, in a process of its own with limits of time and memory."""

from __future__ import annotations

import atexit
import json
import os
import pickle
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.files import USUAL, Limits, read_file
from assistant.form import FormRegistry
from assistant.report.blocks import Block, GridBlock, TextBlock
from assistant.report.file_kind import Kind, decode, foreign, kind_of, refuse_old
from assistant.report.letters import plain_letters
from assistant.report.model import Report

_ENDLESS = re.compile(r"[\d〇零一二三四五六七八九十百千万亿.,]{1001}")
_TRADITIONAL = re.compile("[總開請復議訴訟國務處罰許強費類結轉機關規業組織題進況報動數據構辦與]")
_SHARE = 25
_HERE = 256 * 1024
_LENGTH = struct.Struct(">Q")
_LONGEST_REPLY = 64 * 1024 * 1024
_EXPORT_AGAIN = "文件可能已损坏或过于复杂，请用原文件重新导出，或改交 Word 文档"
_NAMES: dict[Kind, str] = {"workbook": "工作簿，不是报告", "json": "JSON 文件，不是报告"}


def read_report(path: Path, registry: FormRegistry, *, limits: Limits = USUAL) -> Report:
    """Read a report; what the file is goes by its content.

    Args:
        path: a Word, PDF, HTML, Markdown or text file.
        registry: the known versions of the form.
        limits: largest file, longest time, most memory.

    Raises:
        InputError: the file cannot be read, is no report, or reading it crashed or passed a limit; others can still be read.
    """
    return read_report_bytes(read_file(path, limits), str(path), registry, limits=limits)


def read_report_bytes(data: bytes, path: str, registry: FormRegistry, *, limits: Limits = USUAL) -> Report:
    """Read a report from its content; arguments and errors as for :func:`read_report`."""
    kind = kind_of(data, path)
    if kind == "old":
        refuse_old(data, path)
    if kind in _NAMES:
        raise foreign(_NAMES[kind], path)
    if kind == "text" and len(data) <= _HERE:
        return parse(kind, data, path, registry)
    return _apart(kind, data, path, registry, limits)


def parse(kind: Kind, data: bytes, path: str, registry: FormRegistry) -> Report:
    """Read a report in this process; arguments and errors as for :func:`read_report_bytes`."""
    if kind == "text":
        from assistant.report.text_reader import read_text_report

        text = plain_letters(decode(data, path))
        _refuse_unreadable([text], path)
        return read_text_report(text, path, registry)
    from assistant.report.block_reader import read_blocks

    blocks = [_plain(block) for block in _blocks(kind, data, path)]
    _refuse_unreadable([block.text for block in blocks if isinstance(block, TextBlock)], path)
    return read_blocks(blocks, path, registry)


def _refuse_unreadable(texts: Sequence[str], path: str) -> None:
    """Refuse a file with a numeral no report has (looking for figures in it would take hours), and one in traditional letters.

    Raises:
        InputError: the file is one of these.
    """
    traditional = sum(len(_TRADITIONAL.findall(text)) for text in texts)
    if traditional * _SHARE > sum(map(len, texts)):
        what = "全文用的是繁体字，表格和标题的名称对不上，没有读取"
        raise InputError(what, place=path, remedy="请改交原网站的简体版")
    if any(_ENDLESS.search(text) for text in texts):
        what = "文件中有一长串连在一起的数字（超过一千位），不像报告，没有读取"
        raise InputError(what, place=path, remedy="请确认文件是否选对，或用原文件重新导出")


def _plain(block: Block) -> Block:
    """The block with its letters as :func:`plain_letters` has them."""
    if isinstance(block, TextBlock):
        return replace(block, text=plain_letters(block.text))
    if isinstance(block, GridBlock):
        values = block.sheet.values
        values.update({place: replace(value, text=plain_letters(value.text)) for place, value in values.items()})
    return block


def _blocks(kind: Kind, data: bytes, path: str) -> list[Block]:
    if kind == "word":
        from assistant.report.word_reader import word_blocks

        return word_blocks(data, path)
    if kind == "pdf":
        from assistant.report.pdf_reader import pdf_blocks

        return pdf_blocks(data, path)
    if kind == "html":
        from assistant.report.html_reader import html_blocks

        return html_blocks(data, path)
    from assistant.report.markdown_reader import markdown_blocks

    return markdown_blocks(data, path)


def send(stream: Any, content: bytes) -> None:
    """Write one message: its length, then itself."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: Any, most: int) -> bytes:
    """Read one message of at most ``most`` bytes.

    Raises:
        EOFError: the other side is gone, or the message is longer.
    """
    head = stream.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else most + 1
    content: bytes = stream.read(length) if length <= most else b""
    if length > most or len(content) < length:
        raise EOFError
    return content


class _Worker:
    """A process that reads one report after another. Its answers are data only: text in, text out."""

    def __init__(self) -> None:
        folder = str(Path(__file__).resolve().parents[2])
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH", "")])]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "assistant.report.reading_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
        )
        self._registry: FormRegistry | None = None
        self.timed_out = False

    def ask(self, kind: Kind, data: bytes, path: str, registry: FormRegistry, limits: Limits) -> bytes:
        """The worker's answer.

        Raises:
            OSError: the worker died, also when it passed the limit of time.
            EOFError: the same.
        """
        forms = None if registry is self._registry else registry
        timer = threading.Timer(limits.seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            send(self._process.stdin, pickle.dumps((kind, data, path, forms, limits)))
            answer = receive(self._process.stdout, _LONGEST_REPLY)
        finally:
            timer.cancel()
        self._registry = registry
        return answer

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def _expire(self) -> None:
        self.timed_out = True
        self._process.kill()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            try:
                if stream:
                    stream.close()
            except OSError:
                pass  # what was still to be written to a dead process is of no interest
        self._process.wait()


class _Pool:
    """Workers that are not busy; as many are started as threads ask at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._owner = os.getpid()

    def take(self) -> _Worker:
        """A worker that nobody else uses. A process made by copying this one starts its own."""
        with self._lock:
            if self._owner != os.getpid():
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.close()
        return _Worker()

    def give_back(self, worker: _Worker) -> None:
        """Keep a worker for the next report."""
        with self._lock:
            self._idle.append(worker)

    def close(self) -> None:
        """End all idle workers."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for worker in idle:
                worker.close()


_pool = _Pool()
atexit.register(_pool.close)


def _apart(kind: Kind, data: bytes, path: str, registry: FormRegistry, limits: Limits) -> Report:
    try:
        worker = _pool.take()
    except OSError as error:
        raise InputError(f"无法启动读取报告的进程（{error.strerror or error}）", place=path, remedy="请稍后再试") from error
    try:
        answer = worker.ask(kind, data, path, registry, limits)
    except (OSError, EOFError) as error:
        worker.close()
        what = f"读取超过 {limits.seconds:g} 秒，已停止" if worker.timed_out else "读取中断，没有读完"
        raise InputError(what, place=path, remedy=_EXPORT_AGAIN) from error
    except BaseException:
        worker.close()
        raise
    _pool.give_back(worker)
    return _report(answer, path)


def _report(answer: bytes, path: str) -> Report:
    if answer.startswith(b"R"):
        return Report.model_validate_json(answer[1:])
    found = json.loads(answer[1:])
    raise InputError(found["what"], place=found["place"] or path, remedy=found["remedy"] or _EXPORT_AGAIN)

"""What is configured, present and missing on this machine. Secrets are never printed."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from assistant import __version__
from assistant.errors import AssistantError
from assistant.form import default_registry
from assistant.settings import Settings, load_settings

_LIBRARIES = ("click", "lxml", "openpyxl", "pydantic", "rapidfuzz")


def examine(settings: Settings | None = None) -> tuple[list[str], bool]:
    """Lines for a person, and whether drafting can work here."""
    chosen = settings or load_settings()
    lines = [f"起草助手 {__version__}，Python {platform.python_version()}，{platform.system()} {platform.machine()}"]
    checks = [*_libraries(), *_forms(), *_home(chosen.home)]
    lines += [f"{'正常' if good else '缺失'}　{text}" for good, text in checks]
    lines.append(f"可选　{_office()}")
    lines += [f"模型　{line}" for line in _model()]
    lines += [f"{'正常' if good else '缺失'}　{text}" for good, text in _prompts()]
    lines += [f"{'正常' if good else '缺失'}　{text}" for good, text in _record(chosen)]
    return lines, all(good for good, _text in checks)


def _libraries() -> Iterator[tuple[bool, str]]:
    for name in _LIBRARIES:
        try:
            yield True, f"程序库 {name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield False, f"程序库 {name} 没有安装，请按 README 重新安装"


def _forms() -> Iterator[tuple[bool, str]]:
    try:
        forms = default_registry().forms
    except AssistantError as error:
        yield False, f"表式：{error.message}"
        return
    for form in forms:
        years = f"{form.first_year} 年度起" if form.last_year is None else f"{form.first_year}—{form.last_year} 年度"
        yield True, f"表式 {form.id}（{form.document_number}，{years}，{len(form.cells)} 格）"


def _home(home: Path) -> Iterator[tuple[bool, str]]:
    existing = home
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    writable = os.access(existing, os.W_OK)
    yield writable, f"数据文件夹 {home}（{'可以写入' if writable else '没有写权限，请用 ASSISTANT_HOME 另行指定'}）"


def _office() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return f"LibreOffice：{found}（可用来预览页面）" if found else "LibreOffice 没有安装（只影响预览，不影响起草）"


def _model() -> Iterator[str]:
    from assistant.drafting.model.examine import model_lines

    return model_lines()


def _prompts() -> Iterator[tuple[bool, str]]:
    """Prompts are needed for writing with a model only: a faulty one is told and does not make the machine unfit."""
    from assistant.drafting.model.prompts import check_prompts

    return check_prompts()


def _record(settings: Settings) -> Iterator[tuple[bool, str]]:
    """The review site's record: a fault in it is told and does not make the machine unfit for drafting."""
    try:
        from assistant.review.engine import status_of

        status = status_of(settings)
    except ImportError:
        yield False, "审阅网站的程序库没有安装（只影响网站），安装方法见 README"
        return
    except AssistantError as error:
        yield False, f"审阅记录：{error.message}"
        return
    if status is None:
        yield True, "审阅记录还没有建立（启动网站或 assistant user add 时自动建立）"
    elif status.users is None:
        yield True, f"审阅记录 {status.place}，第 {status.step or '0'} 版，下次启动网站时升级到第 {status.newest} 版"
    else:
        yield True, f"审阅记录 {status.place}，第 {status.step} 版，可登录用户 {status.users} 个"

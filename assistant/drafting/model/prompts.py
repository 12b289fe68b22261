"""Prompts: one text file each, with declared variables, versioned by content. No prompt text lives in code."""

from __future__ import annotations

import hashlib
import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import assistant
from assistant.drafting.model.types import RenderedPrompt
from assistant.errors import AssistantError
from assistant.settings import environment_values

NEEDED = {
    "write": frozenset({"unit", "year", "own", "scope", "part", "limits", "items", "provisions", "style", "sample", "sample_slot"}),
    "repair": frozenset({"unit", "year", "own", "part", "limits", "items", "faults", "sample", "sample_slot"}),
    "rewrite": frozenset(
        {"unit", "year", "own", "part", "count", "instruction", "current", "items", "provisions", "sample", "sample_slot"}
    ),
}
_RULE = re.compile(r"^={4,}[ \t]*$", re.M)
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_LONGEST = 20_000


class PromptError(AssistantError):
    """A prompt file is missing or not what it should be; the message names the file and the variable."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: ``version`` is 12 hex digits of its content, ``variables`` those its header declares."""

    name: str
    version: str
    title: str
    variables: frozenset[str]
    system: str
    user: str

    def render(self, **values: str) -> RenderedPrompt:
        """Fill in the variables, all in one pass: what a value holds is never filled in again.

        Raises:
            PromptError: a declared variable is not given, or one is given that the header does not declare.
        """
        place = f"{self.name}.txt"
        if missing := sorted(self.variables - set(values)):
            raise PromptError(f"提示词缺少变量 {'、'.join(missing)} 的值", place=place, remedy="请核对文件头的“变量”一行")
        if unknown := sorted(set(values) - self.variables):
            raise PromptError(f"提示词没有声明变量 {'、'.join(unknown)}", place=place, remedy="请在文件头的“变量”一行补上")
        system, user = (_VARIABLE.sub(lambda match: values[match.group(1)], text) for text in (self.system, self.user))
        return RenderedPrompt(self.name, self.version, system.strip(), user.strip())


def prompts_folder() -> Path:
    """``ASSISTANT_PROMPTS``, else ``prompts`` beside the package, else where an installed wheel put them."""
    chosen = environment_values().get("ASSISTANT_PROMPTS")
    if chosen:
        return Path(chosen)
    beside = Path(assistant.__file__).resolve().parents[1] / "prompts"
    return beside if beside.is_dir() else Path(sysconfig.get_path("data")) / "share" / "disclosure-report-assistant" / "prompts"


def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """Read a prompt file.

    Args:
        name: file name without ``.txt``.
        folder: where to look; :func:`prompts_folder` if None.

    Raises:
        PromptError: the file is missing, has no header, or uses a variable the header does not declare (or the other way round).
    """
    path = (folder or prompts_folder()) / f"{name}.txt"
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(
            "提示词文件无法读取", place=str(path), remedy="请恢复该文件，或用 ASSISTANT_PROMPTS 指明文件夹"
        ) from error
    parts = _RULE.split(content.replace("\r\n", "\n"))
    if len(parts) != 3 or len(content) > _LONGEST:
        raise PromptError(
            "提示词文件应当由文件头、规矩、内容三段组成，用一行“====”隔开", place=str(path), remedy="请对照原文件改正"
        )
    header = dict(_header(parts[0], path))
    declared = frozenset(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", header.get("变量", "")))
    _agree(declared, frozenset(_VARIABLE.findall(parts[1] + parts[2])), path)
    version = hashlib.sha256(content.encode("utf-8")).hexdigest()[:12]
    return Prompt(name, version, header.get("名称", name), declared, parts[1], parts[2])


def _header(text: str, path: Path) -> Iterator[tuple[str, str]]:
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, found, value = line.partition("：")
        if not found:
            raise PromptError(f"文件头的“{line[:20]}”一行没有冒号", place=str(path), remedy="文件头每行写作“名称：值”")
        yield name.strip(), value.strip()


def _agree(declared: frozenset[str], used: frozenset[str], path: Path) -> None:
    if unknown := sorted(used - declared):
        raise PromptError(
            f"用了没有声明的变量 {'、'.join(unknown)}", place=str(path), remedy="请在文件头的“变量”一行补上，或改正拼写"
        )
    if idle := sorted(declared - used):
        raise PromptError(
            f"声明了变量 {'、'.join(idle)} 却没有用到", place=str(path), remedy="请在正文用 {{变量}} 引用，或从文件头删去"
        )


def check_prompts(folder: Path | None = None) -> Iterator[tuple[bool, str]]:
    """For each prompt the program needs: whether it can be used, and a Chinese line that tells its version or what is wrong."""
    for name, needed in NEEDED.items():
        try:
            prompt = load_prompt(name, folder)
        except PromptError as error:
            yield False, f"提示词 {error.message}"
            continue
        odd = sorted(needed ^ prompt.variables)
        if odd:
            yield False, f"提示词 {name}.txt 的变量与程序不符：{'、'.join(odd)}"
        else:
            yield True, f"提示词 {name}（{prompt.title}，版本 {prompt.version}）"

"""The command line speaks Chinese: headings of the help, and what is wrong with a command as it was typed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from assistant.errors import AssistantError

_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_METAVARS = (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 [参数]..."), ("[ARGS]...", "[参数]..."))
_TYPES = (
    ("INTEGER RANGE", "整数"),
    ("INTEGER", "整数"),
    ("FLOAT RANGE", "数"),
    ("FLOAT", "数"),
    ("DIRECTORY", "文件夹"),
    ("PATH", "文件"),
    ("FILE", "文件"),
    ("TEXT", "文字"),
    ("[%Y-%m-%d]", "年-月-日"),
)
_TEXTS = (
    ("Show this message and exit.", "显示本帮助。"),
    ("Show the version and exit.", "显示版本号。"),
    ("[required]", "[必填]"),
    ("; required]", "；必填]"),
    ("[default: ", "[默认："),
)
_CHINESE = re.compile("[一-鿿]")
_RANGE = re.compile(r"(\d+)<=x<=(\d+)")
_QUOTED = re.compile(r"'([^']*)'")
_MESSAGES = (
    (re.compile(r"No such command '?(?P<a>[^'.]*)'?"), "没有“{a}”这个命令"),
    (re.compile(r"No such option:? '?(?P<a>-[^\s'.]*)'?"), "没有 {a} 这个选项"),
    (re.compile(r"Got unexpected extra arguments? \((?P<a>.*)\)"), "多出了“{a}”"),
    (re.compile(r"Option '?(?P<a>[^'\s]+)'? requires (?:an argument|\d+ arguments)"), "选项 {a} 后面没有写值"),
    (re.compile(r"Option '?(?P<a>[^'\s]+)'? does not take a value"), "选项 {a} 后面不用写值"),
    (re.compile(r"Missing command"), "没有写明要做什么"),
)


class Formatter(click.HelpFormatter):
    """Help with Chinese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line on how to call a command."""
        super().write_usage(prog, _replaced(args, _METAVARS), prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        """The heading of a list."""
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """A list of options or commands with what they are for."""
        chinese = [(_with_types(first), _RANGE.sub(r"\1 至 \2", _replaced(second, _TEXTS))) for first, second in rows]
        super().write_dl(chinese, col_max, col_spacing)


class Context(click.Context):
    """A command's context with help in Chinese."""

    formatter_class = Formatter


class Commands(click.Group):
    """Prints what went wrong as one Chinese line and exits with 2 (or the error's code); never a traceback for bad input."""

    def main(  # type: ignore[override]  # the overloads of click only tell return types apart
        self, args: Sequence[str] | None = None, prog_name: str | None = None, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command; called on its own it ends the process."""
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(2)
        except click.ClickException as error:
            click.echo(f"未能完成：{in_chinese(error)}", err=True)
            sys.exit(2)
        except click.Abort:
            click.echo("已中止，没有写出任何结果。", err=True)
            sys.exit(2)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except AssistantError as error:
            click.echo(f"未能完成：{error.message}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("已中止，没有写出任何结果。", err=True)
            ctx.exit(2)


def speak_chinese(command: click.Command) -> None:
    """Give a command and all below it help in Chinese."""
    command.context_class = Context
    if isinstance(command, click.Group):
        for child in command.commands.values():
            speak_chinese(child)


def in_chinese(error: click.ClickException) -> str:
    """One line: what is wrong with the command, and how to see what it takes."""
    what = _what(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "assistant"
    return f"{what}。用法见 {path} --help。"


def _what(error: click.ClickException) -> str:
    if isinstance(error, click.MissingParameter):
        return f"缺少{_name(error)}"
    if isinstance(error, click.NoSuchOption):
        near = "、".join(sorted(error.possibilities or ()))
        return f"没有 {error.option_name} 这个选项" + (f"，是不是 {near}" if near else "")
    if _CHINESE.search(_QUOTED.sub("", error.message)):
        return error.message.rstrip("。")
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    for pattern, words in _MESSAGES:
        if match := pattern.match(error.message):
            return words.format(**match.groupdict())
    return "命令的写法不对"


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return f"“{error.param_hint}”" if error.param_hint else "一项"
    if isinstance(parameter, click.Option):
        return f"选项 {'/'.join(parameter.opts)}"
    return f"参数 {parameter.human_readable_name}"


def _bad_value(error: click.BadParameter) -> str:
    """What is wrong with a value, by the type of its parameter."""
    kind = error.param.type if error.param else None
    found = _QUOTED.search(error.message)
    value = found.group(1) if found else error.message.partition(" ")[0]
    written = f"{_name(error)}的值“{value[:40]}”"
    if isinstance(kind, click.Choice):
        return f"{written}不在可选项内，可选：{'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.DateTime):
        return f"{written}不是日期，应当写作 2026-01-31 的样子"
    if isinstance(kind, click.IntRange):
        return (
            f"{written}应当是 {kind.min} 至 {kind.max} 的整数"
            if kind.max is not None
            else f"{written}应当是不小于 {kind.min} 的整数"
        )
    if kind is click.INT:
        return f"{written}不是整数"
    return f"{written}不能用"


def _with_types(text: str) -> str:
    """An option's names with the type of its value in Chinese."""
    names, space, kind = text.partition(" ") if text.startswith("--") else ("", "", text)
    if text.startswith("-") and not text.startswith("--"):
        short, comma, rest = text.partition(", ")
        return f"{short}{comma}{_with_types(rest)}" if comma else text
    return f"{names}{space}{_replaced(kind, _TYPES)}" if names else text


def _replaced(text: str, words: Sequence[tuple[str, str]]) -> str:
    for english, chinese in words:
        text = text.replace(english, chinese)
    return text

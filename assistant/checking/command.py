"""The ``check`` command: reads arguments, runs the checks, prints results, sets the exit code."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assistant.checking.result import Checked
    from assistant.checking.run import Checking, Options

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=_FILE)
@click.option("--previous", type=_FILE, multiple=True, help="上年报告或填报件，文件或文件夹，可重复给出；按单位和年度配对。")
@click.option("--unit-profile", type=_FILE, help="单位档案（JSON）：名称、类型、别名、网址、联系方式、同级其他单位。")
@click.option("--peers", type=_FILE, help="放有其他单位报告的文件夹，用来比对雷同。")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True, help="结果的形式。"
)
@click.option("-o", "--output", type=_FILE, help="结果写到哪个文件；不给就写到标准输出。")
@click.option("--xlsx", type=_FILE, help="另把全部检查意见写成工作簿（.xlsx）。")
@click.option("--accept", multiple=True, metavar="指纹", help="接受一条检查意见，数值不变就不再列出，可重复给出；须写明 --why。")
@click.option("--why", default="", help="接受的理由。")
@click.option("--rulings", type=_FILE, help="裁定记在哪个文件；不给就记在报告旁边的 .rulings.json。")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天判断时限；不给就按今天。")
@click.option("--exit-zero", is_flag=True, help="还有错误意见时也以 0 退出。")
def check(paths: tuple[Path, ...], **options: Any) -> None:
    """检查已有的报告，列出数据、文字、引用、雷同等各类问题。

    PATH 是报告（PDF、Word、网页、文本、Markdown）、填报件（工作簿、JSON），或者放有它们的文件夹。

    可以一次给出多份，一份读不了不影响其余。

    退出码：0 没有错误意见；1 有错误意见；2 有文件未能检查。
    """
    from assistant.checking.result import exit_code
    from assistant.checking.run import Checking
    from assistant.form import default_registry

    inputs = _refuse_targets(paths, options)
    checking = Checking(paths, default_registry(), _options(options))
    results = _print(checking, options, inputs)
    _write_more(results, options, inputs)
    for note in (*checking.notes, *checking.faults):
        click.echo(note, err=True)
    for result in results:
        if result.error:
            click.echo(f"未能检查：{result.error}", err=True)
    code = max(exit_code(results), 2 if checking.faults else 0)
    if code and not (code == 1 and options["exit_zero"]):
        sys.exit(code)


def _refuse_targets(paths: tuple[Path, ...], options: dict[str, Any]) -> list[Path]:
    """All files that are read; a result that would be written over one of them is refused before anything is read."""
    from assistant.checking.inputs import expand
    from assistant.files import check_targets

    named = (options["peers"], options["unit_profile"], options["rulings"])
    inputs = expand([*paths, *options["previous"], *(path for path in named if path)])
    check_targets([path for path in (options["output"], options["xlsx"]) if path], inputs=inputs)
    return inputs


def _options(options: dict[str, Any]) -> Options:
    from assistant.checking.inputs import read_profiles
    from assistant.checking.run import Options

    if options["accept"] and not options["why"].strip():
        raise click.UsageError("接受检查意见要写明理由：--why 理由")
    return Options(
        previous=options["previous"],
        profiles=read_profiles(options["unit_profile"]) if options["unit_profile"] else (),
        peers=options["peers"],
        rulings=options["rulings"],
        accepted=options["accept"],
        why=options["why"],
        today=options["today"].date() if options["today"] else date.today(),
    )


def _print(checking: Checking, options: dict[str, Any], inputs: list[Path]) -> list[Checked]:
    """Print each result as soon as it is there where the form allows it; the results."""
    from assistant.checking.output_text import TextOutput

    results = []
    to_screen = options["form"] != "html" and not options["output"]
    text = TextOutput(colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    for result in checking.results():
        results.append(result)
        if to_screen:
            click.echo(_one(result, options["form"], text), nl=False)
    if to_screen and options["form"] == "text" and len(results) > 1:
        click.echo("\n".join(text.summary(results)))
    if not to_screen:
        _write_result(results, options, text, inputs)
    return results


def _one(result: Checked, form: str, text: Any) -> str:
    from assistant.checking.output_json import write_json

    return write_json([result]) if form == "json" else "\n".join([*text.lines(result), "", ""])


def _write_result(results: list[Checked], options: dict[str, Any], text: Any, inputs: list[Path]) -> None:
    from assistant.files import write_atomically

    content = _content(results, options["form"])
    if not options["output"]:
        click.echo(content, nl=False)
        return
    write_atomically(options["output"], content.encode("utf-8"), inputs=inputs)
    for line in text.summary(results):
        click.echo(line)
    click.echo(f"已写出：{options['output']}")


def _content(results: list[Checked], form: str) -> str:
    if form == "html":
        from assistant.checking.output_html import write_html

        return write_html(results)
    if form == "json":
        from assistant.checking.output_json import write_json

        return write_json(results)
    from assistant.checking.output_text import write_text

    return write_text(results)


def _write_more(results: list[Checked], options: dict[str, Any], inputs: list[Path]) -> None:
    if options["xlsx"]:
        from assistant.checking.output_xlsx import write_xlsx
        from assistant.files import write_atomically

        write_atomically(options["xlsx"], write_xlsx(results), inputs=inputs)
        click.echo(f"已写出：{options['xlsx']}", err=True)

"""The command line. Thin: it reads arguments, calls the rooms below, prints results, sets the exit code."""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant import __version__
from assistant.batch.command import batch, worker
from assistant.batch.overview_command import overview
from assistant.batch.rollup_command import rollup
from assistant.checking.command import check
from assistant.drafting.eval_command import evaluate
from assistant.library.commands import library
from assistant.review.commands import COMMANDS as RECORD_COMMANDS
from assistant.site.commands import serve
from assistant.usage import Commands, speak_chinese

if TYPE_CHECKING:
    from assistant.drafting.assemble import Drafted
    from assistant.intake import Intake, Overrides

_KINDS_FILE = resources.files("assistant") / "form" / "data" / "kinds.toml"  # read by itself: the forms' models load slowly
KINDS = tuple(kind["key"] for kind in tomllib.loads(_KINDS_FILE.read_text(encoding="utf-8"))["kinds"])
STAGES = ("facts", "retrieve", "brief", "write", "verify", "repair", "draft")
_FILE = click.Path(path_type=Path)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="assistant")
def main() -> None:
    """政府信息公开工作年度报告起草助手：由统计数据和工作素材起草全文，每个数字可追溯到表格、素材或条文。"""


main.add_command(batch)
main.add_command(check)
main.add_command(evaluate)
main.add_command(library)
main.add_command(worker)
main.add_command(serve)
main.add_command(overview)
main.add_command(rollup)
for _command in RECORD_COMMANDS:
    main.add_command(_command)


@main.command()
@click.option("--year", type=click.IntRange(2019, 2100), required=True, help="报告年度，如 2025。")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="单位类型，如 dept（部门）、gov_county（县级政府）。")
@click.option("--previous", type=_FILE, help="上年填报件，带入上年数据供比较。")
@click.option("-o", "--output", type=_FILE, required=True, help="写到哪个 .xlsx 文件。")
def template(year: int, kind: str, previous: Path | None, output: Path) -> None:
    """生成空白填报工作簿。"""
    from assistant.files import check_ending, check_targets, write_atomically
    from assistant.form import default_registry
    from assistant.intake import read_input
    from assistant.submission.workbook_writer import blank_workbook

    check_ending(output, ".xlsx")
    inputs = [previous] if previous else []
    check_targets([output], inputs=inputs)
    registry = default_registry()
    last = read_input(previous, registry).submission if previous else None
    write_atomically(output, blank_workbook(year, kind, registry, previous=last), inputs=inputs)
    click.echo(f"已生成空白填报工作簿：{output}")


@main.command()
@click.argument("submission", type=_FILE)
@click.option("--previous", type=_FILE, help="上年填报件（工作簿、JSON 或报告），用于比较和衔接检查。")
@click.option(
    "--writer", type=click.Choice(["offline", "model"]), default="offline", show_default=True, help="由谁写：离线写作或模型。"
)
@click.option("-o", "--output", type=_FILE, required=True, help="报告写到哪个 .docx 文件。")
@click.option("--working", type=_FILE, help="另写一份带批注的工作稿（.docx）：每句的依据、检查意见。")
@click.option("--html", "html_output", type=_FILE, help="另写一份网页（.html）。")
@click.option("--json", "json_output", type=_FILE, help="另写一份 JSON：事实、提纲、句子及依据、检查意见。")
@click.option("--brief", "brief_input", type=_FILE, help="按修改过的提纲（--json 输出中的 brief）起草。")
@click.option("--stages", type=_FILE, help="模型写作各步的结果写到这个文件夹。")
@click.option(
    "--from", "start", type=click.Choice(STAGES), default="facts", help="从模型写作的这一步重新运行，之前各步取自 --stages。"
)
@click.option("--no-cache", is_flag=True, help="问过的也重新问模型，不用记录里的回答。")
@click.option("--year", type=click.IntRange(2019, 2100), help="报告年度（输入里没有写明时给出）。")
@click.option("--kind", type=click.Choice(KINDS), help="单位类型（输入里没有写明时给出）。")
@click.option("--unit", help="单位全称（输入里没有写明时给出）。")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天判断时限；不给就按今天。")
@click.option("--exit-zero", is_flag=True, help="还有错误意见时也以 0 退出。")
def draft(submission: Path, output: Path, **options: Any) -> None:
    """由填报件起草年度报告全文，写成 Word。

    SUBMISSION 是填报工作簿（.xlsx）、JSON，或者能读出表格的文本报告。
    """
    from assistant.files import check_targets
    from assistant.form import default_registry
    from assistant.intake import Overrides

    inputs = [path for path in (submission, options["previous"], options["brief_input"]) if path]
    check_targets(_targets(output, options), inputs=inputs)
    registry = default_registry()
    overrides = Overrides(year=options["year"], kind=options["kind"], unit=options["unit"])
    drafted = _draft(submission, options, registry, overrides)
    _write(drafted, output, options, inputs)
    _report(drafted, output, options)
    if any(finding.blocking for finding in drafted.draft.findings) and not options["exit_zero"]:
        sys.exit(1)


def _targets(output: Path, options: dict[str, Any]) -> list[Path]:
    """All files that are to be written, each with the ending its content demands."""
    from assistant.files import check_ending

    endings = ((output, (".docx",)), (options["working"], (".docx",)), (options["html_output"], (".html", ".htm")))
    wanted = [(path, ends) for path, ends in (*endings, (options["json_output"], (".json",))) if path]
    for path, ends in wanted:
        check_ending(path, *ends)
    return [path for path, _ends in wanted]


def _draft(path: Path, options: dict[str, Any], registry: Any, overrides: Overrides) -> Drafted:
    from assistant.drafting.assemble import draft_report
    from assistant.drafting.brief import read_brief
    from assistant.drafting.previous import require_other_file
    from assistant.intake import read_input

    intake: Intake = read_input(path, registry, overrides=overrides)
    last = options["previous"]
    if last:
        require_other_file(path, last)
    previous = read_input(last, registry, overrides=overrides.for_previous()).submission if last else None
    brief = read_brief(options["brief_input"]) if options["brief_input"] else None
    today = options["today"].date() if options["today"] else date.today()
    if options["writer"] == "model":
        from assistant.drafting.model.chain import Task
        from assistant.drafting.model.commands import draft_by_model

        task = Task(intake.submission, registry, previous, intake.report, brief, today)
        drafted, lines = draft_by_model(task, folder=options["stages"], start=options["start"], cache=not options["no_cache"])
        for line in lines:
            click.echo(line, err=True)
        return drafted
    return draft_report(intake.submission, registry, previous=previous, report=intake.report, brief=brief, today=today)


def _write(drafted: Drafted, output: Path, options: dict[str, Any], inputs: list[Path]) -> None:
    from assistant.drafting.printing import to_document
    from assistant.files import write_all
    from assistant.report.docx_writer import write_docx

    document = to_document(drafted)
    files = [(output, write_docx(document))]
    if options["working"]:
        files.append((options["working"], write_docx(document, working=True)))
    if options["html_output"]:
        from assistant.report.html_writer import write_html

        files.append((options["html_output"], write_html(document).encode("utf-8")))
    if options["json_output"]:
        files.append((options["json_output"], drafted.draft.model_dump_json(indent=1).encode("utf-8")))
    write_all(files, inputs=inputs)


def _report(drafted: Drafted, output: Path, options: dict[str, Any]) -> None:
    from assistant.drafting.summary import summary_lines

    for line in summary_lines(drafted.draft, _targets(output, options)):
        click.echo(line)


@main.command()
@click.argument("name", type=click.Choice(["submission", "finding", "draft"]))
def schema(name: str) -> None:
    """打印交换对象的 JSON Schema。"""
    import json

    from assistant.schemas import schema_of

    click.echo(json.dumps(schema_of(name), ensure_ascii=False, indent=2))


@main.command()
def doctor() -> None:
    """检查本机环境：已配置什么、能用什么、缺什么。"""
    from assistant.doctor import examine

    lines, healthy = examine()
    for line in lines:
        click.echo(line)
    if not healthy:
        sys.exit(1)


speak_chinese(main)

if __name__ == "__main__":
    main()

"""The command line. Thin: it reads arguments, calls the rooms below, prints results, sets the exit code."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant import __version__
from assistant.checking.command import check
from assistant.drafting.eval_command import evaluate
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.drafting.assemble import Drafted
    from assistant.intake import Intake, Overrides

KINDS = (
    "gov_province",
    "gov_city",
    "gov_county",
    "gov_town",
    "gov_office",
    "dept",
    "subdistrict",
    "zone",
    "vertical",
    "authorized_org",
)
STAGES = ("facts", "retrieve", "brief", "write", "verify", "repair", "draft")
_FILE = click.Path(path_type=Path)


class _Commands(click.Group):
    """Prints errors of the program as one Chinese line and exits with their code; never a traceback for bad input."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AssistantError as error:
            click.echo(f"未能完成：{error.message}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("已中止，没有写出任何结果。", err=True)
            ctx.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="assistant")
def main() -> None:
    """政府信息公开工作年度报告起草助手：由统计数据和工作素材起草全文，每个数字可追溯到表格、素材或条文。"""


main.add_command(check)
main.add_command(evaluate)


@main.command()
@click.option("--year", type=click.IntRange(2019, 2100), required=True, help="报告年度，如 2025。")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="单位类型，如 dept（部门）、gov_county（县级政府）。")
@click.option("--previous", type=_FILE, help="上年填报件，带入上年数据供比较。")
@click.option("-o", "--output", type=_FILE, required=True, help="写到哪个 .xlsx 文件。")
def template(year: int, kind: str, previous: Path | None, output: Path) -> None:
    """生成空白填报工作簿。"""
    from assistant.files import write_atomically
    from assistant.form import default_registry
    from assistant.intake import read_input
    from assistant.submission.workbook_writer import blank_workbook

    registry = default_registry()
    last = read_input(previous, registry).submission if previous else None
    write_atomically(output, blank_workbook(year, kind, registry, previous=last))
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
    from assistant.form import default_registry
    from assistant.intake import Overrides

    registry = default_registry()
    overrides = Overrides(year=options["year"], kind=options["kind"], unit=options["unit"])
    drafted = _draft(submission, options, registry, overrides)
    _write(drafted, output, options)
    _report(drafted, output, options)
    if any(finding.blocking for finding in drafted.draft.findings) and not options["exit_zero"]:
        sys.exit(1)


def _draft(path: Path, options: dict[str, Any], registry: Any, overrides: Overrides) -> Drafted:
    from assistant.drafting.assemble import draft_report
    from assistant.drafting.brief import read_brief
    from assistant.intake import read_input

    intake: Intake = read_input(path, registry, overrides=overrides)
    last = options["previous"]
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


def _write(drafted: Drafted, output: Path, options: dict[str, Any]) -> None:
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
    write_all(files)


def _report(drafted: Drafted, output: Path, options: dict[str, Any]) -> None:
    from assistant.drafting.summary import summary_lines

    written = [path for path in (output, options["working"], options["html_output"], options["json_output"]) if path]
    for line in summary_lines(drafted.draft, written):
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


if __name__ == "__main__":
    main()

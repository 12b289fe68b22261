"""``assistant eval``: drafts the cases, scores them, prints the table and what changed since an earlier run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.drafting.assemble import Drafted
    from assistant.submission.model import Submission

_FILE = click.Path(path_type=Path)


@click.command(name="eval")
@click.option(
    "--writer", type=click.Choice(["offline", "model"]), default="offline", show_default=True, help="由谁写：离线写作或模型。"
)
@click.option("--cases", type=_FILE, help="评测用例（JSON）；不给就用 corpus/eval/cases.json。")
@click.option("--case", "chosen", multiple=True, help="只评这一例（用例的 id），可以写多次。")
@click.option("-o", "--output", type=_FILE, help="原始结果（评分和每份初稿）写到哪个 .json 文件。")
@click.option("--compare", type=_FILE, help="与上次 -o 写出的结果比较，列出变化。")
def evaluate(writer: str, cases: Path | None, chosen: tuple[str, ...], output: Path | None, compare: Path | None) -> None:
    """在一组用例上起草并评分：无据数字、要点、依据、待补、雷同、句数、词元、时间。"""
    import assistant
    from assistant.drafting.evaluate import choose_cases, differences, read_cases, read_scores, results_json, run_cases, table
    from assistant.files import check_targets, write_atomically
    from assistant.form import default_registry
    from assistant.intake import read_input

    path = cases or Path(assistant.__file__).resolve().parents[1] / "corpus" / "eval" / "cases.json"
    inputs = [file for file in (path, compare) if file]
    check_targets([output] if output else [], inputs=inputs)
    registry = default_registry()
    earlier = read_scores(compare) if compare else None
    wanted = choose_cases(read_cases(path), chosen)
    draft, close = _drafter(writer)
    try:
        found = list(run_cases(wanted, path.parent, lambda file: read_input(file, registry).submission, draft))
    finally:
        close()
    scores, drafts = [row for row, _drafted in found], [drafted for _row, drafted in found]
    model = next((drafted.draft.model for drafted in drafts if drafted.draft.model), "")
    click.echo(f"写作：{f'模型 {model}' if model else '离线写作' if writer == 'offline' else '模型没有回答'}，{len(scores)} 例")
    for line in table(scores):
        click.echo(line)
    for line in differences(earlier, scores) if earlier is not None else ():
        click.echo(line)
    if output:
        raw = json.dumps(results_json(writer, model, scores, drafts), ensure_ascii=False, indent=1)
        write_atomically(output, raw.encode(), inputs=inputs)
        click.echo(f"原始结果：{output}", err=True)


def _drafter(writer: str) -> tuple[Callable[[Submission, Submission | None], Drafted], Callable[[], None]]:
    """What drafts a case, and what to call at the end.

    Raises:
        AssistantError: there is no usable model.
    """
    from assistant.drafting.assemble import draft_report
    from assistant.form import default_registry

    registry = default_registry()
    if writer == "offline":
        return lambda given, previous: draft_report(given, registry, previous=previous), lambda: None
    from assistant.drafting.model.client import Connection
    from assistant.drafting.model.retrieving import default_library
    from assistant.drafting.model.writer import ModelWriter

    connection, library = Connection(), default_library()

    def draft(given: Submission, previous: Submission | None) -> Drafted:
        chosen = ModelWriter(connection.client(f"{given.unit.name}{given.year}"), library=library)
        return draft_report(given, registry, previous=previous, writer=chosen)

    def close() -> None:
        connection.close()
        if library is not None:
            library.close()

    return draft, close

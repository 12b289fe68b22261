"""``assistant rollup``: the departments' submissions of a folder added into the government's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_FILE)
@click.option("--unit", required=True, help="汇总到哪个政府：单位全称。")
@click.option("-o", "--output", type=_FILE, help="汇总成的填报件写到哪个文件：.xlsx 或 .json，可接着用 assistant draft 起草。")
@click.option("--own", type=_FILE, help="本级政府自己的填报件：列出与合计的差别，取用其中的素材。不给就在 FOLDER 里找。")
@click.option("--previous", type=_FILE, help="上年填报件所在的文件夹；不给就在 FOLDER 里找。")
@click.option("--units", type=_FILE, help="应当计入的单位名单（CSV，有“单位”一列）；没有交的会指出来。")
@click.option("--without", multiple=True, metavar="UNIT", help="不计入这个单位（可给多次）。")
@click.option("--with", "include", multiple=True, metavar="UNIT", help="计入这个单位，即使按类型或行政区不计入（可给多次）。")
@click.option("--skip-not-applicable", is_flag=True, help="填“/”（不适用）的格不计入，也不算缺；默认算缺，没有合计。")
@click.option("--year", type=click.IntRange(2019, 2100), help="汇总哪一年度；不给就取最近的一年。")
@click.option("--kind", help="政府的类型，如 gov_county（从名称和填报件看不出来时给出）。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部合计、来源、差别。")
@click.option("--exit-zero", is_flag=True, help="还有不完整的格时也以 0 退出。")
def rollup(folder: Path, unit: str, output: Path | None, **options: Any) -> None:
    """把各单位的填报件汇总成政府的填报件，每个合计都写明来自哪些单位的哪一格。

    缺一个单位、缺一格，这一格就没有合计；可能重复计算的地方逐项列出，由人核对，程序不作增减。
    """
    from assistant.batch.rollup import roll_up_folder
    from assistant.batch.rollup_output import rollup_lines
    from assistant.form import default_registry

    registry = default_registry()
    inputs = [path for path in (options["own"], options["units"]) if path]
    if output:
        _check(output, folder, inputs)
    made = roll_up_folder(folder, unit, registry, own=options["own"], previous=options["previous"], wishes=_wishes(options))
    if output:
        _write(made, output, registry, inputs)
    if options["as_json"]:
        click.echo(made.model_dump_json(indent=1))
    else:
        for line in rollup_lines(made):
            click.echo(line)
    if output:
        click.echo(f"已写出：{output}", err=True)
    if made.incomplete and not options["exit_zero"]:
        sys.exit(1)


def _check(output: Path, folder: Path, inputs: list[Path]) -> None:
    from assistant.errors import OutputError
    from assistant.files import check_ending, check_targets

    check_ending(output, ".xlsx", ".json")
    check_targets([output], inputs=inputs)
    if folder.resolve() in output.resolve().parents:
        raise OutputError(
            "结果不能写在填报件的文件夹里", place=str(output), remedy="下次汇总会把它当成一个单位的填报件，请写到别处"
        )


def _wishes(options: dict[str, Any]) -> Any:
    from assistant.batch.rollup_sources import Wishes
    from assistant.batch.units_list import read_units

    return Wishes(
        year=options["year"],
        kind=options["kind"],
        units=tuple(each.unit for each in read_units(options["units"])) if options["units"] else (),
        without=options["without"],
        include=options["include"],
        skip_not_applicable=options["skip_not_applicable"],
    )


def _write(made: Any, output: Path, registry: Any, inputs: list[Path]) -> None:
    from assistant.batch.rollup_output import rollup_workbook, submission_json
    from assistant.files import write_atomically

    as_json = output.suffix.lower() == ".json"
    content = submission_json(made.submission) if as_json else rollup_workbook(made, registry)
    write_atomically(output, content, inputs=inputs)

"""``assistant overview``: the overview of a run, as a page and a workbook in its output folder."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天算时限；不给就按今天。")
@click.option("--no-similarity", is_flag=True, help="不比较各单位的文字。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出总览的全部数据。")
def overview(out: Path, today: datetime | None, no_similarity: bool, as_json: bool) -> None:
    """批量起草的总览：各单位的状态、检查意见、待补内容、时限、增减、雷同，写成网页和工作簿。

    OUT 是 assistant batch 的输出文件夹；起草没有结束也可以看。
    """
    from assistant.batch.overview import build_overview, write_overview

    made = build_overview(out, today=today.date() if today else date.today(), similarity=not no_similarity)
    paths = write_overview(out, made)
    if as_json:
        click.echo(made.model_dump_json(indent=1))
        return
    click.echo(f"共 {len(made.units)} 个单位，值得过问的 {len({each.unit for each in made.outliers})} 个")
    for path in paths:
        click.echo(f"已写出：{path}")

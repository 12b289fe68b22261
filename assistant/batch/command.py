"""The commands ``batch`` and ``worker``: arguments in, progress on stderr, results on stdout, the exit code."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assistant.batch.records import Progress, RunRecord, UnitRecord

_FILE = click.Path(path_type=Path)
_MOST_SHOWN = 30
_LARGE = 200  # units from which on the overview takes long enough to say that it is being written


@click.command()
@click.argument("folder", type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="结果写到哪个文件夹。")
@click.option(
    "--writer", type=click.Choice(["offline", "model"]), default="offline", show_default=True, help="由谁写：离线写作或模型。"
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="这台机器上用几个进程。")
@click.option("--previous", type=_FILE, help="放上年填报件或报告的文件夹，按单位名称配对。")
@click.option("--units", type=_FILE, help="应报单位名单（CSV，列名：单位、别名、单位类型、行政区）；没交的会列出来。")
@click.option("--year", type=click.IntRange(2019, 2100), help="起草哪一年度；不给就取文件夹里最晚的年度，上一年度的作上年材料。")
@click.option(
    "--on-model-failure",
    type=click.Choice(["offline", "pause"]),
    default="offline",
    show_default=True,
    help="模型一直没有答复或限额用完时：由离线写作完成，或者暂停。",
)
@click.option("--database", help="PostgreSQL 数据库地址，几台机器一起做时用；也可设 ASSISTANT_DATABASE（密码不要写在命令里）。")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天判断时限；不给就按开始的那天，接着做时不变。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 写到标准输出。")
@click.option("--no-overview", is_flag=True, help="做完后不写总览（总览可另用 assistant overview 写）。")
@click.option("--quiet", is_flag=True, help="不显示进度。")
@click.option("--exit-zero", is_flag=True, help="还有错误意见时也以 0 退出。")
def batch(folder: Path, output: Path, **given: Any) -> None:
    """为一个文件夹里的许多单位批量起草：配对上年材料，检查，起草，写出 Word、网页和 JSON，做完后写出总览。

    FOLDER 放各单位的填报件（工作簿、JSON）或报告，可以有下级文件夹。

    一个单位做不了不影响其他单位。按一次 Ctrl+C 做完手头的再停，再按一次立即停；再次运行会从停下的地方接着做，只重做有变化的。

    退出码：0 都完成；1 都完成，还有错误意见或没交的单位；2 有单位或文件没能完成，或没有做完。
    """
    from assistant.batch.planning import Options
    from assistant.batch.run import Run
    from assistant.batch.units_list import read_units

    options = Options(
        folder=folder,
        out=output,
        writer=given["writer"],
        workers=given["workers"],
        previous=given["previous"],
        units=read_units(given["units"]) if given["units"] else (),
        pause=given["on_model_failure"] == "pause",
        year=given["year"],
        today=given["today"].date() if given["today"] else None,
        database=given["database"] or "",
    )
    show = _Bar() if not given["quiet"] else None
    run = Run(options, show=show, say=lambda line: click.echo(line, err=True))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _told(run.stop, show))
    record = run.go()
    if show is not None:
        show.end()
    if record.state == "finished" and not given["no_overview"]:
        _write_overview(record, output)
    if given["as_json"]:
        click.echo(record.model_dump_json(indent=1))
    else:
        for line in summary(record, output):
            click.echo(line)
    code = exit_code(record)
    if code and not (code == 1 and given["exit_zero"]):
        sys.exit(code)


@click.command()
@click.option("--database", help="PostgreSQL 数据库地址；也可设 ASSISTANT_DATABASE（密码不要写在命令里）。")
@click.option("--name", default="", help="这个进程的名字，各进程不同、重启不变；不给就自动取一个。")
@click.option("--run", default="", hidden=True)
@click.option("--child", is_flag=True, hidden=True)
@click.option("--model", default="", hidden=True)
@click.option("--load", is_flag=True, hidden=True)
def worker(database: str | None, name: str, run: str, model: str, *, child: bool, load: bool) -> None:
    """在另一台机器上帮忙：从同一个 PostgreSQL 数据库领取 assistant batch 的任务，直到按 Ctrl+C。

    FOLDER 和输出文件夹要放在几台机器都能以同一路径访问的共享文件夹里；模型的设置取自这台机器的环境。
    """
    from assistant.batch.database import place_of
    from assistant.batch.machine import worker_slot
    from assistant.batch.worker import work
    from assistant.settings import load_settings

    place = place_of(run, database or "")
    slot = None
    if not name:
        name, slot = worker_slot(load_settings().home)
    told = None if child else lambda line: click.echo(line, err=True)
    code = work(place, name, run, child=child, model=model, load=load, told=told)
    if slot is not None:
        slot.release()
    sys.exit(code)


def _write_overview(record: RunRecord, out: Path) -> None:
    """Write the overview of a run that ended, told on stderr; the drafts are done whatever becomes of it."""
    from assistant.batch.overview import build_overview, write_overview
    from assistant.errors import AssistantError

    later = f"各单位的草稿都已写好，可稍后用 assistant overview {out} 再写"
    if len(record.units) > _LARGE:
        click.echo("正在写总览……", err=True)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        page, workbook = write_overview(out, build_overview(out))
    except KeyboardInterrupt:
        click.echo(f"总览没有写完；{later}", err=True)
    except AssistantError as error:
        click.echo(f"总览没有写出：{error.message}{later}", err=True)
    except Exception as error:  # a defect here must not make a run that is done look undone
        click.echo(f"总览没有写出（程序出错：{type(error).__name__}）；{later}", err=True)
    else:
        click.echo(f"总览：{page}、{workbook.name}", err=True)


def exit_code(record: RunRecord) -> int:
    """0 all done; 1 all done, but error findings or units that handed in nothing; 2 something could not be done."""
    undone = record.of_state("failed", "refused", "waiting")
    refused = [file for file in record.files if file.role == "refused"]
    if undone or refused or record.state != "finished":
        return 2
    return 1 if record.of_state("missing") or any(unit.findings.error for unit in record.units) else 0


def summary(record: RunRecord, out: Path) -> list[str]:
    """What a person reads at the end of a run."""
    done, failed, refused, waiting, missing = (
        record.of_state(state) for state in ("done", "failed", "refused", "waiting", "missing")
    )
    head = f"{record.year or '—'} 年度：完成 {len(done)} 个单位，没能完成 {len(failed) + len(refused)} 个"
    lines = [f"{head}，未做 {len(waiting)} 个，没交 {len(missing)} 个"]
    if record.message:
        lines.append(record.message)
    errors = [unit for unit in done if unit.findings.error]
    gaps = sum(len(unit.missing) for unit in done)
    lines.append(f"有错误意见的单位 {len(errors)} 个；待补 {gaps} 处")
    if record.writer == "model":
        spent = record.account
        written = [sum(getattr(unit.sentences, name) for unit in done) for name in ("model", "offline")]
        lines.append(f"模型 {written[0]} 句，离线写作 {written[1]} 句；词元 {spent.input_tokens + spent.output_tokens} 个")
        fallen = [unit for unit in done if unit.fallback]
        if fallen:
            lines.append(f"模型没有答复、由离线写作完成的单位 {len(fallen)} 个，模型恢复后再运行一次会补写：{fallen[0].fallback}")
    lines += _listed("没能完成", [f"{_place(unit)}：{unit.message}" for unit in (*failed, *refused)])
    lines += _listed("没交", [unit.unit for unit in missing])
    lines += _listed("有错误意见", [f"{_place(unit)}：{unit.findings.error} 条" for unit in errors])
    lines += _listed("没能读取的文件", [f"{file.path}：{file.message}" for file in record.files if file.role == "refused"])
    lines += _listed(
        "没有采用的文件", [f"{file.path}：{file.message}" for file in record.files if file.role in ("other", "ignored")]
    )
    lines.append(f"结果在 {out}（各单位在 units 文件夹里，总表 run.json）")
    return lines


def _listed(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    more = [f"  …… 另有 {len(items) - _MOST_SHOWN} 项，见 run.json"] if len(items) > _MOST_SHOWN else []
    return [f"{title}（{len(items)}）：", *(f"  {item}" for item in items[:_MOST_SHOWN]), *more]


def _place(unit: UnitRecord) -> str:
    return f"{unit.unit}（{unit.input}）" if unit.input else unit.unit


def _told(stop: Any, bar: _Bar | None) -> None:
    stop()
    if bar is not None:
        bar.say("正在停止：做完手头的就停；再按一次立即停")


class _Bar:
    """The progress on stderr: one line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = ""
        self._count = 0

    def __call__(self, progress: Progress) -> None:
        line = bar_line(progress)
        self._count += 1
        if self._terminal:
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        elif line != self._last and (self._count % 20 == 1 or progress.state != "running"):
            click.echo(line, err=True)
        self._last = line

    def say(self, line: str) -> None:
        """A line of its own."""
        click.echo(f"\n{line}" if self._terminal else line, err=True)

    def end(self) -> None:
        """Leave the line."""
        if self._terminal:
            click.echo("", err=True)


def bar_line(progress: Progress) -> str:
    """The progress in one line."""
    width = 20
    ended = progress.done + progress.failed
    full = width * ended // progress.total if progress.total else 0
    parts = [f"[{'█' * full}{'·' * (width - full)}] 完成 {progress.done}/{progress.total}"]
    parts += [f"失败 {progress.failed}", f"等候 {progress.waiting}"]
    if progress.calls or progress.cached:
        parts.append(f"请求 {progress.calls}（记录作答 {progress.cached}）")
        parts.append(f"词元 {progress.tokens}")
    if progress.seconds_left is not None and progress.waiting:
        minutes, seconds = divmod(int(progress.seconds_left), 60)
        parts.append(f"约剩 {minutes} 分 {seconds:02d} 秒")
    if progress.message:
        parts.append(progress.message)
    return "  ".join(parts)

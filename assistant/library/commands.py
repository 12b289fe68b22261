"""``assistant library …``: thin commands over the library. Results go to stdout, progress and notices to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assistant.library.library import Added, Library
    from assistant.library.model import Answer, Filters, Source

_PATH = click.Path(path_type=Path)
_MOST_LINES = 20


@click.group()
def library() -> None:
    """资料库：往年报告、条例和有关文件，可按意思和词语检索。"""


@contextmanager
def _opened(**options: Any) -> Iterator[Library]:
    from assistant.library.library import Library

    with Library(**options) as found:
        for notice in found.index.notices():
            click.echo(notice, err=True)
        yield found


def _progress() -> Callable[[str, int, int], None]:
    """A line on stderr that counts up; nothing where stderr is no terminal."""
    terminal = sys.stderr.isatty()

    def show(what: str, done: int, total: int) -> None:
        if terminal:
            bar = "█" * (20 * done // max(total, 1))
            click.echo(f"\r{what} {bar:<20} {done}/{total}", err=True, nl=done >= total)

    return show


def _refreshed(found: Library) -> None:
    """Bring the index up, or say who keeps it."""
    if found.index.own():
        found.index.refresh(_progress())
        if found.index.failure:
            click.echo(found.index.failure, err=True)
    else:
        click.echo(f"资料已经登记。索引正由{found.index.lock.holder()}使用，由它更新；在此之前按词语查找，结果不会缺", err=True)


@library.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@click.option("--sample", is_flag=True, help="标为样例（不是正式公布的报告）。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出每个文件的结果。")
def add(paths: tuple[Path, ...], sample: bool, as_json: bool) -> None:
    """加入报告、整个文件夹或者条例文本；同一文件加两次没有变化。"""
    with _opened() as found:
        results = found.add(paths, status="sample" if sample else None, progress=_progress())
        _refreshed(found)
    if as_json:
        click.echo(json.dumps([_added_json(result) for result in results], ensure_ascii=False, indent=1))
    else:
        _print_added(results)
    if results and all(result.outcome == "refused" for result in results):
        sys.exit(2)
    if not results:
        click.echo("所给路径下没有可以加入的文件（txt、docx、html、pdf、json）", err=True)
        sys.exit(2)


def _print_added(results: list[Added]) -> None:
    for result in results:
        if result.outcome == "added" and result.source:
            faults = f"，附检查意见 {len(result.source.findings)} 条" if result.source.findings else ""
            click.echo(f"已加入 {result.source.id[:8]} {result.source.title}（{result.source.passages} 段{faults}）")
            for old in result.replaced:
                click.echo(f"  替换了 {old.id[:8]} {old.title}（{old.origin}，{old.added}）")
    refused = [result for result in results if result.outcome == "refused"]
    for result in refused[:_MOST_LINES]:
        click.echo(f"没有加入：{result.message}", err=True)
    if len(refused) > _MOST_LINES:
        click.echo(f"……另有 {len(refused) - _MOST_LINES} 个文件没有加入，用 --json 查看全部", err=True)
    counts = {name: sum(result.outcome == name for result in results) for name in ("added", "same", "refused")}
    passed = sum(result.outcome == "passed" for result in results)
    rest = f"，略过填报件等其他文件 {passed} 份" if passed else ""
    click.echo(f"加入 {counts['added']} 份，原已在库 {counts['same']} 份，没有加入 {counts['refused']} 份{rest}")


def _added_json(result: Added) -> dict[str, Any]:
    return {
        "path": result.path, "outcome": result.outcome, "message": result.message,
        "source": _source_json(result.source) if result.source else None,
        "replaced": [_source_json(old) for old in result.replaced],
    }  # fmt: skip


def _source_json(source: Source) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(source)


@library.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.option("--all", "everything", is_flag=True, help="连同已被新版本替换的。")
def list_sources(as_json: bool, everything: bool) -> None:
    """列出资料。"""
    from assistant.library.model import STATUS_NAMES

    with _opened(read_only=True) as found:
        sources = found.store.sources(superseded=everything)
    if as_json:
        click.echo(json.dumps([_source_json(source) for source in sources], ensure_ascii=False, indent=1))
        return
    for source in sources:
        replaced = f"，已被 {source.superseded_by[:8]} 替换" if source.superseded_by else ""
        faults = f"，检查意见 {len(source.findings)} 条" if source.findings else ""
        click.echo(f"{source.id[:8]}  {source.title}（{STATUS_NAMES[source.status]}，{source.passages} 段{faults}{replaced}）")
    click.echo(f"共 {len(sources)} 份")


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--unit", "units", multiple=True, help="只要这个单位（全称，可给多次）。"),
        click.option("--kind", default="", help="只要这类单位，如 dept、gov_county。"),
        click.option("--region", default="", help="只要这个地区。"),
        click.option("--year", default="", help="年度或范围：2024，2022-2024，2023-。"),
        click.option("--section", default="", help="部分或方面：sec5、s1.request 等。"),
        click.option("--role", type=click.Choice(["problem", "improvement", "follow_up"]), help="第五部分中的问题、改进或整改。"),
        click.option("--status", type=click.Choice(["official", "sample", "digest"]), help="资料的性质。"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@library.command()
@click.argument("query", required=False)
@click.option("-f", "--file", "query_file", type=_PATH, help="从文件读取多个查询，每行一个。")
@click.option("-n", "--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="每个查询给几条结果。")
@click.option("--json", "as_json", is_flag=True, help="每个查询输出一行 JSON。")
@_filter_options
def search(query: str | None, query_file: Path | None, limit: int, as_json: bool, **given: Any) -> None:
    """检索。没有结果也是正常的回答。"""
    queries = _queries(query, query_file)
    filters = _filters(given)
    with _opened(read_only=True) as found:
        _made_ready(found)
        for text in queries:
            answer = found.search(text, filters, limit)
            if as_json:
                click.echo(json.dumps(answer_json(answer), ensure_ascii=False))
            else:
                _print_answer(answer, several=len(queries) > 1)


def _made_ready(found: Library) -> None:
    """A stale or missing index is brought up first if nobody owns it and the folder can be written; else words are looked up."""
    from assistant.errors import AssistantError
    from assistant.library.library import Library

    if found.index.words_ready:
        return
    try:
        with Library(found.settings, found.registry) as writer:
            if writer.index.own():
                writer.index.refresh(_progress())
            else:
                click.echo(f"索引正由{writer.index.lock.holder()}更新，暂时逐段查找", err=True)
    except AssistantError as error:
        click.echo(f"索引暂时不能更新，改为逐段查找：{error.message}", err=True)


def _queries(query: str | None, query_file: Path | None) -> list[str]:
    from assistant.library.adding import _content
    from assistant.library.extract import text_of

    if query_file is not None:
        lines = text_of(_content(query_file), str(query_file)).splitlines()
        return ([query] if query else []) + [line.strip() for line in lines if line.strip()]
    if not query:
        raise click.UsageError("请给出查询文字，或用 -f 给出查询文件。")
    return [query]


def _filters(given: dict[str, Any]) -> Filters:
    from assistant.library.model import Filters

    first, last = _years(given["year"])
    return Filters(
        units=given["units"], kind=given["kind"], region=given["region"], year_from=first, year_to=last,
        section=given["section"], role=given["role"] or "", status=given["status"] or "",
    )  # fmt: skip


def _years(text: str) -> tuple[int | None, int | None]:
    first, dash, last = text.partition("-")
    try:
        low = int(first) if first else None
        return low, (int(last) if last else None) if dash else low
    except ValueError as error:
        raise click.BadParameter("应写成 2024、2022-2024 或 2023-。", param_hint="--year") from error


def answer_json(answer: Answer) -> dict[str, Any]:
    """One answer as exchanged: query, results with text, source, score and why, and notes."""
    return {"query": answer.query, "results": [_hit_json(hit) for hit in answer.hits], "notes": list(answer.notes)}


def _hit_json(hit: Any) -> dict[str, Any]:
    passage, source = hit.passage, hit.passage.source
    return {
        "text": passage.text,
        "source": {"id": source.id, "title": source.title, "unit": source.unit, "year": source.year, "section": passage.part,
                   "article": passage.piece.article, "status": source.status, "heading": list(passage.piece.heading),
                   "start": passage.piece.start, "end": passage.piece.end, "place": passage.piece.place,
                   "quotable": passage.quotable},
        "score": hit.score, "why": hit.why, "words": list(hit.words), "word_rank": hit.word_rank, "meaning_rank": hit.meaning_rank,
    }  # fmt: skip


def _print_answer(answer: Answer, *, several: bool) -> None:
    from assistant.library.model import STATUS_NAMES

    if several:
        click.echo(f"【{answer.query[:60]}】")
    for number, hit in enumerate(answer.hits, start=1):
        source = hit.passage.source
        click.echo(f"{number}. {hit.passage.text}")
        click.echo(f"   {source.title}（{STATUS_NAMES[source.status]}）{'·'.join(hit.passage.piece.heading)}；{hit.why}")
    for note in answer.notes or (() if answer.hits else ("没有结果",)):
        click.echo(note)


@library.command()
@click.argument("source_id")
def remove(source_id: str) -> None:
    """移除一份资料；如果它替换过旧版本，旧版本恢复。"""
    with _opened() as found:
        removed, back = found.remove(source_id)
        _refreshed(found)
    click.echo(f"已移除 {removed.id[:8]} {removed.title}")
    if back:
        click.echo(f"恢复了旧版本 {back.id[:8]} {back.title}")


@library.command()
def rebuild() -> None:
    """重建索引；换了语义模型以后也用它。"""
    with _opened() as found:
        found.index.refresh(_progress(), rebuild=True)
        if found.index.failure:
            click.echo(found.index.failure, err=True)
        click.echo(f"已重建：{found.store.count()} 段")


@library.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def status(as_json: bool) -> None:
    """资料库的状况：资料、段落、索引是否齐备。"""
    with _opened(read_only=True) as found:
        store, index = found.store, found.index
        holder = "" if index.lock.take() else index.lock.holder()
        index.lock.release()
        state = {
            "folder": str(found.settings.folder), "sources": len(store.sources(superseded=False)), "passages": store.count(),
            "model": store.model, "embedder": index.embedder.model, "missing_vectors": store.missing_vectors(index.embedder.model)
            if index.embedder.model else 0, "words_ready": index.words_ready, "owner": holder, "notices": index.notices(),
        }  # fmt: skip
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False))
        return
    click.echo(f"位置：{state['folder']}")
    click.echo(f"资料 {state['sources']} 份，段落 {state['passages']} 段")
    click.echo(f"词语索引：{'齐备' if state['words_ready'] else '需要更新（下次检索或 assistant library rebuild 时更新）'}")
    click.echo(f"语义模型：{state['model'] or '无'}；缺向量 {state['missing_vectors']} 段")
    click.echo(f"索引使用者：{holder or '无'}")

"""The library as people of the office see and change it: rights, searches, and changes as jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import InputError
from assistant.library.model import Answer, Filters, LibraryError, NotAccepted, Passage, Source
from assistant.library.settings import LibrarySettings, library_settings
from assistant.library.store import FILE
from assistant.review import audit
from assistant.review.errors import NotFound
from assistant.review.rights import require
from assistant.review.run import Run
from assistant.review.schema import UserRow
from assistant.review.sessions import actor_from
from assistant.review.uploads import open_upload

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from assistant.library.library import Library
    from assistant.review.engine import Record
    from assistant.review.jobs import Jobs, Work
    from assistant.review.rights import Actor
    from assistant.review.views.work import JobView

Status = Literal["official", "sample"]
MOST_QUERIES = 20
_READ, _INDEX = "read", "index"
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class ShelfView:
    """The library as it stands; ``holder`` says who keeps the index, empty for nobody; ``missing`` passages lack a vector."""

    sources: tuple[Source, ...]
    passages: int = 0
    words_ready: bool = False
    model: str = ""
    missing: int = 0
    holder: str = ""
    notices: tuple[str, ...] = ()
    there: bool = True


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its passages; ``versions`` are older ones of the same unit and year, or the newer one."""

    source: Source
    passages: tuple[Passage, ...]
    versions: tuple[Source, ...]


def shelf(record: Record, actor: Actor) -> ShelfView:
    """The library as it stands; an empty one where it has not been set up.

    Raises:
        LibraryError: it cannot be read. Refused: no right.
    """
    require(actor, "search_library")
    settings = _settings(record)
    if not (settings.folder / FILE).exists():
        return ShelfView((), there=False)
    with _reading(settings) as found:
        index, store = found.index, found.store
        free = index.lock.take()
        holder = "" if free else index.lock.holder()
        index.lock.release()
        model = index.embedder.model
        return ShelfView(
            tuple(store.sources()), store.count(), index.words_ready, store.model, store.missing_vectors(model) if model else 0,
            holder, tuple(index.notices()),
        )  # fmt: skip


def source(record: Record, actor: Actor, source_id: str) -> SourceView:
    """A source with what it holds.

    Raises:
        NotFound: there is none of this id. Refused: no right.
    """
    require(actor, "search_library")
    settings = _settings(record)
    if not (settings.folder / FILE).exists():
        raise _gone()
    with _reading(settings) as found:
        held = found.store.source(source_id)
        if held is None:
            raise _gone()
        key = (held.type, held.unit, held.year)
        versions = [each for each in found.store.sources() if (each.type, each.unit, each.year) == key and each.id != held.id]
        return SourceView(held, tuple(found.store.of_source(held.id)), tuple(versions))


def search(record: Record, actor: Actor, queries: Sequence[str], filters: Filters, limit: int = 8) -> tuple[Answer, ...]:
    """Answer queries, each by itself.

    Raises:
        InputError: none or too many. LibraryError: the library cannot be read. Refused: no right.
    """
    require(actor, "search_library")
    wanted = list(dict.fromkeys(text.strip() for text in queries if text.strip()))
    if not wanted:
        raise InputError("没有写要查什么", remedy="请写一个词、一句话，或每行一个查询")
    if len(wanted) > MOST_QUERIES:
        raise InputError(f"一次最多查 {MOST_QUERIES} 个", remedy=f"这里有 {len(wanted)} 个，请分几次查")
    with _reading(_settings(record)) as found:
        return tuple(found.search(text, filters, limit) for text in wanted)


def start_adding(jobs: Jobs, actor: Actor, upload_id: str, status: str = "official") -> JobView:
    """Have an upload added: a published report or the text of the Regulation.

    Args:
        jobs, actor: where, who.
        upload_id: from :func:`assistant.review.uploads.keep_upload`, one's own.
        status: ``official``, or ``sample`` for what was never published.

    Raises:
        NotFound: not there or another person's. InputError: no such status. Refused: no right.
    """
    require(actor, "change_library")
    if status not in ("official", "sample"):
        raise InputError("没有这种资料性质", remedy="请选正式文本或样例")
    with jobs.record.read() as session:
        open_upload(jobs.record, session, actor, upload_id)
    return jobs.submit(actor, "library", request={"deed": "add", "upload": upload_id, "status": status})


def start_removing(jobs: Jobs, actor: Actor, source_id: str) -> JobView:
    """Have a source removed; an older version that it had replaced comes back.

    Raises:
        NotFound: there is none of this id. Refused: no right.
    """
    require(actor, "change_library")
    held = source(jobs.record, actor, source_id).source
    return jobs.submit(actor, "library", request={"deed": "remove", "source": held.id})


def start_rebuilding(jobs: Jobs, actor: Actor) -> JobView:
    """Have the index built anew.

    Raises:
        Refused: no right.
    """
    require(actor, "change_library")
    return jobs.submit(actor, "library", request={"deed": "rebuild"})


def works() -> dict[str, Work]:
    """The work by kind of job."""
    return {"library": _change}


def _change(run: Run) -> Callable[[Session], dict[str, Any]]:
    """One change after the other: they all end with the index, which has one owner."""
    from assistant.library.library import Library

    deed = run.request["deed"]
    run.plan({**({} if deed == "rebuild" else {_READ: "资料"}), _INDEX: "索引"})
    run.on_cancel = "已停下；资料已经登记的都在，索引下次再更新"
    with _turn:
        run.check()
        with Library(_settings(run.record)) as found:
            told, result = {"add": _add, "remove": _remove, "rebuild": lambda *_both: ("已重建索引", {})}[deed](run, found)
            if deed != "rebuild":
                run.tell(_READ, "done", told)
            run.tell(_INDEX, "writing")
            run.message = told + _indexed(run, found, rebuild=deed == "rebuild")
            run.tell(_INDEX, "done")

    def save(session: Session) -> dict[str, Any]:
        user = session.get(UserRow, run.by) if run.by is not None else None
        actor = actor_from(session, user) if user is not None else None
        audit.note(session, actor, f"{deed} library", "library", result.get("source", ""), {"job": run.job_id})
        return result

    return save


def _indexed(run: Run, found: Library, *, rebuild: bool) -> str:
    """Bring the index up; who keeps it where that is somebody else."""

    def show(what: str, done: int, total: int) -> None:
        run.tell("", "writing", f"{what} {done}/{total}")
        run.check()

    if not found.index.own():
        if rebuild:
            raise LibraryError(f"索引正由{found.index.lock.holder()}使用", remedy="没有重建；请等它结束再试")
        return f"；索引正由{found.index.lock.holder()}使用，由它更新，在此之前按词语查找"
    found.index.refresh(show, rebuild=rebuild)
    return f"；{found.index.failure}" if found.index.failure else ""


def _add(run: Run, found: Library) -> tuple[str, dict[str, Any]]:
    with run.record.read() as session:
        user = session.get(UserRow, run.by) if run.by is not None else None
        if user is None or user.disabled_at is not None:
            raise NotFound
        row, data = open_upload(run.record, session, actor_from(session, user), run.request["upload"])
    with TemporaryDirectory(prefix="library-", dir=run.record.home) as folder:
        path = Path(folder) / f"upload{_ending(row.original_name)}"
        path.write_bytes(data)
        added = found.add_file(path, row.original_name, status=run.request["status"])
    if added.outcome == "refused" or added.source is None:
        raise NotAccepted(added.message.rstrip("。"), remedy="没有加入资料库")
    if added.outcome == "same":
        return f"《{added.source.title}》原来就在资料库里，没有重复加入", {"source": added.source.id}
    replaced = f"，替换了 {len(added.replaced)} 个旧版本" if added.replaced else ""
    faults = f"，附检查意见 {len(added.source.findings)} 条" if added.source.findings else ""
    return f"已加入《{added.source.title}》（{added.source.passages} 段{faults}{replaced}）", {"source": added.source.id}


def _remove(run: Run, found: Library) -> tuple[str, dict[str, Any]]:
    removed, back = found.remove(run.request["source"])
    return f"已移除《{removed.title}》" + ("，恢复了它替换的旧版本" if back else ""), {"source": removed.id}


def _ending(name: str) -> str:
    ending = Path(name).suffix.lower()
    return ending if ending.isascii() and ending[1:].isalnum() and len(ending) <= 6 else ""


def _settings(record: Record) -> LibrarySettings:
    return replace(library_settings(), folder=library_settings(home=record.home).folder)


def _reading(settings: LibrarySettings) -> Library:
    from assistant.library.library import Library

    return Library(settings, read_only=True)


def _gone() -> NotFound:
    return NotFound("资料库里没有这份资料", remedy="可能已被移除或替换，请从“资料库”页重新打开")

"""The library as a whole: opened, added to, searched, asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.form import FormRegistry, default_registry
from assistant.library.adding import Entry, Judge, entry_of_report, files_below, read_entry, unbalanced
from assistant.library.embedding import Embedder, open_embedder
from assistant.library.index import Index, silent
from assistant.library.lexical import Progress
from assistant.library.model import Answer, Filters, LibraryError, NotAccepted, PassedOver, Source, Status
from assistant.library.query import QueryReader
from assistant.library.search import Search, Weights
from assistant.library.settings import LibrarySettings, library_settings
from assistant.library.store import FILE, Store
from assistant.report.model import Report

_AT_ONCE = 25


@dataclass(frozen=True)
class Added:
    """What became of one file. ``outcome``: added, same (was already there), refused, passed (something else met in a folder).

    ``replaced`` are the older versions it took the place of.
    """

    path: str
    outcome: str
    source: Source | None = None
    replaced: tuple[Source, ...] = ()
    message: str = ""


class Library:
    """One library.

    Args:
        settings: where it lives and what embeds; from the environment if None.
        registry: the known forms.
        embedder: instead of the one that is set.
        judge: the findings to attach to reports beside the reader's remarks; the equations of the form if None.
        weights: of the fusion.
        read_only: never write; a library that does not exist is an empty one.

    Raises:
        LibraryError: the folder or database cannot be used.
    """

    def __init__(
        self,
        settings: LibrarySettings | None = None,
        registry: FormRegistry | None = None,
        *,
        embedder: Embedder | None = None,
        judge: Judge | None = None,
        weights: Weights | None = None,
        read_only: bool = False,
    ) -> None:
        self.settings = settings or library_settings()
        self.registry = registry or default_registry()
        self._judge = judge or unbalanced(self.registry)
        self._weights = weights
        if read_only and not (self.settings.folder / FILE).exists():
            raise LibraryError(
                "资料库还没有建立", place=str(self.settings.folder), remedy="请先运行 assistant library add corpus/ 加入资料"
            )
        self.store = Store(self.settings.folder, read_only=read_only)
        self.index = Index(self.store, self.settings, embedder or open_embedder(self.settings))
        self._known_units: tuple[tuple[int, int, int], QueryReader] | None = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of index and database."""
        self.index.close()
        self.store.close()

    def add(self, paths: Iterable[Path], *, status: Status | None = None, progress: Progress = silent) -> list[Added]:
        """Add files and whole folders; what progress has counted is in for good. The index follows in ``Index.refresh``."""
        named = list(paths)
        found = list(dict.fromkeys(file for path in named for file in files_below(path)))
        results: list[Added] = []
        for at in range(0, len(found), _AT_ONCE):
            read = [self._read(file, status, searched=file not in named) for file in found[at : at + _AT_ONCE]]
            with self.store.writing():
                results += [item if isinstance(item, Added) else self._put(item) for item in read]
            progress("读取文件", len(results), len(found))
        return results

    def add_file(self, path: Path, name: str, *, status: Status | None = None) -> Added:
        """Add one file that people know by another name than its path."""
        try:
            entry = read_entry(path, self.registry, self._judge, status)
        except NotAccepted as error:
            return Added(name, "refused", message=NotAccepted(error.what, place=name, remedy=error.remedy).message)
        with self.store.writing():
            return self._put(replace(entry, source=replace(entry.source, origin=name)))

    def add_report(self, report: Report, *, status: Status = "official", origin: str = "") -> Added:
        """Add a report that was already read."""
        try:
            return self._put(entry_of_report(report, self.registry, self._judge, status, origin))
        except NotAccepted as error:
            return Added(origin or report.path, "refused", message=error.message)

    def _read(self, path: Path, status: Status | None, *, searched: bool) -> Entry | Added:
        try:
            return read_entry(path, self.registry, self._judge, status)
        except PassedOver as error:
            return Added(str(path), "passed" if searched else "refused", message=error.message)
        except NotAccepted as error:
            return Added(str(path), "refused", message=error.message)

    def _put(self, entry: Entry) -> Added:
        if self.store.holds(entry.source.id):
            return Added(entry.source.origin, "same", self.store.source(entry.source.id))
        replaced = self.store.add(entry.source, entry.text, entry.pieces, entry.report)
        return Added(entry.source.origin, "added", entry.source, tuple(replaced))

    def remove(self, source_id: str) -> tuple[Source, Source | None]:
        """Remove a source; what was removed, and the older version that is current again, if there is one.

        Raises:
            LibraryError: there is no such source, or its id fits several.
        """
        source = self.store.source(source_id)
        if source is None:
            raise LibraryError(f"资料库中没有编号为 {source_id} 的资料", remedy="请用 assistant library list 查看编号")
        back = self.store.remove(source.id)
        if not back:
            return source, None
        self._recut(back)
        return source, self.store.source(back)

    def _recut(self, source_id: str) -> None:
        """Bring back the passages of a version that was replaced, from what is kept of it."""
        from assistant.library.passages import report_pieces
        from assistant.library.regulation import read_regulation

        kept = self.store.report_of(source_id)
        source = self.store.source(source_id)
        if kept:
            self.store.recut(source_id, report_pieces(Report.model_validate_json(kept), self.registry)[1])
        elif source is not None and source.type == "regulation" and source.status == "official":
            self.store.recut(source_id, read_regulation(self.store.text_of(source_id), source.origin).pieces)

    @property
    def reader(self) -> QueryReader:
        """Takes queries apart, knowing the units that are in now."""
        state = self.store.state()
        if self._known_units is None or self._known_units[0] != state:
            self._known_units = (state, QueryReader(self.store.units(), self.registry))
        return self._known_units[1]

    def search(self, query: str, filters: Filters | None = None, limit: int = 5) -> Answer:
        """Answer one query (see :class:`Search`)."""
        return self.searcher.run(query, filters, limit)

    @property
    def searcher(self) -> Search:
        """The search over what is in now."""
        return Search(self.store, self.index, self.reader, self._weights)

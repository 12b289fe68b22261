"""What pages show: plain frozen objects, read from the record in one go. Texts are as they print and are not escaped."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from assistant.checks.finding import Alike
from assistant.drafting.brief import Brief
from assistant.drafting.draft import Gap, Hint
from assistant.form import CellStatus
from assistant.submission.model import Submission

DeskState = Literal["no_data", "has_errors", "ready", "draft", "review", "final"]
DESK_STATES: dict[DeskState, str] = {
    "no_data": "缺数据",
    "has_errors": "有错误",
    "ready": "待起草",
    "draft": "草稿",
    "review": "审阅中",
    "final": "已定稿",
}
DraftState = Literal["draft", "review", "final", "superseded"]
DRAFT_STATES: dict[DraftState, str] = {"draft": "草稿", "review": "审阅中", "final": "已定稿", "superseded": "已被新稿代替"}
ParagraphState = Literal["undecided", "accepted", "rejected"]
PARAGRAPH_STATES: dict[ParagraphState, str] = {"undecided": "未决定", "accepted": "已采用", "rejected": "已退回"}
JobState = Literal["waiting", "running", "done", "failed", "cancelled", "lost"]
JOB_STATES: dict[JobState, str] = {
    "waiting": "排队中",
    "running": "进行中",
    "done": "已完成",
    "failed": "未能完成",
    "cancelled": "已取消",
    "lost": "中断",
}
WHY: dict[str, str] = {
    "drafted": "起草",
    "edited": "修改",
    "suggestion": "采用建议",
    "restored": "恢复旧版",
    "redrafted": "重新起草",
}
WRITERS: dict[str, str] = {"offline": "离线写作", "model": "模型写作", "person": "人工"}
ExportKind = Literal["docx", "working", "html", "json", "findings"]
EXPORTS: dict[ExportKind, str] = {
    "docx": "正式稿（Word）",
    "working": "工作稿（Word，带批注）",
    "html": "网页",
    "json": "数据（JSON）",
    "findings": "检查意见（Excel）",
}
Severity = Literal["error", "warning", "info"]
ChangeKind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One unit and year on the desk.

    ``due`` is the last day of Article 49, None where local notice decides; ``days_left`` is negative once it has passed.
    ``decided`` of ``paragraphs`` are decided; ``gaps`` counts gap marks still in the text; ``updated`` is the last deed.
    """

    unit_id: int
    unit: str
    kind_label: str
    year: int
    state: DeskState
    due: date | None = None
    days_left: int | None = None
    submission_id: int | None = None
    draft_id: int | None = None
    errors: int = 0
    warnings: int = 0
    gaps: int = 0
    decided: int = 0
    paragraphs: int = 0
    updated: datetime | None = None
    updated_by: str = ""

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return DESK_STATES[self.state]


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk: rows in order of year (newest first) and unit; ``counts`` of states for the current report year ``year``."""

    year: int
    rows: tuple[DeskRow, ...]
    counts: dict[DeskState, int]


@dataclass(frozen=True, slots=True)
class CellView:
    """One printed cell of a table, merged ones with their spans; rows and columns count from 0.

    Of data cells: ``key``, the label a clerk understands, the raw text, its status, the unit of the column, last year's text,
    the change on last year as text (empty where it may not be told), the fingerprints of findings about it, the worst
    severity among them (``unknown`` for what could not be judged, empty for none). ``marked`` cells are to be highlighted.
    """

    row: int
    col: int
    rowspan: int
    colspan: int
    kind: Literal["title", "corner", "header", "label", "data"]
    text: str
    key: str = ""
    label: str = ""
    status: CellStatus = "blank"
    unit: str = ""
    last: str = ""
    change: str = ""
    findings: tuple[str, ...] = ()
    worst: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """A statutory table as printed, cells in reading order."""

    key: str
    title: str
    rows: int
    cols: int
    header_rows: int
    label_cols: int
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure found in a text: its span, fact key, value as a slot prints it, count word."""

    start: int
    end: int
    key: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A text of the submission (note, problem, measure, follow-up) with the figures found in it."""

    id: str
    label: str
    text: str
    figures: tuple[FigureView, ...]
    aspect: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class RulingView:
    """A person's ruling that a finding may stand."""

    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding at its place.

    ``reason`` says why the rule exists. ``paragraph_id`` and ``sentence_id`` name the place in a draft (None for tables and
    whole parts), ``start``/``end`` count characters in the paragraph's text, or in the section's text for reports.
    ``table`` is the table of its first cell. ``ruling`` is set when a person lets it stand; it then hinders nothing.
    """

    fingerprint: str
    rule: str
    severity: Severity
    status: Literal["fail", "unknown"]
    message: str
    remedy: str = ""
    reason: str = ""
    section: str = ""
    quote: str = ""
    place: str = ""
    start: int | None = None
    end: int | None = None
    paragraph_id: int | None = None
    sentence_id: int | None = None
    cells: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    table: str = ""
    left: str = ""
    right: str = ""
    difference: str = ""
    also: tuple[str, ...] = ()
    other: str = ""
    alike: tuple[Alike, ...] = ()
    ruling: RulingView | None = None

    @property
    def severity_label(self) -> str:
        """The severity in Chinese; what could not be judged says so."""
        return "无法核对" if self.status == "unknown" else {"error": "错误", "warning": "提醒", "info": "提示"}[self.severity]

    @property
    def blocking(self) -> bool:
        """Whether it keeps the draft from being final."""
        return self.status == "fail" and self.severity == "error" and self.ruling is None


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """What a unit handed in for a year, as last saved, with last year beside it and findings per cell.

    ``number`` 0 means that nothing was saved yet: tables are blank. ``last_year`` says where last year's figures come from
    (empty when there are none). ``content`` is the saved submission.
    """

    unit_id: int
    unit: str
    year: int
    number: int
    form: str
    kind: str
    tables: tuple[TableView, ...]
    notes: tuple[NoteView, ...]
    problems: tuple[NoteView, ...]
    improvements: tuple[NoteView, ...]
    follow_ups: tuple[NoteView, ...]
    findings: tuple[FindingView, ...]
    content: Submission | None = None
    aspects: dict[str, str] = field(default_factory=dict)
    last_year: str = ""
    origin: str = ""
    file: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlanView:
    """The brief of a report before writing: what is missing, what the statistics hint at, facts by key as one line each."""

    unit_id: int
    unit: str
    year: int
    submission_id: int
    brief: Brief
    gaps: tuple[Gap, ...]
    hints: tuple[Hint, ...]
    facts: dict[str, str]
    findings: tuple[FindingView, ...]
    model_available: bool
    model_reason: str = ""
    current_draft_id: int | None = None


@dataclass(frozen=True, slots=True)
class PartProgress:
    """How far one part is; ``state`` is waiting, writing, done, failed. ``message`` in Chinese."""

    key: str
    heading: str
    state: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class JobView:
    """Long work as it stands. ``draft_id`` is set once there is a draft; ``may_cancel``/``may_retry`` for the buttons.

    ``about`` is the batch run that the work is on, if it is on one.
    """

    id: str
    kind: str
    state: JobState
    message: str
    done: int
    total: int
    parts: tuple[PartProgress, ...]
    unit_id: int | None
    unit: str
    year: int | None
    draft_id: int | None
    by: str
    at: datetime
    started: datetime | None
    ended: datetime | None
    result: dict[str, object]
    about: str = ""

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return JOB_STATES[self.state]

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "running")

    @property
    def may_cancel(self) -> bool:
        """Whether it can still be cancelled."""
        return not self.over

    @property
    def may_retry(self) -> bool:
        """Whether it may be started again."""
        return self.state in ("failed", "cancelled", "lost")


@dataclass(frozen=True, slots=True)
class PieceView:
    """A stretch of a sentence as printed; ``slot`` is the fact key for what a slot prints, empty for words."""

    text: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence; ``start``/``end`` count characters in the paragraph's text. ``gap`` names what is missing."""

    id: int
    position: int
    text: str
    rendered: str
    pieces: tuple[PieceView, ...]
    sources: tuple[str, ...]
    writer: str
    gap: str | None
    start: int
    end: int
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentView:
    """A remark on a draft or a paragraph."""

    id: int
    paragraph_id: int | None
    text: str
    by: str
    at: datetime
    resolved_by: str = ""
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph in its newest version.

    ``number`` is the version's number (hand it back with an edit or a decision), ``versions`` how many there are; ``why``,
    ``by`` and ``at`` tell of the newest one (``by`` empty for the program). ``unsaved`` is what the reader was typing when the
    page was left, with the version it was typed on in ``unsaved_base``. ``findings`` are fingerprints. ``rejected`` ones are
    left out of the text that is checked and exported.
    """

    id: int
    part: str
    position: int
    heading: str
    number: int
    versions: int
    state: ParagraphState
    text: str
    sentences: tuple[SentenceView, ...]
    findings: tuple[str, ...]
    gaps: int
    suggestions: int
    comments: tuple[CommentView, ...]
    why: str
    by: str
    at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_why: str = ""
    unsaved: str | None = None
    unsaved_base: int | None = None

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return PARAGRAPH_STATES[self.state]


@dataclass(frozen=True, slots=True)
class PartView:
    """A narrative part with its paragraphs; ``findings`` are those of the part as a whole."""

    key: str
    heading: str
    paragraphs: tuple[ParagraphView, ...]
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """One of the six sections in printed order (``key`` ``preface`` comes first, without heading): a table, or parts."""

    key: str
    heading: str
    parts: tuple[PartView, ...]
    table: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How a draft stands: findings that are not ruled on, paragraphs by state, gap marks, open suggestions and comments."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    unknown: int = 0
    ruled: int = 0
    paragraphs: int = 0
    undecided: int = 0
    accepted: int = 0
    rejected: int = 0
    gaps: int = 0
    suggestions: int = 0
    comments: int = 0


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as it reads now.

    ``stamp`` changes with every version and decision: hand it to :func:`accept_all` and :func:`sign`. ``content`` is the
    fingerprint of the accepted text. ``may`` holds the actions the reader may take here.
    """

    id: int
    unit_id: int
    unit: str
    year: int
    number: int
    title: str
    form: str
    state: DraftState
    writer: str
    model: str
    fingerprint: str
    stamp: str
    content: str
    at: datetime
    by: str
    sections: tuple[SectionView, ...]
    tables: tuple[TableView, ...]
    findings: tuple[FindingView, ...]
    comments: tuple[CommentView, ...]
    hints: tuple[Hint, ...]
    counts: Counts
    submission_id: int
    newer_data: bool = False
    may: frozenset[str] = frozenset()

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return DRAFT_STATES[self.state]

    def paragraphs(self) -> tuple[ParagraphView, ...]:
        """All paragraphs in printed order."""
        return tuple(each for section in self.sections for part in section.parts for each in part.paragraphs)


@dataclass(frozen=True, slots=True)
class EditResult:
    """What came of an edit, a decision or a restored version: the paragraph as saved, and how the draft stands now.

    ``findings`` are all of the draft's; ``appeared`` and ``gone`` are fingerprints against before. ``changed`` is false when
    the same had been done already (a click replayed).
    """

    paragraph: ParagraphView
    findings: tuple[FindingView, ...]
    counts: Counts
    stamp: str
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: bool = True


@dataclass(frozen=True, slots=True)
class AcceptAllResult:
    """What :func:`accept_all` did: how many were accepted, and which were left with why (gap marks, error findings)."""

    accepted: int
    left: tuple[tuple[int, str], ...]
    counts: Counts
    stamp: str


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact a sentence rests on.

    ``value`` is as printed with direction word and unit; ``formula`` the declared formula in words with its numbers;
    ``cells`` the cells it is computed from (``prev.`` for last year's), ``table`` the table to show; for figures of notes
    ``note`` and the span ``start``/``end`` in that note's text.
    """

    key: str
    kind: str
    label: str
    value: str
    source: str
    formula: str = ""
    cells: tuple[str, ...] = ()
    table: str = ""
    note: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """An article or document a sentence rests on; ``quotable`` is false for our digest, which must not be quoted."""

    key: str
    name: str
    text: str
    source: str
    quotable: bool = False


@dataclass(frozen=True, slots=True)
class PrecedentView:
    """A passage of another report that serves as an example of style."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What a sentence rests on; ``tables`` are those to show, with the cells of its facts marked; ``gap`` asks what is missing."""

    sentence: SentenceView
    paragraph_id: int
    facts: tuple[FactView, ...]
    notes: tuple[NoteView, ...]
    provisions: tuple[ProvisionView, ...]
    precedents: tuple[PrecedentView, ...]
    tables: tuple[TableView, ...]
    attempts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    gap: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A stretch of the difference between two texts."""

    kind: ChangeKind
    text: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a paragraph with what was decided on it and how it differs from the one before."""

    number: int
    why: str
    by: str
    at: datetime
    text: str
    difference: tuple[ChangeView, ...]
    decisions: tuple[DecisionView, ...]
    from_number: int | None = None
    fingerprint: str = ""
    writer: str = ""

    @property
    def why_label(self) -> str:
        """The kind of change in Chinese."""
        return WHY.get(self.why, self.why)


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision on a version."""

    kind: Literal["accept", "reject", "reopen"]
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """Another wording for a paragraph. It may be taken only while ``may_accept``; ``reasons`` say why it does not hold."""

    id: int
    paragraph_id: int
    group: str
    instruction: str
    text: str
    difference: tuple[ChangeView, ...]
    state: Literal["open", "accepted", "rejected"]
    writer: str
    model: str
    by: str
    at: datetime
    reasons: tuple[str, ...] = ()
    may_accept: bool = True
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionsView:
    """What came of asking for other wordings; ``message`` says why there are none when there are none."""

    paragraph_id: int
    suggestions: tuple[SuggestionView, ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class BesideView:
    """A part this year and last year side by side."""

    key: str
    heading: str
    now: str
    before: str
    difference: tuple[ChangeView, ...]
    ratio: float


@dataclass(frozen=True, slots=True)
class LastYearView:
    """The draft beside last year's report; ``source`` says where that is from, empty when there is none (``message`` why)."""

    year: int
    source: str
    parts: tuple[BesideView, ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class SimilarView:
    """Likeness with last year's report and with other units one may see, as findings with their passages side by side."""

    findings: tuple[FindingView, ...]
    compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing that keeps a draft from being final, with its place."""

    kind: Literal["error", "gap", "undecided", "data", "state"]
    text: str
    paragraph_id: int | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class SignoffView:
    """A sign-off in force, or its withdrawal."""

    kind: Literal["sign", "withdraw"]
    by: str
    at: datetime
    reason: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """Whether a draft may be final: ``hindrances`` are overruled only with a reason; ``history`` is oldest first."""

    draft_id: int
    state: DraftState
    stamp: str
    content: str
    hindrances: tuple[Hindrance, ...]
    signed: SignoffView | None
    history: tuple[SignoffView, ...]
    may_sign: bool

    @property
    def ready(self) -> bool:
        """Whether it may be signed off without a reason."""
        return not self.hindrances


@dataclass(frozen=True, slots=True)
class ExportView:
    """A file made from a draft; ``outdated`` once the accepted text is another one."""

    id: str
    draft_id: int
    kind: ExportKind
    name: str
    sha256: str
    size: int
    fingerprint: str
    by: str
    at: datetime
    outdated: bool = False

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return EXPORTS[self.kind]


@dataclass(frozen=True, slots=True)
class CheckView:
    """What checking a finished report gave; ``error`` says in Chinese why it could not be read (everything else is empty then).

    ``sections`` are (key, heading, text) in order; findings count characters in these texts.
    """

    name: str
    unit: str
    year: int | None
    form: str
    sections: tuple[tuple[str, str, str], ...]
    tables: tuple[TableView, ...]
    findings: tuple[FindingView, ...]
    error: str = ""
    notes: tuple[str, ...] = ()

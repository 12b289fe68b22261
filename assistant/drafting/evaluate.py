"""Scores drafts on a set of cases: deterministic, one row a case, a mean, and the differences between two runs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.drafting.assemble import Drafted
from assistant.drafting.draft import Sentence
from assistant.errors import InputError
from assistant.facts.ledger import Ledger
from assistant.language.quantities import FIGURES, find_quantities
from assistant.language.text import bigrams, similarity
from assistant.submission.model import Submission

_SUPPORTED = 0.3


class Case(BaseModel):
    """One case: a submission, last year's, and the gap marks a draft must have. Paths are relative to the cases' file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    submission: str
    previous: str = ""
    gaps: tuple[str, ...] = ()
    oddity: str = Field(default="", description="这一例特别的地方")
    optional: bool = Field(default=False, description="文件不在时略过")


class Score(BaseModel):
    """The scores of one case. Shares are 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    unsupported: int = Field(description="没有依据的数字，应为 0")
    contradictions: int = Field(description="与表格矛盾、年度、引用的错误，应为 0")
    points: float = Field(description="提纲要点写到的比例")
    precision: float = Field(description="所注素材依据中，文字确有其事的比例")
    recall: float = Field(description="填报的素材、问题、措施、整改中被用作依据的比例")
    gaps: float = Field(description="待补标记与预期的一致程度")
    foreign: int = Field(description="上年素材里的做法或数字，应为 0")
    copied: int = Field(description="与上年填报件最长的相同字数（本年材料没有的）")
    last_year: float = Field(description="与上年材料的相似度")
    names: int = Field(description="自称、口径方面的意见，应为 0")
    length: float = Field(description="每个方面的平均字数")
    model: float = Field(description="模型所写句子的比例")
    refused: int = Field(description="退回的句子数")
    tokens: int = 0
    seconds: float = 0.0


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read the cases' file.

    Raises:
        InputError: it cannot be read, or a case is not what it should be.
    """
    try:
        return tuple(Case.model_validate(item) for item in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        what = "评测用例的内容不合规定" if isinstance(error, ValidationError) else "评测用例无法读取"
        raise InputError(what, place=str(path), remedy="请对照 corpus/eval/README.md 改正") from error


def choose_cases(cases: tuple[Case, ...], chosen: Iterable[str]) -> tuple[Case, ...]:
    """The cases with these ids, in the file's order; all where none is named.

    Raises:
        InputError: there is no case of that id.
    """
    wanted = tuple(chosen)
    for name in wanted:
        if not any(case.id == name for case in cases):
            raise InputError(f"没有“{name}”这一例", remedy="用例的 id 见 corpus/eval/cases.json")
    return tuple(case for case in cases if not wanted or case.id in wanted)


def run_cases(
    cases: Iterable[Case],
    folder: Path,
    read: Callable[[Path], Submission],
    draft: Callable[[Submission, Submission | None], Drafted],
) -> Iterator[tuple[Score, Drafted]]:
    """Draft and score each case whose files are there; a missing file that is not optional is an error of reading it."""
    for case in cases:
        path = folder / case.submission
        if case.optional and not path.exists():
            continue
        previous = read(folder / case.previous) if case.previous else None
        drafted = draft(read(path), previous)
        yield score(case, drafted), drafted


def score(case: Case, drafted: Drafted) -> Score:
    """Score one draft."""
    told = [(part.key, sentence) for part, _p, _s, sentence in drafted.draft.sentences()]
    plain = [(part, sentence) for part, sentence in told if part != "preface" and not sentence.gap]
    failed = [finding for finding in drafted.draft.findings if finding.status == "fail"]
    own, past = _own_words(drafted), _past_words(drafted)
    text = "".join(sentence.rendered for _part, sentence in plain)
    found, expected = {gap.key for gap in drafted.draft.gaps}, set(case.gaps)
    return Score(
        case=case.id,
        unsupported=sum(_loose(sentence) for _part, sentence in told) + sum(each.rule == "TX-NOSRC" for each in failed),
        contradictions=sum(each.blocking and each.rule.startswith(("TX-", "Y-", "R-", "N-")) for each in failed),
        points=_points(drafted, told),
        precision=_precision(drafted.ledger, plain),
        recall=_recall(drafted, plain),
        gaps=len(found & expected) / len(found | expected) if found | expected else 1.0,
        foreign=_foreign(plain, past, own),
        copied=_longest_run(text, past, own),
        last_year=round(similarity(text, past), 3) if past else 0.0,
        names=sum(each.rule in ("N-SUBJECT", "N-LEFTOVER", "TX-SCOPE") for each in failed),
        length=round(_length(drafted), 1),
        model=round(sum(s.writer == "model" for _p, s in plain) / max(1, len(plain)), 3),
        refused=sum(len(sentence.attempts) for _part, sentence in plain),
        tokens=drafted.draft.usage.input_tokens + drafted.draft.usage.output_tokens,
        seconds=drafted.draft.usage.seconds,
    )


def _loose(sentence: Sentence) -> int:
    return sum(item.kind in FIGURES for item in find_quantities(re.sub(r"\{[^{}]+\}|《[^《》]*》|“[^“”]*”", "　", sentence.text)))


def _used(sentence: Sentence, ledger: Ledger) -> set[str]:
    return {*sentence.sources, *ledger.slots(sentence.text)}


def _points(drafted: Drafted, told: list[tuple[str, Sentence]]) -> float:
    used: dict[str, set[str]] = {}
    for part, sentence in told:
        used.setdefault(part, set()).update(_used(sentence, drafted.ledger))
    points = [
        (part.key, point)
        for part in drafted.draft.brief.parts
        for point in part.points
        if point.topic != "gap" and not all(_nothing(drafted.ledger, key) for key in point.keys)
    ]
    stated = sum(bool(used.get(part, set()).intersection(point.keys)) for part, point in points)
    return round(stated / len(points), 3) if points else 1.0


def _nothing(ledger: Ledger, key: str) -> bool:
    """Whether a key has no fact or a figure of zero: a point on such keys alone may be left unsaid."""
    fact = ledger.get(key)
    return fact is None or (fact.kind in ("cell", "sum") and not fact.value)


def _texts(drafted: Drafted) -> dict[str, str]:
    given = drafted.submission
    texts = {note.id: note.text for note in given.notes}
    texts |= {problem.id: problem.text for problem in given.problems}
    texts |= {item.id: item.text for item in given.improvements}
    return texts | {f"f{number}": f"{item.problem}{item.text}" for number, item in enumerate(given.follow_ups, 1)}


def _recall(drafted: Drafted, plain: list[tuple[str, Sentence]]) -> float:
    cited = {key for _part, sentence in plain for key in sentence.sources}
    texts = _texts(drafted)
    return round(len(cited & set(texts)) / len(texts), 3) if texts else 1.0


def _precision(ledger: Ledger, plain: list[tuple[str, Sentence]]) -> float:
    """Citations of a text that share a sound part of the sentence's words with it, among all citations of texts."""
    good = total = 0
    for _part, sentence in plain:
        words = bigrams(sentence.rendered)
        for key in sentence.sources:
            fact = ledger.get(key)
            if fact is None or fact.kind != "text" or key == "fee" or key.startswith("prev."):
                continue
            total += 1
            known = bigrams(fact.text + fact.label)
            good += len(words & known) >= _SUPPORTED * min(len(words), len(known))
    return round(good / total, 3) if total else 1.0


def _own_words(drafted: Drafted) -> str:
    labels = "".join(fact.label for fact in (drafted.ledger[key] for key in drafted.draft.facts if key in drafted.ledger))
    return "\n".join((*_texts(drafted).values(), labels, drafted.submission.unit.name))


def _past_words(drafted: Drafted) -> str:
    if drafted.previous is None:
        return ""
    return "\n".join(note.text for note in drafted.previous.notes)


def _foreign(plain: list[tuple[str, Sentence]], past: str, own: str) -> int:
    """Sentences with a run of eight characters and more that last year's notes have and this year's material has not."""
    return sum(_longest_run(sentence.rendered, past, own) >= 8 for _part, sentence in plain)


def _longest_run(text: str, past: str, own: str) -> int:
    best = 0
    for start in range(len(text)):
        end = start + best + 1
        while end <= len(text) and text[start:end] in past:
            if text[start:end] not in own:
                best = end - start
            end += 1
    return best


def _length(drafted: Drafted) -> float:
    keys = {aspect.key for aspect in drafted.form.aspects}
    lengths = [sum(len(p.text) for p in part.paragraphs) for part in drafted.draft.parts if part.key in keys]
    return sum(lengths) / max(1, len(lengths))


_COLUMNS = (
    ("unsupported", "无据数字"), ("contradictions", "矛盾"), ("points", "要点"), ("precision", "依据准"), ("recall", "依据全"),
    ("gaps", "待补"), ("foreign", "外来"), ("copied", "最长相同"), ("last_year", "似上年"), ("names", "自称"), ("length", "字数"),
    ("model", "模型句"), ("refused", "退回"), ("tokens", "词元"), ("seconds", "秒"),
)  # fmt: skip


def means(scores: Iterable[Score]) -> dict[str, float]:
    """The mean of each score over the cases; 0 where there are none."""
    rows = [row.model_dump() for row in scores]
    return {name: round(sum(row[name] for row in rows) / len(rows), 3) if rows else 0.0 for name, _title in _COLUMNS}


def table(scores: Iterable[Score]) -> Iterator[str]:
    """A Markdown table: one row a case, the means last."""
    rows = list(scores)
    yield "| 用例 | " + " | ".join(title for _name, title in _COLUMNS) + " |"
    yield "|---|" + "---|" * len(_COLUMNS)
    for row in rows:
        yield f"| {row.case} | " + " | ".join(f"{getattr(row, name):g}" for name, _title in _COLUMNS) + " |"
    yield "| **平均** | " + " | ".join(f"{value:g}" for value in means(rows).values()) + " |"


def differences(before: Iterable[Score], now: Iterable[Score]) -> Iterator[str]:
    """What changed between two runs, time aside: a line for each score of each case that differs, and cases in one run only."""
    old, new = ({row.case: row for row in rows} for rows in (before, now))
    for case in sorted(old.keys() | new.keys()):
        if case not in old or case not in new:
            yield f"{case}：只在{'本次' if case in new else '上次'}"
            continue
        changed = [
            f"{title} {getattr(old[case], name):g}→{getattr(new[case], name):g}"
            for name, title in _COLUMNS
            if name != "seconds" and getattr(old[case], name) != getattr(new[case], name)
        ]
        if changed:
            yield f"{case}：{'，'.join(changed)}"


def results_json(writer: str, model: str, scores: Iterable[Score], drafts: Iterable[Drafted]) -> dict[str, Any]:
    """The raw results of a run: scores, and every draft as it was."""
    return {
        "writer": writer,
        "model": model,
        "scores": [row.model_dump() for row in scores],
        "drafts": [drafted.draft.model_dump(mode="json") for drafted in drafts],
    }


def read_scores(path: Path) -> tuple[Score, ...]:
    """The scores of an earlier run.

    Raises:
        InputError: the file is not that of a run.
    """
    try:
        return tuple(Score.model_validate(row) for row in json.loads(path.read_text(encoding="utf-8"))["scores"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("上次评测的结果无法读取", place=str(path), remedy="请给出 assistant eval -o 写出的文件") from error

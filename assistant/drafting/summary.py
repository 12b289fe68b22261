"""What a person reads after drafting: where the files are, what is missing, what the checks say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.drafting.draft import Draft

_NAMES = {"error": "错误", "warning": "警告", "info": "提示"}
_WRITERS = {"offline": "离线写作", "model": "模型写作", "person": "人工写作"}
_MOST_INFO = 8


def summary_lines(draft: Draft, written: Iterable[Path]) -> Iterator[str]:
    """Lines for a terminal: files, gaps, findings by severity, hints."""
    yield f"{draft.title}　初稿已完成（{_WRITERS[draft.writer]}，{sum(1 for _ in draft.sentences())} 句）"
    for path in written:
        yield f"  文件：{path}"
    if draft.gaps:
        yield f"待补 {len(draft.gaps)} 处："
        for gap in draft.gaps:
            yield f"  【待补】{gap.ask}"
    yield from _findings(draft)
    if draft.hints:
        yield f"供参考 {len(draft.hints)} 条："
        for hint in draft.hints:
            yield f"  · {hint.text}"


def _findings(draft: Draft) -> Iterator[str]:
    failed = [finding for finding in draft.findings if finding.status == "fail"]
    unknown = [finding for finding in draft.findings if finding.status == "unknown"]
    counts = "，".join(f"{name} {sum(1 for item in failed if item.severity == key)} 条" for key, name in _NAMES.items())
    yield f"检查意见：{counts}；缺数无法核对 {len(unknown)} 条"
    shown_info = 0
    for finding in failed:
        if finding.severity == "info":
            shown_info += 1
            if shown_info > _MOST_INFO:
                continue
        place = f"（{finding.place}）" if finding.place else ""
        yield f"  {_NAMES[finding.severity]} {finding.rule} {finding.message}{place}"
        if finding.remedy and finding.severity != "info":
            yield f"      建议：{finding.remedy}"
    if shown_info > _MOST_INFO:
        yield f"  另有提示 {shown_info - _MOST_INFO} 条，见 --json 或带批注的工作稿"

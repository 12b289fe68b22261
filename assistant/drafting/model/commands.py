"""What the command line needs of writing with a model: a draft, and what to tell about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.draft import Draft, Sentence
from assistant.drafting.model.chain import Chain, Task
from assistant.drafting.model.part_writer import Asker
from assistant.drafting.model.progress import Cancel, Stage, Tell
from assistant.errors import InputError

_WRITERS = {"model": "模型", "offline": "离线写作", "person": "人工"}


def draft_by_model(
    task: Task,
    *,
    folder: Path | None = None,
    start: Stage = "facts",
    cache: bool = True,
    tell: Tell | None = None,
    cancel: Cancel | None = None,
) -> tuple[Drafted, list[str]]:
    """Draft with the configured model, or offline with a notice where there is none.

    Args:
        task: what to draft.
        folder: where the stages leave their files; None leaves none.
        start: the stage to run from; earlier ones are taken from ``folder``.
        cache: whether questions asked before are answered from the record.
        tell: who is told of each step, see :mod:`assistant.drafting.model.progress`.
        cancel: a wish to stop, heard before each call.

    Returns:
        The draft and lines for the person at the terminal.

    Raises:
        InputError: ``start`` needs a folder, or the files in it cannot be used.
        PromptError: a prompt file cannot be used.
        AssistantError: the settings of the model cannot be used.
    """
    from assistant.drafting.model.settings import model_settings, why_not

    if folder is None and start != "facts":
        raise InputError("从某一步重新运行时要写明各步结果所在的文件夹", remedy="请加上 --stages 文件夹")
    settings = model_settings()
    if reason := why_not(settings):
        return _offline(task), [f"没有可用的模型写作，全文由离线写作完成。{reason}"]
    from assistant.drafting.model.client import Connection
    from assistant.drafting.model.retrieving import default_library

    connection = Connection(settings)
    try:
        client = connection.client(task.submission.unit.name, cache=cache, cancel=cancel)
        library = default_library()
        try:
            chain = Chain(task, client, folder=folder, library=library, tell=tell, cancel=cancel)
            drafted = chain.run(start)
        finally:
            if library is not None:
                library.close()
        lines = list(account_lines(drafted.draft, client))
        if chain.cancelled:
            lines.append("已按要求停止：写好的句子都保留，其余由离线写作补齐；再次运行会从停下的地方继续")
        return drafted, lines
    finally:
        connection.close()


def _offline(task: Task) -> Drafted:
    return draft_report(
        task.submission, task.registry, previous=task.previous, report=task.report, brief=task.brief, today=task.today
    )


def account_lines(draft: Draft, client: Asker | None = None) -> Iterator[str]:
    """What writing cost and who wrote how much, and why the offline writer stood in."""
    usage = draft.usage
    cached = getattr(getattr(client, "usage", None), "cached", 0)
    spent = f"输入 {usage.input_tokens}、输出 {usage.output_tokens} 个词元，用时 {usage.seconds:.1f} 秒"
    yield f"模型 {draft.model or '没有回答'}：请求 {usage.calls} 次，另有 {cached} 次由记录作答，{spent}"
    yield from share_lines([sentence for *_place, sentence in draft.sentences()], "正文")


def share_lines(sentences: Sequence[Sentence], whole: str) -> Iterator[str]:
    """Who wrote how much of some sentences, and why the offline writer stood in; ``whole`` names what they are all of."""
    told = [sentence for sentence in sentences if not sentence.gap]
    counts = Counter(sentence.writer for sentence in told)
    shares = "，".join(f"{_WRITERS[name]} {count} 句（{count * 100 // len(told)}%）" for name, count in counts.most_common())
    yield f"{whole} {len(told)} 句：{shares}"
    reasons = Counter(
        attempt.reasons[-1]
        for sentence in told
        if sentence.writer == "offline"
        for attempt in sentence.attempts[-1:]
        if attempt.reasons
    )
    for reason, count in reasons.most_common(5):
        yield f"  {count} 处改由离线写作：{reason}"
    if any("上限" in reason or "限额" in reason for reason in reasons):
        yield "  已写好的部分都在记录里，放宽限额后再次运行，会从停下的地方继续"

"""Whether the program is set up to draft at all. A fault of the set-up would meet every unit: it stops the run instead."""

from __future__ import annotations

from assistant.batch.records import Writer
from assistant.errors import AssistantError
from assistant.form import FormRegistry, default_registry

_OFFLINE_AT_ONCE = 4


class SetupFault(AssistantError):
    """What every unit would meet: a form, a data file, a prompt or a setting. Nothing is written for the unit."""


def check_setup(writer: Writer) -> FormRegistry:
    """Look at forms, settings and prompts before anything is begun; the forms.

    Raises:
        AssistantError: something of it cannot be used; says what and where.
    """
    registry = default_registry()
    if writer == "model":
        from assistant.batch.modelling import gate_limits
        from assistant.drafting.model.prompts import check_prompts
        from assistant.drafting.model.settings import model_settings, why_not

        settings = model_settings()
        gate_limits(settings)
        if reason := why_not(settings):
            raise AssistantError(reason.rstrip("。"), remedy="或用 --writer offline 由离线写作完成")
        wrong = [line.rstrip("。") for usable, line in check_prompts() if not usable]
        if wrong:
            raise AssistantError("；".join(wrong), remedy="改好后再运行；或用 --writer offline 由离线写作完成")
    return registry


def units_at_once(writer: Writer, workers: int) -> int:
    """Units under way in one worker: enough to keep the model's calls busy, few enough to keep memory flat."""
    if writer != "model":
        return _OFFLINE_AT_ONCE
    from assistant.batch.modelling import gate_limits
    from assistant.drafting.model.settings import model_settings

    calls = gate_limits(model_settings()).at_once
    return max(2, min(24, -(-calls // (2 * workers)) + 1))


def try_setup(registry: FormRegistry, form: str, writer: Writer) -> None:
    """Draft a unit that handed in nothing, after a unit failed: whether the fault is the unit's or meets every one.

    Args:
        registry: the forms.
        form: the failed unit's form; the latest one if it is not known.
        writer: of the run; for a model the prompts are looked at, and nothing is asked.

    Raises:
        SetupFault: this one cannot be drafted either.
    """
    from assistant.drafting.assemble import draft_report
    from assistant.drafting.printing import to_document
    from assistant.form import Cell
    from assistant.report.docx_writer import write_docx
    from assistant.report.html_writer import write_html
    from assistant.submission.model import Submission, UnitProfile

    known = {each.id: each for each in registry.forms}
    chosen = known.get(form, registry.forms[-1])
    try:
        check_setup(writer)
        blank = Submission(
            unit=UnitProfile(name="某某县某某局", kind="dept"),
            year=chosen.first_year,
            form=chosen.id,
            cells={key: Cell(key=key) for key in chosen.cells},
        )
        document = to_document(draft_report(blank, registry))
        write_docx(document)
        write_html(document)
    except AssistantError as error:
        raise SetupFault(error.what, place=error.place, remedy=error.remedy) from error
    except Exception as error:
        what = f"程序的文件不完整或有缺陷，任何单位都不能起草（{type(error).__name__}：{str(error)[:200]}）"
        raise SetupFault(what, remedy="请重新安装，或交给维护人员") from error

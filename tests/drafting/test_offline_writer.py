"""What the offline writer promises, over the sample county."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from rapidfuzz import fuzz

from assistant.drafting.assemble import draft_report
from assistant.form import Form, FormRegistry
from assistant.submission.model import Submission
from tests.corpus.material import SUBMISSIONS, UNITS
from tests.drafting.material import county_draft, drafted, loose_figures, narrative, part_text, slots
from tests.strategies import consistent_values, example_submission

IDS = [f"{path.parent.name}-{path.stem}" for path in SUBMISSIONS]


@pytest.mark.parametrize("path", SUBMISSIONS, ids=IDS)
def test_every_numeral_of_every_sample_resolves(path: object) -> None:
    result = county_draft(path.stem, int(path.parent.name))  # type: ignore[attr-defined]
    assert loose_figures(result) == []
    assert [finding for finding in result.draft.findings if finding.rule == "TX-NOSRC"] == []


@pytest.mark.parametrize("path", SUBMISSIONS, ids=IDS)
def test_the_text_rules_find_no_contradiction_in_a_draft_of_sound_tables(path: object) -> None:
    result = county_draft(path.stem, int(path.parent.name))  # type: ignore[attr-defined]
    errors = [finding for finding in result.draft.findings if finding.blocking and finding.rule.startswith(("TX-", "Y-", "R-"))]
    assert errors == []


def test_units_with_different_facts_do_not_read_alike() -> None:
    texts = {
        unit: "".join(part_text(county_draft(unit, 2024), key) for key in ("s1.active", "s1.request", "sec5")) for unit in UNITS
    }
    for one, other in itertools.combinations(UNITS, 2):
        assert fuzz.ratio(texts[one], texts[other]) < 75, (one, other)


def test_zero_requests_are_said_as_zero_without_rates(form2021: Form, registry: FormRegistry) -> None:
    zeros = {key: Decimal(0) for key in form2021.cells}
    result = draft_report(example_submission(form2021, zeros), registry)
    text = part_text(result, "s1.request")
    assert "未收到政府信息公开申请" in text
    assert "%" not in text
    assert "复议" in text
    assert not any(character.isdigit() for character in text.replace("2021年", ""))


def test_a_blank_table_is_asked_for_and_never_becomes_zero(form2021: Form, registry: FormRegistry) -> None:
    blank = {key: "" for key in form2021.cells if key.startswith(("t3.", "t4."))}
    result = draft_report(example_submission(form2021, blank), registry)
    text = part_text(result, "s1.request")
    assert "未收到" not in text
    assert "未发生" not in text
    assert "没有因" not in text
    assert {"s1.request", "s1.request.disputes"} <= {gap.key for gap in result.draft.gaps}


@pytest.mark.parametrize("key", ["t3.new.total", "t3.carry_in.total", "t3.r7_total.total", "t3.carry_out.total", "t4.rev.total"])
def test_a_single_missing_figure_is_named(form2021: Form, registry: FormRegistry, key: str) -> None:
    result = draft_report(example_submission(form2021, {key: ""}), registry)
    assert f"{{{key}}}" not in "".join(sentence.text for *_rest, sentence in result.draft.sentences())
    assert any(form2021.cells[key].label in gap.ask for gap in result.draft.gaps)


def test_a_placeholder_is_not_stated(form2021: Form, registry: FormRegistry) -> None:
    result = draft_report(example_submission(form2021, {"t2.norm.issued": "/"}), registry)
    assert "t2.norm.issued" not in slots(result)


def test_governments_owe_three_results_and_others_do_not(form2021: Form, registry: FormRegistry) -> None:
    owed = {result.key for result in form2021.results}
    for kind, gaps in (("gov_county", owed), ("gov_town", owed), ("dept", set()), ("gov_office", set())):
        result = draft_report(example_submission(form2021, kind=kind, notes=()), registry)
        assert {gap.key for gap in result.draft.gaps} & owed == gaps, kind


@pytest.mark.parametrize(
    ("kind", "name", "region", "expected"),
    [
        ("dept", "示例县教育局", "示例县", "我局"),
        ("dept", "示例县发展和改革委员会", "示例县", "我委"),
        ("gov_town", "示例县样例镇人民政府", "示例县样例镇", "我镇"),
        ("gov_office", "示例县人民政府办公室", "示例县", "本机关"),
        ("subdistrict", "示例区东关街道办事处", "示例区", "我街道"),
        ("gov_county", "示例县人民政府", "示例县", "全县"),
    ],
)
def test_each_kind_of_unit_speaks_of_itself_properly(
    form2021: Form, registry: FormRegistry, kind: str, name: str, region: str, expected: str
) -> None:
    unit = {"name": name, "kind": kind, "region": region}
    result = draft_report(example_submission(form2021, unit=unit), registry)
    assert expected in part_text(result, "s1.request") + part_text(result, "sec6")


def test_the_fee_is_stated_asked_for_or_left_alone(form2021: Form, form2019: Form, registry: FormRegistry) -> None:
    assert "未收取" in _other(example_submission(form2021, fee={"count": 0}), registry).replace("没有收取", "未收取")
    assert "2件、1200元" in _other(example_submission(form2021, fee={"count": 2, "yuan": "1200"}), registry)
    assert "【待补：收取信息处理费的金额" in _other(example_submission(form2021, fee={"count": 2}), registry)
    assert "【待补：信息处理费" in _other(example_submission(form2021, fee=None), registry)
    assert "信息处理费" not in _other(example_submission(form2019, fee=None), registry)


def _other(submission: Submission, registry: FormRegistry) -> str:
    return part_text(draft_report(submission, registry), "sec6")


def test_unanswered_problems_of_both_years_are_asked_for(form2021: Form, registry: FormRegistry) -> None:
    last = example_submission(form2021, problems=[{"id": "p1", "text": "目录更新不及时，3个栏目超期"}])
    result = draft_report(example_submission(form2021, improvements=()), registry, previous=last.model_copy(update={"year": 2020}))
    asks = {gap.key: gap.ask for gap in result.draft.gaps}
    assert "目录更新不及时" in asks["follow_up.p1"]
    assert "improve.p1" in asks


def test_statistics_suggest_problems_and_never_assert_them(form2021: Form, registry: FormRegistry) -> None:
    submission = example_submission(form2021, {"t4.rev.corrected": Decimal(7)}, problems=(), improvements=())
    result = draft_report(submission, registry)
    hint = next(hint for hint in result.draft.hints if hint.kind == "problem" and "d.corrected" in hint.sources)
    assert hint.text not in narrative(result)
    assert "7件被纠正" in hint.text or "件被纠正" in hint.text


def test_the_same_inputs_give_the_same_draft(form2021: Form, registry: FormRegistry) -> None:
    submission = example_submission(form2021)
    first, second = (draft_report(submission, registry).draft for _ in range(2))
    ignore = {"usage"}
    assert first.model_dump_json(exclude=ignore) == second.model_dump_json(exclude=ignore)


def test_an_edited_brief_is_followed(form2021: Form, registry: FormRegistry) -> None:
    submission = example_submission(form2021)
    brief = draft_report(submission, registry).draft.brief
    parts = tuple(part.model_copy(update={"points": part.points[:1]}) if part.key == "s1.request" else part for part in brief.parts)
    result = draft_report(submission, registry, brief=brief.model_copy(update={"parts": parts}))
    assert "复议" not in part_text(result, "s1.request")


@pytest.mark.parametrize("form_id", ["form2021", "form2019"])
def test_any_consistent_submission_gives_a_draft_whose_every_numeral_resolves(registry: FormRegistry, form_id: str) -> None:
    form = registry.get(form_id)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(consistent_values(form), consistent_values(form))
    def check(values: dict[str, Decimal], before: dict[str, Decimal]) -> None:
        last = example_submission(form, before).model_copy(update={"year": form.first_year - 1})
        result = draft_report(example_submission(form, values), registry, previous=last)
        assert loose_figures(result) == []
        wrong = [f for f in result.draft.findings if f.blocking and f.rule.startswith(("T3-", "T4-", "TX-"))]
        assert wrong == []

    check()


def test_the_sample_has_no_invented_figure() -> None:
    from tests.corpus.material import SAMPLES

    for path in SAMPLES:
        assert loose_figures(drafted(path)) == []

"""A unit that filled another year's form is told; its tables are read as they are, its text follows the year's own form."""

from __future__ import annotations

import pytest

from assistant.drafting.assemble import Drafted, draft_report
from assistant.form import default_registry
from tests.drafting.material import narrative, part_text
from tests.submission.material import submission


def _drafted(year: int, form_year: int) -> Drafted:
    """A submission of one year on the tables of another, without a word on the fee."""
    registry = default_registry()
    form = registry.for_year(form_year)
    return draft_report(submission(year, cells=dict.fromkeys(form.cells, 0)), registry)


@pytest.mark.parametrize(
    ("year", "form_year", "form", "number"), [(2020, 2025, "form2021", "2021〕30号"), (2025, 2020, "form2019", "2019〕60号")]
)
def test_the_wrong_years_tables_are_kept_and_told(year: int, form_year: int, form: str, number: str) -> None:
    result = _drafted(year, form_year)
    assert result.draft.form == form
    assert set(result.form.cells) == set(default_registry().get(form).cells)
    (finding,) = (finding for finding in result.draft.findings if finding.rule == "S-FORM-VERSION")
    assert (finding.status, finding.severity) == ("fail", "warning")
    assert str(year) in finding.message
    assert number in finding.message


@pytest.mark.parametrize(("year", "form_year", "number"), [(2020, 2025, "〔2019〕60号"), (2025, 2020, "〔2021〕30号")])
def test_the_preface_cites_the_notice_of_the_reports_year(year: int, form_year: int, number: str) -> None:
    assert number in part_text(_drafted(year, form_year), "preface")


@pytest.mark.parametrize(("year", "form_year", "owed"), [(2020, 2025, False), (2025, 2020, True)])
def test_duties_are_those_of_the_reports_year(year: int, form_year: int, owed: bool) -> None:
    result = _drafted(year, form_year)
    assert any(gap.key == "fee" for gap in result.draft.gaps) == owed
    assert ("信息处理费" in narrative(result)) == owed
    severities = {f.severity for f in result.draft.findings if f.rule.startswith("COV-ASPECT") and f.status == "fail"}
    assert severities == {"error" if owed else "warning"}


@pytest.mark.parametrize("year", [2020, 2025])
def test_the_years_own_form_is_no_matter(year: int) -> None:
    assert not any(finding.rule == "S-FORM-VERSION" for finding in _drafted(year, year).draft.findings)

"""Several reviewers at once on the real server: what was shown as saved is in the record. Times are measured elsewhere."""

from __future__ import annotations

from benchmarks.site_load import prepare, run
from tests.site.serving import Site


def test_nothing_that_was_acknowledged_is_lost(own_site: Site) -> None:
    reviewers = prepare(own_site, 6)
    for who in reviewers:
        del who.paragraphs[3:]  # so that several meet
    found = run(own_site, reviewers, 5, pause=(0.05, 0.3))
    assert found.lost == []
    assert found.broken == ""
    assert found.acknowledged > 0
    assert {deed.status for deed in found.deeds} <= {200}

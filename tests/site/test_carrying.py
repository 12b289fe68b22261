"""The navigation keeps what one works on from one step to the next, and tells strangers nothing."""

from __future__ import annotations

from tests.review.desk_material import YEAR
from tests.site.review_material import office
from tests.site.serving import Site


def test_the_navigation_carries_unit_and_year_and_the_draft_on(own_site: Site) -> None:
    draft, unit = office(own_site, last_year=False)
    by_unit, by_draft = f"?unit={unit}&amp;year={YEAR}", f"?draft={draft}"
    client = own_site.visitor("甲某")
    for here in ("data", "draft"):
        page = client.get(f"/{here}?unit={unit}&year={YEAR}").text
        assert all(f'href="/{step}{by_unit}"' in page for step in ("data", "draft", "review", "final"))
    for here in ("review", "final"):
        page = client.get(f"/{here}?draft={draft}").text
        assert all(f'href="/{step}{by_unit}"' in page for step in ("data", "draft"))
        assert all(f'href="/{step}{by_draft}"' in page for step in ("review", "final"))
    for address in ("/review?draft=999", "/library", "/data?unit=<b>&year=x", "/"):
        page = client.get(address).text
        assert all(f'href="/{step}"' in page for step in ("data", "draft", "review", "final"))
    own_site.add_user("外人", "drafter")
    page = own_site.visitor("外人").get(f"/review?draft={draft}").text
    assert f"unit={unit}" not in page

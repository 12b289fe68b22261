"""The pages of the site, each a small object in a file of its own; the order is that of the navigation."""

from __future__ import annotations

from assistant.site.page import Page


def all_pages() -> tuple[Page, ...]:
    """All pages; the first one has the address ``/``."""
    from assistant.site.pages.batch import Batch
    from assistant.site.pages.check import Check
    from assistant.site.pages.data import Data
    from assistant.site.pages.desk import Desk
    from assistant.site.pages.draft import Draft
    from assistant.site.pages.final import Final
    from assistant.site.pages.library import Library
    from assistant.site.pages.manage import Manage
    from assistant.site.pages.review import Review

    return (Desk(), Data(), Draft(), Review(), Final(), Check(), Library(), Batch(), Manage())

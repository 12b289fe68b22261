"""Which forms are known and which one is meant: by id, by year, by labels, by cell keys."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from assistant.errors import FormError
from assistant.form.loader import built_in_forms, load_form
from assistant.form.model import Form


class FormRegistry:
    """A set of forms. The default one holds the forms shipped with the program."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self.forms = tuple(forms)
        self._mixed: dict[tuple[str, str], Form] = {}

    def get(self, form_id: str) -> Form:
        """The form with this id; FormError if unknown."""
        for form in self.forms:
            if form.id == form_id:
                return form
        known = "、".join(form.id for form in self.forms)
        raise FormError(f"没有名为 {form_id} 的表式", remedy=f"可用的表式：{known}")

    def for_year(self, year: int) -> Form:
        """The form a report of ``year`` has to use; FormError before the first one."""
        covering = [form for form in self.forms if form.covers(year)]
        if not covering:
            first = min(form.first_year for form in self.forms)
            raise FormError(f"{year} 年度没有可用的表式", remedy=f"本程序支持 {first} 年度及以后的报告")
        return max(covering, key=lambda form: form.first_year)

    def for_report(self, form_id: str, year: int) -> Form:
        """The form whose tables were filled in, with the duties of the year's own form.

        Raises:
            FormError: the form is unknown, or the year is before the first one.
        """
        tables, own = self.get(form_id), self.for_year(year)
        if tables.id == own.id:
            return tables
        key = (tables.id, own.id)
        if key not in self._mixed:
            self._mixed[key] = tables.with_duties_of(own)
        return self._mixed[key]

    def for_cells(self, keys: Iterable[str], year: int) -> Form:
        """The form whose cells these keys are.

        The year's own form wins when it has all keys; otherwise the form with the most of them, so that a unit which
        filled an outdated form is read as it is and told (rule S-FORM-VERSION).
        """
        wanted = set(keys)
        own = self.for_year(year)
        if wanted <= own.cells.keys():
            return own
        return max(self.forms, key=lambda form: (len(wanted & form.cells.keys()), form.id == own.id))


def default_registry() -> FormRegistry:
    """The forms shipped with the program, and those in the folder named by ``ASSISTANT_FORMS`` (one TOML file each)."""
    folder = os.environ.get("ASSISTANT_FORMS", "")
    extra = [load_form(path) for path in sorted(Path(folder).glob("*.toml"))] if folder else []
    return FormRegistry((*built_in_forms(), *extra))

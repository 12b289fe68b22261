"""Which version of the form a report's tables follow, by their labels and never by what it cites."""

from __future__ import annotations

from assistant.errors import FormError
from assistant.form import Form, FormRegistry
from assistant.report.labels import normalise_label


def choose_form(registry: FormRegistry, text: str, year: int | None) -> Form | None:
    """The form of whose signature labels the greatest share stands in the tables; the year's own form wins a tie.

    A share, not a count: a later form keeps most labels of the one before. None when no label of any form is there.
    """
    plain = normalise_label(text)
    hits = {form.id: _share([normalise_label(label) in plain for label in form.signature_labels]) for form in registry.forms}
    most = max(hits.values(), default=0)
    if most == 0:
        return None
    best = [form for form in registry.forms if hits[form.id] == most]
    own = _form_of(registry, year)
    return own if own in best else best[0]


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _form_of(registry: FormRegistry, year: int | None) -> Form | None:
    try:
        return registry.for_year(year) if year is not None else None
    except FormError:
        return None


def other_wordings(registry: FormRegistry, form: Form, text: str) -> list[tuple[Form, list[str]]]:
    """Other forms of which signature labels occur that this form does not have, with those labels (rule S-FORM-MIXED)."""
    own = "\n".join(normalise_label(node.label) for table in form.tables for node in table.nodes())
    own += "\n".join(normalise_label(block.title) for table in form.tables for block in table.blocks)
    plain = normalise_label(text)
    found = []
    for other in registry.forms:
        labels = [
            label for label in other.signature_labels if normalise_label(label) in plain and normalise_label(label) not in own
        ]
        if other is not form and labels:
            found.append((other, labels))
    return found

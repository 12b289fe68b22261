"""Every rule id that the written rules name is declared in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.checks import all_rules

_FAMILIES = "S|C|T2A|T2B|T3|T4|X|TX|Y|N|R|COV|SIM|D"
_ID = re.compile(rf"(?<![A-Z0-9])(?:{_FAMILIES})-[A-Z0-9]+(?:-[A-Z0-9]+)*(?![A-Z0-9*-])")
_SHARED_BEGINNING = re.compile(rf"(?P<head>(?:{_FAMILIES})-[A-Z0-9]+)-[A-Z0-9]+(?P<tails>(?:\s*[/、]\s*-[A-Z0-9]+)+)")


def test_every_rule_named_in_the_written_rules_is_declared(shared: Path) -> None:
    text = (shared / "domain" / "consistency-rules.md").read_text(encoding="utf-8")
    named = set(_ID.findall(text))
    for match in _SHARED_BEGINNING.finditer(text):
        named |= {match["head"] + tail for tail in re.findall(r"-[A-Z0-9]+", match["tails"])}
    assert len(named) > 120
    assert named - {rule.id for rule in all_rules()} == set()

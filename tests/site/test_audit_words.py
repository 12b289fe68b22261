"""What the audit trail shows an admin is Chinese: each deed and object that the program notes has its word."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from assistant.site.pages.manage_views import DEEDS, OBJECTS
from tests.corpus.material import ROOT


def noted() -> Iterator[tuple[str, str]]:
    """Deed and object of each ``audit.note(session, actor, deed, object, …)`` that names them outright."""
    for path in (ROOT / "assistant").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
                deed, target = node.args[2:4]
                if isinstance(deed, ast.Constant) and isinstance(target, ast.Constant):
                    yield str(deed.value), str(target.value)


def test_every_deed_in_the_trail_has_a_chinese_word() -> None:
    found = set(noted())
    assert len(found) > 20
    assert {deed for deed, _target in found} <= set(DEEDS)
    assert {target for _deed, target in found} <= set(OBJECTS)

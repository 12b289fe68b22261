"""How a unit speaks of itself follows from its own name; the region it fills in only helps where the name does not tell."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.cli import KINDS
from assistant.facts.ledger import build_ledger
from assistant.form import Form, scope_word, self_name, unit_kinds
from assistant.submission.model import KindKey
from tests.submission.material import document, read


@pytest.mark.parametrize(
    ("kind", "name", "region", "own", "scope"),
    [
        ("gov_town", "示例县样例镇人民政府", "示例县", "我镇", ""),
        ("gov_town", "示例县样例镇人民政府", "示例县样例镇", "我镇", ""),
        ("gov_town", "示例县样例乡人民政府", "", "我乡", ""),
        ("gov_county", "示例县人民政府", "", "我县", "全县"),
        ("gov_county", "示例县人民政府", "示例县", "我县", "全县"),
        ("gov_county", "示例市样例区人民政府", "示例市", "我区", "全区"),
        ("gov_county", "示例自治县人民政府", "示例省", "我县", "全县"),
        ("gov_city", "示例市人民政府", "示例省", "我市", "全市"),
        ("gov_county", "示例综合实验区管理委员会", "示例综合实验区", "我区", "全区"),
        ("gov_county", "示例管理委员会", "", "本机关", ""),
        ("dept", "示例县教育局", "示例县", "我局", ""),
        ("subdistrict", "示例县样例街道办事处", "示例县", "我街道", ""),
    ],
)
def test_self_name_and_scope(kind: str, name: str, region: str, own: str, scope: str, form2021: Form) -> None:
    found = unit_kinds()[kind]
    assert (self_name(found, name, region), scope_word(found, name, region)) == (own, scope)
    ledger = build_ledger(read(document(unit={"name": name, "kind": kind, "region": region})), form2021)
    assert ledger["unit.self"].text == own
    assert ("unit.scope" in ledger) == bool(scope)


def test_the_data_file_is_the_one_list_of_kinds() -> None:
    assert get_args(KindKey) == KINDS == tuple(unit_kinds())

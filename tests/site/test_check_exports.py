"""A real export is handed to its own unit and refused to strangers like one that is not there."""

from __future__ import annotations

from assistant.review.engine import open_record
from assistant.review.exports import export
from assistant.review.from_batch import take
from assistant.review.rights import Actor
from tests.review.desk_material import county
from tests.review.test_from_batch import drafted
from tests.site.serving import Site


def test_an_export_is_for_its_own_unit_only(own_site: Site) -> None:
    own_site.add_user("甲某", "drafter", "示例县公安局")
    own_site.add_user("乙某", "reviewer", "示例县卫生健康局")
    own_site.add_user("管理员", "admin")
    record = open_record(own_site.home)
    try:
        admin = Actor(3, "管理员", "admin", frozenset())
        made = take(record, admin, county("gonganju"), None, drafted("gonganju"))
        view = export(record, admin, made.draft_id, "working")
    finally:
        record.close()
    own_site.start()
    for name in ("甲某", "管理员"):
        answer = own_site.visitor(name).get(f"/export/{view.id}")
        assert answer.status_code == 200
        assert answer.content.startswith(b"PK")
    refused = own_site.visitor("乙某").get(f"/export/{view.id}")
    guessed = own_site.visitor("乙某").get("/export/00000000-0000-4000-8000-000000000000")
    assert refused.status_code == guessed.status_code == 404
    assert refused.json() == guessed.json()

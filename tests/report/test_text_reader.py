"""A flattened report is read by its labels: right to the last cell when whole, never wrong when not."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.form import Form, FormRegistry
from assistant.form.loader import load_form
from assistant.report.model import Report
from assistant.report.text_reader import read_text_report
from tests.report.flat_report import all_tables, numbered_values, report_text

THIRD = Path(__file__).parents[1] / "data" / "form2027.toml"


def forms() -> FormRegistry:
    from assistant.form import default_registry

    return FormRegistry((*default_registry().forms, load_form(THIRD)))


def read(text: str, registry: FormRegistry) -> Report:
    return read_text_report(text, "某目录/报告.txt", registry)


def rules(report: Report) -> Counter[str]:
    return Counter(remark.rule for remark in report.remarks)


@pytest.fixture(scope="module")
def seed(shared: Path, registry: FormRegistry) -> Report:
    path = shared / "reports" / "fengxiang-2020.txt"
    return read_text_report(path.read_text(encoding="utf-8"), str(path), registry)


@pytest.mark.parametrize("form", forms().forms, ids=lambda form: form.id)
def test_a_whole_report_of_any_form_is_read_to_the_last_cell(form: Form) -> None:
    values = numbered_values(form)
    report = read(report_text(form, all_tables(form, values)), forms())
    assert report.form == form.id
    assert {key: (cell.status, str(cell.value)) for key, cell in report.cells.items()} == {
        key: ("ok", value) for key, value in values.items()
    }
    assert report.remarks == ()
    assert [section.key for section in report.sections] == [section.key for section in form.sections]
    assert all(section.text == f"这里是{form.section(section.key).title}的文字。" for section in report.sections)


@pytest.mark.parametrize("form", forms().forms, ids=lambda form: form.id)
def test_blank_cells_lost_from_a_whole_row_stay_blank(form: Form) -> None:
    values = dict.fromkeys(form.cells, "")
    report = read(report_text(form, all_tables(form, values)), forms())
    assert {cell.status for cell in report.cells.values()} == {"blank"}
    assert rules(report)["S-TABLE-MISSING"] == len(form.tables)


def test_the_seed_is_told_by_its_labels(seed: Report) -> None:
    assert (seed.form, seed.year, seed.unit, seed.kind, seed.region) == (
        "form2019",
        2020,
        "凤翔区人民政府",
        "gov_county",
        "凤翔区",
    )
    assert (seed.period, seed.site, seed.phone) == ("2020年1月1日至2020年12月31日", "www.fengxiang.gov.cn", "0917—7219139")
    assert seed.published == date(2021, 2, 20)


def test_table_two_of_the_seed_is_right_in_all_cells(seed: Report) -> None:
    expected = {
        "rules": "0 0 0",
        "norm": "0 0 0",
        "license": "305 77 511",
        "service": "51 42 0",
        "penalty": "128 6 106",
        "coercion": "16 -1 17",
        "fee": "6 0",
        "procure": "316 24672.02",
    }
    cells = {key: cell for key, cell in seed.cells.items() if key.startswith("t2.")}
    assert {cell.status for cell in cells.values()} == {"ok"}
    found: dict[str, list[str]] = {}
    for key, cell in cells.items():
        found.setdefault(key.split(".")[1], []).append(str(cell.value))
    assert {row: " ".join(values) for row, values in found.items()} == expected
    amount = cells["t2.procure.amount"]
    assert (amount.raw, amount.unit, str(amount.source)) == ("24672.02万元", "万元", "fengxiang-2020.txt 第 127 行")


def test_table_three_of_the_seed_keeps_doubt_and_blank_apart(seed: Report, form2019: Form) -> None:
    rows = [row.key for row in form2019.table("t3").leaf_rows()]
    single = [row for row in rows if row != "r7_total"]
    assert all(seed.cells[f"t3.r7_total.{col.key}"].ok for col in form2019.table("t3").leaf_columns())
    assert {seed.cells[f"t3.{row}.total"].status for row in single} == {"position_uncertain"}
    assert {seed.cells[f"t3.{row}.total"].raw for row in single} == {"0"}
    outside = {"new", "carry_in", "carry_out"}
    for row in single:
        statuses = {seed.cells[f"t3.{row}.{col.key}"].status for col in form2019.table("t3").leaf_columns() if not col.total}
        assert statuses == ({"blank"} if row in outside else {"inferred_zero"})
    assert all(cell.value is None for cell in seed.cells.values() if cell.status in ("inferred_zero", "blank"))
    assert sum(cell.ok for key, cell in seed.cells.items() if key.startswith("t3.")) == 7


def test_table_four_of_the_seed_is_accepted_in_order(seed: Report) -> None:
    cells = [cell for key, cell in seed.cells.items() if key.startswith("t4.")]
    assert len(cells) == 15
    assert all(cell.ok and cell.value == 0 for cell in cells)


def test_the_seed_yields_exactly_these_remarks(seed: Report) -> None:
    assert rules(seed) == Counter(["S-CHROME", "S-SECTION-ORDER", "S-PREFACE-COUNT", "C-POSITION", "S-HEADER-LOST"])
    by_rule = {remark.rule: remark for remark in seed.remarks}
    assert by_rule["S-SECTION-ORDER"].section == "sec2"
    assert "1." in by_rule["S-SECTION-ORDER"].message
    assert len(by_rule["C-POSITION"].cells) == 22
    assert "行政复议" in by_rule["S-HEADER-LOST"].message
    assert by_rule["S-PREFACE-COUNT"].quote.startswith("等")


def test_the_text_of_the_seed_leaves_tables_and_web_page_out(seed: Report) -> None:
    assert seed.text("sec2").startswith("一是以区政府网站")
    assert seed.text("sec2").endswith("1372次。")
    assert seed.text("sec3") == seed.text("sec4") == ""
    assert seed.text("sec6") == "无其他需要报告的事项。"
    assert "浏览次数" not in seed.preface + seed.title
    assert str(seed.sections[1].source) == "fengxiang-2020.txt 第 23—127 行"


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_glued_cells_are_placed_only_where_one_way_is_possible(year: int, shared: Path, registry: FormRegistry) -> None:
    text = (shared / "reports" / f"pingtan-{year}.txt").read_text(encoding="utf-8")
    report = read(text, registry)
    assert report.form == ("form2019" if year < 2021 else "form2021")
    assert {cell.status for cell in report.cells.values()} == {"ok", "position_uncertain"}
    assert rules(report)["S-CELL-COUNT"] >= 1
    assert "其他需要报告的事项" in [section.title for section in report.sections]
    assert "第二十条" not in report.text("sec2")


def test_full_width_figures_and_split_labels_are_understood(form2021: Form, registry: FormRegistry) -> None:
    text = report_text(form2021, all_tables(form2021, numbered_values(form2021)))
    wide = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    broken = (
        wide.replace("商业企业", "商业\n企 业")
        .replace("、行政机关不再", "、\n行政机关不再")
        .replace("\n\n总计", "\n\n - 4 -\n\n总计")
    )
    report = read(broken, registry)
    assert {key: str(cell.value) for key, cell in report.cells.items() if cell.ok} == numbered_values(form2021)


def test_a_table_with_bars_is_read_with_its_blanks(form2021: Form, registry: FormRegistry) -> None:
    text = report_text(form2021, {})
    bars = "\n".join(
        [
            "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |",
            "|---|---|---|---|",
            "| 规章 | / | | 0 |",
            "| 行政规范性文件 | 8 | 26 | 66 |",
        ]
    )
    report = read(text.replace("这里是主动公开政府信息情况的文字。", f"表前的文字。\n\n{bars}"), registry)
    assert [report.cells[f"t2.norm.{col}"].value for col in ("issued", "repealed", "valid")] == [8, 26, 66]
    assert [report.cells[f"t2.rules.{col}"].status for col in ("issued", "repealed", "valid")] == ["placeholder", "blank", "ok"]
    assert report.text("sec2") == "表前的文字。"


def test_merged_cells_printed_repeatedly_count_once(form2021: Form, registry: FormRegistry) -> None:
    names = [leaf.label for leaf in form2021.table("t4").leaf_columns()]
    head = ["行政复议"] * 5 + ["行政诉讼"] * 10
    middle = names[:5] + ["未经复议直接起诉"] * 5 + ["复议后起诉"] * 5
    rows = [head, middle, names, [str(number) for number in range(1, 16)]]
    bars = "\n".join(f"|{'|'.join(row)}|" for row in rows)
    report = read(report_text(form2021, {}).replace("这里是政府信息公开行政复议、行政诉讼情况的文字。", bars), registry)
    table = [cell.value for key, cell in report.cells.items() if key.startswith("t4.")]
    assert table == list(range(1, 16))


def test_rows_of_an_older_form_keep_their_own_keys(form2021: Form, form2019: Form, registry: FormRegistry) -> None:
    tables = all_tables(form2021, numbered_values(form2021))
    tables["t3"] = all_tables(form2019, numbered_values(form2019))["t3"]
    report = read(report_text(form2021, tables), registry)
    assert report.form == "form2021"
    assert report.cells["t3.r6_other_single.total"].value == int(numbered_values(form2019)["t3.r6_other_single.total"])
    assert "t3.r6_3_other.total" not in report.cells


def test_two_wordings_in_one_report_are_told(form2021: Form, form2019: Form, registry: FormRegistry) -> None:
    tables = all_tables(form2021, numbered_values(form2021))
    tables["t2"][0] = all_tables(form2019, numbered_values(form2019))["t2"][0]
    report = read(report_text(form2021, tables), registry)
    assert rules(report)["S-FORM-MIXED"] == 1
    assert report.cells["t2.norm.total_disclosed"].ok
    assert report.cells["t2.norm.issued"].status == "blank"
    assert report.cells["t2.license.decisions"].ok


def test_a_sub_heading_is_not_taken_for_a_part(form2021: Form, registry: FormRegistry) -> None:
    text = report_text(form2021, all_tables(form2021, numbered_values(form2021)))
    text = text.replace("这里是总体情况的文字。", "（一）主动公开政府信息情况\n\n发布信息5条。")
    report = read(text, registry)
    assert report.text("sec1") == "（一）主动公开政府信息情况\n发布信息5条。"
    assert report.remarks == ()


def test_a_picture_in_place_of_a_table_is_told(form2021: Form, registry: FormRegistry) -> None:
    tables = all_tables(form2021, numbered_values(form2021))
    text = report_text(form2021, {**tables, "t3": []}).replace("这里是收到和处理政府信息公开申请情况的文字。", "捕获2.PNG")
    report = read(text, registry)
    assert rules(report) == Counter(["S-TABLE-IMAGE"])


def test_a_text_that_is_no_report_is_refused(registry: FormRegistry) -> None:
    with pytest.raises(InputError, match="不像政府信息公开工作年度报告"):
        read("今天天气很好。\n\n明天也好。", registry)


@pytest.mark.parametrize(
    ("unit", "kind", "region"),
    [
        ("示例县人民政府", "gov_county", "示例县"),
        ("示例市样本区人民政府", "gov_county", "示例市样本区"),
        ("示例镇人民政府", "gov_town", "示例镇"),
        ("示例省人民政府", "gov_province", "示例省"),
        ("示例市人民政府", "", "示例市"),
        ("示例县人民政府办公室", "gov_office", "示例县"),
        ("示例县教育局", "dept", "示例县"),
        ("示例县样本街道办事处", "subdistrict", "示例县"),
        ("示例有限公司", "", ""),
    ],
)
def test_the_kind_is_guessed_only_from_plain_names(
    unit: str, kind: str, region: str, form2021: Form, registry: FormRegistry
) -> None:
    report = read(report_text(form2021, {}, unit=unit), registry)
    assert (report.unit, report.kind, report.region) == (unit, kind, region)

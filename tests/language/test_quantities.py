"""What counts as a figure, how it is read and how it prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.quantities import FIGURES, find_quantities, statistics

_TABLE_ROW = re.compile(r"\| `([^`]+)` \| (\S+) \| (\S+) \|")
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")


NO_FIGURES = """
八成五来自网上|六个一活动|近百年|二十世纪|零申请|（单位：万元）|一起参加|第三方合法权益|抓落实。1.认真整改|12.规范答复|14:44:29|上一年项目
2025年1月1日至2025年12月31日|二〇二五年十二月|10月检查，12月底完成|1-3月|1至6月、7至12月|2024—2025年
2024/2025学年|2025-03-01|2025.3.1|自3月起|3、4月份|25年底|十二月三十一日|每月15日前|国办公开办函〔2021〕30号
国办发(2021)30号|国办公开办函202130号|依照60号文|国务院令第711号|第 711 号令|第三十三条|第20条第一款第（五）项
第十四条、第十五条和第十六条|第十四、十五、十六条|条例:33|第五章|一是抓公开；二是抓答复。|（一）主动公开
(2)答复|1.公开栏更新慢|2、答复不及时|一、总体情况|《2025年重点工作任务（第3批）》和《“十四五”规划》|第三季度
前三季度|一季度|第2批|第一次|第1-3期|十九届四中全会|电话0000-8800101|电话：88001234|13800138000|邮编：000000
0917—7219139|www.shilixian.example/2024/a.html|a1b2@shili.example|12345热线|12345政务服务便民热线
5G、PM2.5、A4纸|7×24小时|学府路8号|9:30-17:00|上午9时
一并、一律、一般、一致、统一、逐一、万一、一些、一定、进一步、之一|一次性告知|超过一个学期|三安全一稳定|第三方
一问一答|双签|两会|十四五|十四五期间|一网通办|连续半年、半个月|六稳六保|三公经费|一件事一次办
一校一策、一件一档|高效办成一件事|同一件申请|每一项、这一类、另一名|两个维护、四个意识、八项规定|十分重要
千家万户|两微一端|七台河市|三门峡市|双随机、一公开|最多跑一次|一年来|一号文件|百年|检查了一遍|牵涉几个科室
四类过程性信息
"""


def figures(text: str) -> list[str]:
    """Figures as 'printed unit', with ~ in front of approximate ones."""
    return [f"{'~' if found.approximate else ''}{found.slot_text}{found.unit}" for found in statistics(text)]


def source_texts(submission: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    lists = {"note": "notes", "problem": "problems", "improve": "improvements"}
    texts = {f"{name}.{item['id']}": item["text"] for name, key in lists.items() for item in submission[key]}
    return texts | {f"follow.f{number}": item["text"] for number, item in enumerate(submission["follow_ups"], 1)}


@pytest.mark.parametrize("folder", ["county-education-bureau-2025", "county-government-2025", "township-2025"])
def test_figures_of_the_examples_are_those_their_tables_list(shared: Path, folder: str) -> None:
    texts = source_texts(json.loads((shared / "examples" / folder / "submission.json").read_text(encoding="utf-8")))
    table = (shared / "examples" / folder / "target.md").read_text(encoding="utf-8").partition("| 素材数字 |")[2]
    rows = [row for row in _TABLE_ROW.findall(table) if not row[0].startswith("fee.")]
    assert len(rows) > 10
    for key, raw, printed in rows:
        name, _, number = key.rpartition(".")
        found = statistics(texts[name])[int(number) - 1]
        assert texts[name][found.start : found.unit_end].translate(str.maketrans("０１２３４５６７８９", "0123456789")) == raw, key
        assert found.slot_text == printed, key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发布信息５，５００条", ["5500条"]),
        ("发布信息 5500 条，解读 21 篇", ["5500条", "21篇"]),
        ("到场2，150人次", ["2150人次"]),
        ("分别办结118，107件", ["118", "107件"]),
        ("公开1.36万条", ["1.36万条"]),
        ("公开１．３６万条", ["1.36万条"]),
        ("访问量286.4万次", ["286.4万次"]),
        ("收费2368.47万元", ["2368.47万元"]),
        ("投入1.2亿元", ["1.2亿元"]),
        ("满意率91.8％，同比提高0.5个百分点", ["91.8%", "0.5个百分点"]),
        ("满意占百分之九十一点八", ["91.8%"]),
        ("完成百分之百", ["100%"]),
        ("占千分之三", ["3‰"]),
        ("增长2倍", ["2倍"]),
        ("三成申请来自企业", ["3成"]),
        ("约占三分之二", ["~三分之二"]),
        ("五百一十人次", ["510人次"]),
        ("一千零五件", ["1005件"]),
        ("三万条", ["3万条"]),
        ("一万二千三百条", ["12300条"]),
        ("廿三件", ["23件"]),
        ("培训两次，共一人缺席", ["2次", "1人"]),
        ("400余条", ["~400条"]),
        ("二十余件", ["~20件"]),
        ("30多个部门", ["~30个"]),
        ("近百件", ["~100件"]),
        ("10余万条", ["~10余万条"]),
        ("约120件", ["~120件"]),
        ("节约120元", ["120元"]),
        ("5000条左右", ["~5000条"]),
        ("500条以上", ["~500条"]),
        ("最近3次检查", ["3次"]),
        ("3-5天", ["3天", "5天"]),
        ("3至5天", ["3天", "5天"]),
        ("三到五天", ["3天", "5天"]),
        ("走访三四个科室", ["~三四个"]),
        ("事项增减-1项", ["-1项"]),
        ("提前10天，20个工作日内答复", ["10天", "20个工作日"]),
        ("15日内公开", ["15日"]),
        ("连续3个月未更新", ["3个月"]),
        ("解读信息发布84条；更新5263条；回应12件，编发10期", ["84条", "5263条", "12件", "10期"]),
        ("阅读量突破226.2万次", ["226.2万次"]),
        ("15个乡镇（街道），（38条）和（21条）", ["15个", "38条", "21条"]),
        ("由41个压减到33个", ["41个", "33个"]),
        ("5人，其中3人专职", ["5人", "3人"]),
        ("新增2万5千条", ["25000条"]),
        ("注册用户3千人", ["3000人"]),
        ("共12个部门（单位）", ["12个"]),
        ("召开三次会议", ["3次"]),
        ("十件民生实事", ["10件"]),
        ("每季度1次", ["1次"]),
        ("发布信息386，解读9", ["386", "9"]),
        ("发生一起诉讼，得八十分", ["1起", "80分"]),
        ("（一）1.检查3次", ["3次"]),
    ],
)
def test_figures_are_read_and_printed(text: str, expected: list[str]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize("text", NO_FIGURES.strip().replace("\n", "|").split("|"))
def test_what_is_no_figure_does_not_count(text: str) -> None:
    assert figures(text) == []


@given(
    st.text(
        alphabet="0123456789０１２一二三十百千万亿两〇零点分之第条（）()件个次年月日《》〔〕号-—至%余近约，。、 ab：.", max_size=40
    )
)
def test_any_text_gives_ordered_separate_spans_of_its_own_characters(text: str) -> None:
    last = 0
    for found in find_quantities(text):
        assert last <= found.start < found.end <= found.unit_end <= len(text)
        assert text[found.start : found.end] == found.raw
        last = found.unit_end


@given(st.integers(0, 10**9), st.sampled_from(["件", "条", "人次", "篇"]))
def test_writing_of_digits_makes_no_difference(number: int, unit: str) -> None:
    plain = statistics(f"共{number}{unit}，")
    for text in (f"共{number:,}{unit}，", f"共{str(number).translate(_FULL)}{unit}，", f"共 {number} {unit}，"):
        assert [(found.value, found.slot_text, found.unit) for found in statistics(text)] == [(plain[0].value, str(number), unit)]


def test_only_stating_kinds_are_statistics() -> None:
    text = "2025年依据第三十三条和国办公开办函〔2021〕30号公开1.36万条，占91.8%，电话0000-8800101。"
    kinds = [found.kind for found in find_quantities(text)]
    assert kinds == ["year", "article", "document", "document", "count", "percent", "phone"]
    assert [found.kind for found in statistics(text)] == ["count", "percent"] and {"count", "percent"} <= FIGURES


@given(st.integers(1, 99_999), st.sampled_from(["公文标注{}件", "信息处理费共{}元，已上缴", "到场{}人次。"]))
def test_a_number_in_chinese_numerals_is_read_whole(number: int, frame: str) -> None:
    assert [item.value for item in statistics(frame.format(_in_chinese(number)))] == [number]


def _in_chinese(number: int) -> str:
    if number >= 10_000:
        rest = number % 10_000
        return _in_chinese(number // 10_000) + "万" + ("零" if 0 < rest < 1000 else "") + (_in_chinese(rest) if rest else "")
    text = ""
    for size, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        text += f"{'零一二三四五六七八九'[digit]}{word}" if digit else "零"
    return re.sub("零+", "零", text).strip("零")


@pytest.mark.parametrize("text", ["公文标注一万一千七百二十一件", "办结一百一十一件", "公开一千一百条"])
def test_ones_in_a_number_are_no_set_phrase(text: str) -> None:
    assert len(statistics(text)) == 1

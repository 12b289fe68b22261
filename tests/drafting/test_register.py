"""Notes become sentences and nothing is added, changed or lost without a word."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.register import written
from assistant.facts.model import Fact
from assistant.language.quantities import statistics

YEAR = 2025


def facts_of(text: str) -> list[Fact]:
    return [
        Fact(f"note.n1.{number}", "quantity", "", item.value, item.slot_text, item.unit, "", start=item.start, end=item.end)
        for number, item in enumerate(statistics(text), 1)
    ]


def write(text: str, own: str = "我局") -> str:
    return "".join(written(text, facts_of(text), YEAR, own).sentences)


def printed(text: str) -> str:
    values = {fact.key: fact.text for fact in facts_of(text)} | {"year": "2025", "year.prev": "2024", "year.next": "2026"}
    return re.sub(r"\{([^{}]+)\}", lambda match: values[match.group(1)], write(text))


def test_figures_stay_figures_in_every_spelling() -> None:
    assert printed("办了两次培训，五百一十人次参加") == "举办培训2次，510人次参加。"
    assert printed("满意的占百分之九十一点八") == "满意的占91.8%。"
    assert printed("网站访问量２８６．４万次，发文１，２３４件") == "网站访问量286.4万次，发文1234件。"


def test_the_noun_comes_before_its_figure() -> None:
    assert printed("发布了386条信息") == "发布信息386条。"
    assert printed("召开2场新闻发布会") == "召开新闻发布会2场。"


def test_an_attitude_without_a_fact_is_left_out_and_reported() -> None:
    text = "领导高度重视，举办培训3次，成效显著"
    result = written(text, facts_of(text), YEAR, "我局")
    assert "".join(result.sentences) == "举办培训{note.n1.1}次。"
    assert result.dropped == ["领导高度重视", "成效显著"]


def test_a_rate_that_means_nothing_is_left_out_with_its_figure_reported() -> None:
    text = "收到的申请按期答复率100%，全年电话沟通19次"
    result = written(text, facts_of(text), YEAR, "我局")
    assert result.sentences == ["全年电话沟通{note.n1.2}次。"]
    assert result.dropped == ["收到的申请按期答复率100%"]


def test_an_approximate_figure_stays_approximate() -> None:
    assert printed("公开信息400余条") == "公开信息超过400条。"
    assert printed("到场近200人") == "到场接近200人。"


def test_years_become_slots_and_titles_stay() -> None:
    assert write("2025年印发《2025年政务公开要点》，2024年的已归档，2026年继续，2019年起实行") == (
        "{year}年印发《2025年政务公开要点》，{year.prev}年的已归档，{year.next}年继续，2019年起实行。"
    )


def test_the_unit_speaks_of_itself_with_one_name() -> None:
    assert write("我单位在今年3月修订指南", "我镇") == "我镇在{year}年3月修订指南。"


def test_a_note_cannot_bring_a_slot() -> None:
    text = "公开{t3.new.total}件{year}"
    assert "{" not in write(text)
    assert "｛t3.new.total｝" in write(text)


def test_spoken_negations_become_written_ones_and_words_that_only_look_so_stay() -> None:
    assert write("没标注的不给编号") == "未标注的不予编号。"
    assert write("没收违法所得的决定已公开") == "没收违法所得的决定已公开。"


WORDS = (
    "发布信息 举办培训 公开名单 其中 我单位 没更新的 从 到 都在网上 ， ； 。 、 （ ） 今年 高度重视 不断 《办法》 “ ” { } "
    "3月 第三方 百分之五 两 五百一十 １，２３４ 1.36万 余 近 左右 了 的"
)
PIECES = st.sampled_from(tuple(re.split(" ", WORDS)))
UNITS = st.sampled_from(["条", "件", "次", "人次", "篇", "个", "%", "元", ""])


@given(st.lists(st.one_of(PIECES, st.builds(lambda n, u: f"{n}{u}", st.integers(0, 99999), UNITS)), max_size=25).map("".join))
def test_every_figure_of_a_note_is_written_or_reported(text: str) -> None:
    facts = facts_of(text)
    result = written(text, facts, YEAR, "我局")
    out = "".join(result.sentences)
    reported = "".join(result.dropped)
    for fact in facts:
        assert f"{{{fact.key}}}" in out or fact.text in reported, (text, out, fact)
    assert out.count("{note.") == len(set(re.findall(r"\{note\.[^}]+\}", out)))
    assert all(isinstance(fact.value, Decimal) for fact in facts)


SURVIVORS = re.split(
    r"\s+",
    """参加了县级会议 增加了栏目 追加了说明 举办了讲座 承办3次培训 协办2次培训 制定了5项制度 规定了3个工作日 首都在建 决定了方案
    加大力度 不断档 从不断更 流转结果 运转结构 搞清楚底数 紧接着开会 分配设备 装配问答机 推开居民议事会 成都有关部门 全都在册
    查不到3件材料 找不到人 成本年均下降 过去年份 附近3个村 最近3年 近3年 自我办理 对本单位职工 没办法 没收违法所得 沉没成本
    不予受理政府信息公开申请 改成绩单 怎么样 里程碑 信息里程 证明年限 发明年会 未成年人 本办法 我办公室 切实可行 着力点
    合办了3场 停办了3期 复印了20份 打印了30册 平台发包3项 签发信息3条 转发消息5条 开发信息系统2个 还不还款 看好来了3人 检查组来了3人
    成都写明了 首都有记录 文稿改完了 附件改了3处 修改完 发在即 批发消息
    新一轮 一类事项 下一个项目 县里 大力士 有没有发生 制定了专人负责制""",
)


@pytest.mark.parametrize("word", SURVIVORS)
def test_words_that_only_look_like_spoken_ones_survive(word: str) -> None:
    assert printed(f"共{word}") == f"共{word}。" or printed(word) == f"{word}。"


@pytest.mark.parametrize(
    "title",
    [
        "《关于进一步规范政务公开的若干规定》",
        "《大力推进公开实施方案》",
        "“没标注的不给编号”",
        "“今年全部办结”",
        "《去年怎么办了3次培训》",
    ],
)
def test_titles_and_quoted_words_are_never_touched(title: str) -> None:
    assert printed(f"学习{title}两次") == f"学习{title}2次。"


def test_a_clause_with_a_figure_is_never_dropped_for_its_tone() -> None:
    assert "300条" in printed("依托政务新媒体矩阵发布信息300条")
    assert "35条" in printed("收到群众好评留言35条")
    assert "28件" in printed("群众满意的答复有28件")


def test_signs_of_figures_stay() -> None:
    assert printed("差错率千分之三") == "差错率3‰。"
    assert printed("满意度98.5％") == "满意度98.5%。"
    assert printed("窗口8:30—17:30接待") == "窗口8:30—17:30接待。"


@pytest.mark.parametrize(
    ("spoken", "in_writing"),
    [
        ("群众开放日办了3场，来了420人", "群众开放日举办3场，420人参加。"),
        ("9月交叉检查查出问题17个，全部改了", "9月交叉检查查出问题17个，全部整改。"),
        ("当场指出问题91个，年底改完84个", "当场指出问题91个，年底完成整改84个。"),
        ("19所没更新，年底前改了17所，另外2所3月底前改完", "19所未更新，年底前整改17所，另外2所3月底前完成。"),
        ("全年在网上发消息106条，解读发了15份", "全年在网上发布消息106条，解读发布15份。"),
        ("没有公众号，消息发在县门户网站东关街道页面", "没有公众号，消息发布在县门户网站东关街道页面。"),
        ("征询意见的函发了11份", "征询意见的函发出11份。"),
        ("出便民手册3种，印了2万册", "出便民手册3种，印制2万册。"),
        ("县自然资源局2件1120元、县政府办公室1件200元", "县自然资源局2件、1120元，县政府办公室1件、200元。"),
        ("申请人都缴了", "申请人均已缴纳。"),
        ("1件办到年底没办完，等第三方回话", "1件截至年底未办结，等待第三方回复。"),
        ("其中6个是新任，业务还不熟", "其中6个是新任，业务尚不熟悉。"),
    ],
)
def test_spoken_words_of_deeds_become_written_ones(spoken: str, in_writing: str) -> None:
    assert printed(spoken) == in_writing

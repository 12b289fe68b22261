"""A third set of questions, written from the sources after the halves had been used and not looked at while the search was tuned."""

# ruff: noqa: E501  (lines of Chinese data, wide by their characters)
from __future__ import annotations

import random
import re

from benchmarks.library_questions import (
    Question,
    aspect_questions,
    cross_questions,
    figure_questions,
    name_of,
    pieces_of_all,
    questions,
)

_ARTICLES = {
    "行政机关之间转来的文件由谁对外公开": (10,), "派出所这样的派出机构能自己对外公开吗": (10,), "食品安全谣言满天飞，主管机关该做点什么": (6,),
    "会影响社会稳定的材料可以拿出来吗": (14,), "人事安排和后勤事务能不能要来看": (16,), "拿不准是不是涉密，找谁定": (17,),
    "工程招投标、财政预算这些是不是非公开不可": (20,), "土地流转和农田水利情况由哪一级公开": (21,), "发布消息可以用电视广播吗": (23,),
    "到办事大厅的电脑上能查到吗": (25,), "不识字的人怎么提申请": (29,), "让补充材料却一直没补会怎么样": (30,), "传真过去的申请以哪天为准": (31,),
    "问过别的机关意见的那段时间算不算进期限": (33,), "同一件事反复要，机关可以怎么答": (36,), "我的户籍资料登记有误可以要求改吗": (41,),
    "复印很多页是不是要交钱": (42,), "视力残疾的人来查材料要给什么帮助": (43,), "公安局的年报该在几月几日以前交上去": (49,),
    "年报里要不要写打官司的情况": (50,), "单位不肯公开，除了打官司还能向谁反映": (51, 47), "网站目录长期不更新会被处理吗": (53,), "公交公司和燃气公司归不归这部条例管": (55,),
    "乡里的办事员要定期上课吗": (48,),
}  # fmt: skip

_PARAPHRASES = {
    "单位换了管事的人，这回有了稳定的经办者": "定了人|定一个人", "街道改造的工地边上竖着说明": "竖牌子|牌子说明", "群众到警营参观": "群众开放日",
    "民警进村入户劝大家别上当受骗": "反诈提醒", "想调看摄像头画面的人": "监控录像", "手机上和电脑上的办事说明来自同一份资料": "同一个底库", "守电话的人替别的科室接听并转交": "代接转办",
    "评委的名字要等评完以后才公布": "姓名评标后公布", "不报后续情况的采购单位先不让进场": "暂缓进场", "签了约以后就没有动静的投资": "停在签约那天|停在签约",
    "环境检测数值每个月发一回": "环境监测数据", "还没搬走的两个村先用能挪动的板子顶着": "移动展板", "补贴种田人的消息占了大头": "惠农补贴", "庄户人想看当年分地的本子": "土地承包底册",
    "快到期限系统会闪出提示": "倒计时提醒", "电梯锅炉这类器械的检查结论挂出来": "特种设备检验", "守信纳税的企业榜单": "A级纳税人", "可以动手点的屏代替了办税厅的墙报": "触摸屏",
    "拿不到的证明讲清楚后就不再要了": "完税证明", "候诊的时候能看到滚动的宣传": "候诊区", "投稿很多但能用的很少": "公开稿采用率|采用率不高", "幼儿照看机构登记的结果公示": "托育机构",
    "说人话的回信附件": "口语化的答复|附页", "同事们轮着讲真实的例子": "轮流讲案例", "人手只到了三个，缺一个": "到岗", "有人问会开完以后写的纪要": "会议纪要", "过期的告示挪到旧库里仍可查阅": "历史库",
    "通讯方式和地址改了二十多处": "联系电话、办公地址", "下乡检查当面挑毛病再限期改正": "当场指出问题", "家里有老人和小孩的家庭用的小册子": "一老一小", "代表委员的意见怎么答复的都登出来": "建议提案|提案",
    "水龙头里的水干不干净每季度告诉大家": "饮用水源|水源水质", "记者招待会开了多少回": "新闻发布会", "镇里和村里贴的账对不上": "内容打架|口径不一", "拍卖土地的公告和成交都登": "土地出让公告",
    "盖楼拿到的规划许可挂在工地": "规划许可", "法律顾问帮忙把答复改了几份": "请律师看过", "绘图单位把关盖章以后才发出去": "盖复核章|测绘站",
}  # fmt: skip

_NAMES = {
    "“柳溪大喇叭”播了几期": "柳溪大喇叭", "测绘站复核了多少图件": "测绘站", "“政策依据”这一列": "政策依据", "综合办主任签字": "综合办主任",
    "“能否遮挡后提供”这一栏": "能否遮挡后提供", "查档联络单用了几张": "查档联络单", "县残联": "",
}  # fmt: skip

_DOCUMENTS = {
    "国办公开办函2021年30号说的是什么格式": "〔2021〕30号《", "国办函〔2020〕 109号适用于什么": "〔2020〕109号《", "国办公开办函[2019]60号": "〔2019〕60号《",
    "条例第十六条": "第十六条", "第42条收不收费": "第四十二条", "《政府信息公开条例》第三十六条第（三）项": "第三十六条",
}  # fmt: skip

_UNANSWERABLE = (
    "范本县气象局2024年依申请公开", "示例县公安局2016年的问题", "条例第七十二条", "写有765432条的报告", "国办发〔2003〕98765号怎么说",
    "苏州市民政局2023年年报", "怎样修电饭锅", "周末去哪里看电影", "英语四级考试技巧", "模拟县卫生健康局2031年的措施",
)  # fmt: skip


def fresh_questions() -> list[Question]:
    """All of them, always the same; none is among the halves."""
    chance = random.Random(56)
    pieces = pieces_of_all()
    texts = [piece.text for _unit, _year, piece in pieces]
    found = [Question("article", text, tuple(f"^{name_of(number)}" for number in numbers)) for text, numbers in _ARTICLES.items()]
    found += [Question("paraphrase", text, (needle,)) for text, needle in _PARAPHRASES.items()]
    found += [Question("name", text, (needle,)) for text, needle in _NAMES.items() if needle]
    found += [Question("document", text, (needle,)) for text, needle in _DOCUMENTS.items()]
    found += (
        [*aspect_questions(pieces, chance)][:15]
        + [*figure_questions(pieces, chance)][:15]
        + [*cross_questions(pieces, chance)][:12]
    )
    found += [Question("unanswerable", text) for text in _UNANSWERABLE]
    for question in found:
        if question.kind in ("paraphrase", "name") and not any(re.search(n, text) for n in question.needles for text in texts):
            raise ValueError(f"no text answers: {question.text}")
    seen = {question.text for question in questions()}
    return [question for question in found if question.text not in seen]

"""Further paraphrases for setting weights: none of them is answered by a text that answers a question of the halves or the third set."""

# ruff: noqa: E501  (lines of Chinese data, wide by their characters)
from __future__ import annotations

import re
from collections.abc import Sequence

from benchmarks.library_fresh import fresh_questions
from benchmarks.library_questions import Question, pieces_of_all, questions

_FIGURES = re.compile(r"[\d,.，。]+")
_ASKED = {
    "小巷子整修何时动工何时结束有牌子告知": "背街小巷改造", "发出去的内容先由办公室负责人过目签名": "综合办主任签字", "法制人员不点头罚单就不能上网": "隐名隐址",
    "每个派出所都有专人报送信息": "一所一名信息员", "警讯晚上出得慢": "夜间警情", "招标信息输个号码就能全程查询": "按项目编号一查到底", "没有成交结果的招标没说为什么": "流标的没有说明",
    "给企业的钱发了几批、一共多少": "惠企资金兑付公示|兑付公示4批", "进园区要走哪些步骤画成了图": "入驻管理规范性文件", "村民想看自家承包田的老账本": "土地承包底册",
    "困难家庭补助名单每季度上墙": "低保、临时救助名单", "不合格食品怎么处理的也讲了": "不合格的37批次|不合格的\\d+批次", "买东西要注意什么每星期发一次": "消费提示",
    "专业打假的人提的申请": "职业投诉人", "检查结果晚录会有提示倒数": "倒计时提醒", "欠税的企业名单三个月公布一回": "欠税公告按季度", "领导班子开会听取公开工作汇报": "局长办公会听了",
    "老百姓最想知道慢性病怎么吃药却没有专栏": "健康科普偏少", "常务会议让普通市民来旁听": "居民代表列席", "公文不公开必须写清原因否则流程走不下去": "不公开理由",
    "首页上更容易找到公开栏目": "由三级菜单提到一级", "各科室每月讲一个例子学习": "轮流讲案例", "记者见面会办了几次": "新闻发布会五场|新闻发布会\\d+场",
    "各单位的收支账本集中在一个地方看": "预算决算放进同一个栏目|预算决算", "自来水的源头干不干净定期告诉大家": "饮用水源水质", "要求补齐材料的通知发了多少": "补正通知发了",
    "过时的规定清出来停掉": "文件清理", "清理没人用的政务账号": "关停", "政府网站给视力不好的人做了改造": "无障碍朗读", "老百姓打分满意的占多少": "满意和比较满意",
    "村里账目和镇里对不上": "村级公开和镇级公开内容打架", "收到的意见有多少被采纳": "收意见96条|收意见\\d+条", "卖地的公告发了几宗": "土地出让公告",
    "说手里没有，后来复议又翻出来了": "复议时被找到了材料", "征收土地的结果没及时公布就不让结案": "没挂网的不予结案", "上门量的图发之前要盖章确认": "测绘站盖复核章",
    "申请一来就判断要不要问别人": "当天就分出", "电动车停放规定出台并配说明": "电动自行车登记", "请市民到单位参观": "群众开放日", "电话拨过去没人接的单位": "没人接",
    "评标老师怎么抽的让厂商来现场看": "企业代表到场看抽取", "晚发公告被内部检查揪出来": "查出晚发", "不报执行情况就别想开下一单": "暂缓进场", "垫底部门在会上讲原因": "末位的部门",
    "项目签约以后没动静也没人说": "招商项目后续", "防洪和修路的消息发了几条": "防汛九条|防汛\\d+条", "搬走之前先用能挪动的牌子": "移动展板", "让市民选要抽检的东西": "你点我检",
    "过期的处罚记录撤了": "撤下到期|超过公示期", "问答栏里的法条已经变了没跟上": "引用的规定已经改", "录的税收讲解视频点击太少": "短视频播放量", "要完税凭证的人被劝住了": "完税证明",
    "乡镇医生不会写稿子，有人上门带": "上门跟写", "医院等候的地方装了屏幕": "候诊区", "聊天机器人不会的转给真人": "答不上来的转人工", "到档案馆帮人找旧材料的单子": "查档联络单",
    "接待群众的记录定期发布": "县长接待日", "老人和小孩的办事手册": "一老一小", "代表委员的建议怎么办的结果都公开": "建议提案办理计划", "帮群众查资料的引导员": "帮办员",
    "下基层检查发现毛病当场指出": "当场指出问题", "拖着不回复被点名批评领导谈话": "长期不答复申请", "准备好固定格式的回复文书给大家套用": "答复文书样式",
    "一张图的申请最多": "“一张图”", "同一家人翻来覆去要同样的材料": "家庭6件同样|1户家庭",
}  # fmt: skip


def _answers(texts: set[str], asked: Sequence[Question]) -> set[str]:
    """The texts, without their figures, that answer one of the questions."""
    needles = [re.compile(needle) for question in asked for needle in question.needles]
    return {_FIGURES.sub("", text) for text in texts if any(needle.search(text) for needle in needles)}


def practice_questions() -> list[Question]:
    """The paraphrases whose answers answer no question of the half for reporting or of the third set."""
    texts = {piece.text for _unit, _year, piece in pieces_of_all()}
    measured = [*(question for question in questions() if not question.tuning), *fresh_questions()]
    kept_apart = _answers(texts, [question for question in measured if question.kind == "paraphrase"])
    found = [Question("paraphrase", text, (needle,)) for text, needle in _ASKED.items()]
    return [question for question in found if (own := _answers(texts, [question])) and not own & kept_apart]

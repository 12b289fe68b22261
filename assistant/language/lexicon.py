"""Words the search for figures leans on: count words, and set phrases in which a numeral is no figure."""

from __future__ import annotations

# A count word, and after "!" the characters that make it the beginning of another word (条例, 次序, 人民).
_COUNT_WORDS = """
人次 人份 人天 件次 户次 场次 班次 车次 批次 台次 架次 册次 篇次 家次 部门 课时 学时 小时 分钟 学期 星期 工作日 自然日
平方米 平方公里 立方米 公里 公顷 公斤 千米 千克 美元 欧元 港元
个百分点 个工作日 个自然日 个小时 个月 个季度 个学期 个星期 个!体别性
件!数 条!例件 篇!章幅 份!额 次!性序要日年月级生 项 期!间限内末初满望货 批!准复评示 所!有属在列需以谓示长得 家!庭长属访园
名!单录称义牌校 人!民大员事社力口均才行文类 位!于置 处!理置罚分长级室 场!所景地合馆 户!籍口外 台!账阶风湾州 套
张 本!级地年单机部县市区身着来局镇 册 版!块面本 类!似别型 种!植 轮!流训岗 卷!宗 例!如外会行
款!项 页!面 部!分署委长级位队落 栋 座!谈 间!隔接 辆 块 幅!度 封!闭 句 遍!布及 回!应复答访收头顾执 班!子级 组!织成长建
支!部撑持出付 队!伍员 门!户类槛 集!中体约成团市 段!落 片!区面 枚 棵 吨 克!服 米 亩 元!旦素 角!色度 周!年边期密报转 天 秒
岁 分!之别类为管局析布配公明发享工流解散 层!面级次 笔!记
堂 档!案次 倍!增 成!立效员果为功本熟长都绩就一二三四五六七八九 届 年 月 日!常益志报均 字 号 趟 餐 剂 株 艘 盏 桶 袋 箱 盒 瓶
"""
# Trusted after an Arabic numeral only: after a Chinese one they are mostly parts of other words.
_ARABIC_ONLY = "级!别 度!过假 面!向对积 节!约日点省 道!路德 口!径头号 点!击评 股!份东 只!有能是需要"

# Set phrases that hold a numeral and what looks like its count word. Names of places are among them.
_IDIOMS = """
一次性 一次办 一次告知 一次通过 一次次 跑一次 一件事 一件件 一张网 一张图 一张表 一张清单 一张卡 一本账 一本通 一本清 一条龙 一条心
一条线 一条条 一批 一大批 一封信 一份子 一家人 一家亲 一家门 一字不 一字之 一户式 一部分 一段时间 一段时期 一种 一门式 一遍 一号文
一号工程 一项项 一个个 一个声音 一个口径 一个整体 一个口子 一个标准 一个方面 一个窗口 一班人 一回事 一天天 一年来 一年级
二年级 三年级 四年级 五年级 六年级 七年级 八年级 九年级 两个维护 两个确立 两个大局 两个责任 两个结合 两个毫不动摇
两个一百年 两个文明
三个代表 三个区分开来 三个务必 三个一批 三项制度 三类内部事务 三条控制线 三条红线 三次产业 三年行动 三年计划
四个意识 四个自信 四个全面 四个服务 四个最严 四个不摘 四类过程性 四项基本 五年规划 五年计划 五个统筹
三个一 四个一 五个一 六个一 八个一 十个一
八项规定 十项规定 十分 十条硬措施 百日攻坚 百日行动 百年 千年 百家争鸣 千家万户 千家万店 万分 万户千门
一类 一轮 一所一 一村一 一校一 一人一 一企一 一事一 一户一 一月一 一周一 一季一 一县一 一镇一 唯一一件 唯一一个 唯一一次 唯一一份
七台河 五台县 五台山 五台镇 九台区 三台县 三门峡 三门县 三门镇 五家渠 六家子 三家子 三层次 六号文
"""
# Characters before 一 that make one word with it: 统一, 同一件, 每一项, 这一类.
ONE_IS_PART_OF = "统逐同每任某这那哪另其之唯惟单专合划归如不进万周礼星下上头新"


def _longest_first(words: str) -> list[str]:
    return sorted(set(words.split()), key=lambda entry: -len(entry.partition("!")[0]))


# 起 counts cases; elsewhere it is the 起 of 一起, 起草, 起诉.
_CASES = "起(?=[案，。、；）]|诉讼|行政|复议|投诉|举报|信访|申请|纠纷|$)"


def _alternation(words: str) -> str:
    parts = (word.partition("!") for word in _longest_first(words))
    return "|".join([*(f"{head}(?![{blocked}])" if blocked else head for head, _, blocked in parts), _CASES])


COUNT_WORD = _alternation(_COUNT_WORDS)
ANY_COUNT_WORD = _alternation(f"{_COUNT_WORDS} {_ARABIC_ONLY}")
IDIOM = "|".join(_longest_first(_IDIOMS))

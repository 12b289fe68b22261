"""Questions to the library with known answers, in eight kinds; each question belongs to the half for tuning or the half for reporting."""

# ruff: noqa: E501  (lines of Chinese data, wide by their characters)
from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.form import default_registry
from assistant.language.quantities import statistics
from assistant.library.model import Piece
from assistant.library.passages import report_pieces
from assistant.report.text_reader import read_text_report
from benchmarks.library_material import NEIGHBOURS, published

KINDS = ("article", "unit_year_aspect", "paraphrase", "figure", "name", "document", "cross_year", "unanswerable")


@dataclass(frozen=True)
class Question:
    """A question. A text answers it if it is from one of the units and years (empty: any) and holds one of the needles."""

    kind: str
    text: str
    needles: tuple[str, ...] = ()
    unit: str = ""
    year: int | None = None

    @property
    def tuning(self) -> bool:
        """Whether it belongs to the half for tuning, by its own hash."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0

    def right_source(self, unit: str, year: int | None) -> bool:
        return self.unit in ("", unit) and self.year in (None, year)

    def answered_by(self, unit: str, year: int | None, text: str) -> bool:
        return self.right_source(unit, year) and any(re.search(needle, text) for needle in self.needles)


_ARTICLES = {
    "我要的信息不归你们管怎么答复": (36,), "递交申请后最长多少个工作日能收到答复": (33,), "申请写得不清楚，机关多久内要告诉我补充": (30,),
    "别人的商业秘密被牵涉进来要先问谁": (32,), "公开会损害他人隐私还能不能公开": (15,), "开会的讨论记录能不能不给": (16,),
    "国家秘密可以公开吗": (14,), "各部门年报最晚哪天交": (49,), "年度报告要写哪些内容": (50,), "拿信息公开的名义来上访投诉怎么办": (39,),
    "一个人一年递几百份申请可以拒绝吗": (35,), "要收多少钱，申请信息免费吗": (42,), "盲人看不了材料，政府要帮忙吗": (43,),
    "文件里一部分不能公开，剩下的给不给": (37,), "没有现成的数据，要不要替申请人统计": (38,), "档案里关于我的记录写错了怎么改": (41,),
    "哪些信息必须主动公开": (19, 20), "乡镇政府要公开宅基地和救助吗": (21,), "新文件出来多少天内要上网": (26,),
    "在图书馆和档案馆能查到政府信息吗": (25,), "公布信息之前由谁把关保密": (17,), "原来不公开的信息以后还能再公开吗": (18,),
    "几家单位联合发的文件由谁来公开": (10, 34), "对答复不服可以去哪里告": (51,), "工作人员不依法公开要承担什么责任": (53,),
    "医院学校供水公司的信息公开怎么管": (55,), "公开工作人员多久培训一次": (48,), "网上发现谣言政府要怎么做": (6,),
    "公开指南和目录里要写什么": (12,), "谁主管全国的信息公开工作": (3,), "很多人都来要同一个信息，能不能直接公布": (44,),
    "寄挂号信申请，从哪天算收到": (31,), "口头申请行不行": (29,), "什么叫政府信息": (2,), "上级怎样考核下级公开工作": (46, 47),
    "制定这部条例是为了什么": (1,), "公开是常态还是例外": (5,), "老百姓能给公开工作提意见吗": (9,), "两个部门口径不一样要先对齐吗": (11,),
    "政府信息都能通过哪些方式公开": (13, 23), "网站上的信息要能搜索下载吗": (24,), "向哪些机关可以递申请": (27,), "申请书里必须写什么": (29,),
    "第三方不回复意见怎么办": (32,), "延长答复要谁同意": (33,), "联合发文的另一家单位不回意见算不算同意": (34,), "信息不存在要怎样告诉申请人": (36,),
    "想要报纸书籍能用申请的办法吗": (39,), "纸质的太贵能不能给电子版": (40,), "申请从登记到归档要有什么制度": (45,), "县政府的年报几月底前公布": (49,),
    "没建公开制度的单位谁来处分": (52,), "受法律授权管公共事务的组织适用吗": (54,), "这部条例从哪一天开始施行": (56,), "公开内容要不要一年比一年多": (7, 22),
    "互联网平台怎么和办事平台打通": (8,), "主管部门发现单位不按要求办会怎样": (47,), "部门里哪个机构管公开的日常事": (4,),
}  # fmt: skip

_PARAPHRASES = {
    "村里靠广播把信息念给村民听": "大喇叭", "请外部法律人士把关难办的答复": "请律师看过", "打过去的电话没有人应答": "没人接|打不通",
    "买菜的地方装上显示检测结果的屏幕": "公示屏", "让老百姓投票决定检查什么商品": "你点我检", "几个微信账号合成了一个": "公众号由",
    "给看不清字的老年人改造网站": "无障碍朗读", "发稿前自动识别个人隐私的软件": "敏感信息筛查", "把老旧纸质材料变成电子件": "旧文件扫描|旧文件数字化",
    "邀请群众旁听政府开会": "居民代表", "机器人自动答复经常牛头不对马嘴": "答非所问", "看病多少钱贴在墙上让人看到": "收费价目表",
    "引进的企业项目后来怎样了没人跟踪公布": "招商项目后续", "投标单位怀疑评委怎么挑出来的": "专家抽取过程", "评审卷宗存档的时候顺手注明能否公开": "评标材料归档",
    "防止企业报税资料外泄的关口": "纳税人保密", "拍的宣传片没什么人看": "短视频播放量", "乡村财务人员不懂哪些数据该填": "村会计不知道",
    "设备更换期间公告照常发布": "换服务器", "图纸比例弄错了，复议没赢": "图件比例尺", "通知交钱结果申请人没来": "没人来缴|没缴的|缴费通知",
    "编制没配齐，忙的时候应付不了": "忙不过来", "编办事说明把篇幅大大缩短": "办事指南重写", "空间规划草稿听取大家意见": "规划草案公示",
    "负责人与网民在线交流": "局长在线", "回信冷冰冰，收信人看不懂又来问": "答复用语生硬", "失效的文件打上标记仍留在网上": "水印",
    "老房子装电梯的进展住户总来打听": "加装电梯的进度", "同样的请求一再提交": "反复递|反复申请|大量反复", "公告栏日晒雨淋字迹模糊": "风吹日晒",
    "答复之前先在几个数据库里检索一遍并留痕": "三个库|3个库", "单位之间通过联系单帮群众找旧档案": "查档联络单", "请企业来评价公开做得好不好": "请30家企业|请\\d+家企业",
    "处罚决定上网之前隐去当事人姓名住址": "隐名隐址",
    "容易出车祸的地方给司机指了别的走法": "绕行图", "夜里出事了消息发得慢": "夜间警情", "收费标准贴的还是去年那一张": "上年的收费表", "取消了内部在用却约束外人的老规矩": "内部掌握",
    "涂黑一部分就可以给的材料却全都没给": "能遮挡后给的", "说不明白到底去哪儿找过": "检索范围", "手册太厚，精简成两张纸": "压到2页|压到\\d+页", "过了保留期的罚单从网上撤下": "超过公示期|撤下到期",
    "没人竞标的项目要讲明原因": "流标", "供应商的押金退了多少": "保证金", "合同签完以后执行得怎样没有跟着发": "履约", "竞争对手的出价不能给看": "别家报价",
    "工厂出租的价码让企业自己找不到": "租金标准", "给企业发奖补只写钱数不写凭什么": "只列金额", "开会时垫底的部门要当众解释": "末位的部门", "贫困户的补助榜单贴出来": "低保、临时救助",
    "修水库搬家的人拿到的钱": "水库移民", "用小册子给农民讲明白新规矩": "明白纸", "村干部送来的表被退回去重做": "打回", "发函以后快到日子打个电话提醒": "打电话催",
    "商店老板一起来谈规矩怎么定": "店主的意见", "举报和要材料走错了门": "分流说明|走错渠道|分不清找谁", "检查完当场把结果敲进系统": "当场录入", "网上解答里引用的规矩过时了": "引用的规定已经改",
    "老赖企业欠国家的钱定期公布": "欠税公告", "别的公司交了多少税不能说": "同行的税收", "给企业送优惠消息却不知道人家看没看": "心里没数", "打针的地方名单常更新": "接种点",
    "化验单要到看病的地方去取": "到医院调取|医院办理|病历", "教基层大夫怎么写稿子": "写作样例|上门跟写", "吃药方面的问答办了一年": "慢病用药问答", "官方纪要给不给看各有各的说法": "会议纪要能不能公开",
    "回复前先跟申请人通个话": "打过电话", "把一整年的目标拆开按时报进展": "52项任务|分成\\d+项任务", "领导接见群众的记录公布出来": "县长接待日", "免费杂志送到村子": "政府公报",
    "用声音和图画讲政策": "有图或有声音|图或音视频", "搜索框换新以后打电话找文件的人少了": "新检索已经上线|反映找不到文件的来电", "没写清楚根据哪条法所以输了官司": "没有写清法律依据|答复没写清|法律依据", "找不到该跟谁联系所以打分低": "找不到联系人",
    "人大代表来给打分": "县人大代表|社会评议请", "长时间不理人被点名批评": "通报批评", "合并了一批不活跃的账号": "政务新媒体", "补偿款发给每一家的单子": "补偿到户清单",
    "大家对城市蓝图提了很多想法": "规划草案公示", "过户办到哪一步在家就能查": "不动产登记进度", "来不及按时给，提前打了招呼": "延期答复", "几十年前的底簿不全": "登记材料残缺|登记簿",
    "把带坐标的表格撤了下来": "坐标数据表", "楼里墙上半个月贴一回进展": "每半月在楼栋口", "换人时手续没交代清楚": "交接不清", "街道没有自己的账号": "没有公众号",
}  # fmt: skip

_NAMES = {
    "交警部门公布了什么": "交警部门", "法制大队抽查答复打分": "法制大队", "宣教站在候诊区做了什么": "宣教站", "县司法局开展的文件清理": "县司法局",
    "县财政局牵头的预决算栏目": "县财政局", "县生态环境分局公布水质": "生态环境分局", "“县长接待日”实录": "县长接待日", "“你点我检”活动": "你点我检",
    "“局长在线”答了多少": "局长在线", "“一老一小”便民手册": "一老一小", "督察大队拨测": "督察大队", "县档案馆查档": "县档案馆",
    "“一问一答”栏目": "一问一答", "“张图”还是“一张图”类的申请": "一张图", "小餐饮登记管理办法征求意见": "小餐饮登记",
    "农村集体资金支出公开办法": "农村集体资金", "矿业权出让公开": "矿业权", "A级纳税人名单": "A级纳税人", "欠税公告按季度发": "欠税公告",
    "县信访局": "",
}  # fmt: skip

_DOCUMENTS = {
    "国办公开办函〔2021〕30号是什么文件": "〔2021〕30号《", "30号文规定了什么": "〔2021〕30号《", "国办公开办函〔2019〕60号现在还用吗": "〔2019〕60号《",
    "60号文适用哪几年": "〔2019〕60号《", "国办函〔2020〕109号的内容": "〔2020〕109号《", "109号文怎么规定收费": "〔2020〕109号《",
    "国务院令第711号": "国务院令第711号", "（国办公开办函〔2021〕 30 号）的用途": "〔2021〕30号《", "国办函[2020]109号": "〔2020〕109号《",
    "条例第三十条怎么说": "第三十条", "第33条规定的期限": "第三十三条", "条例第四十二条": "第四十二条", "第二十条列了哪些项": "第二十条",
    "《条例》第五十条第一款第四项": "第五十条", "条例:26": "第二十六条", "2021年30号函": "〔2021〕30号《",
}  # fmt: skip

_UNANSWERABLE = (
    "示例县教育局2024年主动公开情况", "南京市公安局2024年收到多少申请", "示例县公安局2019年有哪些问题", "样板县税务局2030年年报", "第六十条规定了什么",
    "条例第九十九条", "写有987654件的报告", "全年新收申请123457件的是哪个单位", "示范市人民政府2025年社会评议", "范本县林业局存在的问题",
    "模拟县水利局2023年依申请公开", "国办发〔1999〕12345号", "示例县公安局2021年收费情况", "支出71828.18万元用在哪里", "设想县民政局2025年问题",
    "明天会下雨吗", "红烧肉怎么做才好吃", "足球世界杯冠军是谁", "Python 怎样安装依赖", "股票行情走势预测",
)  # fmt: skip


def pieces_of_all() -> list[tuple[str, int, Piece]]:
    """Unit, year and passage, of all reports."""
    registry = default_registry()
    return [
        (report.unit, report.year, piece)
        for report in published()
        for piece in report_pieces(read_text_report(report.text, report.name, registry), registry)[1]
    ]


def _short(unit: str) -> str:
    for ending, short in (
        ("人民政府办公室", "政府办公室"),
        ("管理委员会", "管委会"),
        ("市场监督管理局", "市场监管局"),
        ("人民政府", "政府"),
    ):
        if unit.endswith(ending):
            return unit.removesuffix(ending) + short
    return unit


_ASPECTS = {
    "s1.active": ("主动公开做了哪些工作", "主动公开情况"), "s1.request": ("依申请公开办理情况", "收到多少件申请、怎么处理的"),
    "s1.mgmt": ("政府信息管理做了什么", "信息管理情况"), "s1.platform": ("平台建设情况", "网站和新媒体建设得怎么样"),
    "s1.supervise": ("监督保障情况", "监督保障方面做了什么"), "problem": ("存在哪些问题", "有什么不足"), "improvement": ("准备采取哪些改进措施", "下一步怎么改"),
    "sec6": ("收取信息处理费的情况", "信息处理费收了多少"),
}  # fmt: skip
_ASKS = ("{unit}{year}年{what}", "{year}年度{unit}{what}", "{what}——{unit}{year}年报告", "查一下{unit}在{year}年{what}")


def aspect_questions(pieces: list[tuple[str, int, Piece]], chance: random.Random) -> Iterator[Question]:
    groups: dict[tuple[str, int, str], list[str]] = {}
    for unit, year, piece in pieces:
        key = piece.role if piece.role in ("problem", "improvement") else piece.aspect or piece.section
        if key in _ASPECTS:
            groups.setdefault((unit, year, key), []).append(re.escape(piece.text[:30]))
    for number, (unit, year, key) in enumerate(chance.sample(sorted(groups), 40)):
        what, ask = _ASPECTS[key][number % 2], _ASKS[number % 4]
        yield Question(
            "unit_year_aspect", ask.format(unit=_short(unit), year=year, what=what), tuple(groups[(unit, year, key)]), unit, year
        )


def figure_questions(pieces: list[tuple[str, int, Piece]], chance: random.Random) -> Iterator[Question]:
    values: Counter[str] = Counter()
    found: list[tuple[str, str, str, int, Piece]] = []
    for unit, year, piece in pieces:
        for figure in statistics(piece.text):
            value = f"{figure.value.normalize():f}"
            values[value] += 1
            if figure.value >= 100 and figure.unit and len(value) >= 3:
                before = re.split(r"[，。；：、\d]", piece.text[: figure.start])[-1][-6:]
                found.append((value, f"{before}{figure.slot_text}{figure.unit}", unit, year, piece))
    once = [item for item in found if values[item[0]] == 1 and len(item[1]) >= 7]
    for number, (_value, words, unit, year, piece) in enumerate(chance.sample(once, 34)):
        text = (f"哪个单位{words}", f"{words}是谁的报告", f"“{words}”出自哪里")[number % 3]
        yield Question("figure", text, (re.escape(piece.text[:30]),), unit, year)


def cross_questions(pieces: list[tuple[str, int, Piece]], chance: random.Random) -> Iterator[Question]:
    found = [(unit, year, piece, match.group(1)) for unit, year, piece in pieces
             if piece.role == "follow_up" and (match := re.search(r"“([^”]{6,40})”", piece.text))]  # fmt: skip
    for number, (unit, year, _piece, problem) in enumerate(chance.sample(found, 26)):
        brief = re.split(r"[，,、]", problem)[0][:14]
        text = (
            f"{_short(unit)}{year - 1}年提出的“{brief}”问题，{year}年整改得怎么样", f"{_short(unit)}{year}年怎样回应上年的问题：{brief}",
            f"{_short(unit)}{year - 1}年报告所列“{brief}”的问题后来解决了没有",
        )[number % 3]  # fmt: skip
        yield Question("cross_year", text, (re.escape(problem[:12]),), unit, year)


def questions() -> list[Question]:
    """All questions, always the same."""
    chance = random.Random(711)
    pieces = pieces_of_all()
    texts = [piece.text for _unit, _year, piece in pieces]
    found = [Question("article", text, tuple(f"^{name_of(number)}" for number in numbers)) for text, numbers in _ARTICLES.items()]
    found += aspect_questions(pieces, chance)
    found += [Question("paraphrase", text, (needle,)) for text, needle in _PARAPHRASES.items()]
    found += figure_questions(pieces, chance)
    found += [Question("name", text, (needle,)) for text, needle in _NAMES.items() if needle]
    for county, (town, street) in NEIGHBOURS.items():
        found.append(Question("name", f"{town}2024年的政务公开栏", (".",), f"{county}{town}人民政府", 2024))
        found.append(Question("name", f"{street}2023年主要写了什么", (".",), f"{county}人民政府{street}办事处", 2023))
    found += [Question("document", text, (needle,)) for text, needle in _DOCUMENTS.items()]
    found += cross_questions(pieces, chance)
    found += [Question("unanswerable", text) for text in _UNANSWERABLE]
    for question in found:
        if question.kind in ("paraphrase", "name") and not any(re.search(n, text) for n in question.needles for text in texts):
            raise ValueError(f"no text answers: {question.text}")
    return found


def name_of(number: int) -> str:
    from assistant.language.numerals import to_chinese

    return f"第{to_chinese(number)}条"

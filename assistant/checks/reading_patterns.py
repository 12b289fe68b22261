"""Patterns by which :mod:`assistant.checks.readings` tells what a clause says: changes, shares, other offices, other matters."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[。！？\n]")
BREAK = re.compile(r"[；;]")
CLAUSE = re.compile(r"[，,；;：:]")
HIDDEN = re.compile(r"《[^《》]*》|【[^】]*】")
REQUEST = re.compile(
    r"(?<!依)申请(?!复议|行政复议|仲裁|专利|诉讼|强制)"
    r"|依申请公开(?:工作|方面|情况|事项|办?件)?(?=受理|收到|接收|办结|办理|答复|共|[，,：:])"
)
ON_REQUEST = re.compile(r"(?:政府信息|信息)?依申请公开")
APPLICANTS = re.compile(r"(?:公民|自然人)、法人(?:和|或|或者|及|及其|以及)?其他组织(?:等)?(?:的|提出的?|提交的?|申请的)?")
ABOUT = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|\d{1,2}[、.．])")
OTHER_MATTER = re.compile(r"建议|提案|留言|信访件|来信|咨询|诉求|热线|工单|投诉|公文|举报件|议案")
FILLER = re.compile(
    r"(?:的|了|共|共计|合计|总计|累计|有|为|达到?|到|数量?|件数|总数|总量|政府信息公开|政府信息|信息公开|公开申请|申请|案件|案|各?类|情形|结果|决定|总?金额|总额|信息|收费"
    r"|依申请公开(?:申请|政府信息|信息|办?件|事项)?|提出|提交|递交"
    r"|[（(：:“”\s]|(?:，|,)(?:共计?|合计|总计))*"
)
CHANGE = re.compile(r"(?<!新)(?:增加|增长|上升|提高|提升|上涨|增|多|减少|下降|降低|回落|减|少)了?约?\s?$")
UP = re.compile(r"增|上升|提高|提升|上涨|多")
COMPARED = re.compile(r"[比较与同]\s?(?:上年|去年|上一年|\d{4}年)|同比|(?:上年|去年)(?:同期)?相比")
PREVIOUS = re.compile(r"(?:上年度?|去年|上一年度?)(?:同期)?(?:的|为|是|有|[（(])?\s?$")
REACHED = re.compile(r"(?:增|减|升|降|压减|增加|减少|下降|上升|提高)(?:至|到|为)了?\s?$")
SHARE = re.compile(r"占(?:比|到)?(?P<base>[^，；。、（）占]*?)(?:的|比重|比例|比|为|达到?|约)*\s?$")
SHARE_BASE = re.compile(r"(?:全部|全年|总|申请|办结|办理|答复|处理|的|总数|总量|总计|件数|数量|数|量|全县|全市|全区|政府信息公开)*")
TOGETHER = re.compile(r"合计|共计|两项|二者|两者|总共")
CONJUNCTION = re.compile(r"(?:件|申请|案件)?(?:、|和|及|与|或|以及|，)?(?:提起)?")
PARENT = re.compile(r"[，,。；;：:（(、]?\s?(?:其中|包括|主要包括|分别为|主要为)|[^，,。；;]{0,4}[：:]")
OPENING = re.compile(r"(?:政府)?(?:信息)?公开申请(?:当)?中(?=[，,：:])")
BARE_LEAD = re.compile(r"(?:20\d\d年度?|全年|本年度?|年内|收到的|受理的|上述|这|在|共|，|\s)*")
RELATION = re.compile(r"\s?(?:政府信息公开|信息公开)?(?:公开)?申请")
WEAK_LEAD = re.compile(
    r"(?:^|[，,；;：:]|共|全部|累计|全年|已|均|依法|规范|及时|按时|按期|申请|依规|予以|年度?)\s?(?:共|已|均|依法)?$"
)
OFFICE = re.compile(
    r"[一-龥]+?(?:局(?![面部限势长])|委员会|委(?![托派任员])|厅|办公室|管委会|街道|镇|乡|大队|支队|中心|法院)(?!对|将|把|向|及各)"
)
OWN_OFFICE = re.compile(r"[我本全各该]\w{0,2}$")
SCOPE = re.compile(r"[市县区省州]本级|机关本级|本级机关|办本级")
YEAR = re.compile(r"(?<!\d)(20\d\d)\s?年(?!度?(?:底|初|末)?前)")
LOOSE_UNITS = frozenset({"条", "份", "次", "项", "个", "篇"})
COPIES = frozenset({"份"})
LIST_SEPARATOR = re.compile(r"[、，,]?(?:共计?|计|合计|金额|共收取)?")

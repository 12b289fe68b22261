"""Personal data in what a unit wrote: found, and masked before a prompt is made. Document numbers and landlines are left alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["id_number", "mobile", "name", "case_number"]
MASKS: dict[Kind, str] = {"id_number": "（身份证号略）", "mobile": "（手机号略）", "name": "某某", "case_number": "（案号略）"}
NAMES: dict[Kind, str] = {"id_number": "身份证号码", "mobile": "手机号码", "name": "申请人等的姓名", "case_number": "案号"}

_ID = re.compile(r"(?<![0-9A-Za-z])(?:\d{6}(?:[ -]?)\d{8}(?:[ -]?)\d{3}[\dXx]|\d{15})(?![0-9A-Za-z])")
_LABELLED_ID = re.compile(r"身份证(?:件)?(?:号码?)?(?:为|是|系|[:：])?\s*(?P<id>\d{14,17}[\dXx])(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:(?:\+|00)86[ -]?)?1[3-9]\d(?:[ -]?)\d{4}(?:[ -]?)\d{4}(?![0-9A-Za-z])")
_YEAR = r"[（(〔\[【]\s*(?:19|20)\d{2}\s*[）)〕\]】]"
_COURT = (
    rf"{_YEAR}\s*[\u4e00-\u9fff]{{0,2}}\d{{0,4}}\s*[\u4e00-\u9fff]{{0,3}}"
    r"(?:初|终|再|申|监|执|赔|诉|抗|提|辖|破|保|更)[\u4e00-\u9fff]{0,2}第?\s*\d+\s*号(?:之[一二三四五六七八九十]+)?"
)
_REVIEW = rf"[\u4e00-\u9fff]{{0,8}}复(?:决|议|受|驳|终|中|延|不受|调|补|答|议决)?字?{_YEAR}\s*第?\s*\d+\s*号"
_APPLICATION = (
    r"(?:申请|受理|登记|信访|案件|答复|告知)(?:书)?(?:编号|号码|流水号|案号|文号)(?:为|是|[:：])?\s*"
    r"[A-Za-z0-9][A-Za-z0-9\-－—_/]{3,30}"
)
_CASE = re.compile(f"{_COURT}|{_REVIEW}|{_APPLICATION}")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁"
    "柯阮桂闵欧阳解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻"
    "揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_COMMON = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪姜姚谭廖邹熊陆郝崔邱秦侯邵孟"
)
_ALSO_A_WORD = frozenset("和关保来成于向时应全都明方常管官计强解单包万连车高文安任原经双温祝游席查代公")
_PERSON = "(?<!被)申请人|复议申请人|原告|起诉人|上诉人|第三人|举报人|投诉人|信访人|当事人|村民|居民|市民|群众|公民|家长|业主|职工"
_BODY = "[局科站室办所院处部委镇乡村组厅会员长队司社馆校厂人方们庄湾沟屯寨坪岭堡店桥山河岗坡塘街巷路县市区网窗口家]"
_AFTER = (
    r"(?=[，。；、,;:：（(）)〔“”\s]|$|\d|等|提出|提交|提起|申请|来信|来访|来电|要求|不服|诉|反映|通过"
    r"|的申请|的信息|的复议|的诉讼|本人|先生|女士|同志)"
)
_NAMED = re.compile(
    rf"(?:{_PERSON})(?:姓名)?(?P<mark>[:：]|为|是|系|（|\()?\s*"
    rf"(?P<name>[{_SURNAMES}](?:某{{1,2}}|[甲乙丙丁]|[\u4e00-\u9fff]{{1,2}}?)){_AFTER}"
)
_ASKING = re.compile(
    rf"(?:{_PERSON})(?P<name>[{_COMMON}](?:某{{1,2}}|[\u4e00-\u9fff]{{1,2}}?))(?=询?问|查[询阅看]|索取|索要|咨询|领取|递交|邮寄|反馈|补正|撤回)"
)
_IN_CHARGE = re.compile(
    rf"(?:^|(?<=[，。；、,;:：（(由科办室股长任])|(?<=我[们局委镇办厅处中])|(?<=单位))(?P<name>[{_COMMON}](?!某?{_BODY})(?:某{{1,2}}|[\u4e00-\u9fff]{{1,2}}?))"
    rf"(?<!{_BODY})(?=(?:[（(][^（）()]*[)）])?(?:负责|兼任|兼管|专职负责|具体负责|担任|分管|任(?:组长|副组长|联络员|信息员)|经办))"
)
_SIR = re.compile(rf"(?P<name>[{_SURNAMES}](?:某{{0,2}}|[\u4e00-\u9fff]{{0,2}}?))(?:先生|女士|小姐)")
_MARKED = re.compile(rf"(?P<name>[{_COMMON}]某{{1,2}})(?![\u4e00-\u9fff]?(?:单位|部门|局|镇|村|街道))")
_NOT_A_NAME = re.compile(
    r"申请|提[出交起]|要求|公开|信息|政府|单位|部门|有关|方面|时间|时候|向我|向本|向县|向市|和其|和有|于[一二三四五六七八九十]"
    r"|应当|应该|来[信访电函]|全部|全体|全年|都[是不有]|明确|成立|成功|方式|方法|文件|高度|常见|常年|管理|关于|计算|安排|解决|原[因告]|连续"
    r"|单独|包括|包含|保护|保证|强调|华侨|查询|查阅|游客|符合|任何|代表|代理|路过|万[元余]|金额|石材|白天|田地|林地|毛地|江[边岸]|官方|居民|村民|方便|周[一二三四五六日末]|何人|何时|张贴|程序|陆续|许多|许可|董事|秦皇|罗列"
)


@dataclass(frozen=True, slots=True)
class Personal:
    """A place with personal data: its kind, its span in characters, and the text there."""

    kind: Kind
    start: int
    end: int
    text: str


def find_personal(text: str) -> tuple[Personal, ...]:
    """All places in order, none overlapping another; full-width digits and letters are read like plain ones."""
    plain = _narrow(text)
    taken: list[Personal] = []
    for kind, start, end in _candidates(plain):
        if all(end <= other.start or other.end <= start for other in taken):
            taken.append(Personal(kind, start, end, text[start:end]))
    return tuple(sorted(taken, key=lambda item: item.start))


def mask_personal(text: str) -> tuple[str, tuple[Personal, ...]]:
    """The text with each place replaced by a word that says what stood there, and the places as found in the original."""
    found = find_personal(text)
    pieces: list[str] = []
    at = 0
    for item in found:
        pieces += [text[at : item.start], MASKS[item.kind]]
        at = item.end
    return "".join([*pieces, text[at:]]), found


def told(found: tuple[Personal, ...]) -> str:
    """A Chinese clause that says what was masked and how often, without saying what it was; empty if nothing was."""
    counts = {kind: sum(1 for item in found if item.kind == kind) for kind in MASKS}
    return "、".join(f"{NAMES[kind]} {count} 处" for kind, count in counts.items() if count)


def _candidates(plain: str) -> Iterator[tuple[Kind, int, int]]:
    for match in _ID.finditer(plain):
        if _is_id(re.sub(r"[ -]", "", match.group())):
            yield "id_number", match.start(), match.end()
    for match in _LABELLED_ID.finditer(plain):
        yield "id_number", match.start("id"), match.end("id")
    for match in _CASE.finditer(plain):
        yield "case_number", match.start(), match.end()
    for match in _MOBILE.finditer(plain):
        yield "mobile", match.start(), match.end()
    for pattern in (_NAMED, _ASKING, _IN_CHARGE, _SIR, _MARKED):
        for match in pattern.finditer(plain):
            start, end = match.span("name")
            marked = match.groupdict().get("mark") in (":", "：", "（", "(")
            if plain[start] in _ALSO_A_WORD and not marked:
                continue
            if not _NOT_A_NAME.match(plain, start) and not _NOT_A_NAME.search(match.group("name")):
                yield "name", start, end


def _narrow(text: str) -> str:
    """Full-width forms as plain ones, one character for one, so that spans stay what they are."""
    return "".join(unicodedata.normalize("NFKC", char) if "\uff10" <= char <= "\uff5a" else char for char in text)


def _is_id(number: str) -> bool:
    """Whether a number of 18 or 15 places can be an identity number: its date exists and its check digit fits (GB 11643)."""
    short = len(number) == 15
    born = ("19" + number[6:12]) if short else number[6:14]
    try:
        moment = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    if not 1900 <= moment.year <= 2100 or number[0] not in "12345678":
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        short
        or "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11]
        == number[17].upper()
    )

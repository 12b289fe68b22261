"""Compiled patterns of the search for numerals. All of them read half-width text (see ``HALF``)."""

from __future__ import annotations

import re

from assistant.language.lexicon import ANY_COUNT_WORD, COUNT_WORD, IDIOM
from assistant.language.numerals import DIGITS, UNITS

HALF = str.maketrans("０１２３４５６７８９％．－−﹣﹪／", "0123456789%.---%/")

_C = f"[{DIGITS}{UNITS}]"
_D = f"[{DIGITS}]"
_N = rf"(?:\d+|{_C}+)"
_THROUGH = r"\s?(?:-+|—+|–|~|～|至|到)\s?"
_AND = r"\s?(?:-+|—+|–|~|～|至|到|、|和|及|或|与)\s?"
_AT_START = r"(?:(?<=[。；;：:，,、！？\s“(（)）］】])|^)"
_OPEN, _CLOSE = r"[〔\[【（(﹝［]", r"[〕\]】）)﹞］]"

_TITLE = r"《(?:[^《》]|《[^《》]*》)*》"
_ADDRESS = (
    r"https?://[\x21-\x7e]+|www\.[\x21-\x7e]+|[A-Za-z0-9][\w.-]*@[\w.-]+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/[\x21-\x7e]*"
    r"|邮(?:政)?编(?:码)?\s?[：:为是]?\s?\d{6}"
)
_HOTLINE = r"123\d\d(?=[^\d，。；、]{0,6}(?:热线|平台|电话))|热线[“\"]?\d{5}(?!\d)|\d+\s?[×xX*]\s?24\s?小时"
_PHONE = (
    r"(?<![\d.])(?:0\d{2,3}\s?[-—–]{1,2}\s?\d{7,8}(?:-\d{1,5})?|1[3-9]\d{9}(?!\.)|[48]00-\d{3,4}-\d{3,4})(?!\d)"
    r"|(?:电话|传真|手机)(?:号码)?\s?[：:为是]?\s?\d[\d\-—–]{5,}\d"
)
_DOCUMENT = rf"{_OPEN}\s?(?:19|20)\d\d\s?{_CLOSE}\s?第?\s?\d+\s?号|[函发字办]\s?20\d{{4,6}}\s?号|文件:\d+号|(?<!\d)\d+号文(?!件)"
_ORDER = rf"令[（(]?第?\s?{_N}\s?号|第\s?{_N}\s?号"
_ITEM = rf"第?\s?[（(]\s?{_N}\s?[)）]\s?[项目款]"
_ARTICLE = (
    rf"条例:\d+|第\s?{_N}(?:{_AND}第?\s?{_N})*\s?条(?:之{_C})?(?:\s?第\s?{_N}\s?[款项目])*(?:{_ITEM}[、和及]?)*"
    rf"(?:[、和及与至]第?{_N}条)*|第\s?{_N}\s?(?:[章节编]|款(?!项))|{_ITEM}"
)
_ORDINAL = (
    rf"第\s?{_N}(?:{_AND}第?\s?{_N}(?=[期批次号个季章版卷届名]))*|前?[一二三四1-4](?:{_AND}[一二三四1-4])*季度"
    rf"|{_N}届(?:[^，。；、]{{0,8}}?{_N}(?:次|中全会))?|{_C}+中全会|[一二三四五六]期(?=工程|项目|建设)"
)
_DATE = r"(?<![\d.])(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?![\d.])|(?<!\d)[012]?\d[:：][0-5]\d(?:[:：][0-5]\d)?(?!\d)"
_LIST_MARK = (
    rf"{_C}+(?=是(?!否))|{_C}{{1,3}}(?=、)(?!、{_C}+[^、是]{{0,3}}[、，。])|\d{{1,2}}[.、)）](?!\d)|[(（](?:{_C}+|\d{{1,2}})[)）]"
)
_PERIOD = r"一个?(?:学期|学年|年度?|季度?|月|周|星期|天|日|小时|刻钟|阶段|时期)"
_ONE_THING = r"一(?![十百千万亿])[^\d，。；、：！？\s]{1,2}一(?![个名所条项次批起])[^\d，。；、：！？\s]"

# Stretches whose numerals state nothing. The look-ahead lets the search pass quickly over ordinary characters.
SPECIAL = re.compile(
    rf"(?=[《〔\[【（(﹝［0-9A-Za-z邮热电传手函发字办文令第条前最跑{DIGITS}{UNITS}])(?:"
    rf"(?P<title>{_TITLE})|(?P<idiom>第三[方者]|(?<![{DIGITS}{UNITS}])(?:{IDIOM}|{_ONE_THING}))|(?P<code>{_ADDRESS}|{_HOTLINE})|(?P<phone>{_PHONE})|(?P<document>{_DOCUMENT})|(?P<order>{_ORDER})"
    rf"|(?P<article>{_ARTICLE})|(?P<ordinal>{_ORDINAL})|(?P<date>{_DATE})|{_AT_START}(?P<list_mark>{_LIST_MARK})"
    rf"|(?P<heading>(?<![\d.A-Za-z])(?:1?\d|20)[.](?=[一-鿿“]))|(?<![{DIGITS}{UNITS}])(?P<period>{_PERIOD}))"
)
NUMERAL = re.compile(
    rf"(?P<rate>[百千万]分之(?P<part>\d+(?:\.\d+)?|{_C}+(?:点{_D}+)?)|百分百)"
    rf"|(?P<fraction>{_C}+分之{_C}+|(?<![\d/])\d{{1,3}}/\d{{1,3}}(?![\d/]))"
    rf"|(?P<arabic>(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:，\d{{3}})+(?=\s?(?:{COUNT_WORD}|%))|\d+)(?!\d)(?:\.\d+)?"
    rf"(?:亿\d+(?:\.\d+)?万|万\d+千|\s?[余多]?[百千]?[万亿]|[百千](?![米克瓦伏分卡兆]))?)"
    rf"|(?P<vague>(?:好?几|数)[十百千万亿]+|{_C}*十几)"
    rf"|(?P<chinese>{_C}+(?:点{_D}+(?![十百千])[万亿]?)?(?:[余多][万亿])?)"
)
PIECE = re.compile(r"(\d+(?:\.\d+)?)[余多]?([百千万亿]*)")
NUMBER_RUN = re.compile(rf"\d+(?:\.\d+)?|{_C}+")
DIGIT_RUN = re.compile(r"\d+")
PHONE_RUN = re.compile(r"\d[\d:：\-—– ]*\d")

UNIT_AFTER_ARABIC = re.compile(rf"\s?(?P<more>[余多来])?\s?(?P<unit>%|‰|个百分点|{ANY_COUNT_WORD})")
UNIT_AFTER_CHINESE = re.compile(rf"(?P<more>[余多来])?(?P<unit>个百分点|{COUNT_WORD})")
RANGE = re.compile(rf"{_THROUGH}(?=\d|{_C})")

ABOUT_BEFORE = re.compile(
    r"(?:(?<![最附邻靠临将接])近|将近|接近|(?<![节公合签预契制违条履])约[占为有计]?|逾|超|(?<![以网线])上)\s?$"
)
ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|以上|余)")

YEAR_AFTER = re.compile(rf"\s?(?:年|学年|财年|(?:{_AND}|/)(?:19|20)?\d\d\s?(?:学|财)?年)")
SHORT_YEAR_AFTER = re.compile(r"年(?:底|初|末|度|版|\d{1,2}月)")
MONTH_AFTER = re.compile(rf"\s?月(?!票|饼|台|刊|报)|{_AND}\d{{1,2}}\s?月")
DAY_AFTER = re.compile(r"\s?(?:日(?!内|均|报|志|常|益)|号)")
TIME_AFTER = re.compile(r"时(?!间|刻|代|效|限|段)|点(?=[\d整半至前后])")

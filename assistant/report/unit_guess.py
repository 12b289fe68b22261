"""What a unit's name plainly says about its kind and region. What is not plain stays empty."""

from __future__ import annotations

import re

_GOVERNMENT = "人民政府"
_PROVINCES = ("北京市", "天津市", "上海市", "重庆市")
_KINDS_BY_REGION = (
    (("特别行政区",), ""),
    (("省", "自治区"), "gov_province"),
    (("自治州",), "gov_city"),
    (("自治县", "自治旗", "县", "林区", "旗", "区"), "gov_county"),
    (("镇", "乡", "苏木"), "gov_town"),
)
_OFFICES = ("人民政府办公室", "人民政府办公厅")
_ZONES = ("开发区", "园区", "新区", "实验区", "示范区", "度假区", "保税区", "高新区")
_ZONE_OFFICES = ("管理委员会", "管委会")
_OWN_LADDER = ("分局", "税务局", "气象局", "海关", "烟草专卖局")
_DEPARTMENTS = ("局", "厅", "委员会", "委", "部")
_REGION = re.compile(
    r"^(?:[^局委办厅]{2,8}?(?:自治区|省))?(?:[^局委办厅]{1,8}?(?:自治州|市|州|盟))?(?:[^局委办厅市]{1,8}?(?:自治县|县|旗|区))?"
)


def guess_kind(unit: str) -> str:
    """The kind of a unit by its name, empty where the name does not settle it (a 市 may be a county-level one)."""
    if unit.endswith("街道办事处"):
        return "subdistrict"
    if unit.endswith(_OFFICES):
        return "gov_office"
    if unit.endswith(_GOVERNMENT):
        return _government(unit.removesuffix(_GOVERNMENT))
    if unit.endswith(_ZONES) or any(unit.endswith(zone + office) for zone in _ZONES for office in _ZONE_OFFICES):
        return "zone"
    if unit.endswith(_OWN_LADDER):
        return ""
    return "dept" if unit.endswith(_DEPARTMENTS) and guess_region(unit) else ""


def _government(region: str) -> str:
    if region in _PROVINCES:
        return "gov_province"
    return next((kind for endings, kind in _KINDS_BY_REGION if region.endswith(endings)), "")


def guess_region(unit: str) -> str:
    """The region a unit's name begins with: all before 人民政府, else the names of the region in front of a department."""
    head, found, _ = unit.partition(_GOVERNMENT)
    if found:
        return head
    match = _REGION.match(unit)
    region = match.group() if match else ""
    return region if region and unit != region else ""

"""The words of the workbook: what the writer prints and the reader looks for."""

from __future__ import annotations

COVER = "填报说明"
NOTES = "工作素材"
PROBLEMS = "问题与改进"
FOLLOW_UPS = "上年问题整改"
PREVIOUS = "上年"

COVER_ITEM, COVER_VALUE, COVER_HINT = "项目", "填写内容", "说明"

# Field of the submission, label on the cover, hint. A dot leads into the contact.
COVER_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("name", "单位全称", "机关全称，与公章一致"),
    ("kind", "单位类型", "从下拉列表中选"),
    ("region", "所在行政区", "单位所在行政区的全称，例如“示例县”；乡镇填所在的县（市、区）"),
    ("aliases", "简称、曾用名", "可不填；有几个的用顿号隔开"),
    ("year", "报告年度", "统计的是哪一年，不是发布的年份"),
    ("form", "表式", "由程序填写，请勿改动"),
    ("site", "公开网址", "公众在哪里能看到报告的电子版"),
    ("contact.unit", "联系单位", "可不填；正文只照抄，不代拟"),
    ("contact.address", "联系地址", "可不填"),
    ("contact.zip", "邮政编码", "可不填"),
    ("contact.phone", "联系电话", "可不填；请填办公电话"),
    ("contact.fax", "传真", "可不填"),
    ("contact.email", "电子邮箱", "可不填；请填公务邮箱"),
    ("fee.count", "信息处理费收取件数", "没有收取填 0；不清楚的留空"),
    ("fee.yuan", "信息处理费收取金额（元）", "单位：元；与表二的行政事业性收费不是一回事"),
    ("neighbours", "同级其他单位", "可不填；用来防止误写其他单位的名称，用顿号隔开"),
)

GUIDE: tuple[str, ...] = (
    "一、先填本页的单位信息，再填各表，最后填工作素材、问题与改进、上年问题整改。",
    "二、没有发生的填 0；不适用的填“/”；还没有数的留空。留空不会当作 0。",
    "三、总计由填报人填写；与分项不符时该格变为橙色，程序不会代改。",
    "四、一条素材写一件事：谁、什么时候、做了什么、多少。写进素材的才会写进报告。",
    "五、可以插入行、列，改工作表的名称和次序；请不要改动表格的行名和列名。",
)

TABLE_HINT = "没有发生填 0，不适用填“/”，还没有数的留空。总计由填报人填写，与分项不符时变为橙色。"

NUMBER = "序号"
NOTE_COLUMNS: tuple[tuple[str, str], ...] = (("number", NUMBER), ("aspect", "所属方面"), ("text", "素材内容"), ("source", "出处"))
PROBLEM_COLUMNS: tuple[tuple[str, str], ...] = (("id", "问题序号"), ("text", "存在的主要问题"))
IMPROVEMENT_COLUMNS: tuple[tuple[str, str], ...] = (("text", "改进措施"), ("answers", "针对第几个问题"))
FOLLOW_UP_COLUMNS: tuple[tuple[str, str], ...] = (("problem", "上年所列问题"), ("status", "整改状态"), ("text", "整改情况"))

"""What the admin's page only shows: audit trail, state of the machine, cost of the models."""

from __future__ import annotations

from markupsafe import Markup

from assistant.errors import AssistantError
from assistant.review import audit as trail
from assistant.review.overview import spent_by_month
from assistant.review.people import ROLE_NAMES
from assistant.review.rights import require
from assistant.review.views.final import EXPORTS
from assistant.site.components import badge, empty, join, table
from assistant.site.page import Context

_SHOWN = 50
DEEDS = {
    "add": "新增", "complete": "补全", "set units": "改单位", "set role": "改角色", "disable": "停用", "enable": "启用",
    "reset password": "重置密码", "log in": "登录", "log in refused": "登录被拒", "change password": "改密码",
    "upload": "上传", "save": "保存", "draft": "起草", "draft part": "重写一部分", "edit": "修改", "accept": "采用",
    "accept all": "全部采用", "reject": "退回", "reopen": "重新打开", "restore": "恢复旧版", "ask": "要求换个写法",
    "sign": "定稿", "withdraw": "撤回定稿", "export": "导出", "comment": "批注", "resolve": "了结批注", "rule": "裁定",
    "backup": "备份", "cancel": "取消", "hand in": "交文件", "drop file": "移除文件", "start": "开始", "stop": "停下",
    "remove": "删去", "take from batch": "从批量带入", "start draft": "开始起草", "start part": "开始重写一部分",
    "start overview": "开始做总览", "start batch": "开始带入", "start library": "开始改资料库", "add library": "加入资料",
    "remove library": "移除资料", "rebuild library": "重建索引",
}  # fmt: skip
OBJECTS = {
    "user": "用户", "unit": "单位", "upload": "上传文件", "submission": "填报件", "draft": "草稿", "paragraph": "段落",
    "suggestion": "建议", "finding": "检查意见", "comment": "批注", "signoff": "定稿", "export": "导出文件", "job": "任务",
    "batch": "批量", "library": "资料库",
}  # fmt: skip
_DETAILS = {
    "name": "名称", "role": "角色", "units": "单位编号", "unit": "单位编号", "kind": "类型", "region": "地区", "from": "原为",
    "to": "改为", "failed": "连续失败", "size": "字节数", "type": "类型", "year": "年度", "number": "版本", "reason": "理由",
    "draft": "稿号", "paragraph": "段落", "paragraphs": "段数", "version": "版本", "given": "给出", "writer": "写作", "job": "任务",
    "place": "放在", "kept": "收下", "left": "未收", "files": "文件数", "fingerprint": "指纹", "sha256": "内容指纹", "by": "由",
    "hindrances": "未处理", "with reason": "写有理由",
}  # fmt: skip
_WORDS: dict[str, str] = {
    **ROLE_NAMES, **{str(kind): words for kind, words in EXPORTS.items()}, "offline": "离线写作", "model": "模型写作",
    "in": "本年", "previous": "上年", "units": "单位名单", "True": "是", "False": "否",
}  # fmt: skip
_TONES = {"正常": "good", "缺失": "error", "可选": "info", "模型": "info"}


def audit(context: Context) -> Markup:
    """The trail, newest first; older ones by the address."""
    before = context.number("before")
    found = trail.entries(context.record, context.actor, before=before, limit=_SHOWN + 1)
    shown = found[:_SHOWN]
    older = (
        Markup('<p class="actions"><a class="button" href="/manage?tab=audit&before={}">更早的记录</a></p>').format(
            shown[-1].number
        )
        if len(found) > _SHOWN
        else ""
    )
    head = ("序号", "时间", "谁", "做了什么", "对象", "说明")
    listed = table("操作记录", head, map(_entry, shown), numbers=(0,)) if shown else empty("没有更早的记录", "这里是最早的一页。")
    return join((_whole(context) if before is None else "", Markup('<section class="box">{}{}</section>').format(listed, older)))


def _whole(context: Context) -> Markup:
    verdict = trail.verify(context.record)
    state = badge("完整", "good") if verdict.whole else badge("不完整", "error")
    words = f"共 {verdict.anchor.count} 条，逐条核对封印" + ("，没有改动或缺失。" if verdict.whole else f"：{verdict.what}。")
    return Markup('<section class="box"><p>{} {}</p></section>').format(state, words)


def _entry(entry: trail.Entry) -> list[str]:
    detail = "，".join(
        f"{_DETAILS.get(key, key)} {_plain(value)}" for key, value in entry.detail.items() if value not in ("", None, [])
    )
    target = f"{OBJECTS.get(entry.kind, entry.kind)} {entry.object_id}"
    when = Markup('<span class="when">{}</span>').format(f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}")
    return [f"{entry.number}", when, entry.who or "命令行或程序", DEEDS.get(entry.action, entry.action), target, detail]


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else _WORDS.get(str(value), str(value))


def status(context: Context) -> Markup:
    """What ``assistant doctor`` says, and how the library stands."""
    from assistant.doctor import examine

    require(context.actor, "see_status")
    context.spend("check")
    lines, healthy = examine(context.services.settings)
    rows = [[badge(mark, _TONES.get(mark, "")), text] for mark, text in (_parted(line) for line in lines)]
    head = badge("可以使用", "good") if healthy else badge("有缺失", "error")
    return Markup('<section class="box"><h2>本机 {}</h2>{}</section><section class="box"><h2>资料库</h2>{}</section>').format(
        head, table("本机状况", ("", "内容"), rows), _library()
    )


def _parted(line: str) -> tuple[str, str]:
    mark, space, text = line.partition("　")
    return (mark, text) if space else ("版本", line)


def _library() -> Markup:
    from assistant.library.library import Library

    try:
        with Library(read_only=True) as found:
            store, index = found.store, found.index
            lines = [
                f"资料 {len(store.sources(superseded=False))} 份，段落 {store.count()} 段",
                "词语索引齐备" if index.words_ready else "词语索引需要更新（下次检索时更新）",
                f"语义模型：{store.model or '无'}",
                *index.notices(),
            ]
    except (AssistantError, ImportError) as error:
        message = error.message if isinstance(error, AssistantError) else "没有安装资料库所需的程序库。"
        return Markup('<p class="hint">{}</p>').format(message)
    return Markup("<ul>{}</ul>").format(join(Markup("<li>{}</li>").format(line) for line in lines))


def usage(context: Context) -> Markup:
    """Calls and tokens by month."""
    found = spent_by_month(context.record, context.actor)
    if not found:
        return empty("还没有用过模型", "离线写作不用模型，也不计用量。用模型起草或改写后，这里按月列出次数和词元数。")
    rows = [
        [
            one.month,
            one.model,
            f"{one.drafts}",
            f"{one.suggestions}",
            f"{one.calls}",
            f"{one.input_tokens:,}",
            f"{one.output_tokens:,}",
        ]
        for one in found
    ]
    head = ("月份", "模型", "草稿", "改写", "问答次数", "输入词元", "输出词元")
    return Markup('<section class="box">{}</section>').format(table("模型用量", head, rows, numbers=(2, 3, 4, 5, 6)))

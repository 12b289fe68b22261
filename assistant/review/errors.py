"""What the record refuses, and what happened to the person's work. Messages are read by staff."""

from __future__ import annotations

from assistant.errors import AssistantError

_NOTHING_LOST = "这次操作没有保存，原有内容都在"
_RECORD = {
    "busy": ("数据库正忙，等了一会儿仍不能写入", f"{_NOTHING_LOST}，请稍后再试"),
    "full": ("磁盘已满，不能保存", f"{_NOTHING_LOST}；请管理员清理磁盘后再试"),
    "read_only": ("数据库只能读，不能写", f"{_NOTHING_LOST}；请管理员检查数据文件夹的权限"),
    "gone": (
        "数据库文件不见了，或者被换成了别的文件",
        "这次操作没有保存；请管理员把原来的文件放回原处，旁边的 -wal 文件不要动，放回后即可继续；要换用备份，请先停止服务",
    ),
    "damaged": (
        "数据库文件已损坏或不是本程序的数据库",
        "这次操作没有保存；请管理员停止服务，用最近的备份恢复（assistant restore）",
    ),
    "newer": ("数据库由更新版本的程序建立，本程序不能打开", "请改用新版本的程序，数据没有改动"),
    "unreachable": ("连接不上数据库", f"{_NOTHING_LOST}；请管理员检查数据库是否已启动、ASSISTANT_DATABASE 是否正确"),
    "lost": ("保存时与数据库的连接断了，不能确定是否已经保存", "请刷新页面看看，没有保存的话再做一次"),
    "kept": ("这条记录只能增加，不能改动或删除", _NOTHING_LOST),
    "refused": ("数据库没有接受这次操作", f"{_NOTHING_LOST}；请检查文字里有没有特殊的控制字符，仍不行请告诉管理员"),
    "io": ("数据库文件读写出错", f"{_NOTHING_LOST}；请管理员检查磁盘和数据文件夹"),
}


class RecordError(AssistantError):
    """The database could not do it; nothing was changed unless ``kind`` is ``lost``.

    Args:
        kind: busy, full, read_only, gone, damaged, newer, unreachable, lost, kept, refused or io.
        place: the database, or empty.
    """

    def __init__(self, kind: str, *, place: str = "") -> None:
        what, remedy = _RECORD[kind]
        self.kind = kind
        super().__init__(what, place=place, remedy=remedy)

    @property
    def again(self) -> bool:
        """Whether trying once more in a while may help."""
        return self.kind in ("busy", "unreachable")


class Refused(AssistantError):
    """The person's role does not allow this in a unit that is their own, or the person has to change the password first."""

    def __init__(self, what: str = "您的角色不能做这一步", *, remedy: str = "需要时请管理员调整角色") -> None:
        super().__init__(what, remedy=remedy)


class NotFound(AssistantError):
    """Not there, or of another unit: the two look the same, so that a guessed number tells nothing."""

    def __init__(self, what: str = "没有找到，或者不属于您的单位", *, remedy: str = "请从工作台重新打开") -> None:
        super().__init__(what, remedy=remedy)


class Conflict(AssistantError):
    """Somebody else changed it first; nothing was overwritten.

    Args:
        head: number of the newest version.
        head_text: its text.
        own_text: what the person wanted to save; kept for merging.
        head_by: who made the newest version, or empty.
        what, remedy: other words for it, where it is not about a paragraph somebody typed.
    """

    def __init__(self, head: int, head_text: str, own_text: str, *, head_by: str = "", what: str = "", remedy: str = "") -> None:
        self.head, self.head_text, self.own_text, self.head_by = head, head_text, own_text, head_by
        whose = f"{head_by}已" if head_by else "别人已"
        super().__init__(what or f"{whose}先改了这一段", remedy=remedy or "您写的文字保留着，请对照新的内容合并后再保存")


class LoginRefused(AssistantError):
    """Name and password do not open a session; ``minutes`` says how long logging in is suspended, 0 if it is not."""

    def __init__(self, what: str, remedy: str, *, minutes: int = 0) -> None:
        self.minutes = minutes
        super().__init__(what, remedy=remedy)

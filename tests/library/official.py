"""A stand-in for the official text of the Regulation: its shape, with wording of our own."""

from __future__ import annotations

from assistant.language.numerals import to_chinese

CHAPTERS = {1: "总则", 10: "公开的主体和范围", 19: "主动公开", 27: "依申请公开", 46: "监督和保障", 54: "附则"}


def regulation_text(
    articles: list[int] | None = None, *, order: str = "中华人民共和国国务院令第711号", contents: bool = False
) -> str:
    lines = ["中华人民共和国政府信息公开条例", f"（2007年4月5日公布　2019年4月3日{order}修订）"]
    if contents:
        lines += [f"第{to_chinese(n)}章　{title}" for n, title in enumerate(CHAPTERS.values(), start=1)]
    for number in articles or list(range(1, 57)):
        if number in CHAPTERS:
            lines.append(f"第{to_chinese(list(CHAPTERS).index(number) + 1)}章　{CHAPTERS[number]}")
        lines.append(f"第{to_chinese(number)}条　测试条文{number}，自拟文字，用来检验识别。")
        if number == 30:
            lines.append("　　本条第二款，补正期限为7个工作日。")
        if number == 20:
            lines += ["（一）第一项；", "（二）第二项。"]
        if number == 56:
            lines.append("本条例自2019年5月15日起施行。")
    return "\n".join(lines) + "\n"

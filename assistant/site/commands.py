"""The command ``assistant serve``."""

from __future__ import annotations

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="在哪个地址上提供服务。")
@click.option("--port", type=click.IntRange(0, 65535), default=7860, show_default=True, help="端口；0 表示任选一个空闲的。")
@click.option("--behind-tls", is_flag=True, help="本机上有反向代理在前面提供 HTTPS。")
@click.option("--plain-http", is_flag=True, help="不用 HTTPS 也对外提供服务；密码和草稿会在网络上明文传送。")
def serve(host: str, port: int, behind_tls: bool, plain_http: bool) -> None:
    """启动审阅网站；默认只有本机能访问。"""
    from assistant.site.serve import serve as run

    run(host, port, behind_tls=behind_tls, plain_http=plain_http)

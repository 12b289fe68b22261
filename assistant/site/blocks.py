"""The pages as one Gradio application with a route each, mounted under our guard."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.site.page import Page, Services

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

FORGET_SECONDS = (3600, 24 * 3600)


def prepare(home: Path) -> None:
    """Set what Gradio reads from the environment when it is imported: no analytics, no temporary files outside ``home``."""
    os.environ.update(
        GRADIO_ANALYTICS_ENABLED="False", GRADIO_RUN_HISTORY="False", GRADIO_SSR_MODE="False", GRADIO_MCP_SERVER="False",
        GRADIO_SHARE="False", GRADIO_TEMP_DIR=str(home / "gradio"), HF_HUB_OFFLINE="1", GRADIO_ALLOWED_PATHS="",
    )  # fmt: skip


def mount(app: FastAPI, services: Services, pages: Sequence[Page]) -> None:
    """Build all pages and mount them on ``app``."""
    import warnings

    import gradio as gr
    from starlette.requests import Request

    from assistant.site.frame import SHORT
    from assistant.site.guard import visitor
    from assistant.site.theme import theme

    def user(request: Request) -> str | None:
        who = visitor(request)
        return str(who.user_id) if who else None

    blocks = _build(services, pages)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        gr.mount_gradio_app(
            app, blocks, path="/", auth_dependency=user, run_history=False, footer_links=[], ssr_mode=False, pwa=False,
            mcp_server=False, enable_monitoring=False, allowed_paths=[], blocked_paths=[str(services.settings.home)],
            show_error=False, max_file_size=1, theme=theme(), app_kwargs={"title": SHORT},
        )  # fmt: skip


def _build(services: Services, pages: Sequence[Page]) -> gr.Blocks:
    import gradio as gr

    from assistant.site.wiring import Wiring

    blocks = gr.Blocks(analytics_enabled=False, title="", delete_cache=FORGET_SECONDS)
    for page in pages:
        with blocks if not page.path else blocks.route(page.title, f"/{page.path}", show_in_navbar=False):
            page.build(Wiring(services, page, blocks))
    return blocks

"""Gradio's look: local fonts, quiet colours, dense, and the same in dark surroundings (paper is white)."""

from __future__ import annotations

import gradio as gr

FONTS = ["Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "sans-serif"]
MONO = ["Noto Sans Mono CJK SC", "Consolas", "monospace"]


def theme() -> gr.themes.Base:
    """The theme; only names of fonts that a computer has, so that nothing is fetched."""
    chosen = gr.themes.Base(
        primary_hue=gr.themes.colors.blue, neutral_hue=gr.themes.colors.slate, spacing_size=gr.themes.sizes.spacing_sm,
        radius_size=gr.themes.sizes.radius_sm, text_size=gr.themes.sizes.text_md, font=FONTS, font_mono=MONO,
    ).set(
        body_background_fill="#f4f5f7", body_text_color="#1a1a1a", block_background_fill="#ffffff", block_border_width="0px",
        block_shadow="none", button_primary_background_fill="#14508c", button_primary_background_fill_hover="#0f3f70",
        button_primary_text_color="#ffffff", input_border_color="#8a93a0", input_background_fill="#ffffff", color_accent="#14508c",
    )  # fmt: skip
    for name in [name for name in vars(chosen) if name.endswith("_dark")]:
        setattr(chosen, name, getattr(chosen, name.removesuffix("_dark"), None))
    return chosen

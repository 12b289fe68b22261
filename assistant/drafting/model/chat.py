"""LangChain's ChatOpenAI with what it drops kept: refusals and thinking. Imports LangChain: import it inside functions only."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI

THINKING = ("reasoning_content", "reasoning", "thinking")


class Chat(ChatOpenAI):
    """Keeps ``refusal`` and the length of the thinking of each answer in ``additional_kwargs``.

    LangChain's own class leaves fields out of the answer that are not OpenAI's, and refusals of plain answers;
    the two methods are those which its partner packages override for the same reason.
    """

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices")
        if made is not None and choices and isinstance(made.message, AIMessageChunk):
            made.message.additional_kwargs.update(_kept(choices[0].get("delta")))
        return made

    def _create_chat_result(self, response: Any, generation_info: dict[str, Any] | None = None) -> ChatResult:
        made = super()._create_chat_result(response, generation_info)
        plain = response if isinstance(response, dict) else response.model_dump()
        for generation, choice in zip(made.generations, plain.get("choices") or [], strict=False):
            generation.message.additional_kwargs.update(_kept(choice.get("message")))
        return made


def _kept(message: Any) -> dict[str, Any]:
    if not isinstance(message, dict):
        return {}
    kept: dict[str, Any] = {}
    if isinstance(message.get("refusal"), str):
        kept["refusal"] = message["refusal"]
    thought = next((message[name] for name in THINKING if isinstance(message.get(name), str)), "")
    if thought:
        kept["thought"] = thought
    return kept

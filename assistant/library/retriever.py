"""The library as a LangChain retriever, for the chain of the model writer. Imported only where LangChain is used."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.library.library import Library
from assistant.library.model import Filters, Hit


class LibraryRetriever(BaseRetriever):
    """Gives passages as documents; where each is from and why it was found is in its metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Any
    filters: Any = None
    limit: int = 5

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        library: Library = self.library
        filters: Filters | None = self.filters
        return [_document(hit) for hit in library.search(query, filters, self.limit).hits]


def _document(hit: Hit) -> Document:
    source, piece = hit.passage.source, hit.passage.piece
    metadata = {
        "source": source.id, "title": source.title, "unit": source.unit, "year": source.year, "section": hit.passage.part,
        "article": piece.article, "status": source.status, "quotable": hit.passage.quotable, "score": hit.score, "why": hit.why,
        "start": piece.start, "end": piece.end,
    }  # fmt: skip
    return Document(id=str(hit.passage.id), page_content=piece.text, metadata=metadata)

"""What a client may ask of `/v1/embeddings`, and the vectors as OpenAI's document."""

import base64
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from finetune.trainer.errors import BadRequest
from finetune.trainer.wire.sampling_request import Document, Positive

Text = Annotated[str, Field(min_length=1)]
Many = Field(min_length=1, max_length=2048)


class EmbeddingRequest(Document):
    """OpenAI's request."""

    model: str = Field(min_length=1)
    input: Text | Annotated[list[Text], Many] | Annotated[list[int] | list[list[int]], Many]
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: Positive | None = None

    def texts(self) -> list[str]:
        """What is to be embedded here. Raises BadRequest for tokens, and for `dimensions`."""
        if self.dimensions is not None:
            raise _unsupported("dimensions", "the vectors have the length they have")
        if isinstance(self.input, str):
            return [self.input]
        texts = [text for text in self.input if isinstance(text, str)]
        if len(texts) < len(self.input):
            raise _unsupported("input", "send texts, not tokens")
        return texts

    def document(self, vectors: Sequence[Sequence[float]], tokens: int) -> dict[str, Any]:
        """The answer; as base64 each number is four bytes, little-endian."""
        encoded = self.encoding_format == "base64"
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": _packed(vector) if encoded else list(vector),
            }
            for index, vector in enumerate(vectors)
        ]
        counted = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "data": data, "model": self.model, "usage": counted}


def _packed(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _unsupported(param: str, why: str) -> BadRequest:
    return BadRequest(
        f"Unsupported parameter: '{param}': {why}.", code="unsupported_parameter", param=param
    )

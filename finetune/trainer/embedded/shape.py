"""The size of the embedded decoder, kept in each model's config.json beside its weights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Llama-style: RMSNorm, rotary positions, SwiGLU, embeddings tied to the output."""

    vocabulary: int = 1024
    width: int = 96
    layers: int = 2
    heads: int = 4
    hidden: int = 288
    context: int = 768

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Name and shape of every weight."""
        width, hidden = self.width, self.hidden
        named: dict[str, tuple[int, ...]] = {"embed": (self.vocabulary, width), "norm": (width,)}
        for layer in range(self.layers):
            named |= {
                f"{layer}.attention_norm": (width,),
                f"{layer}.query": (width, width),
                f"{layer}.key": (width, width),
                f"{layer}.value": (width, width),
                f"{layer}.output": (width, width),
                f"{layer}.hidden_norm": (width,),
                f"{layer}.gate": (width, hidden),
                f"{layer}.up": (width, hidden),
                f"{layer}.down": (hidden, width),
            }
        return named


ROPE_BASE = 10_000.0
EPSILON = 1e-5

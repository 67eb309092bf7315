"""A random Llama of a billion parameters in bf16 on a GPU: training an adapter, two adapters asked.

Runs in .venv-lora; says so where there is no GPU. The share of the card's peak counts what LoRA has
to compute: forward 2 and back to the inputs 2 operations for each weight and token, and forward once
more with gradient checkpointing; attention's own products are left out.
"""

import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

# Dense bf16 operations a second, from the makers' data sheets.
PEAKS = {
    "H200": 989e12,
    "H100": 989e12,
    "A100": 312e12,
    "L40S": 362e12,
    "L4": 121e12,
    "A10": 125e12,
}
ROWS, WORDS, CLIENTS = 2_000, 300, 16


def main() -> None:
    if not torch.cuda.is_available():
        print(json.dumps({"left_out": "this machine has none"}))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = make_base(folder / "base")
        found = {"device": torch.cuda.get_device_name(), "parameters": size}
        found |= trained(folder, "one", size) | {"second": trained(folder, "two", size)}
        found |= asked(folder)
    print(json.dumps(found))


def rows() -> list[Any]:
    """Long enough answers that the card has something to do."""
    from finetune.trainer.wire.chat_rows import read_chat_rows

    said = " ".join(f"word{number % 97}" for number in range(WORDS))
    lines = [
        {
            "messages": [
                {"role": "user", "content": f"Question {number}?"},
                {"role": "assistant", "content": f"{number} {said}"},
            ]
        }
        for number in range(ROWS)
    ]
    return read_chat_rows("".join(json.dumps(line) + "\n" for line in lines).encode())


def make_base(folder: Path) -> int:
    """The shape of Llama 3.2 1B with a small vocabulary of ours; how many parameters it has."""
    from transformers import LlamaConfig, LlamaForCausalLM

    from finetune.trainer.peft_engine.fresh import make_tokenizer

    tokenizer = make_tokenizer(rows()[:200])
    config = LlamaConfig(
        vocab_size=32_000,
        hidden_size=2048,
        intermediate_size=8192,
        num_hidden_layers=16,
        num_attention_heads=32,
        num_key_value_heads=8,
        max_position_embeddings=8192,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        dtype="bfloat16",
    )
    with torch.device("cuda"):
        model = LlamaForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return int(model.num_parameters())


def trained(folder: Path, name: str, size: int) -> dict[str, Any]:
    """Tokens a second between the tenth and the last step, and of the card's peak."""
    from finetune.trainer.engine import Hyperparameters, Lora, Step, TrainingSpec
    from finetune.trainer.peft_engine.engine import PeftEngine

    seen: list[float] = []
    spec = TrainingSpec(
        rows(),
        folder / name,
        folder / f"checkpoints-{name}",
        seed=len(name),
        base=folder / "base",
        hyperparameters=Hyperparameters(n_epochs=1, batch_size=16),
        lora=Lora(rank=16, packing=True, max_length=2048, gradient_checkpointing=False),
    )

    def report(told: Any) -> None:
        if isinstance(told, Step):
            seen.append(time.perf_counter())

    outcome = PeftEngine().train(spec, report)
    skipped = min(10, len(seen) // 3)
    share = (len(seen) - 1 - skipped) / len(seen)
    pace = outcome.trained_tokens * share / (seen[-1] - seen[skipped])
    card = torch.cuda.get_device_name()
    peak = next((peak for known, peak in PEAKS.items() if known in card), None)
    return {
        "tokens_per_second": pace,
        "share_of_peak": pace * 4 * size / peak if peak else None,
        "steps": len(seen),
    }


def asked(folder: Path) -> dict[str, Any]:
    """Two adapters on one base, asked in turn by one and then by many clients at once."""
    from finetune.trainer.engine import Asking, End, Sampling
    from finetune.trainer.peft_engine.engine import PeftEngine

    engine = PeftEngine()
    models = [engine.load(folder / name) for name in ("one", "two")]

    def answer(number: int) -> int:
        asking = Asking(
            [{"role": "user", "content": f"Question {number}?"}], Sampling(max_tokens=64)
        )
        *_, end = models[number % 2].chat(asking)
        assert isinstance(end, End)
        return end.completion_tokens

    found: dict[str, Any] = {}
    for clients in (1, CLIENTS):
        answer(0), answer(1)
        began = time.perf_counter()
        with ThreadPoolExecutor(clients) as threads:
            tokens = sum(threads.map(answer, range(2 * CLIENTS)))
        found[f"generated_per_second_{clients}_clients"] = tokens / (time.perf_counter() - began)
    return found


if __name__ == "__main__":
    main()

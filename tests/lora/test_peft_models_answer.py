"""Models of the engine peft answer in this process: as transformers alone would, and many at once."""

import json
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from finetune.trainer.engine import Asking, Delta, End, Sampling, TooLong, Unsupported
from finetune.trainer.peft_engine.serving import Bases, ServedModel

CONTEXT = 192
TEMPLATE = (
    "{{ bos_token }}{% if tools is defined and tools %}Tools: {{ tools | tojson }} Answer <tool_call>"
    "{% endif %}{% for m in messages %}{{ m['role'] + ':' + m['content'] + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)
QUESTIONS = [
    "When is it open?",
    "犬は船に乗れますか。",
    "Who?",
    "Where is the kiosk on the lower deck?",
]


def tokenizer() -> PreTrainedTokenizerFast:
    """Every byte is a token."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    marks = ["<s>", "</s>"]
    vocabulary = {letter: place for place, letter in enumerate([*marks, *letters])}
    built = Tokenizer(models.BPE(vocabulary, []))
    built.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    built.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=built, bos_token="<s>", eos_token="</s>")
    made.chat_template = TEMPLATE
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of two layers in `base`, and two adapters on it, `one` and `two`."""
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(5)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2}
    config = LlamaConfig(
        vocab_size=258, max_position_embeddings=CONTEXT, bos_token_id=0, eos_token_id=1,
        initializer_range=0.4, **shape, **heads,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder / "base")
    tokenizer().save_pretrained(folder / "base")
    for seed, name in enumerate(("one", "two")):
        torch.manual_seed(seed)
        base = AutoModelForCausalLM.from_pretrained(folder / "base")
        targets = ["q_proj", "v_proj", "down_proj"]
        lora = LoraConfig(r=4, target_modules=targets, init_lora_weights=False)
        get_peft_model(base, lora).save_pretrained(folder / name)
        tokenizer().save_pretrained(folder / name)
        (folder / name / "base.json").write_text(json.dumps({"source": str(folder / "base")}))
    return folder


@pytest.fixture(scope="module")
def bases() -> Bases:
    return Bases()


@pytest.fixture(scope="module")
def base(bases: Bases, house: Path) -> ServedModel:
    return bases.load(house / "base")


@pytest.fixture(scope="module")
def adapted(bases: Bases, house: Path, base: ServedModel) -> dict[str, ServedModel]:
    return {"base": base, "one": bases.load(house / "one"), "two": bases.load(house / "two")}


def asked(question: str, **how: object) -> Asking:
    return Asking([{"role": "user", "content": question}], Sampling(**how))  # type: ignore[arg-type]


def whole(parts: Iterable[Delta | End]) -> tuple[str, End]:
    """The text of all deltas, and the end."""
    said = list(parts)
    assert isinstance(said[-1], End)
    return "".join(part.text for part in said[:-1]), said[-1]  # type: ignore[union-attr]


def plain(house: Path, name: str) -> torch.nn.Module:
    """The same model as transformers and peft load it by themselves."""
    from peft import PeftModel

    loaded = AutoModelForCausalLM.from_pretrained(house / "base")
    return loaded if name == "base" else PeftModel.from_pretrained(loaded, house / name)


def generated(model: torch.nn.Module, ids: Sequence[int], tokens: int) -> str:
    """What `generate` says."""
    prompt = torch.tensor([ids])
    with torch.inference_mode():
        out = model.generate(prompt, max_new_tokens=tokens, do_sample=False, pad_token_id=1)
    return str(tokenizer().decode(out[0, len(ids) :], skip_special_tokens=True))


def prompt_ids(question: str) -> list[int]:
    ids: list[int] = tokenizer()(f"<s>user:{question}\nassistant:", add_special_tokens=False)[
        "input_ids"
    ]
    return ids


@pytest.mark.parametrize("name", ["base", "one", "two"])
def test_a_greedy_answer_is_what_transformers_generates(
    house: Path, adapted: dict[str, ServedModel], name: str
) -> None:
    said, end = whole(adapted[name].chat(asked(QUESTIONS[0], max_tokens=40)))
    assert said == generated(plain(house, name), prompt_ids(QUESTIONS[0]), 40)
    assert end.prompt_tokens == len(prompt_ids(QUESTIONS[0]))


def test_many_threads_get_each_models_own_answers(adapted: dict[str, ServedModel]) -> None:
    wanted = {
        (name, question): whole(model.chat(asked(question, max_tokens=30)))[0]
        for name, model in adapted.items()
        for question in QUESTIONS
    }
    assert len({wanted[name, QUESTIONS[0]] for name in adapted}) == 3
    together = threading.Barrier(len(wanted))

    def ask(case: tuple[str, str]) -> str:
        together.wait(30)
        return whole(adapted[case[0]].chat(asked(case[1], max_tokens=30)))[0]

    with ThreadPoolExecutor(len(wanted)) as threads:
        got = dict(zip(wanted, threads.map(ask, wanted), strict=True))
    assert got == wanted


def test_answers_at_once_share_the_models_steps(
    base: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = base._shared.decoder
    passes: list[int] = []
    forward = decoder._forward

    def counted(adapters: Sequence[str | None], **inputs: object) -> object:
        passes.append(len(adapters))
        return forward(adapters, **inputs)

    monkeypatch.setattr(decoder, "_forward", counted)
    streams = [base.chat(asked(question, max_tokens=20)) for question in QUESTIONS]
    for stream in streams:
        next(stream)
    for stream in streams:
        list(stream)
    assert max(passes) == len(QUESTIONS)
    assert len(passes) < 20 * len(QUESTIONS) / 2


def test_no_delta_holds_half_a_character(base: ServedModel, house: Path) -> None:
    parts = list(base.complete("火", Sampling(max_tokens=60)))
    texts = [part.text for part in parts if isinstance(part, Delta)]
    ids = tokenizer()("火")["input_ids"]
    assert "".join(texts) == generated(plain(house, "base"), ids, 60)
    assert all(texts)


def test_a_stop_string_is_not_said_nor_what_follows(base: ServedModel) -> None:
    said, _ = whole(base.chat(asked(QUESTIONS[0], max_tokens=40)))
    stop = said[10:13]
    cut, end = whole(base.chat(asked(QUESTIONS[0], max_tokens=40, stop=(stop,))))
    assert cut == said[: said.index(stop)]
    assert end.finish_reason == "stop"


def test_log_probabilities_are_those_of_a_plain_pass(
    house: Path, adapted: dict[str, ServedModel]
) -> None:
    parts = list(adapted["one"].chat(asked("Who?", max_tokens=8, logprobs=True, top_logprobs=3)))
    tokens = [token for part in parts if isinstance(part, Delta) for token in part.tokens]
    bytes_ids = {piece: place for place, piece in _pieces().items()}
    ids = prompt_ids("Who?")
    answer = [bytes_ids[token.piece] for token in tokens]
    with torch.inference_mode():
        logits = plain(house, "one")(torch.tensor([ids + answer])).logits[0]
    logs = torch.log_softmax(logits, -1)[len(ids) - 1 :]
    for place, token in enumerate(tokens):
        assert token.logprob == pytest.approx(float(logs[place, answer[place]]), abs=1e-4)
        best = logs[place].topk(3).values.tolist()
        assert [logprob for _, logprob in token.alternatives] == pytest.approx(best, abs=1e-4)


def _pieces() -> dict[int, bytes]:
    from finetune.trainer.peft_engine.answering.spelling import Alphabet

    made = tokenizer()
    return {place: Alphabet(made).piece(place) for place in range(258)}


def test_the_same_seed_draws_the_same_beside_others(base: ServedModel) -> None:
    how = {"max_tokens": 25, "temperature": 1.0, "top_p": 0.9, "seed": 7}
    alone, _ = whole(base.chat(asked(QUESTIONS[0], **how)))
    other = base.chat(asked(QUESTIONS[3], max_tokens=60))
    next(other)
    beside, _ = whole(base.chat(asked(QUESTIONS[0], **how)))
    other.close()  # type: ignore[attr-defined]
    different, _ = whole(base.chat(asked(QUESTIONS[0], **(how | {"seed": 8}))))
    assert beside == alone
    assert different != alone


def test_a_conversation_beyond_the_context_is_refused_when_asked(base: ServedModel) -> None:
    with pytest.raises(TooLong, match=str(CONTEXT)):
        base.chat(asked("x" * CONTEXT))
    _, end = whole(base.chat(asked("x" * (CONTEXT - 30))))
    assert end.finish_reason == "length"
    assert end.prompt_tokens + end.completion_tokens == CONTEXT


def test_closing_a_stream_ends_its_work(base: ServedModel) -> None:
    stream = base.chat(asked(QUESTIONS[0], max_tokens=100))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    whole(base.chat(asked("Who?", max_tokens=2)))
    assert [row for batch in base._shared.decoder._batches for row in batch.rows] == []


def test_a_step_that_fails_ends_its_answers_and_no_later_ones(
    base: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = base._shared.decoder
    stream = base.chat(asked(QUESTIONS[0], max_tokens=30))
    next(stream)

    def full(*_: object, **__: object) -> object:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(decoder, "_model", full)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(stream)
    monkeypatch.undo()
    assert whole(base.chat(asked("Who?", max_tokens=5)))[0]


def test_tools_go_through_the_template_and_calls_come_back(
    base: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = {"type": "function", "function": {"name": "opening", "parameters": {"type": "object"}}}
    messages = [{"role": "user", "content": "Open?"}]
    prompts: list[str] = []

    def answering(ids: list[int], *_: object) -> Iterable[Delta | End]:
        prompts.append(tokenizer().decode(ids))
        call = '<tool_call>\n{"name": "opening", "arguments": {"day": "Monday"}}\n</tool_call>'
        yield from (Delta(letter) for letter in "Let me see. " + call)
        yield End("stop", len(ids), 9)

    monkeypatch.setattr(base, "_answering", answering)
    said, end = whole(base.chat(Asking(messages, tools=(tool,))))
    assert '"opening"' in prompts[0]
    assert (said, end.finish_reason) == ("Let me see. ", "tool_calls")
    function = end.tool_calls[0]["function"]
    assert (function["name"], json.loads(function["arguments"])) == ("opening", {"day": "Monday"})


def test_tools_are_refused_where_the_template_ignores_them(
    base: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = tokenizer()
    deaf.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    monkeypatch.setattr(base, "_tokenizer", deaf)
    tool = {"type": "function", "function": {"name": "opening"}}
    with pytest.raises(Unsupported, match="tools") as refused:
        base.chat(Asking([{"role": "user", "content": "Open?"}], tools=(tool,)))
    assert refused.value.param == "tools"


def test_a_schema_is_refused(base: ServedModel) -> None:
    asking = Asking([{"role": "user", "content": "Hi"}], response_format={"type": "json_schema"})
    with pytest.raises(Unsupported) as refused:
        base.chat(asking)
    assert refused.value.param == "response_format"


def test_a_vector_is_the_mean_of_the_last_states(
    house: Path, adapted: dict[str, ServedModel]
) -> None:
    vectors, tokens = adapted["two"].embed(["Who?", "Where is the kiosk?"])
    assert tokens == len("Who?") + len("Where is the kiosk?")
    model = plain(house, "two")
    with torch.inference_mode():
        ids = torch.tensor([tokenizer()("Who?")["input_ids"]])
        mean = model(ids, output_hidden_states=True).hidden_states[-1][0].mean(0)
    assert vectors[0] == pytest.approx((mean / mean.norm()).tolist(), abs=1e-5)


def test_a_model_nobody_holds_is_freed_and_its_base_with_the_last(house: Path) -> None:
    own = Bases()
    first, second = own.load(house / "one"), own.load(house / "two")
    shared = first._shared
    assert second._shared is shared
    assert list(map(Path, shared.decoder.adapters)) == [house / "one", house / "two"]
    wanted, _ = whole(second.chat(asked("Who?", max_tokens=10)))
    whole(first.chat(asked("Who?", max_tokens=10)))  # so that it is the one in place
    del first
    assert whole(second.chat(asked("Who?", max_tokens=10)))[0] == wanted
    assert list(map(Path, shared.decoder.adapters)) == [house / "two"]
    assert whole(second.chat(asked("Who?", max_tokens=10)))[0] == wanted
    del second, shared
    assert not own._bases

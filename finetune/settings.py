"""Settings of `finetune`: the only reader of the environment (and `.env`) in this package.

The bot's settings derive from `Settings`, so each variable is defined once.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from finetune.errors import InputError
from finetune.hiding import hide, passwords_of

DEFAULT_MODEL = "gpt-4.1-mini-2025-04-14"


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    def secrets(self) -> Iterator[str]:
        """Everything in here that nobody may read: keys, tokens, passwords in addresses."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                whole = value.get_secret_value()
                yield from (whole, *whole.split(","))  # several keys in one
            elif name.endswith("_keys"):
                yield from value
            elif "://" in str(value):
                yield from passwords_of(str(value))


S = TypeVar("S", bound=_Environment)


class Settings(_Environment):
    """Where the models, the database and the artefacts are, and when a model is retrained."""

    openai_api_key: SecretStr = Field(
        SecretStr(""), description="Key of the model provider.", examples=["sk-abc"]
    )
    openai_base_url: HttpUrl | None = Field(
        None,
        description="Any OpenAI-compatible provider; absent: OpenAI itself.",
        examples=["https://api.studio.nebius.com/v1/"],
    )
    redis_url: str | None = Field(
        None,
        description="Redis or Valkey, 7.0 or later; of a cluster any node, as redis+cluster://; "
        "absent: an embedded server kept in DATA_DIR.",
        examples=["redis://localhost:6379/0"],
    )
    data_dir: Path = Field(
        Path("data"), description="Snapshots and the embedded database live here."
    )
    chat_model: str = Field(
        DEFAULT_MODEL, description="Answers until a fine-tuned model has been promoted."
    )
    base_model: str = Field(DEFAULT_MODEL, description="The model that is fine-tuned.")
    retrain_min_examples: int = Field(
        10,
        ge=1,
        description="Approved examples to train on (without those held out) that a run needs.",
    )
    retrain_max_per_day: int = Field(
        12, ge=1, description="Runs started per workspace in any 24 hours."
    )
    author_max_per_day: int = Field(
        50,
        ge=1,
        description="Votes and corrections of one person in 24 hours that may be approved without a "
        "curator's look; more of them wait.",
    )
    question_max_examples: int = Field(
        5,
        ge=1,
        description="Examples of nearly the same question that may be approved without a curator's "
        "look; more of them wait.",
    )
    promotion: Literal["auto", "approve"] = Field(
        "approve", description="Promote a better model at once, or ask an admin first."
    )
    poll_seconds: float = Field(
        15.0, gt=0, description="Seconds between two looks at a running fine-tuning job."
    )
    jobs_per_model: int = Field(
        1, ge=1, description="Jobs under way on one base model that `finetune train FILE` allows."
    )
    jobs_per_day: int = Field(
        12, ge=1, description="Jobs in any 24 hours that `finetune train FILE` allows."
    )
    upload_in_parts_above: int = Field(
        64_000_000, ge=1, description="Bytes; larger training files are uploaded in parts."
    )


class TrainerSettings(_Environment):
    """The trainer's own settings; a separate process with its own keys."""

    trainer_api_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Comma-separated keys that clients may use.", examples=["key-one,key-two"]
    )
    trainer_port: int = Field(8010, ge=0, le=65535, description="Port of the trainer; 0: any free.")
    trainer_engine: Literal["embedded", "peft"] = Field(
        "embedded", description="What trains: the embedded CPU engine, or LoRA on a GPU."
    )
    trainer_launcher: Literal["local", "ray"] = Field(
        "local", description="Where jobs run: a child process here, or a Ray cluster."
    )
    trainer_models: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Comma-separated base models of the engine peft: a folder or a hub id each, "
        "`NAME=` before it to call it otherwise.",
        examples=["Qwen/Qwen3-4B-Instruct-2507,house=/models/house"],
    )
    trainer_slots: int = Field(
        0,
        ge=0,
        le=64,
        description="Jobs that train at once; 0: one for each GPU, one without any, 8 on Ray, which "
        "queues what does not fit.",
    )
    trainer_stall_seconds: int = Field(
        3600,
        ge=0,
        description="A training that has begun and then reports nothing for so long is ended and "
        "started again from its last checkpoint; 0: never.",
    )
    trainer_storage: str = Field(
        "",
        description="Where files, checkpoints and models are kept, as fsspec writes it; empty: in "
        "DATA_DIR/trainer.",
        examples=["s3://bucket/trainer"],
    )
    trainer_vllm_url: str = Field(
        "",
        description="A vLLM server that answers for the engine peft; empty: answers in this process.",
        examples=["http://127.0.0.1:8000"],
    )
    trainer_vllm_command: str = Field(
        "",
        description="Starts such a vLLM with the trainer; the base model and options are added.",
        examples=["/opt/vllm/bin/vllm"],
    )
    trainer_vllm_api_key: SecretStr = Field(
        SecretStr(""), description="Key of that vLLM, where it asks for one.", examples=["secret"]
    )
    ray_address: str = Field(
        "",
        description="The Ray cluster's job server, for TRAINER_LAUNCHER=ray.",
        examples=["http://head:8265"],
    )
    trainer_ray_workers: int = Field(
        1, ge=1, le=1024, description="Processes that train one job together on Ray."
    )
    data_dir: Path = Field(
        Path("data"), description="Files, jobs and models live in its `trainer`."
    )

    @field_validator("trainer_api_keys", "trainer_models", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_commas(value)


class GitLabSettings(_Environment):
    """Where `finetune import gitlab` reads tickets, unless its options say otherwise."""

    gitlab_url: HttpUrl = Field(
        HttpUrl("https://gitlab.com"),
        description="GitLab that tickets are imported from; it may be in a folder of its host.",
        examples=["https://gitlab.example.com"],
    )
    gitlab_token: SecretStr = Field(
        SecretStr(""),
        description="Access token with the scope `read_api`; public projects need none.",
        examples=["glpat-abc"],
    )


def split_commas(value: object) -> object:
    """`"a, b"` → `("a", "b")`; anything but text is left to pydantic."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def load(kind: type[S], **overrides: Any) -> S:
    """Read `kind` from the environment; its secrets are said nowhere from now on. Raises InputError naming the variable and a good value."""
    try:
        settings = kind(**overrides)
    except ValidationError as error:
        raise InputError(explain(kind, error)) from None
    hide(settings.secrets())
    return settings


def explain(kind: type[BaseSettings], error: ValidationError) -> str:
    """One line for the first bad variable: its name, what is wrong, a good value."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    field = kind.model_fields.get(name)
    good = ""
    if field is not None:
        example = field.examples[0] if field.examples else field.get_default()
        good = f" A good value: {name.upper()}={example}"
    return f"{name.upper()}: {first['msg']}.{good}"

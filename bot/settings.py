"""Settings of the bot: the only reader of the environment (and `.env`) in this package.

Where models, database and artefacts are is defined once, in `finetune`; this adds Slack, the web
server, the people and the rules of curation.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from cronsim import CronSim, CronSimError
from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import NoDecode

import finetune
from finetune import split_commas

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DEFAULT_PROMPT = (
    "You are Apprentice, a helpful assistant in our team's Slack. "
    "Answer briefly, in the language of the question, and say so when you do not know."
)


class Settings(finetune.Settings):
    """Everything `bot serve` and `bot worker` need."""

    slack_bot_token: SecretStr = Field(
        SecretStr(""), description="Bot token of the installed app.", examples=["xoxb-12-34-abc"]
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""),
        description="Proves that a request comes from Slack.",
        examples=["8f742231b10e8888"],
    )
    slack_app_token: SecretStr | None = Field(
        None, description="Present: connect by Socket Mode.", examples=["xapp-1-A0-12-abc"]
    )
    slack_client_id: str = Field(
        "", description="Present: anyone's workspace may install the app.", examples=["1234.5678"]
    )
    slack_client_secret: SecretStr = Field(
        SecretStr(""), description="Belongs to SLACK_CLIENT_ID.", examples=["0f1e2d3c4b5a6978"]
    )
    sign_in_client_id: str = Field(
        "",
        description="Client ID with which curators sign in with Slack; absent: SLACK_CLIENT_ID.",
        examples=["1234.5678"],
    )
    sign_in_client_secret: SecretStr = Field(
        SecretStr(""),
        description="Belongs to SIGN_IN_CLIENT_ID.",
        examples=["0f1e2d3c4b5a6978"],
    )
    encryption_key: SecretStr = Field(
        SecretStr(""),
        description="Encrypts the tokens of installed workspaces; several, comma-separated, to rotate.",
        examples=["q3Wv...="],
    )
    slack_base_url: str = Field("https://slack.com/api/", description="Slack Web API.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(3000, ge=0, le=65535, description="Port the web server listens on.")
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of a worker's /metrics, /healthz and /readyz; absent: none.",
        examples=["9464"],
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token that /metrics asks for; absent: anyone who reaches it reads it.",
        examples=["a-long-random-word"],
    )
    drain_seconds: float = Field(
        2.0,
        ge=0,
        description="Seconds after SIGTERM that /readyz answers 503 before the port is closed.",
    )
    grace_seconds: float = Field(
        20.0, gt=0, description="Seconds that answers under way have to finish after SIGTERM."
    )
    public_url: HttpUrl | None = Field(
        None,
        description="How people's browsers reach this server; absent: http://HOST:PORT.",
        examples=["https://apprentice.example.com"],
    )
    system_prompt: str = Field(DEFAULT_PROMPT, description="Sent before every conversation.")
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Slack users or user groups who may retrain, promote and roll back.",
        examples=["U012AB3CD,S0614TZR7"],
    )
    curators: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Slack users or user groups who approve examples; admins may too.",
        examples=["U012AB3CD,S0614TZR7"],
    )
    auto_approve: Literal["never", "curators", "everyone"] = Field(
        "curators", description="Whose votes and corrections need no second look."
    )
    retrain_schedule: str | None = Field(
        None, description="Cron expression in UTC; absent: only by hand.", examples=["0 3 * * 1"]
    )
    retrain_min_new_examples: int = Field(
        1, ge=0, description="Approved examples since the last run that a scheduled run needs."
    )
    admin_channel: str = Field(
        "",
        description="Channel for what admins should hear; absent: direct messages to ADMINS.",
        examples=["C012AB3CD"],
    )
    fallback_model: str = Field(
        "",
        description="Answers when the champion cannot; absent: an apology.",
        examples=["gpt-4.1-mini-2025-04-14"],
    )
    image_models: Annotated[tuple[str, ...], NoDecode] = Field(
        ("gpt-4o*", "gpt-4.1*", "gpt-5*", "ft:gpt-4o*", "ft:gpt-4.1*"),
        description="Models that are shown the pictures in a message; * stands for anything.",
        examples=["gpt-4.1*,my-vision-model"],
    )
    allowed_bots: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Apps (bot ids) whose messages are answered when they mention the bot.",
        examples=["B012AB3CD"],
    )
    user_rate_limit: int = Field(
        30, ge=0, description="Questions that one person may ask in any ten minutes; 0: no limit."
    )
    retention_days: int = Field(
        30, ge=1, description="Days a turn and its reply are kept when nobody gives feedback."
    )
    max_context_tokens: int = Field(
        8000, ge=200, description="Tokens of conversation sent to the model."
    )

    @field_validator("admins", "curators", "image_models", "allowed_bots", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_commas(value)

    @field_validator("slack_base_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @field_validator("retrain_schedule")
    @classmethod
    def _is_cron(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            CronSim(value, _EPOCH)
        except CronSimError as error:
            msg = f"not a cron expression ({error})"
            raise ValueError(msg) from None
        return value

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """The first encrypts, all decrypt."""
        keys = self.encryption_key.get_secret_value().split(",")
        return tuple(key.strip() for key in keys if key.strip())

    @property
    def sign_in_client(self) -> tuple[str, str]:
        """Id and secret for Sign in with Slack; the secret belongs to whichever id is set."""
        if self.sign_in_client_id:
            return self.sign_in_client_id, self.sign_in_client_secret.get_secret_value()
        return self.slack_client_id, self.slack_client_secret.get_secret_value()

    @property
    def web_url(self) -> str:
        """Where people's browsers find the curation pages, without a slash at the end."""
        return str(self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

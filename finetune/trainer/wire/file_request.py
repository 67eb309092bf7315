"""What a client says of a file it brings: its purpose, its name, how long it is to be kept."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from finetune.trainer.body_limit import LARGEST_FILE, MIB
from finetune.trainer.errors import BadRequest
from finetune.trainer.stores.file_store import FINE_TUNE
from finetune.trainer.stores.upload_store import LARGEST_UPLOAD

Seconds = Annotated[int, Field(ge=3600, le=30 * 24 * 3600)]
_ELSEWHERE = frozenset({"assistants", "batch", "vision", "user_data", "evals"})


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ExpiresAfter(_Request):
    """OpenAI's policy: an hour to thirty days after the file was made."""

    anchor: Literal["created_at"]
    seconds: Seconds


class UploadRequest(_Request):
    """The body of POST /v1/uploads. Any MIME type will do: rows are checked when a job uses them."""

    filename: str = Field(min_length=1, max_length=512)
    purpose: str
    bytes: int = Field(ge=1, le=LARGEST_UPLOAD)
    mime_type: str = Field(max_length=255)
    expires_after: ExpiresAfter | None = None


class CompleteRequest(_Request):
    """The body of POST /v1/uploads/{upload_id}/complete."""

    part_ids: list[str] = Field(min_length=1, max_length=10_000)
    md5: str | None = None


def refuse_purpose(purpose: str) -> None:
    """Raises BadRequest for every purpose but fine-tune: nothing here would use such a file."""
    if purpose in _ELSEWHERE:
        raise BadRequest(
            f"The purpose '{purpose}' is not offered here: files are for '{FINE_TUNE}' only.",
            code="unsupported_value",
            param="purpose",
        )
    if purpose != FINE_TUNE:
        raise BadRequest(f"'{purpose}' is not one of ['{FINE_TUNE}'] - 'purpose'", param="purpose")


def seconds_of(anchor: str | None, seconds: str | None) -> int | None:
    """How long a file lasts, from the two fields of a form. Raises BadRequest."""
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise BadRequest("The anchor is 'created_at'.", param="expires_after[anchor]")
    digits = seconds or ""
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1
    if not 3600 <= number <= 30 * 24 * 3600:
        raise BadRequest("From 3600 to 2592000 seconds.", param="expires_after[seconds]")
    return number


def file_name(sent: str | None) -> str:
    """The name as it can be kept; a client may send bytes that are no text."""
    return (sent or "upload.jsonl").encode("utf-8", errors="replace").decode()[:512]


def checked_content(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What comes, refused when it is empty or too large. Raises BadRequest among the chunks."""
    size, blank = 0, True
    for chunk in chunks:
        size, blank = size + len(chunk), blank and not chunk.strip()
        if size > LARGEST_FILE:
            raise BadRequest(f"The file is larger than {LARGEST_FILE // MIB} MiB.", param="file")
        yield chunk
    if blank:
        raise BadRequest("The file is empty.", param="file")

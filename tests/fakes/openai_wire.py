"""Refusals and pages in OpenAI's wire format."""

from fastapi.responses import JSONResponse

from tests.fakes.openai_account import Json


def refusal(
    status: int,
    message: str,
    code: str | None = None,
    *,
    param: str | None = None,
    retry_after_ms: int | None = None,
) -> JSONResponse:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    headers = {} if retry_after_ms is None else {"retry-after-ms": str(retry_after_ms)}
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def page(items: list[Json], limit: int, after: str | None) -> Json:
    """Newest first, as the provider lists."""
    newest = items[::-1]
    start = next((n + 1 for n, item in enumerate(newest) if item["id"] == after), 0)
    shown = newest[start : start + limit]
    return {"object": "list", "data": shown, "has_more": start + limit < len(newest)}

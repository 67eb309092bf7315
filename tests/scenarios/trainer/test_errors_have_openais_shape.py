"""Whatever is sent, a refusal is OpenAI's error document with a fitting status, never a 5xx."""

import json

import httpx2
import pytest

from tests.scenarios.trainer.running_trainer import BASE, KEY, Trainer

JSON = "application/json"


def sent(
    trainer: Trainer, method: str, path: str, content: bytes = b"", kind: str | None = JSON
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {KEY}"} | ({"Content-Type": kind} if kind else {})
    url = trainer.url.removesuffix("/v1") + path
    return httpx2.request(method, url, content=content, headers=headers, timeout=60)


def job(**values: object) -> bytes:
    return json.dumps({"model": BASE, "training_file": "file-1"} | values).encode()


@pytest.mark.parametrize(
    ("method", "path", "content", "kind", "status"),
    [
        ("GET", "/v1/nowhere", b"", None, 404),
        ("GET", "/openapi.json", b"", None, 404),
        ("PUT", "/v1/files", b"", None, 405),
        ("GET", "/v1/files/file-nowhere", b"", None, 404),
        ("GET", "/v1/files/%00", b"", None, 404),
        ("GET", "/v1/files/%ff%fe", b"", None, 404),
        ("GET", "/v1/files?limit=-1", b"", None, 400),
        ("GET", f"/v1/files?limit={'9' * 5000}", b"", None, 400),
        ("GET", "/v1/files?order=sideways", b"", None, 400),
        ("GET", "/v1/models/Some%2FHub-Model", b"", None, 404),
        ("DELETE", "/v1/models/ft:nobody", b"", None, 404),
        ("GET", "/v1/models/ft:x:ckpt-step-99999999999999999999", b"", None, 404),
        ("GET", "/v1/fine_tuning/jobs/ftjob-nowhere/events", b"", None, 404),
        ("POST", "/v1/fine_tuning/jobs", b"", JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", b"{", JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", b"[" * 20_000, JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", b"\xff\xfe", JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", job(), "text/plain", 415),
        ("POST", "/v1/fine_tuning/jobs", b"a=b", "application/x-www-form-urlencoded", 415),
        ("POST", "/v1/fine_tuning/jobs", job(seed=10**400), JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", job(model="\ud800"), JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", job(model="a\x00b"), JSON, 404),
        ("POST", "/v1/fine_tuning/jobs", job(training_file="\x00"), JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", job(training_file="\ud800"), JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", job(metadata={"\ud800": 1}), JSON, 400),
        ("POST", "/v1/fine_tuning/jobs", job(integrations={}), JSON, 400),
        ("POST", "/v1/uploads", b"", JSON, 400),
        ("POST", "/v1/uploads", b'{"bytes": 1e400}', JSON, 400),
        ("POST", "/v1/uploads/upload_nowhere/complete", b'{"part_ids": ["p"]}', JSON, 404),
        ("POST", "/v1/uploads/upload_nowhere/cancel", b"", None, 404),
        ("POST", "/v1/uploads/upload_nowhere/parts", b"", None, 400),
        ("POST", "/v1/files", b"x", JSON, 415),
        ("POST", "/v1/files", b"x", "multipart/form-data", 400),
        ("POST", "/v1/files", b"--a\r\nrubbish", "multipart/form-data; boundary=a", 400),
    ],
)
def test_a_refusal_has_openais_shape(
    trainer: Trainer, method: str, path: str, content: bytes, kind: str | None, status: int
) -> None:
    answer = sent(trainer, method, path, content, kind)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert error["message"]


def test_a_form_of_strange_bytes_is_a_file_like_any(trainer: Trainer) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="\xff\x00\xed\xa0\x80"\r\n'
        b"\r\n{}\r\n--b--\r\n"
    )
    answer = sent(trainer, "POST", "/v1/files", body, "multipart/form-data; boundary=b")
    assert answer.status_code == 200, answer.text
    assert answer.json()["bytes"] == 2


def test_a_missing_key_is_told_apart_from_a_wrong_one(trainer: Trainer) -> None:
    answers = [
        httpx2.get(f"{trainer.url}/models", headers=headers)
        for headers in ({}, {"Authorization": "Bearer nobody"})
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    messages = [answer.json()["error"]["message"] for answer in answers]
    assert messages[0].startswith("You did not give an API key")
    assert messages[1].startswith("Incorrect API key")

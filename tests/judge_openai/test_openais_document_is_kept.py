"""The document we are judged by names its source, is OpenAI's word for word, and can say no."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.judge_openai.document import Document, Heard, chunks, modern, published
from tests.judge_openai.prune import COMMIT, HERE, OURS, pruned

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "us"}


def heard(body: object, status: int = 200, path: str = "/models/m", method: str = "GET") -> Heard:
    return Heard(method, path, status, "application/json", json.dumps(body).encode())


def test_the_document_names_its_source_and_its_licence() -> None:
    assert COMMIT in published()["info"]["x-source"]
    assert COMMIT in (HERE / "README.md").read_text()
    assert (HERE / "LICENSE").read_text().startswith("The MIT License")


def test_the_document_holds_all_our_operations() -> None:
    assert Document().operations == set(OURS)


def test_pruning_what_is_pruned_changes_nothing_but_the_source() -> None:
    again, kept = pruned(published()), published()
    assert again["paths"] == kept["paths"]
    assert again["components"] == kept["components"]


def test_every_schema_is_a_schema_in_todays_words() -> None:
    for schema in modern(published())["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_what_is_declared_passes() -> None:
    assert Document().wrong(heard(MODEL)) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (heard({**MODEL, "created": "1"}), "is not of type 'integer'"),
        (heard({"id": "m", "object": "model", "created": 1}), "'owned_by' is a required property"),
        (heard({**MODEL, "shutdown_date": "soon"}), "is not valid under any"),
        (heard({"detail": "no"}, status=404), "'error' is a required property"),
        (heard(MODEL, status=201), "the status is not declared"),
        (heard(MODEL, path="/assistants"), "is no operation of ours"),
    ],
    ids=["type", "missing", "format", "refusal", "status", "path"],
)
def test_what_is_not_declared_is_told(answer: Heard, said: str) -> None:
    assert said in "; ".join(Document().wrong(answer))


def test_each_chunk_of_a_stream_is_judged() -> None:
    stream = b'data: {"id": "c"}\n\ndata: [DONE]\n\n'
    told = Document().wrong(Heard("POST", "/chat/completions", 200, "text/event-stream", stream))
    assert any("'choices' is a required property" in said for said in told)


def test_a_stream_that_breaks_off_is_told() -> None:
    with pytest.raises(AssertionError):
        chunks(b'data: {"id": "c"}\n\n')

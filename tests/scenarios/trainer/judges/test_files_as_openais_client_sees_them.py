"""`client.files`, every call of it, typed and as the document says."""

import openai
import pytest

from tests.scenarios.trainer.judges.judged import Learnt
from tests.scenarios.trainer.running_trainer import TAUGHT, rows

CONTENT = rows(TAUGHT)


def kept(client: openai.OpenAI, name: str = "rows.jsonl") -> openai.types.FileObject:
    return client.files.create(file=(name, CONTENT), purpose="fine-tune")


def test_an_uploaded_file_says_all_about_itself(judged: openai.OpenAI) -> None:
    file = kept(judged)
    assert (file.object, file.purpose, file.filename) == ("file", "fine-tune", "rows.jsonl")
    assert (file.bytes, file.status) == (len(CONTENT), "processed")
    assert judged.files.retrieve(file.id) == file


def test_the_client_waits_for_a_file_to_be_processed(judged: openai.OpenAI) -> None:
    assert judged.files.wait_for_processing(kept(judged).id).status == "processed"


def test_a_files_content_comes_back_byte_by_byte(judged: openai.OpenAI) -> None:
    file = kept(judged)
    assert judged.files.content(file.id).content == CONTENT
    with judged.files.with_streaming_response.content(file.id) as streamed:
        assert b"".join(streamed.iter_bytes()) == CONTENT


def test_a_file_expires_when_it_was_asked_to(judged: openai.OpenAI) -> None:
    file = judged.files.create(
        file=("rows.jsonl", CONTENT),
        purpose="fine-tune",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    assert file.expires_at == file.created_at + 3600
    assert kept(judged).expires_at is None


def test_the_list_of_files_pages_by_itself_in_both_orders(judged: openai.OpenAI) -> None:
    made = [kept(judged, f"{number}.jsonl").id for number in range(3)]
    newest_first = [file.id for file in judged.files.list(limit=2, purpose="fine-tune")]
    assert newest_first[:3] == made[::-1]
    oldest_first = [file.id for file in judged.files.list(limit=2, order="asc")]
    assert oldest_first[-3:] == made
    assert [f.id for f in judged.files.list(order="asc", after=made[0], limit=2)] == made[1:]


def test_a_list_with_nothing_in_it_is_still_a_list(judged: openai.OpenAI) -> None:
    empty = judged.files.list(purpose="vision")
    assert (empty.data, empty.has_more) == ([], False)


def test_result_files_have_a_purpose_of_their_own(judged: openai.OpenAI, learnt: Learnt) -> None:
    found = list(judged.files.list(purpose="fine-tune-results"))
    assert set(learnt.job.result_files) <= {file.id for file in found}


def test_a_deleted_file_is_gone(judged: openai.OpenAI) -> None:
    file = kept(judged)
    gone = judged.files.delete(file.id)
    assert (gone.id, gone.object, gone.deleted) == (file.id, "file", True)
    for ask in (judged.files.retrieve, judged.files.content):
        with pytest.raises(openai.NotFoundError):
            ask(file.id)

"""The stand-in of the bench of turns keeps messages by Slack's rules, so that a bot can mend them."""

import pytest

from bench.turns_runs.messages import Messages, Refused

THREAD = "100.000001"


def test_a_stream_grows_and_is_found_in_its_thread_with_its_blocks_and_metadata() -> None:
    kept = Messages()
    ts = kept.write("chat.startStream", {"thread_ts": THREAD, "markdown_text": "Yes"})
    button = {"type": "actions", "block_id": "stop_reply"}
    kept.write("chat.appendStream", {"ts": ts, "chunks": [{"type": "markdown_text", "text": "."}]})
    end = {"ts": ts, "blocks": [button], "metadata": '{"event_type": "apprentice_reply"}'}
    kept.write("chat.stopStream", end)
    [found] = kept.replies({"ts": THREAD, "oldest": THREAD})
    assert (found["text"], found["ts"]) == ("Yes.", ts)
    assert found["blocks"] == [{"type": "markdown", "text": "Yes."}, button]
    assert found["metadata"] == {"event_type": "apprentice_reply"}


def test_a_stream_is_rewritten_only_after_its_end() -> None:
    kept = Messages()
    ts = kept.write("chat.startStream", {"thread_ts": THREAD, "markdown_text": "Y"})
    with pytest.raises(Refused, match="streaming_state_conflict"):
        kept.write("chat.update", {"ts": ts, "text": "No"})
    kept.write("chat.stopStream", {"ts": ts})
    with pytest.raises(Refused, match="message_not_in_streaming_state"):
        kept.write("chat.appendStream", {"ts": ts, "markdown_text": "es"})
    kept.write("chat.update", {"ts": ts, "blocks": [{"type": "markdown", "text": "No"}]})
    assert kept.texts() == ["No"]


def test_what_was_deleted_is_gone() -> None:
    kept = Messages()
    ts = kept.write("chat.postMessage", {"thread_ts": THREAD, "text": "x"})
    kept.write("chat.delete", {"ts": ts})
    assert kept.replies({"ts": THREAD}) == []
    with pytest.raises(Refused, match="message_not_found"):
        kept.write("chat.update", {"ts": ts, "text": "y"})

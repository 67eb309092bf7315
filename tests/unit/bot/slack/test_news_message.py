"""The message to an author: what was learnt, in blocks that Slack takes."""

from bot.sandbox.blocks import check_message
from bot.slack.blocks.news import SHOWN, NewsItem, news_message
from bot.slack.blocks.reply import reply_of_block
from bot.texts import EN

SAID = EN.feedback


def item(number: int = 1, answer: str = "25 days.") -> NewsItem:
    return NewsItem(f"news-run-1-U1:1.{number:06d}", "How many days?", "25 days.", answer)


def blocks(*items: NewsItem, more: int = 0) -> list[dict[str, object]]:
    return [block.to_dict() for block in news_message(items, more, SAID)]


def test_the_longest_message_is_one_that_slack_takes() -> None:
    long = item()._replace(question="Q" * 900, correction="<" * 4000, answer="&" * 4000)
    many = [long._replace(reply_id=f"news-run-1-U1:1.{n:06d}") for n in range(SHOWN)]
    check_message(blocks(*many, more=100))


def test_each_answer_has_buttons_that_name_its_reply() -> None:
    made = blocks(item(1), item(2), more=3)
    named = [reply_of_block(str(b["block_id"])) for b in made if b["type"] == "context_actions"]
    assert named == [item(1).reply_id, item(2).reply_id]
    assert "3 more" in str(made)


def test_without_an_answer_there_is_nothing_to_vote_on() -> None:
    assert all(b["type"] != "context_actions" for b in blocks(item(answer="")))

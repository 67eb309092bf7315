"""What a channel sees of a correction, as blocks."""

from bot.slack.blocks.corrected import corrected_message
from bot.slack.splitting import PART_LIMIT
from bot.texts.feedback import EN
from tests.factories import CURATOR


def test_a_correction_is_shown_whole_under_its_author() -> None:
    line, text = (block.to_dict() for block in corrected_message("25 days.", [CURATOR], EN))
    assert CURATOR in str(line)
    assert text["text"] == "25 days."


def test_one_longer_than_a_message_is_cut_where_it_reads_well_and_says_so() -> None:
    long = "```\n" + "x = 1\n" * 3000 + "```"
    _, text, cut = (block.to_dict() for block in corrected_message(long, [CURATOR], EN))
    assert len(text["text"]) <= PART_LIMIT
    assert text["text"].endswith("\n```")
    assert EN.corrected_cut in str(cut)

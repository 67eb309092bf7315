"""Separator and stop of a legacy model: what its texts have, else what the old tool chose."""

from finetune.asking.legacy import LAST_SEPARATOR, SEPARATORS, LegacyForm, LegacyTraits


def test_a_separator_that_is_there_is_found_and_not_doubled() -> None:
    traits = LegacyTraits().see_all(["a\n\n###\n\n", "b -> c\n\n###\n\n"])
    form = LegacyForm.guessed(None, (), traits)
    assert form.separator == "\n\n###\n\n"
    assert form.prompt("a\n\n###\n\n") == "a\n\n###\n\n"
    assert form.prompt("a") == "a\n\n###\n\n"


def test_what_most_prompts_end_in_is_their_separator() -> None:
    traits = LegacyTraits().see_all(["a\n\n### =>\n\n", "b\n\n### =>\n\n", "c"])
    assert (traits.separator, traits.separator_seen) == ("\n\n### =>\n\n", True)
    mixed = LegacyTraits().see_all(["a ->", "b", "c"])
    assert (mixed.separator, mixed.separator_seen) == ("\n\n###\n\n", False)


def test_prompts_that_hold_every_separator_get_the_last_one() -> None:
    assert LegacyTraits().see_all(["x".join([*SEPARATORS, ""])]).separator == LAST_SEPARATOR


def test_prepare_knows_no_other_separators() -> None:
    from finetune.prepare import separators

    assert separators.SEPARATORS is SEPARATORS
    assert separators.LAST_SEPARATOR is LAST_SEPARATOR


def test_an_arrow_separates_lines_and_rules_separate_texts() -> None:
    assert LegacyTraits().see_all(["one line", "another"]).separator == " ->"
    assert LegacyTraits().see_all(["one\nand two"]).separator == "\n\n###\n\n"
    assert LegacyTraits().see_all(["one -> two"]).separator == "\n\n###\n\n"


def test_what_is_given_is_taken() -> None:
    assert LegacyForm.guessed("=>", ("X",), LegacyTraits()) == ("=>", ("X",))


def test_a_stop_that_all_answers_end_in_is_found() -> None:
    traits = LegacyTraits()
    for answer in (" one END", " two END"):
        traits.see("q", answer)
    assert traits.stop == (" END",)
    lines = LegacyTraits()
    lines.see("q", " one\n")
    assert lines.stop == ("\n",)
    assert LegacyTraits().stop == (" END",)


def test_an_answer_loses_its_first_space_and_its_stop() -> None:
    assert LegacyForm(" ->", (" END",)).answer(" hockey END") == "hockey"

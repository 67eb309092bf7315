"""The same question in another case, width or spacing has the same key."""

from finetune.prepare.fingerprints import side_keys


def test_case_width_and_spacing_make_no_other_prompt() -> None:
    keys = side_keys(
        ["Hello there", " hello\tTHERE ", "\uff28ello  there", "STRASSE", "straße"], {}
    )
    assert len(set(keys[:3].tolist())) == 1
    assert keys[3] == keys[4] != keys[0]


def test_a_nul_in_one_prompt_moves_no_key() -> None:
    one, odd, other = side_keys(["a", "b\x00c", "d"], {}).tolist()
    assert [one, other] == side_keys(["a", "d"], {}).tolist()
    assert odd not in {one, other}

"""Both sides of a unified diff."""

from finetune.sources.gitlab.diff import sides


def test_each_side_has_its_own_lines_and_those_around_them() -> None:
    assert sides("@@ -1,3 +1,3 @@ def f():\n a\n-b\n+c\n d\n") == ("a\nb\nd", "a\nc\nd")


def test_hunks_are_parted() -> None:
    diff = "@@ -1 +1 @@\n-a\n+b\n@@ -9,2 +9 @@\n c\n-d\n"
    assert sides(diff) == ("a\n…\nc\nd", "b\n…\nc")


def test_file_names_and_the_note_on_the_last_line_are_no_code() -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
    assert sides(diff) == ("a", "b")


def test_lines_that_look_like_marks_are_kept() -> None:
    assert sides("@@ -1,2 +1,2 @@\n--- a\n+++ b\n \n") == ("-- a\n", "++ b\n")


def test_a_new_file_has_nothing_before() -> None:
    assert sides("@@ -0,0 +1,2 @@\n+a\r\n+b\n") == ("", "a\nb")


def test_no_hunk_is_no_code() -> None:
    assert sides("Binary files differ") == ("", "")

"""What the demo's programs are started with."""

import stat
from pathlib import Path

from bot.demo import programs
from bot.demo.keys import Keys


def test_no_secret_is_in_the_list_of_processes(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    site = programs.Site(tmp_path, 1, 2, 3, Keys("the-signing-secret", "the-trainer-key"))
    started = [
        programs.database(site),
        programs.pretraining(site),
        programs.trainer(site),
        programs.sandbox(site),
        programs.bot(site, "unix:///nowhere"),
    ]
    shown = " ".join(argument for program in started for argument in program.arguments)
    assert "the-" not in shown
    assert site.secret_file.read_text() == "the-signing-secret"
    assert stat.S_IMODE(site.secret_file.stat().st_mode) == 0o600

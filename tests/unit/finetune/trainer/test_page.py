"""The trainer's page is files that run nothing but themselves, in two languages alike."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from finetune.trainer import page

STATIC = Path(page.__file__).with_name("static")
SCRIPTS = sorted(STATIC.glob("*.js"))


@pytest.fixture
def browser() -> TestClient:
    app = FastAPI()
    page.register(app)
    return TestClient(app)


def test_every_file_of_the_page_is_served_with_its_type(browser: TestClient) -> None:
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for file in STATIC.iterdir():
        path = "/" if file.name == "page.html" else f"/page/{file.name}"
        answer = browser.get(path)
        assert answer.content == file.read_bytes()
        assert answer.headers["content-type"].startswith(kinds.get(file.suffix, "text/html"))


def test_only_scripts_and_styles_of_the_server_itself_run(browser: TestClient) -> None:
    headers = browser.get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_what_is_no_file_of_the_page_is_not_found(browser: TestClient) -> None:
    for path in ("/page/page.html", "/page/..%2f__init__.py", "/page/../__init__.py", "/page/"):
        assert browser.get(path).status_code == 404


def test_no_text_can_become_markup() -> None:
    html = (STATIC / "page.html").read_text("utf-8")
    assert not re.search(r"<style|style=|\son\w+=|<script>", html)
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert "https://" not in text, script.name


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    english, japanese = (_words(STATIC / name) for name in ("english.js", "japanese.js"))
    assert english.keys() == japanese.keys()
    for name, text in english.items():
        places = re.compile(r"\{\w+\}")
        assert sorted(places.findall(text)) == sorted(places.findall(japanese[name])), name


def test_every_word_that_the_page_says_is_known_and_none_is_idle() -> None:
    known = _words(STATIC / "english.js").keys()
    code = "".join(s.read_text("utf-8") for s in SCRIPTS if s.stem not in {"english", "japanese"})
    assert set(re.findall(r'\bt\("([\w-]+)"', code)) <= known
    made = {
        f"{act}{part}" for act in ("cancel", "pause", "resume") for part in ("Title", "Help", "Do")
    }
    states = {"validating_files", "queued", "running", "succeeded", "failed", "cancelled"}
    purposes = {"fine-tune", "fine-tune-results"}
    assert {word for word in known - made - states - purposes if f'"{word}"' not in code} == set()


def _words(file: Path) -> dict[str, str]:
    pair = re.compile(r'^  "?([\w-]+)"?: (".*"),$', re.MULTILINE)
    return dict(pair.findall(file.read_text("utf-8")))

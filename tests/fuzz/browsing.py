"""The pages as their OpenAPI document describes them, asked for by schemathesis, within and beyond it.

With nobody's cookie and with a curator's, whose forms mostly have the right token. The document must be true: every status that comes is
declared for that route. Slack's own route has `deliveries`; here it gets what is not signed.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from requests import RequestException, Session
from schemathesis import Case, GenerationMode

from tests.fuzz.deliveries import Outcome
from tests.fuzz.house import House

TIMEOUT = 30  # seconds
# Where a browser would be sent on to: outside, or to nothing that is not asked for by itself.
MODES = {"allowed": list(GenerationMode)}


def fuzz_pages(house: House, requests: int, number: int, progress: Callable[[], object]) -> Outcome:
    """As many requests; half of them by a curator who is signed in."""
    outcome = Outcome()
    cases = operations(house.app)
    stranger, curator = Session(), signed_in(house)
    token = token_of(house, curator)

    @seed(number)
    @settings(
        max_examples=requests,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(cases), known=st.booleans(), right=st.sampled_from((True, True, False)))
    def ask(case: Case, known: bool, right: bool) -> None:
        name = f"{case.method} {case.operation.path}"
        if known and right:
            _with_token(case, token)
        try:
            answer = case.call(
                base_url=house.url,
                session=curator if known else stranger,
                allow_redirects=False,
                timeout=TIMEOUT,
            )
        except RequestException as error:
            outcome.note(name, 599, repr(error), case.as_curl_command())
        except (ValueError, UnicodeError):
            pass  # what no client can send was not sent
        else:
            outcome.note(name, answer.status_code, answer.text, case.as_curl_command())
            _declared(case, answer.status_code, outcome)
        finally:
            progress()

    ask()
    return outcome


def operations(app: FastAPI) -> list[st.SearchStrategy[Case]]:
    """A strategy for each route, of what its document allows and of what it does not."""
    app.state.unfold()
    schema = schemathesis.openapi.from_dict(app.openapi())
    made = []
    for found in schema.get_all_operations():
        operation = found.ok()
        made += [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    return made


def signed_in(house: House) -> Session:
    """A browser that came in through the link in App Home."""
    session = Session()
    token = urlsplit(house.link).query.removeprefix("token=")
    answer = session.post(
        f"{house.url}/curate/enter",
        data={"token": token},
        headers={"Origin": house.url},
        allow_redirects=False,
        timeout=TIMEOUT,
    )
    assert answer.status_code == 303, answer.text
    return session


def token_of(house: House, curator: Session) -> str:
    """Of the forms of this session's pages."""
    page = curator.get(f"{house.url}/curate/review", timeout=TIMEOUT).text
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def _with_token(case: Case, token: str) -> None:
    """What it needs to get past the first check; not signing out, which would end the session."""
    if case.operation.path.endswith("/imports"):
        case.headers = {**dict(case.headers or {}), "X-Form-Token": token}
    elif (
        isinstance(case.body, dict)
        and "form_token" in case.body
        and not case.operation.path.endswith("-out")
    ):
        case.body["form_token"] = token


def _declared(case: Case, status: int, outcome: Outcome) -> None:
    declared = case.operation.definition.raw["responses"]
    if str(status) not in declared:
        name = f"{case.method} {case.operation.path}"
        outcome.wrong.append(f"{name}: {status} is not declared; {case.as_curl_command()}")

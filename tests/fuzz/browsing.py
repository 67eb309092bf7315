"""The pages as their OpenAPI document describes them, asked for by schemathesis, within and beyond it.

With nobody's cookie and with a curator's. The document must be true: every status that comes is
declared for that route. Slack's own route has `deliveries`; here it gets what is not signed.
"""

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

    @seed(number)
    @settings(
        max_examples=requests,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(cases), known=st.booleans())
    def ask(case: Case, known: bool) -> None:
        name = f"{case.method} {case.operation.path}"
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


def _declared(case: Case, status: int, outcome: Outcome) -> None:
    declared = case.operation.definition.raw["responses"]
    if str(status) not in declared:
        name = f"{case.method} {case.operation.path}"
        outcome.wrong.append(f"{name}: {status} is not declared; {case.as_curl_command()}")

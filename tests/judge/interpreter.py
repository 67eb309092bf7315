"""Between slack_sdk and the judge: says in a POST's body what slack_sdk says in an address.

Slack takes the arguments of a method from the query or the body, by GET or POST; emulate reads a POST's body
only. Nothing else is changed: what is asked and what is answered are theirs.
"""

from urllib.parse import parse_qsl, urlencode

import httpx
from fastapi import FastAPI, Request, Response

FORM = "application/x-www-form-urlencoded"


def interpreter(judge: str) -> FastAPI:
    """A server in front of the judge at this address."""
    app = FastAPI()

    @app.api_route("/api/{method}", methods=["GET", "POST"])
    async def method(method: str, request: Request) -> Response:
        body, kind = await request.body(), request.headers.get("content-type", FORM)
        asked = request.url.query
        if asked and kind.startswith(FORM):
            body, kind = urlencode([*parse_qsl(asked), *parse_qsl(body.decode())]).encode(), FORM
        headers = {"Content-Type": kind, "Authorization": request.headers.get("authorization", "")}
        async with httpx.AsyncClient() as http:
            said = await http.post(f"{judge}/api/{method}", content=body, headers=headers)
        kind = said.headers.get("content-type", "application/json")
        return Response(said.content, said.status_code, {"Content-Type": kind})

    return app

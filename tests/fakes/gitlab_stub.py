"""A GitLab in the test's own process, over real HTTP: pages, tokens, limits and cut connections.

    async with gitlab_serving() as stub:
        stub.issue(7, "It crashes", fixed_by=[stub.merge(3, "Guard", diffs=[diff("a.py", …)])])
        stub.limited = 2      # so many of the next requests are answered 429
        stub.failing = 1      # … or 502
        stub.cut = 1          # … or broken off in the middle of the answer
        stub.paths            # what it was asked, in order

Its address is `stub.url`, which ends in a folder, as a self-hosted GitLab's may.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.fakes.serving import served

TOKEN = "glpat-only-for-tests-0000000"
FOLDER = "/gitlab"
Json = dict[str, Any]


@dataclass
class GitLabStub:
    """What it has, and what is to go wrong."""

    url: str = ""
    project: str = "group/shop"
    issues: list[Json] = field(default_factory=list)
    closed_by: dict[int, list[Json]] = field(default_factory=dict)
    related: dict[int, list[Json]] = field(default_factory=dict)
    diffs: dict[int, list[Json]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    old: bool = False  # before 15.7: no /diffs, only /changes
    most_per_page: int = 100
    limited: int = 0
    failing: int = 0
    cut: int = 0
    filters_confidential: bool = True
    moved_to: str | None = None  # another name of this host, where every request is sent on to
    tokens: dict[str, set[str | None]] = field(default_factory=dict)  # seen, by host

    def merge(self, iid: int, title: str, description: str = "", **changes: Any) -> Json:
        self.diffs[iid] = changes.pop("diffs", [])
        web_url = f"https://gitlab.example.com/group/shop/-/merge_requests/{iid}"
        return {
            "iid": iid,
            "project_id": 42,
            "title": title,
            "description": description,
            "state": "merged",
            "draft": False,
            "web_url": web_url,
        } | changes

    def issue(
        self,
        iid: int,
        title: str,
        description: str = "",
        *,
        fixed_by: list[Json] | None = None,
        related: list[Json] | None = None,
        **changes: Any,
    ) -> Json:
        found = {
            "iid": iid,
            "title": title,
            "description": description,
            "state": "closed",
            "labels": ["bug"],
            "confidential": False,
            "updated_at": "2025-03-01T00:00:00Z",
            "web_url": f"https://gitlab.example.com/group/shop/-/issues/{iid}",
        } | changes
        self.issues.append(found)
        self.closed_by[iid] = fixed_by or []
        self.related[iid] = related or []
        return found


def diff(path: str, text: str, **changes: Any) -> Json:
    """One file of a merge request."""
    plain = {"old_path": path, "new_path": path, "diff": text, "generated_file": False}
    return plain | changes


@dataclass
class Trouble:
    """In front of the routes: what goes wrong before anything is looked at."""

    app: ASGIApp
    stub: GitLabStub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stub = self.stub
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif stub.limited:
            stub.limited -= 1
            answer = JSONResponse({"message": "Too many"}, 429, headers={"Retry-After": "0"})
            await answer(scope, receive, send)
        elif stub.failing:
            stub.failing -= 1
            await Response("Bad gateway", 502)(scope, receive, send)
        elif stub.cut:
            stub.cut -= 1
            await self._broken_off(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _broken_off(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def half(message: Message) -> None:
            if message["type"] == "http.response.body":
                await send({**message, "body": message["body"][:5], "more_body": True})
                raise ConnectionAbortedError
            await send(message)

        await self.app(scope, receive, half)


def _app(stub: GitLabStub) -> FastAPI:
    app = FastAPI()

    def page(request: Request, items: list[Json]) -> Response:
        number = int(request.query_params.get("page", 1))
        size = min(int(request.query_params.get("per_page", 20)), stub.most_per_page)
        shown, last = items[(number - 1) * size : number * size], -(-len(items) // size)
        headers = {"X-Page": str(number), "X-Per-Page": str(size), "X-Total": str(len(items))}
        if number < last:
            # as behind a proxy that GitLab does not know of: another host than was asked
            following = request.url.include_query_params(page=number + 1)
            headers["Link"] = f'<{following.replace(hostname="inside.invalid")}>; rel="next"'
            headers["X-Next-Page"] = str(number + 1)
        return JSONResponse(shown, headers=headers)

    @app.get(FOLDER + "/api/v4/{path:path}")
    async def any_path(path: str, request: Request) -> Response:
        stub.paths.append(path)
        host, token = request.url.hostname or "", request.headers.get("private-token")
        stub.tokens.setdefault(host, set()).add(token)
        if stub.moved_to and host != stub.moved_to:
            return RedirectResponse(str(request.url.replace(hostname=stub.moved_to)))
        if token != TOKEN:
            return JSONResponse({"message": "401 Unauthorized"}, 401)
        if path in {f"projects/{stub.project}", "projects/42"}:
            return JSONResponse({"id": 42, "path_with_namespace": stub.project})
        if path == "projects/42/issues":
            return page(request, _chosen(stub, request))
        found = re.fullmatch(r"projects/42/issues/(\d+)/(closed_by|related_merge_requests)", path)
        if found:
            known = stub.closed_by if found[2] == "closed_by" else stub.related
            return page(request, known[int(found[1])])
        found = re.fullmatch(r"projects/42/merge_requests/(\d+)/(diffs|changes)", path)
        if found and not (stub.old and found[2] == "diffs"):
            diffs = stub.diffs[int(found[1])]
            return page(request, diffs) if found[2] == "diffs" else JSONResponse({"changes": diffs})
        return JSONResponse({"message": "404 Not found"}, 404)

    return app


def _chosen(stub: GitLabStub, request: Request) -> list[Json]:
    wanted = request.query_params
    labels = {label for label in wanted.get("labels", "").split(",") if label}
    return [
        issue
        for issue in stub.issues
        if issue["state"] == wanted.get("state", issue["state"])
        and labels <= set(issue["labels"])
        and issue["updated_at"] >= wanted.get("updated_after", "")
        and not (
            stub.filters_confidential
            and wanted.get("confidential") == "false"
            and issue["confidential"]
        )
    ]


@asynccontextmanager
async def gitlab_serving() -> AsyncIterator[GitLabStub]:
    """A GitLab of one's own."""
    stub = GitLabStub()
    app = _app(stub)
    app.add_middleware(Trouble, stub=stub)
    async with served(app) as url:
        stub.url = url + FOLDER
        yield stub

"""Reads a GitLab project through python-gitlab: pages, rate limits and passing trouble are its part.

Its `Retry-After` is waited for (429), 5xx answers and cut connections are tried again. The token is
sent to the host of the given URL alone: not along a redirect, nor along a link to the next page.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from finetune.errors import InputError, NotFound, SourceUnavailable
from finetune.sources.gitlab.values import Change, Merge, Ticket

if TYPE_CHECKING:
    import gitlab

PAGE = 100  # the most that GitLab gives at once
SECONDS = 60.0
RETRIES = 10  # by python-gitlab, with growing pauses
FIRST_TRIES, FIRST_PAUSE = 3, 0.5  # a wrong address is said soon
FORBIDDEN, MISSING = (401, 403), 404


class Choice(NamedTuple):
    """Which tickets: with all of these labels, changed since that day."""

    labels: tuple[str, ...] = ()
    since: date | None = None
    confidential: bool = False
    drafts: bool = False


class Project:
    """One project of one GitLab."""

    def __init__(self, client: "gitlab.Gitlab", name: str) -> None:
        self._client = client
        self._name = name
        self._id = 0

    def find(self) -> None:
        """Raises InputError, NotFound or SourceUnavailable when it cannot be read."""
        for left in reversed(range(FIRST_TRIES)):
            try:
                self._id = self._found()
            except SourceUnavailable:
                if not left:
                    raise
                time.sleep(FIRST_PAUSE)
            else:
                return

    def _found(self) -> int:
        """A rate limit is waited for; anything else is said at once."""
        with _explained(self._client.url, f"project {self._name}"):
            found = self._client.projects.get(
                self._name, retry_transient_errors=False, max_retries=RETRIES
            )
            return int(found.get_id() or 0)

    def tickets(self, choice: Choice) -> Iterator[Ticket]:
        """Closed issues, the oldest first: new ones do not move the pages."""
        wanted: dict[str, Any] = {"state": "closed", "order_by": "created_at", "sort": "asc"}
        if choice.labels:
            wanted["labels"] = ",".join(choice.labels)
        if choice.since is not None:
            wanted["updated_after"] = f"{choice.since.isoformat()}T00:00:00Z"
        if not choice.confidential:
            wanted["confidential"] = "false"
        listed = self._listed(f"/projects/{self._id}/issues", **wanted)
        for issue in listed:
            ticket = _ticket(issue)
            if choice.confidential or not ticket.confidential:
                yield ticket

    def merges(self, ticket: Ticket, choice: Choice, *, with_code: bool) -> list[Merge]:
        """The merged requests that closed the ticket; none of those: the merged ones about it."""
        for kind in ("closed_by", "related_merge_requests"):
            found = [
                self._merge(request, with_code=with_code)
                for request in self._listed(f"/projects/{self._id}/issues/{ticket.iid}/{kind}")
                if request.get("state") == "merged" and (choice.drafts or not request.get("draft"))
            ]
            if found:
                return found
        return []

    def _merge(self, request: dict[str, Any], *, with_code: bool) -> Merge:
        merge = Merge(
            project_id=request["project_id"],
            iid=request["iid"],
            title=request.get("title") or "",
            description=request.get("description") or "",
            web_url=request.get("web_url") or "",
        )
        changes = tuple(self._changes(merge)) if with_code else ()
        return merge.model_copy(update={"changes": changes})

    def _changes(self, merge: Merge) -> Iterator[Change]:
        """Diffs of text files; generated ones, and those too large to be shown, are left out."""
        path = f"/projects/{merge.project_id}/merge_requests/{merge.iid}"
        try:
            diffs = list(self._listed(f"{path}/diffs"))
        except NotFound:  # before GitLab 15.7, or a project that this token may not see
            diffs = self._older_changes(path)
        for file in diffs:
            diff = file.get("diff") or ""
            if diff.startswith("@@") and not file.get("generated_file"):
                yield Change(old_path=file["old_path"], new_path=file["new_path"], diff=diff)

    def _older_changes(self, path: str) -> list[dict[str, Any]]:
        try:
            with _explained(self._client.url, path):
                found: Any = self._client.http_get(f"{path}/changes", max_retries=RETRIES)
        except NotFound:
            return []
        return list(found.get("changes") or []) if isinstance(found, dict) else []

    def _listed(self, path: str, **wanted: Any) -> Iterator[dict[str, Any]]:
        with _explained(self._client.url, path):
            found: Any = self._client.http_list(
                path, query_data=wanted | {"per_page": PAGE}, iterator=True, max_retries=RETRIES
            )
            yield from found


def connect(url: str, token: str | None) -> "gitlab.Gitlab":
    """A client for `url`, which may end in a path. Asks nothing yet. Raises InputError."""
    try:
        import gitlab
        import requests
    except ImportError:
        raise InputError(
            "python-gitlab is not installed; GitLab needs: pip install 'apprentice[toolkit]'"
        ) from None
    if not url.startswith(("http://", "https://")):
        raise InputError(f"--url {url!r} needs https://, such as https://gitlab.example.com")

    class Faithful(requests.Session):
        """Follows a redirect to another host without the token."""

        def rebuild_auth(self, prepared_request: Any, response: Any) -> None:
            super().rebuild_auth(prepared_request, response)
            if self.should_strip_auth(response.request.url, prepared_request.url):
                prepared_request.headers.pop("PRIVATE-TOKEN", None)

    return gitlab.Gitlab(
        url.rstrip("/").removesuffix("/api/v4"),
        private_token=token,
        timeout=SECONDS,
        retry_transient_errors=True,
        keep_base_url=True,
        session=Faithful(),
    )


@contextmanager
def _explained(url: str, what: str) -> Iterator[None]:
    """One line for whatever python-gitlab or the network says."""
    import gitlab
    import requests

    try:
        yield
    except gitlab.GitlabError as error:
        said = " ".join(str(error.error_message).split())[:200]
        if error.response_code == MISSING:
            raise NotFound(f"{url} has no {what}, or this token may not see it") from None
        if error.response_code in FORBIDDEN:
            raise InputError(
                f"{url} said {error.response_code}: {said}; give a token with the scope read_api "
                "in GITLAB_TOKEN or by --token-file"
            ) from None
        raise SourceUnavailable(
            f"{url} said {error.response_code or 'what is no JSON'}: {said}"
        ) from None
    except requests.RequestException as error:
        reason = " ".join(str(error.args[0] if error.args else error).split())[:200]
        raise SourceUnavailable(f"{url} cannot be reached: {reason}") from None


def _ticket(issue: dict[str, Any]) -> Ticket:
    return Ticket(
        iid=issue["iid"],
        title=issue.get("title") or "",
        description=issue.get("description") or "",
        labels=tuple(label for label in issue.get("labels") or () if isinstance(label, str)),
        web_url=issue.get("web_url") or "",
        updated_at=issue.get("updated_at") or "",
        confidential=bool(issue.get("confidential")),
    )

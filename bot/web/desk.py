"""What every page of /curate stands on: who is here, whether they may, whether a form is ours.

A route says with `Depends(desk.curator)` that it is for curators; for a POST, `Depends(desk.writer)`
also wants the form to come from a page of the same session on the same host.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Form, Request

from bot.domain.ports import Curators, Names, Visitor
from bot.web.access import Access
from bot.web.cookies import Cookies
from bot.web.curator import Curator
from bot.web.refusals import Refused

MOST = 200  # characters of a token in a form


@dataclass(frozen=True)
class Desk:
    """Wired once. `web_url`: where browsers find the pages, without a slash at the end."""

    access: Access
    curators: Curators
    names: Names
    web_url: str

    @property
    def https(self) -> bool:
        """How browsers reach this server."""
        return self.web_url.startswith("https:")

    @property
    def cookies(self) -> Cookies:
        """The cookies on this host."""
        return Cookies(self.https)

    async def signed_in(self, request: Request) -> Visitor | None:
        """Who this browser is signed in as, whatever they may."""
        return await self.access.visitor(self.cookies.word(request))

    async def curator(self, request: Request) -> Curator:
        """Raises Refused for whoever is not signed in, and for whoever may not curate (any more)."""
        word = self.cookies.word(request)
        visitor = await self.access.visitor(word)
        if visitor is None:
            raise Refused("sign_in_first", sign_in=True)
        if not await self.curators.may_curate(visitor):
            raise Refused("no_curator", sign_in=True)
        name = await self.names.name(*visitor)
        admin = await self.curators.may_steer(visitor)
        return Curator(visitor, name, self.access.form_token(word), word, admin)

    async def writer(
        self, request: Request, form_token: Annotated[str, Form(min_length=1, max_length=MOST)]
    ) -> Curator:
        """As `curator`, for a form. Raises Refused also for one that came from elsewhere."""
        self.same_site(request)
        curator = await self.curator(request)
        if not self.access.form_is_ours(curator.word, form_token):
            raise Refused("form_old")
        return curator

    def same_site(self, request: Request) -> None:
        """Raises Refused for a form that a page of another host has sent (Fetch Metadata, Origin).

        With `no-referrer` a browser sends `Origin: null` even from our own page, so Sec-Fetch-Site
        is asked first. It is not sent over plain http: there, as from what is no browser at all, the
        form's token has to do.
        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        ours = urlsplit(self.web_url)
        known = {f"{ours.scheme}://{ours.netloc}".lower()} | (set() if self.https else {"null"})
        if site is not None:
            ours_alone = site == "same-origin"
        else:
            ours_alone = origin is None or origin.lower() in known
        if not ours_alone:
            raise Refused("from_elsewhere")

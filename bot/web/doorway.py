"""The ways into /curate and out: Sign in with Slack, the link from App Home, signing out.

Reads and writes sessions only; who somebody is says Slack (`SignIn`) or a link that we signed.
"""

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.domain.ports import SignIn, Visitor
from bot.errors import NotAtHome, SignInRefused
from bot.web.curator import Curator
from bot.web.desk import Desk
from bot.web.refusals import Refused, declared
from bot.web.rendering import page

log = structlog.get_logger(__name__)
MOST = 2000  # characters of a code, a state, a token
Word = Annotated[str, Query(max_length=MOST)]
QUEUE = "/curate"


@dataclass(frozen=True)
class Doorway:
    """`sign_in` is None where no client id and secret are set: then the link is the only way in."""

    desk: Desk
    sign_in: SignIn | None

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()
        self._slack(router)
        self._link(router)

        @router.post(
            "/curate/sign-out",
            status_code=303,
            response_class=RedirectResponse,
            responses=declared(403),
        )
        async def sign_out(leaving: Annotated[Curator, Depends(self.desk.writer)]) -> Response:
            await self.desk.access.end(leaving.word)
            answer = RedirectResponse(QUEUE, 303)
            self.desk.cookies.drop(answer, self.desk.cookies.session)
            return answer

        return router

    def _slack(self, router: APIRouter) -> None:
        @router.get(
            "/curate/sign-in",
            status_code=303,
            response_class=RedirectResponse,
            responses=declared(404),
        )
        async def begin() -> Response:
            offered = self._offered()
            state, nonce = self.desk.access.begin_sign_in()
            answer = RedirectResponse(offered.address(state, nonce), 303)
            self.desk.cookies.begin(answer, state, nonce)
            return answer

        @router.get(
            "/curate/signed-in",
            status_code=303,
            response_class=RedirectResponse,
            responses=declared(403, 404),
        )
        async def complete(
            request: Request, code: Word = "", state: Word = "", error: Word = ""
        ) -> Response:
            begun, nonce = self.desk.cookies.begun(request)
            if not await self.desk.access.completes(state, begun):
                raise Refused("not_begun", sign_in=True)
            if error or not code:
                raise Refused("cancelled", sign_in=True)
            visitor = await self._confirmed(code, nonce)
            await self._need_curator(visitor)
            return await self._let_in(request, visitor)

    def _link(self, router: APIRouter) -> None:
        @router.get("/curate/enter", response_class=HTMLResponse, responses=declared(303, 403))
        async def invited(request: Request, token: Word) -> Response:
            """Uses nothing up: what only looks at links (previews, scanners) opens nothing."""
            visitor = self.desk.access.invited(token)
            if visitor is None:
                raise Refused("link_used", sign_in=True)
            if await self.desk.signed_in(request) == visitor:
                return RedirectResponse(QUEUE, 303)
            name = await self.desk.names.name(*visitor)
            return page(request, "enter.html", {"name": name, "token": token})

        @router.post(
            "/curate/enter",
            status_code=303,
            response_class=RedirectResponse,
            responses=declared(403),
        )
        async def enter(
            request: Request, token: Annotated[str, Form(min_length=1, max_length=MOST)]
        ) -> Response:
            self.desk.same_site(request)
            visitor = self.desk.access.invited(token)
            if visitor is None:
                raise Refused("link_used", sign_in=True)
            await self._need_curator(visitor)  # first: trouble there must not use the link up
            if not await self.desk.access.spend(token):
                raise Refused("link_used", sign_in=True)
            return await self._let_in(request, visitor)

    def _offered(self) -> SignIn:
        if self.sign_in is None:
            raise Refused("no_page", 404)
        return self.sign_in

    async def _confirmed(self, code: str, nonce: str) -> Visitor:
        try:
            return await self._offered().visitor(code, nonce)
        except NotAtHome as error:
            log.info("sign_in_from_elsewhere", error=str(error))
            raise Refused("not_at_home", sign_in=True) from None
        except SignInRefused as error:
            log.warning("sign_in_refused", error=str(error))
            raise Refused("not_confirmed", sign_in=True) from None

    async def _need_curator(self, visitor: Visitor) -> None:
        if not await self.desk.curators.may_curate(visitor):
            raise Refused("no_curator", sign_in=True)

    async def _let_in(self, request: Request, visitor: Visitor) -> Response:
        """A new session; whatever session the browser had before ends."""
        cookies = self.desk.cookies
        word = await self.desk.access.begin(visitor, before=cookies.word(request))
        log.info("signed_in", team=visitor.team, user=visitor.user)
        answer = RedirectResponse(QUEUE, 303)
        cookies.keep(answer, word)
        cookies.drop(answer, cookies.sign_in)
        return answer

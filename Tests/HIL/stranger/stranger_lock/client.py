"""A phone's client: one lock, over as many links as it takes.

``pair`` makes ``Credentials`` of a code; ``LockClient`` uses them.  Requests that a broken link has left without an
answer are repeated over the next one under the same id, so that the lock carries them out once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final, Self

from . import lock_pb2 as pb
from .advertisement import TAG_KEY_SIZE, Advertisement
from .channel import PairingPurpose, SessionPurpose
from .codes import Code
from .errors import (
    ChannelError,
    ChannelRefused,
    LinkEnded,
    OutcomeUnknown,
    RequestFailed,
    RequestRefused,
    UnexpectedAnswer,
)
from .noise import KeyPair
from .session import EventHandler, Session, fresh_id
from .streams import ByteStream, NoAnswerFree

_log = logging.getLogger(__name__)

Connect = Callable[[], Awaitable[ByteStream]]

#: What is harmless twice.  The lock forgets ids when it restarts (``Welcome.run`` is another then); across a restart
#: only these are repeated.  (add_key, too, is harmless by the page, after a look at the keys, which is the caller's.)
_HARMLESS_TWICE: Final = frozenset(
    {
        "hello",
        "get_status",
        "subscribe",
        "lock",
        "list_keys",
        "change_settings",
        "revoke_key",
        "list_invitations",
    }
    | {"withdraw_invitation", "get_settings", "read_log", "confirm_notices", "read_chain", "bring_checkpoint"}
)
#: What a repeat across a restart is refused with when the first was carried out.
_DONE_BEFORE: Final = {"revoke_key": pb.FAULT_NO_SUCH_KEY, "withdraw_invitation": pb.FAULT_NO_SUCH_INVITATION}
#: Goodbyes after which there is no use in coming back.
_FAREWELLS: Final = frozenset({pb.GOODBYE_REASON_REVOKED, pb.GOODBYE_REASON_RESET})
#: What may be over at the next try.
_PASSING: Final = (ChannelError, NoAnswerFree, OSError)
#: Before the next try: this, then twice as long each time, up to the longest.
_FIRST_PAUSE: float = 1.0
_LONGEST_PAUSE: Final = 60.0
#: For the answer; then another link is opened.  A little is for the radio.
_ANSWER_SECONDS: float = 30.0
_LONGER_ANSWERS: Final = {"calibrate": 65.0, "factory_reset": 45.0}
#: The lock remembers 16 changes of a key; so many may be without an answer.
_CHANGES_UNDER_WAY: Final = 15
_NO_CHANGE: Final = frozenset(
    {
        "hello",
        "pair",
        "get_status",
        "subscribe",
        "get_settings",
        "list_keys",
        "list_invitations",
        "read_log",
        "read_chain",
        "bring_checkpoint",
    }
)
_NEW_BEGINNINGS: Final = 5
_LOG_PAGE: Final = 500


@dataclass(frozen=True)
class Credentials:
    """What a phone keeps of a lock.  The private key is to be stored as the secret that it is."""

    private_key: bytes = field(repr=False)
    lock_public_key: bytes
    #: ``Welcome.tag_key``, the newest; empty until the first welcome.
    tag_key: bytes = field(default=b"", repr=False)

    def recognises(self, advertisement: Advertisement) -> bool:
        """Whether it seems to be this lock's."""
        return advertisement.is_of(self.tag_key)

    def purpose(self) -> SessionPurpose:
        return SessionPurpose(KeyPair.from_private(self.private_key), self.lock_public_key)


# ---- Pairing ---------------------------------------------------------------------------------------------------------


async def pair(
    stream: ByteStream,
    code: Code,
    name: str,
    *,
    remember: Callable[[Credentials], None] | None = None,
    keys: KeyPair | None = None,
    timeout: float = 30.0,
) -> tuple[Credentials, pb.Answer]:
    """Pairs over a fresh link, which is closed afterwards; returns the credentials and the lock's answer to ``Pair``,
    a ``key``.

    ``remember`` gets the credentials before the lock gets this phone's key, and again with the tag key, if that could
    be had.  If ``pair`` then fails with ``OutcomeUnknown``, the lock may have taken the key: try a session with the
    remembered credentials; if that is refused, ``pair`` again, by the same code with the same ``keys``.
    """
    own = keys or KeyPair.generate()
    request = pb.Request(id=fresh_id(), pair=pb.Pair(name=name))

    def opened(lock_public_key: bytes) -> None:
        if remember is not None:
            remember(Credentials(own.private, lock_public_key))

    session = await Session.open(stream, PairingPurpose(own, code), on_opened=opened)
    try:
        async with asyncio.timeout(timeout):
            answer = await session.request(request)
        _succeeded(answer)
        credentials = Credentials(own.private, session.lock_public_key)
        with contextlib.suppress(ChannelError):  # The channel is the key's now.  Without a welcome it is paired, too.
            greeting = await _answer(session, pb.Request(id=fresh_id(), hello=pb.Hello()))
            if greeting.WhichOneof("outcome") == "welcome":
                credentials = replace(credentials, tag_key=greeting.welcome.tag_key)
                if remember is not None:
                    remember(credentials)
        return credentials, answer
    except (ChannelError, TimeoutError) as error:
        # A refusal in place of the answer is not authentic, and says no more than the link's end does.
        raise OutcomeUnknown(f"the link ended before the lock answered; it may have taken the key: {error}") from error
    finally:
        await session.close()


# ---- Sessions --------------------------------------------------------------------------------------------------------


class LockClient:
    """A lock, as a phone with a key sees it.

    ``connect`` makes a new link whenever one is needed; where there is none to be had now it raises an ``OSError``, a
    ``ChannelError`` or ``NoAnswerFree``, and is asked again.  Use it as a context manager, or call ``close``.  All
    methods that ask the lock something raise ``RequestRefused`` or ``RequestFailed`` where it says no, a
    ``ChannelError`` where there was no getting to it, and ``OutcomeUnknown`` where the request went out and no answer
    could be had within ``patience`` seconds.
    """

    def __init__(
        self,
        connect: Connect,
        credentials: Credentials,
        *,
        on_event: EventHandler | None = None,
        on_tag_key: Callable[[bytes], None] | None = None,
        patience: float = 20.0,
        keep_alive: float | None = 240.0,
    ) -> None:
        """``patience`` is for coming back to the lock, not for the lock's answer.  ``keep_alive`` seconds of silence
        after which a subscribed client asks for the status, lest the lock ends the link; ``None``: never.  ``on_tag_key``
        gets a new tag key of the lock, to be stored with the credentials.
        """
        self._connect = connect
        self._credentials = credentials
        self._on_event = on_event
        self._on_tag_key = on_tag_key
        self._changes = asyncio.Semaphore(_CHANGES_UNDER_WAY)
        self._patience = patience
        self._keep_alive = keep_alive
        self._session: Session | None = None
        self._connecting = asyncio.Lock()
        self._watcher: asyncio.Task[None] | None = None
        self._is_subscribed = False
        self._is_closed = False
        #: The lock's welcome on the newest link; ``None`` before the first, or where the lock refused to welcome this
        #: phone.
        self.welcome: pb.Welcome | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        self._is_closed = True
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        if self._session is not None:
            await self._session.close()

    # -- The bolt ------------------------------------------------------------------------------------------------------

    async def hello(self) -> pb.Welcome:
        """Asks for a fresh welcome.  Each link begins with one, which is in ``welcome``."""
        return self._welcomed(_content(await self.ask(pb.Request(hello=pb.Hello())), "welcome").welcome)

    async def status(self) -> pb.Status:
        return _content(await self.ask(pb.Request(get_status=pb.GetStatus())), "status").status

    async def subscribe(self) -> pb.Status:
        """The status now, and each change from now on to ``on_event``; over links to come as well.

        Each of those begins with a status, which is reported like a change: what happened in between is not known
        otherwise.
        """
        status = _content(await self.ask(pb.Request(subscribe=pb.Subscribe())), "status").status
        self._is_subscribed = True
        self._watch_again()
        return status

    async def lock(self) -> pb.Moved:
        return _content(await self.ask(pb.Request(lock=pb.Lock())), "moved").moved

    async def unlock(self) -> pb.Moved:
        return _content(await self.ask(pb.Request(unlock=pb.Unlock())), "moved").moved

    async def calibrate(self) -> pb.Moved:
        return _content(await self.ask(pb.Request(calibrate=pb.Calibrate())), "moved").moved

    async def acknowledge_alarms(self) -> None:
        await self.ask(pb.Request(acknowledge_alarms=pb.AcknowledgeAlarms()))

    # -- Keys and invitations ------------------------------------------------------------------------------------------

    async def keys(self) -> AsyncIterator[pb.Key]:
        """All keys, page by page."""
        after, has_more = 0, True
        while has_more:
            page = _content(await self.ask(pb.Request(list_keys=pb.ListKeys(after=after))), "keys").keys
            for key in page.keys:
                if key.id <= after:  # Else a lock that repeats itself would be asked for ever.
                    raise UnexpectedAnswer("the lock's keys are not in the order of their numbers")
                after = key.id
                yield key
            has_more = page.has_more
            if has_more and not page.keys:
                raise UnexpectedAnswer("the lock has more keys and sends none")

    async def add_key(self, public_key: bytes, terms: pb.Terms) -> pb.Key:
        ask = pb.Request(add_key=pb.AddKey(public_key=public_key, terms=_sendable(terms)))
        return _content(await self.ask(ask), "key").key

    async def change_key(self, key: int, terms: pb.Terms) -> pb.Key:
        """All terms: what is left out is taken away.  ``uses`` is what is left from now on, and 0 any number: the terms
        of a used-up key cannot be sent back before somebody has decided about them (``ValueError``).
        """
        ask = pb.Request(change_key=pb.ChangeKey(key=key, terms=_sendable(terms)))
        return _content(await self.ask(ask), "key").key

    async def revoke_key(self, key: int) -> None:
        await self.ask(pb.Request(revoke_key=pb.RevokeKey(key=key)))

    async def invite(self, terms: pb.Terms, lifetime_seconds: int) -> pb.Invitation:
        ask = pb.Request(invite=pb.Invite(terms=_sendable(terms), lifetime_seconds=lifetime_seconds))
        return _content(await self.ask(ask), "invitation").invitation

    async def invitations(self) -> AsyncIterator[pb.Invitation]:
        """All invitations, page by page; from the first again, without those that were here already, where the one that
        a page is to begin behind is gone.
        """
        seen: set[int] = set()
        after, has_more, beginnings = 0, True, 1
        while has_more:
            try:
                ask = pb.Request(list_invitations=pb.ListInvitations(after=after))
                page = _content(await self.ask(ask), "invitations").invitations
            except RequestRefused as error:
                if error.fault != pb.FAULT_NO_SUCH_INVITATION or not after or beginnings == _NEW_BEGINNINGS:
                    raise
                after, beginnings = 0, beginnings + 1
                continue
            for invitation in page.invitations:
                if invitation.id not in seen:
                    seen.add(invitation.id)
                    yield invitation
            has_more = page.has_more
            if has_more and (not page.invitations or page.invitations[-1].id == after):
                raise UnexpectedAnswer("the lock has more invitations and sends none")
            after = page.invitations[-1].id if page.invitations else after

    async def withdraw_invitation(self, invitation: int) -> None:
        await self.ask(pb.Request(withdraw_invitation=pb.WithdrawInvitation(id=invitation)))

    # -- Settings, log, clock, notices ---------------------------------------------------------------------------------

    async def settings(self) -> pb.Settings:
        return _content(await self.ask(pb.Request(get_settings=pb.GetSettings())), "settings").settings

    async def change_settings(self, change: pb.ChangeSettings) -> pb.Settings:
        return _content(await self.ask(pb.Request(change_settings=change)), "settings").settings

    async def log(self, since: int = 0) -> AsyncIterator[pb.Entry]:
        """Entries with numbers greater than ``since``, oldest first, to the last there was when a page was asked for.

        Numbers are without gaps; where the first is greater than ``since + 1`` the lock has not kept those between.
        """
        while True:
            page = _content(await self.ask(pb.Request(read_log=pb.ReadLog(since=since, limit=_LOG_PAGE))), "log").log
            for entry in page.entries:
                if entry.number <= since:
                    raise UnexpectedAnswer("the lock's log is not in the order of its numbers")
                since = entry.number
                yield entry
            if since >= page.last:
                return
            if not page.entries:
                raise UnexpectedAnswer("the lock's log goes on, and the lock sends nothing of it")

    async def read_chain(self, since: int = 0) -> pb.Chain:
        """One page of the links behind an entry of the log.  To compute them is the caller's."""
        return _content(await self.ask(pb.Request(read_chain=pb.ReadChain(since=since))), "chain").chain

    async def bring_checkpoint(self, number: int, digest: bytes) -> None:
        """Tells the lock what was seen of its log's chain; only after it has shown its own."""
        checkpoint = pb.Checkpoint(number=number, hash=digest)
        await self.ask(pb.Request(bring_checkpoint=pb.BringCheckpoint(checkpoint=checkpoint)))

    async def set_clock(self, unix_seconds: int | None = None) -> None:
        """Sets the lock's clock, to this computer's if nothing else is said.

        A time is true only when it is said: after a broken link it is not repeated.  Ask again.
        """
        seconds = int(time.time()) if unix_seconds is None else unix_seconds
        await self.ask(pb.Request(set_clock=pb.SetClock(unix_seconds=seconds)), repeat=False)

    async def factory_reset(self) -> None:
        """Returns when the inside button has been pressed.  The client is of no use then."""
        await self.ask(pb.Request(factory_reset=pb.FactoryReset()))

    async def confirm_notices(self, through: int) -> None:
        await self.ask(pb.Request(confirm_notices=pb.ConfirmNotices(through=through)))

    # -- Asking --------------------------------------------------------------------------------------------------------

    async def ask(self, request: pb.Request, *, repeat: bool = True) -> pb.Answer:
        """Asks the lock, over a new link if there is none, and repeats over the next where one ends before the answer,
        as long as the lock remembers the id: its ``run`` is the same.

        The request's id is chosen here.  Returns the answer of a request that has succeeded, of whatever kind it is.
        """
        request.id = fresh_id()
        kind = request.WhichOneof("ask") or ""
        async with contextlib.nullcontext() if kind in _NO_CHANGE else self._changes:
            return await self._ask(request, kind, repeat)

    async def _ask(self, request: pb.Request, kind: str, repeat: bool) -> pb.Answer:
        was_sent = False
        run: int | None = None  # Of the lock, when it got the request first.
        deadline: float | None = None  # From when the link is missed, not from the beginning: a stroke takes its time.
        attempt = 0
        has_restarted = False
        breaks = 0
        while True:
            was_open = False
            try:
                async with asyncio.timeout_at(deadline):
                    session = await self._ready()
                has_restarted = has_restarted or was_sent and (session.run is None or session.run != run)
                if has_restarted and kind not in _HARMLESS_TWICE:
                    raise OutcomeUnknown("the lock has restarted since, and does not know what became of the request")
                deadline, attempt = None, 0
                was_sent, was_open, run = True, True, session.run
                if self._is_subscribed:
                    self._watch_again()
                answer = await _answer(session, request)
                if has_restarted and kind in _DONE_BEFORE and answer.refused.fault == _DONE_BEFORE[kind]:
                    return pb.Answer(id=answer.id, done=pb.Done())
                return _succeeded(answer)
            except (*_PASSING, TimeoutError) as error:
                # Everything that an unauthentic somebody could have caused is answered in one way: by trying again.
                last = error
            goodbye = last.goodbye if isinstance(last, LinkEnded) else None
            if deadline is None:
                deadline = asyncio.get_running_loop().time() + self._patience
            breaks += was_open
            # Back at once when an open link breaks; not again and again, though, should each one break.
            pause = 0.0 if was_open and breaks == 1 else _pause(attempt, last)
            attempt += 1
            is_late = asyncio.get_running_loop().time() + pause >= deadline
            if self._is_closed or is_late or goodbye in _FAREWELLS or (was_sent and not repeat):
                if was_sent:
                    raise OutcomeUnknown(f"no answer from the lock: {last}") from last
                raise last
            await asyncio.sleep(pause)

    async def _ready(self) -> Session:
        """The session; a new one if there is none.  Whoever comes while one is being opened waits for the same."""
        async with self._connecting:
            if self._is_closed:
                raise LinkEnded("the client is closed")
            if self._session is not None and not self._session.is_closed:
                return self._session
            session = await Session.open(await self._connect(), self._credentials.purpose(), on_event=self._on_event)
            try:
                await self._greet(session)
            except BaseException:
                await session.close()
                raise
            self._session = session
            return session

    async def _greet(self, session: Session) -> None:
        """The first transport message: until it has come the channel is not open for the lock.  Its answer says whether
        the lock still knows the ids of the last link.
        """
        answer = await _answer(session, pb.Request(id=fresh_id(), hello=pb.Hello()))
        # A lock may be too busy even for this; the request itself will be refused then, and say why.
        self.welcome = None
        if answer.WhichOneof("outcome") == "welcome":
            session.run = self._welcomed(answer.welcome).run
        if self._is_subscribed:
            answer = await _answer(session, pb.Request(id=fresh_id(), subscribe=pb.Subscribe()))
            if answer.WhichOneof("outcome") == "status" and self._on_event is not None:
                self._on_event(pb.Event(status=answer.status))

    def _welcomed(self, welcome: pb.Welcome) -> pb.Welcome:
        self.welcome = welcome
        if len(welcome.tag_key) == TAG_KEY_SIZE and welcome.tag_key != self._credentials.tag_key:
            self._credentials = replace(self._credentials, tag_key=welcome.tag_key)
            if self._on_tag_key is not None:
                self._on_tag_key(welcome.tag_key)
        return welcome

    def _watch_again(self) -> None:
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """Holds the link of a client that has subscribed: comes back when it breaks, and says something from time to
        time.
        """
        attempt = 0
        while not self._is_closed:
            try:
                session = await self._ready()
                attempt = 0
                goodbye = await self._keep_until_closed(session)
                if goodbye in _FAREWELLS or goodbye == pb.GOODBYE_REASON_REPLACED:
                    # Replaced: others of this key want to be there.  Coming back unasked would end one of those, and so
                    # on in a circle; the next request is soon enough.
                    return
            except Exception as error:
                if not isinstance(error, _PASSING):
                    _log.exception("connecting to the lock failed in a way that is not known here")
                await asyncio.sleep(_pause(attempt, error))
                attempt += 1

    async def _keep_until_closed(self, session: Session) -> int | None:
        """Returns the reason of the goodbye."""
        while not session.is_closed:
            silence = None if self._keep_alive is None else max(self._keep_alive - session.seconds_since_said, 0.01)
            try:
                async with asyncio.timeout(silence):
                    await session.wait_closed()
            except TimeoutError:
                if self._keep_alive is not None and session.seconds_since_said >= self._keep_alive:
                    # Its answer does not matter, not even a refusal: something was said.
                    with contextlib.suppress(ChannelError):
                        await _answer(session, pb.Request(id=fresh_id(), hello=pb.Hello()))
        return session.goodbye


# ---- Answers ---------------------------------------------------------------------------------------------------------


async def _answer(session: Session, request: pb.Request) -> pb.Answer:
    """The answer, or the link's end where there is none in time."""
    limit = _LONGER_ANSWERS.get(request.WhichOneof("ask") or "", _ANSWER_SECONDS)
    try:
        async with asyncio.timeout(limit):
            return await session.request(request)
    except TimeoutError as error:
        await session.close()
        raise LinkEnded(f"the lock has not answered in {limit} seconds") from error


def _sendable(terms: pb.Terms) -> pb.Terms:
    if terms.is_used_up:
        raise ValueError(
            "terms of a used-up key: clear is_used_up, and say how many uses there are to be (0: any number)"
        )
    return terms


def _succeeded(answer: pb.Answer) -> pb.Answer:
    match answer.WhichOneof("outcome"):
        case "refused":
            raise RequestRefused(answer.refused)
        case "failed":
            raise RequestFailed(answer.failed)
        case _:
            return answer


def _content(answer: pb.Answer, expected: str) -> pb.Answer:
    outcome = answer.WhichOneof("outcome")
    if outcome != expected:
        raise UnexpectedAnswer(f"the lock answered {outcome or 'without content'}, not {expected}")
    return answer


def _pause(attempt: int, error: Exception) -> float:
    """Before the next try: twice as long each time, and as long as the lock asks, within reason (anybody may ask)."""
    pause = min(_FIRST_PAUSE * 2.0 ** min(attempt, 10), _LONGEST_PAUSE)
    return max(pause, error.believed_seconds) if isinstance(error, ChannelRefused) else pause

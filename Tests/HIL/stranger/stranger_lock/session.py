"""One link: a channel over a stream, requests and their answers, events (section 7).

``Session`` knows nothing of other links.  ``LockClient`` in ``client`` opens one after the other.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Final

from google.protobuf.message import DecodeError

from . import lock_pb2 as pb
from .channel import Closed, Message, Opened, PhoneChannel, Purpose
from .errors import ChannelError, LinkEnded, RequestTooLarge
from .framing import PHONE_MESSAGE_LIMIT
from .streams import ByteStream

_log = logging.getLogger(__name__)

#: Requests of a link that may be without an answer; the lock refuses one more as FAULT_BUSY.
REQUESTS_PER_LINK: Final = 8
#: The lock disconnects who has not shown a key by then; a phone need not wait longer for the lock either.
HANDSHAKE_SECONDS: Final = 10.0

EventHandler = Callable[[pb.Event], None]
OpenedHandler = Callable[[bytes], None]


def fresh_id() -> int:
    """A request's id: random, 64 bits, not zero."""
    return secrets.randbits(64) or 1


class Session:
    """An open channel.  Make one with ``Session.open``; it is over when ``wait_closed`` returns, and is not opened
    again.
    """

    def __init__(self, stream: ByteStream, channel: PhoneChannel, on_event: EventHandler | None) -> None:
        self._stream = stream
        self._channel = channel
        self._on_event = on_event
        self._slots = asyncio.Semaphore(REQUESTS_PER_LINK)
        self._pending: dict[int, asyncio.Future[pb.Answer]] = {}
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue()
        self._ended: asyncio.Future[ChannelError] = asyncio.get_running_loop().create_future()
        self._tasks: list[asyncio.Task[None]] = []
        self._goodbye: int | None = None
        self._last_said = 0.0
        self.lock_public_key = b""
        #: ``Welcome.run``, once whoever uses the session has asked: ids are good as long as it is the same.
        self.run: int | None = None

    @classmethod
    async def open(
        cls,
        stream: ByteStream,
        purpose: Purpose,
        *,
        on_event: EventHandler | None = None,
        on_opened: OpenedHandler | None = None,
        timeout: float = HANDSHAKE_SECONDS,
    ) -> Session:
        """Opens the channel.  The stream is the session's from here on, and closed where that fails.

        ``on_opened`` gets the lock's static public key before the phone's last handshake message is sent: the place to
        store it.
        """
        self = cls(stream, PhoneChannel(purpose), on_event)
        try:
            async with asyncio.timeout(timeout):
                await self._shake_hands(on_opened)
        except TimeoutError as error:
            stream.close()
            raise ChannelError("the lock did not open the channel in time") from error
        except OSError as error:
            stream.close()
            raise LinkEnded(f"the link failed: {error}") from error
        except BaseException:
            stream.close()
            raise
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
        return self

    # -- State ---------------------------------------------------------------------------------------------------------

    @property
    def is_closed(self) -> bool:
        return self._ended.done()

    @property
    def goodbye(self) -> int | None:
        """The reason of the lock's goodbye, where it has said one."""
        return self._goodbye

    @property
    def seconds_since_said(self) -> float:
        """For how long this phone has said nothing.  After 10 minutes the lock ends the link."""
        return asyncio.get_running_loop().time() - self._last_said

    async def wait_closed(self) -> ChannelError:
        """Waits for the end of the link, and says why it ended."""
        return await asyncio.shield(self._ended)

    async def close(self) -> None:
        self._end(LinkEnded("the link was closed on this side"))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- Requests ------------------------------------------------------------------------------------------------------

    async def request(self, request: pb.Request) -> pb.Answer:
        """Sends a request, which has its id already, and waits for the answer, whatever it is.

        ``LinkEnded`` (or another ``ChannelError``) where the link is over before it: then it is not known whether the
        lock has heard it, except where ``RequestTooLarge`` or ``ValueError`` say that nothing was sent.  Waits for one
        of the eight places if none is free. A caller that does not wait any more leaves its place taken until the lock
        has answered, as the lock counts it.
        """
        if not request.id:
            raise ValueError("a request's id is not zero")
        message = request.SerializeToString()
        if len(message) > PHONE_MESSAGE_LIMIT:
            raise RequestTooLarge(f"the request has {len(message)} bytes, and a message at most {PHONE_MESSAGE_LIMIT}")
        await self._slots.acquire()
        if self._ended.done():
            self._slots.release()
            raise self._ended.result()
        if request.id in self._pending:
            self._slots.release()
            raise ValueError("a request of this id is under way over this link")
        answer: asyncio.Future[pb.Answer] = asyncio.get_running_loop().create_future()
        self._pending[request.id] = answer
        # Encrypted and queued in one step, so that frames leave in the order of their counters, and a caller that gives
        # up cannot leave half a frame behind.
        self._outgoing.put_nowait(self._channel.send(message))
        self._last_said = asyncio.get_running_loop().time()
        return await asyncio.shield(answer)

    # -- Tasks ---------------------------------------------------------------------------------------------------------

    async def _shake_hands(self, on_opened: OpenedHandler | None) -> None:
        await self._stream.write(self._channel.start())
        while not self._channel.is_open:
            piece = await self._stream.read()
            for event in self._channel.receive(piece) if piece else self._channel.receive_end():
                match event:
                    case Opened(lock_public_key):
                        self.lock_public_key = lock_public_key
                        if on_opened is not None:
                            on_opened(lock_public_key)
                    case Message(content):
                        self._dispatch(content)
                    case Closed(error):
                        raise error
        output = self._channel.take_output()
        if output:
            await self._stream.write(output)
        self._last_said = asyncio.get_running_loop().time()

    async def _read(self) -> None:
        error: ChannelError = LinkEnded()
        try:
            while True:
                piece = await self._stream.read()
                for event in self._channel.receive(piece) if piece else self._channel.receive_end():
                    match event:
                        case Message(content):
                            self._dispatch(content)
                        case Closed(reason):
                            error = reason
                            return
        except OSError as reason:
            error = LinkEnded(f"the link failed: {reason}")
        except ChannelError as reason:
            error = reason
        finally:
            self._end(error)

    async def _write(self) -> None:
        error: ChannelError = LinkEnded("the link was closed on this side")
        try:
            while True:
                await self._stream.write(await self._outgoing.get())
        except OSError as reason:
            error = LinkEnded(f"the link failed: {reason}")
        except ChannelError as reason:
            error = reason
        finally:
            self._end(error)

    def _dispatch(self, content: bytes) -> None:
        try:
            message = pb.FromLock.FromString(content)
        except DecodeError:
            _log.warning("a message of the lock's that is no FromLock was passed over")
            return
        match message.WhichOneof("message"):
            case "answer":
                self._dispatch_answer(message.answer)
            case "event":
                if message.event.WhichOneof("event") == "goodbye":
                    self._goodbye = message.event.goodbye.reason
                self._report(message.event)
            case _:
                _log.debug("a message that this version does not know")

    def _dispatch_answer(self, answer: pb.Answer) -> None:
        waiting = self._pending.pop(answer.id, None)
        if waiting is None:
            _log.debug("an answer to nothing that was asked: %016x", answer.id)
            return
        self._slots.release()
        waiting.set_result(answer)

    def _report(self, event: pb.Event) -> None:
        if self._on_event is None:
            return
        try:
            self._on_event(event)
        except Exception:  # A listener's mistake is not the link's.
            _log.exception("a listener failed")

    def _end(self, error: ChannelError) -> None:
        if self._ended.done():
            return
        if isinstance(error, LinkEnded):
            error.goodbye = self._goodbye
        self._ended.set_result(error)
        self._stream.close()
        for waiting in self._pending.values():
            waiting.set_exception(error)
            waiting.exception()  # Looked at, for the case that its caller has gone.
            self._slots.release()
        self._pending.clear()
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

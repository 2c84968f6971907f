"""Frames: a length of two bytes, big-endian, and as many bytes (section 4)."""

from __future__ import annotations

from typing import Final

from .errors import FramingError

#: Either way, before the channel is open.
HANDSHAKE_LIMIT: Final = 160
#: A message of the phone, and the frame that carries it.
PHONE_MESSAGE_LIMIT: Final = 1024
PHONE_FRAME_LIMIT: Final = PHONE_MESSAGE_LIMIT + 16
#: A message of the lock, and the frame that carries it.
LOCK_MESSAGE_LIMIT: Final = 4096
LOCK_FRAME_LIMIT: Final = LOCK_MESSAGE_LIMIT + 16

_HEADER: Final = 2


def encode_frame(body: bytes, limit: int) -> bytes:
    if not 1 <= len(body) <= limit:
        raise FramingError(f"a frame of {len(body)} bytes cannot be sent (1 to {limit})")
    return len(body).to_bytes(_HEADER, "big") + body


class FrameDecoder:
    """Cuts a stream that comes in pieces of any size into frames.

    ``limit`` may be changed between frames: a frame is judged only when it is asked for with ``next``, so that what has
    come in one piece with the last frame of the handshake is measured with the limit that counts from then on.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buffer = bytearray()

    @property
    def is_inside_frame(self) -> bool:
        """Whether there is a beginning of a frame that has not been taken."""
        return bool(self._buffer)

    def feed(self, piece: bytes) -> None:
        self._buffer += piece

    def next(self) -> bytes | None:
        """The next frame's content, or ``None`` if there is none yet.  A bad length is found as soon as it has come."""
        if len(self._buffer) < _HEADER:
            return None
        length = int.from_bytes(self._buffer[:_HEADER], "big")
        if not 1 <= length <= self.limit:
            raise FramingError(f"a frame announces {length} bytes (1 to {self.limit})")
        if len(self._buffer) < _HEADER + length:
            return None
        body = bytes(self._buffer[_HEADER : _HEADER + length])
        del self._buffer[: _HEADER + length]
        return body

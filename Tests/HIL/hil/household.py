"""The lock and the phones that hold keys there: mortised on the board, bumble's phones in its air, and their channels."""

import asyncio
import contextlib
import time

from . import channel
from .channel import Client, Code, Identity, Pieces, pb
from .lock import STATE

# How long the daemon and bluetoothd may take until a phone can find the lock, at a start.
READY_SECONDS = 60


class Household:
    def __init__(self, board, air, lock, bench):
        self.board, self.air, self.lock, self.bench = board, air, lock, bench

    # The lock

    def wait_until_found(self, seconds=READY_SECONDS):
        """Waits until the lock says that phones can find it."""
        diagnose = "busctl call org.mortise.Lock1 /org/mortise/Lock1 org.mortise.Admin1 Diagnose"
        self.board.wait(f"{diagnose} 2>/dev/null | grep -q 'phones can find the lock'", seconds)

    def doctor(self):
        """Its checks, by name: (result, detail)."""
        return {check["name"]: (check["result"], check["detail"]) for check in self.lock.ask("doctor").json["checks"]}

    def press(self):
        """Somebody presses the inside button."""
        self.bench.plant("button press 150ms")

    def setup_code(self):
        """What the lock's label says."""
        self.board.wait(f"[ -s {STATE}/setup-code ]")
        content = bytes.fromhex(self.board.read(f"cat {STATE}/setup-code"))
        return Code(channel.SETUP, content[:16], content[16:])

    # Phones

    @contextlib.asynccontextmanager
    async def link(self, remembers=False, bulk=False, stays=False):
        """A phone's stream to the lock: GATT, or an L2CAP channel."""
        phone = await self.air.phone()
        try:
            session = await phone.open(remembers=remembers)
            yield await phone.channel(session.psm) if bulk else Pieces(session)
        finally:
            if not stays:
                await phone.away()

    @contextlib.asynccontextmanager
    async def session(self, identity, **how):
        """A session of a phone that has a key."""
        async with self.link(**how) as stream:
            client = await Client.session(stream, identity)
            try:
                yield client
            finally:
                client.drop()

    async def pair(self, identity, code):
        """Pairs, and says hello; returns the answer to Pair."""
        async with self.link() as stream:
            client = await Client.pairing(stream, identity, code)
            try:
                answer = await client.pair()
                if answer.WhichOneof("outcome") == "key":
                    await client.greet()
                return answer
            finally:
                client.drop()

    async def until_pairing_is(self, is_open, seconds=20):
        """Waits for the flag in the advertisement."""
        phone = await self.air.phone()
        end = time.monotonic() + seconds
        try:
            while True:
                left = end - time.monotonic()
                assert left > 0, f"pairing is not {'open' if is_open else 'closed'} within {seconds} s"
                for seen in await phone.scan(left, until=1):
                    if bool(seen.manufacturer[1][0] & 0x80) == is_open:
                        return
                await asyncio.sleep(0.05)
        finally:
            await phone.away()

    def owner(self, name="Ada"):
        """The lock's first phone."""
        identity = Identity(name)
        code = self.setup_code()
        self.press()
        self.air.run(self.until_pairing_is(True), 40)
        answer = self.air.run(self.pair(identity, code), 90)
        assert answer.WhichOneof("outcome") == "key", answer
        return identity

    async def invite(self, client, name, role=pb.ROLE_GUEST, **terms):
        """An owner's invitation, as a code."""
        await self.set_clock(client)
        terms = pb.Terms(role=role, name=name, **terms)
        answer = await client.ask(invite=pb.Invite(terms=terms, lifetime_seconds=3600))
        assert answer.WhichOneof("outcome") == "invitation", answer
        return Code.parse(answer.invitation.code)

    async def give(self, client, name, role=pb.ROLE_GUEST, **terms):
        """A key for a phone that its giver has at hand: no invitation, and no clock, is needed. Returns the phone."""
        identity = Identity(name)
        terms = pb.Terms(role=role, name=name, **terms)
        answer = await client.ask(add_key=pb.AddKey(public_key=identity.public, terms=terms))
        assert answer.WhichOneof("outcome") == "key", answer
        identity.lock, identity.number = client.identity.lock, answer.key.id
        return identity

    async def set_clock(self, client):
        """(The board has no time server: the owner's phone says what time it is.)"""
        answer = await client.ask(set_clock=pb.SetClock(unix_seconds=int(time.time())))
        assert answer.WhichOneof("outcome") == "done", answer

    def guest(self, owner, name="Bo"):
        """A second phone, by an invitation of the owner's."""
        identity = Identity(name)

        async def join():
            async with self.session(owner) as client:
                code = await self.invite(client, name)
            answer = await self.pair(identity, code)
            assert answer.WhichOneof("outcome") == "key", answer

        self.air.run(join(), 120)
        return identity

    # Time

    def boot_time(self, monotonic):
        """The board's boot time, in nanoseconds, at a time of this machine's."""
        return int(monotonic * 1e9) + self.board.waits.offset

    def advertised_after(self, moment, seconds):
        """Waits until the chip is told to advertise, after a moment of this machine's; returns how many seconds later."""
        end = moment + seconds
        while True:
            if self.air.chip:
                for at, what, values in list(self.air.chip.log):
                    if at > moment and what == "enable" and values["enabled"]:
                        return at - moment
            assert time.monotonic() < end, f"not advertised within {seconds} s"
            time.sleep(0.02)

"""One connection that hands over one message a round trip (RFC 5321, RFC 2920).

The final dot of a message and `MAIL`, `RCPT`, `DATA` of the next share a write; each reply is
matched with its command, in order. Never guessed: a message whose end was written and whose answer
was lost is uncertain, one whose end was not written was not sent.

Runs in the mail loop alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto
from typing import Protocol, cast

from posthorn.core.clock import learnt_now
from posthorn.transports.base import (
    Message,
    Outcome,
    Refusal,
    Refused,
    Returned,
    Sent,
    Skipped,
    TransportUnavailable,
    Uncertain,
    Verdict,
)
from posthorn.transports.smtp.mime import Mail
from posthorn.transports.smtp.replies import NotSmtp, Reply, ReplyReader, is_about_size
from posthorn.transports.smtp.server import Server, Timeouts

#: A message of more bytes is written first and ended when it has left, so that a connection that
#: breaks on the way leaves it surely unsent.
LARGE = 2**16
#: How often a message is begun anew when its connection broke before its end.
MAX_TRIES = 2


class Step(Enum):
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    END = auto()
    #: The lone dot that ends a message without recipients (RFC 2920 section 3.1).
    NOTHING = auto()
    RSET = auto()
    QUIT = auto()


class Seat(Protocol):
    """Whose message it is."""

    def may_begin(self, message: Message) -> Verdict: ...

    def settle(self, outcome: Outcome) -> None: ...

    def fail(self, error: TransportUnavailable) -> None: ...


class Job:
    """One message on its way. Its seat is set where it is given one, before it begins."""

    __slots__ = ("mail", "message", "seat", "tries", "written_at")

    seat: Seat

    def __init__(self, message: Message, mail: Mail) -> None:
        self.message = message
        self.mail = mail
        self.tries = 0
        self.written_at: datetime | None = None

    def refuse(self, kind: Refusal, reply: str) -> None:
        self.seat.settle(Refused(self.message.delivery_id, kind, reply))

    def give_back(self, verdict: Verdict) -> None:
        number = self.message.delivery_id
        self.seat.settle(Skipped(number) if verdict is Verdict.SKIP else Returned(number))


class Owner(Protocol):
    """The pool, as a connection knows it."""

    def take(self) -> Job | None: ...

    def put_back(self, job: Job) -> None: ...

    def has_room(self, connection: Connection) -> None: ...

    def has_gone(self, connection: Connection, reason: str, *, useless: bool) -> None: ...


class Connection(asyncio.Protocol):
    def __init__(self, server: Server, timeouts: Timeouts) -> None:
        self.server = server
        self.keywords: dict[str, str] = {}
        self.owner: Owner | None = None
        self.messages = 0
        self.deadline = float("inf")
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()
        self._opened_at = self._loop.time()
        self._transport: asyncio.Transport | None = None
        self._reader = ReplyReader()
        #: Who asked while the connection was opened; the greeting comes unasked.
        self._answer: asyncio.Future[Reply | None] | None = self._loop.create_future()
        self._expected: deque[Step] = deque()
        #: Its envelope was written, or is being written.
        self._begun: Job | None = None
        self._refusal: tuple[Step, Reply] | None = None
        self._recipient_taken = False
        #: Its text is being written, its end was not yet.
        self._leaving: Job | None = None
        #: It was written whole.
        self._ended: Job | None = None
        self._quitting = False
        self._lost = False
        self._reason = "it closed the connection"
        #: Whether what the connection ended for has nothing to do with the message that was begun.
        self._innocent = False

    # --- what the loop calls ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.exchange(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        try:
            for reply in self._reader.feed(data):
                self._hear(reply)
        except NotSmtp as error:
            self.drop(f"it doesn't talk as a mail server: {error}")

    def resume_writing(self) -> None:
        if self._leaving is not None:
            self._end(self._leaving)

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None and str(error):
            self._reason = f"the connection broke: {error}"
        self._lose()

    # --- while it is being opened ---

    async def ask(self, command: bytes, *, seconds: float) -> Reply:
        """The reply to one command, to none at all for the greeting.

        Raises NotSmtp, OSError or TimeoutError.
        """
        if self._lost:
            raise ConnectionError(self._reason)
        if command:
            self._answer = self._loop.create_future()
            self._write(command)
        assert self._answer is not None
        try:
            reply = await asyncio.wait_for(self._answer, seconds)
        finally:
            self._answer = None
        if reply is None or self._lost:
            raise ConnectionError(self._reason)
        return reply

    def exchange(self, transport: asyncio.Transport) -> None:
        """Go on over another transport, with nothing offered on it yet."""
        self._transport = transport
        self.keywords = {}
        transport.set_write_buffer_limits(high=0)

    @property
    def transport(self) -> asyncio.Transport:
        assert self._transport is not None
        return self._transport

    @property
    def has_unread(self) -> bool:
        return not self._reader.is_empty

    # --- what the pool calls ---

    @property
    def is_idle(self) -> bool:
        return self._begun is None and self._leaving is None and self._ended is None

    @property
    def has_place(self) -> bool:
        """Whether a message may begin, behind the one that waits for its answer."""
        if self._begun or self._leaving or self._quitting or self._lost or self._is_spent:
            return False
        return "PIPELINING" in self.keywords or not self._expected

    @property
    def _is_spent(self) -> bool:
        return (
            self.messages >= self.server.messages_per_connection
            or self._loop.time() - self._opened_at > self._timeouts.age
        )

    def start(self, owner: Owner) -> None:
        """It is open and belongs to `owner` from now on."""
        self.owner = owner
        self._watch()

    def begin(self, job: Job) -> bool:
        """Whether `job` is on its way; otherwise it was refused, and there is still a place."""
        rested = self.messages > 0 and not self._expected
        envelope = self._envelope(job)
        if envelope:
            # A server may have closed it meanwhile without a word; that is nobody's fault.
            self._innocent = rested
            self._write(envelope)
            self._watch()
        return bool(envelope)

    def check_time(self, now: float) -> None:
        """End what has waited too long."""
        if now < self.deadline:
            return
        if self._expected or self._leaving:
            self.drop("it didn't answer in time")
        else:
            self.quit()

    def quit(self) -> None:
        """Close in friendship, once nothing is on the way."""
        if not self._quitting and not self._lost:
            self._quitting = True
            self._expected.append(Step.QUIT)
            self._write(b"QUIT\r\n")
            self._watch()

    def drop(self, reason: str) -> None:
        self._reason = reason
        if self._transport is not None:
            self._transport.abort()
        self._lose()

    # --- how a message goes ---

    def _envelope(self, job: Job) -> bytes:
        """Begin `job`; what to write for it. Empty when this server can't take it."""
        mail, keywords = job.mail, self.keywords
        if mail.needs_utf8 and "SMTPUTF8" not in keywords:
            job.refuse(
                Refusal.PERMANENT,
                f"{mail.recipient} has characters before the @ that aren't ASCII, and the mail"
                " server doesn't take such addresses (it doesn't offer SMTPUTF8).",
            )
            return b""
        limit = keywords.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < len(mail.data):
            job.refuse(
                Refusal.PERMANENT,
                f"The message has {len(mail.data):,} bytes, and the mail server takes"
                f" {int(limit):,} at the most.",
            )
            return b""
        self._begun, self._refusal, self._recipient_taken = job, None, False
        self._innocent = False
        options = f" SIZE={len(mail.data)}" if "SIZE" in keywords else ""
        if mail.needs_utf8:
            options += " SMTPUTF8" + " BODY=8BITMIME" * ("8BITMIME" in keywords)
        self._expected.append(Step.MAIL)
        command = f"MAIL FROM:<{mail.sender}>{options}\r\n"
        if "PIPELINING" in keywords:
            self._expected += (Step.RCPT, Step.DATA)
            command += f"RCPT TO:<{mail.recipient}>\r\nDATA\r\n"
        return command.encode()

    def _hear(self, reply: Reply) -> None:
        if self._lost:
            return
        if self._answer is not None:
            if self._answer.done():
                raise NotSmtp(f"it answered more than it was asked: {reply.text}")
            self._answer.set_result(reply)
            return
        if not self._expected:
            # Nothing was asked: a server that closes an idle connection says so (421).
            self.drop(f"it said: {reply.text}")
            return
        step = self._expected.popleft()
        if not (reply.is_positive or reply.is_refusal or (reply.code, step) == (354, Step.DATA)):
            raise NotSmtp(f"it answered out of step: {reply.text}")
        self._STEPS[step](self, reply)
        if reply.code == 421 and not self._lost:
            self._innocent = step in (Step.END, Step.NOTHING, Step.RSET)
            self.drop(f"it is closing the connection: {reply.text}")
        self._watch()

    def _hear_mail(self, reply: Reply) -> None:
        self._innocent = False
        self._note(Step.MAIL, reply)
        if "PIPELINING" not in self.keywords:
            self._step_on(Step.RCPT, f"RCPT TO:<{self._job.mail.recipient}>\r\n".encode())

    def _hear_rcpt(self, reply: Reply) -> None:
        self._note(Step.RCPT, reply)
        self._recipient_taken = reply.is_positive
        if "PIPELINING" not in self.keywords:
            self._step_on(Step.DATA, b"DATA\r\n")

    def _step_on(self, step: Step, command: bytes) -> None:
        """For servers without PIPELINING: one command at a time, and none after a refusal."""
        if self._refusal is None:
            self._expected.append(step)
            self._write(command)
        elif self._refusal[1].code != 421:
            self._settle_refused()
            self._go_on(b"RSET\r\n", Step.RSET)

    def _note(self, step: Step, reply: Reply) -> None:
        if reply.is_refusal and self._refusal is None:
            self._refusal = (step, reply)

    @property
    def _job(self) -> Job:
        assert self._begun is not None
        return self._begun

    def _hear_data(self, reply: Reply) -> None:
        if reply.is_positive:
            raise NotSmtp(f"it answered DATA out of step: {reply.text}")
        if reply.code == 354 and self._refusal is None:
            self._send_text(self._job)
            return
        if reply.code != 354:
            self._note(Step.DATA, reply)
        if self._refusal is not None and self._refusal[1].code == 421:
            return
        self._settle_refused()
        if reply.code != 354:
            self._go_on(b"RSET\r\n", Step.RSET)
        elif self._recipient_taken:
            # A lone dot would mail them nothing, in the name of nobody.
            self.drop("it wants a message from a sender that it refused")
        else:
            self._go_on(b".\r\n", Step.NOTHING)

    def _settle_refused(self) -> None:
        """The message that was begun was refused; who is to blame decides what that means."""
        job, refusal = self._job, self._refusal
        self._begun = self._refusal = None
        assert refusal is not None
        step, reply = refusal
        kind = Refusal.PERMANENT if reply.is_permanent else Refusal.TRANSIENT
        if step is not Step.MAIL or is_about_size(reply.text):
            job.refuse(kind, reply.text)
            return
        # The sender is the same for all: this is no fault of one subscriber's address.
        job.seat.settle(Returned(job.message.delivery_id, reason=reply.text))
        job.seat.fail(
            TransportUnavailable(
                f"{self.server.where} refuses the sender {job.mail.sender}: {reply.text}"
            )
        )

    def _send_text(self, job: Job) -> None:
        if self.has_unread:
            raise NotSmtp("it answered more than it was asked")
        verdict = job.seat.may_begin(job.message)
        if verdict is not Verdict.SEND:
            # There is no other way back from here without sending something.
            self._begun = None
            job.give_back(verdict)
            self.drop("the message may not be sent any more")
            return
        self._begun = None
        job.written_at = learnt_now()
        if len(job.mail.data) <= LARGE:
            self._ended = job
            self._go_on(job.mail.data, Step.END)
            return
        self._leaving = job
        self._write(job.mail.data[:-3])
        if self._leaving is job and not self.transport.get_write_buffer_size():
            self._end(job)

    def _end(self, job: Job) -> None:
        """The text has left: write its end."""
        self._leaving, self._ended = None, job
        self._go_on(job.mail.data[-3:], Step.END)
        self._watch()

    def _go_on(self, data: bytes, step: Step) -> None:
        """Write `data` and whatever can begin with it, in one."""
        self._expected.append(step)
        self.messages += step is Step.END
        self._write(data + self._next())

    def _next(self) -> bytes:
        """The envelope of the message that comes next, if there is one."""
        owner = self.owner
        while owner is not None and self.has_place and (job := owner.take()) is not None:
            envelope = self._envelope(job)
            if envelope:
                return envelope
        return b""

    def _hear_end(self, reply: Reply) -> None:
        job, self._ended = self._ended, None
        assert job is not None
        if reply.is_positive:
            assert job.written_at is not None
            job.seat.settle(Sent(job.message.delivery_id, job.written_at))
        else:
            kind = Refusal.PERMANENT if reply.is_permanent else Refusal.TRANSIENT
            job.refuse(kind, reply.text)
        self._rest()

    def _rest(self, _: Reply | None = None) -> None:
        """Nothing is left to wait for, perhaps: take more, or leave."""
        if self._begun is not None or self._expected or self._lost:
            return
        if self._is_spent:
            self.quit()
        elif self.owner is not None:
            self.owner.has_room(self)

    def _hear_quit(self, _: Reply) -> None:
        self.drop("it was used up")

    _STEPS: dict[Step, Callable[[Connection, Reply], None]] = {
        Step.MAIL: _hear_mail,
        Step.RCPT: _hear_rcpt,
        Step.DATA: _hear_data,
        Step.END: _hear_end,
        Step.NOTHING: _rest,
        Step.RSET: _rest,
        Step.QUIT: _hear_quit,
    }

    # --- its end ---

    def _lose(self) -> None:
        """The connection is gone: say of each message what is known."""
        if self._lost:
            return
        self._lost = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)
        ended, leaving, begun = self._ended, self._leaving, self._begun
        self._ended = self._leaving = self._begun = None
        if ended is not None:
            ended.seat.settle(
                Uncertain(
                    ended.message.delivery_id,
                    f"No answer after the whole message had been handed over: {self._reason}",
                )
            )
        if leaving is not None:
            leaving.refuse(Refusal.TRANSIENT, f"Lost before the message had ended: {self._reason}")
        if begun is not None:
            self._take_back(begun, guilty=ended is None and not self._innocent)
        if self.owner is not None:
            # It let us in, and took nothing of what it was given.
            useless = begun is not None and not self.messages
            self.owner.has_gone(self, self._reason, useless=useless)

    def _take_back(self, job: Job, *, guilty: bool) -> None:
        """`job` had not got beyond its envelope: another connection may have it."""
        job.tries += guilty
        if self._refusal is not None and job.tries >= MAX_TRIES:
            job.refuse(Refusal.TRANSIENT, self._refusal[1].text)
        elif job.tries >= MAX_TRIES or self.owner is None:
            job.refuse(Refusal.TRANSIENT, f"Lost before the message had begun: {self._reason}")
        else:
            self.owner.put_back(job)

    # --- small things ---

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def _watch(self) -> None:
        """Set the deadline that fits what is being waited for."""
        times, now = self._timeouts, self._loop.time()
        if self._leaving is not None:
            self.deadline = now + times.block
        elif not self._expected:
            self.deadline = now + times.idle
        elif self._expected[0] is Step.END:
            self.deadline = now + times.final
        else:
            self.deadline = now + times.reply

"""A running client: a program on pipes, or a server on a unix socket. One request, one response, with a time limit.

The loop below reads output and errors and writes input together, so no order in which a client reads and writes
can block it, and it needs no threads.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import shlex
import signal
import socket
import subprocess
import threading
import time
from weakref import WeakSet

from axivon_spec.conformance.outcomes import ClientFault, Outcome
from axivon_spec.conformance.wire import LINE_LIMIT, printable, shown

CHUNK = 1 << 16
STDERR_KEPT = 1 << 16  # bytes, the last ones
EXIT_GRACE = 1.0  # seconds from the end of its output to the end of a client that crashes
GLANCE = 0.1  # seconds between two looks whether a client that says nothing has ended
GOODBYE = 5.0  # seconds for a client to end by itself after `bye`
UNIX = "unix:"

_open: WeakSet[Connection] = WeakSet()


class CannotStart(Exception):
    """There is no such program, or nothing listens on the socket."""


class Connection:
    """A started client. `address` is a command line, run without a shell, or `unix:/path`."""

    def __init__(self, address: str) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._stderr = bytearray()
        self._received = bytearray()
        self._errors: int | None = None
        self._ending = threading.Lock()
        if address.startswith(UNIX):
            self._connect(address.removeprefix(UNIX))
        else:
            self._start(address)
        os.set_blocking(self._output, False)
        os.set_blocking(self._input, False)
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)
        if self._errors is not None:
            os.set_blocking(self._errors, False)
            self._poll.register(self._errors, select.POLLIN)
        _open.add(self)

    def _start(self, command: str) -> None:
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise CannotStart(f"the command line cannot be split into words ({error}): {command}") from None
        if not words:
            raise CannotStart("the command line of the client is empty")
        try:
            # A session of its own: Ctrl-C reaches the runner alone, and the whole group can be ended.
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise CannotStart(f"cannot start {words[0]}: {error.strerror or error}") from None
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._input, self._output = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._errors = self._process.stderr.fileno()

    def _connect(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(path)
        except OSError as error:
            self._socket.close()
            raise CannotStart(f"cannot connect to {path}: {error.strerror or error}") from None
        self._input = self._output = self._socket.fileno()

    # One exchange

    def exchange(self, line: bytes, timeout: float) -> bytes:
        """The line that answers `line`, without its newline. Raises `ClientFault`; the connection is then of no use."""
        try:
            return self._exchange(line, time.monotonic() + timeout)
        except TimeoutError:
            raise ClientFault(Outcome.TIMED_OUT, f"gave no answer within {timeout:g} s") from None

    def _exchange(self, line: bytes, deadline: float) -> bytes:
        if self._received or self._read_what_is_there():
            raise ClientFault(Outcome.OUT_OF_ORDER, f"wrote before it was asked: {shown(bytes(self._received))}")
        self._send(memoryview(line), deadline)
        end = -1
        while end < 0:
            searched = len(self._received)
            if searched > LINE_LIMIT:
                raise ClientFault(Outcome.TOO_LONG, f"wrote more than {LINE_LIMIT} bytes without a newline")
            self._wait(deadline)
            if not self._read_what_is_there():
                continue
            end = self._received.find(b"\n", searched)
        if end > LINE_LIMIT:
            raise ClientFault(Outcome.TOO_LONG, f"wrote a line of {end} bytes; the limit is {LINE_LIMIT}")
        answer = bytes(memoryview(self._received)[:end])
        del self._received[: end + 1]
        return answer

    def refuse_surplus(self) -> None:
        """Raise `ClientFault` where more than one line has come for one request. Asked once the first has been read:
        what a line is outranks what follows it, however the two arrive."""
        if self._received:
            told = f"wrote more than one line for one request: {shown(bytes(self._received))}"
            raise ClientFault(Outcome.OUT_OF_ORDER, told)

    def _send(self, pending: memoryview, deadline: float) -> None:
        while pending:
            try:
                pending = pending[os.write(self._input, pending[:CHUNK]) :]
            except BlockingIOError:
                self._wait(deadline, writing=True)
                if self._read_what_is_there():
                    raise ClientFault(
                        Outcome.OUT_OF_ORDER, f"answered before it had read the request: {shown(bytes(self._received))}"
                    ) from None
            except (BrokenPipeError, ConnectionResetError):
                return  # it reads no more: whether it still answers shows when its output is read

    def _wait(self, deadline: float, writing: bool = False) -> None:
        """Until there is something to read, or room to write; keeps what comes on standard error."""
        events = select.POLLIN | select.POLLOUT if writing and self._input == self._output else select.POLLIN
        self._poll.register(self._output, events)
        if writing and self._input != self._output:
            self._poll.register(self._input, select.POLLOUT)
        try:
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                ready = self._ready(min(left, GLANCE))
                if not ready and (status := self._exit_status()) is not None:
                    ready = self._ready(0)  # what it wrote before it ended
                    if not ready:  # its output is open still: somebody that it has started holds it
                        raise _exited(status)
                if self._errors in ready:
                    self._keep_errors()
                if self._input in ready or self._output in ready:
                    return
        finally:
            if writing and self._input != self._output:
                self._poll.unregister(self._input)

    def _ready(self, seconds: float) -> list[int]:
        return [fd for fd, _ in self._poll.poll(seconds * 1000)]

    def _read_what_is_there(self) -> bool:
        """Move one chunk of output to `_received`; False where there is none. Raises `ClientFault` at its end."""
        try:
            chunk = os.read(self._output, CHUNK)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            raise self._ended()
        self._received += chunk
        return True

    def _ended(self) -> ClientFault:
        """Its output has ended: say whether the client has ended too."""
        within = f" within a line: {shown(bytes(self._received))}" if self._received else ""
        if self._process is None:
            return ClientFault(Outcome.CLOSED_OUTPUT, f"closed the connection{within}")
        status = self._await_exit(EXIT_GRACE)
        if status is None:
            return ClientFault(Outcome.CLOSED_OUTPUT, f"closed its output{within}, and runs on")
        return _exited(status, within)

    def _await_exit(self, seconds: float) -> int | None:
        """The exit status, negative for a signal; None where the client runs on after these seconds."""
        deadline = time.monotonic() + seconds
        while True:
            self._keep_errors()
            status = self._exit_status()
            if status is not None or time.monotonic() >= deadline:
                self._keep_errors()
                return status
            time.sleep(0.002)

    def _exit_status(self) -> int | None:
        # The process is left unreaped, so that its number stays its own until its group is ended in `close`.
        if self._process is None:
            return None
        ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    # Standard error

    def _keep_errors(self) -> None:
        if self._errors is None:
            return
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self._errors, CHUNK):
                self._stderr += chunk
                del self._stderr[:-STDERR_KEPT]
            # Its end is always ready to read: without this `_wait` would spin.
            self._poll.unregister(self._errors)
            self._errors = None

    def take_stderr(self) -> str:
        """What the client has written to standard error since the last call; the last 64 KiB of it."""
        self._keep_errors()
        text = self._stderr.decode(errors="backslashreplace")
        self._stderr.clear()
        return printable(text)

    # The end

    def kill(self) -> None:
        """End the client and all it started, at once. May be called while another thread waits in `exchange`."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        with self._ending:
            if self._process is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    def close(self, patience: float = 0.0) -> None:
        """End the client; `patience` is how many seconds it has to end by itself when its input closes."""
        _open.discard(self)
        if self._process is not None and self._process.stdin is not None and patience:
            self._process.stdin.close()
            self._await_exit(patience)
        self.kill()
        if self._socket is not None:
            self._socket.close()
        with self._ending:
            process, self._process = self._process, None
        if process is not None:
            self._errors = None
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()


def _exited(status: int, within: str = "") -> ClientFault:
    how = f"was ended by {_signal_name(-status)}" if status < 0 else f"exited with status {status}"
    return ClientFault(Outcome.CRASHED, how + within)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@atexit.register
def _end_all() -> None:
    """A net under every way out of this process."""
    for connection in list(_open):
        connection.close()

"""Run cases against a client, with one process or connection of it for each job, and account for all of them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

from axivon_spec.conformance.conversation import Conversation, Exchange, Greeting, Settings
from axivon_spec.conformance.oracle import Oracle
from axivon_spec.conformance.outcomes import Outcome, Result, Timing
from axivon_spec.conformance.source import Damaged, Entry, Source

PASSED, FAILED, NO_PROTOCOL = 0, 1, 3  # exit codes; 2 is wrong use, or damaged vectors

FAULTS_TOLD = 20

Watcher = Callable[[Result, list[Exchange]], None]


@dataclass
class Report:
    """What came of a run. `results` stand in the order of the index."""

    source: str
    spec: str
    rules: str
    indexed: int
    chosen: int
    greetings: dict[str, Greeting] = field(default_factory=dict)  # by preset
    results: list[Result] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False

    def counts(self) -> dict[Outcome, int]:
        """How many cases had each outcome; outcomes that nothing had are left out."""
        counted = Counter(result.outcome for result in self.results)
        return {outcome: counted[outcome] for outcome in Outcome if counted[outcome]}

    def failures(self) -> list[Result]:
        return [result for result in self.results if result.outcome.is_failure]

    @property
    def sent(self) -> int:
        return sum(result.sent for result in self.results)

    @property
    def listed(self) -> int:
        """Cases that were not sent because the client does not support them."""
        return sum(not result.sent and result.outcome is Outcome.NOT_SUPPORTED for result in self.results)

    @property
    def account_closes(self) -> bool:
        """Whether each case of the index was sent, is listed as not supported, or was not asked for."""
        return self.sent + self.listed == self.chosen

    @property
    def nothing_supported(self) -> bool:
        return all(result.outcome is Outcome.NOT_SUPPORTED for result in self.results)

    def exit_code(self) -> int:
        """0: all supported cases passed; 1: one failed, or nothing was supported."""
        failed = self.failures() or self.nothing_supported or self.interrupted or not self.account_closes
        return FAILED if failed else PASSED

    def latencies(self) -> dict[str, Latency]:
        """By function; `all` comes first."""
        timings = [timing for result in self.results for timing in result.timings]
        by_call: dict[str, list[Timing]] = {"all": timings} if timings else {}
        for timing in timings:
            by_call.setdefault(timing.call, []).append(timing)
        return {call: Latency.of(timings) for call, timings in by_call.items()}


@dataclass(frozen=True)
class Latency:
    """Seconds a step took: how many steps, the median, and what 99 of 100 stayed below."""

    count: int
    p50: float
    p99: float

    @classmethod
    def of(cls, timings: list[Timing]) -> Latency:
        ordered = sorted(timing.seconds for timing in timings)
        return cls(len(ordered), _percentile(ordered, 50), _percentile(ordered, 99))


def _percentile(ordered: list[float], percent: int) -> float:
    """The smallest value that this share of the values does not exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


class Pool:
    """Conversations of one run: one for each thread and preset, all ended at its end."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._source, self._settings = source, settings
        self._lock = threading.Lock()
        self._all: list[Conversation] = []
        self._oracles: dict[str, Oracle] = {}
        self.stopped = False

    def make(self, preset: str) -> Conversation:
        """A conversation that is not started."""
        with self._lock:
            if self._source.has_spec and preset not in self._oracles:
                self._oracles[preset] = Oracle(self._source, preset)
            conversation = Conversation(self._source, preset, self._settings, self._oracles.get(preset))
            self._all.append(conversation)
            return conversation

    def stop(self) -> None:
        """End every client at once."""
        with self._lock:
            self.stopped = True
            for conversation in self._all:
                conversation.stop()

    def close(self) -> None:
        for conversation in self._all:
            conversation.close()


@contextmanager
def pool(source: Source, settings: Settings) -> Iterator[Pool]:
    """A pool that leaves no client behind, whatever happens."""
    made = Pool(source, settings)
    try:
        yield made
    except BaseException:
        made.stop()
        raise
    finally:
        made.close()


def run(
    source: Source, entries: list[Entry], settings: Settings, jobs: int = 1, watcher: Watcher | None = None
) -> Report:
    """Ask the client every case of `entries`; `watcher` hears each result as it comes, in this thread.

    Raises `CannotStart` and `NoProtocol` where the client does not even answer `hello`, and `Damaged`. Ctrl-C ends the
    run at once; the report then has what was done.
    """
    report = Report(source.name, source.spec, source.rules, len(source.entries()), len(entries))
    refuse_damaged(source)
    started = time.monotonic()
    by_id: dict[str, Result] = {}
    with pool(source, settings) as clients:
        try:
            for preset in dict.fromkeys(entry.preset for entry in entries):
                chosen = [entry for entry in entries if entry.preset == preset]
                first = clients.make(preset)
                report.greetings[preset] = first.start()
                others = [clients.make(preset) for _ in range(min(jobs, len(chosen)) - 1)]
                with closing(_ask_all(chosen, [first, *others], clients)) as results:
                    for result, exchanges in results:
                        by_id[result.case] = result
                        if watcher is not None:
                            watcher(result, exchanges)
        except KeyboardInterrupt:
            clients.stop()
            report.interrupted = True
    report.results = [by_id[entry.id] for entry in entries if entry.id in by_id]
    report.seconds = time.monotonic() - started
    return report


def refuse_damaged(source: Source) -> None:
    """Raise `Damaged` where index, cases, objects and files do not fit together: no result would mean anything."""
    faults = source.account()
    if faults:
        more = [f"and {len(faults) - FAULTS_TOLD} more"] if len(faults) > FAULTS_TOLD else []
        raise Damaged("\n".join(["the vectors are damaged:", *faults[:FAULTS_TOLD], *more]))


def _ask_all(
    entries: list[Entry], conversations: list[Conversation], clients: Pool
) -> Generator[tuple[Result, list[Exchange]], None, None]:
    """Results as they come; each conversation has a thread, which takes the next case when it has done one."""
    waiting = iter(entries)
    taking = threading.Lock()
    done: SimpleQueue[tuple[Result, list[Exchange]] | BaseException] = SimpleQueue()

    def converse(conversation: Conversation) -> None:
        try:
            while True:
                with taking:
                    entry = None if clients.stopped else next(waiting, None)
                if entry is None:
                    return
                result = conversation.run(entry)
                done.put((result, list(conversation.exchanges)))
        except BaseException as error:
            done.put(error)

    threads = [threading.Thread(target=converse, args=(each,), daemon=True) for each in conversations]
    for thread in threads:
        thread.start()
    try:
        for _ in entries:
            outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    except BaseException:
        clients.stop()
        raise
    finally:
        for thread in threads:
            thread.join()

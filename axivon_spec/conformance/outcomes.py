"""How a case came out at a client."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """Each value is the word that reports show."""

    PASSED = "passed"
    REASON_UNKNOWN = "reason unknown"
    NOT_SUPPORTED = "not supported"
    FAILED = "failed"
    OVERCLAIMED = "claimed but not supported"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    CLOSED_OUTPUT = "closed its output"
    OUT_OF_ORDER = "out of order"
    GARBAGE = "garbage"
    TOO_LONG = "line too long"

    @property
    def is_failure(self) -> bool:
        """Whether a run with this outcome fails."""
        return self not in (Outcome.PASSED, Outcome.REASON_UNKNOWN, Outcome.NOT_SUPPORTED)


class ClientFault(Exception):
    """The client broke the protocol, so its connection cannot go on; `outcome` says how."""

    def __init__(self, outcome: Outcome, what: str) -> None:
        super().__init__(what)
        self.outcome, self.what = outcome, what


@dataclass(frozen=True)
class Timing:
    """How long the client took over one step."""

    call: str
    seconds: float


@dataclass
class Result:
    """What came of one case: `detail` says why in lines for a person, `stderr` is what the client wrote meanwhile."""

    case: str
    outcome: Outcome
    detail: str = ""
    stderr: str = ""
    sent: bool = True
    timings: list[Timing] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(timing.seconds for timing in self.timings)

"""Whole runs, as one voter lives through them: every call that its client makes and that is not refused, and what the
voter answers. A refusal changes nothing, and there may be several reasons for it; each has cases of its own.

The runs are those of the simulation, which begins at the first block of an epoch and goes on into the next.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.simulation.world import Schedule, World
from axivon_spec.vectors.author import Steps, register, step
from generators.epochs import first_of_epoch
from generators.scene import STAKES
from generators.stores import final_parent

RUNS = {
    "in_peace": (1, Schedule(seed=1, stakes=STAKES, settles=17_000, longest=300)),
    "with_an_equivocating_leader": (
        2,
        Schedule(
            seed=2,
            stakes=STAKES,
            dishonest=frozenset({3}),
            tactics=("", "", "", "twins"),
            sides=(0, 0, 1, 0),
            settles=17_000,
            longest=300,
        ),
    ),
    "through_a_partition": (
        2,
        Schedule(seed=3, stakes=STAKES, sides=(0, 1, 1, 0), apart=((3_000, 9_000),), settles=24_000, longest=300),
    ),
    "with_the_network_apart_at_the_end_of_an_epoch": (
        0,
        Schedule(seed=6, stakes=STAKES, sides=(0, 1, 0, 1), apart=((15_300, 21_300),), settles=27_000, longest=300),
    ),
    "with_restarts": (
        1,
        Schedule(
            seed=5,
            stakes=STAKES,
            crashes=((1, 3_500, 1_500), (1, 9_000, 0), (2, 9_000, 4_000)),
            settles=24_000,
            longest=600,
            loss=0.1,
        ),
    ),
}


def lived(spec: ModuleType, voter: int, schedule: Schedule) -> list[tuple[str, Any]]:
    """What happened to a voter in a run."""
    state = first_of_epoch(spec)
    finalization = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS](final_parent(spec, state))
    report = World(spec, schedule, keep_events=True, start=(state, finalization)).run()
    if report.fault:
        raise ValueError(report.fault)
    return [(what, value) for _, number, what, value in report.events if number == voter]


def _register() -> None:
    for name, (voter, schedule) in RUNS.items():

        def made(spec: ModuleType, voter: int = voter, schedule: Schedule = schedule) -> Steps:
            """Each call of the client of one voter that is not refused, in a run over the border of an epoch."""
            store: Any = None
            lives = 0
            for what, value in lived(spec, voter, schedule):
                if what == "begun":
                    lives += 1
                    begun = step(spec.create_store, *value, bind="store" if lives == 1 else f"store{lives}")
                    yield begun
                    store = begun.result
                elif what == "called":
                    handler, arguments = value
                    yield step(getattr(spec, handler), store, *arguments)
            yield step(spec.get_status, store)

        made.__module__ = __name__
        register(f"voter/run/{name}", made)


_register()

"""The rules of voting, each written otherwise, and the schedule of the simulation that finds what it is for.

`python -m tests.voter.rules` looks for the first schedule of each among the first 2,000, and prints it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import axivon_spec
from axivon_spec.compiler.model import Function
from axivon_spec.simulation.schedule import draw
from axivon_spec.simulation.spec import short_epochs
from axivon_spec.simulation.world import simulate
from axivon_spec.vectors.mutants import Mutant
from axivon_spec.vectors.mutate import put_into

SCHEDULES = 2_000
SPECS = Path(__file__).resolve().parents[2] / "specs"


@dataclass(frozen=True)
class Change:
    """A place of a function of the spec, written otherwise."""

    function: str
    right: str
    wrong: str


@dataclass(frozen=True)
class Rule:
    """`found`: the first schedule in which something goes wrong without the rule, and what does."""

    name: str
    changes: tuple[Change, ...]
    found: int
    fault: str


def rule(name: str, found: int, fault: str, *places: tuple[str, str, str]) -> Rule:
    return Rule(name, tuple(Change(*place) for place in places), found, fault)


RULES = [
    rule(
        "a leader proposes one block in a round",
        28,
        "slashable",
        ("may_cast", "return boolean(record.proposed == nothing)", "return boolean(True)"),
    ),
    rule(
        "a voter notarizes one block in a round",
        17,
        "slashable",
        ("may_cast", "record.notarized == nothing and record.finalized == nothing", "record.finalized == nothing"),
    ),
    rule(
        "a voter nullifies no round in which it has finalized",
        117,
        "slashable",
        ("may_cast", "not record.nullified and record.finalized == nothing", "not record.nullified"),
    ),
    rule(
        "a voter finalizes nothing in a round that it has nullified",
        11,
        "slashable",
        ("may_cast", "record.finalized == nothing and not record.nullified", "record.finalized == nothing"),
    ),
    rule(
        "a voter finalizes no other block than it has notarized",
        17,
        "slashable",
        ("may_cast", " and not has_notarized_other", ""),
    ),
    rule(
        "rounds never go back, also where a voter begins again",
        56,
        "slashable",
        ("may_cast", "return is_later(vote.round, record.round)", "return boolean(True)"),
        ("create_store", "        store.round = record.round", "        pass"),
    ),
    rule("what is cast is recorded", 16, "slashable", ("cast", "        record_vote(store.record, vote)\n", "")),
    rule(
        "a proposal shows one nullification for each skipped view",
        281,
        "fork",
        ("check_skipped_views", ', "wrong-number"\n', ' or True, "wrong-number"\n'),
    ),
    rule(
        "those nullifications are verified",
        379,
        "fork",
        ("check_skipped_views", "        check_certificate(store.blocks[0].state, nullification)", "        pass"),
    ),
    rule(
        "more than two thirds of the stake make a certificate",
        107,
        "fork",
        ("check_certificate", "3 * signed > 2 * sum", "2 * signed > sum"),
        ("count_votes", "3 * stake > 2 * sum", "2 * stake > sum"),
    ),
    rule(
        "a vote is verified", 6, "slashable", ("on_vote", ', "invalid-signature"\n', ' or True, "invalid-signature"\n')
    ),
    rule(
        "a certificate is verified",
        6,
        "stall",
        ("on_certificate", "    check_certificate(store.blocks[0].state, certificate)\n", ""),
    ),
    rule(
        "messages of another epoch are not heard",
        3,
        "stall",
        ("is_useful", "is_of_epoch and (vote", "(vote"),
    ),
    rule(
        "a block becomes final by votes to finalize",
        0,
        "stall",
        ("settle", "certificate.vote.kind == VoteKind.FINALIZE", "certificate.vote.kind == VoteKind.NOTARIZE"),
    ),
    rule(
        "a block of the future is not notarized",
        511,
        "stall",
        ("on_proposal", ', "from-the-future"\n', ' or True, "from-the-future"\n'),
    ),
    rule(
        "only the last block of the running epoch is proposed again",
        125,
        "stall",
        ("judge_again", " and is_last_block(store, store.blocks[position])", ""),
    ),
    rule(
        "the last block of an epoch is voted for again",
        11,
        "stall",
        ("judge_again", "if position <", "if False and position <"),
    ),
    rule(
        "a voter votes for a valid proposal",
        0,
        "stall",
        ("on_proposal", "    if store.round == header.round:", "    if False:"),
    ),
    rule(
        "a voter that leaves by a notarization votes to finalize",
        0,
        "stall",
        ("learn", "        if vote.kind == VoteKind.NOTARIZE:", "        if False:"),
    ),
    rule(
        "a certificate ends a view",
        0,
        "stall",
        ("learn", "        store.round = Round(epoch=vote.round.epoch, view=vote.round.view + 1)\n", ""),
    ),
    rule(
        "a voter whose time is out votes to skip the view",
        1,
        "stall",
        ("on_timeout", "    if may_vote(store, skip):", "    if False:"),
    ),
    rule(
        "a voter whose time is out says its votes again",
        1,
        "stall",
        ("on_timeout", "    for vote in list_cast_votes(store.record):", "    for vote in []:"),
    ),
    rule(
        "a voter whose time is out says again what it knows",
        190,
        "stall",
        ("on_timeout", "    for certificate in store.certificates:", "    for certificate in []:"),
    ),
]
"""Rules without which something goes wrong."""

BACKED = {
    "may_cast: rounds never go back": "a voter begins again in the round of its record; see the pair above",
    "may_cast: nothing is notarized after a vote to finalize": "that vote ends the view; found by the model",
    "may_cast: one block of a round is finalized": "no two are notarized; so says the model",
    "judge_again: the proposal is the leader's": "agreement needs no leader, for a voter votes once in a round",
    "judge_again: can_follow": "few know the block by then; found by the model",
    "find_notarized_view: only as it was proposed": "no other block is notarized in a later view",
    "check_skipped_views.wrong-vote": "number and signatures of the certificates leave little else",
    "check_parent_certificate": "few know a block that is not notarized; found by the model",
    "check_proposal: the leader's signature": "agreement needs no leader",
}
"""Rules that no schedule finds alone, because others say the same or nearly, or by chance alone, and why."""


def without(changes: Iterable[Change]) -> ModuleType:
    """The spec of the simulation, with places written otherwise."""
    spec, program = short_epochs(), axivon_spec.program()
    for change in changes:
        definition = program.definitions[change.function]
        assert isinstance(definition, Function)
        lines = (SPECS / Path(definition.place.file).name).read_text(encoding="utf-8").split("\n")
        text = "\n".join(lines[definition.node.lineno - 1 : definition.node.end_lineno])
        assert text.count(change.right) == 1, (change, text.count(change.right))
        [node] = ast.parse(text.replace(change.right, change.wrong)).body
        assert isinstance(node, ast.FunctionDef)
        put_into(spec, program, Mutant(change.function, change.function, definition.place, "written otherwise", node))
    return spec


def fault_in(spec: ModuleType, seed: int) -> str:
    """What goes wrong in a schedule; a defect is told by its type."""
    try:
        return simulate(spec, draw(seed)).fault
    except (IndexError, ValueError, KeyError, AssertionError) as defect:
        return f"defect: {defect!r}"


def first_fault(spec: ModuleType, seeds: Iterable[int]) -> tuple[int, str]:
    """The first schedule in which something goes wrong, and what does; -1 where nothing does."""
    return next(((seed, fault) for seed in seeds if (fault := fault_in(spec, seed))), (-1, ""))


def main() -> None:
    for rule in RULES:
        seed, fault = first_fault(without(rule.changes), range(SCHEDULES))
        print(f"{seed:5} {fault.splitlines()[0][:60] if fault else 'nothing':60} {rule.name}", flush=True)


if __name__ == "__main__":
    main()

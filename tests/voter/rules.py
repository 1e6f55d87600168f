"""The rules of voting, each written otherwise, and the schedule of the simulation that finds what it is for.

`python -m tests.voter.rules` looks for the first schedule of each among the first 2,000, and prints it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import axivon_spec
from axivon_spec.compiler.model import Function
from axivon_spec.runtime.outcome import Rejection
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
    """`found`: the first schedule in which something goes wrong without the rule, and what does; or -1, and why nothing
    does."""

    name: str
    changes: tuple[Change, ...]
    found: int
    fault: str


def rule(name: str, found: int, fault: str, *places: tuple[str, str, str]) -> Rule:
    return Rule(name, tuple(Change(*place) for place in places), found, fault)


def backed(name: str, why: str, *places: tuple[str, str, str]) -> Rule:
    return Rule(name, tuple(Change(*place) for place in places), -1, why)


RULES = [
    rule(
        "a leader proposes one block in a round",
        9,
        "slashable",
        ("may_cast", "return boolean(record.proposed == nothing)", "return boolean(True)"),
    ),
    rule(
        "a voter notarizes one block in a round",
        790,
        "slashable",
        ("may_cast", "record.notarized == nothing and record.finalized == nothing", "record.finalized == nothing"),
    ),
    rule(
        "a voter nullifies no round in which it has finalized",
        111,
        "slashable",
        ("may_cast", "not record.nullified and record.finalized == nothing", "not record.nullified"),
    ),
    rule(
        "a voter finalizes nothing in a round that it has nullified",
        3,
        "slashable",
        ("may_cast", "record.finalized == nothing and not record.nullified", "record.finalized == nothing"),
    ),
    rule(
        "a voter finalizes no other block than it has notarized",
        3,
        "slashable",
        ("may_cast", " and not has_notarized_other", ""),
    ),
    rule(
        "rounds never go back, also where a voter begins again",
        9,
        "slashable",
        ("may_cast", "return is_later(vote.round, record.round)", "return boolean(True)"),
        ("create_store", "        store.round = record.round", "        pass"),
    ),
    rule("what is cast is recorded", 3, "slashable", ("cast", "        record_vote(store.record, vote)\n", "")),
    rule(
        "a proposal shows one nullification for each skipped view",
        178,
        "fork",
        ("check_skipped_views", ', "wrong-number"\n', ' or True, "wrong-number"\n'),
    ),
    rule(
        "those nullifications are verified",
        667,
        "stall",
        ("check_skipped_views", "        check_certificate(store.blocks[0].state, nullification)", "        pass"),
    ),
    rule(
        "more than two thirds of the stake make a certificate",
        16,
        "fork",
        ("check_certificate", "3 * signed > 2 * sum", "2 * signed > sum"),
        ("count_votes", "3 * stake > 2 * sum", "2 * stake > sum"),
    ),
    rule(
        "a vote is verified", 4, "slashable", ("on_vote", ', "invalid-signature"\n', ' or True, "invalid-signature"\n')
    ),
    rule(
        "a certificate is verified",
        1,
        "stall",
        ("on_certificate", "    check_certificate(store.blocks[0].state, certificate)\n", ""),
    ),
    rule(
        "messages of another epoch are not heard",
        2,
        "stall",
        ("is_useful", "is_of_epoch and (vote", "(vote"),
    ),
    rule(
        "a block becomes final by votes to finalize",
        1,
        "defect",
        (
            "list_finalizations",
            "certificate.vote.kind == VoteKind.FINALIZE",
            "certificate.vote.kind == VoteKind.NOTARIZE",
        ),
    ),
    rule(
        "a block of the future is not notarized",
        21,
        "stall",
        ("on_proposal", ', "from-the-future"\n', ' or True, "from-the-future"\n'),
    ),
    rule(
        "only the last block of the running epoch is proposed again",
        225,
        "stall",
        ("judge_again", "is_last_block(store, block) and ", ""),
    ),
    rule(
        "the last block of an epoch is voted for again",
        6,
        "stall",
        ("judge_again", "if is_last_block", "if False and is_last_block"),
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
        0,
        "stall",
        ("on_timeout", "    if may_vote(store, skip):", "    if False:"),
    ),
    rule(
        "a voter whose time is out says its votes again",
        0,
        "stall",
        ("on_timeout", "    for vote in list_cast_votes(store.record):", "    for vote in []:"),
    ),
    rule(
        "a voter whose time is out says again what it knows",
        129,
        "stall",
        ("on_timeout", "    for certificate in store.certificates:", "    for certificate in []:"),
    ),
    rule(
        "each nullification is of the view that is skipped",
        1,
        "stall",
        ("check_skipped_views", ', "wrong-vote"\n', ' or True, "wrong-vote"\n'),
    ),
]
"""Rules without which something goes wrong."""

BACKED = [
    backed(
        "rounds never go back",
        "a voter begins again in the round of its record; see the pair above",
        ("may_cast", "return is_later(vote.round, record.round)", "return boolean(True)"),
    ),
    backed(
        "a voter begins again in the round of its record",
        "it may not vote in an earlier one; see the pair above",
        ("create_store", "        store.round = record.round", "        pass"),
    ),
    backed(
        "nothing is notarized after a vote to finalize",
        "that vote ends the view; found by the model",
        ("may_cast", "record.notarized == nothing and record.finalized == nothing", "record.notarized == nothing"),
    ),
    backed(
        "one block of a round is finalized",
        "no two are notarized; so says the model",
        ("may_cast", "boolean(record.finalized == nothing and not", "boolean(not"),
    ),
    backed(
        "the last block of an epoch is proposed again by the leader",
        "agreement needs no leader, for a voter votes once in a round",
        ("is_proposed", "find_leader(store) in proposers", "len(proposers) > 0"),
    ),
    backed(
        "the last block of an epoch is voted for again where it can be followed",
        "few know the block by then; found by the model",
        ("judge_again", " and can_follow(store, block)", ""),
    ),
    backed(
        "votes are for a block as it was proposed",
        "less than a third cannot certify another vote",
        ("is_of_block", "vote.block_root == block.root and is_as_proposed", "vote.block_root == block.root"),
    ),
    backed(
        "the block names the nullifications",
        "they are what has to be shown, whatever the block names",
        ("check_skipped_views", ', "wrong-root"\n', ' or True, "wrong-root"\n'),
    ),
    backed(
        "the parent was notarized, or is final at the beginning of an epoch",
        "few know a block that is not; found by the model",
        ("check_parent_certificate", ', "wrong-kind"\n', ' or True, "wrong-kind"\n'),
    ),
    backed(
        "the leader has signed the block",
        "agreement needs no leader",
        ("check_proposal", 'signature), "invalid-signature"\n', 'signature) or True, "invalid-signature"\n'),
    ),
    backed(
        "a voter is a member of the set",
        "the votes of others are not counted",
        ("may_vote", "store.voter in members and ", ""),
    ),
]
"""Rules that no schedule finds alone, because others say the same or nearly, or by chance alone, and why."""

ORDER = {
    "create_store.secret-out-of-range": "a key that signs nothing",
    "on_certificate.wrong-kind": "nobody collects other votes",
    "on_certificate.root-of-nothing": "one way to skip a view",
    "on_certificate.not-useful": "what is decided need not be kept",
    "on_certificate.already-known": "what is known need not be kept twice",
    "on_vote.unknown-kind": "a vote that means nothing",
    "on_vote.root-of-nothing": "one way to skip a view",
    "on_vote.not-useful": "what is long decided need not be kept",
    "on_vote.too-far-ahead": "a store does not grow at anybody's wish",
    "on_vote.unknown-voter": "who is no member has no key in the set",
    "on_vote.already-known": "a vote counts once",
    "on_proposal.not-useful": "what is decided need not be kept",
    "on_proposal.already-known": "what is known need not be kept twice",
    "on_proposal.not-wanted": "a store does not grow at a leader's wish",
    "on_proposal.unknown-parent": "there is no state to execute it in",
    "check_turn.not-the-leader": "a voter keeps its turn",
    "check_turn.nothing-to-follow": "a voter proposes what others can accept",
    "on_turn.not-the-last-block": "a client makes what was prepared",
    "on_turn.wrong-round": "a client makes what was prepared",
    "on_turn.wrong-parent": "a client makes what was prepared",
    "on_turn.already-proposed": "may_cast says so",
}
"""Rules of the file that keep order, and are not what safety or progress rests on."""


def without(changes: Iterable[Change]) -> dict[int, ModuleType]:
    """The specs of the simulation, with places written otherwise."""
    specs, program = short_epochs(), axivon_spec.program()
    for change in changes:
        definition = program.definitions[change.function]
        assert isinstance(definition, Function)
        lines = (SPECS / Path(definition.place.file).name).read_text(encoding="utf-8").split("\n")
        text = "\n".join(lines[definition.node.lineno - 1 : definition.node.end_lineno])
        assert text.count(change.right) == 1, (change, text.count(change.right))
        [node] = ast.parse(text.replace(change.right, change.wrong)).body
        assert isinstance(node, ast.FunctionDef)
        mutant = Mutant(change.function, change.function, definition.place, "written otherwise", node)
        for spec in specs.values():
            put_into(spec, program, mutant)
    return specs


def fault_in(specs: dict[int, ModuleType], seed: int) -> str:
    """What goes wrong in a schedule; a defect, or a block that its own maker must refuse, is told by its type."""
    try:
        return simulate(specs, draw(seed)).fault
    except (Rejection, IndexError, ValueError, KeyError, AssertionError) as defect:
        return f"defect: {defect!r}"


def first_fault(specs: dict[int, ModuleType], seeds: Iterable[int]) -> tuple[int, str]:
    """The first schedule in which something goes wrong, and what does; -1 where nothing does."""
    return next(((seed, fault) for seed in seeds if (fault := fault_in(specs, seed))), (-1, ""))


def told(rule: Rule) -> str:
    seed, fault = first_fault(without(rule.changes), range(SCHEDULES))
    return f"{seed:5} {fault.splitlines()[0][:60] if fault else 'nothing':60} {rule.name}"


def main() -> None:
    """Look for the first schedule of each rule, on all cores."""
    with ProcessPoolExecutor() as pool:
        for done in as_completed([pool.submit(told, rule) for rule in (*RULES, *BACKED)]):
            print(done.result(), flush=True)


if __name__ == "__main__":
    main()

"""Runs of voters on a simulated network: with less than a third of the stake dishonest nothing goes wrong; with half of
it, or without one of the rules of voting, something does, within a few schedules."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

import axivon_spec
from axivon_spec.runtime.outcome import perform
from axivon_spec.simulation.genesis import genesis_state, owner, secret
from axivon_spec.simulation.lanes import cells
from axivon_spec.simulation.spec import EPOCH, short_epochs
from axivon_spec.simulation.world import Report, Schedule, draw, simulate
from axivon_spec.vectors.mutants import mutants
from axivon_spec.vectors.mutate import put_into

HONEST_RUNS = 40


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return short_epochs()


def first_fault(spec: ModuleType, schedules: list[Schedule]) -> str:
    """What goes wrong first, if anything does."""
    return next((report.fault for report in (simulate(spec, s) for s in schedules) if report.fault), "")


@cache
def reports(spec: ModuleType) -> list[Report]:
    return [simulate(spec, draw(seed)) for seed in range(HONEST_RUNS)]


def test_with_less_than_a_third_dishonest_nothing_goes_wrong(spec: ModuleType) -> None:
    """No fork, no stall, and no honest voter against whom there could be evidence; though dishonest ones were caught,
    and though runs went through several epochs."""
    found = reports(spec)
    assert [report.fault for report in found] == [""] * HONEST_RUNS
    for report in found:
        schedule = report.schedule
        lying = sum(schedule.stakes[voter] for voter in schedule.dishonest)
        assert 3 * lying < sum(schedule.stakes)
    assert sum(len(report.schedule.dishonest) > 0 for report in found) > HONEST_RUNS / 2
    assert sum(len(report.evidence) > 0 for report in found) > HONEST_RUNS / 4
    assert max(max(report.heights) for report in found) >= 4 * EPOCH


def test_evidence_names_two_signatures_that_verify(spec: ModuleType) -> None:
    plain = axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH)
    report = next(report for report in (simulate(spec, draw(seed)) for seed in range(9)) if report.evidence)
    genesis = genesis_state(spec, report.schedule.stakes, report.schedule.seed.to_bytes(32, "little"))
    domain = spec.get_domain(genesis, spec.DOMAIN_VOTE)
    for found in report.evidence[:3]:
        assert found.first.voter == found.second.voter
        public_key = plain.bls_public_key(secret(int(found.first.voter)))
        for signed in (found.first, found.second):
            signing_root = spec.compute_signing_root(spec.hash_tree_root(signed.vote), domain)
            assert plain.bls_verify(public_key, signing_root, signed.signature)


def test_the_chain_slashes_for_every_piece_of_evidence(spec: ModuleType) -> None:
    """Every act of the dishonest that others could see, once for each round, as often as a validator is slashed."""
    plain = axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH, kernels=())
    pieces = 0
    for report in reports(spec):
        state = genesis_state(plain, report.schedule.stakes, report.schedule.seed.to_bytes(32, "little"))
        state.consensus.epoch = max((found.first.vote.round.epoch for found in report.evidence), default=0)
        rounds: dict[int, set[tuple[int, int]]] = {}
        for found in report.evidence:
            known = rounds.setdefault(int(found.first.voter), set())
            made = plain.Evidence.decode_bytes(found.encode_bytes())
            before = state.staking.validators[made.first.voter].stake
            outcome = perform(plain.process_evidence, state, made, owner())
            at = (int(made.first.vote.round.epoch), int(made.first.vote.round.view))
            if at in known:
                assert outcome.rule == "slashing.check_evidence.already-slashed"
            elif len(known) == plain.MAX_OFFENCES_EACH:
                assert outcome.rule == "slashing.check_evidence.slashed-often-enough"
            else:
                assert outcome.accepted, outcome
                assert state.staking.validators[made.first.voter].stake < before
                known.add(at)
                pieces += 1
    assert pieces > HONEST_RUNS / 4


def test_a_schedule_says_everything(spec: ModuleType) -> None:
    """The same seed gives the same run, event by event."""
    first, second = (simulate(spec, draw(3), keep_events=True) for _ in range(2))
    assert first.heights == second.heights
    assert [event[:3] for event in first.events] == [event[:3] for event in second.events]


def test_with_half_of_the_stake_dishonest_there_is_a_fork(spec: ModuleType) -> None:
    schedules = [draw(seed, share=1 / 2) for seed in range(100, 140)]
    assert any(simulate(spec, schedule).fault.startswith("fork") for schedule in schedules)


VOTED_AGAIN = "voter.judge_again:`cast(store, outbox, Vote(kind=VoteKind.N` removed"
RULES = {
    "a voter finalizes no view that it has nullified": "voter.may_cast:operand 2 left out (2)",
    "a voter finalizes no other block than it notarized": "voter.may_cast:operand 3 left out",
    "a voter signs in rounds that never go back": "voter.may_cast:if False",
    "the last block of an epoch is voted for again": VOTED_AGAIN,
}


@pytest.mark.parametrize("rule", RULES)
def test_without_a_rule_of_voting_something_goes_wrong(rule: str) -> None:
    program = axivon_spec.program()
    [mutant] = [mutant for mutant in mutants(program) if mutant.id == RULES[rule]]
    faulty = short_epochs()
    put_into(faulty, program, mutant)
    assert first_fault(faulty, [draw(seed) for seed in range(5000, 5030)])


def test_a_voter_that_forgets_what_it_signed_is_caught(spec: ModuleType) -> None:
    """The record is on disk before a vote is sent, or else a restart votes twice."""
    schedules = [replace(draw(seed), forgets=True) for seed in range(5000, 5030)]
    assert first_fault(spec, schedules).startswith("slashable")


def test_what_is_remembered_is_what_would_be_computed(spec: ModuleType) -> None:
    """Signatures and transitions come out of the memory as they went in."""
    plain = axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH)
    message, key = spec.sha256(b"message"), 7
    for _ in range(2):
        assert bytes(spec.bls_sign(key, message)) == bytes(plain.bls_sign(key, message))
        good, public = spec.bls_sign(key, message), spec.bls_public_key(key)
        assert spec.bls_verify(public, message, good)
        assert not spec.bls_verify(public, spec.sha256(b"other"), good)
        assert not perform(spec.state_transition, spec.State(), spec.SignedBlock()).accepted


# The command


def axivon(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "axivon_spec", *arguments], capture_output=True, text=True, check=False
    )


def test_the_command_tells_what_came_out() -> None:
    done = axivon("simulate", "consensus", "--runs", "2", "--seed", "3", "--json")
    assert done.returncode == 0, done.stderr
    assert [summary["seed"] for summary in json.loads(done.stdout)] == [3, 4]
    assert all(summary["fault"] == "" and summary["height"] > 0 for summary in json.loads(done.stdout))


def test_a_fork_ends_the_command_with_1_and_says_how_to_look_at_it() -> None:
    done = axivon("simulate", "consensus", "--runs", "1", "--seed", "102", "--dishonest", "half")
    assert done.returncode == 1
    assert "schedule 102: fork" in done.stdout
    assert "--show" in done.stdout


def test_a_run_is_shown_view_by_view() -> None:
    done = axivon("simulate", "consensus", "--seed", "3", "--show")
    assert done.returncode == 0, done.stderr
    assert "0.1" in done.stdout
    assert "N1" in done.stdout
    assert "no fault" in done.stdout


def test_a_run_is_drawn(tmp_path: Path) -> None:
    """A well-formed drawing with a lane for each voter, a column for each view, and every vote of the table."""
    done = axivon("simulate", "consensus", "--seed", "4", "--svg", str(tmp_path / "run.svg"))
    assert done.returncode == 0, done.stderr
    drawn = ElementTree.fromstring((tmp_path / "run.svg").read_text())
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    report = simulate(short_epochs(), draw(4), keep_events=True)
    table = cells(report)
    assert {f"voter {voter}" for voter in range(len(report.schedule.stakes))} <= set(texts)
    assert {f"{epoch}.{view}" for epoch, view in table} <= set(texts)
    marks = [mark for lane in table.values() for shown in lane.values() for mark in shown.split()]
    assert sorted(text for text in texts if text in marks) == sorted(marks)


def test_a_drawing_goes_nowhere_but_into_a_folder_that_is_there(tmp_path: Path) -> None:
    done = axivon("simulate", "consensus", "--seed", "4", "--svg", str(tmp_path / "none" / "run.svg"))
    assert done.returncode == 2
    assert "there is no folder" in done.stderr


def test_an_unknown_share_is_refused() -> None:
    done = axivon("simulate", "consensus", "--dishonest", "most")
    assert done.returncode == 2
    assert "third or half" in done.stderr

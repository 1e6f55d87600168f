"""Runs of voters on a simulated network: with less than a third of the stake dishonest nothing goes wrong; with half of
it, or without one of the rules of voting, something does, within a few schedules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

import axivon_spec
from axivon_spec.runtime.outcome import perform
from axivon_spec.simulation.genesis import genesis_state, owner, secret
from axivon_spec.simulation.lanes import cells
from axivon_spec.simulation.schedule import draw
from axivon_spec.simulation.spec import EPOCH, short_epochs
from axivon_spec.simulation.world import VIEWS_TO_FINALITY, Report, simulate
from tests.voter.rules import RULES, SCHEDULES, Rule, fault_in, first_fault, without

SLASHED_OF_EACH = 5  # acts of each kind that are brought to the chain, at least where there are so many
EVIDENCE_OF_EACH = 3  # pieces of evidence of one run that are verified


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return short_epochs()


def act(evidence: Any) -> tuple[int, ...]:
    """The kinds of the two votes."""
    return tuple(sorted((int(evidence.first.vote.kind), int(evidence.second.vote.kind))))


def slashable_acts(spec: ModuleType) -> set[tuple[int, ...]]:
    """The five pairs of the spec."""
    kinds = spec.VoteKind
    propose, notarize, nullify, finalize = (
        int(kind) for kind in (kinds.PROPOSE, kinds.NOTARIZE, kinds.NULLIFY, kinds.FINALIZE)
    )
    return {(propose, propose), (notarize, notarize), (finalize, finalize), (nullify, finalize), (notarize, finalize)}


@cache
def reports(spec: ModuleType) -> list[Report]:
    return [simulate(spec, draw(seed)) for seed in range(SCHEDULES)]


def test_with_less_than_a_third_dishonest_nothing_goes_wrong(spec: ModuleType) -> None:
    """No fork, no stall, and no honest voter against whom there could be evidence; though dishonest ones were caught in
    every act that is slashable, and though runs went through several epochs."""
    found = reports(spec)
    assert [(r.schedule.seed, r.fault) for r in found if r.fault] == []
    assert max(report.views for report in found) <= VIEWS_TO_FINALITY
    acts: Counter[tuple[int, ...]] = Counter()
    for report in found:
        schedule = report.schedule
        lying = sum(schedule.stakes[voter] for voter in schedule.dishonest)
        assert 3 * lying < sum(schedule.stakes)
        acts.update(act(evidence) for evidence in report.evidence)
    assert set(acts) == slashable_acts(spec)
    assert min(acts.values()) >= 20, acts
    assert sum(len(report.schedule.dishonest) > 0 for report in found) > SCHEDULES / 2
    assert sum(len(report.evidence) > 0 for report in found) > SCHEDULES / 4
    assert sum(max(report.heights) >= 2 * EPOCH for report in found) > SCHEDULES / 8
    assert max(max(report.heights) for report in found) >= 4 * EPOCH


def test_evidence_names_two_signatures_that_verify(spec: ModuleType) -> None:
    """Without the memory."""
    plain = axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH)
    for report in [report for report in reports(spec)[:200] if report.evidence][:20]:
        genesis = genesis_state(spec, report.schedule.stakes, report.schedule.leaders.to_bytes(32, "little"))
        domain = spec.get_domain(genesis, spec.DOMAIN_VOTE)
        for found in report.evidence[:EVIDENCE_OF_EACH]:
            assert found.first.voter == found.second.voter
            public_key = plain.bls_public_key(secret(int(found.first.voter)))
            for signed in (found.first, found.second):
                signing_root = spec.compute_signing_root(spec.hash_tree_root(signed.vote), domain)
                assert plain.bls_verify(public_key, signing_root, signed.signature)


def test_the_chain_slashes_for_every_piece_of_evidence(spec: ModuleType) -> None:
    """All that others could see in runs with acts of each kind: once for each round, as often as a validator is
    slashed."""
    plain = axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH, kernels=())
    slashed: Counter[tuple[int, ...]] = Counter()
    for report in reports(spec):
        if all(slashed[act(found)] >= SLASHED_OF_EACH for found in report.evidence):
            continue
        start = genesis_state(plain, report.schedule.stakes, report.schedule.leaders.to_bytes(32, "little"))
        start.consensus.epoch = max((found.first.vote.round.epoch for found in report.evidence), default=0)
        state, rounds = start.copy(), dict[int, set[tuple[int, int]]]()
        for found in report.evidence:
            made = plain.Evidence.decode_bytes(found.encode_bytes())
            if slashed[act(made)] < SLASHED_OF_EACH:
                assert lost(plain, start.copy(), made) > 0
                slashed[act(made)] += 1
            known = rounds.setdefault(int(made.first.voter), set())
            at = (int(made.first.vote.round.epoch), int(made.first.vote.round.view))
            if at in known or len(known) == plain.MAX_OFFENCES_EACH:
                rule = "already-slashed" if at in known else "slashed-often-enough"
                assert perform(plain.process_evidence, state, made, owner()).rule == f"slashing.check_evidence.{rule}"
            else:
                assert lost(plain, state, made) > 0
                known.add(at)
    assert set(slashed) == slashable_acts(spec)


def lost(spec: Any, state: Any, evidence: Any) -> int:
    """What the offender loses by a piece of evidence that the chain takes."""
    before = int(state.staking.validators[evidence.first.voter].stake)
    spec.process_evidence(state, evidence, owner())
    return before - int(state.staking.validators[evidence.first.voter].stake)


def test_a_schedule_says_everything(spec: ModuleType) -> None:
    """The same seed gives the same run, event by event."""
    first, second = (simulate(spec, draw(3), keep_events=True) for _ in range(2))
    assert first.heights == second.heights
    assert [event[:3] for event in first.events] == [event[:3] for event in second.events]


def test_with_half_of_the_stake_dishonest_there_is_a_fork(spec: ModuleType) -> None:
    found = (simulate(spec, draw(seed, share=1 / 2)).fault for seed in range(SCHEDULES))
    assert any(fault.startswith("fork") for fault in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name.replace(" ", "_"))
def test_without_a_rule_of_voting_something_goes_wrong(spec: ModuleType, rule: Rule) -> None:
    """In a schedule in which nothing does with the rule, and which is one of the first 2,000."""
    assert 0 <= rule.found < SCHEDULES
    fault = fault_in(without(rule.changes), rule.found)
    assert fault, f"now it is schedule {first_fault(without(rule.changes), range(SCHEDULES))} that finds it"
    assert fault.startswith(rule.fault), fault
    assert simulate(spec, draw(rule.found)).fault == ""


def test_a_voter_that_forgets_what_it_signed_is_caught(spec: ModuleType) -> None:
    """The record is on disk before a vote is sent, or else a restart votes twice."""
    found = (simulate(spec, replace(draw(seed), forgets=True)).fault for seed in range(SCHEDULES))
    assert any(fault.startswith("slashable") for fault in found)


def test_what_is_remembered_is_what_would_be_computed(spec: ModuleType) -> None:
    """Signatures come out of the memory as they went in, and nothing that was not signed is remembered to be."""
    plain = axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH)
    message, key = spec.sha256(b"message"), 7
    for _ in range(2):
        assert bytes(spec.bls_sign(key, message)) == bytes(plain.bls_sign(key, message))
        good, public = spec.bls_sign(key, message), spec.bls_public_key(key)
        assert spec.bls_verify(public, message, good)
        assert not spec.bls_verify(public, spec.sha256(b"other"), good)
        assert not spec.bls_verify(spec.bls_public_key(8), message, good)
        both = spec.bls_aggregate([good, spec.bls_sign(8, message)])
        keys = [public, spec.bls_public_key(8)]
        assert bytes(both) == bytes(plain.bls_aggregate([good, plain.bls_sign(8, message)]))
        assert spec.bls_fast_aggregate_verify(keys, message, both)
        assert not spec.bls_fast_aggregate_verify([*keys, spec.bls_public_key(9)], message, both)
        assert not spec.bls_fast_aggregate_verify([public], message, both)
        assert not perform(spec.state_transition, spec.State(), spec.SignedBlock()).accepted


def test_a_run_without_a_memory_is_the_same_run(spec: ModuleType) -> None:
    """Every signature verified, every transition computed anew: the memory changes nothing but the time."""
    plain = axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH)
    for seed in range(8):
        remembered, computed = simulate(spec, draw(seed)), simulate(plain, draw(seed))
        assert (remembered.fault, remembered.heights, remembered.views) == (
            computed.fault,
            computed.heights,
            computed.views,
        )
        assert [e.encode_bytes() for e in remembered.evidence] == [e.encode_bytes() for e in computed.evidence]


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
    done = axivon("simulate", "consensus", "--runs", "1", "--seed", "34", "--dishonest", "half")
    assert done.returncode == 1
    assert "schedule 34: fork" in done.stdout
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

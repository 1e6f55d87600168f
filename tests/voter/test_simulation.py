"""Runs of voters on a simulated network: with less than a third of the stake dishonest nothing goes wrong; with half of
it, or without one of the rules of voting, something does, within a few schedules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

import axivon_spec
from axivon_spec.runtime.outcome import perform
from axivon_spec.simulation.genesis import genesis_state, owner, secret
from axivon_spec.simulation.lanes import cells
from axivon_spec.simulation.schedule import EPOCHS, draw
from axivon_spec.simulation.spec import short_epochs, with_epochs
from axivon_spec.simulation.voters import Voter
from axivon_spec.simulation.world import VIEWS_TO_FINALITY, Report, simulate
from tests.voter.rules import BACKED, ORDER, RULES, SCHEDULES, Rule, fault_in, first_fault, without

SLASHED_OF_EACH = 5  # acts of each kind that are brought to the chain
AFTERWARDS = 60  # pieces of evidence that no block has brought, and that the next one could bring
FORKS = 2  # that are looked at
LEFT_BEHIND = 1_245  # the schedule in which a voter misses several blocks of an epoch
EVIDENCE_OF_EACH = 3  # pieces of evidence of one run that are verified
Specs = dict[int, ModuleType]  # by the heights of an epoch


@cache
def loaded() -> Specs:
    return short_epochs()


@pytest.fixture(scope="module")
def specs() -> Specs:
    return loaded()


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
def reports() -> list[Report]:
    return [simulate(loaded(), draw(seed)) for seed in range(SCHEDULES)]


def test_with_less_than_a_third_dishonest_nothing_goes_wrong(specs: Specs) -> None:
    """No fork, no stall, and no honest voter against whom there could be evidence; though dishonest ones were caught in
    every act that is slashable, and though runs went through several epochs."""
    found = reports()
    assert [(r.schedule.seed, r.fault) for r in found if r.fault] == []
    assert max(report.views for report in found) <= VIEWS_TO_FINALITY
    acts: Counter[tuple[int, ...]] = Counter()
    for report in found:
        schedule = report.schedule
        for missing in (None, *schedule.absent):
            members = set(range(len(schedule.stakes))) - {missing}
            lying = sum(schedule.stakes[voter] for voter in schedule.dishonest & members)
            assert 3 * lying < sum(schedule.stakes[voter] for voter in members)
        acts.update(act(evidence) for evidence in report.evidence)
    assert set(acts) == slashable_acts(specs[2])
    assert min(acts.values()) >= 20, acts
    assert sum(len(report.schedule.dishonest) > 0 for report in found) > SCHEDULES / 2
    assert sum(len(report.evidence) > 0 for report in found) > SCHEDULES / 4
    epochs = [max(report.heights) // report.schedule.epoch for report in found]
    assert sum(epoch >= 2 for epoch in epochs) > SCHEDULES / 8
    assert max(epochs) >= 4


def plain_specs() -> dict[int, ModuleType]:
    """The specs of the simulation without their memory."""
    return {epoch: with_epochs(epoch) for epoch in sorted(set(EPOCHS))}


def test_evidence_names_two_signatures_that_verify(specs: Specs) -> None:
    """Without the memory."""
    plain = plain_specs()
    for report in [report for report in reports()[:200] if report.evidence][:20]:
        spec = plain[report.schedule.epoch]
        domain = spec.get_domain(report.state, spec.DOMAIN_VOTE)
        for found in report.evidence[:EVIDENCE_OF_EACH]:
            assert found.first.voters == found.second.voters
            public_key = spec.bls_public_key(secret(int(found.first.voters[0])))
            for joint in (found.first, found.second):
                signing_root = spec.compute_signing_root(spec.hash_tree_root(joint.vote), domain)
                assert spec.bls_verify(public_key, signing_root, joint.signature)


def test_the_chain_slashes_for_each_kind_of_act(specs: Specs) -> None:
    """Each of the five, where it is the first that the chain hears of its round."""
    plain = plain_specs()
    slashed: Counter[tuple[int, ...]] = Counter()
    for report in reports():
        spec, schedule = plain[report.schedule.epoch], report.schedule
        for found in report.evidence:
            if slashed[act(found)] < SLASHED_OF_EACH:
                state = genesis_state(spec, schedule.stakes, schedule.leaders.to_bytes(32, "little"), schedule.absent)
                state.consensus.epoch = found.first.vote.round.epoch
                offender = int(found.first.voters[0])
                before = int(state.staking.validators[offender].stake)
                spec.process_evidence(state, spec.Evidence.decode_bytes(found.encode_bytes()), owner())
                assert int(state.staking.validators[offender].stake) < before
                slashed[act(found)] += 1
    assert set(slashed) == slashable_acts(plain[2])
    assert min(slashed.values()) == SLASHED_OF_EACH


def test_blocks_bring_evidence_and_what_is_left_the_next_can_bring(specs: Specs) -> None:
    """Voters bring the first that they find of a round. What no block has brought, the next could: once for each round,
    as often as a validator is slashed, until it has nothing left."""
    in_blocks = Counter(act(found) for report in reports() for found in report.brought)
    assert len(in_blocks) >= 3, in_blocks
    assert sum(in_blocks.values()) >= SCHEDULES / 4, in_blocks
    plain = plain_specs()
    afterwards = 0
    for report in reports():
        if not report.evidence or afterwards > AFTERWARDS:
            continue
        spec = plain[report.schedule.epoch]
        state = spec.State.decode_bytes(report.state.encode_bytes())
        for found in report.evidence:
            made = spec.Evidence.decode_bytes(found.encode_bytes())
            offender, at = int(made.first.voters[0]), round_of(made.first.vote)
            known = [offence for offence in state.staking.offences if offence.validator == offender]
            is_done = any(round_of(offence) == at for offence in known) or len(known) == spec.MAX_OFFENCES_EACH
            has_left = not spec.is_active(state.staking.validators[offender], at[0])  # its votes count for nothing
            before = int(state.staking.validators[offender].stake)
            outcome = perform(spec.process_evidence, state, made, owner())
            if is_done or has_left or before == 0:
                assert outcome.rule == "slashing.check_evidence.nobody-to-slash"
            else:
                assert outcome.accepted, outcome
                assert int(state.staking.validators[offender].stake) < before
                afterwards += 1
    assert afterwards > AFTERWARDS


def round_of(value: Any) -> tuple[int, int]:
    return int(value.round.epoch), int(value.round.view)


def test_whoever_hears_two_votes_that_are_slashable_has_evidence(specs: Specs) -> None:
    """Of all votes that an honest voter takes while it lives, in whatever order they come."""
    acts = 0
    for seed in range(60):
        report = simulate(specs, draw(seed), keep_events=True)
        spec = specs[report.schedule.epoch]
        taken: dict[tuple[int, ...], list[Any]] = {}
        found: set[tuple[int, ...]] = set()
        expected: set[tuple[int, ...]] = set()
        lives: Counter[int] = Counter()
        for _, voter, what, value in report.events:
            if voter in report.schedule.dishonest:
                continue
            if what == "begun":
                lives[voter] += 1
            elif what == "called" and value[0] == "on_vote":
                [signed] = value[1]
                at = (voter, lives[voter], int(signed.voter), *round_of(signed.vote))
                if any(spec.is_slashable(other, signed.vote) for other in taken.get(at, [])):
                    expected.add(at)
                taken.setdefault(at, []).append(signed.vote)
            elif what == "evidence":
                found.add((voter, lives[voter], int(value.first.voters[0]), *round_of(value.first.vote)))
        assert found == expected
        acts += len(found)
    assert acts > 100


@pytest.mark.parametrize("share", [1 / 2, 9 / 10])
def test_whoever_makes_a_fork_can_be_slashed_for_it(specs: Specs, share: float) -> None:
    """The certificates alone that voters have seen name more than a third of the stake of one epoch that has signed
    what nobody may sign together, and no honest voter; and the chain slashes them all. So also where nearly all lie."""
    forks = 0
    for seed in range(SCHEDULES):
        schedule = draw(seed, share=share)
        if simulate(specs, schedule).fault.startswith("fork"):
            forks += 1
            report = simulate(specs, schedule, keep_events=True)
            assert any(guilty_stake(specs[schedule.epoch], report, epoch) for epoch in range(3)), seed
        if forks == FORKS:
            break
    assert forks == FORKS


def guilty_stake(spec: Any, report: Report, epoch: int) -> bool:
    """Whether the certificates of an epoch prove more than a third of its stake guilty; the chain slashes all."""
    schedule = report.schedule
    state = genesis_state(spec, schedule.stakes, schedule.leaders.to_bytes(32, "little"), schedule.absent)
    frozen = state.consensus.sets[1 + epoch]
    heard: dict[tuple[int, int], dict[bytes, Any]] = {}
    for _, _, what, message in report.events:
        for made in certificates_in(what, message):
            if made.vote.round.epoch == epoch:
                joint = as_joint(spec, state, frozen, made)
                if joint is not None:
                    heard.setdefault(round_of(made.vote), {})[bytes(spec.hash_tree_root(made))] = joint
    guilty: set[int] = set()
    state.consensus.epoch = epoch
    for joints in heard.values():
        for first, second in combinations(joints.values(), 2):
            if spec.is_slashable(first.vote, second.vote):
                offenders = set(map(int, first.voters)) & set(map(int, second.voters))
                assert offenders <= schedule.dishonest
                perform(spec.process_evidence, state, spec.Evidence(first=first, second=second), owner())
                guilty |= offenders
    slashed = {int(offence.validator) for offence in state.staking.offences}
    assert guilty == slashed
    weights = dict(zip(map(int, frozen.indices), map(int, frozen.stakes), strict=True))
    return 3 * sum(weights.get(voter, 0) for voter in guilty) > sum(weights.values())


def certificates_in(what: str, message: Any) -> list[Any]:
    """All certificates that a voter has heard in a message."""
    if what != "heard" or message.kind not in ("certificate", "proposal"):
        return []
    if message.kind == "certificate":
        return [message.value]
    brought = message.value.signed_block.block.consensus
    return [brought.certificate, *message.value.nullifications, *(news.certificate for news in brought.finalizations)]


def as_joint(spec: Any, state: Any, frozen: Any, made: Any) -> Any:
    """A certificate by names, where its signature verifies."""
    if len(made.signers) != len(frozen.indices) or not any(made.signers):
        return None
    signers = [place for place, bit in enumerate(made.signers) if bit]
    domain = spec.get_domain_of_epoch(state, spec.DOMAIN_VOTE, made.vote.round.epoch)
    root = spec.compute_signing_root(spec.hash_tree_root(made.vote), domain)
    if not spec.bls_fast_aggregate_verify([frozen.public_keys[place] for place in signers], root, made.signature):
        return None
    voters = [frozen.indices[place] for place in signers]
    return spec.JointVote(voters=voters, vote=made.vote, signature=made.signature)


def test_a_voter_that_does_not_ask_back_is_left_behind(specs: Specs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who misses blocks takes what the next one says of them, or it never learns what became final without it."""
    assert simulate(specs, draw(LEFT_BEHIND)).fault == ""
    monkeypatch.setattr(Voter, "_want_parent", lambda voter, proposal: None)
    assert simulate(specs, draw(LEFT_BEHIND)).fault.startswith("stall")


def test_a_schedule_says_everything(specs: Specs) -> None:
    """The same seed gives the same run, event by event."""
    first, second = (simulate(specs, draw(3), keep_events=True) for _ in range(2))
    assert first.heights == second.heights
    assert [event[:3] for event in first.events] == [event[:3] for event in second.events]


def test_with_half_of_the_stake_dishonest_there_is_a_fork(specs: Specs) -> None:
    found = (simulate(specs, draw(seed, share=1 / 2)).fault for seed in range(SCHEDULES))
    assert any(fault.startswith("fork") for fault in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name.replace(" ", "_"))
def test_without_a_rule_of_voting_something_goes_wrong(specs: Specs, rule: Rule) -> None:
    """In a schedule in which nothing does with the rule, and which is one of the first 2,000."""
    assert 0 <= rule.found < SCHEDULES
    fault = fault_in(without(rule.changes), rule.found)
    assert fault, f"now it is schedule {first_fault(without(rule.changes), range(SCHEDULES))} that finds it"
    assert fault.startswith(rule.fault), fault
    assert simulate(specs, draw(rule.found)).fault == ""


def test_every_rule_of_the_voter_is_in_one_of_the_lists() -> None:
    """Taken away with something going wrong, backed by others, or there to keep order."""
    changes = [change for rule in (*RULES, *BACKED) for change in rule.changes]
    named = {f"{change.function}.{change.wrong.split(chr(34))[1]}" for change in changes if chr(34) in change.wrong}
    known = axivon_spec.program().rules
    of_voter = {name.removeprefix("voter.") for name in known if name.startswith("voter.")}
    assert set(ORDER) == of_voter - named
    assert len({rule.name for rule in (*RULES, *BACKED)}) == len(RULES) + len(BACKED)


def test_a_voter_that_forgets_what_it_signed_is_caught(specs: Specs) -> None:
    """The record is on disk before a vote is sent, or else a restart votes twice."""
    found = (simulate(specs, replace(draw(seed), forgets=True)).fault for seed in range(SCHEDULES))
    assert any(fault.startswith("slashable") for fault in found)


def test_what_is_remembered_is_what_would_be_computed(specs: Specs) -> None:
    """Signatures come out of the memory as they went in, and nothing that was not signed is remembered to be."""
    spec, plain = specs[2], plain_specs()[2]
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


def test_a_run_without_a_memory_is_the_same_run(specs: Specs) -> None:
    """Every signature verified, every transition computed anew: the memory changes nothing but the time."""
    plain = plain_specs()
    for seed in range(8):
        remembered, computed = simulate(specs, draw(seed)), simulate(plain, draw(seed))
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
    done = axivon("simulate", "consensus", "--runs", "1", "--seed", "148", "--dishonest", "half")
    assert done.returncode == 1
    assert "schedule 148: fork" in done.stdout
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

"""Faulty specs: which are made, that each computes something else, and that the published cases catch them."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

import axivon_spec
from axivon_spec.compiler.load import LoadError
from axivon_spec.runtime.outcome import perform
from axivon_spec.vectors.mutants import mutants
from axivon_spec.vectors.mutate import faulty_spec, mutate
from generators.scene import BASE_FEE, PROPOSER, genesis

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
MUTANTS = {mutant.id: mutant for mutant in mutants(axivon_spec.program())}
MOVE = "token.move_balance"


def test_every_rule_is_removed_once() -> None:
    removed = [mutant.rule for mutant in MUTANTS.values() if mutant.rule is not None]
    assert sorted(removed) == sorted(axivon_spec.program().rules)


def both(id: str) -> tuple[ModuleType, ModuleType]:
    return axivon_spec.load("minimal", kernels=()), faulty_spec("minimal", axivon_spec.program(), MUTANTS[id])


def test_a_mutant_of_a_number() -> None:
    right, wrong = both("token.TOKEN_DECIMALS:off by one")
    assert (right.decimals(), wrong.decimals()) == (9, 10)


def test_a_mutant_of_a_parameter() -> None:
    right, wrong = both("token.TokenParameters:base_fee_floor off by one")
    floors = [spec.DEFAULT_TOKEN_PARAMETERS.base_fee_floor for spec in (right, wrong)]
    assert floors[1] == floors[0] + 1


def test_a_mutant_without_a_statement() -> None:
    epochs = []
    for spec in both("token.process_emission:`state.token.epoch += 1` removed"):
        state = spec.State()
        state.token.network_rewards = spec.NETWORK_REWARDS
        spec.process_emission(state)
        epochs.append(state.token.epoch)
    assert epochs == [1, 0]


def test_a_mutant_without_a_rule() -> None:
    accepted = []
    for spec in both("primitives.compute_merkle_root:rule too-many-digests removed"):
        leaves = spec.List[spec.Bytes32, spec.MAX_MERKLE_LEAVES](*[spec.Bytes32()] * 5)
        accepted.append(perform(spec.compute_merkle_root, leaves, spec.uint64(2)).accepted)
    assert accepted == [False, True]


def test_a_mutant_that_rounds_a_quotient_of_another_function_up() -> None:
    right, wrong = both("primitives.compute_cost:`mul_div` rounded up")
    price = right.Price(1), right.uint64(1)
    assert (right.compute_cost(*price), wrong.compute_cost(*price)) == (0, 1)
    assert right.mul_div(*map(right.uint64, (1, 1, 2))) == wrong.mul_div(*map(wrong.uint64, (1, 1, 2))) == 0


def fees_after(spec: ModuleType) -> tuple[int, int]:
    """The base fee after an empty block, and what is burned of 1,000."""
    state = genesis(spec)
    state.token.collected_charges = 1_000
    spec.process_fees(state, PROPOSER.address)
    return int(state.token.base_fee), int(spec.balance_of(state, spec.BURN_ADDRESS))


@pytest.mark.parametrize(
    ("id", "base_fee", "burned"),
    [
        ("token.process_fees:`state.token.parameters.base_fee_burn_share` by default", BASE_FEE * 7 // 8 + 1, 500),
        ("token.process_fees:`state.token.base_fee` never written", 7_654_321, 333),
        ("token.process_fees:`collected_tips` for `state.token.collected_charges`", BASE_FEE * 7 // 8 + 1, 0),
        ("token.compute_next_price:`floor` for `price` (3)", 7_654_321, 333),
        ("token.compute_next_price:max becomes min (2)", 7_654_321, 333),
    ],
)
def test_a_mutant_that_takes_a_value_from_elsewhere(id: str, base_fee: int, burned: int) -> None:
    right, wrong = both(id)
    assert fees_after(right) == (BASE_FEE * 7 // 8 + 1, 333)
    assert fees_after(wrong) == (base_fee, burned)


@pytest.mark.parametrize(
    ("id", "vested"),
    [
        ("token.compute_vested:if True", [0, 0, 0]),
        ("token.compute_vested:if False", [25, 50, 100]),
        ("token.compute_vested:if True (2)", [0, 100, 100]),
    ],
)
def test_a_mutant_that_always_goes_one_way(id: str, vested: list[int]) -> None:
    found = []
    for spec in both(id):
        schedule = spec.VestingSchedule(total=100, cliff=2, duration=4)
        found.append([int(spec.compute_vested(schedule, spec.Epoch(epoch))) for epoch in (1, 2, 4)])
    assert found == [[0, 50, 100], vested]


def test_a_mutant_without_an_operand() -> None:
    accepted = []
    for spec in both("token.is_malformed_for_token:operand 2 left out"):
        accepted.append(bool(spec.is_malformed_for_token(spec.KIND_APPROVE, b"")))
    assert accepted == [True, False]


def test_a_mutant_that_only_loads_otherwise_is_caught() -> None:
    with pytest.raises(LoadError):
        faulty_spec("minimal", axivon_spec.program(), MUTANTS["token.EMISSION_POOLS:off by one"])


def test_the_cases_catch_every_mutant_of_a_function_at_every_entry_point() -> None:
    with ProcessPoolExecutor(1) as pool:
        verdicts = mutate(VECTORS, pool, lambda mutant: mutant.id.startswith(MOVE + ":"))
    assert len(verdicts) > 10
    assert [verdict for verdict in verdicts if verdict.caught is None or verdict.missed] == []


def test_a_set_without_the_cases_of_a_rule_lets_its_removal_survive(tmp_path: Path) -> None:
    from axivon_spec.vectors.generate import encode_json, write_set
    from axivon_spec.vectors.read import VectorSet

    published, rule = VectorSet(VECTORS), f"{MOVE}.zero-recipient"
    index = json.loads((VECTORS / "index.json").read_text())
    kept = {id: entry for id, entry in index["cases"].items() if rule not in entry["rules"]}
    assert len(kept) < len(index["cases"])
    index["cases"] = {id: entry for id, entry in kept.items() if id.startswith("token/transfer/")}
    files = {name: (VECTORS / name).read_bytes() for name in published.index["files"]}
    write_set(tmp_path / "set", files, encode_json(index))
    with ProcessPoolExecutor(1) as pool:
        [verdict] = mutate(tmp_path / "set", pool, lambda mutant: mutant.rule == rule)
    assert verdict.caught is None


def test_the_command_explains_what_survives() -> None:
    command = [sys.executable, "-m", "axivon_spec", "vectors", "mutate", "--only", "token.compute_vested"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "GtE becomes Gt is no fault: " in result.stdout
    assert "1 survive" in result.stdout.splitlines()[-1]

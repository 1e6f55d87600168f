"""What holds of every blob, and of what is made of it."""

from __future__ import annotations

from math import comb, sqrt
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.runtime.outcome import Rejection, perform
from generators.blobs import code_of, commit, commit_with, encode, opened
from tests.da.odds import most_valid_rows

SECRETS = 1500
P = 2**64 - 2**32 + 1


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


blobs = st.binary(min_size=1, max_size=300) | st.integers(1, 1984).map(lambda size: Random(size).randbytes(size))


@settings(max_examples=60, deadline=None)
@given(data=blobs, kind=st.integers(0, 1), seed=st.integers(0, 2**32))
def test_any_quarter_of_the_rows_is_enough_and_one_fewer_is_not(
    spec: ModuleType, data: bytes, kind: int, seed: int
) -> None:
    blob = encode(spec, data, spec.uint8(kind))
    count = len(blob.rows)
    some = sorted(Random(seed).sample(range(count), count // 4))
    decoded = spec.decode_blob(blob.header, blob.checksum, opened(spec, blob, some))
    assert (int(decoded.code), bytes(decoded.data)) == (int(spec.BlobCode.OK), data)
    with pytest.raises(Rejection, match=r"da\.decode_blob\.too-few-rows"):
        spec.decode_blob(blob.header, blob.checksum, opened(spec, blob, some[1:]))


@settings(max_examples=60, deadline=None)
@given(data=blobs, seed=st.integers(0, 2**32))
def test_a_row_with_any_other_bit_is_refused(spec: ModuleType, data: bytes, seed: int) -> None:
    blob, random = encode(spec, data), Random(seed)
    index = random.randrange(len(blob.rows))
    proof = spec.prove_row(blob, spec.uint64(index))
    spec.check_row(blob.header, proof)
    row = bytearray(bytes(proof.opened.row))
    bit = random.randrange(8 * len(row))
    row[bit // 8] ^= 1 << bit % 8
    proof.opened.row = bytes(row)
    with pytest.raises(Rejection):
        spec.check_row(blob.header, proof)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), wrong=st.integers(1, 24))
def test_the_rows_that_are_valid_agree_with_one_codeword(spec: ModuleType, seed: int, wrong: int) -> None:
    """A publisher commits to a code with wrong rows among it, fewer than 3/8: who decodes any others gets the data."""
    random = Random(seed)
    code = encode(spec, random.randbytes(1984))
    rows = [bytes(row) for row in code.rows]
    places = random.sample(range(64), wrong)
    for place in places:
        rows[place] = rows[random.choice([i for i in range(64) if i not in places])]
    blob = commit_with(spec, code, rows)
    valid = valid_rows(spec, blob)
    assert set(valid) == set(range(64)) - set(places)
    decoded = [
        spec.decode_blob(blob.header, blob.checksum, opened(spec, blob, sorted(random.sample(valid, 16))))
        for _ in range(2)
    ]
    assert decoded[0] == decoded[1]
    found = spec.list_wrong_leaves(blob.header, list(code.rows)[:16], [spec.sha256(row) for row in blob.rows])
    assert sorted(map(int, found)) == sorted(places)


def valid_rows(spec: ModuleType, blob: Any) -> list[int]:
    """The rows that `check_rows` accepts; `check_row` accepts the same."""
    found = []
    for proof in opened(spec, blob, range(len(blob.rows))):
        alone = spec.prove_opened_row(proof, spec.uint64(len(blob.rows) // 4), blob.checksum)
        rows = spec.List[spec.OpenedRow, spec.MAX_EXTENDED_ROWS](proof)
        outcome = perform(spec.check_rows, blob.header, blob.checksum, rows)
        assert outcome.rule in (None, "da.check_rows.wrong-checksum")
        assert outcome.accepted == perform(spec.check_row, blob.header, alone).accepted
        found += [int(proof.index)] if outcome.accepted else []
    return found


def mixed(random: Random, *parts: list[bytes]) -> list[bytes]:
    """At each place the row of one of the parts, more often of some than of others."""
    weights = [random.random() ** 3 for _ in parts]
    return [random.choices(rows, weights)[0] for rows in zip(*parts, strict=True)]


CLAIMED = ("one code", "the other code", "a mixture of them", "the data rows as they stand", "chance")


@pytest.mark.parametrize("claimed", CLAIMED)
@settings(max_examples=12, deadline=None)
@given(size=st.integers(1, 1984), seed=st.integers(0, 2**32), near=st.booleans())
def test_whatever_is_committed_to_the_rows_that_are_valid_are_few_or_agree_with_one_codeword(
    spec: ModuleType, claimed: str, size: int, seed: int, near: bool
) -> None:
    """Rows of two codes, which share as many as two can where they are `near`, and rows of none; the checksum is that
    of either, of a mixture, of the data rows, or is made of random elements."""
    random = Random(seed)
    code = encode(spec, random.randbytes(size))
    one, count = [bytes(row) for row in code.rows], len(code.rows) // 4
    width = len(one[0]) // 8
    chance = [b"".join(random.randrange(P).to_bytes(8, "little") for _ in range(width)) for _ in one]
    some = [spec.uint64(i) for i in random.sample(range(4 * count), count)]
    through = [one[i] if near else chance[i] for i in some[:-1]] + [chance[some[-1]]]
    other = list(spec.extend_rows(spec.recover_rows(some, through)))
    rows = mixed(random, one, other, chance)
    data_rows = dict(zip(CLAIMED, (one, other, mixed(random, one, other), rows, chance), strict=True))[claimed][:count]
    expected = list(spec.extend_rows(data_rows))
    if claimed == "chance":
        blob = commit_with(spec, code, rows)
        blob.checksum = b"".join(random.randrange(P).to_bytes(8, "little") for _ in range(2 * count))
        blob.header.checksum_root = spec.compute_checksum_root(bytes(blob.checksum))
        expected = [b""] * len(rows)
    else:
        blob = commit_with(spec, code_of(spec, size, *data_rows), rows)

    valid = valid_rows(spec, blob)
    assert valid == [i for i in range(len(rows)) if rows[i] == expected[i]]
    if len(valid) > most_valid_rows(len(rows)):
        used = random.sample(valid, count)
        decided = spec.extend_rows(spec.recover_rows([spec.uint64(i) for i in used], [rows[i] for i in used]))
        assert all(rows[i] == decided[i] for i in valid)


def test_rows_of_chance_are_caught(spec: ModuleType) -> None:
    """A tree over anything: the checksum of its data rows is true, and no row of parity agrees with it."""
    random = Random(3)
    rows = [b"".join(random.randrange(2**62).to_bytes(8, "little") for _ in range(16)) for _ in range(64)]
    blob = commit(spec, 1984, rows)
    valid = valid_rows(spec, blob)
    assert valid == list(range(16))


def test_an_encoder_that_cheats_beyond_the_radius_is_caught_at_the_stated_rate(spec: ModuleType) -> None:
    """As many rows valid as a wrong encoding can have: a sample of three passes as often as counting says."""
    random = Random(4)
    code = encode(spec, random.randbytes(1984))
    places = random.sample(range(64), 64 - most_valid_rows(64))
    rows = [bytes(128) if i in places else bytes(row) for i, row in enumerate(code.rows)]
    blob = commit_with(spec, code, rows)
    valid = set(valid_rows(spec, blob))
    assert len(valid) == most_valid_rows(64)
    passed = 0
    for number in range(SECRETS):
        drawn = spec.draw_samples(blob.header, spec.sha256(number.to_bytes(4, "little")), spec.uint64(3))
        passed += set(map(int, drawn)) <= valid
    odds = comb(len(valid), 3) / comb(64, 3)
    assert abs(passed / SECRETS - odds) < 4 * sqrt(odds * (1 - odds) / SECRETS)

"""What holds of every blob, and of what is made of it."""

from __future__ import annotations

from math import comb, sqrt
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.runtime.outcome import Rejection
from generators.blobs import commit, commit_with, encode, opened
from tests.da.odds import most_valid_rows

SECRETS = 1500


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


@settings(max_examples=60, deadline=None)
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
    valid = [i for i in range(64) if is_valid(spec, blob, i)]
    assert set(valid) == set(range(64)) - set(places)
    decoded = [
        spec.decode_blob(blob.header, blob.checksum, opened(spec, blob, sorted(random.sample(valid, 16))))
        for _ in range(2)
    ]
    assert decoded[0] == decoded[1]
    found = spec.list_wrong_leaves(blob.header, list(code.rows)[:16], [spec.sha256(row) for row in blob.rows])
    assert sorted(map(int, found)) == sorted(places)


def is_valid(spec: ModuleType, blob: object, index: int) -> bool:
    try:
        spec.check_rows(blob.header, blob.checksum, opened(spec, blob, [index]))
    except Rejection:
        return False
    return True


def test_rows_of_chance_are_caught(spec: ModuleType) -> None:
    """A tree over anything: the checksum of its data rows is true, and no row of parity agrees with it."""
    random = Random(3)
    rows = [b"".join(random.randrange(2**62).to_bytes(8, "little") for _ in range(16)) for _ in range(64)]
    blob = commit(spec, 1984, rows)
    valid = [i for i in range(64) if is_valid(spec, blob, i)]
    assert valid == list(range(16))


def test_an_encoder_that_cheats_beyond_the_radius_is_caught_at_the_stated_rate(spec: ModuleType) -> None:
    """As many rows valid as a wrong encoding can have: a sample of three passes as often as counting says."""
    random = Random(4)
    code = encode(spec, random.randbytes(1984))
    places = random.sample(range(64), 64 - most_valid_rows(64))
    rows = [bytes(128) if i in places else bytes(row) for i, row in enumerate(code.rows)]
    blob = commit_with(spec, code, rows)
    valid = {i for i in range(64) if is_valid(spec, blob, i)}
    assert len(valid) == most_valid_rows(64)
    passed = 0
    for number in range(SECRETS):
        drawn = spec.draw_samples(blob.header, spec.sha256(number.to_bytes(4, "little")), spec.uint64(3))
        passed += set(map(int, drawn)) <= valid
    odds = comb(len(valid), 3) / comb(64, 3)
    assert abs(passed / SECRETS - odds) < 4 * sqrt(odds * (1 - odds) / SECRETS)

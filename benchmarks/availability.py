"""A block that is full of certificates of blobs, at the sizes of `mainnet`."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.runtime import bls
from axivon_spec.runtime.bls_blst import backend as BLST
from axivon_spec.runtime.bls_blst import hashed
from benchmarks.measure import Figure, Peer, report, seconds
from generators.kept_blobs import certificate, later, request
from generators.scene import ALICE, genesis, public_key, signed_block, signed_operation

VALIDATORS, BLOBS, CERTIFICATES = 1000, 64, 8
STAKE = 20_000 * 10**9  # nAXN
TIMES = 5


def of_many_nodes(spec: ModuleType) -> Any:
    """A chain whose running set has many validators, and quorums of these."""
    state = genesis(spec)
    for number in range(len(state.staking.validators), VALIDATORS):
        owner = state.staking.validators[0].owner
        made = spec.create_validator(owner, public_key(spec, number), spec.Amount(STAKE + number), spec.Epoch(0))
        state.staking.validators.append(made)
        state.staking.rewards.append(spec.Amount(0))
    state.consensus.sets[1] = spec.compute_validator_set(state.staking.validators, spec.Epoch(0))
    spec.reset_credits(state)
    spec.process_quorums(state)
    return state


def with_blobs(spec: ModuleType, state: Any) -> Any:
    """The largest blobs there are, assigned to the quorums in turn. Their headers alone matter here."""
    for number in range(BLOBS):
        header = spec.BlobHeader(kind=spec.BlobKind.PAGES, size=spec.MAX_BLOB_BYTES, namespace=number.to_bytes(32))
        spec.process_submit_blob(state, ALICE.address, request(spec, spec.EncodedBlob(header=header), max_fee=2**63))
        if number % int(spec.MAX_BLOBS_PER_BLOCK) == 7:
            state = later(spec, state)
    first = int(state.availability.next_quorum) - int(spec.QUORUMS_PER_EPOCH)
    for number in range(BLOBS):
        state.availability.records[number].quorum = first + number * int(spec.QUORUMS_PER_EPOCH) // BLOBS
    return state


def signed(spec: ModuleType, state: Any, certificate: Any) -> tuple[list[Any], list[bytes], Any]:
    """The points of the keys of all who signed, added up for each blob; the blobs' messages; the signature's point."""
    nodes = spec.get_quorum(state, certificate.quorum).nodes
    keys = [BLST.key(bytes(state.staking.validators[node].public_key)) for node in nodes]
    sums = [
        BLST.sum_of_keys([key for key, has_signed in zip(keys, blob.signers, strict=True) if has_signed])
        for blob in certificate.blobs
    ]
    messages = [bytes(spec.compute_attestation_root(state, blob.blob)) for blob in certificate.blobs]
    return sums, messages, BLST.signature(bytes(certificate.signature))


def bare(signatures: list[tuple[list[Any], list[bytes], Any]]) -> Peer:
    """The pairings alone, without a state, a block, or the sums of keys."""

    def verify() -> None:
        hashed.cache_clear()
        if not all(BLST.verify(*each, bls.SIGNATURE_TAG) for each in signatures):
            raise ValueError("a valid signature was refused")

    taken = sorted(seconds(verify, TIMES))
    return Peer(
        "blst alone on the same signatures", taken[len(taken) // 2], "points and sums of keys known before, in this run"
    )


def figures() -> list[Figure]:
    """Seconds of a state transition, nothing of the state read before but the keys."""
    spec = axivon_spec.load("mainnet")
    state = with_blobs(spec, of_many_nodes(spec))
    operations, signatures = [], []
    for number in range(CERTIFICATES):
        blobs = range(number * BLOBS // CERTIFICATES, (number + 1) * BLOBS // CERTIFICATES)
        nodes = len(spec.get_quorum(state, spec.get_record(state, spec.uint64(blobs[0])).quorum).nodes)
        made = certificate(spec, state, dict.fromkeys(blobs, range(nodes)))
        signatures.append(signed(spec, state, made))
        operations.append(signed_operation(spec, state, ALICE, made, nonce=number))
    block = signed_block(spec, state, operations)
    signers = sum(
        sum(blob.signers) for o in operations for blob in spec.decode(spec.CertifyBlobs, o.operation.payload).blobs
    )
    encoded = spec.serialize(state)

    def transition() -> float:
        fresh = spec.decode(spec.State, encoded)
        spec.hash_tree_root(fresh)
        hashed.cache_clear()
        [taken] = seconds(lambda: spec.state_transition(fresh, block), 1)
        assert all(receipt.ok for receipt in fresh.chain.receipts) and len(fresh.chain.receipts) == CERTIFICATES
        return taken

    samples = tuple(transition() for _ in range(TIMES))
    what = (
        f"{CERTIFICATES} certificates of {BLOBS} blobs, {signers:,} signatures by {VALIDATORS:,} nodes, preset mainnet"
    )
    return [Figure("a block with certificates of blobs", what, "s", samples, "under 1", bare(signatures))]


if __name__ == "__main__":
    report(figures())

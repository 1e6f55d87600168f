"""Verifying a BLS signature, with each backend on the same signatures."""

from __future__ import annotations

from functools import partial

from axivon_spec.runtime import bls
from benchmarks.measure import Figure, Peer, report, seconds

SIGNATURES = 200
SLOW = 10  # py_ecc takes a second or so
CASES = "signatures of test messages under distinct keys; keys are decompressed before, as in a running node"


def figures() -> list[Figure]:
    """Seconds a verification. The peer is py_ecc in the same run."""
    schemes = {}
    for name in bls.BACKENDS:
        try:
            schemes[name] = bls.Scheme(bls.backend(name))
        except bls.BackendUnavailable as missing:
            print(missing)
    signer = schemes["blst"]
    signed = []
    for secret in range(1, SIGNATURES + 1):
        message = secret.to_bytes(32, "little")
        signed.append((signer.public_key(secret), message, signer.sign(secret, message)))

    figures: list[Figure] = []
    peer = None
    for name in sorted(schemes, key="py_ecc".__ne__):  # the peer first
        samples = []
        for pubkey, message, signature in signed[: SLOW if name == "py_ecc" else SIGNATURES]:
            schemes[name].is_valid_public_key(pubkey)
            samples += seconds(partial(verify, schemes[name], pubkey, message, signature), 1)
        figures.append(Figure(f"BLS verify, {name}", CASES, "s", tuple(samples), peer=peer))
        if name == "py_ecc":
            peer = Peer("py_ecc", figures[0].percentile(50), "measured in this run")
    return figures


def verify(scheme: bls.Scheme, pubkey: bytes, message: bytes, signature: bytes) -> None:
    """A figure of refusals would mean nothing."""
    if not scheme.verify(pubkey, message, signature):
        raise ValueError("a valid signature was refused")


if __name__ == "__main__":
    report(figures())

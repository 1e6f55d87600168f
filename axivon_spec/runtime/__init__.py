"""What spec code may call and Markdown does not define: SSZ, hashes, integers, signatures, and how a call ends."""

from __future__ import annotations

from axivon_spec.runtime import bls, hashes, integers, outcome, secp256k1, ssz

# The names of spec code.
SPEC_NAMES: dict[str, object] = {
    name: getattr(module, name)
    for module, names in (
        (
            ssz,
            "uint8 uint16 uint32 uint64 uint128 uint256 boolean Container Opaque List Vector Bitlist Bitvector "
            "ByteList ByteVector Bytes4 Bytes20 Bytes32 Bytes48 Bytes65 Bytes96 "
            "hash_tree_root serialize can_decode decode install generalized_index",
        ),
        (hashes, "sha256 keccak256"),
        (integers, "add_mod mul_mod pow_mod bytes_to_uint64 bytes_to_uint256 uint_to_bytes"),
        (
            bls,
            "bls_verify bls_fast_aggregate_verify bls_aggregate_verify bls_sign bls_public_key bls_aggregate "
            "bls_is_valid_public_key bls_pop_prove bls_pop_verify",
        ),
        (secp256k1, "secp256k1_verify secp256k1_sign secp256k1_address"),
        (outcome, "attempt"),
    )
    for name in names.split()
}

# Which of its arguments each of them changes, by position; `attempt` counts its function as argument 0.
CHANGES: dict[str, tuple[int, ...]] = {"install": (0,), "attempt": (1,)}

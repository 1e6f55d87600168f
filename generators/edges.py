"""Primitives at the ends of their ranges: indices and depths that wrap, boundaries between two draws, proofs about
neighbours, signatures that are nearly right."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from coincurve import PrivateKey

from axivon_spec.runtime.ssz import generalized_index, prove
from axivon_spec.vectors.author import Steps, case, register, step
from generators.chain import SECP256K1_ORDER, pay, with_signature
from generators.levels import Scene, rejected_operation, scene
from generators.primitives import (
    SECRET,
    Collection,
    branch_of,
    check_leaf,
    digest,
    draw_step,
    merkle_root_step,
    plain_branch,
    plain_tree,
    shuffle_step,
    vrf_domain,
)
from generators.scene import ALICE, BOB, CAROL, genesis, governed, operation, signed_otherwise, signed_permit

HALF, END = 2**63, 2**64  # where a signed number turns negative, and where an unsigned one wraps

# Random choice


@case("primitives", "draw_weighted")
def on_either_side_of_a_boundary(spec: ModuleType) -> Steps:
    """The point of the draw is the first of the second weight, then the last of the first; then zeros lie between."""
    seed, total = digest(spec, 4), 2**64 - 1
    for index in range(4):
        point = int.from_bytes(spec.sha256(seed + index.to_bytes(8, "little"))[:16], "little") * total >> 128
        for weights in ([point, total - point], [point + 1, total - point - 1], [point, 0, 0, total - point]):
            yield draw_step(spec, weights, index)


@case("primitives", "draw_weighted")
def by_the_upper_half_of_the_digest_alone(spec: ModuleType) -> Steps:
    """At these points 64 bits of the digest would lead to another weight than 128 do."""
    seed = digest(spec, 4)
    for total in (2**64 - 1, HALF + 12345, 10**18):
        for index in range(200):
            drawn = spec.sha256(seed + index.to_bytes(8, "little"))[:16]
            point = int.from_bytes(drawn, "little") * total >> 128
            if point not in (0, int.from_bytes(drawn[8:], "little") * total >> 64):
                yield draw_step(spec, [point, total - point], index)
                yield draw_step(spec, [point + 1, total - point - 1], index)
                break


@case("primitives", "draw_weighted")
def by_small_weights(spec: ModuleType) -> Steps:
    """Of five in all; those of zero are never drawn."""
    for index in range(16):
        yield draw_step(spec, [1, 0, 1, 1, 0, 2], index)


@case("primitives", "draw_weighted")
def by_numbers_beyond_32_bits(spec: ModuleType) -> Steps:
    """The number of a draw has eight bytes."""
    for index in (2**32 + 3, HALF, END - 1):
        yield draw_step(spec, list(range(1, 40)), index)


@case("primitives", "draw_weighted", rejects="primitives.draw_weighted.total-too-large")
def by_weights_that_wrap(spec: ModuleType) -> Steps:
    """A machine takes their total for 5."""
    yield draw_step(spec, [HALF, HALF, 5], 0)


@case("primitives", "compute_shuffled_index")
def of_lists_around_a_block_of_positions(spec: ModuleType) -> Steps:
    """One digest decides 256 positions."""
    for count in (2, 255, 256, 257, 1000, 2**32, 2**39 + 7):
        for index in (0, count // 2, count - 1):
            yield shuffle_step(spec, index, count)


@case("primitives", "compute_shuffled_index", rejects="primitives.compute_shuffled_index.index-out-of-range")
def of_an_element_of_an_empty_list(spec: ModuleType) -> Steps:
    """Nothing is divided by its length."""
    yield shuffle_step(spec, 0, 0)


@case("primitives", "compute_shuffled_index", rejects="primitives.compute_shuffled_index.index-out-of-range")
def of_an_index_beyond_32_bits(spec: ModuleType) -> Steps:
    """By its lowest 40 bits, which are those of the longest list, it would be one of the list; so by its lowest 32."""
    yield shuffle_step(spec, 2**40 + 1, 7)


@case("primitives", "compute_shuffled_index", rejects="primitives.compute_shuffled_index.list-too-long")
def of_the_longest_list_of_all(spec: ModuleType) -> Steps:
    """Indices that would wrap when added."""
    yield shuffle_step(spec, END - 2, END - 1)


# Merkle trees


@case("primitives", "compute_merkle_root")
def of_deep_and_nearly_empty_trees(spec: ModuleType) -> Steps:
    """Roots of empty subtrees, up to the deepest."""
    for count, depth in ((0, 1), (0, 32), (0, 63), (0, 64), (3, 32), (3, 33), (1, 64)):
        yield merkle_root_step(spec, count, depth)


@case("primitives", "compute_merkle_root", rejects="primitives.compute_merkle_root.too-many-digests")
def of_two_leaves_of_a_tree_of_one(spec: ModuleType) -> Steps:
    """A tree of depth 0 has one leaf."""
    yield merkle_root_step(spec, 2, 0)


@case("primitives", "compute_merkle_root", rejects="primitives.compute_merkle_root.tree-too-deep")
def of_a_depth_beyond_8_bits(spec: ModuleType) -> Steps:
    """Its lowest byte is that of a tree of one leaf."""
    yield merkle_root_step(spec, 1, 256)


@case("primitives", "check_merkle_branch", rejects="primitives.check_merkle_branch.wrong-branch-length")
def to_a_depth_beyond_32_bits(spec: ModuleType) -> Steps:
    """Its lower half is right."""
    yield check_leaf(spec, depth=2**32 + 3)


@case("primitives", "check_merkle_branch")
def to_the_leaf_of_a_tree_of_one(spec: ModuleType) -> Steps:
    """The leaf is the root."""
    yield step(
        spec.check_merkle_branch, digest(spec, 1), branch_of(spec, []), spec.uint64(0), spec.uint64(0), digest(spec, 1)
    )


@case("primitives", "check_merkle_branch", rejects="primitives.check_merkle_branch.index-out-of-range")
def to_a_second_leaf_of_a_tree_of_one(spec: ModuleType) -> Steps:
    """There is none."""
    yield step(
        spec.check_merkle_branch, digest(spec, 1), branch_of(spec, []), spec.uint64(1), spec.uint64(0), digest(spec, 1)
    )


@case("primitives", "check_branch")
def to_the_deepest_nodes(spec: ModuleType) -> Steps:
    """Generalized indices of 65 bits."""
    leaf, siblings = digest(spec, 0), [digest(spec, number) for number in range(1, 65)]
    for index in (2**64, 2**65 - 1, 2**64 + 2**63 + 5):
        root = spec.compute_branch_root(leaf, siblings, spec.uint256(index))
        yield step(spec.check_branch, leaf, branch_of(spec, siblings), spec.uint256(index), root)


def _register_indices() -> None:
    """A right branch under indices that only the lower bits of are right."""

    def claimed(spec: ModuleType, change: Callable[[int], int]) -> Steps:
        link = spec.Link(key=digest(spec, 1), next=7)
        index = generalized_index(spec.Link, "next")
        root = spec.hash_tree_root(link)
        branch = branch_of(spec, prove(link, index))
        yield step(spec.check_branch, spec.hash_tree_root(link.next), branch, spec.uint256(change(index)), root)

    def add(number: int) -> Callable[[int], int]:
        return lambda index: index + number

    changes = {"beyond_64_bits": add(2**64), "beyond_128_bits": add(2**128)}
    for words, change in changes.items():
        register(
            f"primitives/check_branch/to_an_index_{words}",
            lambda spec, change=change: claimed(spec, change),
            rejects="primitives.check_branch.wrong-branch-length",
            doc="The bits that are missing or too many are not those that a branch climbs by.",
        )


_register_indices()


@case("primitives", "check_branch", rejects="primitives.check_branch.wrong-branch-length")
def to_no_node_by_no_siblings(spec: ModuleType) -> Steps:
    """The root has index 1; no node has index 0."""
    yield step(spec.check_branch, digest(spec, 1), branch_of(spec, []), spec.uint256(0), digest(spec, 1))


@case("primitives", "check_merkle_branch", rejects="primitives.check_merkle_branch.wrong-branch-length")
def to_a_leaf_with_one_sibling_too_many(spec: ModuleType) -> Steps:
    """The branch of a leaf of a deeper tree, whose root is given too."""
    branch = branch_of(spec, [*plain_branch(spec, plain_tree(spec, 3), 5), digest(spec, 9)])
    root = spec.compute_branch_root(digest(spec, 5), branch, spec.uint256(5))
    yield step(spec.check_merkle_branch, digest(spec, 5), branch, spec.uint64(5), spec.uint64(3), root)


# Keyed collections


def _register_places() -> None:
    """A right proof of presence under an index or a length of which only the lower bits are right."""

    def shown(spec: ModuleType, field: str, more: int) -> Steps:
        collection = Collection(spec)
        proof = collection.presence(2)
        setattr(proof.entry, field, int(getattr(proof.entry, field)) + more)
        yield collection.present(2, proof)

    beyond, root = "primitives.check_link.index-beyond-length", "primitives.check_link.wrong-links-root"
    for words, field, more, rule, allows in (
        ("an_index_beyond_32_bits", "index", 2**32, beyond, ()),
        ("an_index_of_half_the_range", "index", HALF, beyond, ()),
        ("a_length_beyond_32_bits", "length", 2**32, root, ("primitives.check_presence.wrong-values-root",)),
    ):
        register(
            f"primitives/check_presence/under_{words}",
            lambda spec, field=field, more=more: shown(spec, field, more),
            rejects=rule,
            allows=allows,
            doc="Its lower bits are right, and the branch climbs by those alone.",
        )


_register_places()


@case("primitives", "check_absence", rejects="primitives.check_link.wrong-links-root")
def above_the_largest_key_with_an_invented_sentinel(spec: ModuleType) -> Steps:
    """Also the sentinel behind the largest key is shown."""
    collection = Collection(spec)
    place = len(collection.order) - 1
    proof = collection.gap(place)
    proof.upper.branch[0] = digest(spec, 99)
    yield collection.absent(collection.between(place), proof)


@case("primitives", "check_absence", rejects="primitives.check_link.wrong-links-root")
def below_the_smallest_key_with_an_invented_sentinel(spec: ModuleType) -> Steps:
    """Also the sentinel before the smallest key is shown."""
    collection = Collection(spec)
    proof = collection.gap(0)
    proof.lower.branch[0] = digest(spec, 99)
    yield collection.absent(collection.between(0), proof)


@case("primitives", "check_absence", rejects="primitives.check_absence.key-not-above-lower")
def of_the_key_of_the_sentinel(spec: ModuleType) -> Steps:
    """It is there, and always was."""
    collection = Collection(spec)
    yield collection.absent(spec.Bytes32(), collection.gap(0))


@case("primitives", "check_absence")
def of_a_key_that_is_above_by_its_first_bytes_alone(spec: ModuleType) -> Steps:
    """The first half of the lower key, its last byte raised, and zeros: as little-endian integers it stands below."""
    collection = Collection(spec)
    for place in range(1, len(collection.order)):
        half = bytes(collection.links[collection.order[place]].key)[:16]
        key = (int.from_bytes(half, "big") + 1).to_bytes(16, "big") + bytes(16)
        yield collection.absent(spec.Bytes32(key), collection.gap(place))


@case("primitives", "check_presence", rejects="primitives.check_link.index-beyond-length")
def behind_the_length_that_is_proven(spec: ModuleType) -> Steps:
    """Entry 4 of lists that say they have 3: no honest state has such roots, and the rule does not ask for one."""
    collection = Collection(spec)
    proof = collection.presence(4)
    proof.entry.length = 3
    value_root = spec.hash_tree_root(collection.values[4])
    roots = [
        spec.compute_list_root(root, branch, proof.entry.index, proof.entry.length)
        for root, branch in (
            (spec.hash_tree_root(proof.entry.link), proof.entry.branch),
            (value_root, proof.value_branch),
        )
    ]
    yield step(spec.check_presence, *roots, proof.entry.link.key, value_root, proof)


@case("primitives", "check_absence", rejects="primitives.check_absence.key-not-below-upper")
def below_an_entry_with_the_key_of_the_sentinel(spec: ModuleType) -> Steps:
    """The sentinel is known by its index, not by its key."""
    collection = Collection(spec)
    links = [spec.Link(key=digest(spec, 1), next=1), spec.Link()]
    collection.links = type(collection.links)(*links)
    collection.links_root = spec.hash_tree_root(collection.links)
    proof = spec.AbsenceProof(lower=collection.link(0), upper=collection.link(1))
    yield collection.absent(spec.Bytes32(b"\xff" * 32), proof)


@case("primitives", "check_absence")
def between_keys_that_differ_in_their_last_byte(spec: ModuleType) -> Steps:
    """Keys compare as big-endian integers, by all of their bytes."""
    collection = Collection(spec)
    keys = [bytes(32), b"\x05" * 31 + b"\x01", b"\x05" * 31 + b"\x03"]
    links = [spec.Link(key=spec.Bytes32(key), next=(index + 1) % 3) for index, key in enumerate(keys)]
    collection.links = type(collection.links)(*links)
    collection.links_root = spec.hash_tree_root(collection.links)
    proof = spec.AbsenceProof(lower=collection.link(1), upper=collection.link(2))
    yield collection.absent(spec.Bytes32(b"\x05" * 31 + b"\x02"), proof)


# Signatures and the verifiable random function


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_r_of_no_point(spec: ModuleType) -> Any:
    """No point of the curve has this x."""
    return with_signature(spec, lambda r, s, v: (R_OF_NO_POINT, s, v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_r_of_zero(spec: ModuleType) -> Any:
    """r lies above 0; s is right."""
    return with_signature(spec, lambda r, s, v: (0, s, v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_s_of_zero(spec: ModuleType) -> Any:
    """s lies above 0; r is right."""
    return with_signature(spec, lambda r, s, v: (r, 0, v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_r_of_the_order(spec: ModuleType) -> Any:
    """r lies below the order, modulo which this one is 0."""
    return with_signature(spec, lambda r, s, v: (SECP256K1_ORDER, s, v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_so_that_no_key_is_recovered(spec: ModuleType) -> Any:
    """r and s lie within their bounds and r is that of a point, but the key would be the point at infinity."""
    state = genesis(spec)
    unsigned = operation(spec, state, ALICE, pay(spec))
    root = spec.compute_signing_root(spec.hash_tree_root(unsigned), spec.get_domain(state, spec.DOMAIN_OPERATION))
    for nonce in range(2, 100):
        s = int.from_bytes(root, "big") * pow(nonce, -1, SECP256K1_ORDER) % SECP256K1_ORDER
        if s <= SECP256K1_ORDER // 2:
            break
    x, y = PrivateKey.from_int(nonce).public_key.point()
    signature = x.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([y & 1])
    return state, spec.SignedOperation(operation=unsigned, signature=signature)


R_OF_NO_POINT = 5  # 5^3 + 7 is no square modulo 2^256 - 2^32 - 977


def permit_with_signature(spec: ModuleType, change: Callable[[int, int, int], tuple[int, int, int]]) -> Scene:
    """A permit by Alice whose genuine r, s and v were changed."""
    state = genesis(spec)
    signed = signed_permit(spec, state, ALICE, CAROL.address, 10)
    signed.signature = signed_otherwise(signed.signature, change)
    return Scene(state, BOB, signed)


@scene("permit", refused="token.process_permit.invalid-signature", at=("handler",))
def permit_signed_with_high_s(spec: ModuleType, fee: int) -> Scene:
    """The other signature of the same key over the same permit."""
    return permit_with_signature(spec, lambda r, s, v: (r, SECP256K1_ORDER - s, 1 - v))


@scene("permit", refused="token.process_permit.invalid-signature", at=("handler",))
def permit_signed_with_27_more(spec: ModuleType, fee: int) -> Scene:
    """As Ethereum's contracts expect v; here it is 0 or 1."""
    return permit_with_signature(spec, lambda r, s, v: (r, s, v + 27))


@scene("permit", refused="token.process_permit.invalid-signature", at=("handler",))
def permit_signed_for_another_network(spec: ModuleType, fee: int) -> Scene:
    """The same permit and key, the domain of the next network."""
    state = genesis(spec)
    other = state.copy()
    other.chain.network_id += 1
    return Scene(state, BOB, signed_permit(spec, other, ALICE, CAROL.address, 10))


@case("primitives", "verify_vrf", rejects="primitives.verify_vrf.invalid-proof")
def of_a_proof_of_zeros(spec: ModuleType) -> Steps:
    """Zeros are no point, and no error."""
    yield step(spec.verify_vrf, spec.bls_public_key(SECRET), digest(spec, 1), vrf_domain(spec), spec.BLSSignature())


@case("primitives", "verify_vrf", rejects="primitives.verify_vrf.invalid-proof")
def by_a_key_of_zeros(spec: ModuleType) -> Steps:
    """Zeros are no point, and no error."""
    proof = spec.prove_vrf(spec.uint256(SECRET), digest(spec, 1), vrf_domain(spec))
    yield step(spec.verify_vrf, spec.BLSPublicKey(), digest(spec, 1), vrf_domain(spec), proof)


@case("primitives", "verify_vrf", rejects="primitives.verify_vrf.wrong-domain-type")
def in_a_domain_of_which_one_byte_is_right(spec: ModuleType) -> Steps:
    """A type of domain is four bytes."""
    domain = spec.Domain(b"\x04\x00\x00\x01" + bytes(28))
    proof = spec.BLSSignature(spec.bls_sign(SECRET, spec.compute_signing_root(digest(spec, 1), domain)))
    yield step(spec.verify_vrf, spec.bls_public_key(SECRET), digest(spec, 1), domain, proof)


@case("primitives", "prove_vrf", rejects="primitives.prove_vrf.secret-out-of-range")
def by_a_secret_above_the_order(spec: ModuleType) -> Steps:
    """It is not taken modulo the order."""
    yield step(spec.prove_vrf, spec.uint256(int(spec.BLS_ORDER) + 1), digest(spec, 1), vrf_domain(spec))


# Parameters


@case("token", "check_token_parameters", rejects="token.check_token_parameters.shares-are-not-a-whole")
def shares_that_sum_to_more(spec: ModuleType) -> Steps:
    """One basis point comes from nowhere."""
    parameters = governed(spec)
    parameters.emission_shares[3] += 1
    yield step(spec.check_token_parameters, parameters)

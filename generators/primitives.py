"""Signatures, the verifiable random function, Merkle proofs, random choice, and proofs about keyed collections."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.runtime.keys import test_secret
from axivon_spec.runtime.ssz import generalized_index, prove
from axivon_spec.vectors.author import Steps, case, step

SECRET = test_secret(1, "bls12-381")


def digest(spec: ModuleType, number: int) -> Any:
    return spec.sha256(number.to_bytes(8, "little"))


# Signatures


@case("primitives", "compute_domain")
def of_each_kind(spec: ModuleType) -> Steps:
    """Type, fork version, network id and genesis root, in this order."""
    for kind in (spec.DOMAIN_VOTE, spec.DOMAIN_OPERATION, spec.DOMAIN_PERMIT, spec.DOMAIN_VRF):
        yield step(spec.compute_domain, kind, spec.Version(b"\x01\x02\x03\x04"), spec.uint64(513), digest(spec, 1))


@case("primitives", "compute_signing_root")
def of_an_object_in_a_domain(spec: ModuleType) -> Steps:
    """What is signed is neither the object's root nor the domain alone."""
    yield step(spec.compute_signing_root, digest(spec, 1), vrf_domain(spec))


# The verifiable random function


def vrf_domain(spec: ModuleType, kind: Any = None) -> Any:
    kind = spec.DOMAIN_VRF if kind is None else kind
    return spec.compute_domain(kind, spec.Version(), spec.uint64(0), digest(spec, 0))


@case("primitives", "prove_vrf")
def by_the_smallest_and_the_largest_secret(spec: ModuleType) -> Steps:
    """Secrets lie strictly between 0 and the order."""
    for secret in (1, SECRET, int(spec.BLS_ORDER) - 1):
        yield step(spec.prove_vrf, spec.uint256(secret), digest(spec, 1), vrf_domain(spec))


@case("primitives", "prove_vrf", rejects="primitives.prove_vrf.secret-out-of-range")
def by_a_secret_of_zero(spec: ModuleType) -> Steps:
    """Its public key would be the identity."""
    yield step(spec.prove_vrf, spec.uint256(0), digest(spec, 1), vrf_domain(spec))


@case("primitives", "prove_vrf", rejects="primitives.prove_vrf.secret-out-of-range")
def by_a_secret_of_the_order(spec: ModuleType) -> Steps:
    """It is zero again."""
    yield step(spec.prove_vrf, spec.BLS_ORDER, digest(spec, 1), vrf_domain(spec))


@case("primitives", "prove_vrf", rejects="primitives.prove_vrf.wrong-domain-type")
def in_the_domain_of_blocks(spec: ModuleType) -> Steps:
    """Nobody is made to sign a block by being asked for randomness."""
    yield step(spec.prove_vrf, spec.uint256(SECRET), digest(spec, 1), vrf_domain(spec, spec.DOMAIN_VOTE))


@case("primitives", "verify_vrf")
def of_a_proof(spec: ModuleType) -> Steps:
    """The output is the hash of the one proof that there is."""
    proof = spec.prove_vrf(spec.uint256(SECRET), digest(spec, 1), vrf_domain(spec))
    yield step(spec.verify_vrf, spec.bls_public_key(SECRET), digest(spec, 1), vrf_domain(spec), proof)


@case("primitives", "verify_vrf", rejects="primitives.verify_vrf.invalid-proof")
def of_a_proof_for_another_seed(spec: ModuleType) -> Steps:
    """A proof belongs to its seed."""
    proof = spec.prove_vrf(spec.uint256(SECRET), digest(spec, 2), vrf_domain(spec))
    yield step(spec.verify_vrf, spec.bls_public_key(SECRET), digest(spec, 1), vrf_domain(spec), proof)


@case("primitives", "verify_vrf", rejects="primitives.verify_vrf.invalid-proof")
def of_the_infinity_signature_by_the_identity(spec: ModuleType) -> Steps:
    """The pair that verifies over anything where identity keys are not refused."""
    key = spec.BLSPublicKey(b"\xc0" + bytes(47))
    proof = spec.BLSSignature(b"\xc0" + bytes(95))
    yield step(spec.verify_vrf, key, digest(spec, 1), vrf_domain(spec), proof)


@case("primitives", "verify_vrf", rejects="primitives.verify_vrf.wrong-domain-type")
def of_a_signature_of_a_block(spec: ModuleType) -> Steps:
    """Valid as a signature, but made for another purpose."""
    domain = vrf_domain(spec, spec.DOMAIN_VOTE)
    proof = spec.BLSSignature(spec.bls_sign(SECRET, spec.compute_signing_root(digest(spec, 1), domain)))
    yield step(spec.verify_vrf, spec.bls_public_key(SECRET), digest(spec, 1), domain, proof)


# Merkle trees


def branch_of(spec: ModuleType, siblings: Any) -> Any:
    return spec.List[spec.Bytes32, spec.MAX_MERKLE_DEPTH](*siblings)


def plain_tree(spec: ModuleType, depth: int) -> list[list[Any]]:
    """All layers of a tree over distinct leaves, the leaves first."""
    layers = [[digest(spec, i) for i in range(1 << depth)]]
    while len(layers[-1]) > 1:
        below = layers[-1]
        layers.append([spec.sha256(below[i] + below[i + 1]) for i in range(0, len(below), 2)])
    return layers


def plain_branch(spec: ModuleType, layers: list[list[Any]], index: int) -> Any:
    return branch_of(spec, [layer[(index >> level) ^ 1] for level, layer in enumerate(layers[:-1])])


def check_leaf(spec: ModuleType, index: int = 5, depth: int = 3, claimed: int | None = None, root: Any = None) -> Any:
    """The step that checks leaf 5 of a tree of eight, one thing in it changed."""
    layers = plain_tree(spec, 3)
    return step(
        spec.check_merkle_branch,
        layers[0][index],
        plain_branch(spec, layers, index),
        spec.uint64(index if claimed is None else claimed),
        spec.uint64(depth),
        layers[-1][0] if root is None else root,
    )


@case("primitives", "check_merkle_branch")
def to_each_leaf(spec: ModuleType) -> Steps:
    """The bits of the index say on which side each sibling stands."""
    for index in range(8):
        yield check_leaf(spec, index)


@case("primitives", "check_merkle_branch")
def to_leaves_of_the_deepest_tree(spec: ModuleType) -> Steps:
    """Every number of 64 bits is the index of a leaf: a shift by 64 gives 0."""
    leaf, siblings = digest(spec, 0), [digest(spec, number) for number in range(1, 65)]
    branch = spec.List[spec.Bytes32, spec.MAX_MERKLE_DEPTH](*siblings)
    for index in (0, 2**63 + 5, 2**64 - 1):
        root = leaf
        for level, sibling in enumerate(siblings):
            root = spec.sha256(sibling + root) if index >> level & 1 else spec.sha256(root + sibling)
        yield step(spec.check_merkle_branch, leaf, branch, spec.uint64(index), spec.uint64(64), root)


@case("primitives", "check_merkle_branch", rejects="primitives.check_merkle_branch.wrong-branch-length")
def to_a_leaf_of_a_deeper_tree(spec: ModuleType) -> Steps:
    """The depth comes from a header, and the branch is one sibling short of it."""
    yield check_leaf(spec, depth=4)


@case("primitives", "check_merkle_branch", rejects="primitives.check_merkle_branch.index-out-of-range")
def to_a_leaf_beyond_the_last(spec: ModuleType) -> Steps:
    """The lowest bits of the index are those of a leaf that is there."""
    yield check_leaf(spec, claimed=5 + 8)


@case("primitives", "check_merkle_branch", rejects="primitives.check_merkle_branch.wrong-root")
def to_another_root(spec: ModuleType) -> Steps:
    """Leaf and branch belong together, the root does not."""
    yield check_leaf(spec, root=digest(spec, 99))


@case("primitives", "check_merkle_branch", rejects="primitives.check_merkle_branch.wrong-root")
def to_the_neighbour(spec: ModuleType) -> Steps:
    """The branch of leaf 5 does not show it as leaf 4."""
    yield check_leaf(spec, claimed=4)


@case("primitives", "check_branch")
def to_a_field(spec: ModuleType) -> Steps:
    """The root of a part of an SSZ value, at its generalized index."""
    link = spec.Link(key=digest(spec, 1), next=7)
    index = generalized_index(spec.Link, "next")
    leaf = spec.hash_tree_root(link.next)
    yield step(spec.check_branch, leaf, branch_of(spec, prove(link, index)), index, spec.hash_tree_root(link))


@case("primitives", "check_branch")
def to_the_root_itself(spec: ModuleType) -> Steps:
    """No siblings, and the generalized index 1."""
    yield step(spec.check_branch, digest(spec, 1), branch_of(spec, []), 1, digest(spec, 1))


@case("primitives", "check_branch", rejects="primitives.check_branch.wrong-branch-length")
def to_an_index_of_another_depth(spec: ModuleType) -> Steps:
    """The generalized index fixes the number of siblings; its lowest bits alone are not the position."""
    link = spec.Link(key=digest(spec, 1), next=7)
    index = generalized_index(spec.Link, "next")
    branch = branch_of(spec, prove(link, index))
    yield step(spec.check_branch, spec.hash_tree_root(link.next), branch, index + 4, spec.hash_tree_root(link))


@case("primitives", "check_branch", rejects="primitives.check_branch.wrong-root")
def to_the_other_field(spec: ModuleType) -> Steps:
    """The branch belongs to the field beside it."""
    link = spec.Link(key=digest(spec, 1), next=7)
    index = generalized_index(spec.Link, "next")
    branch = branch_of(spec, prove(link, index))
    yield step(spec.check_branch, spec.hash_tree_root(link.next), branch, index - 1, spec.hash_tree_root(link))


def merkle_root_step(spec: ModuleType, count: int, depth: int) -> Any:
    leaves = spec.List[spec.Bytes32, spec.MAX_MERKLE_LEAVES](*(digest(spec, i) for i in range(count)))
    return step(spec.compute_merkle_root, leaves, spec.uint64(depth))


@case("primitives", "compute_merkle_root")
def full_partly_full_and_empty(spec: ModuleType) -> Steps:
    """Leaves that are not given are 32 zero bytes."""
    for count, depth in ((1, 0), (2, 1), (8, 3), (5, 3), (1, 3), (0, 0), (0, 3), (3, 64)):
        yield merkle_root_step(spec, count, depth)


@case("primitives", "compute_merkle_root", rejects="primitives.compute_merkle_root.too-many-digests")
def one_more_than_there_are_leaves(spec: ModuleType) -> Steps:
    """Nine digests and eight leaves."""
    yield merkle_root_step(spec, 9, 3)


@case("primitives", "compute_merkle_root", rejects="primitives.compute_merkle_root.tree-too-deep")
def one_level_too_deep(spec: ModuleType) -> Steps:
    """No branch is longer than 64."""
    yield merkle_root_step(spec, 1, 65)


# Random choice


def shuffle_step(spec: ModuleType, index: int, count: int) -> Any:
    return step(spec.compute_shuffled_index, spec.uint64(index), spec.uint64(count), digest(spec, 3))


@case("primitives", "compute_shuffled_index", presets=("minimal", "mainnet"))
def of_every_element(spec: ModuleType) -> Steps:
    """A permutation."""
    for index in range(11):
        yield shuffle_step(spec, index, 11)


@case("primitives", "compute_shuffled_index")
def of_the_longest_list(spec: ModuleType) -> Steps:
    """Its last element, and the only one of a list of one."""
    yield shuffle_step(spec, 2**40 - 1, 2**40)
    yield shuffle_step(spec, 0, 1)


@case("primitives", "compute_shuffled_index", rejects="primitives.compute_shuffled_index.list-too-long")
def of_a_list_one_longer(spec: ModuleType) -> Steps:
    """The position would not fit."""
    yield shuffle_step(spec, 0, 2**40 + 1)


@case("primitives", "compute_shuffled_index", rejects="primitives.compute_shuffled_index.index-out-of-range")
def of_the_element_behind_the_last(spec: ModuleType) -> Steps:
    """Indices count from 0."""
    yield shuffle_step(spec, 11, 11)


def draw_step(spec: ModuleType, weights: list[int], index: int) -> Any:
    listed = spec.List[spec.uint64, spec.MAX_WEIGHTS](*weights)
    return step(spec.draw_weighted, listed, digest(spec, 4), spec.uint64(index))


@case("primitives", "draw_weighted", presets=("minimal", "mainnet"))
def by_several_weights(spec: ModuleType) -> Steps:
    """With replacement; a weight of zero is never drawn."""
    for index in range(12):
        yield draw_step(spec, [5, 0, 1, 10**18, 10**18, 0], index)


@case("primitives", "draw_weighted")
def by_the_largest_total(spec: ModuleType) -> Steps:
    """2^64 − 1 in two weights, and one weight alone."""
    yield draw_step(spec, [2**64 - 2, 1], 0)
    yield draw_step(spec, [0, 0, 1], 0)


@case("primitives", "draw_weighted", rejects="primitives.draw_weighted.total-too-large")
def by_a_total_one_larger(spec: ModuleType) -> Steps:
    """2^64 in two weights."""
    yield draw_step(spec, [2**64 - 1, 1], 0)


@case("primitives", "draw_weighted", rejects="primitives.draw_weighted.no-weight")
def by_weights_of_zero(spec: ModuleType) -> Steps:
    """There is nothing to draw."""
    yield draw_step(spec, [0, 0], 0)


@case("primitives", "draw_weighted", rejects="primitives.draw_weighted.no-weight")
def by_no_weights(spec: ModuleType) -> Steps:
    """There is nobody to draw."""
    yield draw_step(spec, [], 0)


# Keyed collections


class Collection:
    """Five entries beside the sentinel, the keys in no order; value i is the number 100 + i."""

    def __init__(self, spec: ModuleType) -> None:
        self.spec = spec
        self.links = spec.List[spec.Link, spec.MAX_ENTRIES](spec.Link())
        self.values = spec.List[spec.Account, spec.MAX_ENTRIES](spec.Account())
        for number in (3, 1, 4, 15, 9):
            spec.insert_link(self.links, digest(spec, number))
            self.values.append(spec.Account(balance=100 + number))
        self.order = sorted(range(len(self.links)), key=lambda index: bytes(self.links[index].key))
        self.links_root, self.values_root = spec.hash_tree_root(self.links), spec.hash_tree_root(self.values)

    def branch(self, listed: Any, index: int) -> Any:
        siblings = prove(listed, generalized_index(type(listed), index))[: int(self.spec.ENTRY_DEPTH)]
        return self.spec.Vector[self.spec.Bytes32, self.spec.ENTRY_DEPTH](*siblings)

    def link(self, index: int) -> Any:
        return self.spec.LinkProof(
            index=index, length=len(self.links), link=self.links[index], branch=self.branch(self.links, index)
        )

    def presence(self, index: int) -> Any:
        return self.spec.PresenceProof(entry=self.link(index), value_branch=self.branch(self.values, index))

    def present(self, index: int, proof: Any, key: Any = None, value_root: Any = None) -> Any:
        """The step that checks the entry at `index`."""
        return step(
            self.spec.check_presence,
            self.links_root,
            self.values_root,
            self.links[index].key if key is None else key,
            self.spec.hash_tree_root(self.values[index]) if value_root is None else value_root,
            proof,
        )

    def between(self, place: int) -> Any:
        """A key just above that of the entry at this place in the order, which is absent."""
        key = int.from_bytes(bytes(self.links[self.order[place]].key), "big") + 1
        return self.spec.Bytes32(key.to_bytes(32, "big"))

    def gap(self, place: int) -> Any:
        """The proof that nothing is above the entry at this place and below its neighbour."""
        lower = self.link(self.order[place])
        return self.spec.AbsenceProof(lower=lower, upper=self.link(int(lower.link.next)))

    def absent(self, key: Any, proof: Any) -> Any:
        return step(self.spec.check_absence, self.links_root, key, proof)


@case("primitives", "check_presence")
def of_every_entry(spec: ModuleType) -> Steps:
    """Link and value stand at one index of two lists."""
    collection = Collection(spec)
    for index in range(1, len(collection.links)):
        yield collection.present(index, collection.presence(index))


@case("primitives", "check_presence", rejects="primitives.check_presence.key-of-sentinel")
def of_the_sentinel(spec: ModuleType) -> Steps:
    """It is no entry."""
    collection = Collection(spec)
    yield collection.present(0, collection.presence(0))


@case("primitives", "check_presence", rejects="primitives.check_presence.wrong-key")
def of_another_entry(spec: ModuleType) -> Steps:
    """A true proof, about another key."""
    collection = Collection(spec)
    yield collection.present(2, collection.presence(2), key=collection.links[3].key)


@case("primitives", "check_presence", rejects="primitives.check_presence.wrong-values-root")
def with_the_value_of_another(spec: ModuleType) -> Steps:
    """The key is there, with another value."""
    collection = Collection(spec)
    yield collection.present(2, collection.presence(2), value_root=spec.hash_tree_root(collection.values[3]))


@case("primitives", "check_presence", rejects="primitives.check_link.wrong-links-root")
def with_a_link_that_names_another_neighbour(spec: ModuleType) -> Steps:
    """One bit of the link is changed."""
    collection = Collection(spec)
    proof = collection.presence(2)
    proof.entry.link.next = int(proof.entry.link.next) ^ 1
    yield collection.present(2, proof)


@case("primitives", "check_presence", rejects="primitives.check_link.index-beyond-length")
def under_an_index_beyond_the_tree(spec: ModuleType) -> Steps:
    """The lowest bits of the index are right, and the climb reads no others."""
    collection = Collection(spec)
    proof = collection.presence(2)
    proof.entry.index = int(proof.entry.index) + int(spec.MAX_ENTRIES)
    yield collection.present(2, proof)


@case("primitives", "check_presence", rejects="primitives.check_link.index-beyond-length")
def under_the_length_of_a_full_collection(spec: ModuleType) -> Steps:
    """The first index beyond it, which leads through the tree as index 0 does."""
    collection = Collection(spec)
    number = int(spec.MAX_ENTRIES)
    collection.links = type(collection.links)(*[spec.Link(key=digest(spec, 7))] * number)
    collection.values = type(collection.values)(*[spec.Account(balance=7)] * number)
    collection.links_root = spec.hash_tree_root(collection.links)
    collection.values_root = spec.hash_tree_root(collection.values)
    proof = collection.presence(0)
    proof.entry.index = number
    yield collection.present(0, proof)


@case("primitives", "check_absence")
def in_every_gap(spec: ModuleType) -> Steps:
    """Below the smallest key, between neighbours, and above the largest."""
    collection = Collection(spec)
    for place in range(len(collection.order)):
        yield collection.absent(collection.between(place), collection.gap(place))


@case("primitives", "check_absence")
def in_an_empty_collection(spec: ModuleType) -> Steps:
    """The sentinel is its own neighbour."""
    collection = Collection(spec)
    collection.links = type(collection.links)(spec.Link())
    collection.links_root, collection.order = spec.hash_tree_root(collection.links), [0]
    yield collection.absent(digest(spec, 1), collection.gap(0))


@case("primitives", "check_absence", rejects="primitives.check_absence.key-not-above-lower")
def of_a_key_that_is_there_below(spec: ModuleType) -> Steps:
    """The gap begins at the key itself."""
    collection = Collection(spec)
    yield collection.absent(collection.links[collection.order[2]].key, collection.gap(2))


@case("primitives", "check_absence", rejects="primitives.check_absence.key-not-below-upper")
def of_a_key_that_is_there_above(spec: ModuleType) -> Steps:
    """The gap ends at the key itself."""
    collection = Collection(spec)
    yield collection.absent(collection.links[collection.order[3]].key, collection.gap(2))


@case("primitives", "check_absence", rejects="primitives.check_absence.not-neighbours")
def of_a_key_between_two_that_are_no_neighbours(spec: ModuleType) -> Steps:
    """The entry between them is left out."""
    collection = Collection(spec)
    proof = collection.gap(1)
    proof.upper = collection.link(collection.order[3])
    yield collection.absent(collection.links[collection.order[2]].key, proof)


@case("primitives", "check_absence", rejects="primitives.check_link.wrong-links-root")
def of_a_key_in_another_collection(spec: ModuleType) -> Steps:
    """The proof is true of a collection with one entry less."""
    collection = Collection(spec)
    yield step(spec.check_absence, digest(spec, 8), collection.between(2), collection.gap(2))


@case("primitives", "check_absence", rejects="primitives.check_link.wrong-links-root")
def with_an_invented_upper_neighbour(spec: ModuleType) -> Steps:
    """The lower one is true, the upper one has the index that it names and another key."""
    collection = Collection(spec)
    proof = collection.gap(2)
    proof.upper.link.key = spec.Bytes32(b"\xff" * 32)
    yield collection.absent(collection.links[collection.order[3]].key, proof)


@case("primitives", "check_absence", rejects="primitives.check_link.index-beyond-length")
def below_an_index_beyond_the_tree(spec: ModuleType) -> Steps:
    """The lowest bits of the index are right, and the climb reads no others."""
    collection = Collection(spec)
    proof = collection.gap(2)
    proof.lower.index = int(proof.lower.index) + int(spec.MAX_ENTRIES)
    yield collection.absent(collection.between(2), proof)


@case("primitives", "check_absence", rejects="primitives.check_link.index-beyond-length")
def below_the_length_of_a_full_collection(spec: ModuleType) -> Steps:
    """The upper neighbour is claimed at the first index beyond it, which leads through the tree as index 0 does."""
    collection = Collection(spec)
    number = int(spec.MAX_ENTRIES)
    low, high = spec.Bytes32(b"\x01" * 32), spec.Bytes32(b"\x03" * 32)
    links = [spec.Link(key=high), *[spec.Link(key=low, next=number)] * (number - 1)]
    collection.links = type(collection.links)(*links)
    collection.links_root = spec.hash_tree_root(collection.links)
    proof = spec.AbsenceProof(lower=collection.link(1), upper=collection.link(0))
    proof.upper.index = number
    yield collection.absent(spec.Bytes32(b"\x02" * 32), proof)

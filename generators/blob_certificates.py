"""Certificates of blobs, and for how long a blob is kept."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.blob_submission import noisy_layer
from generators.kept_blobs import (
    EPOCH,
    FIRST,
    assigned,
    blob_of,
    certificate,
    certified,
    later,
    layer,
    members_with,
    quorum_of,
    request,
    submitted,
)
from generators.levels import Scene, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    bls_secret,
    other_fork,
    other_genesis,
    other_network,
    signed_block,
    signed_operation,
)
from generators.states import BURNED, quiet

certification = partial(scene, "certificate", layer="availability")
OTHER_STATE = ("chain.state_transition.wrong-state-root",)
ALL = (0, 1, 2, 3)  # positions of the nodes of a quorum
SIGNATURE = "availability.check_attestations.invalid-signature"
ENOUGH, TOO_FEW = 11, 10  # of 16 seats


def signed_by(spec: ModuleType, state: Any, seats: int, blob: int = FIRST) -> Any:
    """The certificate of a blob by nodes with so many seats."""
    return certificate(spec, state, {blob: members_with(quorum_of(spec, state, blob), seats)})


@certification()
def by_all(spec: ModuleType, fee: int) -> Scene:
    """Anybody may bring it."""
    state = assigned(spec, blob_of(spec))
    return Scene(state, BOB, certificate(spec, state, {FIRST: ALL}))


@certification(presets=("minimal", "mainnet"), at=("handler",))
def by_two_thirds_and_a_seat(spec: ModuleType, fee: int) -> Scene:
    """Just enough: 11 of 16, or what comes next to 683 of 1,024."""
    state = assigned(spec, blob_of(spec))
    return Scene(state, BOB, least(spec, state))


def with_seats(spec: ModuleType, members: tuple[int, ...]) -> Scene:
    """A certificate by some nodes of a quorum of `mainnet` with these seats: 682, 1, 300 and 41."""
    state = assigned(spec, blob_of(spec))
    number = int(spec.get_record(state, spec.uint64(FIRST)).quorum)
    state.availability.quorums[number].seats = [682, 1, 300, 41]
    return Scene(state, BOB, certificate(spec, state, {FIRST: members}))


@certification(presets=("mainnet",), at=("handler",))
def by_683_of_1024_seats(spec: ModuleType, fee: int) -> Scene:
    """The fewest that are enough."""
    return with_seats(spec, (0, 1))


@certification(refused="availability.check_signers.too-few-seats", presets=("mainnet",), at=("handler",))
def by_682_of_1024_seats(spec: ModuleType, fee: int) -> Scene:
    """The most that are too few."""
    return with_seats(spec, (0,))


def least(spec: ModuleType, state: Any) -> Any:
    """The certificate with the fewest seats that are enough."""
    for seats in range(2 * int(spec.SEATS) // 3 + 1, int(spec.SEATS) + 1):
        try:
            return signed_by(spec, state, seats)
        except ValueError:
            continue
    raise ValueError("all seats together are not enough")


@certification(at=("operation", "block"))
def by_just_enough_seats(spec: ModuleType, fee: int) -> Scene:
    """11 of 16."""
    state = assigned(spec, blob_of(spec))
    return Scene(state, BOB, signed_by(spec, state, ENOUGH))


@certification(refused="availability.check_signers.too-few-seats")
def by_too_few_seats(spec: ModuleType, fee: int) -> Scene:
    """10 of 16, which are less than two thirds."""
    state = assigned(spec, blob_of(spec))
    return Scene(state, BOB, signed_by(spec, state, TOO_FEW))


@certification(at=("handler",))
def by_the_second_quorum(spec: ModuleType, fee: int) -> Scene:
    """At the last height that it has."""
    state = later(spec, assigned(spec, blob_of(spec)), 2 * int(spec.CONFIRM_HEIGHTS) - 1)
    return Scene(state, BOB, certificate(spec, state, {FIRST: ALL}))


@certification(at=("handler",))
def by_the_first_quorum_at_its_last_height(spec: ModuleType, fee: int) -> Scene:
    """One later the blob is another quorum's."""
    state = later(spec, assigned(spec, blob_of(spec)), int(spec.CONFIRM_HEIGHTS) - 1)
    return Scene(state, BOB, certificate(spec, state, {FIRST: ALL}))


@certification()
def of_several_blobs(spec: ModuleType, fee: int) -> Scene:
    """Some have signed for one alone, and some for the other."""
    state = several(spec)
    return Scene(state, BOB, certificate(spec, state, signed_apart(spec, state)))


def several(spec: ModuleType) -> Any:
    """Blobs of which four have the same quorum."""
    state = layer(spec)
    for seed in range(0, 8, 2):
        state = submitted(spec, blob_of(spec, 1, seed=seed), blob_of(spec, 1, seed=seed + 1), state=state)
        state.availability.layer_height += 1
        state.consensus.mix = spec.sha256(state.consensus.mix)
        spec.process_deadlines(state)
        # All that wait are of this height: the time of none of them is over before that of the others
        for record in range(FIRST, len(state.availability.records)):
            state.availability.records[record].submitted = state.availability.layer_height - 1
    return quiet(state)


def of_one_quorum(spec: ModuleType, state: Any, count: int) -> list[int]:
    """The first so many blobs of the quorum that most have."""
    by_quorum: dict[int, list[int]] = {}
    for blob in range(FIRST, int(state.availability.first_unassigned)):
        by_quorum.setdefault(int(spec.get_record(state, spec.uint64(blob)).quorum), []).append(blob)
    return max(by_quorum.values(), key=len)[:count]


def signed_apart(spec: ModuleType, state: Any) -> dict[int, Any]:
    blobs = of_one_quorum(spec, state, int(spec.MAX_CERTIFIED))
    assert len(blobs) == spec.MAX_CERTIFIED
    return dict(zip(blobs, (ALL, (0, 1), (0, 1, 3), (0, 2, 3)), strict=True))


@certification()
def of_one_blob_while_another_of_the_quorum_is_withheld(spec: ModuleType, fee: int) -> Scene:
    """What keeps one of them from being signed for does not keep the other."""
    state = several(spec)
    _, signed = of_one_quorum(spec, state, 2)
    return Scene(state, BOB, certificate(spec, state, {signed: ALL}))


@certification(refused="availability.check_signers.too-few-seats", at=("handler",))
def of_two_blobs_of_which_one_has_too_few_seats(spec: ModuleType, fee: int) -> Scene:
    """The first has all. Whoever brings the certificate leaves the other out."""
    state = several(spec)
    enough_seats, too_few = of_one_quorum(spec, state, 2)
    members = members_with(quorum_of(spec, state, too_few), TOO_FEW)
    return Scene(state, BOB, certificate(spec, state, {enough_seats: ALL, too_few: members}))


@certification(refused="availability.process_certify_blobs.not-ascending", at=("handler",))
def of_blobs_in_another_order(spec: ModuleType, fee: int) -> Scene:
    """Ascending is the one order."""
    state = several(spec)
    made = certificate(spec, state, signed_apart(spec, state))
    first, second = made.blobs[0].copy(), made.blobs[1].copy()
    made.blobs[0], made.blobs[1] = second, first
    return Scene(state, BOB, made)


@certification(refused="availability.process_certify_blobs.not-ascending")
def of_a_blob_twice(spec: ModuleType, fee: int) -> Scene:
    """All signatures are there, as often as they are named."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    made.blobs.append(made.blobs[0])
    made.signature = spec.bls_aggregate([made.signature, made.signature])
    return Scene(state, BOB, made)


@certification(refused="availability.process_certify_blobs.nothing-new", allows=(SIGNATURE,))
def of_no_blob(spec: ModuleType, fee: int) -> Scene:
    """It says nothing."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    made.blobs = type(made.blobs)()
    return Scene(state, BOB, made)


def confirmed(spec: ModuleType, *members: int) -> Any:
    """A blob that these have confirmed, while its quorum still has time."""
    state = assigned(spec, blob_of(spec))
    spec.process_certify_blobs(state, ALICE.address, certificate(spec, state, {FIRST: members}))
    return quiet(state)


@certification(refused="availability.process_certify_blobs.nothing-new", at=("handler",))
def of_a_blob_that_is_certified(spec: ModuleType, fee: int) -> Scene:
    """By all of these, and by one more."""
    state = confirmed(spec, *ALL)
    return Scene(state, BOB, certificate(spec, state, {FIRST: (0, 1, 2)}))


@certification(refused="availability.process_certify_blobs.nothing-new", at=("handler",))
def that_leaves_a_signer_out(spec: ModuleType, fee: int) -> Scene:
    """All that it names are known; one that is known is not among them, and stays."""
    state = confirmed(spec, 0, 1, 2)
    members = next(some for some in ((0, 1), (0, 2), (1, 2), (0, 1, 2)) if enough(spec, state, some))
    return Scene(state, BOB, certificate(spec, state, {FIRST: members}))


def enough(spec: ModuleType, state: Any, members: tuple[int, ...]) -> bool:
    """Whether these nodes may confirm the first blob."""
    return bool(sum(int(quorum_of(spec, state).seats[member]) for member in members) >= spec.CERTIFICATE_SEATS)


@certification(at=("handler",))
def that_adds_a_signer(spec: ModuleType, fee: int) -> Scene:
    """Who was late is in it from now on, and nobody else goes; it is not kept for longer."""
    state = confirmed(spec, 0, 1, 2)
    state = later(spec, state)
    return Scene(state, BOB, certificate(spec, state, {FIRST: (0, 1, 3)}))


@certification(at=("handler",))
def that_adds_a_signer_and_a_blob(spec: ModuleType, fee: int) -> Scene:
    """One is certified already."""
    state = several(spec)
    blobs = of_one_quorum(spec, state, 3)
    spec.process_certify_blobs(state, ALICE.address, certificate(spec, state, {blobs[1]: ALL}))
    return Scene(quiet(state), BOB, certificate(spec, state, dict.fromkeys(blobs, ALL)))


@certification(refused="availability.check_assigned.not-assigned", at=("handler", "operation"), allows=(SIGNATURE,))
def before_the_blob_is_assigned(spec: ModuleType, fee: int) -> Scene:
    """Nobody knows its quorum yet; a record without one names number 0."""
    state = submitted(spec, blob_of(spec))
    return Scene(state, BOB, certificate(spec, state, {FIRST: (0, 1)}))


@case(
    "availability",
    "certificate_block",
    fails="availability.check_assigned.not-assigned",
    allows=(*OTHER_STATE, "availability.check_signers.wrong-quorum", SIGNATURE),
)
def in_the_block_of_the_submission(spec: ModuleType) -> Steps:
    """Nobody knows its quorum yet."""
    state = layer(spec)
    blob = blob_of(spec)
    after = submitted(spec, blob)
    operations = [
        signed_operation(spec, state, ALICE, request(spec, blob)),
        signed_operation(spec, state, BOB, certificate(spec, after, {FIRST: (0, 1)})),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@certification(refused="availability.check_assigned.too-late", allows=(SIGNATURE,))
def of_a_blob_that_is_void(spec: ModuleType, fee: int) -> Scene:
    """One height too late for the second quorum."""
    state = later(spec, assigned(spec, blob_of(spec)), 2 * int(spec.CONFIRM_HEIGHTS))
    return Scene(state, BOB, certificate(spec, state, {FIRST: ALL}))


@certification(refused="availability.check_signers.wrong-quorum")
def by_another_quorum(spec: ModuleType, fee: int) -> Scene:
    """It has the same nodes, with other seats."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    made.quorum = next(number for number in (3, 4) if number != made.quorum)
    return Scene(state, BOB, made)


@certification(refused="availability.check_signers.wrong-quorum", at=("handler",), allows=(SIGNATURE,))
def by_the_first_quorum_when_its_time_is_over(spec: ModuleType, fee: int) -> Scene:
    """One height too late."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    return Scene(later(spec, state, int(spec.CONFIRM_HEIGHTS)), BOB, made)


@certification(refused="availability.check_signers.wrong-length")
def with_a_bit_too_many(spec: ModuleType, fee: int) -> Scene:
    """It is not set."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    made.blobs[0].signers = spec.Bitlist[spec.SEATS](*[True] * 4, False)
    return Scene(state, BOB, made)


@certification(refused="availability.check_signers.wrong-length", at=("handler",))
def with_a_bit_too_few(spec: ModuleType, fee: int) -> Scene:
    """Of one who has not signed."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: (0, 1, 2)})
    made.blobs[0].signers = spec.Bitlist[spec.SEATS](*[True] * 3)
    return Scene(state, BOB, made)


# Signatures


@certification(refused=SIGNATURE)
def without_one_of_the_signatures(spec: ModuleType, fee: int) -> Scene:
    """Four are named, and three have signed."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    made.signature = certificate(spec, state, {FIRST: (0, 1, 2)}).signature
    return Scene(state, BOB, made)


@certification(refused=SIGNATURE, at=("handler",))
def with_signatures_for_another_blob(spec: ModuleType, fee: int) -> Scene:
    """One that waits with it; of the same quorum, or it would be another's."""
    state = several(spec)
    first, second, *_ = of_one_quorum(spec, state, 2)
    made = certificate(spec, state, {first: ALL})
    made.signature = certificate(spec, state, {second: ALL}).signature
    return Scene(state, BOB, made)


@certification(refused=SIGNATURE, at=("handler",))
def with_the_signatures_of_two_blobs_exchanged(spec: ModuleType, fee: int) -> Scene:
    """Each has as many as are named, all by members of the quorum, for the wrong one of two."""
    state = several(spec)
    first, second, *_ = of_one_quorum(spec, state, 2)
    made = certificate(spec, state, {first: (0, 1, 2), second: (0, 1, 3)})
    made.signature = certificate(spec, state, {first: (0, 1, 3), second: (0, 1, 2)}).signature
    return Scene(state, BOB, made)


@certification(refused=SIGNATURE, at=("handler",))
def with_signatures_of_the_same_commitment(spec: ModuleType, fee: int) -> Scene:
    """The same header was submitted twice, and has two numbers."""
    state = assigned(spec, blob_of(spec), blob_of(spec))
    state.availability.records[FIRST + 1].quorum = state.availability.records[FIRST].quorum
    made = certificate(spec, state, {FIRST + 1: ALL})
    made.signature = certificate(spec, state, {FIRST: ALL}).signature
    return Scene(state, BOB, made)


@certification(refused=SIGNATURE, at=("handler",))
def with_the_signatures_of_the_first_quorum(spec: ModuleType, fee: int) -> Scene:
    """All have seats in both; what they signed is for the one."""
    state = assigned(spec, blob_of(spec))
    first = certificate(spec, state, {FIRST: ALL})
    state = later(spec, state, int(spec.CONFIRM_HEIGHTS))
    made = certificate(spec, state, {FIRST: ALL})
    made.signature = first.signature
    return Scene(state, BOB, made)


@certification(refused=SIGNATURE, at=("handler",))
def with_signatures_for_another_dealing(spec: ModuleType, fee: int) -> Scene:
    """As on a fork whose next block had another mix: blob and quorum are the same, and the rows are not."""
    state = assigned(spec, blob_of(spec))
    other = state.copy()
    other.availability.records[FIRST].seed = spec.sha256(b"fork")
    return Scene(state, BOB, certificate(spec, other, {FIRST: ALL}))


@certification(refused=SIGNATURE, at=("handler",))
def with_a_signature_of_infinity(spec: ModuleType, fee: int) -> Scene:
    """It is no signature."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    made.signature = b"\xc0" + bytes(95)
    return Scene(state, BOB, made)


@certification(refused=SIGNATURE, at=("handler",))
def with_signatures_of_votes(spec: ModuleType, fee: int) -> Scene:
    """The same root, in the domain of another kind of object."""
    return signed_in(spec, spec.DOMAIN_VOTE)


def signed_in(spec: ModuleType, domain_type: Any, other: Any = None) -> Scene:
    """All have signed in another domain."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    record = spec.get_record(state, spec.uint64(FIRST))
    said = spec.create_attestation(spec.uint64(FIRST), record)
    chain, epoch = (state if other is None else other(state)), quorum_of(spec, state).epoch
    domain = spec.get_domain_of_epoch(chain, domain_type, epoch)
    root = spec.compute_signing_root(spec.hash_tree_root(said), domain)
    made.signature = spec.bls_aggregate([spec.bls_sign(bls_secret(node), root) for node in ALL])
    return Scene(state, BOB, made)


@certification(refused=SIGNATURE, at=("handler",))
def with_signatures_for_another_network(spec: ModuleType, fee: int) -> Scene:
    """The next number."""
    return signed_in(spec, spec.DOMAIN_ATTESTATION, other_network)


@certification(refused=SIGNATURE, at=("handler",))
def with_signatures_for_another_genesis(spec: ModuleType, fee: int) -> Scene:
    """A chain that began otherwise."""
    return signed_in(spec, spec.DOMAIN_ATTESTATION, lambda state: other_genesis(spec, state))


@certification(refused=SIGNATURE, at=("handler",))
def with_signatures_for_another_fork(spec: ModuleType, fee: int) -> Scene:
    """One that has never been."""
    return signed_in(spec, spec.DOMAIN_ATTESTATION, lambda state: other_fork(spec, state))


@certification(at=("handler",))
def of_a_quorum_before_an_upgrade(spec: ModuleType, fee: int) -> Scene:
    """What its nodes sign is under the version of its own epoch."""
    state = assigned(spec, blob_of(spec))
    for number in range(3, 6):
        state.availability.quorums[number].epoch = EPOCH - 1
    return Scene(state, BOB, certificate(spec, state, {FIRST: ALL}))


# Who may, and when


@certification(refused="availability.check_availability_open.paused", at=("handler",))
def while_the_layer_is_paused(spec: ModuleType, fee: int) -> Scene:
    """Nothing is taken; the deadline waits."""
    state = assigned(spec, blob_of(spec))
    made = certificate(spec, state, {FIRST: ALL})
    state.availability.paused = True
    return Scene(state, BOB, made)


@certification(refused="availability.check_availability_open.too-many-events", at=("handler",))
def without_room_for_its_events(spec: ModuleType, fee: int) -> Scene:
    """There must be room for those of the largest."""
    state = noisy_layer(spec, 1, assigned(spec, blob_of(spec)))
    return Scene(state, BOB, certificate(spec, state, {FIRST: ALL}))


@certification(at=("handler",))
def with_room_for_its_events(spec: ModuleType, fee: int) -> Scene:
    """The last places."""
    state = noisy_layer(spec, 0, several(spec))
    return Scene(state, BOB, certificate(spec, state, signed_apart(spec, state)))


@certification(refused="token.find_payer.burn-address", at=("handler",))
def by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """Nobody has its key."""
    state = assigned(spec, blob_of(spec))
    return Scene(state, BURNED, certificate(spec, state, {FIRST: ALL}))


@certification(refused="token.find_payer.unknown-account", at=("handler",))
def by_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """It pays for nothing."""
    state = assigned(spec, blob_of(spec))
    return Scene(state, CAROL, certificate(spec, state, {FIRST: ALL}))


# Retention


def extended(spec: ModuleType, until: int, state: Any = None, blob: int = FIRST) -> Any:
    state = certified(spec, blob_of(spec)) if state is None else state
    return step(spec.extend_retention, state, spec.uint64(blob), spec.Height(until))


def ends(spec: ModuleType, state: Any) -> tuple[int, int]:
    """The last height of the first blob, and the last that it can have."""
    record = spec.get_record(state, spec.uint64(FIRST))
    return int(record.until), int(record.submitted + spec.MAX_RETENTION)


@case("availability", "retention", presets=("minimal", "mainnet"))
def by_a_height_and_to_the_most(spec: ModuleType) -> Steps:
    """Twice."""
    state = certified(spec, blob_of(spec))
    until, most = ends(spec, state)
    yield extended(spec, until + 1, state)
    yield extended(spec, most, state)


@case("availability", "retention")
def at_the_last_height(spec: ModuleType) -> Steps:
    """The blob is still kept."""
    state = certified(spec, blob_of(spec))
    state.availability.layer_height = ends(spec, state)[0]
    yield extended(spec, ends(spec, state)[0] + 1, state)


@case("availability", "retention", rejects="availability.check_kept.expired")
def behind_the_last_height(spec: ModuleType) -> Steps:
    """Nobody need have it any more."""
    state = certified(spec, blob_of(spec))
    state.availability.layer_height = ends(spec, state)[0] + 1
    yield extended(spec, ends(spec, state)[0] + 2, state)


@case(
    "availability",
    "retention",
    rejects="availability.check_kept.forgotten",
    allows=("availability.check_kept.expired",),
)
def of_a_blob_that_is_forgotten(spec: ModuleType) -> Steps:
    """Its time is over, and its record may be gone."""
    state = certified(spec, blob_of(spec))
    state.availability.layer_height = ends(spec, state)[0] + 1
    spec.process_deadlines(state)
    yield extended(spec, ends(spec, state)[0] + 2, quiet(state))


@case("availability", "retention", rejects="availability.extend_retention.not-longer")
def to_the_height_that_it_has(spec: ModuleType) -> Steps:
    """It must be a later one."""
    state = certified(spec, blob_of(spec))
    yield extended(spec, ends(spec, state)[0], state)


@case("availability", "retention", rejects="availability.extend_retention.too-long")
def to_one_height_more_than_the_most(spec: ModuleType) -> Steps:
    """Beyond it a stake could be withdrawn before."""
    state = certified(spec, blob_of(spec))
    yield extended(spec, ends(spec, state)[1] + 1, state)


@case("availability", "retention", rejects="availability.check_kept.unknown-blob")
def of_a_blob_that_there_is_not_yet(spec: ModuleType) -> Steps:
    """The next number."""
    state = certified(spec, blob_of(spec))
    yield extended(spec, ends(spec, state)[0] + 1, state, blob=FIRST + 1)


@case(
    "availability",
    "retention",
    rejects="availability.check_kept.not-certified",
    allows=("availability.check_kept.expired",),
)
def of_a_blob_that_is_not_certified(spec: ModuleType) -> Steps:
    """Its quorum has time."""
    state = assigned(spec, blob_of(spec))
    yield extended(spec, int(state.availability.layer_height) + 1, state)


@case(
    "availability",
    "retention",
    rejects="availability.check_kept.not-certified",
    allows=("availability.check_kept.expired",),
)
def of_a_blob_that_is_not_assigned(spec: ModuleType) -> Steps:
    """There is such a blob, of this block."""
    state = submitted(spec, blob_of(spec))
    yield extended(spec, int(state.availability.layer_height) + 1, state)


@case("availability", "retention", rejects="availability.extend_retention.paused")
def of_a_blob_while_the_layer_is_paused(spec: ModuleType) -> Steps:
    """Its clock stands still."""
    state = certified(spec, blob_of(spec))
    until = ends(spec, state)[0]
    state.availability.paused = True
    yield extended(spec, until + 1, state)

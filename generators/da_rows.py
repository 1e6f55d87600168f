"""Rows that are wrong in one way, for every entry point that they come in by: with a proof of their own, with others
and a whole checksum, or to be decoded."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, register, step
from generators.batches import item_domain
from generators.blobs import commit, commit_with, data_of, encode, limbs, opened, proven
from generators.primitives import digest

SIZE = 500  # of the blob that is spoilt: 8 data rows of 3 chunks

# Gives the blob, and of it rows in ascending order of which the one at the position is spoilt.
Make = Callable[[ModuleType, int], tuple[Any, Any]]

ROWS = (2, 5, 9, 12, 13, 20, 27, 31)
POSITIONS = {"data": 1, "parity": 4}  # in ROWS: a data row and a row of parity
SPOILT_ROWS: list[tuple[Make, str, tuple[str, ...]]] = []


def spoilt_row(*rules: str) -> Callable[[Make], Make]:
    """Of the rules the first refuses it, and the others may once that is taken away."""
    rule, *allows = (f"da.{rule}" for rule in rules)

    def add(make: Make) -> Make:
        SPOILT_ROWS.append((make, rule, tuple(allows)))
        return make

    return add


def true_rows(spec: ModuleType) -> tuple[Any, Any]:
    blob = encode(spec, data_of(SIZE))
    return blob, opened(spec, blob, ROWS)


def changed_rows(spec: ModuleType, position: int, change: Callable[[bytes], bytes]) -> tuple[Any, Any]:
    """A tree that holds another row in a place, and the checksum of the true code."""
    code = encode(spec, data_of(SIZE))
    rows = [bytes(row) for row in code.rows]
    rows[ROWS[position]] = change(rows[ROWS[position]])
    blob = commit_with(spec, code, rows)
    return blob, opened(spec, blob, ROWS)


@spoilt_row("check_place.index-out-of-range", "check_checksum_part.branch-of-whole-checksum")
def of_a_row_behind_the_last(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """A branch is climbed by the lowest bits of an index, so without a bound one row would stand at many places."""
    blob, rows = true_rows(spec)
    rows[position] = opened(spec, blob, [0])[0]
    rows[position].index = len(blob.rows)
    return blob, rows


@spoilt_row("check_place.index-out-of-range", "check_checksum_part.branch-of-whole-checksum")
def of_a_row_with_an_index_of_more_than_32_bits(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """Its lowest 32 bits are those of a true row."""
    blob, rows = true_rows(spec)
    rows[position].index += 2**32
    return blob, rows


@spoilt_row("check_place.index-out-of-range", "check_checksum_part.branch-of-whole-checksum")
def of_a_row_with_the_highest_bit_in_its_index(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """The others are those of a true row."""
    blob, rows = true_rows(spec)
    rows[position].index += 2**63
    return blob, rows


@spoilt_row("check_place.wrong-rows-root", "wrong-checksum", "check_checksum_leaf.wrong-checksum-root")
def of_a_row_at_the_place_of_another(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """A true row with its branch, one place behind its own."""
    blob, rows = true_rows(spec)
    rows[position].index += 1
    return blob, rows


@spoilt_row("wrong-checksum")
def of_a_row_with_the_header_of_a_blob_that_is_a_byte_shorter(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """All else in it is the same, also the shape: the matrix is another."""
    blob, rows = true_rows(spec)
    blob.header.size -= 1
    return blob, rows


@spoilt_row("check_form.wrong-row-length", "wrong-checksum")
def of_a_row_that_is_an_element_short(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """It stands in the tree as it is."""
    return changed_rows(spec, position, lambda row: row[:-8])


@spoilt_row("check_form.wrong-row-length")
def of_a_row_with_a_byte_too_many(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """It stands in the tree as it is."""
    return changed_rows(spec, position, lambda row: row + b"\x00")


@spoilt_row("check_form.wrong-row-length", "wrong-checksum")
def of_an_empty_row(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """It stands in the tree as it is."""
    return changed_rows(spec, position, lambda row: b"")


@spoilt_row("check_form.element-not-below-modulus")
def of_a_row_that_holds_the_modulus(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """Zero in another form: the checksum is that of the true row."""
    modulus = int(spec.FIELD_MODULUS)
    code = commit(spec, SIZE, [bytes(96)] * 32)
    rows = [bytes(row) for row in code.rows]
    rows[ROWS[position]] = bytes(88) + limbs(modulus)
    blob = commit_with(spec, code, rows)
    return blob, opened(spec, blob, ROWS)


@spoilt_row("check_form.element-not-below-modulus")
def of_a_row_that_holds_the_largest_word(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """2^64 - 1, in a code in which that place is 2^32 - 2."""
    residue = 2**64 - 1 - int(spec.FIELD_MODULUS)
    code = commit(spec, SIZE, [limbs(residue) + bytes(88)] * 32)
    rows = [bytes(row) for row in code.rows]
    rows[ROWS[position]] = limbs(2**64 - 1) + bytes(88)
    blob = commit_with(spec, code, rows)
    return blob, opened(spec, blob, ROWS)


@spoilt_row("check_form.element-not-below-modulus")
def of_a_row_that_holds_more_than_the_modulus_in_its_middle(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """p + 1, in a code in which that place is 1."""
    code = commit(spec, SIZE, [bytes(40) + limbs(1) + bytes(48)] * 32)
    rows = [bytes(row) for row in code.rows]
    rows[ROWS[position]] = bytes(40) + limbs(int(spec.FIELD_MODULUS) + 1) + bytes(48)
    blob = commit_with(spec, code, rows)
    return blob, opened(spec, blob, ROWS)


@spoilt_row("check_place.wrong-branch-length", "check_place.wrong-rows-root")
def of_a_branch_without_its_last_digest(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """An inner node is no root."""
    blob, rows = true_rows(spec)
    rows[position].branch.pop()
    return blob, rows


@spoilt_row("check_place.wrong-branch-length")
def of_a_branch_of_a_deeper_tree(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """The root of the header is that of twice as many leaves."""
    code = encode(spec, data_of(SIZE))
    rows = [bytes(row) for row in code.rows]
    blob = commit_with(spec, code, rows + [bytes(96)] * len(rows))
    deeper = opened(spec, blob, ROWS)
    blob.rows = rows
    return blob, deeper


@spoilt_row("check_place.wrong-rows-root")
def of_another_sibling(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """One bit of a digest on the way."""
    blob, rows = true_rows(spec)
    sibling = bytes(rows[position].branch[2])
    rows[position].branch[2] = sibling[:31] + bytes([sibling[31] ^ 1])
    return blob, rows


@spoilt_row("check_place.wrong-rows-root", "wrong-checksum")
def of_a_row_with_another_bit(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """One bit of the row."""
    blob, rows = true_rows(spec)
    row = bytes(rows[position].row)
    rows[position].row = bytes([row[0] ^ 1]) + row[1:]
    return blob, rows


@spoilt_row("check_place.wrong-rows-root", "wrong-checksum")
def of_a_row_of_another_blob(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """A true row at a true place, of another blob."""
    blob, rows = true_rows(spec)
    other = encode(spec, data_of(SIZE, seed=1))
    rows[position] = opened(spec, other, [ROWS[position]])[0]
    return blob, rows


@spoilt_row("wrong-checksum")
def of_a_row_that_no_code_has(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """The publisher has hashed another element into the tree."""
    return changed_rows(spec, position, lambda row: row[:-8] + limbs(5))


@spoilt_row("wrong-checksum")
def of_two_elements_exchanged(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """The sum of the row is what it was."""
    return changed_rows(spec, position, lambda row: row[8:16] + row[:8] + row[16:])


@spoilt_row("wrong-checksum")
def of_a_checksum_by_another_matrix(spec: ModuleType, position: int) -> tuple[Any, Any]:
    """A true code, and a checksum that was made before its root was known."""
    code = encode(spec, data_of(SIZE))
    blob = commit(spec, SIZE, [bytes(row) for row in code.rows], seed=1)
    return blob, opened(spec, blob, ROWS)


# Checksums, of which a data row brings a leaf and every other way the whole

Checksum = Callable[[ModuleType], Any]
SPOILT_CHECKSUMS: list[tuple[Checksum, str, tuple[str, ...]]] = []


def spoilt_checksum(*reasons: str) -> Callable[[Checksum], Checksum]:
    rule, *allows = (f"da.{reason}" for reason in reasons)

    def add(make: Checksum) -> Checksum:
        SPOILT_CHECKSUMS.append((make, rule, tuple(allows)))
        return make

    return add


def with_checksum(spec: ModuleType, blob: Any, checksum: bytes) -> Any:
    """The blob with another checksum, and the root of that."""
    changed = blob.copy()
    changed.checksum, changed.header.checksum_root = checksum, spec.compute_checksum_root(checksum)
    return changed


@spoilt_checksum("check_checksum.wrong-checksum-length")
def of_half_a_checksum(spec: ModuleType) -> Any:
    """It has the root that the header says."""
    blob = commit(spec, SIZE, [bytes(96)] * 32)
    return with_checksum(spec, blob, bytes(64))


@spoilt_checksum("check_checksum.wrong-checksum-length")
def of_a_checksum_twice_as_long(spec: ModuleType) -> Any:
    """It has the root that the header says."""
    blob = commit(spec, SIZE, [bytes(96)] * 32)
    return with_checksum(spec, blob, bytes(256))


@spoilt_checksum("check_checksum.wrong-checksum-length")
def of_a_checksum_with_a_byte_too_many(spec: ModuleType) -> Any:
    """It has the root that the header says; the byte is in no leaf."""
    blob = commit(spec, SIZE, [bytes(96)] * 32)
    return with_checksum(spec, blob, bytes(129))


@spoilt_checksum("check_checksum_elements.element-not-below-modulus")
def of_a_checksum_that_holds_the_modulus(spec: ModuleType) -> Any:
    """Zero in another form, in a row of the checksum that the rows at hand do not ask for."""
    blob = commit(spec, SIZE, [bytes(96)] * 32)
    return with_checksum(spec, blob, limbs(int(spec.FIELD_MODULUS)) + bytes(120))


@spoilt_checksum("check_checksum_elements.element-not-below-modulus")
def of_a_checksum_that_ends_with_the_modulus(spec: ModuleType) -> Any:
    """Zero in another form, in the last word."""
    blob = commit(spec, SIZE, [bytes(96)] * 32)
    return with_checksum(spec, blob, bytes(120) + limbs(int(spec.FIELD_MODULUS)))


@spoilt_checksum("check_checksum.wrong-checksum-root")
def of_a_root_of_another_checksum(spec: ModuleType) -> Any:
    """The checksum is true, and not what the publisher has committed to."""
    blob = encode(spec, data_of(SIZE))
    blob.header.checksum_root = digest(spec, 1)
    return blob


# Every way in


def _by_proof(spec: ModuleType, blob: Any, rows: Any, position: int) -> Any:
    row = rows[position]
    proof = proven(spec, blob, ROWS[position])
    proof.opened = row
    return step(spec.check_row, blob.header, proof)


def _by_all(spec: ModuleType, blob: Any, rows: Any, position: int) -> Any:
    return step(spec.check_rows, blob.header, blob.checksum, rows)


def _to_decode(spec: ModuleType, blob: Any, rows: Any, position: int) -> Any:
    ascending = sorted(rows, key=lambda row: int(row.index))
    return step(spec.decode_blob, blob.header, blob.checksum, type(rows)(ascending))


def _with_item(spec: ModuleType, blob: Any, rows: Any, position: int) -> Any:
    """The only row of a proof, which holds no item: that comes out behind everything else."""
    proof = proven(spec, blob, ROWS[position])
    proof.opened = rows[position]
    item = spec.ItemProof(rows=spec.List[spec.RowProof, spec.MAX_ITEM_ROWS]([proof]))
    return step(spec.check_item, blob.header, item, item_domain(spec))


WAYS = {"check_row": _by_proof, "check_rows": _by_all, "decode_blob": _to_decode, "check_item": _with_item}
ALLOWED = {  # a row that was let through is no item
    "check_item": (
        "da.check_data_row.limb-too-large",
        "da.check_data_row.not-a-data-row",
        "da.check_data_row.tail-not-zero",
        "da.check_data_row.wrong-row-length",
        "da.find_item.no-such-item",
        "da.read_part.row-missing",
    )
}


def _rule(entry: str, rule: str) -> str:
    """The rule as it is called at an entry point: a row is compared with its checksum alone, or all at once."""
    one = entry in ("check_row", "check_item")
    return rule.replace("da.wrong-checksum", f"da.{'check_row' if one else 'check_rows'}.wrong-checksum")


OF_ALL_ROWS = {
    "of_a_branch_of_a_deeper_tree",
    "of_a_checksum_by_another_matrix",
    "of_a_row_with_the_header_of_a_blob_that_is_a_byte_shorter",
}


def _register() -> None:
    for entry, way in WAYS.items():
        for make, rule, allows in SPOILT_ROWS:
            for which, position in POSITIONS.items():
                if which == "parity" and make.__name__ in OF_ALL_ROWS and entry in ("check_rows", "decode_blob"):
                    continue  # it is the case of the data row

                def spoilt(spec: ModuleType, make: Any = make, way: Any = way, position: int = position) -> Steps:
                    yield way(spec, *make(spec, position), position)

                name = make.__name__.replace("of_", f"{which}_", 1)
                allowed = (*(_rule(entry, other) for other in allows), *ALLOWED.get(entry, ()))
                register(f"da/{entry}/{name}", spoilt, _rule(entry, rule), allows=allowed, doc=make.__doc__)
        for checksum, rule, allows in SPOILT_CHECKSUMS:

            def spoilt_by_checksum(spec: ModuleType, make: Any = checksum, way: Any = way) -> Steps:
                blob = make(spec)
                yield way(spec, blob, opened(spec, blob, ROWS), POSITIONS["parity"])

            allowed = (*allows, *ALLOWED.get(entry, ()))
            register(f"da/{entry}/{checksum.__name__}", spoilt_by_checksum, rule, allows=allowed, doc=checksum.__doc__)


_register()


# What only a proof has


def proof_of(spec: ModuleType, index: int, blob: Any = None) -> tuple[Any, Any]:
    blob = encode(spec, data_of(SIZE)) if blob is None else blob
    return blob.header, proven(spec, blob, index)


@case("da", "check_row")
def each_of_a_blob(spec: ModuleType) -> Steps:
    """Every row of a small blob, of the largest, and of one of pages."""
    for blob in (encode(spec, data_of(1)), encode(spec, data_of(1984)), encode(spec, data_of(40), spec.BlobKind.PAGES)):
        for index in range(len(blob.rows)):
            yield step(spec.check_row, *proof_of(spec, index, blob))


@case("da", "check_row")
def the_others_where_one_is_wrong(spec: ModuleType) -> Steps:
    """A wrong row in the tree spoils itself alone."""
    blob, _ = changed_rows(spec, 1, lambda row: row[:-8] + limbs(5))
    for index in set(range(len(blob.rows))) - {ROWS[1]}:
        yield step(spec.check_row, *proof_of(spec, index, blob))


@case("da", "check_row")
def with_a_limb_of_63_bits(spec: ModuleType) -> Steps:
    """Such a row is valid: that it is no data is not for this check to say."""
    blob = commit(spec, 124, spec.extend_rows([limbs(1, 2, 3, 2**63), *[bytes(32)] * 3]))
    for index in (0, 4):
        yield step(spec.check_row, *proof_of(spec, index, blob))


Proof = Callable[[ModuleType], tuple[Any, Any]]


def spoilt_proof(rule: str, *allows: str) -> Callable[[Proof], Proof]:
    """Register the header and the proof that a function gives: alone, and as that of an item."""

    def add(make: Proof) -> Proof:
        def alone(spec: ModuleType) -> Steps:
            yield step(spec.check_row, *make(spec))

        def of_an_item(spec: ModuleType) -> Steps:
            header, proof = make(spec)
            item = spec.ItemProof(rows=spec.List[spec.RowProof, spec.MAX_ITEM_ROWS]([proof]))
            yield step(spec.check_item, header, item, item_domain(spec))

        allowed = tuple(f"da.{other}" for other in allows)
        register(f"da/check_row/{make.__name__}", alone, f"da.{rule}", allows=allowed, doc=make.__doc__)
        allowed += ALLOWED["check_item"]
        register(f"da/check_item/{make.__name__}", of_an_item, f"da.{rule}", allows=allowed, doc=make.__doc__)
        return make

    return add


@spoilt_proof("check_checksum_part.branch-of-whole-checksum")
def parity_with_a_branch_of_its_checksum(spec: ModuleType) -> tuple[Any, Any]:
    """All of the checksum needs no branch."""
    header, proof = proof_of(spec, 20)
    proof.checksum_branch.append(digest(spec, 1))
    return header, proof


@spoilt_proof("check_checksum_leaf.wrong-leaf-length", "check_checksum_leaf.wrong-checksum-root")
def data_with_the_whole_checksum(spec: ModuleType) -> tuple[Any, Any]:
    """What a row of parity brings."""
    blob = encode(spec, data_of(SIZE))
    header, proof = proof_of(spec, 3, blob)
    proof.checksum = blob.checksum
    return header, proof


@spoilt_proof("check_checksum_leaf.wrong-leaf-length")
def data_with_half_a_leaf(spec: ModuleType) -> tuple[Any, Any]:
    """The checksum of the row alone."""
    header, proof = proof_of(spec, 3)
    proof.checksum = bytes(proof.checksum)[16:]
    return header, proof


def _register_leaves() -> None:
    for word in range(4):
        for row in range(2):

            def made(spec: ModuleType, word: int = word, row: int = row) -> tuple[Any, Any]:
                """Zero in another form, in the half of the leaf that is the row's or in the other."""
                checksum = bytes(8 * word) + limbs(int(spec.FIELD_MODULUS)) + bytes(120 - 8 * word)
                return proof_of(spec, row, with_checksum(spec, commit(spec, SIZE, [bytes(96)] * 32), checksum))

            made.__name__ = f"data_row_{row}_with_the_modulus_in_word_{word}_of_its_leaf"
            spoilt_proof("check_checksum_elements.element-not-below-modulus", "check_row.wrong-checksum")(made)


_register_leaves()


@spoilt_proof("check_checksum_leaf.wrong-branch-length", "check_checksum_leaf.wrong-checksum-root")
def data_with_too_short_a_branch_of_its_leaf(spec: ModuleType) -> tuple[Any, Any]:
    """An inner node is no root."""
    header, proof = proof_of(spec, 3)
    proof.checksum_branch.pop()
    return header, proof


@spoilt_proof("check_checksum_leaf.wrong-branch-length")
def data_with_a_leaf_of_a_deeper_tree(spec: ModuleType) -> tuple[Any, Any]:
    """The root of the header is that of twice as many leaves."""
    blob = encode(spec, data_of(SIZE))
    blob = with_checksum(spec, blob, bytes(blob.checksum) + bytes(128))
    return proof_of(spec, 3, blob)


@spoilt_proof("check_checksum_leaf.wrong-checksum-root", "check_row.wrong-checksum")
def data_with_the_leaf_of_its_neighbours(spec: ModuleType) -> tuple[Any, Any]:
    """A true leaf, at another place."""
    blob = encode(spec, data_of(SIZE))
    header, proof = proof_of(spec, 3, blob)
    proof.checksum = bytes(blob.checksum)[:32]
    return header, proof


@spoilt_proof("check_checksum_leaf.wrong-checksum-root")
def data_with_another_sibling_of_its_leaf(spec: ModuleType) -> tuple[Any, Any]:
    """One digest on the way."""
    header, proof = proof_of(spec, 3)
    proof.checksum_branch[1] = digest(spec, 1)
    return header, proof


# Many rows at once


@case("da", "check_rows")
def of_any_number(spec: ModuleType) -> Steps:
    """All of a blob, none, one twice, and some in no order: it is a check of each."""
    blob = encode(spec, data_of(1984))
    some = Random(1).sample(range(64), 20)
    for indices in (range(64), (), (7, 7), some):
        yield step(spec.check_rows, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "check_rows", rejects="da.check_rows.wrong-checksum")
def of_which_the_last_is_wrong(spec: ModuleType) -> Steps:
    """Nothing is accepted by halves."""
    blob, _ = changed_rows(spec, 7, lambda row: row[:-8] + limbs(5))
    yield step(spec.check_rows, blob.header, blob.checksum, opened(spec, blob, range(32)))

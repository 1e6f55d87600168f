"""What `availability.md` leaves to chance, counted with whole numbers; independent of the spec's own functions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb

EXPANSION = 4
PAGE_CHUNKS, CHUNK_BYTES, DATA_CHUNK_BYTES = 128, 32, 31  # the widest row, and a chunk as it is stored and as data
DIGEST_BYTES, CHECKSUM_ROW_BYTES = 32, 16
FEWEST_ROWS_A_SEAT = 4


# Seats, and what is dealt to them


@dataclass(frozen=True)
class Network:
    """The sizes of a preset."""

    seats: int  # of a quorum
    quorums: int  # of an epoch
    fewest_data_rows: int
    most_data_rows: int

    @property
    def signers(self) -> int:
        """The fewest seats of a certificate: more than two thirds."""
        return 2 * self.seats // 3 + 1

    @property
    def bearable(self) -> int:
        """The most of them that may be dishonest while the others are a quarter of the seats."""
        return self.signers - self.seats // EXPANSION

    @property
    def heights(self) -> list[int]:
        """Every number of data rows."""
        steps = range((self.most_data_rows // self.fewest_data_rows).bit_length())
        return [self.fewest_data_rows << step for step in steps]

    def rows_a_seat(self, data_rows: int) -> int:
        return max(FEWEST_ROWS_A_SEAT, EXPANSION * data_rows // self.seats)

    def times_dealt(self, data_rows: int) -> int:
        """To how many slots each row is dealt."""
        return self.seats * self.rows_a_seat(data_rows) // (EXPANSION * data_rows)

    def fewest_rows_held(self, data_rows: int, seats: int) -> int:
        """The fewest different rows that so many seats hold, by the dealing that is worst for them: it fills their
        slots with each row as often as it is dealt."""
        return -(-seats * self.rows_a_seat(data_rows) // self.times_dealt(data_rows))

    def bearable_by_count(self, data_rows: int) -> int:
        """The most dishonest signers with which every dealing leaves the others a quarter of the rows."""
        enough = (k for k in range(self.seats + 1) if self.fewest_rows_held(data_rows, k) >= data_rows)
        return self.signers - next(enough)


MAINNET = Network(seats=1024, quorums=4, fewest_data_rows=16, most_data_rows=8192)
MINIMAL = Network(seats=16, quorums=3, fewest_data_rows=4, most_data_rows=16)


# Draws by stake


@cache
def at_least(draws: int, share: Fraction, least: int) -> Fraction:
    """The chance that of independent draws, each of which hits with this chance, at least so many hit."""
    hit, miss = share.numerator, share.denominator - share.numerator
    ways = sum(comb(draws, hits) * hit**hits * miss ** (draws - hits) for hits in range(least, draws + 1))
    return Fraction(ways, share.denominator**draws)


def unsafe(network: Network, dishonest: Fraction) -> Fraction:
    """The chance that a quorum has more dishonest seats than the count bears."""
    return at_least(network.seats, dishonest, network.bearable + 1)


def without_certificate(network: Network, absent: Fraction) -> Fraction:
    """The chance that the seats outside this share of the stake are too few for a certificate."""
    return at_least(network.seats, absent, network.seats - network.signers + 1)


# Slots that are dealt


@cache
def all_fooled(honest: int, least: int, rows: int, seats: int, valid: int) -> Fraction:
    """The chance that of the honest seats at least so many have valid rows alone, where so many of the slots hold valid
    rows and each seat has so many slots.

    By inclusion and exclusion over the groups of `size` seats; of the ways to place the valid slots, those count that
    fill the slots of the group.
    """
    slots, ways = seats * rows, 0
    for size in range(least, min(honest, valid // rows) + 1):
        groups = comb(size - 1, least - 1) * comb(honest, size)
        ways += (-1) ** (size - least) * groups * comb(slots - size * rows, valid - size * rows)
    return Fraction(ways, comb(slots, valid))


def wrong_encoding_certified(network: Network, rows: int, dishonest: int, valid: int) -> Fraction:
    """The chance of a certificate for a wrong encoding, with so many rows a seat and so many valid slots."""
    honest = network.seats - dishonest
    return all_fooled(honest, network.signers - dishonest, rows, network.seats, valid)


def most_valid_slots(slots: int) -> int:
    """Fewer than 5/8: the most that a wrong encoding has, whatever the number of its rows."""
    return 5 * slots // 8 - 1


def wrong_leaves_certified(network: Network, data_rows: int, wrong: int) -> Fraction:
    """The chance of a certificate for a blob with so many wrong leaves, with as many dishonest seats as are borne."""
    valid = (EXPANSION * data_rows - wrong) * network.times_dealt(data_rows)
    return wrong_encoding_certified(network, network.rows_a_seat(data_rows), network.bearable, valid)


def unheld(network: Network, data_rows: int) -> Fraction:
    """The expected share of the rows that are dealt to none of a quarter of the seats, where chance picks it."""
    times, rows = network.times_dealt(data_rows), network.rows_a_seat(data_rows)
    others = network.seats - network.seats // EXPANSION
    return Fraction(comb(others * rows, times), comb(network.seats * rows, times))


# Bytes


@dataclass(frozen=True)
class Dispersal:
    """What it takes to give a packed blob to a quorum in which every seat is another node."""

    data_rows: int
    row_bytes: int
    rows_a_seat: int
    seat_bytes: int  # checksum, rows and branches
    bytes: int
    stored: int  # of rows alone


def disperse(network: Network, size: int) -> Dispersal:
    data_rows = next(n for n in network.heights if n * PAGE_CHUNKS * DATA_CHUNK_BYTES >= size)
    row_bytes = CHUNK_BYTES * -(-size // (data_rows * DATA_CHUNK_BYTES))
    depth = (EXPANSION * data_rows).bit_length() - 1
    rows = network.rows_a_seat(data_rows)
    seat = CHECKSUM_ROW_BYTES * data_rows + rows * (row_bytes + DIGEST_BYTES * depth)
    return Dispersal(data_rows, row_bytes, rows, seat, network.seats * seat, network.seats * rows * row_bytes)


# Numbers as the text has them


def bits(chance: Fraction) -> int:
    """The largest b for which the chance is at most 2^-b."""
    return (chance.denominator // chance.numerator).bit_length() - 1


def written(chance: Fraction) -> str:
    """Below a thousandth a power of two that is not exceeded; else two digits of per cent."""
    if chance < Fraction(1, 1000):
        return f"2^-{bits(chance):,}"
    if chance > Fraction(99, 100):
        return "> 99 %"
    return f"{float(100 * chance):#.2g}".rstrip(".") + " %"


def factor(value: Fraction) -> str:
    """Two digits, or all of a whole number."""
    return f"{float(value):.1f}" if value < 10 else f"{round(value):,}"

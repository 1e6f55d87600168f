"""`axivon da …`"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from math import comb
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

import axivon_spec
from axivon_spec import output
from axivon_spec.blobs.folder import Folder, check_free, read_file, read_part, trouble, write
from axivon_spec.cli import WrongUse, named
from axivon_spec.kernels import FIELDS, chosen
from axivon_spec.progress import progress
from axivon_spec.runtime.outcome import Rejection

app = typer.Typer(no_args_is_help=True, help="Encode a file as a blob; prove, check, sample and recover its rows.")

PROOF_BYTES = 1 << 20  # more than a proof takes in hexadecimal
KINDS = {"packed": 0, "pages": 1}

Preset = Annotated[str, typer.Option(help="mainnet or minimal.")]
Kernels = Annotated[
    str, typer.Option(help="What computes: cupy, numba, numpy, or none for the Markdown; default: the fastest.")
]
AsJSON = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
Source = Annotated[Path, typer.Argument(parser=named, metavar="FILE")]
Blob = Annotated[Path, typer.Argument(parser=named, metavar="DIR", help="A folder that `encode` has written.")]


def loaded(preset: str, kernels: str) -> ModuleType:
    if preset not in axivon_spec.PRESETS:
        raise WrongUse(f"--preset {preset!r}: choose {' or '.join(axivon_spec.PRESETS)}")
    if kernels not in ("", "none", *FIELDS):
        raise WrongUse(f"--kernels {kernels!r}: choose {', '.join(FIELDS)} or none")
    names = None if not kernels else () if kernels == "none" else (kernels,)
    return axivon_spec.load(preset, kernels=names)


def name_of(kernels: str) -> str:
    """What computes blobs, for whoever asks: of several the last is bound."""
    used = (kernels,) if kernels else tuple(name for name in chosen() if name in FIELDS)
    return used[-1] if used else "none"


def check_file(out: Path) -> None:
    """Check that a file can be written there, before there is one."""
    if reason := output.trouble(out) or trouble(out):
        raise WrongUse(f"--out: {reason}")


def encoded(spec: ModuleType, file: Path, kind: str, namespace: str) -> tuple[Any, bytes, list[bytes]]:
    """Header, checksum and rows. As `encode_blob`, without making one SSZ object of them."""
    if kind not in KINDS:
        raise WrongUse(f"--kind {kind!r}: choose {' or '.join(KINDS)}")
    data = read_file(file, int(spec.MAX_BLOB_BYTES))
    try:
        label = bytes.fromhex(namespace.removeprefix("0x"))
        header = spec.BlobHeader(kind=KINDS[kind], size=len(data), namespace=spec.Bytes32(label.ljust(32, b"\x00")))
    except ValueError:
        raise WrongUse(f"--namespace {namespace!r}: give up to 32 bytes in hexadecimal") from None
    rows = spec.pack_rows(spec.compute_shape(header.kind, header.size), data)
    del data  # what follows takes eight times as much
    rows = spec.extend_rows(rows)
    committed, checksum = spec.commit_rows(header, rows)
    return committed, checksum, rows


def told(spec: ModuleType, header: Any, **more: Any) -> dict[str, Any]:
    """What there is to say of a blob."""
    shape = spec.compute_shape(header.kind, header.size)
    return {
        "commitment": "0x" + spec.hash_tree_root(header).hex(),
        "kind": next(name for name, value in KINDS.items() if value == header.kind),
        "size": int(header.size),
        "namespace": "0x" + header.namespace.hex(),
        "rows_root": "0x" + header.rows_root.hex(),
        "checksum_root": "0x" + header.checksum_root.hex(),
        "data_rows": int(shape.rows),
        "rows": int(spec.EXPANSION * shape.rows),
        "row_bytes": int(spec.CHUNK_BYTES * shape.row_chunks),
        **more,
    }


def show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        for name, value in found.items():
            print(
                f"{name.replace('_', ' ')}: {value:,}"
                if isinstance(value, int)
                else f"{name.replace('_', ' ')}: {value}"
            )


@app.command()
def encode(
    file: Source,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write.", parser=named, metavar="DIR")],
    kind: Annotated[
        str, typer.Option(help="packed: narrow rows for little data; pages: rows of a page each.")
    ] = "packed",
    namespace: Annotated[str, typer.Option(help="Whose data it is, in hexadecimal.")] = "",
    preset: Preset = "mainnet",
    kernels: Kernels = "",
    as_json: AsJSON = False,
) -> None:
    """Write all rows of a file, a file each with its branch, and the header and the checksum of the blob.

    Any quarter of the rows is enough to get the file back: axivon da recover DIR -o FILE
    """
    spec = loaded(preset, kernels)
    check_free(out)
    header, checksum, rows = encoded(spec, file, kind, namespace)
    with progress("writing rows") as so_far:
        write(spec, out, header, checksum, rows, so_far)
    show(told(spec, header, kernels=name_of(kernels)), as_json)


@app.command()
def commit(
    file: Source,
    kind: Annotated[str, typer.Option(help="packed or pages.")] = "packed",
    namespace: Annotated[str, typer.Option(help="Whose data it is, in hexadecimal.")] = "",
    preset: Preset = "mainnet",
    kernels: Kernels = "",
    as_json: AsJSON = False,
) -> None:
    """Print the commitment of a file, and what it is the root of. Nothing is written."""
    spec = loaded(preset, kernels)
    header, _, _ = encoded(spec, file, kind, namespace)
    show(told(spec, header, kernels=name_of(kernels)), as_json)


@app.command()
def prove(
    folder: Blob,
    row: Annotated[int, typer.Option(help="Its index; data first, then parity.", min=0)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the proof here.", parser=named, metavar="FILE")
    ] = None,
    preset: Preset = "mainnet",
    kernels: Kernels = "",
) -> None:
    """Prove one row: what it takes to check it with the header alone, as JSON. `verify` checks it."""
    spec = loaded(preset, kernels)
    if out is not None:
        check_file(out)
    blob = Folder(spec, folder)
    if row >= blob.count:
        raise WrongUse(f"--row {row}: this blob has rows 0 to {blob.count - 1}")
    opened = blob.opened(row)
    if opened is None:
        raise WrongUse(f"row {row} is not in {folder}; `axivon da recover` gets the file back, `encode` all rows")
    proof = spec.prove_opened_row(opened, blob.shape.rows, spec.ByteList[spec.MAX_CHECKSUM_BYTES](blob.checksum))
    try:
        spec.check_row(blob.header, proof)
    except Rejection as rejection:
        raise WrongUse(f"row {row} in {folder} is damaged: it breaks {rejection.rule}") from None
    told_proof = {"header": spec.serialize(blob.header).hex(), "proof": spec.serialize(proof).hex(), "preset": preset}
    text = json.dumps(told_proof, indent=1) + "\n"
    if out is None:
        print(text, end="")
    else:
        output.write(out, text.encode())


@app.command()
def verify(
    path: Annotated[
        Path, typer.Argument(parser=named, metavar="PROOF|DIR", help="What `prove` or `encode` has written.")
    ],
    commitment: Annotated[str | None, typer.Option(help="Of which blob it must be, in hexadecimal.")] = None,
    preset: Preset = "mainnet",
    kernels: Kernels = "",
    as_json: AsJSON = False,
) -> None:
    """Check a proof of one row, or every row in a folder. Exit code 1 where one is wrong.

    Without --commitment it is only shown that the rows belong to the header beside them.
    """
    spec = loaded(preset, kernels)
    wanted = None if commitment is None else _read_root(commitment)
    wrong: dict[int, str] = {}
    if path.is_dir():
        blob = Folder(spec, path)
        header, indices = blob.header, blob.indices()
        with progress("checking rows") as so_far:
            for index, opened, rule in blob.checked(indices, so_far):
                if opened is None or rule:
                    wrong[index] = rule or "wrong length"
        count = len(indices)
    else:
        header, proof = _read_proof(spec, path)
        count = 1
        try:
            spec.check_row(header, proof)
        except Rejection as rejection:
            wrong[int(proof.opened.index)] = rejection.rule
    if wanted is not None and spec.hash_tree_root(header) != wanted:
        raise WrongUse(f"--commitment: the header is that of 0x{spec.hash_tree_root(header).hex()}")
    if not count:
        raise WrongUse(f"{path} holds no rows, so there is nothing to check")
    if as_json:
        show(told(spec, header, kernels=name_of(kernels), checked=count, wrong=wrong), as_json)
    else:
        show({"kernels": name_of(kernels), "checked": count, "wrong": len(wrong)}, as_json)
        for index, rule in list(wrong.items())[:20]:
            print(f"  row {index}: {rule}")
    if wrong:
        raise typer.Exit(1)


def _read_root(text: str) -> bytes:
    try:
        root = bytes.fromhex(text.lower().removeprefix("0x"))
    except ValueError:
        root = b""
    if len(root) != 32:
        raise WrongUse(f"--commitment {text!r}: give 32 bytes in hexadecimal, as `commit` prints them")
    return root


def _read_proof(spec: ModuleType, path: Path) -> tuple[Any, Any]:
    try:
        text = read_part(path, PROOF_BYTES)
        if text.count(b"{") > 1 or b"[" in text:
            raise ValueError("it is nested")  # and might be so deeply that a parser runs out of its stack
        read = json.loads(text)
        if read.get("preset", spec.PRESET) != spec.PRESET:
            raise WrongUse(f"{path} is of a blob of {read['preset']}; give --preset {read['preset']}")
        header = spec.decode(spec.BlobHeader, bytes.fromhex(read["header"]))
        proof = spec.decode(spec.RowProof, bytes.fromhex(read["proof"]))
        spec.compute_shape(header.kind, header.size)
    except FileNotFoundError:
        raise WrongUse(f"there is no {path}") from None
    except (ValueError, KeyError, TypeError, AttributeError, Rejection) as error:
        raise WrongUse(f"{path} is no proof of a row of {spec.PRESET}: {error}") from None
    return header, proof


@app.command()
def sample(
    folder: Blob,
    count: Annotated[
        int | None, typer.Option(help="How many rows; default: what leaves 2^-40 to chance.", min=1)
    ] = None,
    preset: Preset = "mainnet",
    kernels: Kernels = "",
    as_json: AsJSON = False,
) -> None:
    """Draw rows at random and check them, as a light client would. Exit code 1 where one is missing or wrong."""
    spec = loaded(preset, kernels)
    blob = Folder(spec, folder)
    wanted = int(spec.get_sample_count(blob.header.kind, blob.header.size)) if count is None else count
    if wanted > blob.count:
        raise WrongUse(f"--count {wanted}: this blob has {blob.count} rows")
    drawn = spec.draw_samples(blob.header, spec.Bytes32(secrets.token_bytes(32)), spec.uint64(wanted))
    with progress("sampling") as so_far:
        checked = list(blob.checked([int(index) for index in drawn], so_far))
    bad = {index: rule or "missing" for index, opened, rule in checked if opened is None or rule}
    found = {"kernels": name_of(kernels), "sampled": wanted, "rows": blob.count, "bad": bad}
    if as_json:
        print(json.dumps(found, indent=1))
    elif bad:
        print(f"{len(bad)} of {wanted} samples are missing or wrong: {', '.join(map(str, sorted(bad)))}", end="")
        print(f" (kernels: {name_of(kernels)})")
    else:
        print(f"{wanted} of {wanted} samples are valid: {doubt(blob.count, wanted)} (kernels: {name_of(kernels)})")
    if bad:
        raise typer.Exit(1)


def bits(rows: int, count: int) -> int | None:
    """So many samples are valid, though fewer than 5/8 of the rows are, with a chance of 2^-bits or less; None where
    that cannot be."""
    favourable, possible = comb(5 * rows // 8 - 1, count), comb(rows, count)
    return (possible // favourable).bit_length() - 1 if favourable else None


def doubt(rows: int, count: int) -> str:
    """What so many valid samples leave to doubt."""
    left = bits(rows, count)
    if left is None:
        return "so are 5/8 of the rows at least"
    return f"if fewer than 5/8 of the rows were, chance {f'2^-{left} or less' if left else 'above 1/2'}"


def samples_for(rows: int, wanted: int) -> int:
    """The fewest samples that leave a chance of 2^-wanted or less."""
    return next(count for count in range(rows + 1) if (left := bits(rows, count)) is None or left >= wanted)


@app.command()
def recover(
    folder: Blob,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.", parser=named, metavar="FILE")],
    preset: Preset = "mainnet",
    kernels: Kernels = "",
    as_json: AsJSON = False,
) -> None:
    """Get the file back from any quarter of the rows; others may be missing or damaged.

    Exit code 1 where too few are left, or where the blob is malformed: then no data has this code.
    """
    spec = loaded(preset, kernels)
    check_file(out)
    blob = Folder(spec, folder)
    needed, damaged = int(blob.shape.rows), 0
    indices: list[Any] = []
    rows: list[bytes] = []
    with progress("checking rows") as so_far:
        for _, opened, rule in blob.checked(blob.indices(), so_far):
            if opened is None or rule:
                damaged += 1
            else:
                indices.append(opened.index)
                rows.append(bytes(opened.row))
                if len(rows) == needed:
                    break
    found = {"kernels": name_of(kernels), "rows": blob.count, "needed": needed, "valid": len(rows), "damaged": damaged}
    if len(rows) < needed:
        missing = f"{len(rows)} valid rows, {damaged} damaged; {needed - len(rows)} more are needed"
        _end(found | {"code": None, "bytes": 0}, missing, as_json, 1)
    rows = spec.recover_rows(indices, rows)
    data = spec.read_data(blob.header.size, rows)
    if not data:
        malformed = "the blob is malformed: no data has this code, and it counts as empty"
        _end(found | {"code": "MALFORMED", "bytes": 0}, malformed, as_json, 1)
    output.write(out, data)
    told_all = f"{len(data):,} bytes, from {needed} rows of {blob.count}; {damaged} of those looked at were damaged"
    _end(found | {"code": "OK", "bytes": len(data)}, told_all, as_json, 0)


def _end(found: dict[str, Any], text: str, as_json: bool, code: int) -> None:
    print(json.dumps(found, indent=1) if as_json else f"{text} (kernels: {found['kernels']})")
    raise typer.Exit(code)


SURE = ("data_rows", "samples_2^-20", "samples_2^-30", "samples_2^-40", "sampled_bytes")
COSTS = ("data_rows", "bytes_up_to", "dispersed_bytes", "seat_bytes", "least_fee")


@app.command()
def table(preset: Preset = "mainnet", as_json: AsJSON = False) -> None:
    """What it takes to be sure of a blob, and what to have it kept, for every height at the widest row: samples for a
    chance of error and the bytes of those for 2^-40; the bytes that its publisher sends in all and to a seat, and the
    least fee, in nAXN."""
    spec = loaded(preset, "")
    found, rows = [], int(spec.MIN_ROWS)
    while rows <= spec.MAX_ROWS:
        size = rows * int(spec.MAX_ROW_CHUNKS * spec.DATA_CHUNK_BYTES)
        all_rows = rows * int(spec.EXPANSION)
        samples = {f"samples_2^-{wanted}": samples_for(all_rows, wanted) for wanted in (20, 30)}
        samples["samples_2^-40"] = int(spec.get_sample_count(spec.BlobKind.PAGES, spec.uint64(size)))
        row_bytes = int(spec.MAX_ROW_BYTES) + 32 * int(spec.compute_depth(spec.uint64(all_rows)))
        dispersed = int(spec.compute_dispersal(spec.compute_shape(spec.BlobKind.PAGES, spec.uint64(size))))
        lowest = spec.DEFAULT_AVAILABILITY_PARAMETERS
        prices = lowest.price_floor, lowest.place_floor
        found.append(
            {
                "bytes_up_to": size,
                "data_rows": rows,
                **samples,
                "sampled_bytes": samples["samples_2^-40"] * row_bytes + rows * int(spec.CHECKSUM_ROW_BYTES),
                "dispersed_bytes": dispersed,
                "seat_bytes": dispersed // int(spec.SEATS),
                "least_fee": int(spec.compute_submission_fee(*prices, spec.BlobKind.PAGES, spec.uint64(size))),
            }
        )
        rows *= 2
    if as_json:
        print(json.dumps(found, indent=1))
        return
    for title, names in (("To be sure of a blob", SURE), ("To have it kept", COSTS)):
        print_table(title, names, found)


def print_table(title: str, names: Sequence[str], lines: Sequence[dict[str, int]]) -> None:
    """Print some columns, none of them cut where the terminal is narrow."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(*(name.replace("_", " ") for name in names), title=title, title_justify="left", box=None)
    for column in shown.columns:
        column.justify, column.no_wrap = "right", True
    for line in lines:
        shown.add_row(*(f"{line[name]:,}" for name in names))
    console = Console()
    console.width = max(console.width, 80)
    console.print(shown)

"""The command line, `axivon …`.

Each part of the package brings its own commands; a part is imported when one of its commands runs, not before.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from axivon_spec import __version__
from axivon_spec.start import INTERRUPTED, was_interrupted

WRONG_USE = 2
DEFECT = 70  # EX_SOFTWARE of sysexits.h

# typer has these as parents of its own exceptions, wherever a version of it keeps them.
UsageError: type[Any] = typer.BadParameter.__mro__[1]
ClickException: type[Any] = typer.BadParameter.__mro__[2]


class WrongUse(Exception):
    """A request that cannot be met, for commands to raise: told in one line, exit code 2."""


def named(path: str) -> Path:
    """Reads an option that names a place to write to: an empty one, as of an unset variable, is not this folder."""
    if not path:
        raise typer.BadParameter("it is empty; name a place, `.` for this folder")
    return Path(path)


@dataclass(frozen=True)
class Part:
    """Commands that another module defines in its `app`: the whole of it, or one command by name."""

    module: str
    help: str
    command: str | None = None

    def is_there(self) -> bool:
        return importlib.util.find_spec(self.module) is not None

    def load(self) -> Any:
        app = typer.main.get_command(importlib.import_module(self.module).app)
        if self.command is not None and isinstance(app, TyperGroup):
            return app.commands[self.command]
        return app


PARTS = {
    "spec": Part("axivon_spec.compiler.cli", "Check the spec, look things up in it, export it."),
    "vectors": Part("axivon_spec.vectors.cli", "Generate, verify and compare test vectors."),
    "conform": Part("axivon_spec.conformance.cli", "Run every vector against a client in any language.", "conform"),
    "simulate": Part(
        "axivon_spec.simulation.cli", "Run voters on a network that is disturbed, some of them dishonest."
    ),
    "da": Part("axivon_spec.blobs.cli", "Encode a file as a blob; prove, check, sample and recover its rows."),
    "client": Part("axivon_spec.conformance.cli", "Serve the spec itself as a client.", "client"),
}


class Parts(TyperGroup):
    """A group whose commands are `PARTS`."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name, part in PARTS.items() if part.is_there()]

    def get_command(self, ctx: Any, name: str) -> Any:
        """A stand-in with the line for `--help`; running and completing load the part."""
        part = PARTS.get(name)
        if part is None or not part.is_there():
            return None
        return part.load() if ctx.resilient_parsing else TyperCommand(name, help=part.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args[0] in self.list_commands(ctx):
            return args[0], PARTS[args[0]].load(), args[1:]
        self.commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return super().resolve_command(ctx, args)


HELP = """The executable specification of Axivon.

Read:      axivon spec show process_transfer

Check:     axivon spec check

Vectors:   axivon vectors generate

A client:  axivon conform --client "./my-client"

Each command explains itself: axivon COMMAND --help. Data comes as JSON with --json. \
Exit code 2 means wrong use or a mistake in the input, 130 that you interrupted."""

app = typer.Typer(cls=Parts, help=HELP, no_args_is_help=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"axivon {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def axivon(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; whatever goes wrong is told in a line on standard error."""
    from axivon_spec.compiler.model import SpecErrors

    try:
        code = typer.main.get_command(app).main(list(arguments), prog_name="axivon", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:  # what typer makes of KeyboardInterrupt in a command
            return _told("interrupted", INTERRUPTED)
        return code if isinstance(code, int) else 0
    except SpecErrors as mistakes:
        print(mistakes, file=sys.stderr)
        return WRONG_USE
    except UsageError as error:
        return _usage(error)
    except ClickException as error:
        return _told(error.format_message(), error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _told("interrupted", INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from axivon_spec.compiler.load import LoadError

    if was_interrupted():
        return _told("interrupted", INTERRUPTED)
    if isinstance(error, MemoryError):
        return _told("this machine has too little memory for that", WRONG_USE)
    expected = (WrongUse, LoadError, OSError, ImportError)  # ImportError: what to install, or to choose
    if isinstance(error, expected) or _is_damage(error):
        return _told(str(error), WRONG_USE)
    if os.environ.get("AXIVON_TRACEBACK"):
        raise error
    what = f"{type(error).__name__}: {error}".replace("\n", " ")
    return _told(f"{what} (a defect of axivon; AXIVON_TRACEBACK=1 shows where)", DEFECT)


def _is_damage(error: Exception) -> bool:
    """Whether vectors could not be read; their module is there only where one of its commands ran."""
    read = sys.modules.get("axivon_spec.vectors.read")
    return read is not None and isinstance(error, read.DamagedVectors)


def _usage(error: Any) -> int:
    """A wrong command line; a group without a command has printed its help already."""
    message = error.format_message()
    if not message:
        return WRONG_USE
    command = error.ctx.command_path if error.ctx is not None else "axivon"
    return _told(f"{message.rstrip('.')} (see {command} --help)", WRONG_USE)


def _told(message: str, code: int) -> int:
    print(f"axivon: {message}", file=sys.stderr)
    return code

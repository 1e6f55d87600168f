"""Names of a small spec become links, on the page and in the code."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from axivon_spec.compiler.read import read_program
from scripts.website.linked import Names, linked_page

TOY = '''
    # Toy

    An `Account` holds at most `MAX_ENTRIES`; `amount` is no name, and ``Account`` stays as it is.

    ## Constants

    | Name | Value | Unit | Description |
    |---|---|---|---|
    | `MAX_ENTRIES` | `uint64(16)` | entries | bound of an `Account` |

    ## Accounts

    ```python
    class Account(Container):
        """Größe."""

        entries: List[uint64, MAX_ENTRIES]  # not <b>bold</b>
    ```

    ### `process_move` [Interface]

    ```python
    def process_move(account: Account, amount: uint64) -> None:
        """Add an entry."""
        assert len(account.entries) < MAX_ENTRIES, "full"
        account.entries.append(amount)
    ```
'''
OTHER = """
    # Other

    See `process_move`.

    ```text
    `Account` is not linked here
    ```
"""


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "specs").mkdir()
    files = {"specs/toy.md": textwrap.dedent(TOY), "specs/other.md": textwrap.dedent(OTHER)}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    program = read_program(tmp_path, [tmp_path / name for name in files], ("mainnet", "minimal"), frozenset())
    names = Names(program)
    return {name: linked_page(text, name, names) for name, text in files.items()}


def test_prose_links_names_and_nothing_else(pages: dict[str, str]) -> None:
    toy = pages["specs/toy.md"]
    assert "An [`Account`](#def-Account) holds at most [`MAX_ENTRIES`](#def-MAX_ENTRIES)" in toy
    assert "; `amount` is no name, and ``Account`` stays" in toy
    assert "### `process_move` [Interface]" in toy


def test_another_page_links_across(pages: dict[str, str]) -> None:
    other = pages["specs/other.md"]
    assert "See [`process_move`](toy.md#def-process_move)." in other
    assert "`Account` is not linked here" in other


def test_a_table_row_is_the_definition_of_its_name(pages: dict[str, str]) -> None:
    row = '| <span id="def-MAX_ENTRIES"></span>`MAX_ENTRIES` | `uint64(16)` | entries | bound of an [`Account`](#def-'
    assert row in pages["specs/toy.md"]


def test_code_links_names_and_marks_definitions(pages: dict[str, str]) -> None:
    toy = pages["specs/toy.md"]
    assert '<span id="def-Account"><span class="nc">Account</span></span>' in toy
    assert '<span id="def-process_move"><span class="nf">process_move</span></span>' in toy
    assert toy.count('<a href="#def-MAX_ENTRIES"><span class="n">MAX_ENTRIES</span></a>') == 2
    assert "# not &lt;b&gt;bold&lt;/b&gt;" in toy


def test_a_reason_links_to_its_rule(pages: dict[str, str]) -> None:
    link = '<a href="../reference/rules.html#toy.process_move.full"><span class="s2">"full"</span></a>'
    assert link in pages["specs/toy.md"]

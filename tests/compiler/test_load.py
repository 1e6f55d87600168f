"""What a compiled spec is: a module with its own constants, rules, kernels and overlays; and when it is compiled."""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from axivon_spec.compiler import cache
from axivon_spec.compiler.compilation import Compilation
from axivon_spec.compiler.load import LoadError
from axivon_spec.compiler.model import SpecErrors
from axivon_spec.compiler.soundness import mistakes
from axivon_spec.runtime import CHANGES, SPEC_NAMES
from axivon_spec.runtime.outcome import Rejection, reject
from axivon_spec.runtime.ssz import uint64
from axivon_spec.stubs import SPEC_RUNTIME

from .conftest import MakeSpec

TOY = """
# Toy

## Presets

| Name | mainnet | minimal | Unit | Description |
|---|---|---|---|---|
| `LIMIT` | `uint64(64)` | `uint64(2**3)` (= 8) | items | of a box |

## Constants

| Name | Value | Unit | Description |
|---|---|---|---|
| `DOUBLE` | `uint64(2 * LIMIT)` | items | twice as many |

## Enumeration `Colour`

| Name | Value | Description |
|---|---|---|
| `RED` | `3` | red |

## Governed parameters

| Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
|---|---|---|---|---|---|---|
| `step` | `uint64(2)` | `uint64(1)` | `uint64(1)` | `uint64(3)` | items | how many at once |

```python
class Box(Container):
    \"\"\"Some items.\"\"\"

    parameters: ToyParameters
    items: List[uint64, LIMIT]
    colour: uint8
```

### `fill` [Interface]

```python
def fill(box: Box, item: uint64) -> uint64:
    \"\"\"Add an item.\"\"\"
    assert item <= DOUBLE, "too-large"
    assert len(box.items) < LIMIT, "full"
    box.items.append(twice(item))
    box.colour = Colour.RED
    return box.parameters.step
```

### `twice`

```python
def twice(item: uint64) -> uint64:
    \"\"\"Two times.\"\"\"
    return item + item
```
"""


def load(spec: Compilation, preset: str = "minimal", features: tuple[str, ...] = (), **options: Any) -> ModuleType:
    module = ModuleType("toy")
    spec.load_into(module, preset, features, **{"kernels": {}, **options})
    return module


def test_presets_enumerations_and_parameters_are_what_the_tables_say(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    minimal, mainnet = load(spec), load(spec, "mainnet")
    assert (minimal.LIMIT, minimal.DOUBLE, mainnet.LIMIT, mainnet.DOUBLE) == (8, 16, 64, 128)
    assert minimal.Colour.RED == 3
    assert (minimal.DEFAULT_TOY_PARAMETERS.step, mainnet.DEFAULT_TOY_PARAMETERS.step) == (1, 2)
    assert (minimal.MINIMUM_TOY_PARAMETERS.step, minimal.MAXIMUM_TOY_PARAMETERS.step) == (1, 3)


def test_a_refused_rule_raises_its_id_and_the_traceback_shows_markdown(make_spec: MakeSpec) -> None:
    module = load(make_spec(TOY))
    with pytest.raises(Rejection) as caught:
        module.fill(module.Box(), module.uint64(17))
    assert caught.value.rule == "toy.fill.too-large"
    shown = "".join(traceback.format_exception(caught.value))
    assert "specs/toy.md" in shown and 'assert item <= DOUBLE, "too-large"' in shown


def test_an_addition_to_a_local_list_is_a_new_list(make_spec: MakeSpec) -> None:
    code = """
    def grow(box: Box, items: List[uint64, LIMIT]) -> uint64:
        assert len(box.items) == 0, "not-empty"
        rows = [[item] for item in items]
        first = rows[0]
        first += [uint64(7)]
        for item in first:
            first += [item]
        rows[1] += [uint64(8)]
        other = rows[1]
        rows[1] += [uint64(9)]
        return uint64(len(rows[0]) + 10 * len(first) + 100 * len(other) + 1000 * len(rows[1]))
    """
    text = TOY + f"\n### `grow` [Interface]\n\n```python\n{textwrap.dedent(code).strip()}\n```\n"
    module = load(make_spec(text))
    assert module.grow(module.Box(), module.Box(items=[1, 2]).items) == 3241


STOPS = """
### `countdown` [Interface]

```python
def countdown(box: Box, item: uint64) -> uint64:
    assert len(box.items) == 0, "not-empty"
    rounds = uint64(0)
    while rounds < item:  # at most LIMIT times
        rounds += 1
    return rounds
```

### `last` [Interface]

```python
def last(box: Box, item: uint64) -> uint64:
    items = [number for number in box.items]
    return items[len(items) - 1] + item
```

### `shrink` [Interface]

```python
def shrink(box: Box, item: uint64) -> uint64:
    left = len(box.items)
    left -= 2
    return uint64(left) + item
```

### `middle` [Interface]

```python
def middle(box: Box, item: uint64) -> uint64:
    return uint64(len(box.items[2:item]))
```

### `power` and `neighbour` [Integer]

```python
def power(base: int, exponent: int) -> uint64:
    return uint64(base ** (exponent - 2))


def neighbour(items: Sequence[uint64], place: int) -> uint64:
    return items[place - 2] + len(items[place - 2 : place])
```

### `use_integers` [Interface]

```python
def use_integers(box: Box, item: uint64) -> uint64:
    return power(2, len(box.items)) + neighbour(list(box.items), len(box.items)) + item
```
"""


@pytest.mark.parametrize(
    ("function", "good", "bad", "problem"),
    [
        ("countdown", ([], 8, 8), ([], 9), "the while goes on after its bound"),
        ("last", ([5], 0, 5), ([], 0), "0 - 1 is below zero"),
        ("shrink", ([1, 2], 0, 0), ([1], 0), "1 - 2 is below zero"),
        ("middle", ([1, 2, 3, 4], 4, 2), ([1, 2, 3], 4), "the part from 2 to 4 is not within 3 elements"),
        ("middle", ([1, 2], 2, 0), ([1], 1), "the part from 2 to 1 is not within 1 elements"),
        ("use_integers", ([7, 8], 0, 1 + 7 + 2), ([7], 0), "2 ** -1 has a negative exponent"),
    ],
)
def test_what_is_no_value_of_the_language_stops_instead_of_going_on_with_another(
    make_spec: MakeSpec, function: str, good: tuple[list[int], int, int], bad: tuple[list[int], int], problem: str
) -> None:
    module = load(make_spec(TOY + STOPS))
    items, number, result = good
    assert getattr(module, function)(module.Box(items=items), module.uint64(number)) == result
    with pytest.raises((ArithmeticError, IndexError), match=re.escape(problem)):
        getattr(module, function)(module.Box(items=bad[0]), module.uint64(bad[1]))
    with pytest.raises(IndexError, match="the index -1 is below zero"):
        module.neighbour([1, 2, 3], 1)


def test_rules_stay_when_python_drops_asserts(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    program = textwrap.dedent(
        f"""
        import pathlib, types
        from axivon_spec.compiler.compilation import Compilation
        from axivon_spec.runtime import CHANGES, SPEC_NAMES
        from axivon_spec.runtime.outcome import Rejection, reject
        root = pathlib.Path({str(spec.root)!r})
        spec = Compilation(root, ("mainnet", "minimal"), lambda: SPEC_NAMES, lambda: CHANGES, reject, (), root / "o")
        module = types.ModuleType("toy")
        spec.load_into(module, "minimal", kernels={{}})
        try:
            module.fill(module.Box(), module.uint64(17))
        except Rejection as rejection:
            print(rejection.rule)
        """
    )
    run = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "toy.fill.too-large\n"


def test_a_replaced_constant_reaches_what_is_computed_from_it_and_no_other_module(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    wide, plain = load(spec, constants={"LIMIT": 10}), load(spec)
    assert (wide.LIMIT, wide.DOUBLE, plain.LIMIT) == (10, 20, 8)
    assert type(wide.LIMIT) is wide.uint64
    wide.fill(wide.Box(), wide.uint64(20))
    with pytest.raises(Rejection):
        plain.fill(plain.Box(), plain.uint64(20))


@pytest.mark.parametrize(
    ("constants", "message"),
    [
        ({"LIMITS": 1}, "no constant LIMITS"),
        ({"LIMIT": -1}, "LIMIT = -1 does not fit uint64"),
        ({"Box": 1}, "Box is no constant"),
    ],
)
def test_a_wrong_constant_is_refused_by_name(make_spec: MakeSpec, constants: dict[str, object], message: str) -> None:
    with pytest.raises(LoadError, match=message):
        load(make_spec(TOY), constants=constants)


def test_an_unknown_preset_is_refused_with_the_known_ones(make_spec: MakeSpec) -> None:
    with pytest.raises(LoadError, match="choose one of: mainnet, minimal"):
        load(make_spec(TOY), "maximal")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("(= 8)", "(= 9)", "LIMIT is not 9 in preset minimal, as its annotation says"),
        ("`uint64(2)` | `uint64(1)` | `uint64(1)`", "`uint64(4)` | `uint64(1)` | `uint64(1)`", "outside its bounds"),
    ],
)
def test_a_number_that_disagrees_with_its_table_is_refused(
    make_spec: MakeSpec, old: str, new: str, problem: str
) -> None:
    spec = make_spec(TOY.replace(old, new))
    with pytest.raises(SpecErrors, match=problem):
        load(spec, "mainnet" if "bounds" in problem else "minimal")


def test_what_only_python_s_compiler_refuses_is_told_with_its_line(make_spec: MakeSpec) -> None:
    """Its parser takes an argument that is given twice."""
    text = TOY.replace("box.items.append(twice(item))", "box.items.append(twice(n=item, n=item))")
    line = text.lstrip("\n").splitlines().index("    box.items.append(twice(n=item, n=item))") + 1
    spec = make_spec(text)
    with pytest.raises(SpecErrors, match=f"specs/toy.md:{line}: this is not Python: keyword argument repeated: n"):
        load(spec)
    [mistake] = mistakes(spec, (), SPEC_RUNTIME, spec.cache)
    assert (mistake.line, mistake.remedy) == (line, "correct the code")


def test_a_condition_that_does_not_hold_is_refused_for_every_preset(make_spec: MakeSpec) -> None:
    conditions = "\n## Conditions\n\n| Condition | Reason |\n|---|---|\n| `LIMIT < 60` | small |\n"
    spec = make_spec(TOY + conditions)
    load(spec)
    with pytest.raises(SpecErrors, match="the condition `LIMIT < 60` does not hold in preset mainnet"):
        load(spec, "mainnet")
    with pytest.raises(LoadError, match="with LIMIT=61 the condition `LIMIT < 60` does not hold in preset minimal"):
        load(spec, constants={"LIMIT": 61})


def test_a_removed_rule_never_rejects(make_spec: MakeSpec) -> None:
    removed: set[str] = set()
    module = load(make_spec(TOY), removed_rules=removed)
    with pytest.raises(Rejection):
        module.fill(module.Box(), module.uint64(17))
    removed.add("toy.fill.too-large")
    assert module.fill(module.Box(), module.uint64(17)) == 0


def test_a_traced_module_reports_both_sides_of_every_boundary(make_spec: MakeSpec) -> None:
    heard: list[tuple[str, bool, bool]] = []

    class Tracer:
        def check(self, rule: str, passed: bool, edge: bool) -> None:
            heard.append((rule.rpartition(".")[2], passed, edge))

    module = load(make_spec(TOY), traced=Tracer())
    box = module.Box()
    for item in (15, 16):
        module.fill(box, module.uint64(item))
    for item in (17, 18):
        with pytest.raises(Rejection):
            module.fill(box, module.uint64(item))
    assert [entry[1:] for entry in heard if entry[0] == "too-large"] == [
        (True, False),
        (True, True),
        (False, True),
        (False, False),
    ]
    for _ in range(6):
        module.fill(box, module.uint64(1))
    assert heard[-1] == ("full", True, True)


def test_a_kernel_takes_the_place_of_its_function_only_where_it_is_asked_for(make_spec: MakeSpec) -> None:
    def twice(item):  # type: ignore[no-untyped-def]
        return item * 2 + 1

    twice.__annotations__ = {"item": "uint64", "return": "uint64"}
    spec = make_spec(TOY)
    fast, plain = load(spec, kernels={"toy.twice": twice}), load(spec)
    box, other = fast.Box(), plain.Box()
    fast.fill(box, fast.uint64(3))
    plain.fill(other, plain.uint64(3))
    assert (list(box.items), list(other.items)) == ([7], [6])


def with_more_arguments(item: uint64, more: uint64) -> uint64:
    return item + more


def with_any_arguments(item: uint64, *rest: uint64) -> uint64:
    return item + sum(rest)


def with_a_default(item: uint64 = uint64(1)) -> uint64:  # noqa: B008
    return item


def by_keyword_only(*, item: uint64) -> uint64:
    return item


def of_another_type(item: int) -> uint64:
    return uint64(item)


@pytest.mark.parametrize(
    "kernel", [with_more_arguments, with_any_arguments, with_a_default, by_keyword_only, of_another_type]
)
def test_a_kernel_of_another_signature_is_refused(make_spec: MakeSpec, kernel: Callable[..., Any]) -> None:
    with pytest.raises(LoadError, match=rf"{kernel.__name__} has another signature than toy\.twice"):
        load(make_spec(TOY), kernels={"toy.twice": kernel})


def test_a_kernel_that_is_no_function_or_stands_for_none_is_refused(make_spec: MakeSpec) -> None:
    with pytest.raises(LoadError, match=r"partial.* of toy\.twice is no function, but a partial"):
        load(make_spec(TOY), kernels={"toy.twice": partial(of_another_type)})
    with pytest.raises(LoadError, match=r"the spec has no function toy\.thrice that a kernel could substitute"):
        load(make_spec(TOY), kernels={"toy.thrice": of_another_type})


# Overlays

OVERLAY = """
# More

## Containers [Modified]

```python
class Box(Container):
    \"\"\"Some items, and an owner.\"\"\"

    parameters: ToyParameters
    items: List[uint64, LIMIT]
    colour: uint8
    owner: uint64
```

### `fill` [Modified] [Interface]

```python
def fill(box: Box, item: uint64) -> uint64:
    \"\"\"Add an item.\"\"\"
    assert item <= thrice(LIMIT), "too-large"
    box.items.append(item)
    box.colour = Colour.RED
    return box.owner + DOUBLE
```

### `thrice` [New]

```python
def thrice(item: uint64) -> uint64:
    \"\"\"Three times.\"\"\"
    return item + item + item
```

### `twice` [Removed]
"""


def test_an_overlay_changes_a_container_adds_a_function_and_removes_one(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY, features={"more": {"toy": OVERLAY}})
    plain, more = load(spec), load(spec, features=("more",))
    assert "owner" not in plain.Box.fields() and "owner" in more.Box.fields()
    assert not hasattr(more, "twice") and not hasattr(plain, "thrice")
    assert more.fill(more.Box(owner=1), more.uint64(24)) == 17


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("### `twice` [Removed]", "### `nobody` [Removed]", "names nobody, which nothing defines"),
        ("### `thrice` [New]", "### `thrice` [Modified]", "thrice is marked [Modified], but nothing defines it"),
        ("### `fill` [Modified]", "### `fill` [New]", "fill is marked [New], but specs/toy.md defines it"),
        ("### `fill` [Modified]", "### `fill`", "fill stands in an overlay without a mark"),
        ("    owner: uint64\n", "", "is marked [Modified], but does not differ"),
        ("### `twice` [Removed]", "", "twice"),  # nobody uses it now
        ("### `twice` [Removed]", "### twice [Removed]", "[Removed] stands in a heading that names nothing"),
        ("### `thrice` [New]", "### Notes [New]\n\n### `thrice` [New]", "under which nothing is defined"),
        ("### `thrice` [New]", "### `thrice` [New] [Modified]", "two marks of an overlay in one heading"),
        (
            "### `twice` [Removed]",
            "### `fill` [Removed]",
            "an overlay has changed fill before, at specs/_features/more",
        ),
    ],
)
def test_an_overlay_whose_marks_are_wrong_is_refused(make_spec: MakeSpec, old: str, new: str, problem: str) -> None:
    overlay = OVERLAY.replace(old, new)
    if "owner: uint64" in old:
        overlay = overlay.replace("Some items, and an owner.", "Some items.").replace("box.owner + ", "")
    with pytest.raises(SpecErrors) as caught:
        make_spec(TOY, features={"more": {"toy": overlay}}).program(["more"])
    assert any(problem in error.problem for error in caught.value.errors)


TABLES = """
# More

## Presets [Modified]

| Name | mainnet | minimal | Unit | Description |
|---|---|---|---|---|
| `LIMIT` | `uint64(64)` | `uint64(9)` | items | of a box |

## Enumeration `Colour` [Modified]

| Name | Value | Description |
|---|---|---|
| `RED` | `4` | red |

## Governed parameters [Modified]

| Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
|---|---|---|---|---|---|---|
| `step` | `uint64(2)` | `uint64(5)` | `uint64(1)` | `uint64(7)` | items | how many at once |
"""


def test_an_overlay_changes_tables(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY, features={"more": {"toy": TABLES}})
    more = load(spec, features=("more",))
    assert (more.LIMIT, more.DOUBLE, more.Colour.RED, more.DEFAULT_TOY_PARAMETERS.step) == (9, 18, 4, 5)


def test_what_speaks_of_removed_things_goes_with_them(make_spec: MakeSpec) -> None:
    base = (
        TOY
        + """
## Conditions

| Condition | Reason |
|---|---|
| `DOUBLE == 2 * LIMIT` | twice |

## Unreachable rules

| Entry point | Rule | Edge | Reason |
|---|---|---|---|
| `fill` | `toy.fill.full` | | no box is ever full |
"""
    )
    overlay = OVERLAY.replace("thrice(LIMIT)", "thrice(LIMIT) + 0").replace("box.owner + DOUBLE", "box.owner")
    overlay += "\n### `DOUBLE` [Removed]\n"
    spec = make_spec(base, features={"more": {"toy": overlay}})
    assert len(spec.program().unreachable) == len(spec.program().conditions) == 1
    assert spec.program(["more"]).unreachable == spec.program(["more"]).conditions == []


def test_an_overlay_keeps_the_earlier_ids_of_a_function(make_spec: MakeSpec) -> None:
    base = TOY.replace("### `fill` [Interface]", "### `fill` [Interface] (formerly toy.put)")
    with pytest.raises(SpecErrors, match="the earlier rule ids of fill get lost") as caught:
        make_spec(base, features={"more": {"toy": OVERLAY}}).program(["more"])
    assert "(formerly toy.put)" in str(caught.value)


def test_a_definition_that_an_overlay_states_twice_is_refused(make_spec: MakeSpec) -> None:
    again = OVERLAY + "\n" + OVERLAY[OVERLAY.index("### `fill`") : OVERLAY.index("### `thrice`")]
    with pytest.raises(SpecErrors, match=r"an overlay has changed fill before, at specs/_features/more/toy\.md:18"):
        make_spec(TOY, features={"more": {"toy": again}}).program(["more"])


def test_two_features_that_change_one_definition_are_refused_together(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY, features={"more": {"toy": OVERLAY}, "other": {"toy": OVERLAY}})
    load(spec, features=("more",))
    load(spec, features=("other",))
    with pytest.raises(SpecErrors, match=r"an overlay has changed fill before, at specs/_features/more/toy\.md:18"):
        spec.program(["more", "other"])


def test_an_overlay_in_a_file_of_another_name_would_change_rule_ids(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY, features={"more": {"other": OVERLAY}})
    with pytest.raises(SpecErrors, match=r"fill belongs to specs/toy\.md, and its rules") as caught:
        spec.program(["more"])
    assert "put it into specs/_features/more/toy.md" in str(caught.value)


def test_an_unknown_feature_is_refused_with_the_known_ones(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY, features={"more": {"toy": OVERLAY}})
    with pytest.raises(SpecErrors, match=r"no feature 'less'[^$]*choose one of: more"):
        load(spec, features=("less",))


@pytest.mark.parametrize(
    ("features", "problem"),
    [
        (["more", "more"], "the feature 'more' is named twice"),
        (["more/"], "there is no feature 'more/'"),
        (["../_features/more"], "there is no feature '../_features/more'"),
        (["empty"], "the feature 'empty' changes no definition"),
    ],
)
def test_features_are_named_once_by_their_folders(make_spec: MakeSpec, features: list[str], problem: str) -> None:
    spec = make_spec(TOY, features={"more": {"toy": OVERLAY}, "empty": {"toy": "# Nothing yet\n"}})
    with pytest.raises(SpecErrors, match=re.escape(problem)):
        spec.program(features)


# The cache


def test_a_spec_is_compiled_once_and_again_when_it_changes(
    make_spec: MakeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    original = Compilation._compiled

    def count(self: Compilation, preset: str, *arguments: Any) -> Any:
        compiled.append(preset)
        return original(self, preset, *arguments)

    monkeypatch.setattr(Compilation, "_compiled", count)
    load(make_spec(TOY))
    load(make_spec(TOY))  # another compilation of the same files: from the disk
    assert compiled == ["minimal"]
    assert load(make_spec(TOY.replace("`uint64(2**3)` (= 8)", "`uint64(9)`"))).LIMIT == 9
    assert compiled == ["minimal", "minimal"]


def test_a_mistake_raises_and_never_serves_the_code_of_before(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    load(spec)
    (spec.root / "specs/toy.md").write_text(TOY.replace("return item + item", "return item +"))
    with pytest.raises(SpecErrors, match="this is not Python"):
        load(spec)


def test_a_damaged_cache_is_compiled_again(make_spec: MakeSpec) -> None:
    load(make_spec(TOY))
    spec = make_spec(TOY)
    (file,) = spec.cache.rglob("minimal.*.bin")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    assert load(spec).LIMIT == 8
    assert cache.parse(file.read_bytes()) is not None


def _load_in_process(root: str, barrier: Any, answers: Any) -> None:
    path = Path(root)
    spec = Compilation(
        path, ("mainnet", "minimal"), lambda: SPEC_NAMES, lambda: CHANGES, reject, (), path / ".cache" / "many"
    )
    barrier.wait()
    answers.put(int(load(spec).DOUBLE))


def test_damaged_exports_are_made_again(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    before = spec.exports("minimal")
    [path] = spec.cache.rglob("minimal.json")
    path.write_bytes(path.read_bytes()[:100])
    assert spec.exports("minimal") == before


def test_a_cache_that_cannot_be_written_is_done_without(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    spec.cache.parent.mkdir(exist_ok=True)
    spec.cache.write_text("a file where the folder would be")
    assert load(spec).LIMIT == 8
    assert "toy.fill.full" in str(spec.exports("minimal")["rules"])


def test_code_compiled_without_docstrings_serves_those_who_want_them(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    script = f"""
        import sys
        from types import ModuleType
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from pathlib import Path
        from axivon_spec.compiler.compilation import Compilation
        from axivon_spec.runtime import CHANGES, SPEC_NAMES
        from axivon_spec.runtime.outcome import reject
        root = Path({str(spec.root)!r})
        presets = ("mainnet", "minimal")
        spec = Compilation(root, presets, lambda: SPEC_NAMES, lambda: CHANGES, reject, (), root / ".cache")
        spec.load_into(ModuleType("toy"), "minimal", kernels={{}})
    """
    subprocess.run([sys.executable, "-OO", "-c", textwrap.dedent(script)], check=True)
    assert len(list(spec.cache.rglob("*.bin"))) == 1
    assert load(spec).fill.__doc__ == "Add an item."
    assert len(list(spec.cache.rglob("*.bin"))) == 1


def test_ten_processes_that_start_at_once_agree(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY)
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(10), context.Queue()
    arguments = (str(spec.root), barrier, answers)
    processes = [context.Process(target=_load_in_process, args=arguments) for _ in range(10)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=60) for _ in processes] == [16] * 10
    for process in processes:
        process.join()
    names = [file for _, _, files in os.walk(spec.root / ".cache" / "many") for file in files]
    assert len(names) == 1, "no temporary file is left"


def test_shipped_code_is_loaded_from_another_place_and_shows_its_markdown(make_spec: MakeSpec, tmp_path: Path) -> None:
    spec = make_spec(TOY)
    installed = tmp_path / "installed"
    (installed / "specs").mkdir(parents=True)
    (installed / "specs/toy.md").write_bytes((spec.root / "specs/toy.md").read_bytes())
    spec.ship(installed / "compiled")
    shipped = Compilation(
        installed,
        ("mainnet", "minimal"),
        lambda: SPEC_NAMES,
        lambda: CHANGES,
        reject,
        (),
        installed / ".cache",
        installed / "compiled",
    )
    module = load(shipped)
    assert module.fill.__code__.co_filename == str(installed / "specs/toy.md")
    assert shipped.exports("minimal")["rules"].keys() == {"toy.fill.full", "toy.fill.too-large"}
    assert not (installed / ".cache").exists()
    for file in (installed / "compiled").glob("*.bin"):
        file.rename(file.with_name(file.name.replace(".cpython", ".other")))
    shipped._loaded.clear()
    with pytest.raises(LoadError, match="built for another CPython"):
        load(shipped)

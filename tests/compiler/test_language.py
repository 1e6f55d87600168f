"""The language of a spec: each thing that it does not have is refused, with its line and a remedy."""

from __future__ import annotations

import ast
import builtins

import pytest

from axivon_spec.compiler import language
from axivon_spec.compiler.vocabulary import BUILTINS, REFUSED, RESERVED_FIELDS, SYNTAX

from .snippets import LEDGER, assert_refused, program, wrap

# Statements and expressions: the body of `def f(state: State, data: Bytes32) -> None:`.
BODIES = {
    "import": ("import os  # <--", "import is not in the language", "names that the runtime"),
    "import from": ("from os import path  # <--", "import is not in the language", "names that the runtime"),
    "lambda": (
        "assert len(sorted(state.bank.numbers, key=lambda n: n)) > 0, 'empty'  # <--",
        "lambda is not in the language",
        "pass its name",
    ),
    "nested function": ("def g() -> None:  # <--\n    credit(state, 0, 1)", "a nested function is not", "of its own"),
    "nested class": ("class A:  # <--\n    x: uint64", "a nested class is not in the language", "of its own"),
    "try": ("try:  # <--\n    credit(state, 0, 1)\nexcept ValueError:\n    return", "try is not", "only attempt(…)"),
    "raise": ("raise ValueError  # <--", "raise is not in the language", "write assert condition"),
    "with": ("with state:  # <--\n    return", "with is not in the language", "plain statements"),
    "yield": ("yield  # <--", "yield is not in the language", "return a list"),
    "global": ("global x  # <--", "global is not in the language", "as an argument"),
    "nonlocal-like delete": ("del state.bank  # <--", "del is not in the language", "the default value"),
    "match": ("match data:  # <--\n    case 1:\n        return", "match is not in the language", "if and elif"),
    "pass": ("pass  # <--", "pass is not in the language", "a docstring alone"),
    "walrus": ("assert (n := 1) > 0, 'small'  # <--", "an assignment inside an expression", "statement of its own"),
    "f-string": ('state.bank.digest = sha256(f"{data}")  # <--', "an f-string is not", "serialize(…)"),
    "text": ('state.bank.digest = sha256("a")  # <--', "the text 'a'", "use bytes"),
    "text as a statement": ('state.bank.numbers.pop()\n"done"  # <--', "text as a statement", "comment"),
    "float": (
        "state.bank.total = Amount(state.bank.total * 0.5)  # <--",
        "the number 0.5 is no integer",
        "basis points",
    ),
    "true division": ("state.bank.total = Amount(state.bank.total / 2)  # <--", "true division", "write //"),
    "true division in place": ("state.bank.total /= 2  # <--", "true division", "where the remainder goes"),
    "left shift": ("state.bank.total = state.bank.total << 1  # <--", "<< outside an [Integer]", "power of two"),
    "left shift in place": ("state.bank.total <<= 1  # <--", "it drops bits of SSZ integers", "2**n"),
    "matrix product": ("state.bank.total = data @ data  # <--", "the operator MatMult", "use +"),
    "inversion": ("state.bank.total = ~state.bank.total  # <--", "the operator ~", "use ^ with a mask"),
    "negative number": ("state.bank.total += -1  # <--", "a negative number outside", "subtract from what is larger"),
    "plain integer": ("n = int(state.bank.total)  # <--", "int(…) outside an [Integer] function", "uint64(…)"),
    "local that is a plain integer": ("n: int = 1  # <--", "the local n is a plain int", "use uint64"),
    "one name twice among targets": ("a, a = 1, 2  # <--", "use a name that they assign", "one assignment a line"),
    "an index that its statement assigns": (
        "xs = [1, 2]\ni, xs[i] = 1, 5  # <--",
        "use a name that they assign",
        "one assignment a line",
    ),
    "chained assignment": ("a = b = 1  # <--", "a chained assignment", "one assignment a line"),
    "slice assignment": ("state.bank.numbers[0:2] = [1, 2]  # <--", "is assigned as a slice", "in a loop"),
    "list as a target": ("[a, b] = 1, 2  # <--", "a list as the target", "without brackets"),
    "declaration without a value": ("a: uint64  # <--", "a is declared without a value", "where it gets its value"),
    "type at a path": ("state.bank.total: Amount = 1  # <--", "has a type where it is written", "only a new local"),
    "slice with a step": ("a = data[0:4:2]  # <--", "has a step", "comprehension over range"),
    "negative index": ("a = data[-1]  # <--", "data[-1] counts from the end", "write data[len(data) - …]"),
    "negative end of a slice": ("a = data[:-1]  # <--", "counts from the end", "len(data)"),
    "dict": ("a = {1: 2}  # <--", "a dict is not in the language", "list of containers"),
    "dict comprehension": ("a = {n: n for n in data}  # <--", "a dict is not in the language", "list of containers"),
    "set": ("a = {1, 2}  # <--", "a set is not in the language", "its order is defined"),
    "set comprehension": ("a = {n for n in data}  # <--", "a set is not in the language", "its order is defined"),
    "dict builtin": ("a = dict()  # <--", "the builtin dict is not in the language", "list of containers"),
    "set builtin": ("a = set(data)  # <--", "the builtin set is not in the language", "its order is defined"),
    "unpacked arguments": ("credit(*state.bank.numbers)  # <--", "*unpacking is not in the language", "name each"),
    "unpacked keywords": ("credit(**state)  # <--", "**unpacking is not in the language", "name each argument"),
    "generator as a value": ("a = (n for n in data)  # <--", "a generator is not the only argument", "write a list"),
    "generator beside an argument": (
        "a = sum((n for n in data), 1)  # <--",
        "a generator is not the only argument",
        "pass it alone to",
    ),
    "generator to a spec function": (
        "credit(state, 0, (n for n in data))  # <--",
        "a generator is not the only argument",
        "or a constructor",
    ),
    "identity": ("assert data is state, 'same'  # <--", "data is state compares identity", "write =="),
    "print": ("print(data)  # <--", "the builtin print is not in the language", "no output"),
    "open": ("open(data)  # <--", "the builtin open is not in the language", "use one of: len, range"),
    "round": ("a = round(data)  # <--", "the builtin round is not in the language", "use integers"),
    "pow": ("a = pow(2, 3)  # <--", "the builtin pow is not in the language", "pow_mod"),
    "builtin as a value": ("a = len  # <--", "len is used as a value", "call it"),
    "runtime function as a value": ("a = sha256  # <--", "sha256 is used as a value", "call it"),
    "type as a value": ("a = Account  # <--", "the type Account is used as a value", "only functions of the runtime"),
    "dunder name": ("a = __name__  # <--", "__name__ is a name of Python's own", "another name"),
    "dunder attribute": ("a = data.__class__  # <--", ".__class__ is a name of Python's own", "fields of containers"),
    "method of a view": ("a = state.hash_tree_root()  # <--", ".hash_tree_root is not", "write hash_tree_root(value)"),
    "method of bytes": ("a = data.hex()  # <--", "the method .hex is not in the language", "write a function"),
    "method as a value": ("a = state.copy  # <--", "the method .copy is used as a value", "call it"),
    "result of append": ("a = state.bank.numbers.append(1)  # <--", "the result of .append is used", "as a statement"),
    "pop with an index": ("state.bank.numbers.pop(0)  # <--", ".pop takes no arguments", "list.pop()"),
    "append of two": ("state.bank.numbers.append(1, 2)  # <--", ".append takes 1 argument", "list.append(value)"),
    "kept enumerate": ("a = enumerate(data)  # <--", "enumerate(…) is kept as a value", "keep list(enumerate(data))"),
    "length of zip": ("a = len(zip(data, data))  # <--", "zip(…) is kept as a value", "loop over it at once"),
    "field by position": ("a = Account(1)  # <--", "Account(…) gives a field by its position", "Account(field=…)"),
    "call of a form": ("a = Sequence(data)  # <--", "Sequence is called", "in annotations and class headings only"),
    "form as a value": ("a = Sequence  # <--", "Sequence is used as a value", "call it"),
    "call of a local": ("a = 1\na()  # <--", "the local a is called", "by its name"),
    "call of a constant": ("a = MAX_ACCOUNTS()  # <--", "the constant MAX_ACCOUNTS is called", "without parentheses"),
    "call of a call": ("a = sha256(data)()  # <--", "sha256(data) is called", "by its name"),
    "sorted in reverse": ("a = sorted(data, reverse=True)  # <--", "the argument reverse= of sorted", "takes key="),
    "sum by name": ("a = sum(data, start=1)  # <--", "the argument start= of sum", "no argument by name"),
    "key of min": ("a = min(data, key=balance_of)  # <--", "the argument key= of min", "sorted takes key="),
    "key that is no function": (
        "a = sorted(data, key=state)  # <--",
        "state is no function of the spec",
        "key=function",
    ),
    "attempt of no function": (
        "a = attempt(data, state)  # <--",
        "data is no function of the spec",
        "attempt(function",
    ),
    "statement without effect": ("state.bank.total == 1  # <--", "has no effect", "use its value"),
    "for with else": (
        "for n in data:\n    credit(state, 0, n)\nelse:\n    return  # <--",
        "for … else",
        "test it behind",
    ),
    "while with else": (
        "while state.bank.total > 0:  # at most 3 times\n    state.bank.total -= 1\nelse:\n    return  # <--",
        "while … else",
        "test it behind",
    ),
    "comprehension over a path": (
        "a = [0 for state.bank.total in data]  # <--",
        "is no name",
        "a new local name",
    ),
    "runtime function by keyword": (
        "install(state, source=state.copy())  # <--",
        "the argument source= of install is given by name",
        "give it by place",
    ),
    "loop over a path": ("for state.bank.total in data:  # <--\n    return", "is no name", "a new local name"),
    "while without a bound": (
        "while state.bank.total > 0:  # <--\n    state.bank.total -= 1",
        "the while does not state its bound",
        "# at most N times",
    ),
    "while with a bound that nothing defines": (
        "while state.bank.total > 0:  # at most ROUNDS times <--\n    state.bank.total -= 1",
        "nothing defines ROUNDS",
        "define it, or correct it",
    ),
    "while with a bound that is no number": (
        "while state.bank.total > 1:  # at most None times  <--\n    state.bank.total -= 1",
        "the bound of the while, None, is no number of times",
        "a number, a constant",
    ),
    "while with a bound of 0": (
        "while state.bank.total > 1:  # at most 0 times  <--\n    state.bank.total -= 1",
        "the bound of the while, 0, is no number of times",
        "a number, a constant",
    ),
    "while with a call as its bound": (
        "while state.bank.total > 1:  # at most take(state) times  <--\n    state.bank.total -= 1",
        "the bound of the while, take(state), is no number of times",
        "a number, a constant",
    ),
    "while with a function as its bound": (
        "while state.bank.total > 1:  # at most take times  <--\n    state.bank.total -= 1",
        "the function take is used as a value",
        "call it",
    ),
    "while with a call in an index of its bound": (
        "numbers = [9, 9]\n"
        "while state.bank.total > 1:  # at most numbers[print(1) or 0] times  <--\n    state.bank.total -= 1",
        "the bound of the while, numbers[print(1) or 0], is no number of times",
        "a number, a constant",
    ),
    "while with a field of Python's own in its bound": (
        "while state.bank.total > 1:  # at most state.bank.total.real times  <--\n    state.bank.total -= 1",
        ".real is an attribute of Python's own",
        "fields of containers",
    ),
    "number beyond 256 bits": (
        f"state.bank.total = Amount({2**256})  # <--",
        "a number of 2^256 or more",
        "a power or a product",
    ),
    "attribute of integers": (
        "state.bank.total = Amount(state.bank.total.numerator)  # <--",
        ".numerator is an attribute of Python's own",
        "fields of containers",
    ),
    "formatted bytes": ("state.bank.digest = sha256(b'%d' % data)  # <--", "formats bytes", "a + b"),
    "bound that is evaluated": (
        "a = List[uint64, eval('1')]()  # <--",
        "the value has the bound eval('1'), which is no constant",
        "use the name",
    ),
    "bound that is a local": (
        "n = len(data)\na = List[uint64, n]()  # <--",
        "the value has the bound n, which is no constant",
        "use the name",
    ),
    "bound with a quotient": (
        "a = List[uint64, MAX_ACCOUNTS / 2]()  # <--",
        "the value has the bound MAX_ACCOUNTS / 2, which is no constant",
        "use the name",
    ),
    "bound with a comprehension": (
        "a = List[uint64, [5 for y in data][0]]()  # <--",
        "which is no constant",
        "use the name",
    ),
    "bound that assigns": (
        "a = List[uint64, (y := 5)]()  # <--",
        "which is no constant",
        "use the name",
    ),
    "bound of a builtin": (
        "a = List[uint64, [print(1)][0]]()  # <--",
        "which is no constant",
        "use the name",
    ),
    "bound that is a truth": (
        "a = List[uint64, True]()  # <--",
        "the value has the bound True, which is no constant",
        "use the name",
    ),
    "bound of a type that is decoded": (
        "a = decode(List[uint64, int(MAX_ACCOUNTS)], data)  # <--",
        "which is no constant",
        "use the name",
    ),
    "while with a bound in words": (
        "while state.bank.total > 0:  # at most a few times <--\n    state.bank.total -= 1",
        "a few, is no expression",
        "where N is a number",
    ),
    "while with a bound in its body": (
        "while state.bank.total > 0:  # <--\n    state.bank.total -= 1  # at most 3 times",
        "the while does not state its bound",
        "# at most N times",
    ),
    "rule without a reason": ("assert data == data  # <--", "the rule has no reason", '"kebab-case-reason"'),
    "reason that is no text": ("assert data == data, 1  # <--", "the reason of the rule is no text", "kebab-case"),
    "reason in words": ("assert data == data, 'Not equal'  # <--", "'Not equal' is not in kebab case", "hyphens"),
    "reason twice": (
        "assert len(data) > 0, 'empty'\nassert len(data) > 1, 'empty'  # <--",
        "the reason 'empty' stands twice in this function; first in line",
        "a reason of its own",
    ),
    "constructor with a plain bound": ("a = List[uint64, 5](data)  # <--", "the bound 5, a plain number", "name it"),
}

# Whole functions, below the heading given.
FUNCTIONS = {
    "opaque element": (
        "def f(kept: List[Kept, MAX_ACCOUNTS]) -> None:  # <--\n    return\n\n\nclass Kept(Opaque):\n    n: uint64",
        "the argument kept of f holds Kept, which is opaque",
        "hold what clients agree on",
    ),
    "default argument": (
        "def f(state: State, n: uint64 = 1) -> None:  # <--\n    credit(state, n, 1)",
        "f has a default argument",
        "every caller",
    ),
    "any number of arguments": (
        "def f(*args: uint64) -> None:  # <--\n    return",
        "f takes *args or **kwargs",
        "Sequence[T]",
    ),
    "keyword-only argument": (
        "def f(*, n: uint64) -> None:  # <--\n    return",
        "keyword-only arguments",
        "delete the / or *",
    ),
    "positional-only argument": (
        "def f(n: uint64, /) -> None:  # <--\n    return",
        "positional-only",
        "delete the / or *",
    ),
    "decorator": ("@sha256  # <--\ndef f(n: uint64) -> None:\n    return", "f has a decorator", "in the heading"),
    "argument without a type": (
        "def f(n) -> None:  # <--\n    return",
        "the argument n of f has no type",
        "write `n: Type`",
    ),
    "no result type": ("def f(n: uint64):  # <--\n    return", "f has no result type", "-> None"),
    "result in plain integers": (
        "def f(n: uint64) -> int:  # <--\n    return n",
        "the result of f is of type int, which is not SSZ",
        "use uint64",
    ),
    "argument in plain integers": (
        "def f(n: int) -> None:  # <--\n    return",
        "the argument n of f is of type int, which is not SSZ",
        "use uint64",
    ),
    "interface with a sequence": (
        "def f(n: Sequence[uint64]) -> None:  # <--\n    return",
        "is of type Sequence[uint64], which is not SSZ",
        "use List[T, N]",
    ),
    "interface with a list": (
        "def f(n: list[uint64]) -> None:  # <--\n    return",
        "is of type list[uint64], which is not SSZ",
        "use List[T, N]",
    ),
    "interface with a tuple": (
        "def f(n: uint64) -> tuple[uint64, uint64]:  # <--\n    return n, n",
        "the result of f is of type tuple[uint64, uint64], which is not SSZ",
        "use a container",
    ),
    "interface with bytes": (
        "def f(n: bytes) -> None:  # <--\n    return",
        "the argument n of f is of type bytes, which is not SSZ",
        "ByteList[N]",
    ),
    "interface with bool": (
        "def f(n: uint64) -> bool:  # <--\n    return n > 0",
        "the result of f is of type bool, which is not SSZ",
        "use boolean",
    ),
    "optional": (
        "def f(n: uint64) -> Account | None:  # <--\n    return None",
        "the result of f is of type Account | None",
        "List[Account, 1]",
    ),
    "list without a bound": (
        "def f(n: List[uint64]) -> None:  # <--\n    return",
        "the argument n of f is of type List[uint64]",
        "List[T, BOUND]",
    ),
    "list without anything": (
        "def f(n: List) -> None:  # <--\n    return",
        "does not say the bound of List",
        "List[T, BOUND]",
    ),
    "bound that is a plain number": (
        "def f(n: List[uint64, 16]) -> None:  # <--\n    return",
        "has the bound 16, a plain number",
        "table of constants or presets",
    ),
    "bound that is no constant": (
        "def f(n: ByteList[uint64]) -> None:  # <--\n    return",
        "has the bound uint64, which is no constant",
        "table of constants",
    ),
    "type of something else": (
        "def f(n: MAX_ACCOUNTS) -> None:  # <--\n    return",
        "is of type MAX_ACCOUNTS, which is no SSZ type",
        "a declared type",
    ),
}

INTERNAL = {
    "argument in plain integers": (
        "def g(n: int) -> None:  # <--\n    return",
        "the argument n of g is a plain int",
        "[Integer]",
    ),
    "element in plain integers": (
        "def g(n: Sequence[int]) -> None:  # <--\n    return",
        "the argument n of g is a plain int",
        "[Integer]",
    ),
    "sequence of nothing": (
        "def g(n: list) -> None:  # <--\n    return",
        "the argument n of g does not say what its elements are",
        "list[Type]",
    ),
}

CLASSES = {
    "opaque field": (
        "class A(Container):\n    kept: List[Kept, MAX_ACCOUNTS]  # <--\n\n\nclass Kept(Opaque):\n    n: uint64",
        "the field kept of A holds Kept, which is opaque",
        "let it be opaque too",
    ),
    "method": (
        "class A(Container):\n    n: uint64\n\n    def double(self) -> uint64:  # <--\n        return self.n",
        "A holds something that is no field",
        "functions stand outside the class",
    ),
    "field with a value": (
        "class A(Container):\n    n: uint64 = 1  # <--",
        "the field n has a value",
        "where the container is built",
    ),
    "constant in a class": (
        "class A(Container):\n    n: uint64\n    m = 1  # <--",
        "A holds something that is no field",
        "name: Type",
    ),
    "no field": ('class A(Container):  # <--\n    """Empty."""', "A has no field", "no empty containers"),
    "pass": (
        "class A(Container):\n    n: uint64\n    pass  # <--",
        "A holds something that is no field",
        "name: Type",
    ),
    "field twice": (
        "class A(Container):\n    n: uint64\n    n: uint64  # <--",
        "A has the field n twice",
        "rename one",
    ),
    "field that the engine uses": (
        "class A(Container):\n    copy: uint64  # <--",
        "no field can be called copy",
        "another name",
    ),
    "plain bound": (
        "class A(Container):\n    n: List[uint64, 16]  # <--",
        "the field n has the bound 16, a plain number",
        "table of constants or presets",
    ),
    "field in parentheses": (
        "class A(Container):\n    m: uint64\n    (n): uint64  # <--",
        "A holds something that is no field",
        "name: Type",
    ),
    "bound that is a function": (
        "class A(Container):\n    n: List[uint64, min(MAX_ACCOUNTS, 3)]  # <--",
        "the field n has the bound min(MAX_ACCOUNTS, 3), which is no constant",
        "use the name",
    ),
    "plain bound inside": (
        "class A(Container):\n    n: List[Vector[uint64, 2 * 2], MAX_ACCOUNTS]  # <--",
        "the field n has the bound 2 * 2, a plain number",
        "table of constants or presets",
    ),
    "plain integer": (
        "class A(Container):\n    n: int  # <--",
        "the field n is of type int, which is no SSZ type",
        "basic SSZ type",
    ),
    "Python list": (
        "class A(Container):\n    n: list[uint64]  # <--",
        "the field n is of type list[uint64], which is no SSZ type",
        "List[T, N]",
    ),
    "decorator": (
        "@sha256\nclass A(Container):  # <--\n    n: uint64",
        "A has a decorator, keyword or type parameter",
        "delete it",
    ),
}

INVARIANTS = {
    "another result": (
        "def invariant_a(state: State) -> uint64:  # <--\n    return state.bank.total",
        "the invariant invariant_a does not return boolean",
        "-> boolean",
    ),
    "another argument": (
        "def invariant_a(bank: Bank) -> boolean:  # <--\n    return boolean(bank.total == 0)",
        "the invariant invariant_a takes (bank)",
        "(pre, block, post)",
    ),
    "a rule": (
        "def invariant_a(state: State) -> boolean:\n"
        "    assert state.bank.total == 0, 'not-empty'  # <--\n    return boolean(True)",
        "the invariant invariant_a has a rule",
        "return whether it holds",
    ),
}

CONSTANTS = {
    "value without a type": ("32", "A has no type", "uint64(32)"),
    "text": ('Bytes4("abcd")', "the text 'abcd'", "use bytes"),
    "true division": ("uint64(MAX_ACCOUNTS / 2)", "true division", "write //"),
    "float": ("uint64(0.5)", "the number 0.5 is no integer", "basis points"),
    "left shift": ("uint64(1) << 40", "<< outside an [Integer] function", "2**n"),
    "builtin": ("uint64(round(1))", "the builtin round is not in the language", "use integers"),
    "plain bound": ("List[uint64, 3]()", "the bound 3, a plain number", "name it"),
}


def body(code: str) -> str:
    return LEDGER + wrap("def f(state: State, data: Bytes32) -> None:\n    " + code.replace("\n", "\n    "))


@pytest.mark.parametrize("name", BODIES)
def test_what_the_language_lacks_is_refused(name: str) -> None:
    code, problem, remedy = BODIES[name]
    assert_refused(body(code), problem, remedy)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_signature_of_an_interface_function_is_refused(name: str) -> None:
    code, problem, remedy = FUNCTIONS[name]
    assert_refused(LEDGER + wrap(code), problem, remedy)


@pytest.mark.parametrize("name", INTERNAL)
def test_a_signature_of_an_internal_function_is_refused(name: str) -> None:
    code, problem, remedy = INTERNAL[name]
    use = "def f(state: State) -> None:\n    g(state.bank.numbers)"
    assert_refused(LEDGER + wrap(code, "`g`") + wrap(use), problem, remedy)


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_that_is_more_than_fields_is_refused(name: str) -> None:
    code, problem, remedy = CLASSES[name]
    assert_refused(LEDGER + wrap(code, "`A`") + wrap("def f(a: A) -> None:\n    return"), problem, remedy)


def test_an_invariant_is_reached_from_no_transition_and_reaches_no_rule() -> None:
    holds = "def invariant_a(state: State) -> boolean:\n    return boolean(state.bank.total == 0)"
    text = LEDGER + wrap(holds, "`invariant_a`")
    assert program(text)[1] == []
    marked = wrap(holds.replace("boolean:", "boolean:  # <--"), "`invariant_a` [Interface]")
    assert_refused(LEDGER + marked, "the invariant invariant_a is marked [Interface]", "delete the mark")
    called = "def f(state: State) -> None:  # <--\n    assert invariant_a(state), 'wrong'"
    assert_refused(text + wrap(called), "f calls invariant_a, but invariants stand outside", "of another name")
    checks = "def check(state: State) -> boolean:\n    assert state.bank.total > 0, 'low'\n    return boolean(True)"
    asks = "def invariant_a(state: State) -> boolean:  # <--\n    return check(state)"
    asking = LEDGER + wrap(checks, "`check`") + wrap(asks, "`invariant_a`")
    assert_refused(asking, "the invariant invariant_a calls what can reject: toy.check.low", "rejects nothing")
    tries = "def invariant_a(state: State) -> boolean:\n    return boolean(attempt(check, state.copy()))"
    assert program(LEDGER + wrap(checks, "`check`") + wrap(tries, "`invariant_a`"))[1] == []


def test_a_name_for_a_container_is_refused() -> None:
    table = "\n## Types\n\n| Name | SSZ equivalent | Description |\n|---|---|---|\n| `Vault` | `Bank` | a <-- # <-- |\n"
    use = "def f(vault: Vault) -> None:\n    assert vault.total > 0, 'empty'"
    assert_refused(
        LEDGER + table + wrap(use), "Vault is another name for Bank, which is no basic type", "use Bank itself"
    )


@pytest.mark.parametrize("name", INVARIANTS)
def test_an_invariant_of_another_form_is_refused(name: str) -> None:
    code, problem, remedy = INVARIANTS[name]
    assert_refused(LEDGER + wrap(code, "`invariant_a`"), problem, remedy)


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_that_is_no_typed_integer_is_refused(name: str) -> None:
    value, problem, remedy = CONSTANTS[name]
    text = (
        f"# T\n\n## Constants\n\n| Name | Value | Unit | Description |\n|---|---|---|---|\n| `A` | `{value}` | - | - |"
    )
    text += "\n| `MAX_ACCOUNTS` | `uint64(4)` | - | - |\n"
    text += wrap("def f(n: uint64) -> boolean:\n    return boolean(n == A or n == MAX_ACCOUNTS)")
    _, errors = program(text)
    assert [(error.file, error.line) for error in errors] == [("specs/toy.md", 7)], errors
    assert problem in errors[0].problem
    assert remedy in errors[0].remedy


def test_a_condition_is_written_in_the_language_too() -> None:
    table = "\n## Conditions\n\n| Condition | Reason |\n|---|---|\n| `MAX_ACCOUNTS / 2 == 8` | even |\n"
    _, errors = program(LEDGER + table)
    assert [error.problem for error in errors] == ["true division, /"]
    assert errors[0].line == (LEDGER + table).splitlines().index("| `MAX_ACCOUNTS / 2 == 8` | even |") + 1


def test_integer_functions_use_plain_integers_and_return_declared_types() -> None:
    code = """
        def root(x: int, modulus: uint64) -> uint64:
            y: int = int(modulus) - 1
            y = (y << 1) + -x
            return uint64(y % modulus)
    """
    use = wrap("def f(n: uint64) -> uint64:\n    return root(n, n)")
    assert program(LEDGER + wrap(code, "`root` [Integer]") + use)[1] == []
    problem, remedy = "the result of root is a plain int", "use uint64"
    unchecked = code.replace("-> uint64:", "-> int:  # <--")
    assert_refused(LEDGER + wrap(unchecked, "`root` [Integer]") + use, problem, remedy)


ALLOWED = """
    def f(state: State, data: Bytes32, numbers: List[uint64, MAX_ACCOUNTS * 2]) -> List[Account, 1]:
        \"\"\"Everything that the language has.\"\"\"
        count: uint64 = uint64(len(numbers))
        first, second = state.bank.total, state.spare.total
        while count > 0 and not first == second:  # at most MAX_ACCOUNTS times
            count -= 1
            if count == 3:
                break
            elif count in (4, 5):
                continue
            else:
                first = Amount(first % 7 // 2 + 3 * 2 ** 2 - 1 & 0xFF | 1 ^ 4 >> 1)
        total = sum(account.balance for account in state.bank.accounts if account.role == Role.USER)
        largest = max(numbers[index] for index in range(1, len(numbers)))
        ordered = sorted(state.bank.accounts, key=balance_of)
        halves = [bytes(data)[0:16], data[16:32], b"tail"]
        numbered = list(enumerate(ordered)) + list(zip(numbers, ordered))
        pairs = [(a, b) for a, b in zip(numbers, ordered, strict=True)]
        nested = [number for part in [numbers, numbers] for number in part]
        assert 0 < total <= largest, "not-the-largest"
        assert len(numbered) > 0, "not-numbered"
        assert decode(Account, serialize(ordered[0])) == ordered[0], "not-the-same"
        assert can_decode(List[uint64, MAX_ACCOUNTS], data), "not-a-list"
        assert generalized_index(State, "bank", "accounts", 3) > 1 and len(pairs) > 0, "no-index"
        assert (halves[0] if len(halves) > 0 else data) != nested[0] and first is not None, "no-half"
        for index, account in enumerate(tuple(ordered)):
            credit(state, uint64(index), amount=account.balance)
        return List[Account, 1](Account(balance=5, nonce=uint64(0), role=Role.BANK))
"""


def test_everything_that_the_language_has_is_accepted() -> None:
    assert program(LEDGER + wrap(ALLOWED))[1] == []


def test_a_protocol_names_methods_that_spec_code_may_call() -> None:
    protocol = """
        class Engine(Protocol):
            \"\"\"What somebody else implements.\"\"\"

            def accepts(self, data: Bytes32) -> bool:
                \"\"\"Whether it is valid.\"\"\"
                ...
    """
    check = "def check(engine: Engine, data: Bytes32) -> boolean:\n    return boolean(engine.accepts(data))"
    root = "def invariant_c(state: State) -> boolean:\n    return check(state, state.bank.digest)"
    text = LEDGER + wrap(protocol, "`Engine`") + wrap(root, "`invariant_c`")
    assert program(text + wrap(check, "`check`"))[1] == []
    unknown = check.replace("accepts(data))", "refuses(data))  # <--")
    assert_refused(text + wrap(unknown, "`check`"), "the method .refuses is not in the language", "a function")


def test_every_syntax_node_of_python_is_either_in_the_language_or_refused() -> None:
    """A node that neither table names is refused by its class name; the tables do not contradict each other."""
    assert not set(SYNTAX) & set(REFUSED)
    for node in (*SYNTAX, *REFUSED):
        assert issubclass(node, ast.AST)


def test_the_description_names_every_builtin_and_every_piece_of_syntax() -> None:
    rows = language.describe()
    assert {f"`{name}`" for name in BUILTINS} <= {form for form, _ in rows}
    assert set(SYNTAX.values()) <= set(rows)
    assert len({form for form, _ in rows}) == len(rows)
    assert all(hasattr(builtins, name) for name in BUILTINS)


@pytest.mark.parametrize("name", sorted(RESERVED_FIELDS))
def test_a_reserved_field_name_is_one_that_the_ssz_engine_has(name: str) -> None:
    from axivon_spec.runtime.ssz import Container, List

    assert hasattr(Container, name) or hasattr(List, name)

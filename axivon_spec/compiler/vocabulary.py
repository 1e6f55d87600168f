"""The words of the language: what spec code may be made of, and what to write instead of what authors reach for.

`specs/README.md` prints these tables.
"""

from __future__ import annotations

import ast
import builtins

# The names of Python itself, without those that `site` adds for the interactive prompt.
PYTHON_NAMES = frozenset(dir(builtins)) - {"copyright", "credits", "exit", "help", "license", "quit", "_"}

# Each node of Python's syntax tree that the language has: (form, meaning).
SYNTAX: dict[type[ast.AST], tuple[str, str]] = {
    ast.If: ("`if`, `elif`, `else`", "a branch"),
    ast.For: (
        "`for name in …:`",
        "a loop over a sequence or a range, without `else`; what it walks over does not change",
    ),
    ast.While: (
        "`while condition:  # at most N times`",
        "a loop; N is a number, a constant, an argument or a length; going on after N rounds is a defect",
    ),
    ast.Break: ("`break`", "leave the innermost loop"),
    ast.Continue: ("`continue`", "go on with the innermost loop"),
    ast.Return: ("`return value`", "the result; a parameter that can change is not returned"),
    ast.Assert: ('`assert condition, "kebab-case-reason"`', "a rule; its reason is unique in its function"),
    ast.Assign: (
        "`name = value`, `path = value`, `a, b = …`",
        "one `=` a line; a path begins at a parameter, or at a "
        "local that the function built with a constructor, `.copy()` or a list display; an argument that can change "
        "gets no second name",
    ),
    ast.AnnAssign: ("`name: Type = value`", "a new local with its type"),
    ast.AugAssign: ("`path += value` and the like", "a write in place; for a local, a new value"),
    ast.Expr: ("`f(…)` as a statement", "a call for what it changes"),
    ast.Call: (
        "`f(…)`",
        "a call of a spec function, a runtime function, a constructor, a builtin or a method listed here",
    ),
    ast.keyword: ("`f(name=value)`", "arguments by name; a container's fields are always named"),
    ast.BoolOp: ("`and`, `or`", "the right side is evaluated only where it decides"),
    ast.BinOp: (
        "`+ - * // % ** & | ^ >>`",
        "exact; a difference below zero is a defect; `n >> b` is 0 where `b` is the width of `n` or more; `<<` in "
        "[Integer] functions only, since it drops bits of SSZ integers",
    ),
    ast.UnaryOp: ("`not`", "unary `-` in [Integer] functions only"),
    ast.Compare: ("`== != < <= > >=`, `in`, `not in`", "also `is None`, `is not None`"),
    ast.IfExp: ("`a if condition else b`", "a choice between two values"),
    ast.Attribute: ("`value.field`, `Role.MEMBER`", "a field of a container, a member of an enumeration"),
    ast.Subscript: ("`value[index]`", "an element; no negative index"),
    ast.Slice: ("`value[a:b]`", "a part, to read only; no step, no negative index"),
    ast.Name: (
        "`name`",
        "a local, a parameter or a constant; a function's name only in `attempt(…)` and `sorted(key=…)`",
    ),
    ast.Constant: (
        '`1`, `True`, `None`, `b"…"`',
        "values; text only as reason, docstring or path of a generalized index",
    ),
    ast.List: ("`[a, b]`", "a list"),
    ast.Tuple: ("`a, b`", "several values"),
    ast.ListComp: ("`[… for … in … if …]`", "a list, without side effects"),
    ast.GeneratorExp: ("`f(… for … in …)`", "alone in sum, any, all, min, max, sorted, tuple, list or a constructor"),
    ast.comprehension: ("`for … in … for … in …`", "several loops in one comprehension"),
}

BUILTINS = {
    "len": "number of elements or bytes",
    "range": "integers in order",
    "enumerate": "elements with their index, where they are read at once",
    "zip": "elements of several sequences side by side, where they are read at once",
    "min": "the smallest",
    "max": "the largest",
    "sum": "the sum",
    "any": "whether one holds",
    "all": "whether each holds",
    "sorted": "a sorted list; `key=` a function by name",
    "list": "a list of the elements",
    "tuple": "a tuple of the elements",
    "bytes": "the bytes of a byte vector or list",
    "int": "a plain integer, in [Integer] functions only",
}

METHODS = {
    "append": (1, "`list.append(value)`, as a statement"),
    "pop": (0, "`list.pop()`, as a statement: remove the last element"),
    "copy": (0, "`value.copy()`: a value of its own"),
}
MUTATING_METHODS = frozenset({"append", "pop"})

# What authors reach for most: (what it is, what to write instead).
REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Import: ("import", "use the names that the runtime and the other spec files give"),
    ast.ImportFrom: ("import", "use the names that the runtime and the other spec files give"),
    ast.Lambda: ("lambda", "define a function in a block of its own and pass its name"),
    ast.FunctionDef: ("a nested function", "define it in a block of its own, with what it needs as arguments"),
    ast.AsyncFunctionDef: ("an async function", "write a plain function"),
    ast.ClassDef: ("a nested class", "define it in a block of its own"),
    ast.Try: ("try", "assert what must hold with a reason; only attempt(…) catches"),
    ast.TryStar: ("try", "assert what must hold with a reason; only attempt(…) catches"),
    ast.Raise: ("raise", 'write assert condition, "kebab-case-reason"'),
    ast.With: ("with", "write plain statements"),
    ast.AsyncWith: ("with", "write plain statements"),
    ast.AsyncFor: ("async", "write a plain for loop"),
    ast.Await: ("await", "write a plain call"),
    ast.Yield: ("yield", "return a list"),
    ast.YieldFrom: ("yield", "return a list"),
    ast.Global: ("global", "pass the value as an argument"),
    ast.Nonlocal: ("nonlocal", "pass the value as an argument"),
    ast.Delete: ("del", "write the default value, or pop() the last element"),
    ast.Match: ("match", "write if and elif"),
    ast.Pass: ("pass", "delete it: a docstring alone is a body"),
    ast.NamedExpr: ("an assignment inside an expression", "assign in a statement of its own"),
    ast.JoinedStr: ("an f-string", "use bytes: serialize(…), or uint_to_bytes(…)"),
    ast.Dict: ("a dict", "use a list of containers, or an indexed list"),
    ast.DictComp: ("a dict", "use a list of containers, or an indexed list"),
    ast.Set: ("a set", "use a sorted list without repeats: its order is defined"),
    ast.SetComp: ("a set", "use a sorted list without repeats: its order is defined"),
    ast.Starred: ("*unpacking", "name each argument or element"),
}

REFUSED_BUILTINS = {
    "print": "delete it: a spec has no output",
    "dict": "use a list of containers, or an indexed list",
    "set": "use a sorted list without repeats: its order is defined",
    "frozenset": "use a sorted list without repeats: its order is defined",
    "float": "use integers; say where each remainder goes",
    "round": "use integers; say where each remainder goes",
    "str": "use bytes",
    "bool": "compare, or use boolean(…)",
    "map": "write a comprehension",
    "filter": "write a comprehension with if",
    "reversed": "loop over indices downwards: range(len(xs)), and len(xs) - 1 - i",
    "pow": "use pow_mod(a, e, m) of the runtime",
    "divmod": "write // and %",
    "abs": "compare first, and subtract the smaller from the larger",
    "hash": "use sha256(…) or hash_tree_root(…)",
    "isinstance": "a choice is a container with a kind: compare that",
}

# Names that every view of the SSZ engine has: a field of that name would hide or break it.
_VIEW_NAMES = """
    append copy pop get set fields default serialize deserialize hash_tree_root encode_bytes decode_bytes
    from_obj to_obj from_base to_base get_backing set_backing check_backing coerce_view navigate_type
    navigate_view tree_depth is_packed is_fixed_byte_length max_byte_length min_byte_length type_byte_length
    value_byte_length type_repr type_tree_shape view_from_backing default_node chunk_to_gindex item_elem_cls
    key_to_static_gindex key_to_dynamic_gindex
"""
RESERVED_FIELDS = frozenset(_VIEW_NAMES.split())

TAKES_GENERATOR = frozenset({"sum", "any", "all", "min", "max", "sorted", "tuple", "list"})
ITERATORS = frozenset({"enumerate", "zip"})  # read once, so never a value of their own
KEYWORDS = {"sorted": ("key",), "zip": ("strict",)}
ARITHMETIC = (
    ast.Add | ast.Sub | ast.Mult | ast.FloorDiv | ast.Mod | ast.Pow | ast.BitAnd | ast.BitOr | ast.BitXor | ast.RShift
)
COMPARISONS = ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.In | ast.NotIn


def describe() -> list[tuple[str, str]]:
    """The language as rows (form, meaning), for printing."""
    rows = list(SYNTAX.values())
    rows += [(f"`{name}`", meaning) for name, meaning in BUILTINS.items()]
    rows += [(f"`.{name}`", meaning) for name, (_, meaning) in METHODS.items()]
    signature = (
        "declared types, SSZ types, `bytes`, `bool`, `Sequence[T]`, `list[T]`, `tuple[A, B]`; a result may be `None`; "
        "a function writes into a `list[T]` that it is given only where `T` cannot change; "
        "[Interface] functions: SSZ types only; `int` for arguments and locals of [Integer] functions only"
    )
    rows.append(("types in signatures", signature))
    rows.append(("bounds of types", "named constants or expressions of them; `List[T, 1]` is an optional"))
    return rows

"""SSZ: the types of the spec, their encoding and their tree. The only module that knows the engine, remerkleable.

The engine gives integers, byte strings and the tree of nodes. What it lets pass is closed here: a value of another type
in a field or a list, an `int` as byte string, bits other than 0 and 1, negative slices, names that hide a method, and
encodings that are not the one encoding of a value. Types without a name of their own (`List[Account, 1024]`) are made
once, so that equal types are identical.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterator
from threading import RLock
from types import GeneratorType
from typing import Any, ClassVar
from weakref import WeakValueDictionary

from remerkleable import bitfields, byte_arrays, complex
from remerkleable.basic import boolean, uint, uint8, uint16, uint32, uint64, uint128, uint256
from remerkleable.core import View, pack_bytes_to_chunks
from remerkleable.settings import zero_hashes
from remerkleable.tree import (
    NavigationError,
    Node,
    PairNode,
    RootNode,
    get_depth,
    subtree_fill_to_contents,
    zero_node,
)

__all__ = [
    "Bitlist",
    "Bitvector",
    "ByteList",
    "ByteVector",
    "Bytes4",
    "Bytes20",
    "Bytes32",
    "Bytes48",
    "Bytes65",
    "Bytes96",
    "Container",
    "List",
    "MalformedSSZ",
    "Vector",
    "View",
    "boolean",
    "bound",
    "can_decode",
    "decode",
    "decode_or_explain",
    "element_type",
    "fields",
    "fixed_size",
    "from_value",
    "generalized_index",
    "hash_tree_root",
    "install",
    "is_mutable",
    "kind",
    "prove",
    "serialize",
    "to_value",
    "type_name",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uint128",
    "uint256",
]

BYTES_PER_CHUNK = 32
BITS_PER_CHUNK = 256
BYTES_PER_OFFSET = 4
ZERO_CHUNK = bytes(BYTES_PER_CHUNK)


class MalformedSSZ(ValueError):
    """Bytes that are not the encoding of any value of a type: `type_name`, `offset` (byte of the input), `what`."""

    def __init__(self, type_name: str, offset: int, what: str) -> None:
        super().__init__(f"{type_name}: byte {offset}: {what}")
        self.type_name, self.offset, self.what = type_name, offset, what


# The tree: a leaf of a subtree by its position


def _leaf(node: Node, index: int, depth: int) -> Node:
    """The node `depth` levels below `node`, `index` from the left."""
    for shift in range(depth - 1, -1, -1):
        node = node.get_right() if index >> shift & 1 else node.get_left()
    return node


def _chunk(node: Node, index: int, depth: int) -> Node:
    """Like `_leaf`, also where an all-zero part of the tree is kept as its root alone."""
    try:
        return _leaf(node, index, depth)
    except NavigationError:
        return zero_node(0)


def _leaves(node: Node, depth: int, count: int) -> list[Node]:
    """The first `count` nodes `depth` levels below `node`."""
    found: list[Node] = []

    def descend(node: Node, depth: int, count: int) -> None:
        if depth == 0:
            found.append(node)
            return
        half = 1 << (depth - 1)
        descend(node.get_left(), depth - 1, min(count, half))
        if count > half:
            descend(node.get_right(), depth - 1, count - half)

    if count > 0:
        descend(node, depth, count)
    return found


def _children(node: Node, depth: int) -> tuple[Node, Node]:
    """Both children of a node `depth` levels above the leaves; an all-zero subtree is kept as its root alone."""
    if not node.is_leaf():
        return node.get_left(), node.get_right()
    if node.merkle_root() != zero_hashes[depth]:
        raise KeyError("the tree has no node there")
    return zero_node(depth - 1), zero_node(depth - 1)


def _replaced(node: Node, index: int, depth: int, leaf: Node) -> Node:
    """A copy of the subtree, which shares all but one path, with another leaf at `index`."""
    path = []
    for level in range(depth, 0, -1):
        left, right = _children(node, level)
        to_right = index >> (level - 1) & 1
        path.append((to_right, left if to_right else right))
        node = right if to_right else left
    for to_right, sibling in reversed(path):
        leaf = PairNode(sibling, leaf) if to_right else PairNode(leaf, sibling)
    return leaf


def _length_node(length: int) -> Node:
    return RootNode(length.to_bytes(BYTES_PER_CHUNK, "little"))  # type: ignore[arg-type]


# The types


_PLAIN_BYTE_VECTORS = (4, 20, 32, 48, 65, 96)
# Weak, so that the types of a spec that is loaded and dropped go with it.
_made: WeakValueDictionary[tuple[Any, ...], type] = WeakValueDictionary()
_making = RLock()


def _converted(T: type[View], value: Any) -> Any:
    """`value` as a `T`. Raises ValueError or TypeError where that would change or invent something."""
    if isinstance(value, T):
        return value
    if issubclass(T, int) and not isinstance(value, int):
        raise TypeError(f"{type_name(T)} needs an integer, not {type(value).__name__}")
    return T.coerce_view(value)


def _checked_type(T: object, where: str) -> type[View]:
    if not isinstance(T, type) or kind(T) is None:
        raise TypeError(f"{where} is {T!r}, which is no SSZ type")
    return T


def fixed_size(T: Any) -> int | None:
    """Bytes of the encoding of every `T`, or None where that depends on the value."""
    size = getattr(T, "_size", 0)  # integers and booleans, which are the engine's own, lack it
    return T.type_byte_length() if size == 0 else size


def _made_once(base: Any, key: tuple[Any, ...], engine: Callable[[], type], name: str, **attributes: Any) -> type:
    """The subclass of `base` with these bounds. `engine` makes the engine's class for the same bounds."""
    with _making:
        made = _made.get((base, *key))
        if made is None:
            space = {"__slots__": (), "__module__": __name__, **attributes}
            made = _made[base, *key] = type(base)(name, (base, engine()), space)
        return made


class _Field:
    """Reads one field of a container."""

    __slots__ = ("depth", "index", "type")

    def __init__(self, index: int, depth: int, T: type[View]) -> None:
        self.index, self.depth, self.type = index, depth, T

    def __get__(self, container: Container | None, owner: type) -> Any:
        if container is None:
            return self
        node = _leaf(container._backing, self.index, self.depth)
        index = self.index
        return self.type.view_from_backing(node, lambda value: container.set(index, value))

    def __set__(self, container: Container, value: Any) -> None:
        container.set(self.index, value)


class Container(complex.Container):
    """Base of every container; fields are annotations, in order."""

    # The engine wants a field in every class that inherits from its own, so also in this one.
    _fields: ClassVar[dict[str, Any]] = {"none": uint8}
    _types: ClassVar[tuple[Any, ...]] = (uint8,)
    _depth: ClassVar[int] = 0
    _size: ClassVar[int | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        own = inspect.get_annotations(cls, eval_str=True)
        inherited = {name: T for base in cls.__bases__ if base is not Container for name, T in base._fields.items()}
        for name, T in own.items():
            _checked_type(T, f"{cls.__name__}.{name}")
            if hasattr(Container, name) or name in ("backing", "hook") or name.startswith("_"):
                raise TypeError(f"{cls.__name__}: no field can be called {name!r}, containers use that name")
        cls._fields = {**inherited, **own}
        super().__init_subclass__(**options)
        cls._types = tuple(cls._fields.values())
        cls._depth = get_depth(len(cls._types))
        sizes = [fixed_size(T) for T in cls._types]
        cls._size = None if None in sizes else sum(size for size in sizes if size is not None)
        for index, (name, T) in enumerate(cls._fields.items()):
            setattr(cls, name, _Field(index, cls._depth, T))

    def __new__(cls, /, *, backing: Node | None = None, hook: Any = None, **values: Any) -> Container:
        if backing is None:
            unknown = values.keys() - cls._fields.keys()
            if unknown:
                raise AttributeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")
            nodes = [
                _converted(T, values[name]).get_backing() if name in values else T.default_node()
                for name, T in cls._fields.items()
            ]
            backing = subtree_fill_to_contents(nodes, cls._depth)
        return super().__new__(cls, backing=backing, hook=hook)

    @classmethod
    def fields(cls) -> dict[str, Any]:
        return cls._fields

    @classmethod
    def is_fixed_byte_length(cls) -> bool:
        return cls._size is not None

    @classmethod
    def tree_depth(cls) -> int:
        return cls._depth

    @classmethod
    def coerce_view(cls, value: Any) -> Any:
        raise TypeError(f"{cls.__name__} is needed, not {type(value).__name__}")

    def set(self, i: int, v: Any) -> None:
        node = _converted(self._types[i], v).get_backing()
        self.set_backing(_replaced(self._backing, i, self._depth, node))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._fields and name not in ("_backing", "_hook"):
            raise AttributeError(f"{type(self).__name__} has no field {name}")
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no field {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.hash_tree_root() == other.hash_tree_root()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self), self.hash_tree_root()))


class _Sequence:
    """What lists, vectors and bitfields share: strict indices, comparison, and iteration over a snapshot."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, slice):
            return self.get(key)  # type: ignore[attr-defined]
        length = len(self)  # type: ignore[arg-type]
        start = 0 if key.start is None else operator.index(key.start)
        stop = length if key.stop is None else operator.index(key.stop)
        if key.step is not None or not 0 <= start <= stop <= length:
            raise IndexError(f"[{key.start}:{key.stop}] is no part of {length} elements")
        return [self.get(i) for i in range(start, stop)]  # type: ignore[attr-defined]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.set(key, value)  # type: ignore[attr-defined]

    def __eq__(self, other: object) -> bool:
        if type(self) is type(other):
            return bool(self.hash_tree_root() == other.hash_tree_root())  # type: ignore[attr-defined]
        if isinstance(other, list | tuple | _Sequence):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))  # type: ignore
        return False

    def __hash__(self) -> int:
        return hash((type(self), self.hash_tree_root()))  # type: ignore[attr-defined]

    def _position(self, i: Any) -> int:
        index = operator.index(i)
        if not 0 <= index < len(self):  # type: ignore[arg-type]
            raise IndexError(f"no element {index} of {len(self)}")  # type: ignore[arg-type]
        return int(index)


def _given_elements(arguments: tuple[Any, ...], T: type | None) -> list[Any]:
    """The elements of `List[T, N](a, b, …)`, or of `List[T, N](elements)`."""
    if len(arguments) != 1:
        return list(arguments)
    (argument,) = arguments
    if T is not None and isinstance(argument, T):
        return [argument]
    if isinstance(argument, list | tuple | range | GeneratorType | _Sequence):
        return list(argument)
    if isinstance(argument, bytes | bytearray) and T is not None and issubclass(T, uint8):
        return list(argument)
    return [argument]


class _Elements(_Sequence):
    """What lists and vectors share."""

    __slots__ = ()
    _size: ClassVar[int | None] = None
    _element: ClassVar[Any]
    _bound: ClassVar[int]
    _per_chunk: ClassVar[int]  # elements in one chunk, where they are packed; else 0
    _contents_depth: ClassVar[int]

    @classmethod
    def coerce_view(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple | range | GeneratorType | _Sequence | bytes | bytearray):
            raise TypeError(f"{cls.__name__} needs a list, not {type(value).__name__}")
        return cls(list(value))  # type: ignore[call-arg]

    @classmethod
    def _contents_of(cls, elements: list[Any]) -> Node:
        views = [_converted(cls._element, element) for element in elements]
        if cls._per_chunk:
            nodes = pack_bytes_to_chunks(b"".join(view.encode_bytes() for view in views))
        else:
            nodes = [view.get_backing() for view in views]
        return subtree_fill_to_contents(nodes, cls._contents_depth)

    def _contents(self) -> Node:
        raise NotImplementedError

    def _with_contents(self, contents: Node) -> Node:
        raise NotImplementedError

    def get(self, i: Any) -> Any:
        index = self._position(i)
        if self._per_chunk:
            node = _leaf(self._contents(), index // self._per_chunk, self._contents_depth)
            return self._element.basic_view_from_backing(node, index % self._per_chunk)
        node = _leaf(self._contents(), index, self._contents_depth)
        return self._element.view_from_backing(node, lambda value: self.set(index, value))

    def set(self, i: Any, v: Any) -> None:
        index = self._position(i)
        self.set_backing(self._with_contents(self._contents_with(index, _converted(self._element, v))))  # type: ignore

    def _contents_with(self, index: int, view: Any) -> Node:
        contents, depth = self._contents(), self._contents_depth
        if not self._per_chunk:
            return _replaced(contents, index, depth, view.get_backing())
        chunk = index // self._per_chunk
        node = view.backing_from_base(_chunk(contents, chunk, depth), index % self._per_chunk)
        return _replaced(contents, chunk, depth, node)

    def __iter__(self) -> Iterator[Any]:
        length, T = len(self), self._element  # type: ignore[arg-type]
        if self._per_chunk:
            nodes = _leaves(self._contents(), self._contents_depth, -(-length // self._per_chunk))
            for i in range(length):
                yield T.basic_view_from_backing(nodes[i // self._per_chunk], i % self._per_chunk)
            return
        for i, node in enumerate(_leaves(self._contents(), self._contents_depth, length)):
            yield T.view_from_backing(node, lambda value, i=i: self.set(i, value))


def _elements_type(base: Any, engine: Any, parameters: Any, minimum: int) -> type:
    T, given = parameters
    bound = operator.index(given)
    _checked_type(T, f"the element type of {base.__name__}")
    if bound < minimum:
        raise TypeError(f"{base.__name__}[{type_name(T)}, {bound}]: the bound is at least {minimum}")
    size = fixed_size(T)
    per_chunk = BYTES_PER_CHUNK // size if size is not None and issubclass(T, uint | boolean) else 0
    return _made_once(
        base,
        (T, bound),
        lambda: engine.__class_getitem__((T, bound)),
        f"{base.__name__}[{type_name(T)}, {bound}]",
        _element=T,
        _bound=bound,
        _per_chunk=per_chunk,
        _contents_depth=get_depth(-(-bound // per_chunk) if per_chunk else bound),
        _size=None if base is List or size is None else size * bound,
    )


class List(_Elements, complex.List):
    """`List[T, N]`: at most N elements."""

    __slots__ = ()

    def __class_getitem__(cls, parameters: Any) -> Any:
        return _elements_type(List, complex.List, parameters, 0)

    def __new__(cls, *elements: Any, backing: Node | None = None, hook: Any = None) -> Any:
        if backing is None and elements:
            given = _given_elements(elements, cls._element)
            if len(given) > cls._bound:
                raise ValueError(f"{len(given)} elements are too many for {cls.__name__}")
            backing = PairNode(cls._contents_of(given), _length_node(len(given)))
        return super().__new__(cls, backing=backing, hook=hook)

    def _contents(self) -> Node:
        return self._backing.get_left()

    def _with_contents(self, contents: Node) -> Node:
        return PairNode(contents, self._backing.get_right())

    def length(self) -> int:
        return int.from_bytes(self._backing.get_right().merkle_root(), "little")

    def append(self, v: Any) -> None:
        length = self.length()
        if length >= self._bound:
            raise ValueError(f"{type(self).__name__} is full")
        view = _converted(self._element, v)
        self.set_backing(PairNode(self._contents_with(length, view), _length_node(length + 1)))

    def pop(self) -> None:
        last = self.length() - 1
        if last < 0:
            raise IndexError(f"{type(self).__name__} is empty")
        if self._per_chunk:
            contents = self._contents_with(last, self._element(0))
        else:
            contents = _replaced(self._contents(), last, self._contents_depth, zero_node(0))
        self.set_backing(PairNode(contents, _length_node(last)))


class Vector(_Elements, complex.Vector):
    """`Vector[T, N]`: exactly N elements."""

    __slots__ = ()

    def __class_getitem__(cls, parameters: Any) -> Any:
        return _elements_type(Vector, complex.Vector, parameters, 1)

    def __new__(cls, *elements: Any, backing: Node | None = None, hook: Any = None) -> Any:
        if backing is None and elements:
            given = _given_elements(elements, cls._element)
            if len(given) != cls._bound:
                raise ValueError(f"{cls.__name__} needs {cls._bound} elements, not {len(given)}")
            backing = cls._contents_of(given)
        return super().__new__(cls, backing=backing, hook=hook)

    def _contents(self) -> Node:
        return self._backing

    def _with_contents(self, contents: Node) -> Node:
        return contents


class _Bits(_Sequence):
    """What bit lists and bit vectors share."""

    __slots__ = ()
    _size: ClassVar[int | None] = None
    _bound: ClassVar[int]
    _contents_depth: ClassVar[int]

    @classmethod
    def coerce_view(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple | GeneratorType | _Sequence):
            raise TypeError(f"{cls.__name__} needs a list of bits, not {type(value).__name__}")
        return cls(list(value))  # type: ignore[call-arg]

    @classmethod
    def _contents_of(cls, bits: list[Any]) -> Node:
        packed = bytearray(-(-len(bits) // 8))
        for i, bit in enumerate(bits):
            packed[i // 8] |= int(_converted(boolean, bit)) << (i % 8)
        return subtree_fill_to_contents(pack_bytes_to_chunks(bytes(packed)), cls._contents_depth)

    def _contents(self) -> Node:
        raise NotImplementedError

    def _with_contents(self, contents: Node) -> Node:
        raise NotImplementedError

    def get(self, i: Any) -> boolean:
        index = self._position(i)
        chunk = _leaf(self._contents(), index // BITS_PER_CHUNK, self._contents_depth).merkle_root()
        return boolean(chunk[index % BITS_PER_CHUNK // 8] >> index % 8 & 1)

    def set(self, i: Any, v: Any) -> None:
        self.set_backing(self._with_contents(self._contents_with(self._position(i), v)))  # type: ignore[attr-defined]

    def _contents_with(self, index: int, bit: Any) -> Node:
        contents, depth, position = self._contents(), self._contents_depth, index // BITS_PER_CHUNK
        chunk = bytearray(_chunk(contents, position, depth).merkle_root())
        byte, mask = index % BITS_PER_CHUNK // 8, 1 << index % 8
        chunk[byte] = chunk[byte] | mask if _converted(boolean, bit) else chunk[byte] & ~mask
        return _replaced(contents, position, depth, RootNode(bytes(chunk)))  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[boolean]:
        length = len(self)  # type: ignore[arg-type]
        chunks = _leaves(self._contents(), self._contents_depth, -(-length // BITS_PER_CHUNK))
        packed = b"".join(chunk.merkle_root() for chunk in chunks)
        return (boolean(packed[i // 8] >> i % 8 & 1) for i in range(length))


def _bits_type(base: Any, engine: Any, given: Any, minimum: int) -> type:
    bound = operator.index(given)
    if bound < minimum:
        raise TypeError(f"{base.__name__}[{bound}]: the bound is at least {minimum}")
    return _made_once(
        base,
        (bound,),
        lambda: engine.__class_getitem__(bound),
        f"{base.__name__}[{bound}]",
        _bound=bound,
        _contents_depth=get_depth(-(-bound // BITS_PER_CHUNK)),
        _size=None if base is Bitlist else -(-bound // 8),
    )


class Bitlist(_Bits, bitfields.Bitlist):
    """`Bitlist[N]`: at most N bits."""

    __slots__ = ()

    def __class_getitem__(cls, bound: Any) -> Any:
        return _bits_type(Bitlist, bitfields.Bitlist, bound, 0)

    def __new__(cls, *bits: Any, backing: Node | None = None, hook: Any = None) -> Any:
        if backing is None and bits:
            given = _given_elements(bits, None)
            if len(given) > cls._bound:
                raise ValueError(f"{len(given)} bits are too many for {cls.__name__}")
            backing = PairNode(cls._contents_of(given), _length_node(len(given)))
        return super().__new__(cls, backing=backing, hook=hook)

    def _contents(self) -> Node:
        return self._backing.get_left()

    def _with_contents(self, contents: Node) -> Node:
        return PairNode(contents, self._backing.get_right())

    def length(self) -> int:
        return int.from_bytes(self._backing.get_right().merkle_root(), "little")

    def append(self, v: Any) -> None:
        length = self.length()
        if length >= self._bound:
            raise ValueError(f"{type(self).__name__} is full")
        self.set_backing(PairNode(self._contents_with(length, v), _length_node(length + 1)))

    def pop(self) -> None:
        last = self.length() - 1
        if last < 0:
            raise IndexError(f"{type(self).__name__} is empty")
        self.set_backing(PairNode(self._contents_with(last, False), _length_node(last)))


class Bitvector(_Bits, bitfields.Bitvector):
    """`Bitvector[N]`: exactly N bits."""

    __slots__ = ()

    def __class_getitem__(cls, bound: Any) -> Any:
        return _bits_type(Bitvector, bitfields.Bitvector, bound, 1)

    def __new__(cls, *bits: Any, backing: Node | None = None, hook: Any = None) -> Any:
        if backing is None and bits:
            given = _given_elements(bits, None)
            if len(given) != cls._bound:
                raise ValueError(f"{cls.__name__} needs {cls._bound} bits, not {len(given)}")
            backing = cls._contents_of(given)
        return super().__new__(cls, backing=backing, hook=hook)

    def _contents(self) -> Node:
        return self._backing

    def _with_contents(self, contents: Node) -> Node:
        return contents


def _given_bytes(cls: Any, arguments: tuple[Any, ...]) -> bytes:
    if not arguments:
        return bytes(cls.default_bytes())
    (value,) = arguments
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x"))
    if isinstance(value, bytes | bytearray | memoryview | list | tuple | _Elements):
        return bytes(value)  # type: ignore[arg-type]
    raise TypeError(f"{cls.__name__} needs bytes, not {type(value).__name__}")


def _bytes_type(base: Any, engine: Any, given: Any, minimum: int) -> type:
    bound = operator.index(given)
    if bound < minimum:
        raise TypeError(f"{base.__name__}[{bound}]: the bound is at least {minimum}")
    plain = base is ByteVector and bound in _PLAIN_BYTE_VECTORS
    return _made_once(
        base,
        (bound,),
        lambda: engine.__class_getitem__(bound),
        f"Bytes{bound}" if plain else f"{base.__name__}[{bound}]",
        _bound=bound,
        _contents_depth=get_depth(-(-bound // BYTES_PER_CHUNK)),
        _size=bound if base is ByteVector else None,
    )


class ByteVector(byte_arrays.ByteVector):
    """`ByteVector[N]`: exactly N bytes; `Bytes32` is `ByteVector[32]`."""

    _size: ClassVar[int | None] = None
    _bound: ClassVar[int]
    _contents_depth: ClassVar[int]

    def __class_getitem__(cls, bound: Any) -> Any:
        return _bytes_type(ByteVector, byte_arrays.ByteVector, bound, 1)

    def __new__(cls, *value: Any) -> Any:
        given = _given_bytes(cls, value)
        if len(given) != cls._bound:
            raise ValueError(f"{cls.__name__} has {cls._bound} bytes, not {len(given)}")
        return bytes.__new__(cls, given)


class ByteList(byte_arrays.ByteList):
    """`ByteList[N]`: at most N bytes."""

    __slots__ = ()
    _size: ClassVar[int | None] = None
    _bound: ClassVar[int]
    _contents_depth: ClassVar[int]

    def __class_getitem__(cls, bound: Any) -> Any:
        return _bytes_type(ByteList, byte_arrays.ByteList, bound, 0)

    def __new__(cls, *value: Any) -> Any:
        given = _given_bytes(cls, value)
        if len(given) > cls._bound:
            raise ValueError(f"{len(given)} bytes are too many for {cls.__name__}")
        return bytes.__new__(cls, given)


Bytes4, Bytes20, Bytes32, Bytes48, Bytes65, Bytes96 = (ByteVector[length] for length in _PLAIN_BYTE_VECTORS)

_KINDS: dict[type, str] = {
    uint: "uint",
    boolean: "boolean",
    Container: "container",
    List: "list",
    Vector: "vector",
    Bitlist: "bitlist",
    Bitvector: "bitvector",
    ByteList: "bytelist",
    ByteVector: "bytevector",
}


# What a type is


def kind(T: type) -> str | None:
    """One of uint, boolean, container, list, vector, bitlist, bitvector, bytelist, bytevector; None for no SSZ type."""
    for base in T.__mro__:
        found = _KINDS.get(base)
        if found is not None:
            return found
    return None


def type_name(T: type) -> str:
    """The name a reader knows the type by: `Account`, `Bytes32`, `List[Account, 1024]`."""
    return T.__name__


def fields(T: type) -> dict[str, type]:
    """Names and types of a container's fields, in order."""
    if kind(T) != "container":
        raise TypeError(f"{type_name(T)} is no container")
    return dict(T._fields)  # type: ignore[attr-defined]


def element_type(T: Any) -> Any:
    """The type of the elements of a list or vector."""
    return T._element


def bound(T: Any) -> int:
    """The limit of a list, the length of a vector, the bits of an integer."""
    return T.type_byte_length() * 8 if issubclass(T, uint) else int(T._bound)


def is_mutable(T: type) -> bool:
    """Whether values of `T` change in place; integers, booleans and byte strings never do."""
    return kind(T) in ("container", "list", "vector", "bitlist", "bitvector")


# Encoding


def serialize(value: Any) -> bytes:
    """The SSZ encoding."""
    if isinstance(value, bytes):
        return bytes(value)
    return _encoded(type(value), value.get_backing())


def _packed(node: Node, depth: int, size: int) -> bytes:
    """The first `size` bytes of the chunks below `node`."""
    chunks = _leaves(node, depth, -(-size // BYTES_PER_CHUNK))
    return b"".join([chunk.merkle_root() for chunk in chunks])[:size]


def _encoded(T: Any, node: Node) -> bytes:
    what = kind(T)
    if what in ("uint", "boolean"):
        return bytes(node.merkle_root()[: T.type_byte_length()])
    if what == "container":
        return _joined(T._types, _leaves(node, T._depth, len(T._types)))
    if what in ("vector", "bitvector", "bytevector"):
        length, contents = T._bound, node
    else:
        length, contents = int.from_bytes(node.get_right().merkle_root(), "little"), node.get_left()
    if what in ("bytevector", "bytelist"):
        return _packed(contents, T._contents_depth, length)
    if what == "bitvector":
        return _packed(contents, T._contents_depth, -(-length // 8))
    if what == "bitlist":
        delimited = bytearray(_packed(contents, T._contents_depth, -(-length // 8))) + b"\0" * (length % 8 == 0)
        delimited[-1] |= 1 << length % 8
        return bytes(delimited)
    if T._per_chunk:
        return _packed(contents, T._contents_depth, length * T._element.type_byte_length())
    return _joined((T._element,) * length, _leaves(contents, T._contents_depth, length))


def _joined(types: tuple[Any, ...], nodes: list[Node]) -> bytes:
    """The encodings of several values: those of fixed size in place, for the others an offset, and they follow."""
    parts = [_encoded(T, node) for T, node in zip(types, nodes, strict=True)]
    if all(fixed_size(T) is not None for T in set(types)):
        return b"".join(parts)
    fixed = [fixed_size(T) is not None for T in types]
    offset = sum(len(part) if is_fixed else BYTES_PER_OFFSET for part, is_fixed in zip(parts, fixed, strict=True))
    head, tail = [], []
    for part, is_fixed in zip(parts, fixed, strict=True):
        if is_fixed:
            head.append(part)
        else:
            head.append(offset.to_bytes(BYTES_PER_OFFSET, "little"))
            tail.append(part)
            offset += len(part)
    return b"".join(head + tail)


# Decoding: every length is checked before anything is made, so memory is bounded by the input


def decode(T: Any, data: bytes) -> Any:
    """The value that `data` encodes. Raises `MalformedSSZ` unless `data` is exactly the encoding of a `T`."""
    data = bytes(data)
    return T.view_from_backing(_Reader(T, data).read(T, 0, len(data)))


decode_or_explain = decode


def can_decode(T: Any, data: bytes) -> bool:
    """Whether `data` is exactly the encoding of a value of `T`."""
    data = bytes(data)
    try:
        _Reader(T, data).read(T, 0, len(data))
    except MalformedSSZ:
        return False
    return True


class _Reader:
    def __init__(self, T: type, data: bytes) -> None:
        self.type, self.data = T, data

    def fail(self, offset: int, what: str) -> MalformedSSZ:
        return MalformedSSZ(type_name(self.type), offset, what)

    def read(self, T: Any, start: int, stop: int) -> Node:
        """The tree of the `T` that is encoded from byte `start` up to `stop`."""
        what, data = kind(T), self.data
        size = fixed_size(T)
        if size is not None and stop - start != size:
            raise self.fail(min(stop, start + size), f"{type_name(T)} has {size} bytes, not {stop - start}")
        if what == "uint":
            return RootNode(data[start:stop].ljust(BYTES_PER_CHUNK, b"\0"))  # type: ignore[arg-type]
        if what == "boolean":
            self.check_booleans(start, stop)
            return RootNode(data[start:stop].ljust(BYTES_PER_CHUNK, b"\0"))  # type: ignore[arg-type]
        if what == "bytevector":
            return self.packed(T, start, stop)
        if what == "bytelist":
            self.check_count(T, stop - start, start)
            return PairNode(self.packed(T, start, stop), _length_node(stop - start))
        if what == "bitvector":
            if T._bound % 8 and data[stop - 1] >> T._bound % 8:
                raise self.fail(stop - 1, f"a bit beyond the {T._bound} of {type_name(T)} is set")
            return self.packed(T, start, stop)
        if what == "bitlist":
            return self.bitlist(T, start, stop)
        if what == "container":
            return subtree_fill_to_contents(self.values(T._types, T, start, stop), T._depth)
        count, contents = self.elements(T, start, stop)
        return contents if what == "vector" else PairNode(contents, _length_node(count))

    def packed(self, T: Any, start: int, stop: int) -> Node:
        return subtree_fill_to_contents(pack_bytes_to_chunks(self.data[start:stop]), T._contents_depth)

    def check_booleans(self, start: int, stop: int) -> None:
        for offset in range(start, stop):
            if self.data[offset] > 1:
                raise self.fail(offset, f"a boolean is 0 or 1, not {self.data[offset]}")

    def check_count(self, T: Any, count: int, offset: int) -> None:
        if count > T._bound:
            raise self.fail(offset, f"{count} elements are too many for {type_name(T)}")

    def bitlist(self, T: Any, start: int, stop: int) -> Node:
        if start == stop or self.data[stop - 1] == 0:
            raise self.fail(max(start, stop - 1), f"{type_name(T)} lacks the bit that marks its end")
        last = self.data[stop - 1]
        length = (stop - 1 - start) * 8 + last.bit_length() - 1
        self.check_count(T, length, stop - 1)
        bits = bytearray(self.data[start:stop])
        bits[-1] ^= 1 << last.bit_length() - 1
        contents = pack_bytes_to_chunks(bytes(bits[: -(-length // 8)]))
        return PairNode(subtree_fill_to_contents(contents, T._contents_depth), _length_node(length))

    def elements(self, T: Any, start: int, stop: int) -> tuple[int, Node]:
        size = fixed_size(T._element)
        if size is not None:
            count, rest = divmod(stop - start, size)
            if rest:
                raise self.fail(stop - rest, f"{type_name(T)} ends within an element of {size} bytes")
        else:
            count = self.offset_count(T, start, stop)
        self.check_count(T, count, start)
        if kind(T) == "vector" and count != T._bound:
            raise self.fail(start, f"{type_name(T)} has {T._bound} elements, not {count}")
        if T._per_chunk:
            if kind(T._element) == "boolean":
                self.check_booleans(start, stop)
            return count, self.packed(T, start, stop)
        if size is not None:
            nodes = [self.read(T._element, at, at + size) for at in range(start, stop, size)]
        else:
            nodes = self.values((T._element,) * count, T, start, stop)
        return count, subtree_fill_to_contents(nodes, T._contents_depth)

    def offset_count(self, T: Any, start: int, stop: int) -> int:
        """How many elements of variable size there are: the first offset follows the last."""
        if start == stop:
            return 0
        first = self.offset(T, start, stop)
        if first == 0 or first % BYTES_PER_OFFSET or first > stop - start:
            raise self.fail(start, f"the first offset of {type_name(T)} cannot be {first} within {stop - start} bytes")
        return first // BYTES_PER_OFFSET

    def offset(self, T: Any, at: int, stop: int) -> int:
        if stop - at < BYTES_PER_OFFSET:
            raise self.fail(stop, f"{type_name(T)} ends within an offset")
        return int.from_bytes(self.data[at : at + BYTES_PER_OFFSET], "little")

    def values(self, types: tuple[Any, ...], T: Any, start: int, stop: int) -> list[Node]:
        """The trees of several values, laid out as `_joined` does."""
        nodes: list[Any] = []
        variable: list[tuple[int, Any, int]] = []  # place among the nodes, where its offset stands, offset
        at = start
        for part in types:
            size = fixed_size(part)
            if size is None:
                variable.append((len(nodes), at, self.offset(T, at, stop)))
                nodes.append(None)
                at += BYTES_PER_OFFSET
            else:
                if at + size > stop:
                    raise self.fail(stop, f"{type_name(T)} ends within {type_name(part)}")
                nodes.append(self.read(part, at, at + size))
                at += size
        expected = at - start
        if not variable:
            return nodes  # of fixed size: the caller has checked the length
        if variable[0][2] != expected:
            raise self.fail(variable[0][1], f"the first offset of {type_name(T)} is {expected}, not {variable[0][2]}")
        size, least = stop - start, expected
        for _, place, offset in variable:
            if not least <= offset <= size:
                raise self.fail(place, f"an offset of {type_name(T)} is {offset}, not from {least} to {size}")
            least = offset
        ends = [offset for _, _, offset in variable[1:]] + [size]
        for (index, _, offset), end in zip(variable, ends, strict=True):
            nodes[index] = self.read(types[index], start + offset, start + end)
        return nodes


# Commitments


def hash_tree_root(value: Any) -> Any:
    """The Merkle root; each node of the tree is hashed once in its life."""
    return Bytes32(value.get_backing().merkle_root())


def generalized_index(T: Any, *path: Any) -> int:
    """The position of a part in the tree of `T`: a string names a field, an integer an element (or the chunk that holds
    it), and `"__len__"` the length of a list. Raises KeyError where there is no such part."""
    index = 1
    for step in path:
        what = kind(T) if isinstance(T, type) else None
        mixes_length = what in ("list", "bitlist", "bytelist")
        if what == "container":
            if step not in T._fields:
                raise KeyError(f"{type_name(T)} has no field {step}")
            position, depth, T = list(T._fields).index(step), T._depth, T._fields[step]
        elif mixes_length and step == "__len__":
            position, depth, T = 1, 1, None
        elif what in (None, "uint", "boolean") or isinstance(step, str) or not 0 <= step < T._bound:
            raise KeyError(f"{type_name(T) if T else 'a length'} has no part {step!r}")
        else:
            depth = T._contents_depth + mixes_length
            if what in ("list", "vector"):
                position, T = step // (T._per_chunk or 1), T._element
            elif what in ("bitlist", "bitvector"):
                position, T = step // BITS_PER_CHUNK, boolean
            else:
                position, T = step // BYTES_PER_CHUNK, uint8
        index = index << depth | int(position)
    return index


def prove(view: Any, gindex: int) -> list[Any]:
    """The branch for the node at `gindex`: a sibling a level, lowest first. Raises KeyError where there is no node."""
    node, branch = view.get_backing(), []
    for shift in range(gindex.bit_length() - 2, -1, -1):
        if node.is_leaf():
            left = right = zero_node(_zero_depth(node) - 1)
        else:
            left, right = node.get_left(), node.get_right()
        node, sibling = (right, left) if gindex >> shift & 1 else (left, right)
        branch.append(Bytes32(sibling.merkle_root()))
    return branch[::-1]


def _zero_depth(node: Node) -> int:
    """The height of an all-zero subtree that is kept as its root alone."""
    depth = zero_hashes.index(node.merkle_root()) if node.merkle_root() in zero_hashes else 0
    if depth == 0:
        raise KeyError("the tree has no node there")
    return depth


def install(target: Any, source: Any) -> None:
    """Make `target` equal to `source`, in place; both have the same type."""
    if type(target) is not type(source) or not is_mutable(type(target)):
        raise TypeError(f"cannot install {type_name(type(source))} in {type_name(type(target))}")
    target.set_backing(source.get_backing())


# The form for readers: JSON


def to_value(view: Any) -> Any:
    """The value as JSON: integers up to 32 bits as numbers, wider ones as decimal strings, bytes and bits as 0x…."""
    what = kind(type(view))
    if what == "uint":
        return int(view) if bound(type(view)) <= 32 else str(int(view))
    if what == "boolean":
        return bool(view)
    if what == "container":
        return {name: to_value(getattr(view, name)) for name in type(view)._fields}
    if what in ("list", "vector"):
        return [to_value(element) for element in view]
    return "0x" + serialize(view).hex()


def from_value(T: Any, value: Any) -> Any:
    """The inverse of `to_value`. Raises ValueError where `value` is not the form of a `T`."""
    what = kind(T)
    if what == "uint":
        narrow = bound(T) <= 32
        well_formed = type(value) is int if narrow else isinstance(value, str) and value.isdecimal()
        if not well_formed or (not narrow and str(int(value)) != value):
            raise ValueError(f"{value!r} is no {type_name(T)}")
        return T(int(value))
    if what == "boolean" and isinstance(value, bool):
        return T(value)
    if what == "container" and isinstance(value, dict) and list(value) == list(T._fields):
        return T(**{name: from_value(T._fields[name], part) for name, part in value.items()})
    if what in ("list", "vector") and isinstance(value, list):
        return T([from_value(T._element, element) for element in value])
    if what in ("bitlist", "bitvector", "bytelist", "bytevector") and isinstance(value, str) and value[:2] == "0x":
        return decode(T, bytes.fromhex(value[2:]))
    raise ValueError(f"{value!r} is no {type_name(T)}")

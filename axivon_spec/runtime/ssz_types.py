"""The types of the spec.

The engine, remerkleable, gives integers, byte strings and the tree of nodes. What it lets pass is closed here: a value
of another type in a field or a list, an `int` as byte string, bits other than 0 and 1, negative slices, and names that
hide a method. Types without a name of their own (`List[Account, 1024]`) are made once, so that equal types are
identical.

A type keeps what encoding and proofs need in attributes with an underscore, for a field may have any other name:
`_size` (bytes of every encoding, None where they vary), `_bound` (limit or length), `_element`, `_per_chunk` (elements
packed in one chunk, 0 where each has its own tree), `_contents_depth`; of a container `_fields`, `_types`, `_depth`.

What was read is remembered at the node that it was read from (`PairNode.known`), which never changes. A value that can
change in place is made anew at each read, so whoever has read one keeps a snapshot.
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
from remerkleable.core import BackedView, View

from axivon_spec.runtime.ssz_tree import (
    BITS_PER_CHUNK,
    BYTES_PER_CHUNK,
    Node,
    PairNode,
    RootNode,
    chunk_at,
    get_depth,
    leaf,
    leaves,
    length_node,
    pack_bytes_to_chunks,
    replaced,
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
    "Vector",
    "View",
    "boolean",
    "bound",
    "element_type",
    "fields",
    "fixed_size",
    "is_mutable",
    "kind",
    "type_name",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uint128",
    "uint256",
]

_PLAIN_BYTE_VECTORS = (4, 20, 32, 48, 65, 96)
_CARRIED = 256  # of a list that is not longer, what is known is taken over by the list with one element changed
# Weak, so that the types of a spec that is loaded and dropped go with it.
_made: WeakValueDictionary[tuple[Any, ...], type] = WeakValueDictionary()
_making = RLock()


def _converted(T: type[View], value: Any) -> Any:
    """`value` as a `T`. Raises ValueError or TypeError where that would change or invent something."""
    if T in type(value).__mro__:  # quicker to see than by isinstance, which the engine's protocols make slow
        return value
    if issubclass(T, int):
        if not isinstance(value, int):
            raise TypeError(f"{type_name(T)} needs an integer, not {type(value).__name__}")
        if uint in T.__mro__ and 0 <= value <= T._max_val and getattr(value, "_max_val", T._max_val) == T._max_val:
            return int.__new__(T, value)  # what the engine gives after several calls
    return T.coerce_view(value)


def _node_of(view: Any) -> Node:
    """The node of a value; that of an integer is made without the engine's detours."""
    if uint in type(view).__mro__:
        return RootNode(int.to_bytes(view, BYTES_PER_CHUNK, "little"))  # type: ignore[arg-type]
    return view.get_backing()  # type: ignore[no-any-return]


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


_set_backing: Callable[[Any, Node], None] = vars(BackedView)["_backing"].__set__
_set_hook: Callable[[Any, Any], None] = vars(BackedView)["_hook"].__set__


def _viewed(T: Any, node: Node, hook: Any) -> Any:
    """A view of a type that is mutable, as the engine's constructors make it after several calls. `hook` says what it
    is a part of, and at which index."""
    view = object.__new__(T)
    _set_backing(view, node)
    _set_hook(view, hook)
    return view


def _field(index: int, owner: type[Container]) -> property:
    """Reads and writes one field of a container: a property, whose parts are closures, because it is what runs most."""
    depth, count, T = owner._depth, len(owner._types), owner._types[index]
    make, keep_backing, keep_hook = object.__new__, _set_backing, _set_hook

    def find(node: Any) -> Any:
        """The value, or the node of one that is mutable."""
        found = leaf(node, index, depth)
        if not is_mutable(T):
            found = T.view_from_backing(found)
        if depth:  # else it is the node of the field, and remembers what is read below that
            _known_fields(node, count)[index] = found
        return found

    def read(container: Container) -> Any:
        node: Any = container._backing
        try:
            found = node.known[index] if depth else None
        except AttributeError:
            found = None
        return find(node) if found is None else found

    def view(container: Container) -> Any:
        made: Any = make(T)
        try:  # as in `read`, without a call
            found = container._backing.known[index] if depth else None  # type: ignore[attr-defined]
        except AttributeError:
            found = None
        keep_backing(made, find(container._backing) if found is None else found)
        keep_hook(made, (container, index))
        return made

    def write(container: Container, value: Any) -> None:
        container.set(index, value)

    return property(view if is_mutable(T) else read, write)


def _known_fields(node: Any, count: int) -> list[Any]:
    """What is known of the fields of a container with this node; None for what was not read yet."""
    try:
        return node.known  # type: ignore[no-any-return]
    except AttributeError:
        known: list[Any] = [None] * count
        if type(node) is PairNode:  # and not one of the engine's own
            node.known = known
        return known


def _kept(T: Any, has_mutable: bool, view: Any) -> Any:
    """What is remembered of an element or a field of type `T`; the view may be of a type that is derived from it."""
    if has_mutable:
        return view.get_backing()
    return view if type(view) is T else T.view_from_backing(view.get_backing())


class _Whole:
    """What can be changed in place: a change goes on to what it is a part of."""

    __slots__ = ()

    def set_backing(self, value: Node) -> None:
        _set_backing(self, value)  # past __setattr__
        if self._hook is not None:  # type: ignore[attr-defined]
            whole, index = self._hook  # type: ignore[attr-defined]
            whole.set(index, self)


class Container(_Whole, complex.Container):
    """Base of every container; fields are annotations, in order."""

    # The engine wants a field in every class that inherits from its own, so also in this one.
    _fields: ClassVar[dict[str, Any]] = {"none": uint8}
    _types: ClassVar[tuple[Any, ...]] = (uint8,)
    _mutable: ClassVar[tuple[bool, ...]] = (False,)  # whether the value of a field can change in place
    _index: ClassVar[dict[str, int]] = {"none": 0}
    _depth: ClassVar[int] = 0
    _size: ClassVar[int | None] = None
    _is_bare = True

    def __init_subclass__(cls, **options: Any) -> None:
        own = inspect.get_annotations(cls, eval_str=True)
        bases = [base for base in cls.__bases__ if "_is_bare" not in vars(base)]
        inherited = {name: T for base in bases for name, T in base._fields.items()}
        for name, T in own.items():
            _checked_type(T, f"{cls.__name__}.{name}")
            if hasattr(Container, name) or name in ("backing", "hook") or name.startswith("_"):
                raise TypeError(f"{cls.__name__}: no field can be called {name!r}, containers use that name")
        cls._fields = {**inherited, **own}
        super().__init_subclass__(**options)
        cls._types = tuple(cls._fields.values())
        cls._mutable = tuple(map(is_mutable, cls._types))
        cls._index = {name: index for index, name in enumerate(cls._fields)}
        cls._depth = get_depth(len(cls._types))
        sizes = [fixed_size(T) for T in cls._types]
        cls._size = None if None in sizes else sum(size for size in sizes if size is not None)
        for index, name in enumerate(cls._fields):
            setattr(cls, name, _field(index, cls))

    def __new__(cls, /, *, backing: Node | None = None, hook: Any = None, **values: Any) -> Any:
        if backing is None:
            nodes, known = cls._default_nodes().copy(), [None] * len(cls._types)
            for name, value in values.items():
                index = cls._index.get(name)
                if index is None:
                    raise AttributeError(f"{cls.__name__} has no field {name}")
                T = cls._types[index]
                view = _converted(T, value)
                nodes[index] = _node_of(view)
                known[index] = _kept(T, cls._mutable[index], view)
            backing = subtree_fill_to_contents(nodes, cls._depth)
            if cls._depth:
                backing.known = known  # type: ignore[attr-defined]
        return _viewed(cls, backing, hook)

    @classmethod
    def _default_nodes(cls) -> list[Node]:
        """The nodes of the default values, made once: they are shared by all."""
        nodes = vars(cls).get("_defaults")
        if nodes is None:
            nodes = cls._defaults = [T.default_node() for T in cls._types]  # type: ignore[attr-defined]
        return nodes  # type: ignore[no-any-return]

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

    @classmethod
    def default_node(cls) -> Node:
        return subtree_fill_to_contents(cls._default_nodes(), cls._depth)

    @classmethod
    def view_from_backing(cls, node: Node, hook: Any = None) -> Any:
        return _viewed(cls, node, hook)

    def get(self, i: int) -> Any:
        return getattr(self, tuple(self._fields)[i])

    def set(self, i: int, v: Any) -> None:
        view = _converted(self._types[i], v)
        node: Any = replaced(self._backing, i, self._depth, _node_of(view))
        if self._depth:
            node.known = _known_fields(self._backing, len(self._types)).copy()
            node.known[i] = _kept(self._types[i], self._mutable[i], view)
        self.set_backing(node)

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


class _Sequence(_Whole):
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

    def _position(self, i: Any, length: int) -> int:
        index = int(operator.index(i))
        if not 0 <= index < length:
            raise IndexError(f"no element {index} of {length}")
        return index


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
    _has_mutable: ClassVar[bool]  # whether an element can change in place
    _remembers: ClassVar[bool]  # whether the node is its own: that of a vector of one element is the element's

    @classmethod
    def coerce_view(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple | range | GeneratorType | _Sequence | bytes | bytearray):
            raise TypeError(f"{cls.__name__} needs a list, not {type(value).__name__}")
        return cls(list(value))  # type: ignore[call-arg]

    @classmethod
    def view_from_backing(cls, node: Node, hook: Any = None) -> Any:
        return _viewed(cls, node, hook)

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

    def _known(self) -> list[Any] | None:
        """What is known of all elements; None where they were not read yet."""
        return getattr(self._backing, "known", None) if self._remembers else None  # type: ignore[attr-defined]

    def get(self, i: Any) -> Any:
        known = self._known()
        index = self._position(i, len(self) if known is None else len(known))  # type: ignore[arg-type]
        if known is not None:
            found = known[index]
        elif self._per_chunk:
            node = leaf(self._contents(), index // self._per_chunk, self._contents_depth)
            found = self._element.basic_view_from_backing(node, index % self._per_chunk)
        else:
            found = leaf(self._contents(), index, self._contents_depth)
            if not self._has_mutable:
                found = self._element.view_from_backing(found)
        return _viewed(self._element, found, (self, index)) if self._has_mutable else found

    def set(self, i: Any, v: Any) -> None:
        index, view = self._position(i, len(self)), _converted(self._element, v)
        node = self._with_contents(self._contents_with(index, view))
        known = self._known()
        if known is not None and len(known) <= _CARRIED:
            node.known = [*known[:index], _kept(self._element, self._has_mutable, view), *known[index + 1 :]]  # type: ignore[attr-defined]
        self.set_backing(node)  # type: ignore[attr-defined]

    def _contents_with(self, index: int, view: Any) -> Node:
        contents, depth = self._contents(), self._contents_depth
        if not self._per_chunk:
            return replaced(contents, index, depth, _node_of(view))
        chunk = index // self._per_chunk
        node = view.backing_from_base(chunk_at(contents, chunk, depth), index % self._per_chunk)
        return replaced(contents, chunk, depth, node)

    def __iter__(self) -> Iterator[Any]:
        known = self._known()
        if known is None:
            known = self._read()
            if self._remembers and type(self._backing) is PairNode:  # type: ignore[attr-defined]
                self._backing.known = known  # type: ignore[attr-defined]
        return self._views(known) if self._has_mutable else iter(known)

    def _views(self, nodes: list[Node]) -> Iterator[Any]:
        T, make, keep_backing, keep_hook = self._element, object.__new__, _set_backing, _set_hook
        for i, node in enumerate(nodes):  # as `_viewed`, without a call
            view = make(T)
            keep_backing(view, node)
            keep_hook(view, (self, i))
            yield view

    def _read(self) -> list[Any]:
        """The elements, or the nodes of those that are mutable."""
        length, T, depth = len(self), self._element, self._contents_depth  # type: ignore[arg-type]
        nodes = leaves(self._contents(), depth, -(-length // (self._per_chunk or 1)))
        if self._has_mutable:
            return nodes
        if issubclass(T, ByteVector):
            return [bytes.__new__(T, _bytes_below(node, T._contents_depth, T._bound)) for node in nodes]
        if not self._per_chunk:
            return [T.view_from_backing(node) for node in nodes]
        size, packed = T.type_byte_length(), b"".join([node.merkle_root() for node in nodes])
        starts = range(0, size * length, size)
        return [int.__new__(T, int.from_bytes(packed[start : start + size], "little")) for start in starts]


def _bytes_below(node: Node, depth: int, length: int) -> bytes:
    """The first bytes of the chunks `depth` levels below a node."""
    if depth == 0:
        return bytes(node.merkle_root())[:length]
    if depth == 1:
        return bytes(node.get_left().merkle_root() + node.get_right().merkle_root())[:length]
    chunks = leaves(node, depth, -(-length // BYTES_PER_CHUNK))
    return b"".join(chunk.merkle_root() for chunk in chunks)[:length]


def _elements_type(base: Any, engine: Any, parameters: Any, minimum: int) -> type:
    T, given = parameters
    bound = operator.index(given)
    _checked_type(T, f"the element type of {base.__name__}")
    if bound < minimum:
        raise TypeError(f"{base.__name__}[{type_name(T)}, {bound}]: the bound is at least {minimum}")
    size = fixed_size(T)
    per_chunk = BYTES_PER_CHUNK // size if size is not None and issubclass(T, uint | boolean) else 0
    depth = get_depth(-(-bound // per_chunk) if per_chunk else bound)
    return _made_once(
        base,
        (T, bound),
        lambda: engine.__class_getitem__((T, bound)),
        f"{base.__name__}[{type_name(T)}, {bound}]",
        _element=T,
        _bound=bound,
        _per_chunk=per_chunk,
        _contents_depth=depth,
        _has_mutable=is_mutable(T),
        _remembers=base is List or depth > 0,
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
            backing = PairNode(cls._contents_of(given), length_node(len(given)))
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
        view, known = _converted(self._element, v), self._known()
        node = PairNode(self._contents_with(length, view), length_node(length + 1))
        if known is not None and length < _CARRIED:
            node.known = [*known, _kept(self._element, self._has_mutable, view)]
        self.set_backing(node)

    def pop(self) -> None:
        last = self.length() - 1
        if last < 0:
            raise IndexError(f"{type(self).__name__} is empty")
        if self._per_chunk:
            contents = self._contents_with(last, self._element(0))
        else:
            contents = replaced(self._contents(), last, self._contents_depth, zero_node(0))
        self.set_backing(PairNode(contents, length_node(last)))


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
        index = self._position(i, len(self))  # type: ignore[arg-type]
        chunk = leaf(self._contents(), index // BITS_PER_CHUNK, self._contents_depth).merkle_root()
        return boolean(chunk[index % BITS_PER_CHUNK // 8] >> index % 8 & 1)

    def set(self, i: Any, v: Any) -> None:
        self.set_backing(self._with_contents(self._contents_with(self._position(i, len(self)), v)))  # type: ignore[attr-defined]

    def _contents_with(self, index: int, bit: Any) -> Node:
        contents, depth, position = self._contents(), self._contents_depth, index // BITS_PER_CHUNK
        chunk = bytearray(chunk_at(contents, position, depth).merkle_root())
        byte, mask = index % BITS_PER_CHUNK // 8, 1 << index % 8
        chunk[byte] = chunk[byte] | mask if _converted(boolean, bit) else chunk[byte] & ~mask
        return replaced(contents, position, depth, RootNode(bytes(chunk)))  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[boolean]:
        length = len(self)  # type: ignore[arg-type]
        chunks = leaves(self._contents(), self._contents_depth, -(-length // BITS_PER_CHUNK))
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
            backing = PairNode(cls._contents_of(given), length_node(len(given)))
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
        self.set_backing(PairNode(self._contents_with(length, v), length_node(length + 1)))

    def pop(self) -> None:
        last = self.length() - 1
        if last < 0:
            raise IndexError(f"{type(self).__name__} is empty")
        self.set_backing(PairNode(self._contents_with(last, False), length_node(last)))


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


class Opaque(Container):
    """Base of every container that a client may shape as it likes: it is made by a step, and never serialized."""

    none: uint8  # as in Container
    _is_bare = True

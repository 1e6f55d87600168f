// From `types/<preset>.json` to the types of @chainsafe/ssz, and strict decoding with them.

import * as ssz from "@chainsafe/ssz";

/** Bytes that are not the one serialization of a value of the type. */
export class Malformed extends Error {}

/** The types of one preset, built by name when they are first asked for. */
export class Types {
  #declarations;
  #built = new Map();

  /** `declarations` is the content of `types/<preset>.json`: a shape for each name. */
  constructor(declarations) {
    this.#declarations = declarations;
  }

  has(name) {
    return Object.hasOwn(this.#declarations, name);
  }

  names() {
    return Object.keys(this.#declarations);
  }

  /** The type of a name, or of a shape that stands inline in another. */
  get(expression) {
    if (typeof expression !== "string") return this.#build(expression);
    if (!this.has(expression)) throw new Error(`types.json has no type ${expression}`);
    if (!this.#built.has(expression)) {
      this.#built.set(expression, this.#build(this.#declarations[expression], expression));
    }
    return this.#built.get(expression);
  }

  #build(shape, typeName) {
    switch (shape.kind) {
      case "uint":
      case "enumeration":
        return unsigned(shape.bits);
      case "boolean":
        return new ssz.BooleanType();
      case "bytevector":
        return new ssz.ByteVectorType(shape.length);
      case "bytelist":
        return new ssz.ByteListType(bound(shape.limit));
      case "bitvector":
        return new ssz.BitVectorType(shape.length);
      case "bitlist":
        return new ssz.BitListType(bound(shape.limit));
      case "vector": {
        const element = this.get(shape.element);
        const Vector = element.isBasic ? ssz.VectorBasicType : ssz.VectorCompositeType;
        return new Vector(element, bound(shape.length));
      }
      case "list": {
        const element = this.get(shape.element);
        const List = element.isBasic ? ssz.ListBasicType : ssz.ListCompositeType;
        return new List(element, bound(shape.limit));
      }
      case "container": {
        const fields = shape.fields.map(({ name, type }) => [name, this.get(type)]);
        return new ssz.ContainerType(Object.fromEntries(fields), { typeName });
      }
      default:
        throw new Error(`types.json has a kind that this client does not know: ${shape.kind}`);
    }
  }
}

/** Up to 32 bits a JavaScript number holds the value, above it a BigInt does. */
function unsigned(bits) {
  return bits <= 32 ? new ssz.UintNumberType(bits / 8) : new ssz.UintBigintType(bits / 8);
}

/** A limit is a JSON number up to 2^53 and a string above; @chainsafe/ssz takes numbers, so it must be one exactly. */
function bound(limit) {
  const number = Number(limit);
  if (BigInt(number) !== BigInt(limit)) throw new Error(`a limit of ${limit} is beyond @chainsafe/ssz`);
  return number;
}

/**
 * The value that `bytes` are the serialization of, or `Malformed`.
 *
 * @chainsafe/ssz checks sizes, limits, booleans and offsets when it reads plain values (its tree reader takes 2 as an
 * element of a list of booleans). What it lets pass beyond that, such as gaps, cannot serialize to the same bytes again.
 */
export function decode(type, bytes) {
  let value;
  try {
    value = type.deserialize(bytes);
  } catch (cause) {
    throw new Malformed(cause.message, { cause });
  }
  if (Buffer.compare(type.serialize(value), bytes) !== 0) throw new Malformed("serializes to other bytes");
  return value;
}

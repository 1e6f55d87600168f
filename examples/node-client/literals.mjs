// Values as they cross the wire, and as they are held here: numbers, byte arrays, and tree-backed views.

import { readFileSync } from "node:fs";

import { fromHex, toHex } from "./wire.mjs";

/** The bytes of `{"path": "/a/file"}` or `{"hex": "0x…"}`. */
export function referencedBytes(reference) {
  return reference.hex === undefined ? new Uint8Array(readFileSync(reference.path)) : fromHex(reference.hex);
}

/**
 * The value of a literal: a number or byte array, or for anything larger a view over a Merkle tree, so that a change
 * hashes again only what lies between it and the root.
 *
 * A literal is `{"type", "ssz"}`, or `{"type", "object"}` where the object is a reference, or a reference for each
 * field of a container.
 */
export function readLiteral(types, literal) {
  const type = types.get(literal.type);
  if (literal.ssz !== undefined) return readBytes(type, fromHex(literal.ssz));
  const object = literal.object;
  if (typeof object.path === "string" || typeof object.hex === "string") return readBytes(type, referencedBytes(object));
  const view = type.defaultViewDU();
  for (const [field, reference] of Object.entries(object)) {
    view[field] = readBytes(type.fields[field], referencedBytes(reference));
  }
  return view;
}

function readBytes(type, bytes) {
  return type.isBasic ? type.deserialize(bytes) : type.deserializeToViewDU(bytes);
}

/** `{"type", "ssz"}` of a value. */
export function writeLiteral(types, name, value) {
  const type = types.get(name);
  const plain = type.isBasic ? value : type.toValueFromViewDU(value);
  return { type: name, ssz: toHex(type.serialize(plain)) };
}

/** The root of a value as `0x…`. */
export function rootOf(types, name, value) {
  const type = types.get(name);
  return toHex(type.isBasic ? type.hashTreeRoot(value) : type.commitViewDU(value).root);
}

/** A value that can be changed while `value` stays as it is; trees are shared up to what is changed. */
export function workingCopy(types, name, value) {
  const type = types.get(name);
  return type.isBasic ? value : type.getViewDU(type.commitViewDU(value));
}

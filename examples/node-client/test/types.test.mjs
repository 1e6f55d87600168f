// Types, bytes and roots against values computed with another SSZ library (tests/conformance/test_node_client.py
// computes them again with the one that the spec uses).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Malformed, Types, decode } from "../types.mjs";
import { fromHex, toHex } from "../wire.mjs";

const known = JSON.parse(readFileSync(new URL("known-values.json", import.meta.url), "utf8"));
const types = new Types(known.types);

for (const name of types.names()) {
  test(`${name}: values have their root, as plain values and as trees`, () => {
    const rows = known.values.filter((row) => row.type === name);
    assert.ok(rows.length > 0);
    const type = types.get(name);
    for (const { ssz, root } of rows) {
      const bytes = fromHex(ssz);
      assert.equal(toHex(type.hashTreeRoot(decode(type, bytes))), root);
      if (!type.isBasic) assert.equal(toHex(type.commitViewDU(type.deserializeToViewDU(bytes)).root), root);
    }
  });

  test(`${name}: other bytes are malformed`, () => {
    const rows = known.malformed.filter((row) => row.type === name);
    assert.ok(rows.length > 0);
    for (const { ssz } of rows) {
      assert.throws(() => decode(types.get(name), fromHex(ssz)), Malformed, `${name} ${ssz}`);
    }
  });
}

test("a kind or a limit that cannot be built is an error, never a near type", () => {
  const other = new Types({
    Union: { kind: "union" },
    Huge: { kind: "list", element: { kind: "boolean" }, limit: "9007199254740993" },
  });
  assert.throws(() => other.get("Union"), /does not know: union/);
  assert.throws(() => other.get("Huge"), /9007199254740993/);
  assert.throws(() => other.get("Missing"), /no type Missing/);
});

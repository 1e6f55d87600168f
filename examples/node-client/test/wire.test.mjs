import assert from "node:assert/strict";
import { Readable, Writable } from "node:stream";
import { test } from "node:test";

import { fromHex, lines, serve, toHex } from "../wire.mjs";

async function collect(chunks) {
  const found = [];
  for await (const line of lines(Readable.from(chunks))) found.push(line);
  return found;
}

async function responses(text, answer) {
  let written = "";
  const output = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  });
  await serve(answer, Readable.from([Buffer.from(text)]), output);
  return written.trimEnd().split("\n").map((line) => JSON.parse(line));
}

test("lines end at byte 0x0a only, wherever the chunks end", async () => {
  const bytes = Buffer.from('{"a":1}\n{"b":"\u2028é"}\n');
  for (let at = 1; at < bytes.length; at += 1) {
    assert.deepEqual(await collect([bytes.subarray(0, at), bytes.subarray(at)]), ['{"a":1}', '{"b":"\u2028é"}']);
  }
});

test("an input that ends within a line is an error", async () => {
  await assert.rejects(collect([Buffer.from('{"kind":')]), /within a line/);
});

test("requests are answered in order until bye", async () => {
  const kinds = await responses('{"kind":"a"}\n{"kind":"bye"}\n{"kind":"b"}\n', ({ kind }) => ({ kind }));
  assert.deepEqual(kinds, [{ kind: "a" }, { kind: "bye" }]);
});

test("a fault is answered as error and the session goes on", async (context) => {
  context.mock.method(console, "error", () => {});
  const answers = await responses('{"kind":"a"}\nnot json\n{"kind":"bye"}\n', ({ kind }) => {
    if (kind === "a") throw new Error("broken");
    return { kind };
  });
  assert.equal(answers[0].message, "broken");
  assert.deepEqual(answers.map(({ kind }) => kind), ["error", "error", "bye"]);
});

test("bytes are 0x and two digits a byte", () => {
  assert.deepEqual(fromHex("0x00fF"), new Uint8Array([0, 255]));
  assert.equal(toHex(new Uint8Array([0, 255])), "0x00ff");
  for (const wrong of ["00", "0x0", "0xzz"]) assert.throws(() => fromHex(wrong), /hexadecimal/);
});

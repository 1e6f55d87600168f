// A client of the Axivon conformance protocol: `node client.mjs [--vectors DIR]`.
//
// It knows Axivon only from the published JSON files and from its own translation of one operation, `token.mjs`.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { readLiteral, referencedBytes, rootOf, workingCopy, writeLiteral } from "./literals.mjs";
import { Rejection } from "./rejection.mjs";
import { Malformed, Types, decode } from "./types.mjs";
import { tokenOperations } from "./token.mjs";
import { fromHex, serve, toHex } from "./wire.mjs";

const PROTOCOL = 1;

/** One session: what `hello` fixed, and the names of the case that is running. */
export class Session {
  #vectors;
  #types;
  #functions;
  #operations;
  #names = new Map(); // a name of the case -> { type, value }

  /** `vectors` is the folder that holds `functions.json`, `types/` and `presets/`. */
  constructor(vectors) {
    this.#vectors = vectors;
  }

  /** The response to a request. */
  answer(request) {
    switch (request.kind) {
      case "hello":
        return this.#hello(request);
      case "case":
        return this.#case(request);
      case "step":
        return this.#step(request);
      case "root":
        return this.#root(request);
      case "get":
        return this.#get(request);
      case "end":
        this.#names.clear();
        return { kind: "done" };
      case "bye":
        return { kind: "bye" };
      default:
        return { kind: "error", message: `no request is called ${request.kind}` };
    }
  }

  #read(file) {
    return JSON.parse(readFileSync(join(this.#vectors, file), "utf8"));
  }

  #hello({ preset, rules }) {
    if (!existsSync(join(this.#vectors, `types/${preset}.json`))) return unsupported(`the preset ${preset}`);
    this.#types = new Types(this.#read(`types/${preset}.json`));
    const digest = createHash("sha256").update(readFileSync(join(this.#vectors, "rules.json"))).digest("hex");
    if (digest !== rules) console.error(`${this.#vectors} are other vectors than the runner has`);
    this.#functions = this.#read("functions.json");
    this.#operations = tokenOperations(this.#types, this.#read(`presets/${preset}.json`));
    return {
      kind: "hello",
      protocol: PROTOCOL,
      name: "node-client",
      version: "0.1.0",
      functions: ["decode", "hash_tree_root", ...Object.keys(this.#operations)],
      objects: "raw",
    };
  }

  #case(request) {
    this.#names.clear();
    for (const [name, literal] of Object.entries(request.let)) {
      if (!this.#types.has(literal.type)) return unsupported(`the type ${literal.type}`);
      this.#names.set(name, { type: literal.type, value: readLiteral(this.#types, literal) });
    }
    return { kind: "ready" };
  }

  #step({ call, args, bind }) {
    if (call === "decode" || call === "hash_tree_root") return this.#builtin(call, args);
    if (!Object.hasOwn(this.#operations, call)) return unsupported(`the function ${call}`);
    return this.#operation(call, args, bind);
  }

  #builtin(call, { type, ssz }) {
    if (!this.#types.has(type)) return unsupported(`the type ${type}`);
    const bytes = typeof ssz === "string" ? fromHex(ssz) : referencedBytes(ssz.object);
    const shape = this.#types.get(type);
    return answerOf(() => {
      const value = decode(shape, bytes);
      const returns =
        call === "decode"
          ? { type, ssz: toHex(shape.serialize(value)) }
          : { type: "Bytes32", ssz: toHex(shape.hashTreeRoot(value)) };
      return accepted({}, returns);
    });
  }

  /** Run an operation on copies of what it may change, and keep them under their names only when it accepts. */
  #operation(call, args, bind) {
    const declared = this.#functions[call];
    const changed = [];
    const values = declared.arguments.map(({ name, type, changes }) => {
      const given = args[name];
      const bound = typeof given === "string" ? this.#names.get(given.slice(1)) : undefined;
      const value = bound ? bound.value : readLiteral(this.#types, given);
      if (!changes) return value;
      const copy = workingCopy(this.#types, type, value);
      changed.push({ name, type, copy, bound });
      return copy;
    });
    return answerOf(() => {
      const result = this.#operations[call](...values);
      const changes = {};
      for (const { name, type, copy, bound } of changed) {
        changes[name] = rootOf(this.#types, type, copy);
        if (bound) bound.value = copy;
      }
      const returns = declared.returns === null ? null : writeLiteral(this.#types, declared.returns, result);
      if (bind) this.#names.set(bind, { type: declared.returns, value: result });
      return accepted(changes, returns);
    });
  }

  #root({ name }) {
    const { type, value } = this.#names.get(name);
    return { kind: "root", root: rootOf(this.#types, type, value) };
  }

  #get({ name }) {
    const { type, value } = this.#names.get(name);
    return { kind: "value", ...writeLiteral(this.#types, type, value) };
  }
}

/** The answer of `run`, or `rejected` with the rule when it rejects; any other exception is a fault of this client. */
function answerOf(run) {
  try {
    return run();
  } catch (reason) {
    if (reason instanceof Malformed) return { kind: "rejected", rule: "ssz.decode.malformed" };
    if (reason instanceof Rejection) return { kind: "rejected", rule: reason.rule };
    throw reason;
  }
}

function accepted(changes, returns) {
  return { kind: "accepted", changes, returns, fails: [] };
}

function unsupported(what) {
  return { kind: "unsupported", reason: `this client does not have ${what}` };
}

const here = fileURLToPath(import.meta.url);
if (process.argv[1] === here) {
  const { values } = parseArgs({ options: { vectors: { type: "string" } } });
  const session = new Session(values.vectors ?? join(here, "../../../tests/vectors"));
  await serve((request) => session.answer(request));
}

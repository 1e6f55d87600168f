// The wire: newline-delimited JSON, one request, one response, in order.

const NEWLINE = 0x0a;

/**
 * Yield the lines of a byte stream as text, without their newline.
 *
 * Node's own `readline` also breaks lines at U+2028 and U+2029, which JSON allows inside a string; the wire breaks them
 * at byte 0x0a and nowhere else.
 */
export async function* lines(stream) {
  let pending = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      pending.push(chunk.subarray(start, end));
      yield Buffer.concat(pending).toString("utf8");
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) throw new Error("the input ended within a line");
}

/**
 * Answer every request of `input` on `output` until one is answered with `bye`, or the input ends.
 *
 * `answer(request)` gives the response as an object. What it throws is a fault of this client, never of the case: it
 * goes out as `error`, with its stack on standard error, and the session goes on.
 */
export async function serve(answer, input = process.stdin, output = process.stdout) {
  for await (const line of lines(input)) {
    let response;
    try {
      response = answer(JSON.parse(line));
    } catch (fault) {
      console.error(fault);
      response = { kind: "error", message: String(fault?.message ?? fault) };
    }
    output.write(`${JSON.stringify(response)}\n`);
    if (response.kind === "bye") return;
  }
}

/** `0x…` of some bytes. */
export function toHex(bytes) {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`;
}

/** The bytes of `0x…`; an odd digit or another character is an error, which `Buffer.from` would pass over. */
export function fromHex(text) {
  if (!/^0x([0-9a-f]{2})*$/i.test(text)) throw new Error(`not hexadecimal: ${String(text).slice(0, 40)}`);
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

// Indexed lists, translated from `specs/primitives.md`. `links` is a view of `List[Link, MAX_ENTRIES]`.
//
// The walk is the spec's. A client that keeps its state from block to block would keep a map from keys to indices beside
// the list, and give the same answers; here every case brings a state of its own.

/** The index of the entry with the largest key that is not above `key`. Keys compare as big-endian integers. */
function findPredecessor(links, key) {
  let index = 0;
  let following = Number(links.getReadonly(0).next);
  while (following !== 0 && Buffer.compare(links.getReadonly(following).key, key) <= 0) {
    index = following;
    following = Number(links.getReadonly(index).next);
  }
  return index;
}

/** The index of the entry with this key, 0 where there is none. */
export function findKey(links, key) {
  const index = findPredecessor(links, key);
  return Buffer.compare(links.getReadonly(index).key, key) === 0 ? index : 0;
}

/** Add a new key and return its index. */
export function insertLink(links, key, Link) {
  const before = findPredecessor(links, key);
  const index = links.length;
  links.push(Link.toViewDU({ key, next: links.getReadonly(before).next }));
  links.get(before).next = BigInt(index);
  return index;
}

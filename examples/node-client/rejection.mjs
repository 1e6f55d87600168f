/** An operation refuses its input for a rule of the catalogue `rules.json`. */
export class Rejection extends Error {
  constructor(rule) {
    super(rule);
    this.rule = rule;
  }
}

/** Reject with `rule` unless `condition` holds: the spec's `assert condition, "reason"`. */
export function require(condition, rule) {
  if (!condition) throw new Rejection(rule);
}

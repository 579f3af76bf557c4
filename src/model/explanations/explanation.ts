/** What a person is told about one code: plain words, one or two sentences a field. */
export interface Explanation {
  /** A few words, without the code. */
  readonly title: string
  /** What it does to a target, a device or a run, and whether `accept` may take it on. */
  readonly severity: string
  /** What ikero has seen. */
  readonly meaning: string
  /** What would happen if ikero went on all the same. */
  readonly wouldBreak: string
  readonly todo: string
  /** Where the rule comes from: a public document, or whose experience; says so where it is not verified. */
  readonly source: string
  /** Every code that is known by name is reported by some command of this version. */
  readonly since: 'now'
}

/** The words of severity that many codes share. */
export const severities: {
  readonly never: string
  readonly acceptable: string
  readonly strands: string
  readonly warn: string
  readonly info: string
} = {
  never: 'block; nothing is sent, and it cannot be accepted',
  acceptable: 'block; nothing is sent unless the playbook accepts it',
  strands:
    'block unless the playbook accepts it; only info with state: bidirectional, because taking the setting away strands nobody',
  warn: 'warn; the change goes on',
  info: 'info; nothing is held up',
}

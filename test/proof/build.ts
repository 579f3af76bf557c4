import type { IkeSa, SaReading } from '../../src/model/facts.ts'
import type { ProofTarget } from '../../src/proof/attribute.ts'
import { type JudgeRules, judge, type Verdict } from '../../src/proof/judge.ts'
import { beginWatch, observe, type Watch } from '../../src/proof/watch.ts'

export const A = '203.0.113.11'
export const B = '203.0.113.12'
export const C = '203.0.113.13'
export const outside = '203.0.113.99'

type Given = Partial<Omit<IkeSa, 'identity' | 'role' | 'peer'>> & { readonly id?: string }

function sa(role: IkeSa['role'], peer: string, { id, ...given }: Given): IkeSa {
  const established = given.established ?? given.halfOpen !== true
  return {
    version: 1,
    ...(id === undefined ? {} : { identity: id }),
    peer,
    state: established ? 'QM_IDLE' : 'MM_KEY_EXCH',
    established,
    halfOpen: false,
    role,
    evidence: `${peer} ${role} ${id ?? '-'}`,
    ...given,
  }
}

/** An SA that the peer started. */
export const theirs = (peer: string, given: Given = {}): IkeSa => sa('responder', peer, given)
/** An SA that this device started. */
export const ours = (peer: string, given: Given = {}): IkeSa => sa('initiator', peer, given)
export const unknownRole = (peer: string, given: Given = {}): IkeSa => sa('unknown', peer, given)

export const reading = (...sas: readonly IkeSa[]): SaReading => ({ sas, unreadable: [] })
export const withUnreadable = (unreadable: readonly string[], ...sas: readonly IkeSa[]): SaReading => ({
  sas,
  unreadable,
})

export const target = (
  name: string,
  listed: readonly string[],
  more: Partial<ProofTarget> = {},
): ProofTarget => ({
  name,
  peers: { listed, any: false },
  policyBased: false,
  ...more,
})
export const openTarget = (name: string): ProofTarget => ({
  name,
  peers: { listed: [], any: true },
  policyBased: false,
})

export interface Timeline {
  readonly targets?: readonly ProofTarget[]
  readonly others?: readonly ProofTarget[]
  readonly before: SaReading
  /** Seconds since the push, and what was listed then. */
  readonly polls?: readonly (readonly [number, SaReading])[]
  readonly rules?: Partial<JudgeRules>
}

export function watchOf(timeline: Timeline): Watch {
  const begun = beginWatch({
    before: timeline.before,
    targets: timeline.targets ?? [target('VPN', [A])],
    others: timeline.others ?? [],
  })
  return (timeline.polls ?? []).reduce((watch, [at, seen]) => observe(watch, seen, at * 1000), begun)
}

/** The verdict right after the last poll. */
export function verdictOf(timeline: Timeline): Verdict {
  const watch = watchOf(timeline)
  return judge(watch, { lostAfterMs: 90_000, ...timeline.rules })
}

/** The first target's verdict. */
export function firstOf(timeline: Timeline): Verdict['targets'][number] {
  const [first] = verdictOf(timeline).targets
  if (first === undefined) throw new Error('the timeline has no target')
  return first
}

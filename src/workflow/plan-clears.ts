import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { sameAddress } from '../model/address.ts'
import type { Finding } from '../model/finding.ts'
import type { DevicePlan, PeerClear, TargetPlan } from '../model/plan.ts'
import type { Driver } from '../platform/driver.ts'
import { chooseClears, unclearWords } from '../proof/clears.ts'
import type { KnownStarters } from '../topology/known-starters.ts'
import { otherTunnels, proofTarget } from './proof-targets.ts'

/**
 * The same plan with the clears of `proof.renegotiate: initiated`: one set of lines for each peer that may be
 * cleared, and a finding for those that are left to their lifetimes. Only targets that this run changes to
 * answer only have any.
 */
export function withClears(
  plan: DevicePlan,
  driver: Driver,
  starters: readonly KnownStarters[],
  lostAfterMs: number,
): DevicePlan {
  if (plan.wanted !== 'responder-only' || driver.access !== 'read-write') return plan
  const findings: Finding[] = []
  const targets = plan.targets.map((target): TargetPlan => {
    const { decision } = target
    if (decision.kind !== 'change') return target
    const known = starters.find((one) => one.target === target.name)?.peers ?? []
    const peers: PeerClear[] = []
    const left = new Map<string, string[]>()
    for (const choice of choicesOf(plan, target, known)) {
      const lines = driver.clears(plan.facts, choice)
      const why =
        choice.not !== undefined ? unclearWords[choice.not] : lines.kind === 'err' ? lines.error : undefined
      if (why !== undefined) left.set(why, [...(left.get(why) ?? []), choice.peer])
      else if (lines.kind === 'ok') peers.push({ peer: choice.peer, lines: lines.value })
    }
    findings.push(...[...left].map(([why, some]) => notRenegotiated(target.name, some, why, 'info')))
    if (peers.length === 0) return target
    return { ...target, decision: { ...decision, clears: { peers, atMostMs: lostAfterMs } } }
  })
  return { ...plan, targets, findings: [...plan.findings, ...findings] }
}

function choicesOf(
  plan: DevicePlan,
  target: TargetPlan,
  known: readonly string[],
): ReturnType<typeof chooseClears> {
  const own = plan.targets.map(proofTarget)
  return chooseClears({
    reading: plan.facts.reading,
    target: proofTarget(target),
    tunnels: [...own, ...otherTunnels(plan.facts, plan.targets)],
    starts: (peer) => known.some((one) => sameAddress(one, peer)),
    management: isManagement(plan, target),
  })
}

function isManagement({ facts }: DevicePlan, { name, state }: TargetPlan): boolean {
  const through = facts.managementThrough
  if (through?.tunnel !== true) return false
  const { target } = state
  const entry = target.kind === 'crypto-map-entry' ? `${target.map}/${target.seq}` : name
  return [name, entry, ...(target.kind === 'ipsec-profile' ? state.usedBy : [])].includes(through.name)
}

/** NOT_RENEGOTIATED: peers whose SAs this device started and that are left to their lifetimes. */
export function notRenegotiated(
  target: string,
  peers: readonly string[],
  why: string,
  severity: 'warn' | 'info',
): Finding {
  return {
    code: 'NOT_RENEGOTIATED',
    severity,
    target,
    peers,
    message: `the SA with ${someOf(peers.map(printable), 5)}, started here, is not cleared: ${why}`,
    next: 'run verify when its lifetime has ended, or clear it from the peer, which is the safe end',
  }
}

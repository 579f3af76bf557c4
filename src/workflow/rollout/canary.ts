import { someOf } from '../../kernel/some-of.ts'
import type { DeviceOutcome, Status } from '../../model/outcome.ts'
import { changesOf } from '../../model/plan.ts'
import type { Canary } from '../../model/rollout.ts'
import type { SpaceOutcome } from '../join-spaces.ts'
import { standingChange } from '../open-proof.ts'
import type { Planned } from '../planned.ts'
import type { Ports } from '../ports.ts'
import type { Rollout, Stop } from './rollout.ts'

type Spaces = readonly (Planned | SpaceOutcome)[]

const fine: readonly Status[] = ['verified', 'compliant', 'skipped']

/** Canaries of this run and of earlier ones. */
export interface CanaryChoice {
  readonly canary: Canary
  /** Why no device may be begun at all. */
  readonly stop?: Stop
}

/**
 * The canary of a run, when earlier runs are taken into account. With `canaryNeeds: verified` a device that an
 * earlier run changed stands for one that this run would choose: verified by now, the waves may begin; not
 * verified, nothing may. Names that `--limit` leaves out are no canary of this run, and one device goes first.
 */
export async function chooseCanary(
  devices: readonly Spaces[],
  rollout: Rollout,
  ports: Ports,
): Promise<CanaryChoice> {
  const { canary, canaryNeeds } = rollout.rules.settings
  const verified = canaryNeeds === 'verified'
  const { again } = rollout
  if (canary.kind === 'named') return namedCanary(devices, canary, verified, again)
  if (!verified || canary.count === 0) return { canary }
  const earlier: { readonly host: string; readonly status: Status }[] = []
  for (const spaces of devices) {
    if (await changedBefore(spaces, ports)) earlier.push({ host: hostOf(spaces), status: worstOf(spaces) })
  }
  const proven = earlier.filter(({ status }) => fine.includes(status))
  const open = earlier.filter(({ status }) => status === 'unproven').slice(0, canary.count - proven.length)
  const left = Math.max(0, canary.count - proven.length - open.length)
  if (open.length > 0)
    return {
      canary,
      stop: notVerified(
        open.map(({ host }) => host),
        again,
      ),
    }
  return { canary: { kind: 'fewest-peers', count: left } }
}

function namedCanary(
  devices: readonly Spaces[],
  canary: Extract<Canary, { readonly kind: 'named' }>,
  verified: boolean,
  again: string,
): CanaryChoice {
  const here = devices.filter((spaces) => canary.hosts.includes(hostOf(spaces)))
  if (here.length === 0) return { canary: { kind: 'fewest-peers', count: 1 } }
  const standing = here.filter((spaces) => !changes(spaces))
  const allowed: readonly Status[] = verified ? fine : [...fine, 'unproven']
  const broken = standing.filter((spaces) => !allowed.includes(worstOf(spaces)))
  const [first] = broken
  if (first === undefined) return { canary }
  const waiting = broken.filter((spaces) => worstOf(spaces) === 'unproven')
  if (waiting.length === broken.length) return { canary, stop: notVerified(waiting.map(hostOf), again) }
  return { canary, stop: canaryGone(hostOf(first), worstOf(first), again) }
}

/** What a canary that was changed in this run has to be before the others are begun; the reason where it is not. */
export function canaryFault(
  outcomes: readonly DeviceOutcome[],
  alive: ReadonlySet<string>,
  needs: 'alive' | 'verified',
  again: string,
): Stop | undefined {
  const wanted: readonly Status[] = needs === 'verified' ? ['verified'] : ['verified', 'unproven']
  const bad = outcomes.filter(({ host, targets }) => {
    if (needs === 'alive' && alive.has(host)) return false
    const sent = targets.filter((target) => target.sent)
    return sent.length === 0 || sent.some((target) => !wanted.includes(target.status))
  })
  const [first] = bad
  if (first === undefined) return undefined
  const unproven = bad.every(({ status }) => status === 'unproven')
  return unproven
    ? notVerified(
        bad.map(({ host }) => host),
        again,
      )
    : canaryGone(first.host, first.status, again)
}

function notVerified(hosts: readonly string[], again: string): Stop {
  return {
    reason: `the canary ${someOf(hosts, 5)} is not verified yet, and rollout.canaryNeeds is verified`,
    next: `${again} when its old SAs have ended, tomorrow for instance: the record of the run that changed it proves it then, and the waves begin`,
  }
}

function canaryGone(host: string, status: Status, again: string): Stop {
  return {
    reason: `the canary ${host} is ${status}: no device goes before it`,
    next: `see to that device, or choose another canary (rollout.canary); then ${again}`,
  }
}

function hostOf(spaces: Spaces): string {
  return spaces[0]?.request.host.name ?? ''
}

function changes(spaces: Spaces): boolean {
  return spaces.some((one) => 'plan' in one && changesOf(one.plan).length > 0)
}

/** The worst status of a device of which nothing is to be changed. */
function worstOf(spaces: Spaces): Status {
  const all = spaces.flatMap((one): readonly Status[] =>
    'plan' in one ? [...one.settled.values()].map(({ status }) => status) : [one.outcome.status],
  )
  return (
    all.find((status) => ![...fine, 'unproven'].includes(status)) ??
    (all.includes('unproven') ? 'unproven' : 'compliant')
  )
}

/** As asked by now, and by a change of an earlier run. */
async function changedBefore(spaces: Spaces, ports: Ports): Promise<boolean> {
  if (changes(spaces)) return false
  for (const one of spaces) {
    if (!('plan' in one)) return false
    for (const target of one.plan.targets) {
      if ((await standingChange(one.plan, target, ports)) !== undefined) return true
    }
  }
  return false
}

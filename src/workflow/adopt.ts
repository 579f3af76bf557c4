import pLimit from 'p-limit'
import type { Adoption, UnreadSpace } from '../model/adoption.ts'
import { type DeviceRequest, spaceName } from '../model/device-request.ts'
import type { DeviceFacts } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import { type ContextName, parseContextName } from '../model/ids.ts'
import type { DeviceIntent, PeerDeclaration, Target } from '../model/intent.ts'
import type { InventoryHost } from '../model/inventory.ts'
import { type Visit, visiting } from '../model/visit.ts'
import { adoptableTargets, candidateTargets } from './adoptable.ts'
import { decide } from './decide.ts'
import { judgeRun } from './judge-run.ts'
import type { Ports } from './ports.ts'
import { type Surveyed, survey } from './survey.ts'

export interface AdoptRequest {
  readonly hosts: readonly InventoryHost[]
  /** The whole inventory: who else may stand at the other ends. */
  readonly inventory: readonly InventoryHost[]
  readonly declared: readonly PeerDeclaration[]
  readonly concurrency: number
  readonly signal: AbortSignal
  readonly onVisit?: (visit: Visit) => void
}

interface Described {
  readonly surveyed: Surveyed
  readonly targets: readonly Target[]
  /** What is left out of the playbook, and why. */
  readonly leftOut: readonly Finding[]
}

/**
 * Reads devices, and each context of an ASA that has such, and says what of each a playbook can ask for, with
 * the findings that its plan would have. Sends read-only lines only.
 */
export async function adoptFleet(request: AdoptRequest, ports: Ports): Promise<Adoption> {
  const { concurrency, signal } = request
  const limit = pLimit({ concurrency, rejectOnClear: true })
  const read = await Promise.all(
    request.hosts.map((host) =>
      limit(() =>
        visiting(
          host.name,
          request.onVisit,
          () => readSpaces(host, request, ports),
          (spaces) => spaces.flatMap((one) => notRead(one)?.code ?? [])[0],
        ),
      ),
    ),
  )
  const described = read.flat().map(describe)
  const judged = await judgeRun(
    described.map(({ surveyed }) => surveyed),
    {
      concurrency,
      signal,
      around: {
        hosts: request.inventory,
        declared: request.declared,
        accept: [],
        onBlocked: 'device',
        readPeers: true,
      },
    },
    ports,
  )
  const findings = new Map(
    judged.map(({ request: space, outcome }) => [
      nameOf(space),
      outcome.kind === 'planned' ? outcome.plan.findings : [],
    ]),
  )
  return adoptionOf(described, findings)
}

function adoptionOf(
  described: readonly Described[],
  judged: ReadonlyMap<string, readonly Finding[]>,
): Adoption {
  const spaces: Adoption['spaces'][number][] = []
  const without: Adoption['without'][number][] = []
  const unread: Adoption['unread'][number][] = []
  for (const { surveyed, targets, leftOut } of described) {
    const { request, outcome } = surveyed
    const name = nameOf(request)
    const missing = notRead(surveyed)
    const { host, context } = request
    if (missing !== undefined) unread.push({ name, ...missing })
    else if (outcome.kind === 'refused') without.push({ name, findings: outcome.findings })
    else if (targets.length === 0) without.push({ name, findings: leftOut })
    else
      spaces.push({
        host: host.name,
        platform: host.platform,
        ...(context === undefined ? {} : { context }),
        targets,
        findings: eachOnce([...leftOut, ...(judged.get(name) ?? [])]),
      })
  }
  return { spaces, without, unread }
}

/** Why nothing is known of a space; undefined where it was read. */
function notRead({ outcome }: Surveyed): Omit<UnreadSpace, 'name'> | undefined {
  if (outcome.kind === 'refused') return undefined
  if (outcome.kind === 'skipped')
    return { code: 'CONNECT_FAILED', message: outcome.reason, next: 'run adopt again' }
  if (outcome.kind !== 'planned') return outcome.error
  const { facts, assessment } = outcome.input
  const rights = assessment.findings.find(({ code }) => code === 'PRIVILEGE_INSUFFICIENT')
  if (facts.configComplete && (rights === undefined || assessment.targets.length > 0)) return undefined
  return {
    code: 'PRIVILEGE_INSUFFICIENT',
    message: rights?.message ?? 'the device does not show its running configuration to this user',
    next: rights?.next ?? 'give the account the right to read it; ikero doctor says which lines are refused',
  }
}

/** Where the login leads, or each context that can be entered from there. */
async function readSpaces(
  host: InventoryHost,
  request: AdoptRequest,
  ports: Ports,
): Promise<readonly Surveyed[]> {
  const home = await readOne(host, undefined, request, ports)
  const contexts = home.outcome.kind === 'planned' ? contextsIn(home.outcome.input.facts) : undefined
  if (contexts === undefined) return [home]
  const spaces: Surveyed[] = []
  for (const context of contexts) spaces.push(await readOne(host, context, request, ports))
  return spaces
}

/**
 * The contexts to read by name; undefined where the login leads to all that there is. A list of one, seen from
 * within a context, is that context itself: the admin context alone, or a login that is bound to one.
 */
function contextsIn({ software, contexts = [] }: DeviceFacts): readonly ContextName[] | undefined {
  const names = contexts.flatMap((name) => parseContextName(name) ?? [])
  if (software.contextMarker === undefined || names.length === 0) return undefined
  return software.contextMarker === 'context' && names.length === 1 ? undefined : names
}

async function readOne(
  host: InventoryHost,
  context: ContextName | undefined,
  { declared, signal }: AdoptRequest,
  ports: Ports,
): Promise<Surveyed> {
  const { name, platform, endpoints } = host
  const intent: DeviceIntent = {
    host: name,
    platform,
    state: 'responder-only',
    targets: [],
    peers: declared,
    endpoints,
  }
  const space: DeviceRequest = { host, intent, ...(context === undefined ? {} : { context }) }
  const [only] = await survey(space, ports, signal)
  return only
}

/** The same reading, judged as a playbook that names every target in it. */
function describe(surveyed: Surveyed): Described {
  const { request, outcome } = surveyed
  if (outcome.kind !== 'planned') return { surveyed, targets: [], leftOut: [] }
  const { driver, facts } = outcome.input
  const wide: DeviceIntent = { ...request.intent, targets: candidateTargets(facts) }
  const { targets, leftOut } = adoptableTargets(driver.precheck(facts, wide))
  const intent: DeviceIntent = { ...request.intent, targets: targets.length === 0 ? wide.targets : targets }
  const input = { ...outcome.input, intent, assessment: driver.precheck(facts, intent) }
  return {
    surveyed: { request: { ...request, intent }, outcome: { ...outcome, input, plan: decide(input) } },
    targets,
    leftOut,
  }
}

function nameOf({ host, context }: DeviceRequest): string {
  return spaceName(host.name, context)
}

function eachOnce(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ code, target, message }) => {
    const key = JSON.stringify([code, target, message])
    return seen.has(key) ? false : seen.add(key)
  })
}

import pLimit from 'p-limit'
import { sameAddress } from '../model/address.ts'
import { type DeviceRequest, spaceName } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import type { PeerDeclaration } from '../model/intent.ts'
import type { InventoryHost } from '../model/inventory.ts'
import type { Acceptance, ProofSettings } from '../model/playbook.ts'
import { activeMateOf } from '../topology/failover-mate.ts'
import { peerImpacts } from '../topology/impact.ts'
import type { ReadDevice, TopologyDevice, TopologyInput, UnreadHost } from '../topology/input.ts'
import { deadTunnels, judgeTopology } from '../topology/judge.ts'
import { knownStarters } from '../topology/known-starters.ts'
import { declarationsFromDevices } from '../topology/peer-types.ts'
import { serversOf } from '../topology/ways.ts'
import { unusedAcceptances } from './accept.ts'
import { type DecideInput, decide } from './decide.ts'
import { withImpact } from './impact.ts'
import { byDevice } from './join-spaces.ts'
import { withClears } from './plan-clears.ts'
import type { Ports } from './ports.ts'
import { type Surveyed, type SurveyOutcome, survey } from './survey.ts'

/** What a run knows beside its devices: who else may stand at the other ends, and what is accepted. */
export interface RunSurroundings {
  /** All hosts of the inventory, those of the run included. */
  readonly hosts: readonly InventoryHost[]
  readonly declared: readonly PeerDeclaration[]
  readonly accept: readonly Acceptance[]
  readonly onBlocked: 'device' | 'target'
  /** Hosts that may be peers are read, although the playbook does not name them. */
  readonly readPeers: boolean
}

type PlannedOutcome = Extract<SurveyOutcome, { readonly kind: 'planned' }>

interface PlannedDevice {
  readonly request: DeviceRequest
  readonly outcome: PlannedOutcome
}

/**
 * The barrier between reading and writing: when all devices have been read, what only several of them
 * together show is judged, and each device is decided again. Hosts that are only read are never written.
 */
export async function judgeRun(
  surveyed: readonly Surveyed[],
  run: {
    readonly concurrency: number
    readonly signal: AbortSignal
    readonly around: RunSurroundings
    readonly proof?: ProofSettings
  },
  ports: Ports,
): Promise<readonly Surveyed[]> {
  const planned = surveyed.flatMap(({ request, outcome }) =>
    outcome.kind === 'planned' ? [{ request, outcome }] : [],
  )
  const others = await readOthers(planned, run, ports)
  const input = await topologyInput(planned, others, run.around, ports)
  const found = judgeTopology(input.topology)
  const dead = deadTunnels(input.topology)
  const impacts = peerImpacts(input.topology)
  const readAt = ports.clock.wall().toISOString()
  const starters = run.proof?.renegotiate === 'initiated' ? knownStarters(input.topology) : undefined
  const judged = surveyed.map((one) => {
    const { name } = one.request.host
    const again = input.inputs.get(nameOf(one.request))
    if (one.outcome.kind !== 'planned' || again === undefined) return one
    const topology = found.get(nameOf(one.request)) ?? []
    const mate = activeMateOf(readDevice(one.request.host, again), input.topology.devices)
    const decided = decide({
      ...again,
      topology,
      ...decisionRules(name, run.around),
      ...(mate === undefined ? {} : { activeMate: mate.host }),
    })
    const known = starters?.get(nameOf(one.request))
    const plan =
      known === undefined || run.proof === undefined
        ? decided
        : withClears(decided, again.driver, known, run.proof.lostAfterMs)
    const dying = dead.filter((tunnel) => tunnel.host === name).map((tunnel) => tunnel.target)
    // What peers are by their own word holds too when the device is read again just before its push.
    const request = { ...one.request, intent: again.intent }
    return {
      request,
      outcome: {
        ...one.outcome,
        input: again,
        plan: withImpact(plan, impacts.get(nameOf(one.request)) ?? [], readAt),
        deadTargets: dying,
      },
    }
  })
  return withLeftovers(judged, run.around.accept)
}

/** Tells what the playbook accepts and no device needs. */
function withLeftovers(surveyed: readonly Surveyed[], accept: readonly Acceptance[]): readonly Surveyed[] {
  const devices = byDevice(surveyed)
  const judged = new Map<string, readonly Finding[]>()
  for (const spaces of devices) {
    const plans = spaces.flatMap(({ outcome }) => (outcome.kind === 'planned' ? [outcome.plan] : []))
    const [first] = plans
    // Targets of a standby unit are left to its mate, and are not judged.
    const left = plans.some(({ targets }) => targets.some(({ decision }) => decision.kind === 'skipped'))
    if (first === undefined || plans.length < spaces.length || left) continue
    judged.set(
      first.host,
      plans.flatMap((plan) => plan.findings),
    )
  }
  const leftovers = unusedAcceptances(accept, judged)
  return devices.flatMap((spaces) =>
    spaces.map(({ request, outcome }, nth) => {
      const told = nth === 0 ? leftovers.get(request.host.name) : undefined
      if (told === undefined || outcome.kind !== 'planned') return { request, outcome }
      const { plan } = outcome
      return { request, outcome: { ...outcome, plan: { ...plan, findings: [...plan.findings, ...told] } } }
    }),
  )
}

function nameOf({ host, context }: DeviceRequest): string {
  return spaceName(host.name, context)
}

function decisionRules(host: string, around: RunSurroundings): Pick<DecideInput, 'accept' | 'onBlocked'> {
  return { accept: around.accept.filter((one) => one.hosts.includes(host)), onBlocked: around.onBlocked }
}

interface Others {
  readonly read: readonly ReadDevice[]
  readonly unread: readonly UnreadHost[]
}

/** Reads the inventory hosts whose stated endpoints are peers of this run. */
async function readOthers(
  planned: readonly PlannedDevice[],
  run: { readonly concurrency: number; readonly signal: AbortSignal; readonly around: RunSurroundings },
  ports: Ports,
): Promise<Others> {
  const inRun = new Set(planned.map(({ request }) => request.host.name))
  const peers = planned.flatMap(({ outcome: { input } }) =>
    input.assessment.targets.flatMap(({ peers: { listed }, usedBy }) => [
      ...listed,
      ...usedBy.flatMap((tunnel) => serversOf(input.facts, tunnel)),
    ]),
  )
  const isPeer = (host: InventoryHost): boolean =>
    host.endpoints.some((endpoint) => peers.some((peer) => sameAddress(peer, endpoint)))
  const rest = run.around.hosts.filter((host) => !inRun.has(host.name))
  const asked = run.around.readPeers ? rest.filter(isPeer) : []
  const limit = pLimit({ concurrency: run.concurrency, rejectOnClear: true })
  const answers = await Promise.all(
    asked.map((host) =>
      limit(async () => {
        const [{ outcome }] = await survey(onlyRead(host), ports, run.signal)
        return { host, outcome }
      }),
    ),
  )
  const read = answers.flatMap(({ host, outcome }) =>
    outcome.kind === 'planned' ? [readDevice(host, outcome.input)] : [],
  )
  const answered = new Set(read.map((device) => device.host))
  const unread = rest
    .filter((host) => !answered.has(host.name))
    .map((host) => ({ host: host.name, endpoints: host.endpoints }))
  return { read, unread }
}

/** A host that nothing is asked of. */
function onlyRead(host: InventoryHost): DeviceRequest {
  const { name, platform, endpoints } = host
  return {
    host,
    intent: { host: name, platform, state: 'responder-only', targets: [], peers: [], endpoints },
  }
}

function readDevice(host: InventoryHost, input: DecideInput): ReadDevice {
  const labels = host.labels === undefined ? {} : { labels: host.labels }
  return { host: host.name, facts: input.facts, endpoints: host.endpoints, ...labels }
}

interface Judged {
  readonly topology: TopologyInput
  /** By the name of each space, with the kinds of peers that were read told to the platform's checks. */
  readonly inputs: ReadonlyMap<string, DecideInput>
}

async function topologyInput(
  planned: readonly PlannedDevice[],
  others: Others,
  around: RunSurroundings,
  ports: Ports,
): Promise<Judged> {
  const all = [
    ...planned.map(({ request, outcome }) => readDevice(request.host, outcome.input)),
    ...others.read,
  ]
  const known = declarationsFromDevices(all, around.declared)
  const inputs = new Map<string, DecideInput>()
  const devices: TopologyDevice[] = []
  for (const { request, outcome } of planned) {
    const { input } = outcome
    const intent = { ...input.intent, peers: [...known, ...input.intent.peers] }
    const assessment = input.driver.precheck(input.facts, intent)
    inputs.set(nameOf(request), { ...input, intent, assessment })
    devices.push({ ...readDevice(request.host, input), wanted: intent.state, targets: assessment.targets })
  }
  const inRun = new Set(planned.map(({ request }) => request.host.name))
  const seen = await ports.history.seenAsInitiator([...inRun])
  return {
    inputs,
    topology: {
      devices,
      read: others.read,
      unread: others.unread,
      declared: around.declared,
      inventoryHosts: around.hosts.map((host) => ({
        host: host.name,
        inPlaybook: inRun.has(host.name),
        ...(host.labels === undefined ? {} : { labels: host.labels }),
      })),
      seenAsInitiator: (host, target, peer) => seen.get(`${host}\n${target}\n${peer}`),
    },
  }
}

/** One finding of a kind, for messages. */
export function findingOf(
  findings: readonly Finding[],
  code: Finding['code'],
  target: string,
): Finding | undefined {
  return findings.find((finding) => finding.code === code && finding.target === target)
}

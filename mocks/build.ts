import type { PlatformId } from '../src/model/ids.ts'
import type { PeerDeclaration } from '../src/model/intent.ts'
import { asaFamily } from './asa/family.ts'
import { renderNodes } from './config-tree.ts'
import { withEdits } from './edits.ts'
import { runningFaults } from './faults/running.ts'
import type { IkeEndpoint, IkeHabits } from './ike-types.ts'
import { iosFamily } from './ios/family.ts'
import type { Scenario, ScenarioDevice, ScenarioJump, ScenarioLogin } from './scenario.ts'
import { openSession, type SharedState } from './session.ts'
import type { SimulatedDevice } from './types.ts'
import { endpointsOf, World } from './world.ts'

/** A simulated box and what its SSH server and an inventory need to know of it. */
export interface BuiltDevice {
  readonly name: string
  readonly platform: PlatformId
  readonly groups: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  /** Own tunnel addresses, from its configuration. */
  readonly endpoints: readonly string[]
  /** The jump hosts on the way to it, the nearest first. */
  readonly via?: readonly string[]
  readonly device: SimulatedDevice
}

/** A running scenario: devices share one IKE world, and the world moves only when somebody looks. */
export interface BuiltScenario {
  /** In the order of the file. */
  readonly devices: readonly BuiltDevice[]
  readonly jumps: readonly ScenarioJump[]
  /** The same on every device. */
  readonly login: ScenarioLogin
  /** Remote ends and how an inventory declares them. */
  readonly peers: readonly PeerDeclaration[]
  readonly world: {
    /** Moves the world's clock forward, in milliseconds. */
    advance(ms: number): void
    /** A device loses its power and boots: what was not saved is gone. Throws when there is no such device. */
    reload(device: string): void
    /** Nobody reaches a device for so many milliseconds, and its tunnels are down. Throws when there is no such device. */
    outage(device: string, ms: number): void
  }
}

export interface BuildOptions {
  /** Milliseconds since whenever; only differences count. */
  readonly now: () => number
  /** For login and enable where the scenario names none; `lab` when not given. */
  readonly password?: string
}

/** Brings a scenario to life. Everything follows from the scenario, the lines typed and the clock. */
export function buildScenario(scenario: Scenario, { now, password = 'lab' }: BuildOptions): BuiltScenario {
  const word = scenario.login.password ?? password
  const login = { username: scenario.login.username, password: word, enable: scenario.login.enable ?? word }
  const world = new World(scenario, now)
  return {
    login,
    jumps: scenario.jumps,
    devices: scenario.devices.map((box) => builtDevice(box, world, login)),
    peers: peersOf(scenario, world),
    world: {
      advance: (ms) => world.skip(ms),
      reload: (name) => world.reload(name),
      outage: (name, ms) => world.outage(name, ms),
    },
  }
}

function builtDevice(box: ScenarioDevice, world: World, login: ScenarioLogin): BuiltDevice {
  const { name, platform, groups, labels, via } = box
  const family = platform === 'asa' ? asaFamily(box, login) : iosFamily(box, login)
  const shared: SharedState = {
    look: (context) => world.look(name, context),
    settle: (out) => world.settle(name, out),
  }
  const met = withEdits(box.edits, world, (lines) => {
    const somebody = openSession(family, 'somebody', shared)
    for (const line of [...(box.startsIn === 'user' ? ['enable', login.enable] : []), ...lines])
      somebody.enter(line)
  })
  const device: SimulatedDevice = {
    name,
    platform,
    faults: runningFaults(box.faults),
    cutOff: () => cutOff(box, world),
    open: () => met(openSession(family, login.username, shared)),
  }
  const endpoints = [...new Set(endsOf(box, world).map((endpoint) => endpoint.local))]
  return {
    name,
    platform,
    groups,
    endpoints,
    device,
    ...(labels === undefined ? {} : { labels }),
    ...(via === undefined ? {} : { via }),
  }
}

function cutOff({ name, faults }: ScenarioDevice, world: World): 'all' | 'new' | undefined {
  const { device, around } = world.look(name)
  if (around.away) return 'all'
  if (faults.cutOff === undefined) return undefined
  const { while: line, sessions } = faults.cutOff
  const lines = renderNodes(device.running)
  return lines.some((one) => line.test(one.trim())) ? sessions : undefined
}

/** The tunnel ends of a box, in all its contexts. */
function endsOf(box: ScenarioDevice, world: World): readonly IkeEndpoint[] {
  const spaces = [undefined, ...(box.contexts ?? []).map((one) => one.name)]
  return spaces.flatMap((context) => endpointsOf(world.look(box.name, context).device))
}

/** Ends that are only an address, and boxes that other boxes list as a peer. */
function peersOf(scenario: Scenario, world: World): readonly PeerDeclaration[] {
  const by = 'the scenario'
  const ends = scenario.peers.ends
    .filter((end) => end.declared)
    .map(
      ({ address, type, version, initiates, habits }): PeerDeclaration => ({
        key: address,
        type,
        by,
        ...(version === undefined ? {} : { version }),
        ...(initiates === undefined ? calls(habits, scenario) : { initiates }),
      }),
    )
  const listed = new Set(
    scenario.devices
      .flatMap((box) => endsOf(box, world))
      .flatMap((endpoint) => (endpoint.peers === 'any' ? [] : endpoint.peers)),
  )
  const boxes = scenario.devices.flatMap((box) =>
    endsOf(box, world)
      .filter(({ local }, index, all) => {
        return listed.has(local) && all.findIndex((one) => one.local === local) === index
      })
      .map(
        ({ local, mayStart }): PeerDeclaration => ({
          key: local,
          type: box.platform === 'asa' && box.model.startsWith('PIX') ? 'pix' : box.platform,
          version: box.version,
          by,
          ...(mayStart ? calls(box.habits, scenario) : {}),
        }),
      ),
  )
  return [...boxes, ...ends]
}

/** What sets its tunnels up anew every so often calls by itself, also where no SA shows it just now. */
function calls(habits: IkeHabits, { peers }: Scenario): Pick<PeerDeclaration, 'initiates'> {
  const always = habits.renews && habits.onTrafficMs === undefined && habits.diesMs === undefined
  return always && peers.renewMs !== undefined ? { initiates: 'always' } : {}
}

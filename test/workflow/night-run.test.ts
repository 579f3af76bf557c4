import { describe, expect, it } from 'vitest'
import { err } from '../../src/kernel/result.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome, RunResult } from '../../src/model/outcome.ts'
import type { RolloutSettings } from '../../src/model/rollout.ts'
import type { Unreachable } from '../../src/model/shell.ts'
import { renderResult } from '../../src/report/human.ts'
import { CredentialGuard } from '../../src/wire/credential-guard.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { FleetResult } from '../../src/workflow/fleet-request.ts'
import type { PlainSessions, Ports } from '../../src/workflow/ports.ts'
import { type Site, siteDevice, sites } from './sites.ts'
import { applied, takeBackIn } from './take-back.ts'
import { createWorld, expectNothingSent, type World } from './world.ts'

// Two hundred sites in one night: five are dead, two have an expired password, and the tunnel of site150 leads to
// site151, which only answers already.

const names = Array.from({ length: 200 }, (_, nth) => `site${nth}`)
const dead = ['site7', 'site40', 'site41', 'site100', 'site199']
const expired = ['site20', 'site21']

const fleet = names.map((name): Site => {
  if (name === 'site150') return { name, toward: 'site151' }
  return name === 'site151' ? { name, toward: 'site150', set: true } : { name }
})

const settings: RolloutSettings = {
  concurrency: 50,
  canary: { kind: 'fewest-peers', count: 2 },
  canaryNeeds: 'alive',
  wave: { kind: 'percent', percent: 25 },
  stopAfter: {
    failed: { kind: 'count', count: 1 },
    unreachable: { kind: 'percent', percent: 10 },
    authentication: 3,
  },
  apart: [],
}

const refused: Unreachable = {
  code: 'AUTHENTICATION_FAILED',
  cause: 'authentication',
  message: 'the device refused the login',
  next: 'look at the account',
}
const down: Unreachable = { code: 'CONNECT_FAILED', cause: 'network', message: 'no route', next: 'look' }

interface Night {
  readonly result: FleetResult
  readonly world: World
  /** Devices that saw a password and said no. */
  readonly refusedBy: readonly string[]
  /** The whole running configuration of each device before the run. */
  readonly before: ReadonlyMap<string, string>
}

/** As the device itself shows it in a login that is not ikero's, behind its header: when it was last changed, its size. */
function configsOf({ built }: World): ReadonlyMap<string, string> {
  const shown = (session: ReturnType<(typeof built.devices)[number]['device']['open']>): string =>
    ['enable', 'lab', 'terminal length 0', 'show running-config']
      .map((line) => session.enter(line).output)
      .join('\n')
      .replace(/^[\s\S]*?(?=^version )/m, '')
  return new Map(built.devices.map(({ name, device }) => [name, shown(device.open())]))
}

async function night(authentication: number): Promise<Night> {
  const refusedBy: string[] = []
  const world = createWorld(sites(fleet, { renew: '30s' }), {
    refuse: (host) => {
      if (dead.includes(host)) return down
      if (!expired.includes(host)) return undefined
      refusedBy.push(host)
      return refused
    },
  })
  const before = configsOf(world)
  const devices = names.map((name) => siteDevice(name))
  const request = world.request(devices, {
    concurrency: 50,
    proof: { withinMs: 120_000, lostAfterMs: 90_000 },
    rollout: {
      settings: { ...settings, stopAfter: { ...settings.stopAfter, authentication } },
      isKnown: () => false,
    },
    around: {
      hosts: devices.map(({ host }) => host),
      declared: [{ key: '198.19.0.0/16', type: 'ios', initiates: 'always' }],
      accept: [],
      onBlocked: 'device',
      readPeers: true,
    },
  })
  const ports: Ports = { ...world.ports, sessions: guarded(world.ports.sessions, authentication) }
  const result = await world.clock.settle(applyFleet(request, ports))
  return { result, world, refusedBy, before }
}

/** The sessions of a run as they are over SSH: one credential, with its lockout protection. */
function guarded({ read, write }: PlainSessions, most: number): PlainSessions {
  const guard = new CredentialGuard(most)
  const worked = new Set<string>()
  return {
    read: async (space, signal) => {
      const opened = await guard.login(space.host, worked.has(space.host.name), () => read(space, signal))
      if (opened.kind === 'ok') worked.add(space.host.name)
      return opened
    },
    write: (space) => guard.login(space.host, worked.has(space.host.name), () => write(space)),
  }
}

function resultOf({ devices, rollout }: FleetResult): RunResult {
  return {
    command: 'apply',
    runId: '20261124T193012-4f1c9a',
    playbook: 'sites answer only',
    startedAt: '2026-11-24T19:30:00.000Z',
    finishedAt: '2026-11-24T19:40:00.000Z',
    devices,
    interrupted: false,
    ...(rollout === undefined ? {} : { rollout }),
  }
}

function reportOf(result: RunResult): string {
  const exitCode = exitCodeOf(result)
  return renderResult(result, { color: false, width: 120, verbose: false, exitCode }).replace(/\s+/g, ' ')
}

function hostsBy(devices: readonly DeviceOutcome[], status: DeviceOutcome['status']): readonly string[] {
  return devices.filter((one) => one.status === status).map(({ host }) => host)
}

let first: Promise<Night> | undefined
/** One night for both who look at it: nothing of it is changed but by taking it back. */
const theNight = (): Promise<Night> => {
  first ??= night(3)
  return first
}

const patience = 300_000
const gone = names.filter((_, nth) => nth % 10 === 3)

/** Some sites do not answer any more: their connection runs into its timeout. */
function without({ ports, clock }: World, away: readonly string[]): Ports {
  const { read, write } = ports.sessions
  const timesOut = async (): Promise<ReturnType<typeof err<Unreachable>>> => {
    await clock.sleep(10_000)
    return err(down)
  }
  return {
    ...ports,
    sessions: {
      read: (space, signal) => (away.includes(space.host.name) ? timesOut() : read(space, signal)),
      write: (space) => (away.includes(space.host.name) ? timesOut() : write(space)),
    },
  }
}

describe('a night run over two hundred sites', () => {
  it(
    'changes what can be changed, within its budgets, and tells the rest',
    async () => {
      const { result, world, refusedBy } = await theNight()
      const { devices, rollout } = result
      expect(hostsBy(devices, 'unreachable')).toEqual(
        names.filter((name) => dead.includes(name) || expired.includes(name)),
      )
      expect(hostsBy(devices, 'blocked')).toEqual(['site150', 'site151'])
      for (const nth of [150, 151])
        expect(devices[nth]?.findings.map(({ code }) => code)).toContain('BOTH_ENDS_RESPONDER')
      expect(hostsBy(devices, 'verified')).toHaveLength(191)
      for (const host of [...dead, ...expired, 'site150', 'site151']) expectNothingSent(world, host)
      // Each expired password was shown once, and never again.
      expect(refusedBy.toSorted()).toEqual(expired)
      // 191 to change: two canaries, then a quarter of 191 at a time.
      expect(rollout?.stopped).toBeUndefined()
      expect(rollout?.waves.map(({ hosts, begun }) => [hosts.length, begun])).toEqual(
        [2, 47, 47, 47, 47, 1].map((size) => [size, true]),
      )
      expect(rollout?.waves[0]).toMatchObject({ canary: true, hosts: ['site0', 'site1'] })
      expect(exitCodeOf(resultOf(result))).toBe(1)
      const text = reportOf(resultOf(result))
      expect(text).toContain('waves 6 of 6 begun; canary site0 and 1 more')
      expect(text).toContain('200 devices: 7 unreachable, 2 blocked, 191 verified; lines were sent to 191')
      expect(text).not.toContain('rollout stopped')
    },
    patience,
  )

  it(
    'stops all logins with a credential that two devices in a row refuse, and sends nothing to anybody',
    async () => {
      const { result, world, refusedBy } = await night(2)
      const { devices, rollout } = result
      expect(refusedBy).toEqual(expired)
      const unreachable = devices.filter(({ status }) => status === 'unreachable')
      const notTried = unreachable.filter(({ error }) =>
        error?.message.startsWith('not tried: the credential lab'),
      )
      expect(notTried.length).toBeGreaterThan(0)
      // Not one login more than it took to see it: nobody was asked who is told to be not tried.
      for (const { host } of notTried) expect(world.received(host)).toEqual([])
      expect(rollout?.stopped?.reason).toMatch(
        /^20 of 200 devices cannot be reached \(.*\), and rollout\.stopAfter\.unreachable is 10% \(20 of 200\)$/,
      )
      expect(rollout?.stopped).toMatchObject({ changed: 0, split: [] })
      expect(hostsBy(devices, 'verified')).toEqual([])
      expect(world.journal.filter(({ kind }) => kind === 'push-intent')).toEqual([])
      expect(exitCodeOf(resultOf(result))).toBe(1)
      const text = reportOf(resultOf(result))
      expect(text).toContain('rollout stopped: 0 devices begun')
      expect(text).toContain('next make them reachable, or list them under known')
    },
    patience,
  )

  it(
    'is taken back in two minutes: whom it cannot reach is named first, and all others are as before the run',
    async () => {
      const { world, result: ran, before } = await theNight()
      const changed = hostsBy(ran.devices, 'verified')
      const since = configsOf(world)
      for (const host of changed) expect(since.get(host), host).not.toBe(before.get(host))
      expect(gone.filter((host) => changed.includes(host))).toHaveLength(20)
      const startedMs = world.clock.monotonicMs()
      const { devices, question } = await takeBackIn(
        world,
        names.map((name) => siteDevice(name)),
        { ports: without(world, gone), request: { concurrency: 50 } },
      )
      expect(world.clock.monotonicMs() - startedMs).toBeLessThan(120_000)
      // Only what the run changed is asked about, and contacted.
      expect(devices).toHaveLength(191)
      expect(devices.slice(0, 20).map(({ host, status }) => [host, status])).toEqual(
        gone.map((host) => [host, 'unreachable']),
      )
      expect(devices.slice(20).map(({ host }) => host)).toEqual(
        changed.filter((host) => !gone.includes(host)),
      )
      expect(devices.slice(20).map(({ status, saved }) => [status, saved])).toEqual(
        Array(171).fill(['rolled-back', 'yes']),
      )
      expect(question?.unreachable.map(({ host }) => host)).toEqual(gone)
      expect(question?.plans).toHaveLength(171)
      const now = configsOf(world)
      for (const host of names) {
        if (gone.includes(host)) expect(now.get(host), host).toBe(since.get(host))
        else expect(now.get(host), host).toBe(before.get(host))
      }
      const result: RunResult = { ...resultOf({ devices, plans: [] }), command: 'rollback', of: applied }
      expect(exitCodeOf(result)).toBe(1)
      const text = renderResult(result, { color: false, width: 100, verbose: false, exitCode: 1 })
      const [first] = text.split('\n').filter((line) => /site\d/.test(line))
      expect(first).toContain('not reached, and as the run left them (20 devices): site3, site13, site23')
    },
    patience,
  )
})

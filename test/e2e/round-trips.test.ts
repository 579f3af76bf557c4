import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { createRedactor } from '../../src/kernel/redact.ts'
import type { ReadShell } from '../../src/model/shell.ts'
import { parseKnownHosts } from '../../src/transport/known-hosts.ts'
import { loadRun } from '../../src/wire/load.ts'
import { createSecretsFor } from '../../src/wire/secrets.ts'
import { createSessions } from '../../src/wire/sessions.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { root } from '../architecture/sources.ts'
import { startLab } from './lab.ts'
import { turnProxy } from './turn-proxy.ts'

const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** What one session had cost at its turns, in network round trips since TCP was connected. */
interface Cost {
  readonly kind: 'read' | 'write'
  firstPrompt: number
  loggedIn: number
  entersConfig: number
  /** The last answer that was waited for before the session was closed. */
  done: number
}

interface Applied {
  readonly costs: readonly Cost[]
  readonly status: string | undefined
  readonly targets: number
}

/** Applies the example playbook to one device of the lab, over a line with latency. */
async function applyTo(name: string): Promise<Applied> {
  const lab = await startLab('mocks/scenarios/lab.yml')
  endings.push(() => lab.stop())
  const loaded = loadRun({
    playbook: 'playbooks/hubs.yml',
    inventory: join(lab.dir, 'inventory.yml'),
    limit: name,
    env: {},
    cwd: root,
  })
  const request = loaded.kind === 'ok' ? loaded.value.devices[0] : undefined
  if (request === undefined) throw new Error(`no ${name}`)
  const proxy = await turnProxy(request.host.port)
  endings.push(() => proxy.stop())
  const costs: Cost[] = []
  const now = (at: number): number => proxy.connections[at]?.roundTrips ?? Number.NaN
  const keys = readFileSync(join(lab.dir, 'known_hosts'), 'utf8')
  const sessions = createSessions({
    clock: systemClock,
    secrets: createSecretsFor({ env: {}, cwd: lab.dir }, createRedactor()),
    knownHosts: parseKnownHosts({ text: keys.replaceAll(`:${request.host.port} `, `:${proxy.port} `) }),
    // What is written down goes by here: that shows when the first prompt came.
    transcripts: {
      warnings: () => [],
      begin: (_host, kind) => {
        const at = costs.push({ kind, firstPrompt: 0, loggedIn: 0, entersConfig: 0, done: 0 }) - 1
        return {
          secret: () => undefined,
          failed: () => undefined,
          over: (link) => ({
            ...link,
            read: async () => {
              const bytes = await link.read()
              const cost = costs[at]
              if (cost !== undefined && cost.firstPrompt === 0) cost.firstPrompt = now(at)
              return bytes
            },
          }),
        }
      },
    },
  })
  const ports: Ports = {
    clock: systemClock,
    sessions: timed(sessions, costs, now),
    journal: { append: () => Promise.resolve() },
    history: {
      lastChange: () => Promise.resolve(undefined),
      seenAsInitiator: () => Promise.resolve(new Map()),
      identities: () => Promise.resolve(new Map()),
      remediations: () => Promise.resolve(new Map()),
    },
    emit: () => undefined,
    approve: () => Promise.resolve(true),
  }
  const { devices } = await applyFleet(
    {
      devices: [{ ...request, host: { ...request.host, port: proxy.port } }],
      concurrency: 1,
      proof: { withinMs: 0, lostAfterMs: 1000 },
      save: 'always',
      signal: new AbortController().signal,
    },
    ports,
  )
  return { costs, status: devices[0]?.status, targets: request.intent.targets.length }
}

/** The same sessions; each notes what it had cost when it was logged in, changed and was closed. */
function timed(sessions: Sessions, costs: readonly Cost[], now: (at: number) => number): Sessions {
  const note = (shell: ReadShell, at: number): void => {
    const cost = costs[at]
    if (cost === undefined) throw new Error('a session that was not begun')
    cost.loggedIn = now(at)
    const { close } = shell
    shell.close = () => {
      cost.done = now(at)
      return close()
    }
  }
  return {
    async read(...about) {
      const at = costs.length
      const opened = await sessions.read(...about)
      if (opened.kind === 'ok') note(opened.value, at)
      return opened
    },
    async write(...about) {
      const at = costs.length
      const opened = await sessions.write(...about)
      if (opened.kind === 'err') return opened
      note(opened.value, at)
      const { enterConfig } = opened.value
      opened.value.enterConfig = () => {
        const cost = costs[at]
        if (cost !== undefined) cost.entersConfig = now(at)
        return enterConfig()
      }
      return opened
    },
  }
}

/** Prompt, `enable`, its secret: counted apart. */
const enabling = 2

describe('network round trips over SSH', () => {
  it.each(['hub1', 'hub2', 'asa-hq'])(
    'are few for %s: login, judgement and change, and the second login apart',
    async (name) => {
      const { costs, status, targets } = await applyTo(name)
      expect(status).toMatch(/^(?:unproven|verified)$/)
      expect(costs.map((cost) => cost.kind)).toEqual(['read', 'write', 'read'])
      const [survey, change, second] = costs
      if (survey === undefined || change === undefined || second === undefined) throw new Error('no sessions')
      for (const cost of costs) {
        // The first login asks for the methods; the next ones present at once what worked.
        expect(cost.firstPrompt).toBeLessThanOrEqual(cost === survey ? 8.5 : 7.5)
        // One to see the prompt again.
        expect(cost.loggedIn - cost.firstPrompt).toBeLessThanOrEqual(1 + enabling)
      }
      expect(survey.done - survey.firstPrompt).toBeLessThanOrEqual(3 + enabling)
      expect(change.entersConfig - change.firstPrompt).toBeLessThanOrEqual(3 + enabling)
      // One target; each line of a further one is a wait of its own, because its prompt is looked at.
      expect(change.done - change.entersConfig).toBeLessThanOrEqual(8 + 2 * (targets - 1))
      expect(second.done).toBe(second.loggedIn)
    },
  )
})

import { describe, expect, it } from 'vitest'
import { err } from '../../src/kernel/result.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { renderResult } from '../../src/report/human.ts'
import type { Ports } from '../../src/workflow/ports.ts'
import { hub } from './scenarios.ts'
import { applied, applyIn, stepsOf, takeBackIn } from './take-back.ts'
import { createWorld, device, profile } from './world.ts'

const hubVpn = 'crypto ipsec profile VPN'

/** The same record, of another device. */
function ofHost<T extends JournalEntry>(one: T, host: string): T {
  if (one.kind === 'push-intent') return { ...one, host, identity: { hostname: host, serials: [] } }
  return 'host' in one ? { ...one, host } : one
}

/** A hub of each name; the tunnels of a few are up, and are watched to the end. */
function hubs(names: readonly string[]): string {
  const [head = '', rest = ''] = hub().split('  - name: hub1\n')
  const [body = '', peers = ''] = rest.split('peers:\n')
  const [settings = '', ends = ''] = peers.split('  ends:\n')
  const copy = (text: string, host: string): string =>
    text
      .replaceAll('hub1', host)
      .replaceAll('203.0.113.', `10.1.${host.slice(3)}.`)
      .replaceAll('name: end', `name: ${host}-end`)
  const up = names.filter((host) => /[13579]0$/.test(host))
  const devices = names.map((host) => copy(`  - name: hub1\n${body}`, host)).join('')
  return `${head}${devices}peers:\n${settings}  ends:\n${up.map((host) => copy(ends, host)).join('')}`
}

describe('two hundred devices, of which twenty do not answer', () => {
  it('end within two minutes, and the twenty are named first', { timeout: 300_000 }, async () => {
    const world = createWorld(hub({ renew: '6s' }))
    await applyIn(world, [device('hub1', [profile('VPN')])])
    const record = stepsOf(world.journal)
    const names = Array.from({ length: 200 }, (_, nth) => `hub${nth + 1}`)
    const dead = new Set(names.filter((_, nth) => nth % 10 === 4))
    const steps = names.flatMap((host) =>
      record.map(({ at, entry: one }) => ({ at, entry: ofHost(one, host) })),
    )
    const gone = { code: 'CONNECT_FAILED', cause: 'network', message: 'timed out', next: 'look' } as const
    const live = new Set(names.filter((name) => !dead.has(name)))
    const fleet = createWorld(hubs([...live]))
    const typed = ['configure terminal', hubVpn, 'responder-only', 'end', 'write memory']
    for (const host of live) fleet.meddle(host, ['enable', 'lab', ...typed])
    const { read, write } = fleet.ports.sessions
    const sessions: Ports['sessions'] = {
      read: async (space, signal) => {
        if (live.has(space.host.name)) return read(space, signal)
        await fleet.clock.sleep(10_000)
        return err(gone)
      },
      write,
    }
    const startedMs = fleet.clock.monotonicMs()
    const { devices, question } = await takeBackIn(
      fleet,
      names.map((name) => device(name, [profile('VPN')])),
      { steps, ports: { ...fleet.ports, sessions }, request: { concurrency: 50 } },
    )
    expect(fleet.clock.monotonicMs() - startedMs).toBeLessThan(120_000)
    expect(devices.slice(0, 20).map(({ host }) => host)).toEqual([...dead])
    expect(devices.slice(20).map(({ status }) => status)).toEqual(Array(180).fill('rolled-back'))
    expect(question?.unreachable.map(({ host }) => host)).toEqual([...dead])
    expect(question?.plans).toHaveLength(180)
    const result = {
      command: 'rollback',
      runId: 'r',
      of: applied,
      playbook: 'p',
      startedAt: '',
      finishedAt: '',
      devices,
      interrupted: false,
    } as const
    expect(exitCodeOf(result)).toBe(1)
    const report = renderResult(result, { color: false, width: 100, verbose: false, exitCode: 1 })
    const [, , , first = ''] = report.split('\n')
    expect(first).toContain('not reached, and as the run left them (20 devices): hub5, hub15, hub25')
  })
})

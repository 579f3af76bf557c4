import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { contextName, profileTarget } from '../names.ts'
import { device, finding, unreachable } from './builders.ts'
import { changeOf, plan, targetPlan } from './plans.ts'
import { watch } from './watch.ts'

const change = changeOf(
  ['crypto ipsec profile VPN', 'responder-only'],
  ['crypto ipsec profile VPN', 'no responder-only'],
)
const started = (hosts: readonly string[], command: 'apply' | 'plan' = 'apply'): RunEvent => ({
  kind: 'run-started',
  command,
  runId: '20261124T193012-4f1c9a',
  playbook: 'hubs answer only',
  hosts,
})

const story: readonly RunEvent[] = [
  started(['hub1', 'hub2']),
  { kind: 'step', host: 'hub1', step: 'connecting' },
  { kind: 'step', host: 'hub1', step: 'read' },
  { kind: 'finding', host: 'hub1', finding: finding('DUPLICATE_SAS', 'info') },
  { kind: 'finding', host: 'hub1', finding: finding('PROOF_UNLIKELY', 'warn', { target: 'VPN' }) },
  { kind: 'planned', plan: plan('hub1', [targetPlan(profileTarget('VPN'), change)]) },
  {
    kind: 'device-finished',
    outcome: unreachable('hub2', 'network', { code: 'CONNECT_FAILED', message: 'refused', next: 'look' }),
  },
  { kind: 'step', host: 'hub1', step: 'changing' },
  { kind: 'line-sent', host: 'hub1', target: 'VPN', line: 'responder-only', purpose: 'change' },
  { kind: 'line-replied', host: 'hub1', line: 'responder-only', reply: 'accepted', said: '' },
  { kind: 'read-back', host: 'hub1', target: 'VPN', value: 'responder-only', asWanted: true },
  { kind: 'step', host: 'hub1', step: 'changed' },
  { kind: 'saved', host: 'hub1', ok: true, said: '[OK]' },
  { kind: 'coverage', host: 'hub1', text: '1 of 2 peers proven', proven: 1, peers: 2 },
  { kind: 'coverage', host: 'hub1', text: '1 of 2 peers proven', proven: 1, peers: 2 },
  { kind: 'device-finished', outcome: device('hub1', 'unproven') },
  { kind: 'run-finished', exitCode: 1 },
]

describe('progress as a plain log', () => {
  it('has one line for each event that matters, with the host in front', async () => {
    const { progress, written } = watch('plain', ['hub1', 'hub2'])
    for (const event of story) progress.emit(event)
    await progress.stop()
    expect(written.join('')).toBe(
      [
        'apply hubs answer only: run 20261124T193012-4f1c9a, 2 devices',
        'hub1: connecting',
        'hub1: warn PROOF_UNLIKELY on VPN: what is, and why it matters',
        'hub1: 1 target to change, 2 lines',
        'hub2: unreachable: CONNECT_FAILED: refused',
        'hub1: sent: responder-only',
        'hub1: read back VPN: responder-only',
        'hub1: saved',
        'hub1: 1 of 2 peers proven',
        'hub1: unproven',
        'finished, exit 1',
        '',
      ].join('\n'),
    )
  })

  it('says nothing after it was stopped, and nothing at all when silent', async () => {
    const { progress, written } = watch('plain', ['hub1'])
    await progress.stop()
    progress.emit(started(['hub1']))
    const silent = watch('silent', ['hub1'])
    silent.progress.emit(started(['hub1']))
    await silent.progress.stop()
    expect([...written, ...silent.written]).toEqual([])
  })
})

describe('progress on a terminal', () => {
  it('ends with three rows that carry the counts', async () => {
    const { progress, screen } = watch('tty', ['hub1', 'hub2'])
    for (const event of story) progress.emit(event)
    await progress.stop()
    expect(screen().map((line) => line.slice(2))).toEqual([
      'survey  1 of 2 read, 1 unreachable',
      'change  1 of 1 changed, 1 saved',
      'proof   1 of 2 peers proven, 1 unproven',
    ])
  })

  it('counts a device once, and the peers of all its contexts', async () => {
    const [a, b] = [contextName('a'), contextName('b')]
    const { progress, screen } = watch('tty', ['fw1'])
    const proven = (context: string, count: number): RunEvent => ({
      kind: 'coverage',
      host: 'fw1',
      context,
      text: '',
      proven: count,
      peers: 4,
    })
    progress.emit(started(['fw1']))
    progress.emit({ kind: 'step', host: 'fw1', step: 'read' })
    for (const context of [a, b])
      progress.emit({
        kind: 'planned',
        plan: plan('fw1', [targetPlan(profileTarget('VPN'), change)], { context }),
      })
    progress.emit({ kind: 'step', host: 'fw1', step: 'changed' })
    for (const context of [a, b]) progress.emit({ kind: 'saved', host: 'fw1', context, ok: true, said: '' })
    for (const event of [proven('a', 1), proven('b', 2), proven('a', 2)]) progress.emit(event)
    await progress.stop()
    expect(screen().join('\n')).toContain('1 of 1 changed, 1 saved')
    expect(screen().join('\n')).toContain('4 of 8 peers proven')
  })

  it('says in a log which context a line, a save and a proof are about', () => {
    const { progress, written } = watch('plain', ['fw1'])
    const about = { host: 'fw1', context: 'customer-a' }
    const target = 'customer-a:outside_map/10'
    progress.emit({ kind: 'line-sent', ...about, target, line: 'crypto map …', purpose: 'change' })
    progress.emit({ kind: 'saved', ...about, ok: true, said: '' })
    progress.emit({ kind: 'coverage', ...about, text: '1 of 1 peer proven', proven: 1, peers: 1 })
    expect(written).toEqual([
      'fw1/customer-a: sent: crypto map …\n',
      'fw1/customer-a: saved\n',
      'fw1/customer-a: 1 of 1 peer proven\n',
    ])
  })

  it('has no more rows and device lines for a thousand devices', async () => {
    const clock = { ms: 0 }
    const hosts = Array.from({ length: 1000 }, (_, index) => `site-${index}`)
    const { progress, written, screen } = watch('tty', hosts, clock)
    progress.emit(started(hosts))
    for (const [index, host] of hosts.entries()) {
      clock.ms = index
      progress.emit({ kind: 'step', host, step: 'connecting' })
      if (index % 100 === 0) progress.emit({ kind: 'device-finished', outcome: device(host, 'failed') })
    }
    clock.ms = 65_000
    await new Promise((resolve) => setTimeout(resolve, 150))
    const drawn = screen()
    await progress.stop()
    expect(drawn).toHaveLength(3 + 10 + 1)
    expect(drawn.filter((line) => line.includes('failed')).length).toBe(6 + 1)
    // The slowest are those that began first.
    expect(drawn.filter((line) => line.includes('connecting for 1m 5s'))).toHaveLength(4)
    expect(drawn.at(-1)).toBe('  1m 5s  Ctrl-C: finish devices in hand, begin no other')
    expect(written.join('').split('\u001b[J').length).toBeLessThan(10)
  })

  it('costs less than a millisecond of CPU a device for a thousand devices', async () => {
    const hosts = Array.from({ length: 1000 }, (_, index) => `site-${index}`)
    const { progress } = watch('tty', hosts)
    const before = process.cpuUsage()
    progress.emit(started(hosts))
    for (const host of hosts) {
      for (const event of story) {
        if (!('host' in event)) continue
        progress.emit({ ...event, host })
      }
      progress.emit({ kind: 'device-finished', outcome: device(host, 'verified') })
      await new Promise((resolve) => setImmediate(resolve))
    }
    await progress.stop()
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000 / hosts.length).toBeLessThan(1)
  })

  it('shows only the rows that a plan has', async () => {
    const { progress, screen } = watch('tty', ['hub1'])
    progress.emit(started(['hub1'], 'plan'))
    progress.emit({ kind: 'planned', plan: plan('hub1', [targetPlan(profileTarget('VPN'), change)]) })
    await progress.stop()
    expect(screen().map((line) => line.slice(2))).toEqual(['survey  1 of 1 read', 'change  1 would change'])
  })

  it('shows no row, from the first frame on, that its command has no use for', async () => {
    const { progress, written } = watch('tty', ['hub1'])
    progress.emit(started(['hub1'], 'plan'))
    await progress.stop()
    expect(written.join('')).toContain('survey')
    expect(written.join('')).not.toContain('proof')
  })

  it('keeps still while a question is asked, and draws below it afterwards', async () => {
    const { progress, written, terminal, screen } = watch('tty', ['hub1'])
    progress.emit(started(['hub1']))
    progress.pause()
    const before = written.length
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(written.length).toBe(before)
    terminal.write('Apply? yes\n')
    progress.resume()
    await progress.stop()
    // No rows that stood still are left above it.
    expect(screen().map((line) => line.slice(2, 8))).toEqual(['ply? y', 'survey', 'change', 'proof '])
  })

  it('leaves no timer running when stopped at once, and may be stopped twice', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const { progress } = watch('tty', ['hub1'])
    await Promise.all([progress.stop(), progress.stop()])
    expect(timers()).toBeLessThanOrEqual(before)
  })

  it('takes no signal: they have one owner', async () => {
    const listeners = (): number => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')
    const before = listeners()
    const { progress } = watch('tty', ['hub1'])
    progress.emit(started(['hub1']))
    await progress.stop()
    expect(listeners()).toBe(before)
  })
})

describe('a wave that others wait for', () => {
  const wave = (awaits: 'alive' | 'verified' | undefined): RunEvent => ({
    kind: 'wave-started',
    wave: 1,
    of: awaits === undefined ? 1 : 2,
    canary: true,
    hosts: ['hub1'],
    ...(awaits === undefined ? {} : { awaits }),
  })

  it.each([
    [
      'alive',
      '; the next wave begins when it is verified, or alive a minute after the change\n',
      '; next wave: when alive for a minute',
    ],
    ['verified', '; the next wave begins when it is verified\n', '; next wave: when verified'],
    [undefined, ': hub1\n', '0 of 1 changed'],
  ] as const)('is told with what it is waited for: %s', async (awaits, plainEnd, rowEnd) => {
    const plain = watch('plain', ['hub1'])
    plain.progress.emit(wave(awaits))
    expect(plain.written.join('').endsWith(plainEnd)).toBe(true)
    const tty = watch('tty', ['hub1'])
    tty.progress.emit(started(['hub1']))
    tty.progress.emit({ kind: 'planned', plan: plan('hub1', [targetPlan(profileTarget('VPN'), change)]) })
    tty.progress.emit(wave(awaits))
    await tty.progress.stop()
    expect(
      tty
        .screen()
        .find((line) => line.includes('change  '))
        ?.endsWith(rowEnd),
    ).toBe(true)
  })
})

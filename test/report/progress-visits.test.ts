import { describe, expect, it } from 'vitest'
import { type Visit, visiting } from '../../src/model/visit.ts'
import { createVisitProgress, type VisitProgress } from '../../src/report/progress.ts'
import { createTerminal } from './terminal.ts'

const words = { command: 'doctor', done: 'examined', busy: 'examining' }
const size = { columns: 80, rows: 24 }

function watching(
  kind: 'tty' | 'plain',
  hosts: readonly string[],
  clock = { ms: 0 },
): {
  readonly progress: VisitProgress
  readonly screen: () => readonly string[]
} {
  const terminal = createTerminal(size.columns, size.rows)
  const progress = createVisitProgress(
    { kind, write: terminal.write, size: () => size, color: false, hosts, now: () => clock.ms },
    words,
  )
  return { progress, screen: terminal.screen }
}

describe('a command without a run', () => {
  it('has one row, those with a problem, those at work and the time', async () => {
    const clock = { ms: 0 }
    const { progress, screen } = watching('tty', ['hub1', 'hub2', 'hub3'], clock)
    for (const host of ['hub1', 'hub2']) progress.visit({ host, step: 'begun' })
    progress.visit({ host: 'hub1', step: 'done', problem: 'CONNECT_FAILED' })
    clock.ms = 12_000
    await expect
      .poll(() => screen().join('\n').replace(/^. /, ''))
      .toBe(
        [
          'doctor  1 of 3 examined, 1 with a problem',
          '    hub1  failed  CONNECT_FAILED',
          '    hub2  examining for 12s',
          '  12s  Ctrl-C: stop, begin no other device',
        ].join('\n'),
      )
    await progress.stop()
    expect(screen()).toHaveLength(1)
  })

  it('has a line a device in a log', async () => {
    const { progress, screen } = watching('plain', ['hub1', 'hub2'])
    for (const host of ['hub1', 'hub2']) progress.visit({ host, step: 'begun' })
    progress.visit({ host: 'hub1', step: 'done' })
    progress.visit({ host: 'hub2', step: 'done', problem: 'not\u001b[2J ready' })
    await progress.stop()
    progress.visit({ host: 'hub3', step: 'done' })
    expect(screen()).toEqual(['hub1: examined', 'hub2: not\\x1b[2J ready'])
  })

  it('tells of each device as it is begun and done, with what went wrong', async () => {
    const told: Visit[] = []
    const done = await visiting(
      'hub1',
      (one) => told.push(one),
      async () => 7,
      (found) => `found ${found}`,
    )
    await visiting(
      'hub2',
      (one) => told.push(one),
      async () => 0,
      () => undefined,
    )
    expect(done).toBe(7)
    expect(told).toEqual([
      { host: 'hub1', step: 'begun' },
      { host: 'hub1', step: 'done', problem: 'found 7' },
      { host: 'hub2', step: 'begun' },
      { host: 'hub2', step: 'done' },
    ])
  })
})

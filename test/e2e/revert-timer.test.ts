import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { root } from '../architecture/sources.ts'
import { type FaultLab, withLab } from '../faults/over-ssh.ts'

const scenario = (name: string): string =>
  readFileSync(join(root, 'mocks', 'scenarios', 'access', `${name}.yml`), 'utf8')

function playbookOf(text: string): string {
  const lines = text.split('\n').filter((line) => line.startsWith('#   '))
  return `${lines.map((line) => line.slice(4)).join('\n')}\n`
}

/** The devices' clocks go so many times as fast: their timers run out while the test waits. */
function fast(times: number): Clock {
  return { ...systemClock, monotonicMs: () => systemClock.monotonicMs() * times }
}

/** What the run wrote of the timer, step by step. */
function timerSteps({ lab }: FaultLab): readonly string[] {
  const runs = join(lab.dir, 'state', 'runs')
  const journal = readdirSync(runs).map((run) => readFileSync(join(runs, run, 'journal.ndjson'), 'utf8'))
  return [...journal.join('').matchAll(/"kind":"revert-timer".*?"step":"(\w+)"/g)].map(
    ([, step]) => step ?? '',
  )
}

const lines = ({ lab }: FaultLab, pattern: RegExp): readonly string[] =>
  lab.lines().flatMap(({ line }) => (pattern.test(line) ? [line] : []))

describe('a revert timer over real SSH', () => {
  it('is confirmed after a second login', async () => {
    const text = scenario('timer-confirmed')
    await withLab(text, { playbook: playbookOf(text).replace('within: 1m', 'within: 20s') }, async (lab) => {
      const [outcome] = await lab.apply()
      expect(outcome).toMatchObject({ saved: 'yes', change: { revertTimer: { minutes: 8 } } })
      expect(['verified', 'unproven']).toContain(outcome?.status)
      expect(lines(lab, /^conf|^write/)).toEqual([
        'configure terminal revert timer 8',
        'configure confirm',
        'write memory',
      ])
      expect(timerSteps(lab)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
    })
  }, 60_000)

  it('runs out where the change cuts off the way, and the device is found as it was', async () => {
    const text = scenario('timer-fires')
    // Ten minutes of the device in twelve seconds.
    await withLab(text, { playbook: playbookOf(text), clock: fast(50) }, async (lab) => {
      const [outcome] = await lab.apply()
      expect(outcome).toMatchObject({
        status: 'rolled-back',
        saved: 'not-needed',
        targets: [{ status: 'rolled-back', after: 'bidirectional' }],
      })
      expect(outcome?.error?.message).toMatch(/the device took the change back by itself/)
      expect(lines(lab, /^conf|^write/)).toEqual(['configure terminal revert timer 10'])
      expect(timerSteps(lab)).toEqual(['setting', 'set', 'fired'])
    })
  }, 60_000)
})

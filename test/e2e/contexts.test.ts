import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { contexts } from '../workflow/scenarios.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

let lab: Lab | undefined
let dir = ''
afterEach(async () => {
  await lab?.stop()
  rmSync(dir, { recursive: true, force: true })
})

interface Answer {
  readonly runId: string
  readonly exitCode: number
  readonly devices: readonly {
    readonly host: string
    readonly status: string
    readonly saved: string
    readonly targets: readonly {
      readonly name: string
      readonly context: string
      readonly status: string
    }[]
  }[]
}

const answer = (stdout: string): Answer => JSON.parse(stdout)
const line = 'crypto map outside_map 10 set connection-type answer-only'

describe('the contexts of an ASA over real SSH', () => {
  it('are changed, proven and saved; a second apply is compliant; verify and show know the run', async () => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-contexts-'))
    writeFileSync(join(dir, 'scenario.yml'), contexts())
    lab = await startLab(join(dir, 'scenario.yml'))
    const path = join(dir, 'playbook.yml')
    const item = (name: string): string =>
      `  - { hosts: fw1, context: ${name}, cryptoMaps: [ { map: outside_map, entries: static } ] }\n`
    const asas = `asas:\n${item('customer-a')}${item('customer-b')}`
    const more = 'proof: { within: 20s, lostAfter: 5s }\nsave: always\n'
    writeFileSync(path, `version: 1\nname: test\n${asas}${more}`)

    const first = await ikero(['apply', path, ...lab.flags, '--yes', '--json'])
    expect(first.stderr).not.toMatch(/warn|error/)
    const { runId, devices } = answer(first.stdout)
    expect(devices.map(({ host, status, saved }) => [host, status, saved])).toEqual([
      ['fw1', 'verified', 'yes'],
    ])
    expect(devices[0]?.targets.map((one) => [one.name, one.context, one.status])).toEqual([
      ['customer-a:outside_map/10', 'customer-a', 'verified'],
      ['customer-b:outside_map/10', 'customer-b', 'verified'],
    ])
    expect(first.code).toBe(0)
    expect(writingLines(lab)).toEqual([line, 'end', line, 'end'])

    const second = await ikero(['apply', path, ...lab.flags, '--yes', '--json'])
    expect([second.code, answer(second.stdout).devices[0]?.status]).toEqual([0, 'compliant'])
    expect(writingLines(lab)).toHaveLength(4)

    const verified = await ikero(['verify', runId, ...lab.flags, '--json'])
    expect(answer(verified.stdout).devices[0]?.targets.map((one) => one.status)).toEqual([
      'verified',
      'verified',
    ])

    const shown = await ikero(['show', runId, ...lab.flags.slice(-2)])
    expect(shown.stdout).toContain(`in customer-b: ${line}`)
    expect(shown.stdout).toContain('in customer-b: to startup')
  }, 90_000)
})

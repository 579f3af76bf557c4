import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { threeDevices } from '../crash/three-devices.ts'
import { journalKinds, type KillLab, runIdIn, startKillLab } from './kill-lab.ts'

const playbook = `version: 1
name: three devices
routers:
  - { hosts: hub1, profiles: [VPN] }
  - { hosts: xe1, profiles: [VPN, OTHER] }
asas:
  - hosts: asa1
    cryptoMaps: [ { map: outside_map, entries: [10, 20] } ]
proof: { within: 3s, lostAfter: 20s }
save: always
`

const labs: KillLab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
})

async function theLab(): Promise<KillLab> {
  const lab = await startKillLab(threeDevices('2s'), playbook)
  labs.push(lab)
  return lab
}

/** The nth time that a device gets a line: killed before it arrives, or when it has had its effect. */
interface Point {
  readonly device: string
  readonly line: string
  readonly when: 'before' | 'after'
}

/** Every kind of line, over the three families; every step of all is killed at in memory (test/crash). */
const points: readonly Point[] = [
  { device: 'hub1', line: 'configure terminal', when: 'before' },
  { device: 'hub1', line: 'crypto ipsec profile VPN', when: 'after' },
  { device: 'hub1', line: 'responder-only', when: 'before' },
  { device: 'hub1', line: 'end', when: 'after' },
  { device: 'xe1', line: 'crypto ipsec profile OTHER', when: 'before' },
  { device: 'xe1', line: 'responder-only', when: 'after' },
  { device: 'xe1', line: 'write memory', when: 'before' },
  { device: 'asa1', line: 'configure terminal', when: 'after' },
  { device: 'asa1', line: 'crypto map outside_map 10 set connection-type answer-only', when: 'after' },
  { device: 'asa1', line: 'crypto map outside_map 20 set connection-type answer-only', when: 'before' },
  { device: 'asa1', line: 'write memory', when: 'after' },
]

interface Result {
  readonly exitCode: number
  readonly devices: readonly {
    readonly host: string
    readonly status: string
    readonly targets: readonly { readonly name: string; readonly status: string; readonly after?: string }[]
  }[]
}

function resultOf(stdout: string): Result {
  return JSON.parse(stdout)
}

/** Kills apply at a point, resumes it, and says how it ended. */
async function killAndResume(point: Point): Promise<string> {
  const lab = await theLab()
  const apply = ['apply', join(lab.dir, 'playbook.yml'), ...lab.flags, '--yes', '--json']
  const { child, ran } = lab.start(apply)
  let killed = false
  lab.watch((device, line, mode) => {
    if (killed) return 'lost'
    if (device !== point.device || line !== point.line || mode === 'question') return 'taken'
    // The process is gone before the answer leaves: nothing can follow this line.
    killed = child.kill('SIGKILL')
    return point.when === 'before' ? 'lost' : 'taken'
  })
  await ran
  expect(killed, `${point.device} ${point.line}`).toBe(true)
  lab.watch(() => 'taken')
  const runs = join(lab.dir, 'state', 'runs')
  const runId = runIdIn(readdirSync(runs))
  expect(journalKinds(join(runs, runId, 'journal.ndjson'))).not.toContain('run-finished')
  const resume = ['resume', runId, ...lab.flags, '--yes', '--json']
  const resumed = await lab.start(resume).ran
  expect(resumed.stdout, resumed.stderr).not.toBe('')
  const { devices } = resultOf(resumed.stdout)
  for (const { host, status, targets } of devices) {
    expect(['verified', 'unproven'], `${host} ${JSON.stringify(targets)}`).toContain(status)
    for (const { after } of targets) expect(after).toMatch(/^(?:responder|answer)-only$/)
  }
  expectSentOnce(lab)
  const again = await lab.start(resume).ran
  expect(again.code).toBe(0)
  expect(resultOf(again.stdout).devices).toEqual([])
  const told = devices.map(({ host, status }) => `${host} ${status}`).join(', ')
  return `${point.when.padEnd(6)}  ${`${point.device} ${point.line}`.padEnd(64)}  ${told}`
}

/** No device got a line twice that sets something. */
function expectSentOnce({ taken }: KillLab): void {
  const counts = new Map<string, number>()
  const inside = new Map<string, string>()
  for (const { device, mode, line } of taken) {
    if (mode !== 'config' && mode !== 'sub') continue
    if (line.startsWith('crypto ipsec profile')) inside.set(device, line)
    const sets = /^(?:no )?responder-only$/.test(line) ? `${inside.get(device) ?? ''} ${line}` : line
    if (!/responder-only|connection-type/.test(sets)) continue
    counts.set(`${device} ${sets}`, (counts.get(`${device} ${sets}`) ?? 0) + 1)
  }
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([])
  expect([...counts.keys()]).toHaveLength(5)
}

describe('ikero that is killed while it changes devices over SSH', () => {
  it('is finished by ikero resume, whichever line of a change it was', async () => {
    const rows: string[] = []
    const queue = [...points]
    const worker = async (): Promise<void> => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift())
        rows.push(await killAndResume(point))
    }
    await Promise.all([worker(), worker(), worker(), worker()])
    process.stdout.write(`${rows.length} points over SSH:\n${rows.sort().join('\n')}\n`)
  }, 240_000)
})

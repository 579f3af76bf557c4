import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

/** Sequence numbers of the static entries, in the order of their peers. */
const sequences = Array.from({ length: 24 }, (_, nth) => (nth + 1) * 10)
/** The last three go to a cloud gateway and to boxes of other companies, which no inventory declares. */
const foreign = sequences.slice(-3)
const own = sequences.slice(0, -3)
const answering = (seq: number): string => `crypto map outside_map ${seq} set connection-type answer-only`

function peerOf(seq: number): string {
  return `198.51.100.${seq / 10}`
}

/** An ASA with 24 static entries and a dynamic one. */
const scenario = `version: 1
login: { username: netops, password: lab }
devices:
  - name: asa1
    platform: asa
    model: ASA5516
    version: "9.16(3)19"
    config: |
      hostname asa1
      interface GigabitEthernet1/1
       nameif outside
       security-level 0
       ip address 203.0.113.3 255.255.255.0
      access-list VPN extended permit ip 10.3.0.0 255.255.0.0 10.20.0.0 255.255.0.0
      crypto ipsec ikev1 transform-set AES esp-aes-256 esp-sha-hmac
      crypto dynamic-map outside_dyn 10 set ikev1 transform-set AES
${sequences
  .map(
    (seq) => `      crypto map outside_map ${seq} match address VPN
      crypto map outside_map ${seq} set peer ${peerOf(seq)}
      crypto map outside_map ${seq} set ikev1 transform-set AES`,
  )
  .join('\n')}
      crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn
      crypto map outside_map interface outside
      crypto ikev1 enable outside
peers:
  ikeLifetime: 1h
  ends:
${own.map((seq) => `    - { name: b${seq}, address: ${peerOf(seq)}, protocol: ikev1, type: asa, initiates: always, to: asa1 }`).join('\n')}
${foreign.map((seq) => `    - { name: f${seq}, address: ${peerOf(seq)}, protocol: ikev1, type: asa, declared: false, to: asa1 }`).join('\n')}
`

interface Answer {
  readonly exitCode: number
  readonly devices: readonly {
    readonly status: string
    readonly findings: readonly { readonly code: string; readonly target?: string }[]
    readonly targets: readonly { readonly name: string; readonly status: string }[]
  }[]
}

interface Site {
  readonly lab: Lab
  playbook(onBlocked: 'device' | 'target'): string
  run(...args: readonly string[]): Promise<Answer>
}

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function site(): Promise<Site> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-entries-'))
  writeFileSync(join(dir, 'scenario.yml'), scenario)
  const lab = await startLab(join(dir, 'scenario.yml'))
  cleanups.push(async () => {
    await lab.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  return {
    lab,
    playbook: (onBlocked) => {
      const path = join(dir, `${onBlocked}.yml`)
      writeFileSync(
        path,
        `version: 1
name: twenty-five entries
asas: [ { hosts: asa1, cryptoMaps: [ { map: outside_map, entries: static } ] } ]
onBlocked: ${onBlocked}
proof: { within: 1s, lostAfter: 20s }
`,
      )
      return path
    },
    run: async (...args) => {
      const ran = await ikero([...args, ...lab.flags, '--json'])
      const answer: Answer = JSON.parse(ran.stdout)
      expect(ran.code).toBe(answer.exitCode)
      return answer
    },
  }
}

function statuses(answer: Answer, seqs: readonly number[]): readonly string[] {
  const of = (seq: number): string | undefined =>
    answer.devices[0]?.targets.find((target) => target.name === `outside_map/${seq}`)?.status
  return [...new Set(seqs.map((seq) => of(seq) ?? 'absent'))]
}

describe('an ASA with 25 entries, three of them to boxes that nobody has declared and one dynamic', () => {
  it('is left alone as a whole where the playbook stops at the first refusal', async () => {
    const { lab, playbook, run } = await site()
    const answer = await run('apply', playbook('device'), '--yes')
    expect(answer.exitCode).toBe(1)
    expect(answer.devices[0]?.status).toBe('blocked')
    expect(statuses(answer, foreign)).toEqual(['blocked'])
    const unknown = answer.devices[0]?.findings.filter((finding) => finding.code === 'PEER_TYPE_UNKNOWN')
    expect(unknown?.map((finding) => finding.target)).toEqual(foreign.map((seq) => `outside_map/${seq}`))
    expect(answer.devices[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'ENTRY_DYNAMIC', severity: 'info' }),
    )
    expect(writingLines(lab)).toEqual([])
  })

  it('is changed but for the three where the playbook goes by target', async () => {
    const { lab, playbook, run } = await site()
    const answer = await run('apply', playbook('target'), '--yes')
    expect(answer.exitCode).toBe(1)
    expect(statuses(answer, foreign)).toEqual(['blocked'])
    expect(statuses(answer, own)).toEqual(['unproven'])
    expect(writingLines(lab).filter((line) => line.includes('connection-type'))).toEqual(own.map(answering))
  })

  it('is cured by --write-peers and one edit of what it wrote', async () => {
    const { lab, playbook, run } = await site()
    const inventory = join(lab.dir, 'inventory.yml')
    const written = join(lab.dir, 'undeclared.yml')
    await run('plan', playbook('device'), '--write-peers', written)
    const asked = readFileSync(written, 'utf8')
    expect(asked.match(/type: unknown/g)).toHaveLength(foreign.length)
    const filledIn = asked
      .replaceAll('{ type: unknown }', '{ type: asa, initiates: always, by: "their NOC" }')
      .replace(/^[\s\S]*^peers:\n/m, '')
    writeFileSync(inventory, readFileSync(inventory, 'utf8').replace(/^peers:\n/m, `peers:\n${filledIn}`))
    const answer = await run('apply', playbook('device'), '--yes')
    expect(answer.exitCode).toBe(3)
    expect(statuses(answer, sequences)).toEqual(['unproven'])
    expect(writingLines(lab).filter((line) => line.includes('connection-type'))).toEqual(
      sequences.map(answering),
    )
  })
})

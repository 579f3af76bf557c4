import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FindingCode } from '../../src/model/codes.ts'
import type { Severity } from '../../src/model/finding.ts'
import { root } from '../architecture/sources.ts'
import { type Ended, openScenario, type ScenarioRun } from './scenario-run.ts'

type Expected = readonly [host: string, Severity, FindingCode]

function open(file: string): { readonly run: ScenarioRun; readonly head: string } {
  const text = readFileSync(join(root, 'mocks', 'scenarios', 'codes', file), 'utf8')
  const lines = text.split('\n').filter((line) => line.startsWith('#   '))
  const playbook = lines.map((line) => line.slice(4)).join('\n')
  return { run: openScenario(text, playbook), head: text.split('\nversion:')[0] ?? '' }
}

function expectFindings({ devices }: Ended, expected: readonly Expected[]): void {
  for (const [host, severity, code] of expected) {
    const found = devices.find((device) => device.host === host)?.findings
    expect(found).toContainEqual(expect.objectContaining({ code, severity }))
  }
}

function expectAnnounced(head: string, expected: readonly Expected[]): void {
  for (const [, , code] of expected) expect(head).toContain(code)
}

const routers: readonly Expected[] = [
  ['spare', 'block', 'PROFILE_UNUSED'],
  ['spare', 'info', 'HOSTNAME_MISMATCH'],
  ['spare', 'warn', 'ACCEPT_UNUSED'],
  ['spare', 'info', 'DUPLICATE_SAS'],
  ['spare', 'info', 'MANAGEMENT_THROUGH_TUNNEL'],
  ['caller', 'block', 'TUNNEL_INITIATES'],
  ['reader', 'block', 'PRIVILEGE_INSUFFICIENT'],
  ['young', 'warn', 'EMULATED_ONLY'],
  ['odd', 'info', 'RELEASE_UNKNOWN'],
]
const firewalls: readonly Expected[] = [
  ['backup', 'block', 'ENTRY_ORIGINATE_ONLY'],
  ['pair1', 'warn', 'FAILOVER_UNSYNCED'],
  ['pix7', 'warn', 'EMULATED_ONLY'],
  ['old-contexts', 'block', 'VPN_IN_CONTEXT_UNSUPPORTED'],
]
const proof: readonly Expected[] = [
  ['twice', 'warn', 'ROLE_AMBIGUOUS'],
  ['rekeys', 'warn', 'ROLE_REKEYED_HERE'],
]
const late: readonly Expected[] = [['idle', 'warn', 'PROOF_OVERDUE']]

describe('the scenarios of the codes that none of the twenty ways needs', () => {
  it.each([
    ['routers.yml', routers],
    ['firewalls.yml', firewalls],
  ] as const)('plan of %s finds what its head announces, exit 1', async (file, expected) => {
    const { run, head } = open(file)
    const ended = await run.plan()
    expectFindings(ended, expected)
    expectAnnounced(head, expected)
    expect(ended.exitCode).toBe(1)
  })

  it('apply of proof.yml ends unproven with what the tunnels show, and verify says when it is overdue', async () => {
    const { run, head } = open('proof.yml')
    const ended = await run.apply()
    expectFindings(ended, proof)
    expectAnnounced(head, [...proof, ...late])
    expect([ended.devices.map((device) => device.status), ended.exitCode]).toEqual([
      ['unproven', 'unproven', 'unproven'],
      3,
    ])
    await run.world.clock.advance(49 * 3_600_000)
    const verified = await run.verify()
    expectFindings(verified, late)
    expect(verified.exitCode).toBe(3)
  })
})

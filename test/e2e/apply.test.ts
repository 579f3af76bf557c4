import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { asa, end, hub } from '../workflow/scenarios.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

const labs: Lab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
})

async function theLab(scenario = 'mocks/scenarios/lab.yml'): Promise<Lab> {
  const lab = await startLab(scenario)
  labs.push(lab)
  return lab
}

async function labOf(scenarioText: string): Promise<Lab> {
  const { mkdtempSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  const dir = mkdtempSync(join(tmpdir(), 'ikero-scenario-'))
  const path = join(dir, 'scenario.yml')
  writeFileSync(path, scenarioText)
  return theLab(path)
}

interface Device {
  readonly host: string
  readonly status: string
  readonly saved: string
  readonly findings: readonly { readonly code: string }[]
  readonly targets: readonly { readonly name: string; readonly status: string; readonly after?: string }[]
  readonly change: { readonly lines: readonly string[] }
  readonly error?: { readonly code: string; readonly message: string }
}

function document(stdout: string): {
  readonly exitCode: number
  readonly formatVersion: number
  readonly devices: readonly Device[]
} {
  return JSON.parse(stdout)
}

function playbook(lab: Lab, text: string): string {
  const path = join(lab.dir, 'playbook.yml')
  writeFileSync(path, `version: 1\nname: test\n${text}`)
  return path
}

const hubPlaybook = `routers: [ { hosts: hub1, profiles: [VPN] } ]
proof: { within: 20s, lostAfter: 5s }
save: always
`

describe('over real SSH', () => {
  it('plans the hubs: exit 2, the exact lines, and no device ever in configuration mode', async () => {
    const lab = await theLab()
    const ran = await ikero(['plan', 'playbooks/hubs.yml', ...lab.flags])
    expect(ran.code).toBe(2)
    for (const line of [
      'crypto ipsec profile VPN',
      'responder-only',
      'crypto map outside_map 10 set connection-type answer-only',
      'crypto map outside_map 20 set connection-type answer-only',
    ]) {
      expect(ran.stdout).toContain(line)
    }
    expect(writingLines(lab)).toEqual([])
    expect(lab.lines().filter(({ line }) => /^conf/.test(line))).toEqual([])
  })

  it('applies, proves and saves; a second apply is compliant; verify closes it; the old router is blocked', async () => {
    const lab = await theLab()
    const first = await ikero(['apply', 'playbooks/hubs.yml', ...lab.flags, '--yes', '--json'])
    expect(first.stderr).toBe('')
    expect(document(first.stdout)).toMatchObject({ formatVersion: 1, exitCode: 0 })
    expect(document(first.stdout).devices.map((one) => [one.host, one.status, one.saved])).toEqual([
      ['hub1', 'verified', 'yes'],
      ['hub2', 'verified', 'yes'],
      ['asa-hq', 'verified', 'yes'],
    ])
    expect(first.code).toBe(0)
    expect(writingLines(lab, 'hub1')).toEqual(['crypto ipsec profile VPN', 'responder-only', 'end'])
    const sent = writingLines(lab).length

    const second = await ikero(['apply', 'playbooks/hubs.yml', ...lab.flags, '--yes', '--json'])
    expect(second.code).toBe(0)
    expect(document(second.stdout).devices.map((one) => one.status)).toEqual([
      'compliant',
      'compliant',
      'compliant',
    ])
    expect(writingLines(lab)).toHaveLength(sent)

    const verified = await ikero(['verify', 'playbooks/hubs.yml', ...lab.flags, '--json'])
    expect(document(verified.stdout).devices.map((one) => one.status)).toEqual([
      'verified',
      'verified',
      'verified',
    ])

    const legacy = await ikero(['plan', 'playbooks/legacy.yml', ...lab.flags, '--json'])
    expect(legacy.code).toBe(1)
    expect(document(legacy.stdout).devices[0]).toMatchObject({
      status: 'blocked',
      findings: [{ code: 'RELEASE_TOO_OLD' }],
    })
    // A canary goes first, so that there are two proofs one after the other.
  }, 90_000)

  it('leaves unsaved what would save somebody’s work too, and saves it later without sending the line again', async () => {
    const knobs = '    unsaved: "ip name-server 10.0.0.9"'
    const lab = await labOf(hub({ renew: '2s', knobs }))
    const text = hubPlaybook.replace('save: always\n', '')
    const apply = ['apply', playbook(lab, text), ...lab.flags, '--yes', '--json']
    const first = await ikero(apply)
    expect(document(first.stdout).devices).toMatchObject([
      { status: 'verified', saved: 'no', foreignUnsaved: 1 },
    ])
    expect(first.code).toBe(3)
    const plan = await ikero(['plan', playbook(lab, text), ...lab.flags, '--json'])
    expect(document(plan.stdout).devices).toMatchObject([
      { status: 'pending', targets: [{ pendingKind: 'unsaved' }] },
    ])
    expect(plan.code).toBe(2)
    const always = `${text}save: always\naccept: [ { code: UNSAVED_CHANGES, hosts: hub1, targets: "*", reason: agreed, by: noc, until: 2099-12-31 } ]\n`
    const sent = writingLines(lab).length
    const last = await ikero(['apply', playbook(lab, always), ...lab.flags, '--yes', '--json'])
    expect(document(last.stdout).devices).toMatchObject([{ status: 'compliant', saved: 'yes' }])
    expect([last.code, writingLines(lab).length]).toEqual([0, sent])
  })

  it('verifies a run by its id', async () => {
    const lab = await labOf(hub({ renew: '2s' }))
    const applied = await ikero(['apply', playbook(lab, hubPlaybook), ...lab.flags, '--yes', '--json'])
    const { runId } = JSON.parse(applied.stdout)
    const ran = await ikero([
      'verify',
      runId,
      '--state-dir',
      join(lab.dir, 'state'),
      '--known-hosts',
      join(lab.dir, 'known_hosts'),
      '--json',
    ])
    expect(document(ran.stdout).devices[0]).toMatchObject({ host: 'hub1', status: 'verified' })
    expect(ran.code).toBe(0)
  })

  it('does not take an inventory from a run that is named by its folder', async () => {
    const lab = await labOf(hub({ renew: '2s' }))
    const applied = await ikero(['apply', playbook(lab, hubPlaybook), ...lab.flags, '--yes', '--json'])
    const folder = join(lab.dir, 'state', 'runs', JSON.parse(applied.stdout).runId)
    const known = ['--known-hosts', join(lab.dir, 'known_hosts'), '--json']
    const refused = await ikero(['verify', folder, ...known])
    expect([refused.code, JSON.parse(refused.stdout).exitCode]).toEqual([64, 64])
    expect(refused.stderr).toContain('inventory.yml')
    const ran = await ikero(['verify', folder, '-i', join(lab.dir, 'inventory.yml'), ...known])
    expect(ran.code).toBe(0)
  })

  it('limits a run, and refuses a limit that matches nothing', async () => {
    const lab = await theLab()
    const one = await ikero(['plan', 'playbooks/hubs.yml', ...lab.flags, '--limit', 'hub2', '--json'])
    expect(document(one.stdout).devices.map((device) => device.host)).toEqual(['hub2'])
    const none = await ikero(['plan', 'playbooks/hubs.yml', ...lab.flags, '--limit', 'hub7', '--json'])
    expect(none.code).toBe(64)
    expect(JSON.parse(none.stdout).problems).toMatchObject([{ code: expect.any(String), severity: 'error' }])
    expect(none.stderr).toContain('hub7')
  })

  it('keeps the secret out of everything that it writes', async () => {
    const lab = await theLab()
    const ran = await ikero(['apply', 'playbooks/hubs.yml', ...lab.flags, '--yes', '-v'])
    expect(`${ran.stdout}${ran.stderr}`).not.toContain(lab.password)
    const runs = join(lab.dir, 'state', 'runs')
    for (const run of readdirSync(runs)) {
      expect(readFileSync(join(runs, run, 'journal.ndjson'), 'utf8')).not.toContain(lab.password)
    }
  })

  it('writes undeclared peers as an inventory block, and refuses their entries', async () => {
    const lab = await labOf(asa())
    const inventory = join(lab.dir, 'inventory.yml')
    writeFileSync(inventory, readFileSync(inventory, 'utf8').replace(/^peers:[\s\S]*/m, ''))
    const out = join(lab.dir, 'peers.yml')
    const path = playbook(
      lab,
      'asas: [ { hosts: asa1, cryptoMaps: [ { map: outside_map, entries: static } ] } ]\n',
    )
    const ran = await ikero(['plan', path, ...lab.flags, '--write-peers', out, '--json'])
    expect(ran.code).toBe(1)
    expect(document(ran.stdout).devices[0]?.findings.map((finding) => finding.code)).toContain(
      'PEER_TYPE_UNKNOWN',
    )
    expect(readFileSync(out, 'utf8')).toMatch(/203\.0\.113\.20: \{ type: unknown \}/)
    expect(writingLines(lab)).toEqual([])
  })
})

describe('when the link breaks in mid-push', () => {
  it('reads again in a new session, sends nothing twice, and the journal tells the line', async () => {
    const lab = await labOf(
      hub({ renew: '2s', knobs: '    faults: { lines: [{ line: "^responder-only", ends: before }] }' }),
    )
    const ran = await ikero(['apply', playbook(lab, hubPlaybook), ...lab.flags, '--yes', '--json'])
    expect(ran.code).toBe(1)
    expect(document(ran.stdout).devices[0]).toMatchObject({
      status: 'failed',
      error: { code: 'LINK_LOST' },
      targets: [{ after: 'bidirectional' }],
    })
    expect(writingLines(lab).filter((line) => line === 'responder-only')).toHaveLength(1)
    const runs = join(lab.dir, 'state', 'runs')
    const journal = readFileSync(join(runs, readdirSync(runs)[0] ?? '', 'journal.ndjson'), 'utf8')
    expect(journal).toMatch(/"kind":"line-replied".*"line":"responder-only","reply":"link-lost"/)
  })

  it('finds the change in effect when the line got through', async () => {
    const lab = await labOf(
      hub({ renew: '2s', knobs: '    faults: { lines: [{ line: "^responder-only", ends: after }] }' }),
    )
    const ran = await ikero(['apply', playbook(lab, hubPlaybook), ...lab.flags, '--yes', '--json'])
    expect(document(ran.stdout).devices[0]).toMatchObject({
      saved: 'no',
      targets: [{ after: 'responder-only', status: 'verified' }],
    })
    expect(ran.code).toBe(3)
  })
})

describe('a device that refuses', () => {
  it('has the refused target taken back, read back, and told with line and reply', async () => {
    const lab = await labOf(hub({ renew: '2s', knobs: '    refuse: "^responder-only"' }))
    const ran = await ikero(['apply', playbook(lab, hubPlaybook), ...lab.flags, '--yes'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/LINE_REFUSED/)
    expect(ran.stdout).toMatch(/rolled-back/)
    expect(ran.stdout).toMatch(/Invalid input/)
  })

  it('has a target taken back when its peer is lost', async () => {
    const ends = [end('203.0.113.11'), end('203.0.113.12', ', starts: false')]
    const lab = await labOf(hub({ ends, lifetime: '8s' }))
    const ran = await ikero(['apply', playbook(lab, hubPlaybook), ...lab.flags, '--yes', '--json'])
    expect(document(ran.stdout).devices[0]).toMatchObject({
      status: 'rolled-back',
      error: { code: 'PEER_LOST' },
    })
    expect(ran.code).toBe(1)
    expect(writingLines(lab).slice(-3)).toEqual(['crypto ipsec profile VPN', 'no responder-only', 'end'])
  }, 60_000)
})

describe('an interrupted run', () => {
  it('finishes the device in hand and exits 130', async () => {
    const lab = await labOf(hub({ lifetime: '1h' }))
    const ran = await ikero(['apply', playbook(lab, hubPlaybook), ...lab.flags, '--yes'], {
      interruptAt: 'sent',
    })
    expect(ran.code).toBe(130)
    expect(writingLines(lab)).toEqual(['crypto ipsec profile VPN', 'responder-only', 'end'])
    expect(existsSync(join(lab.dir, 'state'))).toBe(true)
  })
})

import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { planFileText } from '../../src/wire/plan-file.ts'
import { connect } from '../mocks/ssh-client.ts'
import { hub } from '../workflow/scenarios.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

const labs: Lab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
})

interface Saved {
  readonly lab: Lab
  readonly playbook: string
  readonly file: string
  readonly flags: readonly string[]
}

/** A hub behind SSH, and a plan of it in a file. */
async function savedPlan(): Promise<Saved> {
  const scenario = join(mkdtempSync(join(tmpdir(), 'ikero-scenario-')), 'scenario.yml')
  writeFileSync(scenario, hub({ renew: '2s' }).replace('password: lab', 'password: only-in-this-lab'))
  const lab = await startLab(scenario)
  labs.push(lab)
  const playbook = join(lab.dir, 'playbook.yml')
  writeFileSync(
    playbook,
    `version: 1
name: hub answers only
change: CHG0012345
routers: [ { hosts: hub1, profiles: [VPN] } ]
proof: { within: 20s, lostAfter: 5s }
save: always
drift: { maxDevices: 1 } # says nothing to whoever applies the plan
`,
  )
  const file = join(lab.dir, 'hub.plan.json')
  const planned = await ikero(['plan', playbook, ...lab.flags, '-o', file])
  expect(planned.stderr).toMatch(/plan saved to .*hub\.plan\.json \(1 device; sha256:[0-9a-f]{64}\)/)
  expect(planned.code).toBe(2)
  // The plan names its inventory: apply needs no -i.
  return { lab, playbook, file, flags: lab.flags.slice(2) }
}

/** Somebody else types lines on the hub. */
async function meddle(lab: Lab, lines: readonly string[]): Promise<void> {
  const inventory = readFileSync(join(lab.dir, 'inventory.yml'), 'utf8')
  const port = Number(/port: (\d+)/.exec(inventory)?.[1])
  const client = await connect(port, { password: lab.password })
  const shell = await client.shell()
  await shell.until('hub1>').catch(() => undefined)
  for (const line of ['enable', lab.password, 'configure terminal', ...lines, 'end', 'write memory'])
    shell.type(`${line}\r`)
  await shell.until('[OK]')
  client.end()
  await client.closed
}

const codes = (stdout: string): readonly string[] =>
  JSON.parse(stdout).devices.flatMap((one: { findings: { code: string }[] }) =>
    one.findings.map(({ code }) => code),
  )

describe('a saved plan over real SSH', () => {
  it('is a file without a secret for its owner only, and apply runs and proves exactly it', async () => {
    const { lab, file, flags } = await savedPlan()
    const text = readFileSync(file, 'utf8')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const secret of [lab.password, 'lab-shared-key']) expect(text).not.toContain(secret)
    const { devices, inventory, settings } = JSON.parse(text)
    expect(inventory).toBe(join(lab.dir, 'inventory.yml'))
    expect(settings).toMatchObject({ state: 'responder-only', save: 'always' })
    const known = readFileSync(join(lab.dir, 'known_hosts'), 'utf8')
    const prints = known
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => fingerprint(line.split(' ')[2] ?? ''))
    expect(prints).toContain(devices[0].pins.hostKey)
    expect(writingLines(lab)).toEqual([])

    const dry = await ikero(['apply', file, ...flags, '--dry-run', '--json'])
    expect(dry.code).toBe(2)
    expect(writingLines(lab)).toEqual([])

    const applied = await ikero(['apply', file, ...flags, '--yes', '--json'])
    expect(applied.stderr).not.toMatch(/warn|error/)
    expect(JSON.parse(applied.stdout)).toMatchObject({
      command: 'apply',
      playbook: 'hub answers only',
      change: 'CHG0012345',
      exitCode: 0,
      planFile: { path: file, contentHash: JSON.parse(text).contentHash },
      devices: [{ status: 'verified', saved: 'yes', change: devices[0].change }],
    })
    expect(writingLines(lab)).toEqual([...devices[0].change.lines, 'end'])
    const runs = join(lab.dir, 'state', 'runs')
    const last = readdirSync(runs).sort().at(-1) ?? ''
    expect(readFileSync(join(runs, last, 'journal.ndjson'), 'utf8')).toContain(
      `"planFile":{"path":${JSON.stringify(file)}`,
    )
  }, 60_000)

  it('is stale once somebody has edited the device: exit 1, old and new shown, nothing sent', async () => {
    const { lab, file, flags } = await savedPlan()
    await meddle(lab, ['interface Tunnel2', 'tunnel destination 203.0.113.99'])
    const before = writingLines(lab).length
    const applied = await ikero(['apply', file, ...flags, '--yes', '--json'])
    expect(applied.code).toBe(1)
    expect(codes(applied.stdout)).toContain('PLAN_STALE')
    expect(JSON.parse(applied.stdout).devices[0]).toMatchObject({
      status: 'blocked',
      targets: [{ name: 'VPN', status: 'blocked', sent: false }],
    })
    expect(applied.stdout).toContain('-  tunnel destination 203.0.113.12')
    expect(applied.stdout).toContain('+  tunnel destination 203.0.113.99')
    expect(writingLines(lab)).toHaveLength(before)
  })

  it('is stale also where the device moved to what was asked', async () => {
    const { lab, playbook, file, flags } = await savedPlan()
    const direct = await ikero(['apply', playbook, ...lab.flags, '--yes', '--json'])
    expect(direct.code).toBe(0)
    const before = writingLines(lab).length
    const applied = await ikero(['apply', file, ...flags, '--yes', '--json'])
    expect(applied.code).toBe(1)
    expect(codes(applied.stdout)).toContain('PLAN_STALE')
    expect(writingLines(lab)).toHaveLength(before)
  }, 60_000)

  it('is refused with 64 and contacts nothing where it was edited, is old, not signed, or pinned elsewhere', async () => {
    const { lab, playbook, file, flags } = await savedPlan()
    const before = lab.lines().length
    const edited = join(lab.dir, 'edited.json')
    writeFileSync(edited, readFileSync(file, 'utf8').replaceAll('203.0.113.11', '203.0.113.77'))
    const old = join(lab.dir, 'old.json')
    const { kind, formatVersion, contentHash, ...content } = JSON.parse(readFileSync(file, 'utf8'))
    expect([kind, formatVersion, contentHash]).toEqual(['ikero-plan', 1, expect.any(String)])
    writeFileSync(old, planFileText({ ...content, createdAt: '2026-01-01T00:00:00.000Z' }).text)
    const elsewhere = join(lab.dir, 'elsewhere.yml')
    const inventory = readFileSync(join(lab.dir, 'inventory.yml'), 'utf8')
    writeFileSync(elsewhere, inventory.replace('address: 127.0.0.1', 'address: 127.0.0.9'))
    const refusals = [
      [['apply', edited, ...flags, '--yes'], /PLAN_FILE_REFUSED.*another digest/],
      [['apply', old, ...flags, '--yes'], /more than 7d ago/],
      [['apply', file, ...flags, '--yes', '--max-age', 'soon'], /--max-age takes a time/],
      [['apply', file, ...flags, '--yes', '-i', elsewhere], /address 127\.0\.0\.1 in the plan, 127\.0\.0\.9/],
      [['apply', file, ...flags, '--yes', '--require-signature'], /SIGNATURE_REFUSED/],
      [['apply', file, ...flags, '--yes', '--allowed-signers', 'x'], /--require-signature/],
      [['apply', playbook, ...lab.flags, '--yes', '--require-signature'], /is no plan file/],
      [['plan', playbook, ...lab.flags, '-o', file], /it exists already/],
      [['plan', playbook, ...lab.flags, '--force'], /--force is for the file of -o/],
    ] as const
    for (const [args, message] of refusals) {
      const ran = await ikero(args)
      expect([args.join(' '), ran.code, ran.stdout]).toEqual([args.join(' '), 64, ''])
      expect(ran.stderr).toMatch(message)
    }
    expect(lab.lines()).toHaveLength(before)
    const again = await ikero(['plan', playbook, ...lab.flags, '-o', file, '--force'])
    expect(again.code).toBe(2)
  }, 60_000)
})

function fingerprint(blob: string): string {
  return `SHA256:${createHash('sha256').update(blob, 'base64').digest('base64').replace(/=+$/, '')}`
}

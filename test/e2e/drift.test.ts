import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../mocks/ssh-client.ts'
import { hub, threeHubs } from '../workflow/scenarios.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

const labs: Lab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
})

async function labOf(text: string): Promise<Lab> {
  const path = join(mkdtempSync(join(tmpdir(), 'ikero-scenario-')), 'scenario.yml')
  writeFileSync(path, text)
  const lab = await startLab(path)
  labs.push(lab)
  return lab
}

function playbookIn(lab: Lab, hosts: string): string {
  const path = join(lab.dir, 'playbook.yml')
  writeFileSync(
    path,
    `version: 1
name: hubs answer only
routers: [ { hosts: ${hosts}, profiles: [VPN] } ]
proof: { within: 20s, lostAfter: 5s }
save: always
`,
  )
  return path
}

/** Somebody else takes the setting away on the first hub. */
async function takeAway(lab: Lab): Promise<void> {
  const port = Number(/port: (\d+)/.exec(readFileSync(join(lab.dir, 'inventory.yml'), 'utf8'))?.[1])
  const client = await connect(port, { password: lab.password })
  const shell = await client.shell()
  await shell.until('hub1>')
  const lines = [
    'enable',
    lab.password,
    'configure terminal',
    'crypto ipsec profile VPN',
    'no responder-only',
  ]
  for (const line of [...lines, 'end', 'write memory']) shell.type(`${line}\r`)
  await shell.until('[OK]')
  client.end()
  await client.closed
}

interface Checked {
  readonly code: number | null
  readonly stderr: string
  readonly told: readonly (readonly [host: string, status: string, kinds: readonly unknown[]])[]
  readonly findings: string
}

/** Runs drift, and sees that its document, its sentence and JUnit say what its process ends with. */
async function checked(lab: Lab, args: readonly string[]): Promise<Checked> {
  const junit = join(lab.dir, 'drift.xml')
  const { code, stdout, stderr } = await ikero(['drift', ...args, ...lab.flags, '--json', '--junit', junit])
  const document: {
    readonly exitCode: number
    readonly devices: readonly {
      readonly host: string
      readonly status: string
      readonly findings: readonly { readonly code: string; readonly message: string }[]
      readonly targets: readonly { readonly pendingKind?: string }[]
    }[]
  } = JSON.parse(stdout)
  expect(document.exitCode).toBe(code)
  const [, failures, errors] = /failures="(\d+)" errors="(\d+)"/.exec(readFileSync(junit, 'utf8')) ?? []
  expect(Number(failures) + Number(errors) > 0).toBe(code !== 0)
  return {
    code,
    stderr,
    told: document.devices.map(({ host, status, targets }) => [
      host,
      status,
      targets.flatMap(({ pendingKind }) => pendingKind ?? []),
    ]),
    findings: JSON.stringify(document.devices.map((one) => one.findings)),
  }
}

describe('drift over real SSH', () => {
  it('ends with what its document says: never applied, as asked, drifted, expected, unreachable', async () => {
    const logging =
      '      archive\n       log config\n        logging enable\n      crypto isakmp policy 10\n'
    const lab = await labOf(threeHubs({ renew: '2s' }).replace('      crypto isakmp policy 10\n', logging))
    const playbook = playbookIn(lab, '[hub1, hub2]')
    expect(await checked(lab, [playbook])).toMatchObject({
      code: 2,
      told: [
        ['hub1', 'pending', ['never-applied']],
        ['hub2', 'pending', ['never-applied']],
      ],
    })
    expect((await ikero(['apply', playbook, ...lab.flags, '--yes'])).code).toBe(0)
    const sent = writingLines(lab).length
    expect(await checked(lab, [playbook])).toMatchObject({ code: 0 })
    const asksLog = (): number => lab.lines().filter(({ line }) => line.startsWith('show archive log')).length
    expect(asksLog()).toBe(0)

    await takeAway(lab)
    const typed = writingLines(lab).length - sent
    const drifted = await checked(lab, [playbook])
    expect(drifted).toMatchObject({
      code: 2,
      told: [
        ['hub1', 'pending', ['drifted']],
        ['hub2', 'verified', []],
      ],
    })
    expect(drifted.findings).toContain('the setting of VPN was taken away by netops on vty0, at ')
    expect(asksLog()).toBe(1)
    const human = await ikero(['drift', playbook, ...lab.flags])
    expect(human.code).toBe(2)
    expect(human.stdout).toMatch(/exit +2: not as asked: 1 drifted\n +next +hub1: `ikero apply`/)

    const baseline = join(lab.dir, 'expected.yml')
    const entry = (until: string): string =>
      `version: 1\nknown:\n  - { hosts: hub1, status: pending, until: ${until}, reason: spring }\n`
    writeFileSync(baseline, entry('2199-12-31'))
    expect(await checked(lab, [playbook, '--baseline', baseline])).toMatchObject({ code: 0 })
    writeFileSync(baseline, entry('2020-12-31'))
    const late = await checked(lab, [playbook, '--baseline', baseline])
    expect(late.code).toBe(2)
    expect(late.stderr).toContain(`${baseline}:3:5: warning EXPIRED: `)

    const inventory = join(lab.dir, 'inventory.yml')
    const text = readFileSync(inventory, 'utf8')
    const ports = [...text.matchAll(/port: (\d+)/g)].map(([, port = '']) => port)
    // A port on which nothing listens, for the second of them.
    writeFileSync(inventory, text.replace(`port: ${ports[1]}`, 'port: 1'))
    const away = await checked(lab, [playbook])
    expect(away).toMatchObject({
      code: 1,
      told: [
        ['hub1', 'pending', ['drifted']],
        ['hub2', 'unreachable', []],
      ],
    })
    expect(writingLines(lab)).toHaveLength(sent + typed)
  }, 180_000)

  it('ends with 0 while a change waits for its proof, and with 3 where proof is required', async () => {
    const lab = await labOf(hub({ lifetime: '24h' }))
    const playbook = playbookIn(lab, 'hub1')
    writeFileSync(playbook, readFileSync(playbook, 'utf8').replace('within: 20s', 'within: 1s'))
    expect((await ikero(['apply', playbook, ...lab.flags, '--yes'])).code).toBe(3)
    expect(await checked(lab, [playbook])).toMatchObject({ code: 0, told: [['hub1', 'unproven', []]] })
    const required = await checked(lab, [playbook, '--require-proof'])
    expect(required.code).toBe(3)
    expect(required.findings).toContain('PROOF_OVERDUE')
  }, 90_000)
})

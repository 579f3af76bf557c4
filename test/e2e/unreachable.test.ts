import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
})
afterEach(() => lab.stop())

interface Row {
  readonly host: string
  readonly status: string
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly next?: string
    readonly cause?: string
  }
}

/** Plans both hubs and the ASA with a changed inventory; hub1 is the one in trouble. */
async function plan(
  change: (inventory: string) => string,
  more: readonly string[] = [],
): Promise<readonly Row[]> {
  const path = join(lab.dir, 'inventory.yml')
  writeFileSync(path, change(readFileSync(path, 'utf8')))
  const ran = await ikero(['plan', 'playbooks/hubs.yml', ...lab.flags, ...more, '--json'])
  expect(ran.code).toBe(1)
  const { devices } = JSON.parse(ran.stdout)
  return devices
}

function expectOthersGoOn(rows: readonly Row[]): void {
  expect(rows.filter((row) => row.host !== 'hub1').map((row) => row.status)).toEqual(['pending', 'pending'])
  expect(writingLines(lab)).toEqual([])
}

const portOf = (inventory: string, host: string): string =>
  new RegExp(`${host}:\\n.*\\n    port: (\\d+)`).exec(inventory)?.[1] ?? ''

describe('a device without a session ends as unreachable with cause and next step, and the others go on', () => {
  it('an unknown host key', async () => {
    const known = join(lab.dir, 'known_hosts')
    const port = portOf(readFileSync(join(lab.dir, 'inventory.yml'), 'utf8'), 'hub1')
    const kept = readFileSync(known, 'utf8')
      .split('\n')
      .filter((line) => !line.includes(`:${port} `))
    writeFileSync(known, kept.join('\n'))
    const rows = await plan((inventory) => inventory)
    expect(rows[0]).toMatchObject({
      host: 'hub1',
      status: 'unreachable',
      error: { code: 'HOST_KEY_UNKNOWN', cause: 'host-key' },
    })
    expect(rows[0]?.error?.message).toMatch(/SHA256:/)
    expectOthersGoOn(rows)
    // What it says to do makes the device known.
    const command = /ikero (trust hub1 .*)$/.exec(rows[0]?.error?.next ?? '')?.[1] ?? ''
    const trusted = await ikero([...command.split(' '), '--yes'])
    expect([trusted.code, trusted.stderr]).toEqual([0, 'hub1: asked for its key\n'])
    const again = await ikero(['plan', 'playbooks/hubs.yml', ...lab.flags, '--json'])
    expect(again.code).toBe(2)
  })

  it('a known_hosts file that is not there, which is told', async () => {
    const missing = join(lab.dir, 'nowhere')
    const flags = lab.flags.map((flag) => (flag === join(lab.dir, 'known_hosts') ? missing : flag))
    const ran = await ikero(['plan', 'playbooks/hubs.yml', ...flags, '--json'])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(`${missing} does not exist; it counts as empty`)
    const { devices }: { readonly devices: readonly Row[] } = JSON.parse(ran.stdout)
    expect(devices.map((row) => row.error?.code)).toEqual(devices.map(() => 'HOST_KEY_UNKNOWN'))
  })

  it('a changed host key', async () => {
    const known = join(lab.dir, 'known_hosts')
    const inventory = readFileSync(join(lab.dir, 'inventory.yml'), 'utf8')
    const [one, other] = [portOf(inventory, 'hub1'), portOf(inventory, 'old1')]
    const text = readFileSync(known, 'utf8')
    const lines = text.split('\n').filter((line) => !line.includes(`:${one}]`) && !line.includes(`:${one} `))
    const swapped = text
      .split('\n')
      .filter((line) => line.includes(`:${other} `))
      .map((line) => line.replace(`:${other} `, `:${one} `))
    writeFileSync(known, [...lines, ...swapped].join('\n'))
    const rows = await plan((text) => text)
    expect(rows[0]).toMatchObject({
      status: 'unreachable',
      error: { code: 'HOST_KEY_CHANGED', cause: 'host-key' },
    })
    expect(rows[0]?.error?.message.match(/SHA256:/g)?.length).toBeGreaterThanOrEqual(2)
    expectOthersGoOn(rows)
  })

  it('a wrong password, tried once', async () => {
    const rows = await plan((inventory) =>
      inventory
        .replace('hosts:', '  wrong: { username: netops, password: { env: WRONG } }\nhosts:')
        .replace(/hub1:\n/, 'hub1:\n    credential: wrong\n'),
    )
    expect(rows[0]).toMatchObject({
      status: 'unreachable',
      error: { code: 'SECRET_UNAVAILABLE', cause: 'authentication' },
    })
    writeFileSync(join(lab.dir, 'wrong'), 'not-the-password\n')
    const again = await plan((inventory) => inventory.replace('{ env: WRONG }', '{ file: wrong }'))
    expect(again[0]).toMatchObject({
      status: 'unreachable',
      error: { code: 'AUTHENTICATION_FAILED', cause: 'authentication' },
    })
    expect(JSON.stringify(again)).not.toContain('not-the-password')
    expectOthersGoOn(again)
  })

  it('a wrong enable secret', async () => {
    writeFileSync(join(lab.dir, 'wrong'), 'not-the-secret\n')
    const rows = await plan((inventory) =>
      inventory
        .replace(
          'hosts:',
          '  noenable: { username: netops, password: { file: password }, enable: { file: wrong } }\nhosts:',
        )
        .replace(/hub1:\n/, 'hub1:\n    credential: noenable\n'),
    )
    expect(rows[0]).toMatchObject({
      status: 'unreachable',
      error: { code: 'ENABLE_FAILED', cause: 'authentication' },
    })
    expectOthersGoOn(rows)
  })

  it('a refused connection', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const closed = typeof address === 'object' && address !== null ? address.port : 1
    await new Promise((resolve) => server.close(resolve))
    const rows = await plan((inventory) =>
      inventory.replace(`port: ${portOf(inventory, 'hub1')}`, `port: ${closed}`),
    )
    expect(rows[0]).toMatchObject({
      status: 'unreachable',
      error: { code: 'CONNECT_FAILED', cause: 'network' },
    })
    expect(rows[0]?.error?.message).toMatch(/refused/)
    expectOthersGoOn(rows)
  })

  it('a device that accepts the connection and says nothing', async () => {
    const open = new Set<{ destroy(): void }>()
    const server = createServer((socket) => open.add(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 1
    const rows = await plan((inventory) =>
      inventory.replace(`port: ${portOf(inventory, 'hub1')}`, `port: ${port}\n    connectTimeout: 1s`),
    )
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    expect(rows[0]).toMatchObject({ status: 'unreachable', error: { code: 'TIMED_OUT', cause: 'network' } })
    expectOthersGoOn(rows)
  })

  it('a device that hangs after login', async () => {
    const text = readFileSync('mocks/scenarios/lab.yml', 'utf8').replace(
      '  - name: hub1\n',
      '  - name: hub1\n    faults: { ssh: { silentAt: terminal } }\n',
    )
    await lab.stop()
    const { mkdtempSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const path = join(mkdtempSync(join(tmpdir(), 'ikero-scenario-')), 'lab.yml')
    writeFileSync(path, text)
    lab = await startLab(path)
    const rows = await plan((inventory) => inventory.replace('hub1:\n', 'hub1:\n    commandTimeout: 1s\n'))
    expect(rows[0]).toMatchObject({ status: 'unreachable', error: { code: 'TIMED_OUT', cause: 'network' } })
    expectOthersGoOn(rows)
  })
})

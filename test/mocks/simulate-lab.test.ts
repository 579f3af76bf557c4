import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BuiltScenario } from '../../mocks/build.ts'
import type { LineFault } from '../../mocks/faults/faults.ts'
import { type LabRequest, runLab } from '../../mocks/lab.ts'
import { makePassword } from '../../mocks/lab-files.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'
import type { Result } from '../../src/kernel/result.ts'
import { type FakeDevice, fakeDevice } from './fake-session.ts'
import { connect } from './ssh-client.ts'

let dir = ''
let stop: AbortController

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-lab-'))
  stop = new AbortController()
})

afterEach(() => {
  stop.abort()
  rmSync(dir, { recursive: true, force: true })
})

interface Lab {
  readonly devices: readonly FakeDevice[]
  readonly happened: string[]
  readonly printed: { out: string; err: string }
  readonly ready: Promise<void>
  readonly ended: Promise<Result<void, readonly Diagnostic[]>>
  say(line: string): void
  read(name: string): string
}

/** Two fake devices behind real ports. */
function start(request: Partial<LabRequest> = {}, lines: readonly LineFault[] = []): Lab {
  const devices = [fakeDevice('hub1', { lines }), fakeDevice('fw', { platform: 'asa' })]
  const happened: string[] = []
  const printed = { out: '', err: '' }
  let each: (line: string) => void = () => undefined
  const built: BuiltScenario = {
    devices: devices.map((device, index) => ({
      name: device.name,
      platform: device.platform,
      groups: index === 0 ? ['hubs'] : [],
      endpoints: [`203.0.113.${index + 1}`],
      device,
    })),
    jumps: [],
    login: { username: 'netops', password: 'secret-word', enable: 'secret-word' },
    peers: [{ key: '203.0.113.20', type: 'asa', version: '9.16(3)19' }],
    world: {
      advance: (ms) => happened.push(`advance ${ms}`),
      reload: (name) => happened.push(`reload ${name}`),
      outage: (name, ms) => happened.push(`outage ${name} ${ms}`),
    },
  }
  let announce: () => void = () => undefined
  const ready = new Promise<void>((resolve) => {
    announce = resolve
  })
  const ended = runLab(built, {
    outDir: dir,
    out: {
      write: (text) => {
        printed.out += text
        announce()
      },
    },
    err: { write: (text) => (printed.err += text) },
    commands: (handler) => {
      each = handler
      return () => {
        each = () => undefined
      }
    },
    signal: stop.signal,
    clock: systemClock,
    ...request,
  })
  return {
    devices,
    happened,
    printed,
    ready,
    ended,
    say: (line) => each(line),
    read: (name) => readFileSync(join(dir, name), 'utf8'),
  }
}

const portOf = (lab: Lab, index: number): number =>
  Number([...lab.read('inventory.yml').matchAll(/port: (\d+)/g)][index]?.[1])

describe('a simulated lab', () => {
  it('says ready once, on stdout, when all devices listen, and ends well when it is stopped', async () => {
    const lab = start()
    await lab.ready
    for (const index of [0, 1]) {
      const client = await connect(portOf(lab, index), { password: lab.read('password') })
      client.end()
    }
    expect(lab.printed.out).toBe('ready\n')
    stop.abort()
    expect(await lab.ended).toEqual({ kind: 'ok', value: undefined })
  })

  it('tells how to reach each device on stderr', async () => {
    const lab = start()
    await lab.ready
    expect(lab.printed.err).toContain(
      `hub1   ssh -p ${portOf(lab, 0)} -o UserKnownHostsFile=${join(dir, 'known_hosts')} netops@127.0.0.1`,
    )
    expect(lab.printed.err).toContain(`ssh -p ${portOf(lab, 1)} `)
    expect(lab.printed.err).not.toContain('secret-word')
  })

  it('writes an inventory that refers to the password file', async () => {
    const lab = start()
    await lab.ready
    expect(lab.read('inventory.yml').split('\n').slice(1)).toEqual([
      'version: 1',
      'defaults: { credential: lab }',
      'credentials:',
      '  lab:',
      '    username: netops',
      '    password: { file: password }',
      '    enable: { file: password }',
      'hosts:',
      '  hub1:',
      '    address: 127.0.0.1',
      `    port: ${portOf(lab, 0)}`,
      '    platform: ios',
      '    groups: [hubs]',
      '    endpoints: [203.0.113.1]',
      '  fw:',
      '    address: 127.0.0.1',
      `    port: ${portOf(lab, 1)}`,
      '    platform: asa',
      '    endpoints: [203.0.113.2]',
      'peers:',
      '  203.0.113.20: { type: asa, version: "9.16(3)19" }',
      '',
    ])
    expect(lab.read('password')).toBe('secret-word')
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600)
  })

  it('keeps the password from others also where a readable file was there before', async () => {
    writeFileSync(join(dir, 'password'), 'old', { mode: 0o644 })
    chmodSync(join(dir, 'password'), 0o644)
    const lab = start()
    await lab.ready
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600)
  })

  it('writes both host keys of each device to known_hosts', async () => {
    const lab = start()
    await lab.ready
    const lines = lab
      .read('known_hosts')
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
    expect(lines.map(([name, type]) => [name, type])).toEqual(
      [0, 1].flatMap((index) => [
        [`[127.0.0.1]:${portOf(lab, index)}`, 'ssh-ed25519'],
        [`[127.0.0.1]:${portOf(lab, index)}`, 'ecdsa-sha2-nistp256'],
      ]),
    )
    const client = await connect(portOf(lab, 1), { password: 'secret-word' })
    expect(lines.slice(2).map(([, , key]) => key)).toContain(client.hostKey)
    client.end()
  })

  it('records every line before it takes effect, without passwords', async () => {
    const lab = start()
    await lab.ready
    const client = await connect(portOf(lab, 0), { password: 'secret-word' })
    const shell = await client.shell()
    shell.type('enable\rs3cret\rconfigure terminal\rdescription to Osaka\r')
    await shell.until('to Osaka\r\n')
    const records = lab
      .read('lines.ndjson')
      .trim()
      .split('\n')
      .map((line): Record<string, string> => JSON.parse(line))
    expect(records.map(({ device, mode, line }) => [device, mode, line])).toEqual([
      ['hub1', 'user', 'enable'],
      ['hub1', 'question', '*****'],
      ['hub1', 'privileged', 'configure terminal'],
      ['hub1', 'config', 'description to Osaka'],
    ])
    expect(records.every(({ at }) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at ?? ''))).toBe(true)
    client.end()
  })

  it('moves the world forward on command, and says what it did not understand', async () => {
    const lab = start()
    await lab.ready
    for (const line of ['advance 6h', '', ' advance 90s ', 'advance', 'advance 6x', 'reload\u001b[2J'])
      lab.say(line)
    expect(lab.happened).toEqual(['advance 21600000', 'advance 90000'])
    expect(lab.printed.err).toContain('the simulated world is 6h further\n')
    expect(lab.printed.err).toContain(
      'not understood: reload\\x1b[2J; say for example: advance 6h, reload hub1, outage hub1 10m\n',
    )
  })

  it('lets a device boot or be out of reach on command, and only one that is there', async () => {
    const lab = start()
    await lab.ready
    const wrong = [
      'reload',
      'reload hub9',
      'reload hub1 now',
      'outage hub1',
      'outage hub1 0m',
      'outage hub9 1m',
    ]
    for (const line of ['reload hub1', 'outage  fw  10m', ...wrong]) lab.say(line)
    expect(lab.happened).toEqual(['reload hub1', 'outage fw 600000'])
    expect(lab.printed.err).toContain('hub1 has lost its power and boots; it answers again in 4m\n')
    expect(lab.printed.err).toContain('nobody reaches fw for 10m, and its tunnels are down\n')
    for (const line of wrong) expect(lab.printed.err).toContain(`not understood: ${line}; say`)
  })

  it('loses a connection where the scenario says so', async () => {
    const lab = start({}, [{ line: /^description/, ends: { when: 'after', how: 'reset' } }])
    await lab.ready
    const client = await connect(portOf(lab, 0), { password: 'secret-word' })
    const shell = await client.shell()
    shell.type('configure terminal\rdescription to Osaka\r')
    await client.closed
    expect(lab.devices[0]?.description).toBe('to Osaka')
  })

  it('begins a new record at every start', async () => {
    writeFileSync(join(dir, 'lines.ndjson'), 'old\n')
    const lab = start()
    await lab.ready
    expect(lab.read('lines.ndjson')).toBe('')
  })
})

describe('a lab that cannot start', () => {
  const errorOf = async (lab: Lab): Promise<Diagnostic | undefined> => {
    const result = await lab.ended
    expect(lab.printed.out).toBe('')
    return result.kind === 'err' ? result.error[0] : undefined
  }

  it('names the device and the port that is taken, and leaves nothing open', async () => {
    const blocker = createServer()
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => {
        const address = blocker.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    expect(await errorOf(start({ portBase: port - 1 }))).toMatchObject({
      code: 'USAGE',
      message: `fw cannot listen on 127.0.0.1:${port}: another program listens there`,
    })
    await new Promise((resolve) => blocker.close(resolve))
  })

  it('refuses a port base without room for all devices', async () => {
    for (const portBase of [65_535, 0, -1, 1.5, Number.NaN]) {
      expect(await errorOf(start({ portBase }))).toMatchObject({ code: 'USAGE', hint: 'use 1 to 65534' })
    }
  })

  it('names the folder that it cannot make', async () => {
    writeFileSync(join(dir, 'file'), '')
    for (const outDir of [join(dir, 'file', 'lab'), '/proc/none/lab']) {
      const error = await errorOf(start({ outDir }))
      expect(error?.message.startsWith(`cannot write to ${outDir}: `)).toBe(true)
    }
  })

  it('makes folders above the one it was given', async () => {
    const outDir = join(dir, 'some', 'where', 'lab')
    const lab = start({ outDir })
    await lab.ready
    expect(readFileSync(join(outDir, 'password'), 'utf8')).toBe('secret-word')
  })
})

describe('a made-up password', () => {
  it('is long, differs each time and can be typed at any prompt', () => {
    const made = new Set(Array.from({ length: 50 }, makePassword))
    expect(made.size).toBe(50)
    for (const password of made) expect(password).toMatch(/^[a-z][a-z0-9]{20,}$/)
  })
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrustOutcome, TrustQuestion } from '../../src/model/trust.ts'
import { fingerprintOf } from '../../src/transport/host-key.ts'
import { trust } from '../../src/wire/trust.ts'
import type { TrustOptions } from '../../src/wire/trust-options.ts'
import { hashedName, type KeyPair, newKey, startServer } from '../transport/ssh-server.ts'

let dir: string
let asked: TrustQuestion[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-trust-'))
  asked = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const prints = (key: KeyPair): string => fingerprintOf(Buffer.from(key.public.split(' ')[1] ?? '', 'base64'))
const known = (): string => readFileSync(join(dir, 'known_hosts'), 'utf8')
const write = (text: string): void => writeFileSync(join(dir, 'known_hosts'), text)

interface Ran {
  readonly outcomes: readonly TrustOutcome[]
  readonly code: number
}

async function run(hosts: readonly string[], more: Partial<TrustOptions> = {}): Promise<Ran> {
  const answer = await trust({
    hosts,
    knownHosts: ['known_hosts'],
    env: {},
    cwd: dir,
    approve: (question) => {
      asked.push(question)
      return Promise.resolve(true)
    },
    ...more,
  })
  if (answer.kind === 'invalid') throw new Error(answer.diagnostics.map(({ message }) => message).join('; '))
  expect(answer.warnings).toEqual([])
  return { outcomes: answer.result.hosts, code: answer.exitCode }
}

async function refusalOf(options: Partial<TrustOptions>): Promise<string> {
  const answer = await trust({
    hosts: [],
    knownHosts: ['known_hosts'],
    env: {},
    cwd: dir,
    approve: () => Promise.resolve(true),
    ...options,
  })
  if (answer.kind === 'done') throw new Error('it ran')
  return answer.diagnostics.map(({ message, hint }) => `${message} ${hint}`).join('; ')
}

describe('learning an unknown key', () => {
  it('shows it, asks, and writes it; the second time it is known and nobody is asked', async () => {
    const server = await startServer()
    const name = `127.0.0.1:${server.port}`
    const first = await run([name])
    expect(first).toMatchObject({ code: 0, outcomes: [{ status: 'learned', host: name, known: [] }] })
    expect(asked).toMatchObject([{ key: { sha256: prints(server.key) }, replaces: [] }])
    expect(known()).toMatch(
      new RegExp(`^\\[127\\.0\\.0\\.1\\]:${server.port} ssh-ed25519 \\S+ ikero trust \\d{4}-.*Z\\n$`),
    )
    const text = known()
    expect(await run([name])).toMatchObject({ code: 0, outcomes: [{ status: 'known' }] })
    expect(asked.length).toBe(1)
    expect(known()).toBe(text)
    expect(server.attempts).toEqual([])
  })

  it('writes nothing that nobody confirmed', async () => {
    const server = await startServer()
    const ran = await run([`127.0.0.1:${server.port}`], { approve: () => Promise.resolve(false) })
    expect(ran).toMatchObject({
      code: 1,
      outcomes: [
        {
          status: 'refused',
          error: { code: 'HOST_KEY_UNKNOWN', message: expect.stringContaining('nobody') },
        },
      ],
    })
    expect(known).toThrow('ENOENT')
  })

  it('writes nothing where known_hosts changed while somebody compared', async () => {
    const server = await startServer()
    const line = `[127.0.0.1]:${server.port} ${newKey('ed25519').public}\n`
    const ran = await run([`127.0.0.1:${server.port}`], {
      approve: () => {
        write(line)
        return Promise.resolve(true)
      },
    })
    expect(ran).toMatchObject({
      code: 1,
      outcomes: [{ status: 'refused', error: { message: expect.stringContaining('meanwhile') } }],
    })
    expect(known()).toBe(line)
  })

  it('takes the key of a fingerprint without asking, whichever of its types it is, and no other', async () => {
    const keys = [newKey('ed25519'), newKey('ecdsa'), newKey('rsa')]
    const server = await startServer({ keys })
    const name = `127.0.0.1:${server.port}`
    const wrong = await run([name], { fingerprint: prints(newKey('ed25519')) })
    expect(wrong).toMatchObject({
      code: 1,
      outcomes: [{ status: 'refused', error: { code: 'HOST_KEY_UNKNOWN' } }],
    })
    expect(known).toThrow('ENOENT')
    const rsa = keys[2] ?? newKey('rsa')
    expect(await run([name], { fingerprint: prints(rsa) })).toMatchObject({
      code: 0,
      outcomes: [{ status: 'learned', key: { type: 'ssh-rsa' } }],
    })
    expect(known()).toContain(rsa.public)
    expect(asked).toEqual([])
  })

  it('puts a plain key beside a certificate authority', async () => {
    const server = await startServer()
    write(`@cert-authority * ${newKey('ed25519').public}\n`)
    expect(await run([`127.0.0.1:${server.port}`])).toMatchObject({
      code: 0,
      outcomes: [{ status: 'learned' }],
    })
    expect(known()).toContain(server.key.public)
  })

  it('hides the name where the file hides names', async () => {
    const server = await startServer()
    write(`${hashedName('192.0.2.1')} ${newKey('ed25519').public}\n`)
    await run([`127.0.0.1:${server.port}`])
    expect(known()).not.toContain('127.0.0.1')
    expect(await run([`127.0.0.1:${server.port}`])).toMatchObject({ outcomes: [{ status: 'known' }] })
  })

  it('goes on with the others where one cannot be reached', async () => {
    const server = await startServer()
    const spare = createServer()
    await new Promise<void>((resolve) => spare.listen(0, '127.0.0.1', resolve))
    const address = spare.address()
    const closed = typeof address === 'object' && address !== null ? address.port : 1
    await new Promise((resolve) => spare.close(resolve))
    expect(await run([`127.0.0.1:${closed}`, `127.0.0.1:${server.port}`])).toMatchObject({
      code: 1,
      outcomes: [{ status: 'unreachable', error: { code: 'CONNECT_FAILED' } }, { status: 'learned' }],
    })
  })

  it('stores nothing after an interruption', async () => {
    const server = await startServer()
    const ran = await run([`127.0.0.1:${server.port}`], { signal: AbortSignal.abort() })
    expect(ran).toMatchObject({ code: 130, outcomes: [{ status: 'unreachable' }] })
    expect(known).toThrow('ENOENT')
  })
})

describe('a key that is not the known one', () => {
  it('is refused with old and new, and the command that would replace it', async () => {
    const server = await startServer()
    const old = newKey('ed25519')
    const text = `# one\n[127.0.0.1]:${server.port} ${old.public}\n`
    write(text)
    const { outcomes, code } = await run([`127.0.0.1:${server.port}`])
    expect(code).toBe(1)
    expect(outcomes).toMatchObject([
      {
        status: 'refused',
        key: { sha256: prints(server.key) },
        known: [{ sha256: prints(old), place: `${join(dir, 'known_hosts')}:2` }],
        error: { code: 'HOST_KEY_CHANGED', next: expect.stringMatching(/ikero trust .* --replace$/) },
      },
    ])
    expect(asked).toEqual([])
    expect(known()).toBe(text)
  })

  it('takes the place of all old ones with --replace, when it was confirmed; the line tells what was', async () => {
    const server = await startServer()
    const [old, rsa] = [newKey('ed25519'), newKey('rsa')]
    const name = `[127.0.0.1]:${server.port}`
    const others = `192.0.2.1 ${old.public}\n`
    write(`${name} ${old.public}\n${others}${name},192.0.2.2 ${rsa.public}\n`)
    const host = `127.0.0.1:${server.port}`
    expect(await run([host], { replace: true, approve: () => Promise.resolve(false) })).toMatchObject({
      code: 1,
    })
    expect(await run([host], { replace: true })).toMatchObject({
      code: 0,
      outcomes: [{ status: 'replaced' }],
    })
    expect(asked[0]?.replaces.map(({ sha256 }) => sha256)).toEqual([prints(old), prints(rsa)])
    const lines = known().split('\n')
    expect(`${lines[0]}\n`).toBe(others)
    expect(lines[1]).toBe(`192.0.2.2 ${rsa.public}`)
    expect(lines[2]).toContain(`${name} ${server.key.public} ikero trust`)
    expect(lines[2]).toContain(`instead of ${prints(old)} ${prints(rsa)}`)
    expect(await run([host])).toMatchObject({ outcomes: [{ status: 'known' }] })
  })

  it('is not replaced where the old one stands in a file that is not written', async () => {
    const server = await startServer()
    writeFileSync(join(dir, 'site'), `[127.0.0.1]:${server.port} ${newKey('ed25519').public}\n`)
    write('')
    const ran = await run([`127.0.0.1:${server.port}`], {
      replace: true,
      knownHosts: ['known_hosts', 'site'],
    })
    expect(ran).toMatchObject({
      code: 1,
      outcomes: [{ status: 'refused', error: { next: expect.stringContaining(`${join(dir, 'site')}:1`) } }],
    })
    expect(asked).toEqual([])
    expect(known()).toBe('')
  })

  it('is never stored when it is revoked', async () => {
    const server = await startServer()
    write(`@revoked * ${server.key.public}\n`)
    const host = `127.0.0.1:${server.port}`
    for (const more of [{}, { replace: true }, { fingerprint: prints(server.key) }]) {
      expect(await run([host], more)).toMatchObject({
        code: 1,
        outcomes: [{ status: 'refused', error: { code: 'HOST_KEY_CHANGED' } }],
      })
    }
    expect(asked).toEqual([])
    expect(known()).toBe(`@revoked * ${server.key.public}\n`)
  })
})

describe('a device behind a jump host', () => {
  it('is learned through it once its own key is known; each by the command that the refusal names', async () => {
    const [bastion, device] = [await startServer({ forward: 'connect' }), await startServer()]
    writeFileSync(
      join(dir, 'inventory.yml'),
      `version: 1
credentials: { net: { username: netops, password: { env: NEVER_SET } }, gate: { username: gate, password: { env: GATE } } }
hosts: { hub1: { address: 127.0.0.1, port: ${device.port}, platform: ios, credential: net, via: [bastion] } }
jumps: { bastion: { address: 127.0.0.1, port: ${bastion.port}, credential: gate } }
`,
    )
    const more = { inventory: 'inventory.yml', env: { GATE: 'let-me-in' } }
    writeFileSync(join(dir, 'known_hosts'), '')
    const answer = await trust({
      ...more,
      hosts: ['hub1'],
      knownHosts: ['known_hosts'],
      cwd: dir,
      approve: () => Promise.resolve(true),
    })
    expect(answer).toMatchObject({
      exitCode: 1,
      result: {
        hosts: [
          {
            status: 'unreachable',
            error: {
              code: 'HOST_KEY_UNKNOWN',
              next: expect.stringMatching(
                /: ikero trust bastion -i inventory\.yml --known-hosts known_hosts$/,
              ),
            },
          },
        ],
      },
      warnings: [{ code: 'JUMP_HOST_DOWN' }],
    })
    expect(bastion.attempts).toEqual([])
    expect(await run(['bastion'], more)).toMatchObject({ code: 0, outcomes: [{ status: 'learned' }] })
    expect(bastion.attempts).toEqual([])
    expect(await run(['hub1'], more)).toMatchObject({ code: 0, outcomes: [{ status: 'learned' }] })
    expect(known()).toContain(`[127.0.0.1]:${bastion.port} ${bastion.key.public}`)
    expect(known()).toContain(`[127.0.0.1]:${device.port} ${device.key.public}`)
    expect(device.attempts).toEqual([])
    await expect.poll(() => bastion.connections()).toBe(0)
  })
})

describe('a device that the SSH configuration knows more of', () => {
  const configure = (text: string, address = 'hub1.example'): void => {
    mkdirSync(join(dir, '.ssh'))
    writeFileSync(join(dir, '.ssh', 'config'), text)
    writeFileSync(
      join(dir, 'inventory.yml'),
      `version: 1
credentials: { net: { username: netops, password: { env: NEVER_SET } } }
hosts: { hub1: { address: ${address}, platform: ios, credential: net } }
`,
    )
  }
  const more = (): Partial<TrustOptions> => ({ inventory: 'inventory.yml', env: { HOME: dir } })

  it('is reached as a run reaches it, and stored under the name that a run looks up', async () => {
    const device = await startServer()
    configure(`Host hub1.example
  HostName 127.0.0.1
  Port ${device.port}
  HostKeyAlias hub1-key
`)
    write('')
    expect(await run(['hub1'], more())).toMatchObject({
      code: 0,
      outcomes: [{ status: 'learned', address: '127.0.0.1', port: device.port }],
    })
    expect(asked).toMatchObject([{ alias: 'hub1-key' }])
    expect(known()).toContain(`hub1-key ${device.key.public}`)
    expect(await run(['hub1'], more())).toMatchObject({ outcomes: [{ status: 'known' }] })
  })

  it('is refused where a run would look for its key in another file, which the next command names', async () => {
    const device = await startServer()
    const site = join(dir, 'site')
    configure(`Host hub1.example
  HostName 127.0.0.1
  Port ${device.port}
  UserKnownHostsFile ${site}
`)
    const ran = await run(['hub1'], { ...more(), knownHosts: [] })
    expect(ran).toMatchObject({
      code: 1,
      outcomes: [
        {
          status: 'refused',
          error: {
            code: 'HOST_KEY_UNKNOWN',
            message: expect.stringContaining(`config:4 has it looked up in ${site}`),
            next: expect.stringContaining(`ikero trust hub1 -i inventory.yml --known-hosts ${site}`),
          },
        },
      ],
    })
    expect(asked).toEqual([])
    writeFileSync(site, '')
    expect(await run(['hub1'], { ...more(), knownHosts: [site] })).toMatchObject({ code: 0 })
    const again = await run(['hub1'], { ...more(), knownHosts: [] })
    expect(again).toMatchObject({ outcomes: [{ status: 'known' }] })
  })

  it('may stand behind a jump host of the configuration alone, which is learned by its name there', async () => {
    const [bastion, device] = [await startServer({ forward: 'connect' }), await startServer()]
    configure(
      `Host 127.0.0.1
  Port ${device.port}
  ProxyJump gate
Host gate
  HostName localhost
  Port ${bastion.port}
`,
      '127.0.0.1',
    )
    write('')
    expect(await run(['gate'], more())).toMatchObject({ code: 0, outcomes: [{ status: 'learned' }] })
    expect(known()).toContain(`[localhost]:${bastion.port} ${bastion.key.public}`)
    expect(bastion.attempts).toEqual([])
  })
})

describe('which hosts are meant', () => {
  const inventory = (hosts: string): string => `version: 1
defaults: { credential: netops }
credentials: { netops: { username: netops, password: { env: NEVER_SET } } }
hosts:
${hosts}
`

  it('is said by the inventory, its patterns and --limit; no secret of it is fetched', async () => {
    const [one, two] = [await startServer(), await startServer()]
    writeFileSync(
      join(dir, 'inventory.yml'),
      inventory(`  hub1: { address: 127.0.0.1, port: ${one.port}, platform: ios, groups: [hubs] }
  asa1: { address: 127.0.0.1, port: ${two.port}, platform: asa }`),
    )
    const named = { inventory: 'inventory.yml' }
    const hostsOf = async (hosts: readonly string[], limit?: string): Promise<readonly string[]> =>
      (await run(hosts, { ...named, ...(limit === undefined ? {} : { limit }) })).outcomes.map(
        ({ host }) => host,
      )
    expect(await hostsOf(['group:hubs'])).toEqual(['hub1'])
    expect(await hostsOf([], '!hub1')).toEqual(['asa1'])
    expect(await hostsOf([])).toEqual(['hub1', 'asa1'])
    expect(await refusalOf({ ...named, hosts: ['hub2'] })).toContain('there is no host "hub2"')
    expect(await refusalOf({ ...named, hosts: ['hub1'], limit: 'asa1' })).toContain('leave no host')
    writeFileSync(
      join(dir, 'playbook.yml'),
      'version: 1\nname: x\ninventory: inventory.yml\nrouters: [ { hosts: group:hubs, profiles: [VPN] } ]\n',
    )
    const { outcomes } = await run([], { playbook: join(dir, 'playbook.yml') })
    expect(outcomes.map(({ host, status }) => [host, status])).toEqual([['hub1', 'known']])
  })

  it.each([
    [{}, /no host is named/],
    [{ limit: 'hub1' }, /--limit narrows an inventory/],
    [{ hosts: ['hub 1'] }, /neither an address nor a DNS name/],
    [{ hosts: ['192.0.2.1:0'] }, /neither an address nor a DNS name/],
    [{ hosts: ['192.0.2.1:70000'] }, /neither an address nor a DNS name/],
    [{ hosts: ['*'] }, /names of an inventory need -i/],
    [{ hosts: ['192.0.2.1'], fingerprint: 'SHA256:short' }, /is no fingerprint/],
    [{ hosts: ['192.0.2.1', '192.0.2.2'], fingerprint: `SHA256:${'A'.repeat(43)}` }, /is for one host/],
    [{ hosts: ['192.0.2.1'], knownHosts: [] }, /there is no HOME/],
    [{ hosts: ['hub1'], inventory: 'nowhere.yml' }, /does not exist/],
  ])('is wrong before anything is contacted: %j', async (options, said) => {
    expect(await refusalOf(options)).toMatch(said)
  })
})

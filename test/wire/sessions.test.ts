import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/load.ts'
import { createRedactor } from '../../src/kernel/redact.ts'
import type { InventoryHost } from '../../src/model/inventory.ts'
import { createSecrets } from '../../src/secrets/resolve.ts'
import { createSessions, type RunSessions } from '../../src/wire/sessions.ts'
import {
  atEnd,
  clock,
  knowing,
  newKey,
  passwordOnly,
  type RunningServer,
  startServer,
} from '../transport/ssh-server.ts'

/** Forty devices behind one jump host. */
function fleet(bastion: number, device: number): readonly InventoryHost[] {
  const names = Array.from({ length: 40 }, (_, index) => `site-${index + 1}`)
  // The simulated devices share one port: one address each, all of them this machine.
  const hosts = names.map(
    (name, index) =>
      `  ${name}: { address: 127.0.0.${index + 2}, port: ${device}, platform: ios, credential: net, via: [bastion] }`,
  )
  const loaded = parseInventory(
    'inventory.yml',
    `version: 1
credentials:
  net: { username: netops, password: { env: NET } }
  gate: { username: jump, password: { env: GATE } }
hosts:
${hosts.join('\n')}
jumps:
  bastion: { address: 127.0.0.1, port: ${bastion}, credential: gate }
`,
  )
  if (loaded.kind === 'err') throw new Error(loaded.error.map((one) => one.message).join('; '))
  return loaded.value.inventory.hosts
}

function sessionsKnowing(bastion: RunningServer): RunSessions {
  const secrets = createSecrets({
    env: { NET: 'let-me-in', GATE: 'gate-secret' },
    redactor: createRedactor(),
    runCommand: () => Promise.reject(new Error('no command')),
    readFile: () => Promise.reject(new Error('no file')),
  })
  const sessions = createSessions({ clock, secrets, knownHosts: knowing(bastion.port, bastion.key) })
  atEnd(sessions.close)
  return sessions
}

describe('forty devices behind a jump host that fails', () => {
  it.each([
    ['refuses the login', 'AUTHENTICATION_FAILED', passwordOnly('another')],
    ['is not there', 'CONNECT_FAILED', undefined],
  ])('are told one cause when it %s, in one warning with all of them', async (_, code, authenticate) => {
    const bastion = await startServer(authenticate === undefined ? {} : { authenticate })
    const hosts = fleet(authenticate === undefined ? 1 : bastion.port, 9)
    const sessions = sessionsKnowing(bastion)
    const opened = await Promise.all(hosts.map((host) => sessions.read({ host })))
    const errors = opened.flatMap((one) => (one.kind === 'err' ? [one.error] : []))
    expect(errors).toHaveLength(40)
    expect(new Set(errors.map((error) => error.message)).size).toBe(1)
    expect(errors[0]?.code).toBe(code)
    const warnings = sessions.warnings()
    expect(warnings).toMatchObject([{ code: 'JUMP_HOST_DOWN', severity: 'warning' }])
    expect(warnings[0]?.message).toContain('; 40 devices are behind it: site-1, site-2,')
    expect(warnings[0]?.message).toContain(', site-40')
    expect(bastion.attempts.filter((method) => method === 'password').length).toBeLessThanOrEqual(1)
  })

  it('does not count its refusal against the credential of a device, and never gets that one', async () => {
    const seen: string[] = []
    const bastion = await startServer({
      authenticate: (context) => {
        if (context.method === 'password') seen.push(`${context.username} ${context.password}`)
        context.reject(['password'])
      },
    })
    const key = newKey('ed25519')
    const device = await startServer({ keys: [key], shell: () => {} })
    const hosts = fleet(bastion.port, device.port)
    const sessions = sessionsKnowing(bastion)
    const [first] = hosts
    if (first === undefined) throw new Error('no host')
    expect(await sessions.read({ host: first })).toMatchObject({
      kind: 'err',
      error: { cause: 'authentication' },
    })
    const { via: _via, ...rest } = first
    const direct = { ...rest, address: '127.0.0.1' }
    // It gets its own try: the host key is what stops it, not a remembered refusal.
    expect(await sessions.read({ host: direct })).toMatchObject({ kind: 'err', error: { cause: 'host-key' } })
    expect(seen).toEqual(['jump gate-secret'])
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { apply } from '../../src/wire/run.ts'
import { hub } from '../workflow/scenarios.ts'
import { startLab } from './lab.ts'

const endings: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Hands connections on to a port, and counts those that a client still holds open. */
async function relay(target: number) {
  const sockets = new Set<Socket>()
  const held = new Set<Socket>()
  const counts = { made: 0, most: 0, open: () => held.size }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const far = connect({ host: '127.0.0.1', port: target, noDelay: true, allowHalfOpen: true })
    for (const socket of [client, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => sockets.delete(socket))
    }
    held.add(client)
    counts.made += 1
    counts.most = Math.max(counts.most, held.size)
    client.once('end', () => held.delete(client))
    client.once('close', () => held.delete(client))
    client.pipe(far)
    far.pipe(client)
    // A reset has no end that a pipe would carry on.
    far.once('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endings.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, counts }
}

interface Case {
  readonly knobs?: string
  readonly password?: string
  readonly onEvent?: (event: RunEvent, abort: AbortController) => void
}

/** Applies to one simulated hub, and tells what became of it and of the connections to it. */
async function applied({ knobs = '', password, onEvent }: Case) {
  const folder = mkdtempSync(join(tmpdir(), 'ikero-left-'))
  endings.push(() => rmSync(folder, { recursive: true, force: true }))
  const scenario = join(folder, 'scenario.yml')
  // Not a divisor of the time between two looks: else all of them could fall into the moment between two SAs.
  writeFileSync(scenario, hub({ renew: '6s', knobs }))
  const lab = await startLab(scenario)
  endings.push(() => lab.stop())
  const inventory = readFileSync(join(lab.dir, 'inventory.yml'), 'utf8')
  const port = Number(/port: (\d+)/.exec(inventory)?.[1])
  const { port: through, counts } = await relay(port)
  writeFileSync(join(lab.dir, 'inventory.yml'), inventory.replaceAll(String(port), String(through)))
  const known = readFileSync(join(lab.dir, 'known_hosts'), 'utf8')
  writeFileSync(join(lab.dir, 'known_hosts'), known.replaceAll(`:${port} `, `:${through} `))
  if (password !== undefined) writeFileSync(join(lab.dir, 'password'), password)
  const playbook = join(lab.dir, 'playbook.yml')
  writeFileSync(
    playbook,
    'version: 1\nname: t\nrouters: [ { hosts: hub1, profiles: [VPN] } ]\nproof: { within: 10s, lostAfter: 20s }\nsave: always\n',
  )
  const abort = new AbortController()
  const answer = await apply({
    playbook,
    inventory: join(lab.dir, 'inventory.yml'),
    knownHosts: [join(lab.dir, 'known_hosts')],
    stateDir: join(lab.dir, 'state'),
    env: {},
    cwd: lab.dir,
    signal: abort.signal,
    approve: () => Promise.resolve(true),
    ...(onEvent === undefined ? {} : { onEvent: (event: RunEvent) => onEvent(event, abort) }),
  })
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer))
  const [device] = answer.result.devices
  return { status: device?.status, error: device?.error?.code, counts }
}

const abortAt =
  (step: string): NonNullable<Case['onEvent']> =>
  (event, abort) => {
    if (event.kind === 'step' && event.step === step) abort.abort()
  }

const cases: readonly (readonly [name: string, given: Case, ends: object])[] = [
  ['all goes well', {}, { status: expect.stringMatching(/verified|unproven/) }],
  ['a line is refused', { knobs: '    refuse: "^responder-only"' }, { error: 'LINE_REFUSED' }],
  [
    'the device hangs up in mid-push',
    { knobs: '    faults: { lines: [{ line: "^responder-only", ends: before }] }' },
    { error: 'LINK_LOST' },
  ],
  ['the login is refused', { password: 'not-the-password' }, { error: 'AUTHENTICATION_FAILED' }],
  ['it is interrupted while it connects', { onEvent: abortAt('connecting') }, {}],
  ['it is interrupted while it reads', { onEvent: abortAt('reading') }, {}],
  ['it is interrupted while it changes', { onEvent: abortAt('changing') }, {}],
  ['it is interrupted while it proves', { onEvent: abortAt('proving') }, {}],
]

describe('no session is left at a device when', () => {
  it.each(cases)('%s', { timeout: 60_000 }, async (_name, given, ends) => {
    const { counts, ...end } = await applied(given)
    expect(end).toMatchObject(ends)
    // The goodbye of the last one is on its way.
    await expect.poll(() => counts.open(), { timeout: 5000 }).toBe(0)
    // The one that changes the device and the second login beside it; one may still say goodbye.
    expect(counts.most).toBeLessThanOrEqual(2)
  })
})

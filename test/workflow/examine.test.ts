import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/load.ts'
import { err, ok } from '../../src/kernel/result.ts'
import type { InventoryHost } from '../../src/model/inventory.ts'
import type { ReadShell } from '../../src/model/shell.ts'
import { examine, isReady } from '../../src/workflow/examine.ts'

const inventory = parseInventory(
  'inventory.yml',
  `version: 1
credentials: { c: { username: u, password: { env: P } } }
hosts: { hub1: { address: 192.0.2.1, platform: ios, credential: c } }
`,
)
const host = (): InventoryHost => {
  const [first] = inventory.kind === 'ok' ? inventory.value.inventory.hosts : []
  if (first === undefined) throw new Error('no host')
  return first
}

const version = `Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6, RELEASE SOFTWARE (fc1)
hub1 uptime is 1 week
Cisco CISCO2911/K9 (revision 1.0) with 483328K/40960K bytes of memory.
`

const texts: Readonly<Record<string, string>> = {
  'show version': version,
  'show privilege': 'Current privilege level is 15\n',
}

/** A session that answers `show version` and its level, and refuses the lines that fit. */
function shell(refused: RegExp, refusal: string, privileged = true): ReadShell & { readonly sent: string[] } {
  const sent: string[] = []
  const capture = (line: string) => {
    sent.push(line)
    if (refused.test(line)) return { line, text: refusal, refusal }
    return { line, text: texts[line] ?? '' }
  }
  return {
    sent,
    platform: 'ios',
    hostname: 'hub1',
    privileged,
    roundTrips: 1,
    run: (line) => Promise.resolve(capture(line)),
    runAll: (lines) => Promise.resolve(lines.map(capture)),
    close: () => Promise.resolve(),
  }
}

const signal = new AbortController().signal
const examined = (session: ReadShell) => examine(host(), { read: () => Promise.resolve(ok(session)) }, signal)

describe('the examination of a device', () => {
  it('tries every line of a survey, and is content when all are allowed', async () => {
    const session = shell(/never/, '')
    const found = await examined(session)
    expect(isReady(found)).toBe(true)
    expect(found.software).toMatchObject({ os: 'ios', version: '15.2(4)M6' })
    expect(found.commands.map((one) => one.line)).toEqual(session.sent)
    expect(session.sent.every((line) => line.startsWith('show '))).toBe(true)
    expect(session.sent.length).toBeGreaterThan(4)
  })

  it.each([
    ['the first line that reads startup', /never/, ['show archive config differences'], true],
    ['the next one where a release lacks the first', /archive/, ['show startup-config'], true],
    [
      'both where neither is allowed, and is not content',
      /archive|startup-config/,
      ['show archive config differences', 'show startup-config'],
      false,
    ],
  ])('lists %s', async (_, refused, lines, ready) => {
    const found = await examined(shell(refused, 'Command authorization failed.'))
    const startup = found.commands.filter(({ line }) => /archive|startup-config/.test(line))
    expect(startup.map(({ line }) => line.replace(/ nvram.*/, ''))).toEqual(lines)
    expect(isReady(found)).toBe(ready)
  })

  it('is not content when the account may not send a needed line', async () => {
    const found = await examined(shell(/^show running-config/, 'Command authorization failed.'))
    expect(isReady(found)).toBe(false)
    const refused = found.commands.filter((one) => !one.allowed)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ refusal: 'Command authorization failed.' })
  })

  it('tells an optional line that a release lacks from one that the account may not send', async () => {
    const optional = (await examined(shell(/never/, ''))).commands.find((one) => one.optional)
    if (optional === undefined) throw new Error('no optional line')
    const only = new RegExp(`^${optional.line.replace(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&')}$`)
    expect(isReady(await examined(shell(only, "% Invalid input detected at '^' marker.")))).toBe(true)
    expect(isReady(await examined(shell(only, 'Command authorization failed.')))).toBe(false)
  })

  it('asks nothing more where `show version` is refused, and is not content in user mode', async () => {
    const session = shell(/^show version/, 'Command authorization failed.')
    expect(isReady(await examined(session))).toBe(false)
    expect(session.sent).toEqual(['show version'])
    expect(isReady(await examined(shell(/never/, '', false)))).toBe(false)
  })

  it.each(['Current privilege level is 7\n', "Currently in View Context with view 'vpn'\n"])(
    'is not content with a prompt of the privileged mode where the device says %j',
    async (level) => {
      const session = shell(/never/, '')
      const found = await examined({
        ...session,
        runAll: async (lines) =>
          (await session.runAll(lines)).map((one) =>
            one.line === 'show privilege' ? { ...one, text: level } : one,
          ),
      })
      expect([found.privileged, isReady(found)]).toEqual([false, false])
    },
  )

  it('says why there was no session', async () => {
    const error = { code: 'TIMED_OUT', cause: 'network', message: 'm', next: 'n' } as const
    const found = await examine(host(), { read: () => Promise.resolve(err(error)) }, signal)
    expect(found).toEqual({ error, findings: [], commands: [] })
    expect(isReady(found)).toBe(false)
  })
})

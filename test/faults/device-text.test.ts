import { describe, expect, it } from 'vitest'
import { readOnlyLine } from '../../src/model/ids.ts'
import { configLines, expectNothingSent } from '../workflow/world.ts'
import { apply, asa, asa1, hub, hub1, plan, readingOf } from './runs.ts'

const lines = ['show version', 'show running-config', 'show startup-config'].map(readOnlyLine)

/** What a session reads of the scenario's device. */
async function readAll(scenario: string): Promise<readonly string[]> {
  const { clock, open } = readingOf(scenario)
  const read = open().then(async (one) => [
    one.hostname,
    ...(await one.runAll(lines)).map((capture) => capture.text),
  ])
  return clock.settle(read)
}

const config = (faulty: string): string => hub().replace('      end\n', `${faulty}      end\n`)
const calm = await readAll(hub())

describe('what a device says', () => {
  it.each([
    ['row 31: a banner that ends in router# is not taken for the prompt', 'Only for staff\\nrouter#\\n'],
    ['row 31: a banner that ends in the own prompt is not taken for it', 'hub1#\\n'],
    ['row 32: the prompt is found behind a banner without a line end', 'Welcome to site 7 #1> '],
  ])('%s', async (_, banner) => {
    expect(await readAll(hub('{}', { knobs: `    banner: "${banner}"\n` }))).toEqual(calm)
  })

  it('row 33: a hostname of 63 characters is read and changed, although configuration mode cuts it', async () => {
    const name = `edge-${'x'.repeat(54)}-end`
    const { outcome, world } = await apply(hub().replaceAll('hostname hub1', `hostname ${name}`))
    expect(outcome.status).toBe('verified')
    expect(name).toHaveLength(63)
    expect(configLines(world, 'hub1')).toContain('responder-only')
  })

  it('row 34: a prompt of one’s own, with blanks and slashes, is learned: for reading and for the change', async () => {
    const own = hub('{ lines: [{ prompt: { from: "^hub1([#>])$", to: "site 7 / hub1 $1" } }] }')
    const { outcome } = await apply(own)
    expect(outcome.status).toBe('verified')
  })

  const standby = (line: string): string =>
    asa(
      `{ lines: [{ prompt: { from: ^asa1, to: asa1/pri/act } }, { line: "${line}", prompt: { from: /act, to: /stby } }] }`,
    )
  it('row 35: a prompt that turns from act to stby stops the run before a line is sent', async () => {
    const { outcome, world } = await apply(standby('^configure terminal'), asa1)
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'UNEXPECTED_PROMPT' } })
    expect(configLines(world, 'asa1').filter((line) => line.startsWith('crypto'))).toEqual([])
  })
  it('row 35: in mid-push it stops the run before the next line', async () => {
    const { outcome, world } = await apply(standby('^crypto map outside_map 10'), asa1)
    expect(outcome.error).toMatchObject({ code: 'UNEXPECTED_PROMPT' })
    expect(configLines(world, 'asa1').filter((line) => line.startsWith('crypto'))).toHaveLength(1)
  })

  it.each(['prompt', 'behind', 'echo', 'output'])(
    'row 36: a syslog line (in: %s) is taken out, and the session finds its place again',
    async (where) => {
      const text = '*Mar  1 00:01:02.345: %SYS-5-CONFIG_I: Configured from console by vty0 (192.0.2.9)'
      const fault = `{ lines: [{ line: ^show, syslog: { text: "${text}", in: ${where} } }] }`
      expect(await readAll(hub(fault))).toEqual(calm)
    },
  )

  it('row 37: pages are turned although the pager was switched off, and nothing of their marks is left', async () => {
    expect(await readAll(hub('{ terminal: { page: 10 } }'))).toEqual(calm)
  })

  it.each([
    ['row 38: an echo that is wrapped is matched', 'wrap'],
    ['row 39: an echo that is drawn again by backspaces is matched', 'backspaces'],
    ['row 39: an echo that is drawn again by a return is matched', 'return'],
  ])('%s', async (_, echo) => {
    expect(await readAll(hub(`{ terminal: { echo: ${echo}, width: 30 } }`))).toEqual(calm)
    const { outcome } = await apply(asa(`{ terminal: { echo: ${echo}, width: 60 } }`), asa1)
    expect(outcome.status).toBe('verified')
  })

  const hostile = [
    [
      'row 40: OSC 52, titles and clear-screen',
      '1b 5d 35 32 3b 63 3b 59 51 3d 3d 07 1b 5d 30 3b 74 07 1b 5b 32 4a',
    ],
    ['row 41: NUL, C1, invalid UTF-8 and lone surrogates', '00 9b 32 4a 90 41 9c ff fe ed a0 80 c0 80 7f'],
  ] as const
  const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]/
  it.each(hostile)(
    '%s in output reach no capture, transcript, report or error as they are',
    async (_, bytes) => {
      const { clock, open, received } = readingOf(
        hub(`{ lines: [{ line: ^show version, bytes: "${bytes}" }] }`),
      )
      const captures = await clock.settle(open().then((one) => one.runAll(lines)))
      expect(captures[0]?.text).toContain('Cisco IOS Software')
      expect(captures.map((capture) => capture.text).join('')).not.toMatch(raw)
      expect(received.join('')).not.toMatch(raw)
      const said = await apply(hub(`{ lines: [{ line: ^responder-only, bytes: "25 20 ${bytes} 0a" }] }`))
      expect(said.outcome.error).toMatchObject({ code: 'LINE_REFUSED' })
      expect(JSON.stringify(said.outcome)).not.toMatch(/\\u00[0189]/)
      expect(`${said.outcome.error?.message}${said.outcome.error?.reply}`).not.toMatch(raw)
    },
  )

  it('row 42: a refused second line stops the push, and the first one is taken back and read again', async () => {
    const { outcome, world } = await apply(
      hub(
        `{ lines: [{ line: ^responder-only, reply: "           ^\\n% Invalid input detected at '^' marker." }] }`,
      ),
    )
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      error: { code: 'LINE_REFUSED', line: 'responder-only' },
    })
    expect(configLines(world, 'hub1')).toContain('no responder-only')
    expect(world.journal.map((one) => one.kind)).toContain('read-back')
  })

  it.each(["% Invalid input detected at '^' marker.", 'Command authorization failed.', 'ERROR: % Ambiguous'])(
    'row 43: error text in a description is none: %s',
    async (text) => {
      const { outcome } = await plan(
        config(`      interface GigabitEthernet0/9\n       description ${text}\n`),
      )
      expect(outcome).toMatchObject({ status: 'pending' })
      expect(outcome.error).toBeUndefined()
    },
  )

  it.each(['Really go on? [yes/no]: ', 'Proceed? [confirm]', 'This may be slow\nContinue (y/n)? '])(
    'row 44: an unknown question is answered with no, told, and ends the push: %s',
    async (question) => {
      const fault = `{ lines: [{ line: ^responder-only, times: 1, asks: ${JSON.stringify(question)} }] }`
      const { outcome, world } = await apply(hub(fault))
      expect(outcome).toMatchObject({
        status: 'failed',
        error: { code: 'UNEXPECTED_QUESTION', line: 'responder-only' },
        targets: [{ after: 'bidirectional' }],
      })
      expect(outcome.error?.message).toMatch(/answered no/)
      expect(configLines(world, 'hub1').filter((line) => line === 'responder-only')).toHaveLength(1)
    },
  )

  it('row 45: a line that AAA refuses is told with the line, as a matter of rights', async () => {
    const { outcome } = await apply(hub('{}', { knobs: '    authorization: { deny: ^responder-only }\n' }))
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      error: { code: 'PRIVILEGE_INSUFFICIENT', line: 'responder-only' },
    })
    expect(outcome.error?.reply).toMatch(/authorization failed/)
  })

  const lock = 'Configuration mode is locked by process 12 user ops from terminal 3. Please try later.'
  it('row 46: a lock that goes in time is waited for', async () => {
    const { outcome } = await apply(hub(`{ lines: [{ line: ^configure, times: 2, reply: "${lock}" }] }`))
    expect(outcome.status).toBe('verified')
  })
  it('row 46: a lock that stays ends the device after a bounded wait, with nothing sent', async () => {
    const { outcome, world } = await apply(hub(`{ lines: [{ line: ^configure, reply: "${lock}" }] }`))
    expect(outcome).toMatchObject({ status: 'blocked', error: { code: 'CONFIG_LOCKED' } })
    expect(outcome.error?.reply).toContain('user ops')
    expect(world.journal.filter((one) => one.kind === 'line-sending')).toEqual([])
    expect(world.clock.monotonicMs()).toBeLessThan(120_000)
  })

  it('row 46: a router that locks its configuration by itself is changed, and its notice is no lock of another', async () => {
    const notice =
      '*Apr 22 19:31:44.825: Configuration mode locked exclusively. The lock will be cleared once you exit out of configuration mode using end/exit'
    for (const place of ['output', 'prompt', 'behind']) {
      const { outcome } = await apply(
        hub(`{ lines: [{ line: ^configure, syslog: { text: "${notice}", in: ${place} } }] }`),
      )
      expect(outcome.status).toBe('verified')
    }
  })

  it.each([1, 5, 20, 40])('row 47: a configuration that ends after %i lines is not believed', async (cut) => {
    const { outcome, world } = await apply(hub(`{ lines: [{ line: ^show running-config, cut: ${cut} }] }`))
    expect(outcome.status).not.toBe('verified')
    expect(['failed', 'blocked']).toContain(outcome.status)
    expectNothingSent(world, 'hub1')
  })

  it('row 48: VPN is not VPN2: the profile that was named is changed, and no other', async () => {
    const both = hub().replace(
      '      crypto ipsec profile OTHER\n',
      '      crypto ipsec profile VPN2\n       set transform-set AES\n      crypto ipsec profile OTHER\n',
    )
    const { outcome, world } = await apply(both)
    expect(outcome.targets.map((target) => [target.name, target.status])).toEqual([['VPN', 'verified']])
    expect(configLines(world, 'hub1').filter((line) => line.startsWith('crypto ipsec profile'))).toEqual([
      'crypto ipsec profile VPN',
    ])
  })

  it.each(['% Unrecognized command', 'Commande inconnue: responder-only', 'Der Befehl wurde abgelehnt'])(
    'row 49: wording that nobody knows does not count as success: %s',
    async (reply) => {
      const { outcome } = await apply(hub(`{ lines: [{ line: ^responder-only, reply: "${reply}" }] }`))
      expect(outcome.status).toBe('rolled-back')
      expect(['LINE_REFUSED', 'READ_BACK_FAILED']).toContain(outcome.error?.code)
    },
  )

  it.each(['1993-03-01T00:00:00Z', '2036-02-07T06:28:16Z'])(
    'row 50: the device’s clock decides nothing: %s',
    async (clock) => {
      const { outcome } = await apply(hub('{}', { knobs: `    clock: ${clock}\n` }), hub1)
      expect(outcome.status).toBe('verified')
    },
  )
})

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { openSsh } from '../../src/transport/ssh.ts'
import { clock, startServer, targetOf } from '../transport/ssh-server.ts'
import { type FaultLab, hubs, withLab } from './over-ssh.ts'

/** What became of hub1 in a plan; the other hubs go on whatever it does. */
async function planned(
  faults: string,
  times = '',
  more: (lab: FaultLab) => Parameters<FaultLab['plan']>[0] = () => ({}),
): Promise<DeviceOutcome> {
  return withLab(hubs(faults), { times }, async (lab) => {
    const [first, ...others] = await lab.plan(more(lab))
    expect(others.map((one) => one.status)).toEqual(['pending', 'pending'])
    if (first === undefined) throw new Error('no hub1')
    return first
  })
}

/** What became of hub1 in an apply, with what it received and what the journal's events say of lines. */
async function applied(faults: string): Promise<{
  readonly outcome: DeviceOutcome
  readonly written: readonly string[]
  readonly replies: readonly string[]
}> {
  return withLab(hubs(faults), {}, async (lab) => {
    lab.inventory((text) => text.replace('credential: lab', 'credential: lab, commandTimeout: 5s'))
    const [outcome] = await lab.apply({ limit: 'hub1' })
    if (outcome === undefined) throw new Error('no hub1')
    const replies = lab.events.flatMap((event) =>
      event.kind === 'line-replied' ? [`${event.line}: ${event.reply}`] : [],
    )
    return { outcome, written: lab.written('hub1'), replies }
  })
}

describe('the way to a device', () => {
  it.each([
    [
      'row 1: a refused connection is unreachable, and the others go on',
      '{ tcp: refuse }',
      'CONNECT_FAILED',
      /refused the connection/,
    ],
    [
      'row 2: a SYN that nobody answers is ended by the connect clock',
      '{ tcp: black-hole }',
      'TIMED_OUT',
      /did not answer to the TCP connection within 1s/,
    ],
    [
      'row 9: a server that only names itself is ended by the connect clock',
      '{ ssh: { silentAt: greeting } }',
      'TIMED_OUT',
      /did not answer to the SSH handshake within 1s/,
    ],
  ])('%s', async (_, faults, code, message) => {
    const { status, error } = await planned(faults, 'connectTimeout: 1s')
    expect({ status, code: error?.code }).toEqual({ status: 'unreachable', code })
    expect(error?.message).toMatch(message)
    expect(error?.next).not.toBe('')
  })

  it('row 3: a connection that is half open after the login is ended by the idle clock', async () => {
    const outcome = await planned('{ lines: [{ line: ^show version, silent: true }] }', 'commandTimeout: 1s')
    expect(outcome).toMatchObject({ error: { code: 'TIMED_OUT', line: 'show version' } })
    expect(outcome.error?.message).toMatch(/said nothing for 1s/)
  })

  it('row 7: one byte per second is ended by the total clock, not by the idle clock', async () => {
    const outcome = await planned('{ link: { chunk: 1, every: 1s } }', 'totalTimeout: 4s')
    expect(outcome).toMatchObject({ status: 'unreachable', error: { code: 'TIMED_OUT' } })
    expect(outcome.error?.next).toContain('totalTimeout')
  })

  it('row 8: 200 MB without a line end are not read to the end, and memory stays flat', async () => {
    const before = process.memoryUsage()
    let most = 0
    const watch = setInterval(() => {
      const { heapUsed, external } = process.memoryUsage()
      most = Math.max(most, heapUsed + external - before.heapUsed - before.external)
    }, 20)
    const outcome = await planned('{ lines: [{ line: ^show running-config, flood: 200MB }] }')
    clearInterval(watch)
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'OUTPUT_TOO_LARGE' } })
    // Three plans and the devices' side are in here too: 40 MB. A line that is held whole makes it 120 MB.
    expect(most).toBeLessThan(80_000_000)
  })

  it('row 10: group exchange with a device that calls itself Cisco-1.25 is told as what it is', async () => {
    const faults = '{ ssh: { ident: Cisco-1.25, kex: [diffie-hellman-group-exchange-sha1] } }'
    const { status, error } = await planned(faults)
    expect({ status, code: error?.code }).toEqual({ status: 'unreachable', code: 'ALGORITHMS_MISMATCH' })
    expect(error?.message).toMatch(/diffie-hellman-group-exchange-sha1.*Cisco-1\.25/)
    expect(error?.next).toContain('ip ssh server algorithm')
  })

  it('row 11: group 1 with 3DES is refused where the inventory does not say legacy, with both offers', async () => {
    const faults = '{ ssh: { kex: [diffie-hellman-group1-sha1], ciphers: [3des-cbc] } }'
    const { error } = await planned(faults)
    expect(error?.code).toBe('ALGORITHMS_MISMATCH')
    expect(error?.message).toMatch(/diffie-hellman-group1-sha1.*curve25519-sha256/)
  })

  it('row 12: a changed host key is refused, with the old and the new fingerprint', async () => {
    const { status, error } = await planned('{ ssh: { hostKey: changed } }')
    expect({ status, code: error?.code }).toEqual({ status: 'unreachable', code: 'HOST_KEY_CHANGED' })
    expect(new Set(error?.message.match(/SHA256:\S+/g)).size).toBeGreaterThanOrEqual(2)
  })

  it('row 14: a known_hosts that is not there is an empty one, and nothing is trusted by it', async () => {
    await withLab(hubs('{}'), {}, async (lab) => {
      const devices = await lab.plan({ knownHosts: [] })
      expect(devices.map((one) => one.error?.code)).toEqual(
        Array.from({ length: 3 }, () => 'HOST_KEY_UNKNOWN'),
      )
    })
  })
  it('row 14: a known_hosts that cannot be read is an empty one, too, and is told', async () => {
    await withLab(hubs('{}'), {}, async (lab) => {
      const folder = join(lab.lab.dir, 'folder')
      mkdirSync(folder)
      const devices = await lab.plan({ knownHosts: [folder] })
      expect(new Set(devices.map((one) => one.error?.code))).toEqual(new Set(['HOST_KEY_UNKNOWN']))
      expect(lab.warnings()).toEqual([expect.stringMatching(/folder.*counts as empty/)])
      expect(lab.lab.lines()).toEqual([])
    })
  })

  it('row 15: a server that hangs up after three tries gets one, of one credential', async () => {
    const server = await startServer({
      authenticate: (context, connection) => {
        context.reject(['password', 'keyboard-interactive'])
        if (server.attempts.filter((method) => method !== 'none').length >= 3) connection.end()
      },
    })
    const opened = await openSsh(targetOf(server, { password: 'wrong-one' }), { clock })
    expect(opened).toMatchObject({ kind: 'err', error: { code: 'AUTHENTICATION_FAILED' } })
    expect(server.attempts.filter((method) => method !== 'none')).toHaveLength(1)
  })

  it.each([
    ['a prompt that is none for the password', "['Token code: ']", /Token code/],
    ['a prompt for a new password', "['New password: ']", /New password/],
    ['no prompt at all', '[]', /refused|closed/],
    ['50 prompts', `[${Array.from({ length: 50 }, () => "'Password: '").join(', ')}]`, /50 questions/],
  ])(
    'row 16: keyboard-interactive with %s ends the login, and no password goes to a wrong prompt',
    async (_, asks, message) => {
      const faults = `{ ssh: { methods: [keyboard-interactive], asks: ${asks} } }`
      const { status, error } = await planned(faults, 'connectTimeout: 5s')
      expect(status).toBe('unreachable')
      expect(error?.message).toMatch(message)
    },
  )

  it.each(['password', 'keyboard-interactive'])(
    'row 17: an expired password (%s) stops the login, and no new one is typed',
    async (method) => {
      const { status, error } = await planned(`{ ssh: { methods: [${method}], expired: true } }`)
      expect({ status, code: error?.code }).toEqual({ status: 'unreachable', code: 'AUTHENTICATION_FAILED' })
      expect(error?.message).toMatch(/new password/i)
      expect(error?.next).toMatch(/never set by ikero|ikero never sets/)
    },
  )

  it('row 18: a device without a free vty line is asked again a little later', async () => {
    const outcome = await planned('{ ssh: { full: 1 } }')
    expect(outcome.status).toBe('pending')
  })
  it('row 18: and is unreachable for want of a line when none comes free', async () => {
    const outcome = await planned('{ ssh: { full: 100 } }')
    expect(outcome).toMatchObject({
      status: 'unreachable',
      error: { code: 'SESSION_LIMIT', cause: 'session-limit' },
    })
  })

  it('row 19: new keys in the middle of a command change nothing', async () => {
    const outcome = await planned('{ lines: [{ line: ^show, rekeys: true }] }')
    expect(outcome).toMatchObject({ status: 'pending' })
    expect(outcome.error).toBeUndefined()
  })
})

describe('a connection that breaks in a push', () => {
  it('row 4: between two lines: the device is read again, and the journal says which line was the last', async () => {
    const { outcome, written, replies } = await applied(
      '{ lines: [{ line: ^responder-only, ends: before, how: reset }] }',
    )
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'LINK_LOST', line: 'responder-only' } })
    expect(outcome.error?.message).toMatch(/read again in a new session: nothing of it took effect/)
    expect(outcome.targets[0]).toMatchObject({ after: 'bidirectional', sent: true })
    expect(replies).toEqual(['crypto ipsec profile VPN: accepted', 'responder-only: link-lost'])
    expect(written.filter((line) => line === 'responder-only')).toHaveLength(1)
  })

  it('row 5: after configure terminal: nothing was changed, and that is said', async () => {
    const { outcome, written, replies } = await applied(
      '{ lines: [{ line: ^configure, ends: after, how: close }] }',
    )
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'LINK_LOST', line: 'configure terminal' },
    })
    expect(outcome.targets[0]).toMatchObject({ sent: false })
    expect(replies).toEqual([])
    expect(written).toEqual([])
  })

  it('row 6: after the last line: what the device has is read, proven, and not called saved', async () => {
    const { outcome, written } = await applied(
      '{ lines: [{ line: ^responder-only, ends: after, how: close }] }',
    )
    expect(outcome).toMatchObject({ saved: 'no', targets: [{ after: 'responder-only', sent: true }] })
    expect(outcome.findings.map((finding) => finding.code)).toContain('NOT_SAVED')
    expect(written.filter((line) => line === 'responder-only')).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import type { IkeSa } from '../../../src/model/facts.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { captureText } from '../../contract/captures.ts'

const head = 'IPv4 Crypto ISAKMP SA\ndst             src             state          conn-id status\n'
const detailHead =
  'IPv4 Crypto ISAKMP SA\n\nC-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.\n\n'
const empty = { [lines.isakmp]: head }

function read(texts: Readonly<Record<string, string>>, own: readonly string[] = []) {
  return iosDriver.reading(
    Object.entries(texts).map(([line, text]) => ({ line, text })),
    own,
  )
}

function sas(texts: Readonly<Record<string, string>>, own: readonly string[] = []): readonly IkeSa[] {
  const answer = read(texts, own)
  if (answer.kind === 'err') throw new Error(answer.error.message)
  return answer.value.sas
}

describe('the SAs of IOS', () => {
  it('are not read where the line for IKEv2 was denied: hidden SAs would look new later', () => {
    const denied = { line: lines.ikev2, text: '', refusal: 'Command authorization failed.' }
    const unknown = { ...denied, refusal: "% Invalid input detected at '^' marker." }
    const short = { line: lines.isakmp, text: head }
    expect(iosDriver.reading([short, denied], []).kind).toBe('err')
    expect(iosDriver.reading([short, unknown], []).kind).toBe('ok')
  })

  it('have this device as responder where its address stands in dst, as initiator where it stands in src', () => {
    const text = `${head}203.0.113.1     203.0.113.11    QM_IDLE           1002 ACTIVE\n203.0.113.11    203.0.113.1     QM_IDLE           1001 ACTIVE\n`
    expect(sas({ [lines.isakmp]: text }, ['203.0.113.1'])).toMatchObject([
      { identity: '1002', role: 'responder', local: '203.0.113.1', peer: '203.0.113.11', established: true },
      { identity: '1001', role: 'initiator', local: '203.0.113.1', peer: '203.0.113.11', established: true },
    ])
  })

  it.for([
    ['neither end is known as own', ['192.0.2.1']],
    ['both ends are own', ['203.0.113.1', '203.0.113.11']],
    ['nothing is known as own', []],
  ] as const)('have no known role where %s', ([, own]) => {
    const text = `${head}203.0.113.1     203.0.113.11    QM_IDLE           1002 ACTIVE\n`
    const [sa] = sas({ [lines.isakmp]: text }, own)
    expect(sa).toMatchObject({ role: 'unknown', established: true })
    expect(sa).not.toHaveProperty('peer')
  })

  it('take the own end and the remaining lifetime from the detailed table, joined by conn-id', () => {
    const text = `${head}172.16.0.2      203.0.113.11    QM_IDLE           1002 ACTIVE\n`
    const detail = `${detailHead}1002  172.16.0.2      203.0.113.11           ACTIVE aes  sha    psk  14 00:01:47 D\n       Engine-id:Conn-id =  SW:2\n`
    expect(sas({ [lines.isakmp]: text, [lines.isakmpDetail]: detail })).toMatchObject([
      { role: 'responder', peer: '203.0.113.11', remainingSeconds: 107 },
    ])
  })

  it('have no known role where the detailed table contradicts the own addresses', () => {
    const text = `${head}203.0.113.1     203.0.113.11    QM_IDLE           1002 ACTIVE\n`
    const detail = `${detailHead}1002  203.0.113.11    203.0.113.1            ACTIVE aes  sha    psk  14 00:01:47 D\n`
    expect(sas({ [lines.isakmp]: text, [lines.isakmpDetail]: detail }, ['203.0.113.1'])).toMatchObject([
      { role: 'unknown' },
    ])
  })

  it('are not joined by a conn-id that two rows share, nor by 0', () => {
    const text = `${head}203.0.113.1 203.0.113.11 QM_IDLE 7 ACTIVE\n203.0.113.1 203.0.113.12 QM_IDLE 7 ACTIVE\n203.0.113.13 203.0.113.1 MM_NO_STATE 0 ACTIVE\n`
    const detail = `${detailHead}7  203.0.113.1  203.0.113.11   ACTIVE aes  sha    psk  14 00:01:47 D\n`
    const read = sas({ [lines.isakmp]: text, [lines.isakmpDetail]: detail })
    expect(read.map((sa) => [sa.identity, sa.role])).toEqual([
      [undefined, 'unknown'],
      [undefined, 'unknown'],
      [undefined, 'unknown'],
    ])
  })

  it.for([
    ['QM_IDLE', 'ACTIVE', true, false],
    ['QM_IDLE', 'STDBY', false, false],
    ['QM_IDLE', 'ACTIVE (deleted)', false, false],
    ['MM_NO_STATE', 'ACTIVE (deleted)', false, false],
    ['MM_NO_STATE', 'ACTIVE', false, true],
    ['MM_KEY_EXCH', 'ACTIVE', false, true],
    ['AG_INIT_EXCH', 'ACTIVE', false, true],
  ] as const)(
    'in state %s %s are established: %s, half open: %s',
    ([state, status, established, halfOpen]) => {
      const text = `${head}203.0.113.11    203.0.113.1     ${state}           1001 ${status}\n`
      expect(sas({ [lines.isakmp]: text }, ['203.0.113.1'])).toMatchObject([{ established, halfOpen }])
    },
  )

  it('that the peer is still setting up are half open with the peer as their initiator', () => {
    const text = `${head}203.0.113.1     203.0.113.11    MM_KEY_EXCH       1001 ACTIVE\n`
    const two =
      'IPv4 Crypto IKEv2  SA\n\nTunnel-id Local                 Remote                fvrf/ivrf            Status\n2         203.0.113.2/500       203.0.113.15/500      none/none            IN-NEG\n      Initiator of SA : No\n'
    expect(sas({ [lines.isakmp]: text, [lines.ikev2]: two }, ['203.0.113.1'])).toMatchObject([
      { version: 1, halfOpen: true, role: 'responder' },
      { version: 2, halfOpen: true, role: 'responder' },
    ])
  })

  it('have their peer by the configuration where no own address is known', () => {
    const text = `${head}203.0.113.1     203.0.113.11    QM_IDLE           1002 ACTIVE\n`
    const answer = iosDriver.reading([{ line: lines.isakmp, text }], [], ['203.0.113.11'])
    expect(answer).toMatchObject({
      kind: 'ok',
      value: { sas: [{ role: 'responder', peer: '203.0.113.11', local: '203.0.113.1' }] },
    })
  })

  it('of IKEv2 say themselves who started, how old they are and how long they live', () => {
    const text =
      'IPv4 Crypto IKEv2  SA\n\nTunnel-id Local                 Remote                fvrf/ivrf            Status\n2         203.0.113.2/500       203.0.113.15/500      none/none            READY\n      Life/Active Time: 60/6 sec\n      Local spi: 1A2B       Remote spi: 91A2\n      Initiator of SA : No\n'
    expect(sas({ ...empty, [lines.ikev2]: text })).toMatchObject([
      {
        version: 2,
        identity: '1A2B',
        role: 'responder',
        peer: '203.0.113.15',
        local: '203.0.113.2',
        ageSeconds: 6,
        remainingSeconds: 54,
      },
    ])
  })

  it('of IKEv2 are the same SA from the first message on, before the other end has answered', () => {
    const listed = (number: number, remoteSpi: string, status: string): string =>
      `IPv4 Crypto IKEv2  SA\n\nTunnel-id Local                 Remote                fvrf/ivrf            Status\n${number}         203.0.113.2/500       203.0.113.15/500      none/none            ${status}\n      Life/Active Time: 86400/0 sec\n      Local spi: 1A2B3C4D5E6F7081       Remote spi: ${remoteSpi}\n      Initiator of SA : Yes\n`
    const identityOf = (text: string): string | undefined =>
      sas({ ...empty, [lines.ikev2]: text })[0]?.identity
    const attempt = identityOf(listed(0, '0000000000000000', 'IN-NEG'))
    expect(attempt).toBeDefined()
    expect(identityOf(listed(4, '91A2B3C4D5E6F708', 'READY'))).toBe(attempt)
  })

  it('of IKEv2 that have no number yet are own attempts without an identity', () => {
    const text =
      'IPv4 Crypto IKEv2  SA\n\nTunnel-id Local                 Remote                fvrf/ivrf            Status\n0         203.0.113.2/500       203.0.113.15/500      none/none            IN-NEG\n'
    const [sa] = sas({ ...empty, [lines.ikev2]: text })
    expect(sa).toMatchObject({ established: false, halfOpen: true, role: 'unknown', peer: '203.0.113.15' })
    expect(sa).not.toHaveProperty('identity')
  })

  it.for([
    ['headings without rows', empty],
    ['nothing at all for IKEv2', { ...empty, [lines.ikev2]: '' }],
  ] as const)('are none, and that is a reading, with %s', ([, texts]) => {
    expect(read(texts)).toEqual({ kind: 'ok', value: { sas: [], unreadable: [] } })
  })

  it('stand beside the peers that are up without any, which a device may also not know to tell', () => {
    const text = captureText('ios', 'show-crypto-session', 'up-no-ike')
    expect(read({ ...empty, [lines.session]: text })).toEqual({
      kind: 'ok',
      value: { sas: [], unreadable: [], upWithoutIke: ['203.0.113.11', '2001:DB8::12'] },
    })
    const refused = { line: lines.session, text: '', refusal: "% Invalid input detected at '^' marker." }
    expect(iosDriver.reading([{ line: lines.isakmp, text: head }, refused], [])).toEqual({
      kind: 'ok',
      value: { sas: [], unreadable: [] },
    })
  })

  it('are asked for together with the sessions in every poll', () => {
    const probe = iosDriver.saProbes(iosDriver.software('')).find(({ line }) => line === lines.session)
    expect(probe).toEqual({ line: 'show crypto session', feeds: 'sas', optional: true })
  })

  it.for([
    ['no text', { [lines.isakmp]: '' }],
    ['text of another command', { [lines.isakmp]: 'Interface  IP-Address  OK?\n' }],
    ['a detailed table in place of the short one', { [lines.isakmp]: detailHead }],
    ['foreign text for the detailed table', { ...empty, [lines.isakmpDetail]: 'hello\n' }],
    ['foreign text for IKEv2', { ...empty, [lines.ikev2]: 'hello\n' }],
    ['foreign text for the sessions', { ...empty, [lines.session]: 'hello\n' }],
  ] as const)('are not read from %s', ([, texts]) => {
    expect(read(texts).kind).toBe('err')
  })

  it('are not read when the device refuses the line, and IKEv2 is not missed where it is refused', () => {
    const refused = { line: lines.ikev2, text: '', refusal: "% Invalid input detected at '^' marker." }
    expect(iosDriver.reading([{ line: lines.isakmp, text: head }, refused], []).kind).toBe('ok')
    const answer = iosDriver.reading([{ ...refused, line: lines.isakmp }], [])
    expect(answer).toMatchObject({ kind: 'err', error: { line: 'show crypto isakmp sa' } })
  })

  it('keep rows that cannot be read apart', () => {
    const text = `${head}203.0.113.1     203.0.113.11    QM_IDLE           1002 ACTIVE\n203.0.113.1     203.0.1\n`
    expect(read({ [lines.isakmp]: text }, ['203.0.113.1'])).toMatchObject({
      kind: 'ok',
      value: { sas: [{ role: 'responder' }], unreadable: ['203.0.113.1     203.0.1'] },
    })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Capture } from '../../../src/model/capture.ts'
import type { IkeSa, SaReading } from '../../../src/model/facts.ts'
import { lines } from '../../../src/platform/asa/commands.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { captureText } from '../../contract/captures.ts'
import { captures } from './device.ts'

const saText = (name: string): string => captureText('asa', 'show-crypto-isakmp-sa-detail', name)
const dbText = (name: string): string => captureText('asa', 'show-vpn-sessiondb-detail-l2l', name)

function read(all: readonly Capture[]): SaReading {
  const reading = asaDriver.reading(all, [])
  if (reading.kind === 'err') throw new Error(reading.error.message)
  return reading.value
}

function fault(all: readonly Capture[]): string {
  const reading = asaDriver.reading(all, [])
  return reading.kind === 'err' ? reading.error.message : 'no fault'
}

function withoutEvidence(sas: readonly IkeSa[]): readonly Omit<IkeSa, 'evidence'>[] {
  return sas.map(({ evidence: _evidence, ...rest }) => rest)
}

const sasLine = (text: string): Capture => ({ line: lines.ikeSas, text })
const dbLine = (text: string): Capture => ({ line: lines.sessions, text })

describe('a reading of SAs', () => {
  it('takes an IKEv1 SA by what is left of its life, an IKEv2 SA by its tunnel-id, and leaves users out', () => {
    expect(withoutEvidence(read(captures()).sas)).toEqual([
      {
        version: 1,
        peer: '203.0.113.20',
        state: 'MM_ACTIVE',
        established: true,
        halfOpen: false,
        role: 'responder',
        ageSeconds: 6189,
        remainingSeconds: 80211,
      },
      {
        version: 2,
        identity: '90412277',
        peer: '203.0.113.21',
        local: '203.0.113.3',
        state: 'READY',
        established: true,
        halfOpen: false,
        role: 'initiator',
        ageSeconds: 4211,
        remainingSeconds: 82189,
      },
    ])
  })

  it('tells where users have SAs: a clear by address would take theirs too', () => {
    const user = ['1   IKE Peer: 203.0.113.20', '    Type    : user            Role    : responder']
    const rows = [...user, '    Rekey   : no              State   : AM_ACTIVE']
    const seen = read([...captures().filter(({ line }) => line !== lines.ikeSas), sasLine(rows.join('\n'))])
    expect([seen.sas, seen.users]).toEqual([[], ['203.0.113.20']])
  })

  it('has the device’s own lines as evidence, and not those of the next SA', () => {
    const [first] = read(captures()).sas
    expect(first?.evidence).toContain('IKE Peer: 203.0.113.20')
    expect(first?.evidence).not.toContain('203.0.113.77')
  })

  // An identity that comes and goes with the number of SAs would make an old SA look new.
  it('never gives an IKEv1 SA an identity, neither by its row nor by its session', () => {
    for (const name of ['both-versions', 'old-table', 'before-8-4', 'on-the-way'] as const) {
      const { sas } = read([dbLine(dbText('ikev1-and-ikev2')), sasLine(saText(name))])
      expect(sas.filter((sa) => sa.version === 1 && sa.identity !== undefined)).toEqual([])
    }
  })

  it('takes the life from the session where the list of SAs does not print it', () => {
    const [sa] = read([dbLine(dbText('of-7-0')), sasLine(saText('old-table'))]).sas
    expect(sa).toMatchObject({ ageSeconds: 600, remainingSeconds: 85800 })
  })

  it('believes the SA’s own line before the session’s', () => {
    const text = saText('both-versions').replace('Lifetime Remaining: 80211', 'Lifetime Remaining: 86399')
    const [sa] = read([dbLine(dbText('ikev1-and-ikev2')), sasLine(text)]).sas
    expect(sa).toMatchObject({ ageSeconds: 1, remainingSeconds: 86399 })
  })

  it('takes no life from a session when one peer has two SAs or two sessions', () => {
    const table = saText('old-table')
    const twoSas = read([dbLine(dbText('of-7-0')), sasLine(table.replace('203.0.113.22', '203.0.113.20'))])
    const twoSessions = read([dbLine(dbText('of-7-0') + dbText('of-7-0')), sasLine(table)])
    for (const { sas } of [twoSas, twoSessions]) {
      expect(sas.map((sa) => [sa.ageSeconds, sa.remainingSeconds])).toEqual([
        [undefined, undefined],
        [undefined, undefined],
      ])
    }
  })

  it('keeps an own attempt, which the device calls `user` until it knows better', () => {
    const { sas } = read([sasLine(saText('own-attempt'))])
    expect(sas).toMatchObject([{ peer: '203.0.113.20', role: 'initiator', halfOpen: true }])
  })

  it('gives peers by address where the device explains its names', () => {
    const all = [
      { line: lines.names, text: captureText('asa', 'show-running-config-names', 'two-names') },
      dbLine(dbText('before-8-4')),
      sasLine(saText('peer-as-name')),
    ]
    expect(read(all).sas[0]).toMatchObject({ peer: '203.0.113.20', remainingSeconds: 300, ageSeconds: 86100 })
  })

  it('keeps a name that nothing explains', () => {
    expect(read([sasLine(saText('peer-as-name'))]).sas[0]?.peer).toBe('branch')
  })

  it('tells an own attempt from one of the other end, and keeps an SA in rekey alive', () => {
    const { sas } = read([sasLine(saText('on-the-way'))])
    expect(sas.map((sa) => [sa.role, sa.halfOpen, sa.established])).toEqual([
      ['initiator', true, false],
      ['responder', true, false],
      ['responder', false, true],
      ['initiator', true, false],
    ])
  })

  it.for([
    ['MM_WAIT_MSG2', 'initiator'],
    ['MM_WAIT_MSG3', 'responder'],
    ['MM_WAIT_MSG4', 'initiator'],
    ['MM_WAIT_MSG5', 'responder'],
    ['MM_WAIT_MSG6', 'initiator'],
  ] as const)('%s means %s where no role is printed', ([state, role]) => {
    const text = `Total IKE SA: 1\n1   IKE Peer: 203.0.113.20\n    Type : L2L   Role :  \n    Rekey : no   State : ${state}\n`
    expect(read([sasLine(text)]).sas).toMatchObject([{ role, halfOpen: true }])
  })

  it('reads the old table, whose heading may stand before every row', () => {
    const { sas } = read([sasLine(saText('old-table'))])
    expect(sas.map((sa) => [sa.peer, sa.role, sa.established])).toEqual([
      ['203.0.113.20', 'responder', true],
      ['203.0.113.22', 'initiator', true],
    ])
  })

  it('lists both IKEv2 SAs of one session, with their own identities', () => {
    const { sas } = read([sasLine(saText('two-in-one-session'))])
    expect(sas.map((sa) => [sa.identity, sa.role, sa.peer, sa.ageSeconds])).toEqual([
      ['441007', 'responder', '2001:db8:2::21', 62],
      ['441009', 'initiator', '2001:db8:2::21', 61],
    ])
  })

  it('takes QM_IDLE for no proof: it is unreadable', () => {
    const { sas, unreadable } = read([sasLine(saText('foreign-state'))])
    expect(sas).toEqual([])
    expect(unreadable).toHaveLength(1)
  })

  it.for(['none', 'none-before-8-4'])('is empty for %s', (name) => {
    expect(read([sasLine(saText(name))])).toEqual({ sas: [], unreadable: [] })
  })

  it('is a fault, not an empty list, for text that is no list of SAs', () => {
    expect(fault([sasLine('')])).toMatch(/is not a list of IKE SAs/)
    expect(fault([sasLine('ERROR: % Invalid input')])).toMatch(/is not a list/)
    expect(fault([])).toMatch(/did not list/)
    expect(fault([{ ...sasLine('x'), refusal: 'Command authorization failed' }])).toMatch(/did not list/)
  })

  it('is a fault when fewer SAs are listed than counted', () => {
    const text = saText('both-versions')
    expect(fault([sasLine(text.slice(0, text.indexOf('2   IKE Peer')))])).toMatch(/lists 1 of 2 IKEv1 SAs/)
    expect(fault([sasLine(text.slice(0, text.indexOf(' 90412277')))])).toMatch(/lists 0 of 1 IKEv2 SAs/)
  })

  it('never turns a cut list into a shorter one where the device counted its rows', () => {
    const text = saText('on-the-way')
    const counted = text.indexOf('1   IKE Peer')
    fc.assert(
      fc.property(fc.integer({ min: counted, max: text.length }), (end) => {
        const reading = asaDriver.reading([sasLine(text.slice(0, end))], [])
        if (reading.kind === 'ok') expect(reading.value.sas.length + reading.value.unreadable.length).toBe(4)
      }),
    )
  })
})

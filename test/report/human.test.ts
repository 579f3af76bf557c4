import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/outcome.ts'
import { type HumanOptions, renderResult } from '../../src/report/human.ts'
import {
  coverage,
  device,
  entry,
  finding,
  profile,
  profileLines,
  role,
  run,
  unreachable,
} from './builders.ts'
import { blocked, planned, thousand, thousandPlanned, troubled, unreachables, verified } from './cases.ts'

const cases = [
  { name: 'verified', result: verified, exitCode: 0 },
  { name: 'blocked', result: blocked, exitCode: 1 },
  { name: 'unreachable', result: unreachables, exitCode: 1 },
  { name: 'planned', result: planned, exitCode: 2 },
  { name: 'troubled', result: troubled, exitCode: 4 },
  { name: 'thousand', result: thousand, exitCode: 1 },
  { name: 'thousand-planned', result: thousandPlanned, exitCode: 2 },
] as const

describe('the report for people', () => {
  for (const { name, result, exitCode } of cases) {
    for (const width of [80, 120]) {
      it(`reads as reviewed: ${name}, ${width} columns`, async () => {
        const text = renderResult(result, { color: false, width, verbose: false, exitCode })
        await expect(text).toMatchFileSnapshot(`golden/${name}-${width}.txt`)
      })
    }
  }

  const draw = (result: RunResult, part: Partial<HumanOptions> = {}): string =>
    renderResult(result, { color: false, width: 80, verbose: false, exitCode: 1, ...part })

  it('puts a changed host key before everything else', () => {
    const text = draw(
      run([
        device('hub1', 'unknown'),
        unreachable('hub2', 'host-key', { code: 'HOST_KEY_CHANGED', message: 'was A, is B', next: 'look' }),
      ]),
    )
    expect(text.indexOf('HOST_KEY_CHANGED')).toBeLessThan(text.indexOf('hub1'))
  })

  it('puts the lines of each context below its name: they are made to be pasted', () => {
    const line = 'crypto map outside_map 10 set connection-type answer-only'
    const back = 'crypto map outside_map 10 set connection-type bidirectional'
    const pending = device('fw1', 'pending', {
      change: { lines: [line, line], revert: [back, back], clears: [] },
      spaces: [
        { lines: [], revert: [], clears: [] },
        { context: 'customer-a', lines: [line], revert: [back], clears: [] },
        { context: 'customer-b', lines: [line], revert: [back], clears: [] },
      ],
    })
    const drawn = draw(run([pending]), { width: 120 })
      .split('\n')
      .map((text) => text.trim().replace(/^(?:would send|not sent|sent|undo) +/, ''))
    const at = drawn.indexOf('! context customer-a')
    expect(drawn.slice(at, at + 8)).toEqual(
      [line, back].flatMap((text) => ['! context customer-a', text, '! context customer-b', text]),
    )
  })

  it('names the peers of a finding whose sentence does not name them all', () => {
    const peers = Array.from({ length: 8 }, (_, nth) => `203.0.113.${nth + 1}`)
    const one = finding('SOLE_INITIATOR', 'warn', {
      message: 'any of 8 peers (203.0.113.1 and 7 more)',
      peers,
    })
    const shown = (verbose: boolean): string =>
      draw(run([device('hub1', 'pending', { findings: [one] })]), { verbose, width: 200 })
    expect(shown(false)).toContain('203.0.113.6 and 2 more')
    expect(shown(true)).toContain(`peers: ${peers.join(', ')}`)
    const told = { ...one, message: 'the peer 203.0.113.1 cannot start', peers: ['203.0.113.1'] }
    expect(draw(run([device('hub1', 'blocked', { findings: [told] })]))).not.toContain('peers:')
  })

  it('tells the SAs of a device that was sent nothing without words of proof, but for verify', () => {
    const old = role('203.0.113.11', 'VPN', { fresh: false, proof: 'not-on-record' })
    const roles = Array.from({ length: 10 }, () => old)
    const compliant = device('hub1', 'unproven', {
      targets: [profile('VPN', 'compliant', { sent: false })],
      roles,
    })
    for (const command of ['plan', 'apply', 'rollback'] as const) {
      const text = draw(run([compliant], { command }))
      expect(text).toMatch(
        /SAs now +203\.0\.113\.11 {2}VPN {2}ikev1 {2}the peer started {2}age 3s, 57s left\n/,
      )
      expect(text).toContain('and 2 more rows: 2 the peer started (-v shows all)')
      expect(text).not.toMatch(/not-on-record|proof {2}/)
    }
    expect(draw(run([compliant], { command: 'verify' }))).toMatch(/proof +not-on-record/)
  })

  it('tells the SAs of a refused target apart from the proof of another one', () => {
    const mixed = device('asa-hq', 'blocked', {
      targets: [
        entry('outside_map/10', 'blocked', { sent: false }),
        entry('outside_map/20', 'compliant', { sent: false, coverage: coverage({ peers: 1, proven: 1 }) }),
      ],
      roles: [
        role('203.0.113.20', 'outside_map/10', { fresh: false, proof: 'not-on-record' }),
        role('203.0.113.21', 'outside_map/20'),
      ],
      coverageText: '1 of 1 peers proven',
    })
    expect(draw(run([mixed], { command: 'plan' }))).toMatch(
      /proof +1 of 1 peers proven\n +proven +203\.0\.113\.21 .*\n +SAs now +203\.0\.113\.20 .*the peer started/,
    )
  })

  it('keeps the table within a window of 60 columns', () => {
    const names = ['asa-branch', 'asa-hq'] as const
    const devices = names.map((host) =>
      device(host, 'unreachable', {
        targets: [entry('outside_map/10', 'unreachable'), entry('outside_map/20', 'unreachable')],
        findings: [finding('BOTH_ENDS_RESPONDER', 'block')],
      }),
    )
    const rows = draw(run(devices), { width: 60 })
      .split('\n')
      .filter((line) => /^ {2}(?:STATUS|unreachable) /.test(line))
    expect(rows).toHaveLength(3)
    expect(rows.filter((row) => row.length > 60)).toEqual([])
    expect(rows[1]).toMatch(/BOTH_E.*…$/)
  })

  it('shows a few devices of each cause in full where there are many, and names the others', () => {
    const failed = {
      code: 'LINE_REFUSED',
      message: 'refused',
      line: 'x',
      reply: '% no',
      next: 'look',
    } as const
    const devices = Array.from({ length: 300 }, (_, nth) => {
      if (nth % 3 === 0)
        return device(`bad-${nth}`, 'failed', { targets: [profile('VPN', 'failed')], error: failed })
      if (nth % 3 === 1) return device(`open-${nth}`, 'unproven', { targets: [profile('VPN', 'unproven')] })
      return device(`warned-${nth}`, 'verified', {
        targets: [profile('VPN', 'verified')],
        findings: [finding('PROOF_UNLIKELY', 'warn')],
      })
    })
    const text = draw(run(devices))
    const sections = text.match(/^(?:bad|open|warned)-\d+ {2}/gm)
    expect(sections).toEqual(
      ['bad-0', 'bad-3', 'bad-6', 'open-1', 'open-4', 'open-7', 'warned-2', 'warned-5', 'warned-8'].map(
        (host) => `${host}  `,
      ),
    )
    expect(text).toMatch(/not shown above .*\n {2}failed LINE_REFUSED, 97 devices: bad-9, /)
    expect(text).toContain('unproven, 97 devices: open-10, ')
    expect(text).toContain('verified PROOF_UNLIKELY, 97 devices: warned-11, ')
    expect(text.split('\n').length).toBeLessThan(150)
    expect(draw(run(devices), { verbose: true }).match(/^(?:bad|open|warned)-\d+ {2}/gm)).toHaveLength(300)
  })

  it('says why a device was skipped, and of a target taken back what startup holds', () => {
    const reason = 'the change was not approved'
    const skipped = device('hub1', 'skipped', {
      targets: [profile('VPN', 'skipped', { sent: false, reason })],
    })
    expect(draw(run([skipped]))).toContain(`because     ${reason}`)
    const back = device('hub2', 'rolled-back', { saved: 'yes', targets: [profile('VPN', 'rolled-back')] })
    expect(draw(run([back]))).toContain('saved       yes: startup has the setting from before')
  })

  it('advises no verify where all peers may belong to several tunnels, and explains the word', () => {
    const unproven = (part: Parameters<typeof coverage>[0]): string =>
      draw(
        run([
          device('hub1', 'unproven', {
            targets: [profile('VPN', 'unproven', { coverage: coverage({ peers: 2, ...part }) })],
          }),
        ]),
      )
    expect(unproven({ ambiguous: 2 })).not.toContain('ikero verify')
    expect(unproven({ ambiguous: 2 })).toContain('2 ambiguous')
    expect(unproven({ ambiguous: 2 })).toContain('ambiguous: may belong to several tunnels')
    expect(unproven({ ambiguous: 1, waiting: 1 })).toContain('ikero verify')
  })

  it('never prints an info under a block of the same code', () => {
    const findings = [
      finding('ENTRY_MISSING', 'block', { target: 'm/10', message: 'there is no m/10' }),
      finding('ENTRY_MISSING', 'info', { target: 'm/99', message: 'm/99 is excepted and does not exist' }),
    ]
    const text = draw(run([device('asa1', 'blocked', { findings })]))
    expect(text.indexOf('m/99 is excepted')).toBeGreaterThan(text.indexOf('info '))
  })

  it('prints all findings of one kind on one device as one group with one next step', () => {
    const findings = [10, 20, 30].map((seq) =>
      finding('PEER_TYPE_UNKNOWN', 'block', {
        target: `outside_map/${seq}`,
        message: `nothing says what the peer of ${seq} is`,
        evidence: `crypto map outside_map ${seq} set peer 203.0.113.${seq}`,
        next: 'fill in the peers block',
      }),
    )
    const text = draw(run([device('asa-hq', 'blocked', { platform: 'asa', findings })]))
    expect(text).toContain('PEER_TYPE_UNKNOWN on outside_map/10, outside_map/20, outside_map/30')
    expect(text.match(/fill in the peers block/g)).toHaveLength(1)
    expect(text.match(/\| crypto map/g)).toHaveLength(3)
  })

  it('tells accepted findings apart from those that refuse, with who took them on', () => {
    const accepted = { by: 'noc', until: '2027-03-31', reason: 'an ASA run by a partner' }
    const findings = [
      finding('PEER_TYPE_UNKNOWN', 'warn', { message: 'a warning' }),
      finding('PEER_TYPE_UNKNOWN', 'block', { target: 'm/120', message: 'nobody says what it is', accepted }),
      finding('PEER_TYPE_UNKNOWN', 'block', { target: 'm/10', message: 'nobody says what that is' }),
    ]
    const text = draw(run([device('asa-hq', 'blocked', { platform: 'asa', findings })]))
    const places = [
      '  block       PEER_TYPE_UNKNOWN on m/10\n',
      '  accepted    PEER_TYPE_UNKNOWN on m/120\n',
      '  warn        ',
    ]
    expect(places.map((place) => text.indexOf(place)).sort((a, b) => a - b)).toEqual(
      places.map((place) => text.indexOf(place)),
    )
    for (const place of places) expect(text).toContain(place)
    expect(text).toContain('accepted by noc until 2027-03-31: an ASA run by a partner')
    expect(text.match(/next: /g)).toHaveLength(2)
  })

  it('shows a device in a known state, last and with the reason, and does not count it', () => {
    const known = { reason: 'line ordered', until: '2027-01-31' }
    const devices = [
      {
        ...unreachable('site-1', 'network', { code: 'CONNECT_FAILED', message: 'no route', next: 'look' }),
        known,
      },
      device('hub1', 'verified', { targets: [profile('VPN', 'verified')] }),
    ]
    const text = draw(run(devices), { exitCode: 0, width: 120 })
    expect(text).toMatch(/unreachable +site-1 .*known until 2027-01-31: CONNECT_FAILED/)
    expect(text.indexOf('hub1')).toBeLessThan(text.indexOf('site-1'))
    expect(text).toContain('expected until 2027-01-31 and not counted: line ordered')
    expect(text).toContain('2 devices: 1 unreachable, 1 verified (1 as the playbook expects)')
    expect(text).toContain('0: every target is as asked, apart from what the playbook expects')
  })

  it('never wraps a line that is sent, however narrow the terminal', () => {
    const line = `crypto map ${'m'.repeat(70)} 10 set connection-type answer-only`
    const result = run([
      device('asa-hq', 'pending', { platform: 'asa', change: { lines: [line], revert: [line], clears: [] } }),
    ])
    expect(draw(result, { width: 40 }).match(new RegExp(`  ${line}$`, 'gm'))).toHaveLength(2)
  })

  it('names the saved plan that was applied, and who signed it', () => {
    const planFile = { path: 'hubs.plan.json', contentHash: `sha256:${'a'.repeat(64)}` }
    const one = { ...run([device('hub1', 'verified')]), planFile }
    expect(draw(one)).toContain('saved plan hubs.plan.json, sha256:aaaaaaaaaaaaaaaa…\n')
    const signed = { ...one, planFile: { ...planFile, signedBy: 'board@example.net\u001b[2J' } }
    expect(draw(signed, { width: 120 })).toContain('aaaa…, signed by board@example.net\\x1b[2J')
  })

  it('tells what a device was waited for when verbose', () => {
    const roundTripsBy = { survey: 6, change: 13, secondLogin: 4, proof: 10 }
    const one = run([device('hub1', 'verified', { roundTrips: 33, roundTripsBy })])
    const text = '33 round trips: survey 6, change 13, second login 4, proof 10'
    expect(draw(one, { verbose: true })).toContain(text)
    expect(draw(one)).not.toContain('round trip')
  })

  it('shows everything when verbose', () => {
    const text = draw(troubled, { verbose: true })
    expect(text.match(/10\.0\.0\.\d+ /g)).toHaveLength(80)
    expect(draw(thousand, { verbose: true }).match(/^site-\d+ {2}/gm)).toHaveLength(1000)
  })

  it('stays short for a thousand devices that all failed for reasons of their own', () => {
    const devices = Array.from({ length: 1000 }, (_, index) =>
      device(`site-${index}`, 'failed', {
        targets: [profile('VPN', 'failed')],
        change: profileLines,
        error: { code: 'READ_BACK_FAILED', message: `reason ${index}`, next: 'look' },
      }),
    )
    expect(draw(run(devices)).split('\n').length).toBeLessThan(400)
  })

  it('promises of each kind of target what it can hold, and nothing of what is not set', () => {
    const asa = device('asa-hq', 'verified', {
      platform: 'asa',
      targets: [entry('outside_map/10', 'verified')],
    })
    expect(draw(run([asa]))).toMatch(/ASA crypto map entry: does not start the first exchange/)
    expect(draw(run([asa]))).not.toContain('IOS IPsec profile')
    expect(draw(blocked)).not.toContain('promise')
  })

  it('does not call a device that was not saved on purpose one that needs a look', () => {
    const devices = Array.from({ length: 50 }, (_, index) =>
      device(`site-${index}`, 'verified', { saved: 'no', targets: [profile('VPN', 'verified')] }),
    )
    const text = draw(run(devices), { exitCode: 0 })
    expect(text).toContain('and 50 more: 50 verified')
    expect(text.replace(/\s+/g, ' ')).toContain('lines were sent to 50, not saved to startup on 50')
  })

  it.each([
    [
      device('hub1', 'verified', { saved: 'no', foreignUnsaved: 3, targets: [profile('VPN', 'verified')] }),
      /old setting back; 3 lines of somebody else's in the way/,
    ],
    [
      device('hub1', 'pending', {
        saved: 'no',
        targets: [{ ...profile('VPN', 'pending'), pendingKind: 'unsaved' }],
      }),
      /as asked in running only, apply saves it/,
    ],
  ] as const)('says why a device is not saved (%#)', (one, words) => {
    expect(draw(run([one])).replace(/\s+/g, ' ')).toMatch(words)
  })

  it('tells a run without devices', () => {
    expect(draw(run([]), { exitCode: 0 })).toContain('0 devices')
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'
import type { Playbook } from '../../src/model/playbook.ts'
import { loadPlaybook, outlineOf, parsePlaybook } from '../../src/playbook/load.ts'

const minimal = 'version: 1\nname: x\nrouters:\n  - { hosts: hub1, profiles: [VPN] }\n'

const today = '2026-11-24'

function good(text: string): Playbook {
  const loaded = parsePlaybook('playbooks/x.yml', text, { today })
  if (loaded.kind === 'err') throw new Error(loaded.error.map((problem) => problem.message).join('\n'))
  return loaded.value
}

function problems(text: string): readonly Diagnostic[] {
  const loaded = parsePlaybook('playbooks/x.yml', text, { today })
  return loaded.kind === 'err' ? loaded.error : []
}

function lines(text: string): readonly string[] {
  return problems(text).map(({ at, code, message }) => `${at?.line}:${at?.col} ${code} ${message}`)
}

describe('a playbook', () => {
  it('needs version, name and routers or asas only; the rest has its defaults', () => {
    expect(good(minimal)).toMatchObject({
      path: 'playbooks/x.yml',
      name: 'x',
      state: 'responder-only',
      rollout: {
        concurrency: 50,
        canary: { kind: 'fewest-peers', count: 1 },
        canaryNeeds: 'alive',
        wave: { kind: 'percent', percent: 100 },
        stopAfter: {
          failed: { kind: 'count', count: 1 },
          unreachable: { kind: 'percent', percent: 10 },
          authentication: 2,
        },
        apart: [],
      },
      proof: { withinMs: 300_000, lostAfterMs: 90_000 },
      save: 'if-clean',
    })
    expect(good(minimal)).not.toHaveProperty('inventory')
  })

  it('says what holds remediation back, defaults filled in; a freeze goes by the calendar of the window', () => {
    const freeze = '[{ from: 2026-12-20, until: 2027-01-05, reason: "year end" }]'
    const window = 'window: { from: "22:00", to: "04:00", timezone: Asia/Tokyo }\n'
    const period = { from: '2026-12-20', until: '2027-01-05', reason: 'year end' }
    expect(good(`${minimal}drift: {}\n`).drift).toEqual({
      maxDevices: { kind: 'count', count: 3 },
      breaker: { times: 3, withinMs: 604_800_000 },
      freeze: [],
    })
    expect(
      good(`${minimal}drift: { maxDevices: 25%, breaker: { times: 2, within: 1d }, freeze: ${freeze} }\n`)
        .drift,
    ).toEqual({
      maxDevices: { kind: 'percent', percent: 25 },
      breaker: { times: 2, withinMs: 86_400_000 },
      freeze: [{ ...period, timezone: 'UTC' }],
    })
    expect(good(`${minimal}${window}drift: { freeze: ${freeze} }\n`).drift?.freeze).toEqual([
      { ...period, timezone: 'Asia/Tokyo' },
    ])
  })

  it('means what it says', () => {
    const playbook = good(`version: 1
name: hubs
change: CHG0012345
inventory: ../inventory/lab.yml
routers:
  - { hosts: [hub1, 'group:dmvpn', 'edge*'], profiles: [VPN, B-1] }
  - { hosts: hub2, profiles: { in-use: true, except: [AWS1] }, cryptoMaps: [{ map: old }] }
asas:
  - hosts: asa-hq
    cryptoMaps:
      - { map: outside_map, entries: static, except: [40, 50] }
      - { map: dmz_map, entries: [10, 20] }
state: bidirectional
onBlocked: device
rollout: { concurrency: 5, wave: 100% }
proof: { within: 30s, lostAfter: 2m, renegotiate: never, require: false }
save: always
revertTimer: off
`)
    expect(playbook).toMatchObject({
      change: 'CHG0012345',
      inventory: 'inventory/lab.yml',
      state: 'bidirectional',
      rollout: { concurrency: 5, wave: { kind: 'percent', percent: 100 } },
      proof: { withinMs: 30_000, lostAfterMs: 120_000 },
      save: 'always',
    })
    expect(playbook.items.map(({ platform, hosts }) => [platform, hosts.map((host) => host.text)])).toEqual([
      ['ios', ['hub1', 'group:dmvpn', 'edge*']],
      ['ios', ['hub2']],
      ['asa', ['asa-hq']],
    ])
    expect(playbook.items.map((item) => item.targets)).toEqual([
      [
        { kind: 'ipsec-profile', profile: 'VPN' },
        { kind: 'ipsec-profile', profile: 'B-1' },
      ],
      [
        { kind: 'profiles-in-use', except: ['AWS1'] },
        { kind: 'ios-crypto-map', map: 'old' },
      ],
      [
        { kind: 'static-entries', map: 'outside_map', except: [40, 50] },
        { kind: 'crypto-map-entry', map: 'dmz_map', seq: 10 },
        { kind: 'crypto-map-entry', map: 'dmz_map', seq: 20 },
      ],
    ])
  })

  it('says who goes first, how many at once, when to stop, and when changes may begin', () => {
    const playbook = good(`${minimal}rollout:
  canary: [hub1, 'group:test']
  canaryNeeds: verified
  wave: 25%
  stopAfter: { failed: 25%, unreachable: 3, authentication: 5 }
  apart: [ha-pair, site]
window: { from: "22:00", to: "04:00", timezone: Asia/Tokyo }
proof: { require: true }
`)
    expect(playbook).toMatchObject({
      rollout: {
        concurrency: 50,
        canary: { kind: 'named', hosts: [], patterns: [{ text: 'hub1' }, { text: 'group:test' }] },
        canaryNeeds: 'verified',
        wave: { kind: 'percent', percent: 25 },
        stopAfter: {
          failed: { kind: 'percent', percent: 25 },
          unreachable: { kind: 'count', count: 3 },
          authentication: 5,
        },
        apart: ['ha-pair', 'site'],
      },
      window: { from: '22:00', to: '04:00', timezone: 'Asia/Tokyo' },
      proof: { require: true },
    })
    expect(good(minimal)).not.toHaveProperty('window')
    expect(good(minimal)).not.toHaveProperty('drift')
    expect(good(minimal).proof).not.toHaveProperty('require')
  })

  it('names entries in a security context, and VTI profiles of an ASA', () => {
    const playbook = good(`version: 1
name: x
asas:
  - { hosts: asa-dc, context: customer-a, cryptoMaps: [{ map: m, entries: [10] }, { map: n, entries: static }] }
  - { hosts: asa-hq, vtiProfiles: [BRANCH_VTI], cryptoMaps: [{ map: m, entries: [20] }] }
`)
    expect(playbook.items.map((item) => item.targets)).toEqual([
      [
        { kind: 'crypto-map-entry', map: 'm', seq: 10, context: 'customer-a' },
        { kind: 'static-entries', map: 'n', except: [], context: 'customer-a' },
      ],
      [
        { kind: 'crypto-map-entry', map: 'm', seq: 20 },
        { kind: 'ipsec-profile', profile: 'BRANCH_VTI' },
      ],
    ])
    expect(playbook.items[1]?.platform).toBe('asa')
  })

  it('says what happens beside refused targets, to peers and to old SAs', () => {
    expect(
      good(`${minimal}onBlocked: target\nreadPeers: false\nproof: { renegotiate: initiated }\n`),
    ).toMatchObject({ onBlocked: 'target', readPeers: false, proof: { renegotiate: 'initiated' } })
    const usual = good(`${minimal}onBlocked: device\nreadPeers: true\nproof: { renegotiate: never }\n`)
    for (const key of ['onBlocked', 'readPeers', 'accept', 'known']) expect(usual).not.toHaveProperty(key)
    expect(usual.proof).toEqual(good(minimal).proof)
  })

  it('keeps the place of every host pattern', () => {
    expect(good(minimal).items[0]?.hosts[0]?.at).toEqual({
      file: 'playbooks/x.yml',
      line: 4,
      col: 14,
      excerpt: '  - { hosts: hub1, profiles: [VPN] }',
      length: 4,
    })
  })

  it('saves where nobody else has unsaved work, unless it says otherwise', () => {
    expect(good(`${minimal}save: never\n`).save).toBe('never')
    expect(good(`${minimal}save: always\n`).save).toBe('always')
    expect(good(minimal).save).toBe('if-clean')
  })
})

describe('a playbook with mistakes', () => {
  it('gets all five of them told, each with its place', () => {
    expect(
      lines(`version: 1
name: hubs
routers:
  - hosts: [hub1, hub 2]
    profile: [VPN]
asas:
  - hosts: asa-hq
    cryptoMaps:
      - { map: outside_map, entries: statik }
revertTimer: 1m
proof: { within: 30 }
`),
    ).toEqual([
      '4:19 INVALID_VALUE "hub 2" is no host pattern',
      '5:5 UNKNOWN_KEY unknown key "profile" in routers[0]',
      '9:38 INVALID_VALUE asas[0].cryptoMaps[0].entries must be static, or a list of entry numbers such as [10, 20], not "statik"',
      '10:14 INVALID_VALUE revertTimer must be from 2m to 120m, or off or auto, not 1m',
      '11:18 WRONG_TYPE proof.within must be a duration such as 30s, 5m or 2h, not 30',
    ])
  })

  it.each([
    ['another version', minimal.replace('version: 1', 'version: 2'), '1:10 INVALID_VALUE version must be 1'],
    ['no item', 'version: 1\nname: x\n', '1:1 MISSING_KEY a key is missing: "routers" or "asas"'],
    [
      'an empty list of items',
      'version: 1\nname: x\nasas: []\n',
      '3:7 INVALID_VALUE asas must be a list of items',
    ],
    [
      'an item without targets',
      'version: 1\nname: x\nrouters: [{ hosts: a }]\n',
      '3:11 MISSING_KEY a key is missing in routers[0]: "profiles" or "cryptoMaps"',
    ],
    [
      'an item without targets, on ASA',
      'version: 1\nname: x\nasas: [{ hosts: a }]\n',
      '3:8 MISSING_KEY a key is missing in asas[0]: "cryptoMaps" or "vtiProfiles"',
    ],
    ['no host', minimal.replace('hub1', '[]'), '4:14 INVALID_VALUE routers[0].hosts must be a host name'],
    ['an empty name', minimal.replace('name: x', 'name: ""'), '2:7 INVALID_VALUE name must be text'],
    [
      'a name of two lines',
      minimal.replace('name: x', 'name: "x\\ny"'),
      '2:7 INVALID_VALUE name must be one line',
    ],
    [
      'a name with a direction mark',
      minimal.replace('name: x', 'name: "x\u202ey"'),
      '2:7 INVALID_VALUE name must be one line of visible characters, not "x\\u{202e}y"',
    ],
    [
      'a profile twice',
      minimal.replace('[VPN]', '[VPN, VPN]'),
      '4:36 DUPLICATE the profile "VPN" is listed twice',
    ],
    [
      'a host pattern twice',
      minimal.replace('hub1', '[hub1, hub1]'),
      '4:21 DUPLICATE the host pattern "hub1"',
    ],
    [
      'in-use: false',
      minimal.replace('[VPN]', '{ in-use: false }'),
      '4:40 INVALID_VALUE routers[0].profiles.in-use must be true',
    ],
    [
      'a wait of weeks',
      `${minimal}proof: { within: 30d }\n`,
      '5:18 INVALID_VALUE proof.within must be at most 7d',
    ],
    [
      'a revert timer of a minute',
      `${minimal}revertTimer: 1m\n`,
      '5:14 INVALID_VALUE revertTimer must be from 2m to 120m, or off or auto, not 1m',
    ],
    [
      'a revert timer of hours',
      `${minimal}revertTimer: 121m\n`,
      '5:14 INVALID_VALUE revertTimer must be from 2m to 120m',
    ],
    [
      'a revert timer in hours',
      `${minimal}revertTimer: 2h\n`,
      '5:14 INVALID_VALUE revertTimer must be off, auto, or minutes from 2m to 120m',
    ],
    [
      'no device at once',
      `${minimal}rollout: { concurrency: 0 }\n`,
      '5:25 INVALID_VALUE rollout.concurrency must be a whole number from 1',
    ],
    [
      'a wave of nobody',
      `${minimal}rollout: { wave: 0% }\n`,
      '5:18 INVALID_VALUE rollout.wave must be a number such as 3, or a share such as 25%',
    ],
    [
      'a budget of nothing',
      `${minimal}rollout: { stopAfter: { failed: 0 } }\n`,
      '5:33 INVALID_VALUE rollout.stopAfter.failed must be a number such as 3',
    ],
    [
      'a share of refusals in a row',
      `${minimal}rollout: { stopAfter: { authentication: 10% } }\n`,
      '5:41 WRONG_TYPE rollout.stopAfter.authentication must be a whole number from 1 to 1000',
    ],
    [
      'a canary that is no host pattern',
      `${minimal}rollout: { canary: 25% }\n`,
      '5:20 INVALID_VALUE "25%" is no host pattern',
    ],
    ['a label twice', `${minimal}rollout: { apart: [site, site] }\n`, '5:26 DUPLICATE the label "site"'],
    [
      'an hour that no day has',
      `${minimal}window: { from: "24:00", to: "04:00", timezone: UTC }\n`,
      '5:17 INVALID_VALUE window.from must be a time of day such as "22:00"',
    ],
    [
      'a window without a place',
      `${minimal}window: { from: "22:00", to: "04:00" }\n`,
      '5:1 MISSING_KEY the key "timezone" is missing in window',
    ],
    [
      'a window that never opens',
      `${minimal}window: { from: "22:00", to: "22:00", timezone: UTC }\n`,
      '5:30 INVALID_VALUE the window closes when it opens',
    ],
    [
      'a time zone that nobody knows',
      `${minimal}window: { from: "22:00", to: "04:00", timezone: Asia/Tokio }\n`,
      '5:49 INVALID_VALUE "Asia/Tokio" is no time zone',
    ],
    [
      'remediation of nothing',
      `${minimal}drift: { maxDevices: 0 }\n`,
      '5:22 INVALID_VALUE drift.maxDevices must be a number such as 3, or a share such as 25%',
    ],
    [
      'remediation of a share of nothing',
      `${minimal}drift: { maxDevices: 0% }\n`,
      '5:22 INVALID_VALUE drift.maxDevices must be',
    ],
    [
      'a breaker that never lets anything through',
      `${minimal}drift: { breaker: { times: 0 } }\n`,
      '5:28 INVALID_VALUE drift.breaker.times must be a whole number from 1 to 1000',
    ],
    [
      'a breaker that remembers longer than the records',
      `${minimal}drift: { breaker: { within: 91d } }\n`,
      '5:29 INVALID_VALUE drift.breaker.within must be at most 90d, not 91d',
    ],
    [
      'a freeze without a reason',
      `${minimal}drift: { freeze: [{ from: 2026-12-20, until: 2027-01-05 }] }\n`,
      '5:19 MISSING_KEY the key "reason" is missing in drift.freeze[0]',
    ],
    [
      'a freeze from a day that no year has',
      `${minimal}drift: { freeze: [{ from: 2027-02-29, until: 2027-03-05, reason: x }] }\n`,
      '5:27 INVALID_VALUE 2027-02-29 is no day of the calendar',
    ],
    [
      'a freeze that ends before it begins',
      `${minimal}drift: { freeze: [{ from: 2027-01-05, until: 2026-12-20, reason: x }] }\n`,
      '5:46 INVALID_VALUE the freeze ends on 2026-12-20, before it begins',
    ],
    [
      'a freeze of nowhere',
      `${minimal}drift: { freeze: [{ from: 2026-12-20, until: 2027-01-05, reason: x, timezone: Mars }] }\n`,
      '5:79 INVALID_VALUE "Mars" is no time zone',
    ],
    [
      'a freeze that is no day',
      `${minimal}drift: { freeze: [{ from: soon, until: 2027-01-05, reason: x }] }\n`,
      '5:27 INVALID_VALUE drift.freeze[0].from must be a date such as 2026-12-20',
    ],
    ['a secret', `${minimal}password: hunter2\n`, '5:1 UNKNOWN_KEY unknown key "password"'],
  ])('is refused for %s', (_, text, expected) => {
    const told = lines(text)
    expect(told).toHaveLength(1)
    expect(told[0]?.startsWith(expected), told[0]).toBe(true)
  })

  it.each([
    [
      'a map twice',
      '[{ map: m, entries: [1] }, { map: m, entries: [2] }]',
      'DUPLICATE the crypto map "m" is listed twice',
    ],
    ['an entry twice', '[{ map: m, entries: [1, 1] }]', 'DUPLICATE the entry 1 is listed twice'],
    [
      'a number out of range',
      '[{ map: m, entries: [65536] }]',
      'INVALID_VALUE asas[0].cryptoMaps[0].entries[0] must be an entry number',
    ],
    [
      'except beside numbers',
      '[{ map: m, entries: [1], except: [2] }]',
      'INVALID_VALUE except goes with entries: static only',
    ],
    ['no entries', '[{ map: m }]', 'MISSING_KEY the key "entries" is missing in asas[0].cryptoMaps[0]'],
    [
      'a name only',
      '[m]',
      'WRONG_TYPE asas[0].cryptoMaps[0] must be a map with the keys map and entries, not "m"',
    ],
  ])('is refused for a crypto map with %s', (_, maps, expected) => {
    const told = lines(`version: 1\nname: x\nasas: [{ hosts: a, cryptoMaps: ${maps} }]\n`)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(expected)
  })

  it.each([
    [
      'context: system, cryptoMaps: [{ map: m, entries: static }]',
      '3:29 INVALID_VALUE "system" is not the name',
    ],
    [
      'context: SYSTEM, cryptoMaps: [{ map: m, entries: static }]',
      '3:29 INVALID_VALUE "SYSTEM" is not the name',
    ],
    [
      'context: a/b, cryptoMaps: [{ map: m, entries: static }]',
      '3:29 INVALID_VALUE "a/b" cannot be the name of a context',
    ],
    [
      'context: c, vtiProfiles: [P]',
      '3:32 INVALID_VALUE vtiProfiles cannot stand beside context: ASA has route-based VPN in single',
    ],
    ['vtiProfiles: [P, P]', '3:37 DUPLICATE the profile "P" is listed twice'],
    ['vtiProfiles: []', '3:33 INVALID_VALUE asas[0].vtiProfiles must be a list of IPsec profile names'],
    ['vtiProfiles: P', '3:33 WRONG_TYPE asas[0].vtiProfiles must be a list of IPsec profile names, not "P"'],
  ])('is refused on ASA for %s', (item, expected) => {
    const told = lines(`version: 1\nname: x\nasas: [{ hosts: a, ${item} }]\n`)
    expect(told).toHaveLength(1)
    expect(told[0]?.startsWith(expected), told[0]).toBe(true)
  })

  it.each([
    ['onBlocked: targets', '5:12 INVALID_VALUE onBlocked must be device or target, not "targets"'],
    ['readPeers: no', '5:12 WRONG_TYPE readPeers must be true or false, not "no"'],
    [
      'proof: { renegotiate: always }',
      '5:23 INVALID_VALUE proof.renegotiate must be never or initiated, not "always"',
    ],
  ])('is refused for %s', (key, expected) => {
    expect(lines(`${minimal}${key}\n`)).toEqual([expected])
  })

  it.each(['V PN', 'V;reload', 'V?', 'V|x', 'V\\nreload', 'V\\x1a', 'V\\u200b', 'Vä', `${'V'.repeat(81)}`])(
    'is refused for a name that must not reach a device: %s',
    (name) => {
      for (const text of [
        `version: 1\nname: x\nrouters: [{ hosts: a, profiles: ["${name}"] }]\n`,
        `version: 1\nname: x\nrouters: [{ hosts: a, profiles: { in-use: true, except: ["${name}"] } }]\n`,
        `version: 1\nname: x\nasas: [{ hosts: a, cryptoMaps: [{ map: "${name}", entries: static }] }]\n`,
        `version: 1\nname: x\nasas: [{ hosts: a, vtiProfiles: ["${name}"] }]\n`,
        `version: 1\nname: x\nasas: [{ hosts: a, context: "${name}", cryptoMaps: [{ map: m, entries: static }] }]\n`,
      ]) {
        expect(problems(text)).toMatchObject([{ code: 'INVALID_VALUE', at: { line: 3 } }])
      }
    },
  )

  it('does not make the loader throw', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            ...minimal.split(/\b/),
            'asas',
            'accept',
            'known',
            '\n',
            '- ',
            '[',
            '}',
            '&a',
            '*a',
          ),
        ),
        (parts) => {
          expect(() => parsePlaybook('x.yml', parts.join(''), { today })).not.toThrow()
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('revertTimer', () => {
  it.each([
    ['', undefined],
    ['revertTimer: off\n', undefined],
    ['revertTimer: auto\n', 'auto'],
    ['revertTimer: 2m\n', { minutes: 2 }],
    ['revertTimer: 120m\n', { minutes: 120 }],
  ])('is read: %j', (line, wish) => {
    const playbook = parsePlaybook('p.yml', `${minimal}${line}`, { today: '2026-11-24' })
    expect(playbook.kind === 'ok' ? playbook.value.revertTimer : playbook.error).toEqual(wish)
  })
})

describe('a playbook file', () => {
  it('that is not there or is a folder is told as such', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ikero-'))
    const codes = [folder, join(folder, 'no.yml')].map((path) => {
      const loaded = loadPlaybook(path, undefined, { today })
      return loaded.kind === 'err' ? loaded.error.map((problem) => problem.code) : []
    })
    rmSync(folder, { recursive: true })
    expect(codes).toEqual([['FILE_UNREADABLE'], ['FILE_UNREADABLE']])
  })

  it('with mistakes still says which inventory it names', () => {
    const text = Buffer.from('version: 9\ninventory: inv.yml\nwhat: 1\n')
    const files = { stat: () => ({ kind: 'file' as const, size: text.length }), read: () => text }
    expect(outlineOf('play/x.yml', files).inventory).toBe('play/inv.yml')
  })

  it('with mistakes still says which hosts its exceptions are for', () => {
    const text = Buffer.from('accept: [{ hosts: [a, "b c", group:g] }, 7]\nknown: [{ hosts: "d*" }]\n')
    const files = { stat: () => ({ kind: 'file' as const, size: text.length }), read: () => text }
    const { accept = [], known = [] } = outlineOf('x.yml', files)
    expect([...accept, ...known].map(({ patterns }) => patterns?.map((pattern) => pattern.text))).toEqual([
      ['a', 'group:g'],
      [],
      ['d*'],
    ])
  })
})

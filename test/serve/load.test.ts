import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LoadedSchedules, parseSchedules } from '../../src/serve/load.ts'

const minimal = 'version: 1\nschedules:\n  - { name: a, cron: "15 2 * * *", playbook: p.yml }\n'
const path = 'etc/s.yml'
const options = { home: '/home/u' }

function good(text: string): LoadedSchedules {
  const loaded = parseSchedules(path, text, options)
  if (loaded.kind === 'err') throw new Error(loaded.error.map((problem) => problem.message).join('\n'))
  return loaded.value
}

function lines(text: string, home: { readonly home?: string } = options): readonly string[] {
  const loaded = parseSchedules(path, text, home)
  const problems = loaded.kind === 'err' ? loaded.error : loaded.value.warnings
  return problems.map(
    ({ at, code, message, hint }) =>
      `${at?.line}:${at?.col} ${code} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  )
}

/** One schedule with these keys besides what every one has. */
const one = (keys: string, cron = '"15 2 * * *"'): string =>
  `version: 1\nschedules:\n  - { name: a, playbook: p.yml, cron: ${cron}${keys === '' ? '' : `, ${keys}`} }\n`

describe('a schedules file', () => {
  it('fills in defaults', () => {
    const { schedules, warnings } = good(minimal)
    expect(warnings).toEqual([])
    expect(schedules).toEqual({
      path,
      schedules: [
        {
          name: 'a',
          cron: '15 2 * * *',
          timezone: 'UTC',
          playbook: 'etc/p.yml',
          mode: 'check',
          jitterMs: 0,
          notify: [],
          at: expect.objectContaining({ file: path, line: 3, col: 5 }),
        },
      ],
      channels: [],
      freeze: [],
      listen: { host: '127.0.0.1', port: 9464 },
      retention: { keepMs: 90 * 86_400_000, atLeast: 50 },
    })
  })

  it('means what it says, and takes zones from the schedule, then from the file', () => {
    const { schedules, warnings } = good(`version: 1
timezone: Asia/Tokyo
listen: "[::]:80"
token: { command: [./token, x] }
retention: { keep: 3650d, atLeast: 1 }
notify:
  noc: { webhook: { env: NOC }, signWith: { file: noc.key }, remind: 24h }
  late: { webhook: { file: ~/late } }
freeze:
  - { from: 2020-12-20, until: 2020-12-20, reason: long over }
  - { from: 2026-12-20, until: 2027-01-05, reason: year end, timezone: Europe/Berlin }
schedules:
  - name: hubs
    cron: " 15 2 * * * "
    playbook: /srv/hubs.yml
    inventory: ~/inv.yml
    baseline: expected.yml
    limit: group:hubs,!hub9, hub*
    mode: remediate
    window: { from: "22:00", to: "04:00" }
    jitter: 10m
    timezone: Europe/Berlin
    requireProof: true
    notify: [noc, late]
  - { name: two, cron: "*/5 * * * *", playbook: ./b.yml, jitter: 0s, mode: remediate,
      window: { from: "01:00", to: "02:00", timezone: UTC } }
`)
    expect(warnings).toEqual([])
    expect(schedules).toMatchObject({
      listen: { host: '::', port: 80, token: { kind: 'command', argv: ['etc/token', 'x'] } },
      retention: { keepMs: 3650 * 86_400_000, atLeast: 1 },
      channels: [
        {
          name: 'noc',
          url: { kind: 'env', name: 'NOC' },
          signWith: { kind: 'file', path: 'etc/noc.key' },
          remindMs: 86_400_000,
        },
        { name: 'late', url: { kind: 'file', path: '/home/u/late' } },
      ],
      freeze: [
        { from: '2020-12-20', until: '2020-12-20', timezone: 'Asia/Tokyo', reason: 'long over' },
        { from: '2026-12-20', until: '2027-01-05', timezone: 'Europe/Berlin', reason: 'year end' },
      ],
      schedules: [
        {
          name: 'hubs',
          cron: '15 2 * * *',
          playbook: '/srv/hubs.yml',
          inventory: '/home/u/inv.yml',
          baseline: 'etc/expected.yml',
          limit: 'group:hubs,!hub9, hub*',
          mode: 'remediate',
          window: { from: '22:00', to: '04:00', timezone: 'Europe/Berlin' },
          jitterMs: 600_000,
          timezone: 'Europe/Berlin',
          requireProof: true,
          notify: ['noc', 'late'],
        },
        { name: 'two', timezone: 'Asia/Tokyo', jitterMs: 0, window: { timezone: 'UTC' } },
      ],
    })
  })

  it('is served nowhere with listen: off', () => {
    expect(good(`${minimal}listen: off\n`).schedules).not.toHaveProperty('listen')
  })

  it('tells every mistake at once, with its place', () => {
    expect(
      lines(`version: 1
timezone: Asia/Tokio
listen: 0.0.0.0:9464
retention: { keep: 12h, atLeast: 0 }
notify:
  noc: { webhook: { env: NOC }, remind: 10s }
  spare: { webhook: { prompt: true }, signWith: { prompt: key } }
freeze:
  - { from: 2026-02-30, until: 2026-12-20, reason: x }
  - { from: 2026-12-20, until: 2026-12-19, reason: x }
schedule: []
schedules:
  - { name: a, cron: "60 * * * *", playbook: p.yml, notify: [nok], mode: remediat }
  - { name: a, cron: "0 0 31 2 *", playbook: p.yml, timezone: UTD, window: { from: "02:00", to: "02:00" } }
  - { name: b c, cron: "*/5 * * * *", playbook: p.yml, jitter: 5m, limit: "a,,b" }
`),
    ).toEqual([
      '2:11 INVALID_VALUE "Asia/Tokio" is no time zone that this machine knows (did you mean "Asia/Tokyo"?)',
      '3:9 MISSING_KEY the key "token" is missing: others than this machine can reach 0.0.0.0:9464 (add token: { env: IKERO_STATUS_TOKEN }, or listen on 127.0.0.1)',
      '4:20 INVALID_VALUE retention.keep must be from 1d to 3650d, not 12h',
      '4:34 INVALID_VALUE retention.atLeast must be a whole number from 1 to 100000, not 0',
      '6:3 INVALID_VALUE nothing is told on the channel "noc": no schedule names it (add notify: [noc] to a schedule, or take the channel out)',
      '6:41 INVALID_VALUE remind must be from 1m to 365d, not 10s',
      '7:3 INVALID_VALUE nothing is told on the channel "spare": no schedule names it (add notify: [spare] to a schedule, or take the channel out)',
      '7:23 INVALID_VALUE the webhook of "spare" cannot be asked for: nobody sits in front of serve (take it from { env: NAME }, { file: PATH } or { command: [PROGRAM, …] })',
      '7:51 INVALID_VALUE the key of "spare" cannot be asked for: nobody sits in front of serve (take it from { env: NAME }, { file: PATH } or { command: [PROGRAM, …] })',
      '9:13 INVALID_VALUE 2026-02-30 is no day of the calendar',
      '10:32 INVALID_VALUE the freeze ends on 2026-12-19, before it begins on 2026-12-20 (until is the last day, and may be the same as from)',
      '11:1 UNKNOWN_KEY unknown key "schedule" (did you mean "schedules"?)',
      '13:22 INVALID_VALUE "60 * * * *" is no cron line: invalid value for minute: 60 (write minute, hour, day of month, month and day of week, such as "15 2 * * *")',
      '13:62 UNKNOWN_REFERENCE there is no channel "nok" (did you mean "noc"?)',
      '13:74 INVALID_VALUE schedules[0].mode must be check or remediate, not "remediat" (did you mean "remediate"?)',
      '14:13 DUPLICATE the schedule "a" stands in line 13 already (give each a name of its own)',
      '14:22 INVALID_VALUE "0 0 31 2 *" is never due: no calendar has such a day',
      '14:63 INVALID_VALUE "UTD" is no time zone that this machine knows (did you mean "UTC"?)',
      '14:68 INVALID_VALUE window goes with mode: remediate only: a check changes nothing, and is due at any time (add mode: remediate, or take window out)',
      '14:97 INVALID_VALUE the window closes when it opens (leave window out for any time)',
      '15:13 INVALID_VALUE "b c" cannot be the name of a schedule (a name has letters, digits and _ . -, at most 63 in all, and no blank)',
      '15:64 INVALID_VALUE jitter 5m is not shorter than the 5m from one time of "*/5 * * * *" to the next (a run has to begin before the next is due)',
      '15:75 INVALID_VALUE limit "a,,b" has an empty pattern (write patterns separated by single commas)',
    ])
  })

  it.each([
    [
      '"0 15 2 * * *"',
      'cron must be five fields, not 6: "0 15 2 * * *" (there are no seconds: did you mean "15 2 * * *"?)',
    ],
    ['"0 0 1 1 * 2027"', 'cron must be five fields, not 6: "0 0 1 1 * 2027"'],
    ['"* * *"', 'cron must be five fields, not 3: "* * *"'],
    ['"2027-01-01T00:00:00"', 'cron must be five fields, not 1'],
    ['"@daily"', 'cron must be five fields, not the name "@daily" (write "0 0 * * *")'],
    ['"@dayly"', 'not the name "@dayly" (did you mean "@daily"?)'],
    ['"@reboot"', 'not the name "@reboot" (write minute, hour'],
    ['"* 24 * * *"', 'no cron line: invalid value for hour: 24'],
    ['"H * * * *"', 'no cron line: configuration entry 1 (H) contains illegal characters ('],
    ['"5/5 * * * *"', 'no cron line: syntax error, stepping'],
    ['"0 0 30,31 2 *"', 'is never due'],
    ['0', 'must be five fields in quotes, such as "15 2 * * *", not 0'],
  ])('refuses the cron line %s, and says what to write', (cron, said) => {
    const told = lines(one('', cron))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(said)
  })

  it.each([
    '"0 0 29 2 *"',
    '"0 6 * * MON-FRI"',
    '"0 0 L * *"',
    '"0 0 * * 7"',
    '"59 23 31 12 5"',
    '"*/7  */5 1-7 1,6 *"',
  ])('takes the cron line %s', (cron) => {
    expect(lines(one('', cron))).toEqual([])
  })

  it.each([
    ['"*/2 * * * *"', '2m', '119s'],
    ['"0,10 8-20 * * *"', '10m', '9m'],
    ['"0 0,23 * * *"', '1h', '59m'],
    ['"30 2 * * *"', '24h', '23h'],
    ['"0 0 28,1 * *"', '1d', '23h'],
    ['"0 0 1 1 *"', '365d', '364d'],
  ])('lets jitter of %s be shorter than %s only', (cron, long, short) => {
    expect(lines(one(`jitter: ${long}`, cron))).toEqual([
      expect.stringContaining(`jitter ${long} is not shorter`),
    ])
    expect(lines(one(`jitter: ${short}`, cron))).toEqual([])
  })

  it.each([
    ['localhost:9464', 'did you mean 127.0.0.1:9464?'],
    [':9000', 'did you mean 127.0.0.1:9000?'],
    ['"*:9000"', 'did you mean 0.0.0.0:9000?'],
    ['127.0.0.1', 'did you mean 127.0.0.1:9464?'],
    ['"::1"', 'did you mean "[::1]:9464"?'],
    ['"::1:9464"', 'did you mean "[::1:9464]:9464"?'],
    ['127.0.0.1:65536', 'write ADDRESS:PORT'],
    ['300.0.0.1:80', 'write ADDRESS:PORT'],
    ['"[127.0.0.1]:80"', 'write ADDRESS:PORT'],
    ['example.net:80', 'write ADDRESS:PORT'],
    ['no', 'write ADDRESS:PORT'],
  ])('refuses to listen on %s', (listen, hint) => {
    const told = lines(`${minimal}listen: ${listen}\n`)
    expect(told).toEqual([expect.stringMatching(/^4:9 INVALID_VALUE .* is no address to listen on/)])
    expect(told[0]).toContain(hint)
  })

  it.each(['0.0.0.0:80', '192.0.2.1:80', '"[::]:80"', '"[2001:db8::1]:80"'])(
    'needs a token where %s can be reached by others',
    (listen) => {
      expect(lines(`${minimal}listen: ${listen}\n`)).toEqual([expect.stringContaining('"token" is missing')])
      expect(lines(`${minimal}listen: ${listen}\ntoken: { env: T }\n`)).toEqual([])
    },
  )

  it.each(['127.0.0.1:0', '127.9.9.9:80', '"[::1]:80"', 'off'])('needs none for %s', (listen) => {
    expect(lines(`${minimal}listen: ${listen}\n`)).toEqual([])
  })

  it('warns of secrets in the file itself, and never prints them', () => {
    const text = `${one('notify: [c]')}token: s3cr3t\nnotify: { c: { webhook: https://example.net/T0K3N, signWith: prompt } }\n`
    const loaded = good(text)
    expect(loaded.warnings.map(({ code, severity, message }) => [code, severity, message])).toEqual([
      ['LITERAL_SECRET', 'warning', 'the token stands in the file itself'],
      ['LITERAL_SECRET', 'warning', 'the webhook of "c" stands in the file itself'],
      ['LITERAL_SECRET', 'warning', 'the key of "c" stands in the file itself'],
    ])
    expect(JSON.stringify(loaded.warnings)).not.toMatch(/s3cr3t|T0K3N|prompt: true/)
    const wrong = parseSchedules(path, `${text}listen: nowhere\nx: [\n`, options)
    expect(JSON.stringify(wrong)).not.toMatch(/s3cr3t|T0K3N/)
  })

  it('warns of a channel that nothing is told on, and goes on', () => {
    expect(good(`${minimal}notify: { noc: { webhook: { env: N } } }\n`).warnings).toMatchObject([
      { severity: 'warning', message: 'nothing is told on the channel "noc": no schedule names it' },
    ])
  })

  it('says that ~/ has no meaning where there is no home folder', () => {
    const text = `${one('inventory: ~/i.yml, notify: [c]')}notify: { c: { webhook: { file: ~/w } } }\n`
    expect(lines(text)).toEqual([])
    expect(lines(text, {})).toEqual([
      '3:64 INVALID_VALUE ~/ has no meaning here: there is no home folder (write the whole path)',
      '4:33 INVALID_VALUE ~/ has no meaning here: there is no home folder (write the whole path)',
    ])
  })

  it.each(['constructor', '__proto__', 'toString'])('takes no offence at a schedule called %s', (name) => {
    const text = one(`notify: [${name}]`).replace('name: a', `name: ${name}`)
    expect(lines(text)).toEqual([expect.stringContaining(`there is no channel "${name}"`)])
  })

  it('does not make the loader throw, whatever it holds', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'a',
        '"* * * * *"',
        '[]',
        '{}',
        '1',
        'null',
        '~',
        '2026-01-01',
        '"\\u202e"',
        '[a, [b]]',
        '{ env: 1 }',
      ),
      fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
    )
    const keys = [
      'version',
      'timezone',
      'listen',
      'token',
      'retention',
      'notify',
      'freeze',
      'schedules',
      'name',
      'cron',
      'jitter',
      'window',
      'limit',
      'mode',
      'playbook',
    ]
    const pair = fc.tuple(fc.constantFrom(...keys), word).map(([key, value]) => `${key}: ${value}`)
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), fc.array(pair, { maxLength: 6 }), (top, item) => {
        const text = `${top.join('\n')}\nschedules:\n  - { ${item.join(', ')} }\n`
        const loaded = parseSchedules(path, text, options)
        if (loaded.kind === 'err') expect(loaded.error.length).toBeGreaterThan(0)
      }),
    )
  })
})

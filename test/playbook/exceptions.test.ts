import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasPassed, isCalendarDate } from '../../src/kernel/calendar-date.ts'
import { explain } from '../../src/model/explain.ts'
import type { Playbook } from '../../src/model/playbook.ts'
import { acceptability, acceptableCodes } from '../../src/playbook/acceptable.ts'
import { parsePlaybook } from '../../src/playbook/load.ts'

const today = '2026-11-24'
const head = 'version: 1\nname: x\nrouters: [{ hosts: hub1, profiles: [VPN] }]\n'
const whole: Readonly<Record<string, string>> = {
  code: 'PEER_TYPE_UNKNOWN',
  hosts: 'hub1',
  targets: '[VPN]',
  reason: 'r',
  by: 'noc',
  until: today,
}

function entry(key: 'accept' | 'known', fields: Readonly<Record<string, string>>): string {
  const written = Object.entries(fields).map(([name, value]) => `    ${name}: ${value}\n`)
  return `${head}${key}:\n  -\n${written.join('')}`
}

const accept = (fields: Readonly<Record<string, string>> = {}): string =>
  entry('accept', { ...whole, ...fields })

const { code: _code, targets: _targets, by: _by, ...shared } = whole
const known = (fields: Readonly<Record<string, string>> = {}): string =>
  entry('known', { status: 'unreachable', ...shared, ...fields })

function good(text: string): Playbook {
  const loaded = parsePlaybook('x.yml', text, { today })
  if (loaded.kind === 'err') throw new Error(loaded.error.map((problem) => problem.message).join('\n'))
  return loaded.value
}

function told(text: string, day: string = today): readonly string[] {
  const loaded = parsePlaybook('x.yml', text, { today: day })
  const problems = loaded.kind === 'err' ? loaded.error : []
  return problems.map(({ at, code, message }) => `${at?.line}:${at?.col} ${code} ${message}`)
}

function hints(text: string): readonly (string | undefined)[] {
  const loaded = parsePlaybook('x.yml', text, { today })
  return loaded.kind === 'err' ? loaded.error.map((problem) => problem.hint) : []
}

describe('an entry of accept', () => {
  it('says what is taken on, where, why, by whom and until when', () => {
    const [one] =
      good(accept({ targets: '[outside_map/120, 203.0.113.9, "2001:db8::9", c:m/10]' })).accept ?? []
    expect(one).toMatchObject({
      code: 'PEER_TYPE_UNKNOWN',
      hosts: [],
      patterns: [{ text: 'hub1', at: { line: 7, col: 12 } }],
      targets: ['outside_map/120', '203.0.113.9', '2001:db8::9', 'c:m/10'],
      reason: 'r',
      by: 'noc',
      until: today,
      at: { file: 'x.yml', line: 6, col: 5 },
    })
  })

  it.each(['"*"', '["*"]'])('is for all targets only where that is written out: %s', (targets) => {
    expect(good(accept({ targets })).accept?.[0]?.targets).toEqual(['*'])
  })

  it.each(['code', 'hosts', 'targets', 'reason', 'by', 'until'])('needs %s', (key) => {
    const { [key]: _without, ...rest } = whole
    expect(told(entry('accept', rest))).toEqual([`6:5 MISSING_KEY the key "${key}" is missing in accept[0]`])
  })

  it.each([
    [
      'code: a misspelt one',
      { code: 'PEER_TYPE_UNKNWN' },
      '6:11 INVALID_VALUE "PEER_TYPE_UNKNWN" is no code',
    ],
    [
      'code: one of an error',
      { code: 'LINE_REFUSED' },
      '6:11 INVALID_VALUE "LINE_REFUSED" is no code that can',
    ],
    ['code: a word of the language', { code: 'constructor' }, '6:11 INVALID_VALUE "constructor" is no code'],
    [
      'code: one that always refuses',
      { code: 'RELEASE_TOO_OLD' },
      '6:11 INVALID_VALUE RELEASE_TOO_OLD cannot be accepted: it always refuses',
    ],
    [
      'code: one that refuses nothing',
      { code: 'PROFILE_SHARED' },
      '6:11 INVALID_VALUE PROFILE_SHARED needs no acceptance: it refuses nothing',
    ],
    ['hosts: no pattern', { hosts: '"a b"' }, '7:12 INVALID_VALUE "a b" is no host pattern'],
    ['hosts: one twice', { hosts: '[a, a]' }, '7:16 DUPLICATE the host pattern "a" is listed twice'],
    [
      'targets: none',
      { targets: '[]' },
      '8:14 INVALID_VALUE accept[0].targets must be "*" for all, or a list',
    ],
    [
      'targets: a word',
      { targets: 'VPN' },
      '8:14 INVALID_VALUE accept[0].targets must be "*" for all, or a list',
    ],
    [
      'targets: a glob',
      { targets: '["m/*"]' },
      '8:15 INVALID_VALUE "m/*" is neither a target nor the address',
    ],
    ['targets: all and one', { targets: '[VPN, "*"]' }, '8:20 INVALID_VALUE "*" stands for all targets'],
    ['targets: one twice', { targets: '[VPN, VPN]' }, '8:20 DUPLICATE the target "VPN" is listed twice'],
    ['reason: two lines', { reason: '"a\\nb"' }, '9:13 INVALID_VALUE reason must be one line of visible'],
    [
      'reason: an empty one',
      { reason: '""' },
      '9:13 INVALID_VALUE accept[0].reason must be text that says why',
    ],
    ['by: a direction mark', { by: '"n\\u202eoc"' }, '10:9 INVALID_VALUE by must be one line of visible'],
    [
      'until: a day before today',
      { until: '2026-11-23' },
      '11:12 INVALID_VALUE the entry expired on 2026-11-23',
    ],
    ['until: no day', { until: '2027-02-29' }, '11:12 INVALID_VALUE 2027-02-29 is no day of the calendar'],
    [
      'until: another form',
      { until: '31.3.2027' },
      '11:12 INVALID_VALUE accept[0].until must be a date such as',
    ],
    ['until: a number', { until: '20270331' }, '11:12 WRONG_TYPE accept[0].until must be a date such as'],
  ])('is refused for %s', (_, fields, expected) => {
    const problems = told(accept(fields))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.startsWith(expected), problems[0]).toBe(true)
  })

  it('has its slips understood', () => {
    expect(hints(accept({ code: 'PEER_TYPE_UNKNWN' }))).toEqual(['did you mean "PEER_TYPE_UNKNOWN"?'])
    expect(hints(accept({ code: 'sole-initiator' }))).toEqual(['did you mean "SOLE_INITIATOR"?'])
    expect(hints(`${accept()}    untill: x\n`)).toEqual(['did you mean "until"?'])
  })

  it('gets every mistake of every entry told at once', () => {
    const text = `${accept({ until: '2020-01-01', code: 'X' })}known: [{ hosts: a, status: compliant }]\n`
    expect(told(text).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '6:11 INVALID_VALUE',
      '11:12 INVALID_VALUE',
      '12:9 MISSING_KEY',
      '12:9 MISSING_KEY',
      '12:29 INVALID_VALUE',
    ])
  })
})

describe('an entry of known', () => {
  it('says which status is expected of which hosts', () => {
    expect(good(known({ hosts: '[hub1, "site-*"]' })).known).toMatchObject([
      {
        status: 'unreachable',
        hosts: [],
        patterns: [{ text: 'hub1' }, { text: 'site-*' }],
        reason: 'r',
        until: today,
      },
    ])
  })

  it.each([
    ['status: unknown', { status: 'unknown' }, '6:13 INVALID_VALUE known[0].status must be unreachable'],
    ['status: verified', { status: 'verified' }, '6:13 INVALID_VALUE known[0].status must be'],
    ['a day before today', { until: '2026-11-23' }, '9:12 INVALID_VALUE the entry expired on 2026-11-23'],
    ['a pattern that is none', { hosts: 'a/b' }, '7:12 INVALID_VALUE "a/b" is no host pattern'],
    ['a key of accept', { by: 'noc' }, '10:5 UNKNOWN_KEY unknown key "by" in known[0]'],
  ])('is refused for %s', (_, fields, expected) => {
    const problems = told(known(fields))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.startsWith(expected), problems[0]).toBe(true)
  })

  it.each(['hosts', 'status', 'reason', 'until'])('needs %s', (key) => {
    const fields: Readonly<Record<string, string>> = { status: 'unreachable', ...shared }
    const { [key]: _without, ...rest } = fields
    expect(told(entry('known', rest))).toEqual([`6:5 MISSING_KEY the key "${key}" is missing in known[0]`])
  })
})

describe('the last day of an entry', () => {
  it('still holds, and the day after does not', () => {
    expect(told(accept({ until: '2026-11-24' }), '2026-11-24')).toEqual([])
    expect(told(accept({ until: '2026-11-24' }), '2026-11-25')).toHaveLength(1)
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(day, day, (a, b) => {
        const [until, now] = [a, b].map((date) => date.toISOString().slice(0, 10))
        if (until === undefined || now === undefined) return expect.unreachable()
        expect(hasPassed(until, now)).toBe(Date.parse(until) < Date.parse(now))
      }),
    )
  })

  it('is a day of the calendar if and only if dates of this language say so', () => {
    const two = fc.integer({ min: 0, max: 40 }).map((value) => String(value).padStart(2, '0'))
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2400 }), two, two, (year, month, day) => {
        const until = `${year}-${month}-${day}`
        const date = new Date(`${until}T00:00:00Z`)
        expect(isCalendarDate(until)).toBe(
          !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(until),
        )
      }),
      { numRuns: 2000 },
    )
  })
})

describe('what can be accepted', () => {
  it.each(acceptableCodes())('%s is explained as something that accept takes on', (code) => {
    expect(good(accept({ code })).accept?.[0]?.code).toBe(code)
    expect(explain(code)?.severity).toMatch(/block/)
    expect(explain(code)?.severity).not.toMatch(/cannot be accepted/)
  })

  it('is nothing that its explanation calls never acceptable, and the other way round', () => {
    for (const [code, may] of Object.entries(acceptability)) {
      const never = /cannot be accepted/.test(explain(code)?.severity ?? '')
      if (never) expect(may, code).toBe('no')
    }
  })
})

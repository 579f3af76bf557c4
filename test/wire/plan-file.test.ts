import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isRecord } from '../../src/kernel/is-record.ts'
import { canonicalJson } from '../../src/model/plan-file.ts'
import { jsonText } from '../../src/report/json.ts'
import schema from '../../src/wire/plan-file.schema.json' with { type: 'json' }
import {
  contentHashOf,
  largestPlanFile,
  type PlanFileReading,
  parsePlanFile,
  planFileText,
  readPlanFile,
} from '../../src/wire/plan-file.ts'
import { saveToProblems, writePlanFile } from '../../src/wire/plan-file-write.ts'
import { content, device } from './plans.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string): PlanFileReading => parsePlanFile('p.json', bytesOf(text))
const { text } = planFileText(content())

function told(reading: PlanFileReading): string {
  if (reading.kind !== 'refused') throw new Error(`it is ${reading.kind}`)
  return reading.diagnostics
    .map((one) => `${one.at?.line}:${one.at?.col} ${one.code} ${one.message}`)
    .join('\n')
}

/** A file whose digest is right, whatever it holds: what somebody would make who knows how. */
function forged(change: (plan: Record<string, unknown>) => unknown): string {
  const plan: Record<string, unknown> = JSON.parse(text)
  change(plan)
  const { contentHash: _old, ...rest } = plan
  const digest = contentHashOf(JSON.parse(JSON.stringify(rest)))
  return jsonText({ ...rest, contentHash: digest })
}

describe('a plan file', () => {
  it('is read back as it was written, with the very bytes', () => {
    const reading = read(text)
    expect(reading).toMatchObject({ kind: 'plan', path: 'p.json', bytes: bytesOf(text) })
    if (reading.kind !== 'plan') return
    const { kind, formatVersion, contentHash, ...rest } = reading.plan
    expect(rest).toEqual(content())
    expect([kind, formatVersion]).toEqual(['ikero-plan', 1])
    expect(contentHash).toBe(planFileText(content()).contentHash)
  })

  it('cannot act on the terminal that shows it', () => {
    expect(text).not.toContain('\u200b')
    expect(text).toContain('\\u200b')
  })

  it('may be laid out otherwise, as formatters of JSON do it', () => {
    const compact = text.replace(/\n\s*/g, '')
    expect(read(compact).kind).toBe('plan')
    expect(read(text.replaceAll('\n', '\r\n')).kind).toBe('plan')
  })

  it('is refused when any single byte of its content is another one', () => {
    const whole = bytesOf(text)
    const plan = JSON.stringify(content())
    const byte = fc.tuple(
      fc.integer({ min: 0, max: whole.length - 1 }),
      fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...bytesOf(' \n\t"{}[]:,0e\\'))),
    )
    fc.assert(
      fc.property(byte, ([at, value]) => {
        fc.pre(whole[at] !== value)
        const edited = Uint8Array.from(whole)
        edited[at] = value
        const reading = parsePlanFile('p.json', edited)
        if (reading.kind !== 'plan') return
        // Only blanks between the parts: nothing that it says.
        const { kind: _k, formatVersion: _f, contentHash: _c, ...rest } = reading.plan
        expect(JSON.stringify(rest)).toBe(plan)
        expect([value, whole[at]].every((one) => ' \n\t\r'.includes(String.fromCharCode(one ?? 0)))).toBe(
          true,
        )
      }),
      { numRuns: 1000 },
    )
  })

  it('is refused when a byte is left out or put in anywhere, but for blanks', () => {
    const at = fc.integer({ min: 0, max: text.length })
    fc.assert(
      fc.property(at, fc.constantFrom('', 'x', '0', '"', ',', '\ufeff'), (place, more) => {
        const edited = `${text.slice(0, place)}${more}${text.slice(more === '' ? place + 1 : place)}`
        fc.pre(edited.replace(/\s/g, '') !== text.replace(/\s/g, ''))
        expect(read(edited).kind).not.toBe('plan')
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['a line', (all: string) => all.replace('"responder-only"', '"responder-only x"'), /another digest/],
    ['its end cut off', (all: string) => all.slice(0, -30), /cut off or edited/],
    ['half of it cut off', (all: string) => all.slice(0, all.length / 2), /cut off or edited/],
    [
      'a key twice, of which a reader sees the first',
      (all: string) => all.replace('"host": "hub1"', '"host": "hub9", "host": "hub1"'),
      /another digest/,
    ],
    ['a letter as an escape', (all: string) => all.replace('"hub1"', '"h\\u0075b1"'), /another digest/],
    ['another digest', (all: string) => all.replace(/sha256:..../, 'sha256:0000'), /another digest/],
    [
      'a later format',
      (all: string) => all.replace('"formatVersion": 1', '"formatVersion": 2'),
      /3:3 .*format version "2", and this ikero knows 1/,
    ],
  ])('with %s is refused and says so', (_, edit, message) => {
    const edited = edit(text)
    expect(edited).not.toBe(text)
    expect(told(read(edited))).toMatch(message)
  })

  it('tells a broken character', () => {
    const bytes = bytesOf(text)
    const at = text.indexOf('é')
    expect(at).toBeGreaterThan(0)
    bytes[bytes.indexOf(0xc3)] = 0xff
    expect(told(parsePlanFile('p.json', bytes))).toMatch(/another digest/)
  })

  it.each([
    [
      'text for a number',
      /pins\.port is not a whole number/,
      (one: object) => Object.assign(one, { port: '22' }),
    ],
    [
      'a key that no plan has',
      /has "more", which no plan has/,
      (one: object) => Object.assign(one, { more: 1 }),
    ],
    ['no address', /has no "address"/, (one: object) => Reflect.deleteProperty(one, 'address')],
    [
      'nothing for a text',
      /pins\.address is not text/,
      (one: object) => Object.assign(one, { address: null }),
    ],
  ])('with %s is refused with its place, whoever made its digest', (_, message, spoil) => {
    const made = forged((plan) => {
      const pins = at(plan, 'devices', 0, 'pins')
      if (isRecord(pins)) spoil(pins)
    })
    expect(told(read(made))).toMatch(message)
    expect(told(read(made))).not.toMatch(/digest/)
  })

  it.each([
    ['a name that would be two words', ['name', 'VPN x'], /"VPN x" is no target of it/],
    [
      'a name with a line feed',
      ['target', { kind: 'ipsec-profile', profile: 'V\nreload' }],
      /is no target of it/,
    ],
    [
      'another target than its name',
      ['target', { kind: 'ipsec-profile', profile: 'OTHER' }],
      /no target of it/,
    ],
    ['no name of a profile', ['target', { kind: 'ipsec-profile' }], /no target of it/],
    ['other lines than its device', ['lines', ['reload']], /its lines are not those of its targets/],
  ])('with %s is refused, whoever made its digest', (_, [key, value], message) => {
    const made = forged((plan) => {
      const target = at(plan, 'devices', 0, 'spaces', 0, 'targets', 0)
      if (isRecord(target)) Object.assign(target, { [String(key)]: value })
    })
    expect(told(read(made))).toMatch(message)
  })

  const accepted = (more: object) => ({
    accept: [
      {
        code: 'SOLE_INITIATOR',
        hosts: ['hub1'],
        targets: ['VPN'],
        reason: 'r',
        by: 'noc',
        until: '2027-01-01',
        at: { file: 'p.yml', line: 1, col: 1 },
        ...more,
      },
    ],
  })
  const night = (more: object) => ({ window: { from: '22:00', to: '04:00', timezone: 'UTC', ...more } })

  it.each([
    ['a check accepted that always refuses', accepted({ code: 'FAILOVER_STANDBY' }), /"FAILOVER_STANDBY" is/],
    ['an acceptance of no code', accepted({ code: 'toString' }), /"toString" is no code that can be/],
    ['an acceptance that never ends', accepted({ until: 'z' }), /"z" is no day of the calendar/],
    ['an acceptance of nothing', accepted({ targets: [] }), /SOLE_INITIATOR is for no target/],
    ['a time zone that nobody knows', night({ timezone: 'No/Where' }), /"No\/Where", is none/],
    ['a time that no day has', night({ to: '99:99' }), /"99:99" in "UTC", is none/],
    ['a proof without an end', { proof: { withinMs: 1e300, lostAfterMs: 1 } }, /proof\.withinMs is no time/],
  ])('with %s is refused, whoever made its digest', (_, more, message) => {
    const made = forged((plan) => Object.assign(plan.settings ?? {}, more))
    expect(told(read(made))).toMatch(message)
  })

  it('with what a playbook may accept, and a window, is read', () => {
    const made = forged((plan) => Object.assign(plan.settings ?? {}, { ...accepted({}), ...night({}) }))
    expect(read(made).kind).toBe('plan')
  })

  it('with a device twice is refused', () => {
    expect(told(read(planFileText(content({ devices: [device, device] })).text))).toMatch(
      /stands in the plan twice/,
    )
  })

  it('tells several things that are wrong at once', () => {
    const made = forged((plan) => Object.assign(plan, { version: 7, inventory: '', devices: {} }))
    expect(told(read(made)).split('\n')).toHaveLength(3)
  })

  it.each([
    ['a playbook', 'version: 1\nname: x\n'],
    ['a playbook that is JSON', '{ "version": 1, "name": "x" }'],
    ['another JSON', '{ "kind": "something" }'],
    ['a list', '[1]'],
    ['nothing', ''],
    ['noise', '{{{'],
  ])('is told from %s by its content', (_, other) => {
    expect(read(other).kind).toBe('other')
  })

  it('is not read at all where it is larger than any plan, or a pipe', () => {
    const of = (kind: 'file' | 'other', size: number) =>
      readPlanFile('p.json', {
        stat: () => ({ kind, size }),
        read: () => {
          throw new Error('it was read')
        },
      })
    expect(of('file', largestPlanFile + 1).kind).toBe('other')
    expect(of('other', 10).kind).toBe('other')
  })

  it.each([
    ['an unknown key', 'x', 5000, /nested deeper than any plan/],
    ['its format', 'formatVersion', 900_000, /nested deeper than any plan/],
  ])('nested without end in %s is refused, and stops nothing', (_, key, depth, message) => {
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`
    expect(told(read(`{"kind":"ikero-plan",${JSON.stringify(key)}:${nested}}`))).toMatch(message)
  })

  it('with a text of millions of escapes is refused, and stops nothing', () => {
    const long = `"${'\\n'.repeat(8_000_000)}"`
    expect(told(read(`{"kind":"ikero-plan","formatVersion":1,"x":${long}}`))).toMatch(/another digest/)
  })

  it('of thousands of devices is read in a moment', () => {
    const many = Array.from({ length: 2000 }, (_, nth) => ({ ...device, host: `hub${nth}` }))
    expect(read(planFileText(content({ devices: many })).text).kind).toBe('plan')
  })

  it('has a schema that is draft-07, and that it keeps', () => {
    const ajv = new Ajv({ strict: false })
    expect(ajv.validateSchema(schema)).toBe(true)
    expect(ajv.compile(schema)(JSON.parse(text))).toBe(true)
  })
})

function at(value: unknown, ...steps: readonly (string | number)[]): unknown {
  return steps.reduce<unknown>(
    (part, step) => (typeof part === 'object' && part !== null ? Reflect.get(part, step) : undefined),
    value,
  )
}

describe('canonical JSON', () => {
  it('is the same for every order of keys, and another one for every other value', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 'x' })).toBe('{"a":"x","b":[1,{"c":2,"d":1}]}')
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const parsed: unknown = JSON.parse(canonicalJson(a))
        expect(parsed).toEqual(JSON.parse(JSON.stringify(a)))
        expect(canonicalJson(a) === canonicalJson(b)).toBe(
          canonicalJson(JSON.parse(JSON.stringify(a))) === canonicalJson(JSON.parse(JSON.stringify(b))),
        )
      }),
    )
  })
})

describe('saving a plan', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-plan-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))
  const problems = (path: string, force = false): string =>
    saveToProblems({ path, force }, dir)
      .map((one) => one.message)
      .join('\n')

  it('writes a file for its owner only, and leaves nothing else behind', () => {
    expect(problems('a.json')).toBe('')
    writePlanFile({ path: 'a.json', force: false }, dir, 'text')
    expect(readFileSync(join(dir, 'a.json'), 'utf8')).toBe('text')
    expect(lstatSync(join(dir, 'a.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['a.json'])
  })

  it('never writes over a file without --force, also when it comes in between', () => {
    writeFileSync(join(dir, 'a.json'), 'old')
    expect(problems('a.json')).toMatch(/a\.json: it exists already/)
    expect(() => writePlanFile({ path: 'a.json', force: false }, dir, 'new')).toThrow(/EEXIST/)
    expect(readFileSync(join(dir, 'a.json'), 'utf8')).toBe('old')
    expect(problems('a.json', true)).toBe('')
    writePlanFile({ path: 'a.json', force: true }, dir, 'new')
    expect(readFileSync(join(dir, 'a.json'), 'utf8')).toBe('new')
    expect(readdirSync(dir)).toEqual(['a.json'])
  })

  it.each([true, false])('never writes through a link (--force: %s)', (force) => {
    writeFileSync(join(dir, 'elsewhere'), 'old')
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'a.json'))
    symlinkSync(join(dir, 'nowhere'), join(dir, 'b.json'))
    for (const path of ['a.json', 'b.json']) {
      expect(problems(path, force)).toMatch(/symbolic link/)
      expect(() => writePlanFile({ path, force }, dir, 'new')).toThrow()
    }
    expect(readFileSync(join(dir, 'elsewhere'), 'utf8')).toBe('old')
    expect(readdirSync(dir).sort()).toEqual(['a.json', 'b.json', 'elsewhere'])
  })

  it.each([
    ['a folder', '.', /no regular file/],
    ['a folder that is not there', 'x/a.json', /ENOENT/],
  ])('is refused for %s', (_, path, message) => {
    expect(problems(path, true)).toMatch(message)
  })
})

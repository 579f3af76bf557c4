import { describe, expect, it } from 'vitest'
import * as ikero from '../../src/index.ts'
import { type FunctionName, optionProblems } from '../../src/library/check.ts'

const playbook = `version: 1
name: hubs answer only
inventory: lab.json
routers: [ { hosts: hub1, profiles: [VPN] } ]
`
const inventory = {
  version: 1,
  defaults: { credential: 'netops' },
  credentials: { netops: { username: 'netops', password: { env: 'VPN_PASSWORD' } } },
  hosts: { hub1: { address: '192.0.2.1', platform: 'ios' } },
}
const documents = { 'plays/hubs.yml': playbook, 'plays/lab.json': JSON.stringify(inventory) }

/** Calls as JavaScript does: nothing is checked before. */
async function called(name: FunctionName, ...values: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(Reflect.get(ikero, name), undefined, values)
}

async function told(name: FunctionName, ...values: readonly unknown[]): Promise<readonly string[]> {
  const answer = await called(name, ...values)
  const { kind, diagnostics } = { kind: '', diagnostics: [], ...Object(answer) }
  expect(kind).toBe('invalid')
  return diagnostics.map(({ code, message, hint = '' }: ikero.Diagnostic) => {
    expect(code).toBe('USAGE')
    return `${message} ${hint}`.trim()
  })
}

const one: readonly FunctionName[] = [
  'validate',
  'plan',
  'apply',
  'verify',
  'resume',
  'rollback',
  'printRollback',
  'report',
  'doctor',
  'trust',
  'adopt',
  'parse',
]

describe('a call from JavaScript', () => {
  it.each(one)('of %s without an object of options is invalid, and does not throw', async (name) => {
    for (const value of [undefined, null, 5, 'hubs.yml', []])
      expect(await told(name, value)).toEqual([expect.stringContaining(`${name} takes an object of options`)])
  })

  it.each(one.filter((name) => name !== 'doctor'))(
    'of %s with nothing in it says what is needed',
    async (name) => {
      expect((await told(name, {})).every((line) => line.startsWith(`${name} needs `))).toBe(true)
    },
  )

  it.each<[string, object, RegExp]>([
    ['a number for the playbook', { playbook: 5 }, /^playbook must be a path, not 5$/],
    ['a path that no file system knows', { playbook: 'a\0b' }, /^playbook must be a path, not "a/],
    ['an empty path', { playbook: '' }, /^playbook must be a path, not ""$/],
    ['null for the inventory', { playbook: 'p', inventory: null }, /^inventory must be a path, not null$/],
    [
      'one path for several',
      { playbook: 'p', knownHosts: 'kh' },
      /^knownHosts must be a list of paths, not "kh"$/,
    ],
    [
      'text for a number',
      { playbook: 'p', concurrency: '5' },
      /^concurrency must be a whole number from 1 to 1000/,
    ],
    ['no device at once', { playbook: 'p', concurrency: 0 }, /^concurrency must be .*, not 0$/],
    [
      'a signal that is none',
      { playbook: 'p', signal: { aborted: false } },
      /^signal must be an AbortSignal/,
    ],
    [
      'a clock without hands',
      { playbook: 'p', clock: { wall: Date } },
      /^clock must be an object with the functions/,
    ],
    [
      'a listener that cannot listen',
      { playbook: 'p', onEvent: [] },
      /^onEvent must be a function, not a list$/,
    ],
    [
      'an inventory as an object',
      { playbook: 'p', documents: { lab: {} } },
      /^documents must be an object with a text/,
    ],
  ])('with %s is invalid', async (_title, options, message) => {
    expect(await told('plan', options)).toEqual([expect.stringMatching(message)])
  })

  it('with a misspelt option is invalid: a safeguard that is passed over is off', async () => {
    expect(await told('apply', { playbook: 'p', approve: () => true, dryrun: true })).toEqual([
      'apply has no option "dryrun" did you mean "dryRun"?',
    ])
  })

  it.each<[string, object, RegExp]>([
    ['nobody to ask', { remediate: true }, /^drift with remediate needs approve/],
    ['no device at most', { maxDevices: 0 }, /^maxDevices must be a whole number from 1, not 0$/],
    [
      'a window that never opens',
      { window: { from: '22:00', to: '22:00', timezone: 'UTC' } },
      /^window must be .*a window that opens/,
    ],
    ['a window of nowhere', { window: { from: '22:00', to: '04:00', timezone: 'Mars' } }, /^window must be/],
    [
      'a freeze of days that there are not',
      { freeze: [{ from: '2026-02-29', until: '2026-03-01', timezone: 'UTC', reason: 'x' }] },
      /^freeze must be a list of objects/,
    ],
    [
      'a freeze that ends before it begins',
      { freeze: [{ from: '2026-03-02', until: '2026-03-01', timezone: 'UTC', reason: 'x' }] },
      /^freeze must be/,
    ],
    ['a guard rail of what does not run', { maxDevices: 1 }, /^drift takes maxDevices with remediate only/],
    [
      'a reason for what does not run',
      { ignoreWindow: 'x' },
      /^drift takes ignoreWindow with remediate only/,
    ],
    ['an option of what writes otherwise', { dryRun: true }, /^drift has no option dryRun, and would go on/],
  ])('of drift with %s is invalid, and contacts nothing', async (_title, options, message) => {
    expect(await told('drift', { playbook: 'p', ...options })).toEqual([expect.stringMatching(message)])
  })

  it('of what writes is invalid with an option that it would pass over; what reads takes those of others', async () => {
    const common = { playbook: 'p', run: 'r', approve: () => true, dryRun: true }
    expect(await told('rollback', common)).toEqual([
      'rollback has no option dryRun, and would go on without it',
    ])
    expect(optionProblems('plan', common)).toEqual([])
  })

  it('never repeats what may be a secret', async () => {
    const lines = await told('plan', { playbook: 'p', env: 'hunter2-hunter2', documents: 'hunter2-hunter2' })
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toContain('hunter2')
  })

  it('with options that cannot be read, or are inherited, is invalid and does not throw', async () => {
    const unreadable = (key: string): object => ({
      get [key]() {
        throw new Error('no \u001b[31mvault')
      },
    })
    const refused = /^the options of \w+ cannot be read: no .*vault$/
    const given = { playbook: 'p', command: 'show version', platform: 'ios' }
    for (const [name, options] of [
      ['validate', unreadable('playbook')],
      ['plan', { ...given, env: unreadable('HOME') }],
      ['parse', Object.defineProperties({ ...given }, Object.getOwnPropertyDescriptors(unreadable('text')))],
    ] as const) {
      const [message = ''] = await told(name, options)
      expect(message).toMatch(refused)
      expect(message).not.toContain('\u001b')
    }
    expect(await told('validate', Object.create({ playbook: 'p' }))).toEqual([
      'validate needs playbook: a path',
    ])
    for (const format of [['html'], Object.create(null)])
      expect(await told('report', { run: 'r', format })).toEqual([
        expect.stringMatching(/^format must be html, markdown or junit, not a/),
      ])
  })

  it('names all mistakes at once', async () => {
    expect(await told('apply', { inventory: 1, limit: '', wave: 3 })).toHaveLength(5)
  })

  it('of showRun and unlock looks at the names too', async () => {
    expect(await told('showRun', undefined)).toEqual([expect.stringContaining('first argument of showRun')])
    expect(await told('unlock', 'hub1', { approve: () => true })).toEqual([
      expect.stringContaining('must be a list of texts, not "hub1"'),
    ])
  })

  it.each<[string, object]>([
    ['platform', { command: 'show version', text: '', platform: 'nxos' }],
    ['text', { command: 'show version', platform: 'ios', text: Buffer.from('x') }],
    ['localAddresses', { command: 'show version', platform: 'ios', text: '', localAddresses: '192.0.2.1' }],
  ])('of parse with a wrong %s is invalid', async (name, request) => {
    expect(await told('parse', request)).toEqual([expect.stringMatching(`^${name} must be `)])
  })
})

describe('a caller', () => {
  it('may hand over playbook and inventory as text, YAML or JSON, in place of files', () => {
    expect(ikero.validate({ playbook: 'plays/hubs.yml', documents })).toEqual({
      kind: 'valid',
      name: 'hubs answer only',
      hosts: ['hub1'],
      warnings: [],
    })
  })

  it('hears of mistakes in them by the path that it gave', () => {
    const wrong = { ...documents, 'plays/hubs.yml': `${playbook}wave: 25%\n` }
    const answer = ikero.validate({ playbook: 'plays/hubs.yml', documents: wrong })
    expect(answer.kind === 'invalid' ? answer.diagnostics : []).toEqual([
      expect.objectContaining({
        code: 'UNKNOWN_KEY',
        at: expect.objectContaining({ file: 'plays/hubs.yml', line: 5 }),
      }),
    ])
  })

  it('needs neither environment nor folder, and undefined is the same as absent', () => {
    const options = {
      playbook: 'plays/hubs.yml',
      documents,
      inventory: undefined,
      limit: undefined,
      env: undefined,
    }
    expect(Reflect.apply(ikero.validate, undefined, [options])).toMatchObject({ kind: 'valid' })
  })

  it('is told of a playbook that is not there, and of a state directory that cannot be made', async () => {
    const missing = await ikero.plan({ playbook: 'no/such/playbook.yml', stateDir: '/dev/null/state' })
    expect(missing).toMatchObject({
      kind: 'invalid',
      diagnostics: [expect.objectContaining({ code: 'FILE_UNREADABLE' })],
    })
    const unrecorded = ikero.plan({ playbook: 'plays/hubs.yml', documents, stateDir: '/dev/null/state' })
    await expect(unrecorded).rejects.toThrow(ikero.IkeroError)
    await expect(unrecorded).rejects.toMatchObject({ fault: 'user' })
  })

  it('takes the day from its own clock: what a person takes on has its last day', () => {
    const accepted = `${playbook}known: [ { hosts: hub1, status: unreachable, until: 2030-01-31, reason: line ordered } ]\n`
    const kindOn = (day: string): string =>
      ikero.validate({
        playbook: 'plays/hubs.yml',
        documents: { ...documents, 'plays/hubs.yml': accepted },
        clock: {
          monotonicMs: () => 0,
          wall: () => new Date(`${day}T12:00:00Z`),
          sleep: () => Promise.resolve(),
          timer: () => () => undefined,
        },
      }).kind
    expect([kindOn('2030-01-31'), kindOn('2030-02-01')]).toEqual(['valid', 'invalid'])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PushIntent } from '../../src/model/record.ts'
import type { RunStep } from '../../src/model/run-view.ts'
import { recordedSpaces, revertLines, stepsOf } from '../../src/workflow/recorded-targets.ts'
import { entryTarget, profileTarget } from '../names.ts'

type Target = PushIntent['targets'][number]

const opens = 'crypto ipsec profile VPN'
const vpn: Target = {
  name: 'VPN',
  target: profileTarget('VPN'),
  before: 'bidirectional',
  wanted: 'responder-only',
  lines: [opens, 'responder-only'],
  revert: [opens, 'no responder-only'],
  fingerprint: '0'.repeat(64),
}
const typeLine = (word: string): string => `crypto map outside_map 10 set connection-type ${word}`
const ten: Target = {
  ...vpn,
  name: 'outside_map/10',
  target: entryTarget('outside_map', 10),
  wanted: 'answer-only',
  lines: [typeLine('answer-only')],
  revert: [typeLine('bi-directional')],
}

const at = '2026-11-24T19:30:00.000Z'
const step = (entry: RunStep['entry']): RunStep => ({ at, entry })

/** A run that sent the first changing line of each target, and that may have ended. */
function run(targets: readonly Target[], more: Partial<PushIntent> = {}, rest: readonly RunStep[] = []) {
  const host = more.host ?? 'hub1'
  const intent: PushIntent = {
    kind: 'push-intent',
    host,
    identity: { hostname: 'hub1', serials: [] },
    readingBefore: { sas: [], unreadable: [] },
    targets,
    ...more,
  }
  const sent = targets.map(({ name, lines: [line = ''] }) =>
    step({ kind: 'line-sending', host, target: name, line, purpose: 'change' }),
  )
  return recordedSpaces([step(intent), ...sent, ...rest])
}

/** The only target of the only space. */
function target(result: ReturnType<typeof run>) {
  const [space] = result.spaces
  const [one, ...others] = space?.targets ?? []
  if (one === undefined || others.length > 0) throw new Error('not one target')
  return one
}

describe('what a run changed, by its journal', () => {
  it('is a target of which a line was sent, however the run ended, with the recorded lines', () => {
    const one = target(run([vpn]))
    expect(one).toMatchObject({ kind: 'change', before: 'bidirectional', set: 'responder-only' })
    if (one.kind !== 'change') throw new Error(one.why)
    expect(revertLines(one)).toEqual(vpn.revert)
    expect(stepsOf(one, 'ios')?.revert.map(({ line, opens: opening }) => [line, opening])).toEqual([
      [opens, true],
      ['no responder-only', false],
    ])
    expect(stepsOf(one, 'ios')?.revert[0]?.subMode).toBeDefined()
  })

  it('is a crypto map entry in the spelling that its device printed, and only on its platform', () => {
    const one = target(run([ten]))
    if (one.kind !== 'change') throw new Error(one.why)
    expect(stepsOf(one, 'asa')?.revert.map(({ line }) => line)).toEqual([typeLine('bi-directional')])
    expect(stepsOf(one, 'ios')).toBeUndefined()
  })

  it('is not a target of which nothing was sent, nor one that the run took back itself and read back', () => {
    const intent = step({
      kind: 'push-intent',
      host: 'hub1',
      targets: [vpn],
      readingBefore: { sas: [], unreadable: [] },
    })
    expect(recordedSpaces([intent])).toEqual({ spaces: [], odd: [] })
    const back = step({
      kind: 'read-back',
      host: 'hub1',
      target: 'VPN',
      value: 'bidirectional',
      asWanted: true,
    })
    const ended = step({ kind: 'outcome', host: 'hub1', target: 'VPN', status: 'rolled-back' })
    expect(run([vpn], {}, [back, ended]).spaces).toEqual([])
    // Said to be taken back, and never read back as it was.
    expect(run([vpn], {}, [ended]).spaces).toHaveLength(1)
  })

  it('is saved, not saved, or may be: a save that was begun and not answered', () => {
    const saved = step({ kind: 'saved', host: 'hub1', ok: true, said: '[OK]' })
    const begun = step({ kind: 'saving', host: 'hub1' })
    expect([[], [begun], [begun, saved]].map((rest) => run([vpn], {}, rest).spaces[0]?.saved)).toEqual([
      'no',
      'maybe',
      'yes',
    ])
  })
})

describe('a record that ikero did not write', () => {
  it.each<[string, Partial<Target>]>([
    ['another line back', { revert: [opens, 'shutdown'] }],
    ['a line more', { revert: [opens, 'no responder-only', 'no crypto isakmp enable'] }],
    ['a line less', { revert: ['no responder-only'] }],
    ['another profile in the lines', { revert: ['crypto ipsec profile OTHER', 'no responder-only'] }],
    ['a line feed in a line', { revert: [opens, 'no responder-only\nreload'] }],
    ['another line forth', { lines: [opens, 'reload'] }],
    ['another value than its lines give', { before: 'responder-only', wanted: 'bidirectional' }],
    ['no change at all', { before: 'responder-only' }],
    ['a value that cannot be set', { before: 'absent' }],
    ['a value of its own', { wanted: 'shutdown' }],
    ['another name than its target', { name: 'OTHER' }],
    [
      'a target of a context that the push is not in',
      { target: { ...entryTarget('m', 1), context: 'a' } as never },
    ],
    ['a sequence number that is none', { name: 'm/0', target: { ...entryTarget('m', 1), seq: 0 } }],
  ])('with %s is refused by name, and nothing of it may be sent', (_what, more) => {
    const one = target(run([{ ...vpn, ...more }]))
    expect(one).toMatchObject({ kind: 'refused', name: more.name ?? 'VPN' })
  })

  it('of the first version, which does not say what the target is, is refused by name', () => {
    const { target: _target, wanted: _wanted, ...old } = vpn
    expect(target(run([old]))).toMatchObject({
      kind: 'refused',
      name: 'VPN',
      why: expect.stringContaining('older'),
    })
  })

  it('that names no device or context is none of ours', () => {
    expect(run([vpn], { host: '../../etc' })).toEqual({ spaces: [], odd: ['../../etc'] })
    expect(run([vpn], { context: 'a b' })).toEqual({ spaces: [], odd: ['hub1/a b'] })
  })

  it('never yields a line that is not the platform’s own, whatever it says', () => {
    const word = fc.oneof(
      fc.constantFrom('VPN', opens, 'no responder-only', 'responder-only', 'bidirectional', 'answer-only'),
      fc.string({ maxLength: 40 }),
    )
    const lines = fc.array(word, { maxLength: 3 })
    fc.assert(
      fc.property(word, word, word, lines, lines, (name, before, wanted, forth, back) => {
        const odd = { ...vpn, name, before, wanted, lines: forth, revert: back }
        const { spaces } = run([odd])
        for (const one of spaces.flatMap(({ targets }) => targets)) {
          if (one.kind === 'refused') continue
          expect(one.revert).toEqual([
            opens,
            one.before === 'bidirectional' ? 'no responder-only' : 'responder-only',
          ])
        }
      }),
    )
  })
})

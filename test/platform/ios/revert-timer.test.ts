import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SoftwareFacts } from '../../../src/model/facts.ts'
import { readOnlyLine } from '../../../src/model/ids.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { revertTimer, timerState } from '../../../src/platform/ios/revert-timer.ts'

const captured = (text: string, refusal?: string) => ({
  line: revertTimer.line,
  text,
  ...(refusal === undefined ? {} : { refusal }),
})

const pending = `Time configured(or reconfigured): 22:50:48 UTC Sat Feb 21 2009
Timer type: absolute timer
Timer value: 2 min
User: console
`
const none = '%No Rollback Confirmed Change pending'

describe('what the device says of a pending timer', () => {
  it.each([
    ['none, which looks like a refusal', captured(`${none}\n`, none), { kind: 'none' }],
    ['none, in other spelling', captured('% No rollback confirmed change pending'), { kind: 'none' }],
    ['a timer', captured(pending), { kind: 'pending', minutes: 2, user: 'console' }],
    [
      'an idle timer, indented',
      captured('  Timer type: idle timer\r\n  Timer value: 15 min\r\n  User: alice\r\n'),
      { kind: 'pending', minutes: 15, user: 'alice' },
    ],
    ['a timer without a value', captured('Timer type: absolute timer\n'), { kind: 'pending' }],
    [
      'a timer among messages of the device',
      captured(`*Feb 21 22:51:00.000: %SYS-5-CONFIG_I: Configured\n${pending}`),
      { kind: 'pending', minutes: 2 },
    ],
    ['nothing', captured(''), { kind: 'not-told' }],
    ['another text', captured('The maximum archive configurations allowed is 10.'), { kind: 'not-told' }],
    [
      'a refusal',
      captured("% Invalid input detected at '^' marker.", "% Invalid input detected at '^' marker."),
      { kind: 'not-told', reason: expect.stringContaining('Invalid input') },
    ],
    ['no capture', undefined, { kind: 'not-told' }],
  ])('%s', (_, capture, state) => {
    expect(timerState(capture)).toMatchObject(state)
  })

  it('escapes what it prints of the device', () => {
    const state = timerState(captured('Timer type: x\nUser: a\u001b[2Jb\n'))
    expect(JSON.stringify(state)).not.toContain('\\u001b')
  })

  it('never throws, and calls no damaged text none that does not say so', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .tuple(fc.constantFrom(pending, none), fc.nat(), fc.string({ unit: 'binary', maxLength: 20 }))
        .map(([whole, at, noise]) => {
          const place = at % (whole.length + 1)
          return whole.slice(0, place) + noise
        }),
    )
    fc.assert(
      fc.property(text, (damaged) => {
        const state = timerState(captured(damaged))
        if (state.kind === 'none') expect(damaged).toMatch(/No Rollback Confirmed Change pending/i)
        revertTimer.facts([captured(damaged), { line: lines.config, text: damaged }], {
          os: 'ios',
          evidence: damaged,
        })
      }),
      { numRuns: 300 },
    )
  })
})

const config = (archive: string): string => `version 15.2\nhostname hub1\n${archive}end\n`
const onFlash = 'archive\n log config\n  logging enable\n path flash:before-\n maximum 14\n'

function unavailable(
  { archive = onFlash, state = none }: { archive?: string; state?: string },
  software: Partial<SoftwareFacts> = {},
): string | undefined {
  const captures = [{ line: lines.config, text: config(archive) }, captured(state)]
  return revertTimer.facts(captures, { os: 'ios', version: '15.2(4)M6', evidence: '', ...software })
    .unavailable
}

describe('whether a timer can be set', () => {
  it.each([
    ['flash:before-', undefined],
    ['flash0:before-', undefined],
    ['bootflash:/Backup/$h-', undefined],
    ['harddisk:a', undefined],
    ['usbflash0:a', undefined],
    ['tftp://192.0.2.9/a', /no file system of this box/],
    ['scp://a:b@192.0.2.9/a', /no file system of this box/],
    ['http://flash:80/', /no file system of this box/],
    ['nvram:a', /no file system of this box/],
  ])('with an archive at %s', (path, why) => {
    const answer = unavailable({ archive: `archive\n path ${path}\n` })
    if (why === undefined) expect(answer).toBeUndefined()
    else expect(answer).toMatch(why)
  })

  it.each([
    ['no archive', { archive: '' }],
    ['an archive without a path', { archive: 'archive\n log config\n  logging enable\n' }],
    ['a path of something else', { archive: 'archive\n log config\n  path flash:x\n' }],
    ['the word archive in a banner', { archive: 'banner motd ^C\narchive\n path flash:x\n^C\n' }],
  ])('not with %s', (_, given) => {
    expect(unavailable(given)).toMatch(/no 'archive' with a 'path'/)
  })

  it.each<readonly [string, Partial<SoftwareFacts>, boolean]>([
    ['12.4(20)T', { version: '12.4(20)T' }, true],
    ['12.4(24)T2', { version: '12.4(24)T2' }, true],
    ['12.4(15)T', { version: '12.4(15)T' }, false],
    ['12.4(25)', { version: '12.4(25)' }, false],
    ['12.3(26)', { version: '12.3(26)' }, false],
    ['12.2(33)SXI', { version: '12.2(33)SXI' }, true],
    ['15.0(1)M', { version: '15.0(1)M' }, true],
    ['17.9.4a', { os: 'ios-xe', version: '17.9.4a' }, true],
    ['a release that is none', { version: '15.2(4.0.55)E' }, true],
  ])('on %s, where the device itself answers', (_, software, can) => {
    expect(unavailable({}, software) === undefined).toBe(can)
  })

  it('not where the device does not answer', () => {
    expect(unavailable({ state: '' })).toMatch(/answered with/)
  })

  it('with one that is pending: that is told apart', () => {
    expect(unavailable({ state: pending })).toBeUndefined()
  })

  it('asks with a line that only reads', () => {
    expect(readOnlyLine(revertTimer.line)).toBe('show archive config rollback timer')
  })
})

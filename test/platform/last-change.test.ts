import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastChangeOf } from '../../src/platform/last-change.ts'

describe('who changed a configuration last', () => {
  it.each([
    [
      'IOS with a user',
      'Building configuration...\n\n!\n! Last configuration change at 16:34:34 PDT Wed Jul 1 2015 by ops\n! NVRAM config last updated at 16:30:19 PDT Wed Jul 1 2015 by ops\nversion 15.2\n',
      { what: 'changed', at: '16:34:34 PDT Wed Jul 1 2015', by: 'ops' },
    ],
    [
      'IOS without one, with carriage returns',
      '!\r\n! Last configuration change at 05:37:35 UTC Tue Nov 21 2017\r\nversion 15.2\r\n',
      { what: 'changed', at: '05:37:35 UTC Tue Nov 21 2017' },
    ],
    [
      'ASA as it was saved',
      ': Saved\n\n: Serial Number: JAD1\n: Written by enable_15 at 11:02:07.123 UTC Tue Nov 24 2026\n!\nASA Version 9.16(3)19\n',
      { what: 'saved', at: '11:02:07.123 UTC Tue Nov 24 2026', by: 'enable_15' },
    ],
  ])('is read from the heading: %s', (_, text, told) => {
    const found = lastChangeOf(text)
    expect(found).toMatchObject(told)
    expect('by' in (found ?? {})).toBe('by' in told)
    expect(text).toContain(found?.evidence)
  })

  it.each([
    ['no heading', 'Building configuration...\n!\nversion 15.2\nhostname hub1\nend\n'],
    [
      'a banner far below',
      `version 15.2\n${'!\n'.repeat(2_000)}! Last configuration change at noon by mallory\n`,
    ],
    ['words in mid-line', 'hostname x ! Last configuration change at noon by mallory\n'],
  ])('is not told by %s', (_, text) => expect(lastChangeOf(text)).toBeUndefined())

  it('gives only what stands in the text, on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (by) => {
        const text = `! Last configuration change at 10:00:00 UTC Mon Nov 2 2026 by ${by}\nversion 15.2\n`
        const found = lastChangeOf(text)
        if (found === undefined) return
        expect(text.replaceAll('\r', '')).toContain(found.evidence)
        expect(found.evidence).not.toContain('\n')
        expect(found.by ?? '').not.toMatch(/\s/)
      }),
    )
  })
})

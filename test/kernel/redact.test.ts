import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/kernel/redact.ts'

const redactorOf = (...secrets: readonly string[]) => {
  const redactor = createRedactor()
  for (const secret of secrets) redactor.register(secret)
  return redactor
}

describe('a redactor', () => {
  it('masks every place of every secret', () => {
    expect(redactorOf('hunter2', 'tr0ub4dor').redact('hunter2 and tr0ub4dor, hunter2')).toBe(
      '***** and *****, *****',
    )
  })

  it('masks a secret that contains another one whole', () => {
    expect(redactorOf('pass', 'password1').redact('password1 pass')).toBe('***** *****')
  })

  it('leaves words shorter than four characters alone', () => {
    expect(redactorOf('abc').redact('abc')).toBe('abc')
  })

  it('goes into lists and plain objects, and keeps their keys', () => {
    const value = { hunter2: ['a hunter2', { deep: 'hunter2', n: 1, no: null }], yes: true }
    expect(redactorOf('hunter2').redactDeep(value)).toEqual({
      hunter2: ['a *****', { deep: '*****', n: 1, no: null }],
      yes: true,
    })
  })

  it('hands on other objects as they are', () => {
    const [when, pattern, map] = [new Date(0), /hunter2/g, new Map([['hunter2', 'hunter2']])]
    const redacted = redactorOf('hunter2').redactDeep({ when, pattern, map })
    expect(redacted.when).toBe(when)
    expect(redacted.pattern).toBe(pattern)
    expect(redacted.map).toBe(map)
  })

  it('leaves no secret in what is written as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.stringMatching(/^[a-z]{4,8}$/), (value, secret) => {
        const { inner, text } = redactorOf(secret).redactDeep({ inner: [value, secret], text: `x${secret}y` })
        expect(text).toBe('x*****y')
        expect(inner[1]).toBe('*****')
      }),
    )
  })

  it('changes nothing where it knows no secret', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(createRedactor().redactDeep(value)).toEqual(value)
      }),
    )
  })
})

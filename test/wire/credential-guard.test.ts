import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import type { Unreachable } from '../../src/model/shell.ts'
import { CredentialGuard } from '../../src/wire/credential-guard.ts'
import { siteDevice } from '../workflow/sites.ts'

type Answer = 'takes' | 'refuses' | 'dead' | 'no-secret'

const answers: Readonly<Record<Answer, Result<string, Unreachable>>> = {
  takes: ok('session'),
  refuses: err({ code: 'AUTHENTICATION_FAILED', cause: 'authentication', message: 'refused', next: 'look' }),
  dead: err({ code: 'CONNECT_FAILED', cause: 'network', message: 'dead', next: 'look' }),
  'no-secret': err({
    code: 'SECRET_UNAVAILABLE',
    cause: 'authentication',
    message: 'no secret',
    next: 'look',
  }),
}

/** Lets all devices be logged in to at once; answers come in the order of the list. */
async function logins(
  all: readonly Answer[],
  most: number,
  { credentialOf = () => 'lab' }: { readonly credentialOf?: (nth: number) => string } = {},
) {
  const guard = new CredentialGuard(most)
  const tried: number[] = []
  let under = 0
  let mostUnder = 0
  let known = false
  const results = await Promise.all(
    all.map((answer, nth) =>
      guard.login(siteDevice(`r${nth}`, {}, credentialOf(nth)).host, false, async () => {
        tried.push(nth)
        under += 1
        if (!known) mostUnder = Math.max(mostUnder, under)
        await new Promise((resolve) => setImmediate(resolve))
        under -= 1
        known ||= answer === 'takes'
        return answers[answer]
      }),
    ),
  )
  return { tried, mostUnder, results }
}

const times = (answer: Answer, number: number): readonly Answer[] =>
  Array.from({ length: number }, () => answer)

describe('a credential that is refused', () => {
  it('is not tried on a third device after two in a row, though fifty are begun at once', async () => {
    const { tried, mostUnder, results } = await logins(times('refuses', 50), 2)
    expect(tried).toEqual([0, 1])
    expect(mostUnder).toBe(2)
    const last = results.at(-1)
    expect(last).toMatchObject({
      kind: 'err',
      error: { code: 'AUTHENTICATION_FAILED', cause: 'authentication' },
    })
    expect(last?.kind === 'err' ? last.error.message : '').toMatch(
      /^not tried: the credential lab was refused 2 times in a row \(r0, r1\)/,
    )
  })

  it('goes on where a device in between takes it', async () => {
    const { tried } = await logins(['refuses', 'takes', 'refuses', 'takes', 'refuses', 'takes'], 2)
    expect(tried).toHaveLength(6)
  })

  it('is not told by dead devices, nor by a secret that could not be had', async () => {
    const { tried } = await logins([...times('dead', 5), ...times('no-secret', 5), 'takes'], 2)
    expect(tried).toHaveLength(11)
  })

  it('holds up no other credential', async () => {
    const { tried } = await logins(times('refuses', 10), 2, {
      credentialOf: (nth) => (nth % 2 === 0 ? 'one' : 'two'),
    })
    expect(tried.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
  })

  it('does not hold up a device that has taken it in this run: its revert goes on', async () => {
    const guard = new CredentialGuard(1)
    await guard.login(siteDevice('a').host, false, async () => answers.refuses)
    let tried = false
    await guard.login(siteDevice('b').host, true, async () => {
      tried = true
      return answers.takes
    })
    expect(tried).toBe(true)
  })

  it('is never tried oftener than allowed before it has worked once', async () => {
    const answer = fc.constantFrom<Answer>('takes', 'refuses', 'dead')
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (all, most) => {
          const { tried, mostUnder, results } = await logins(all, most)
          expect(mostUnder).toBeLessThanOrEqual(most)
          expect(results).toHaveLength(all.length)
          const worked = tried.findIndex((nth) => all[nth] === 'takes')
          const before = worked === -1 ? tried : tried.slice(0, worked)
          expect(before.filter((nth) => all[nth] === 'refuses').length).toBeLessThanOrEqual(most)
        },
      ),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/load.ts'
import { parseLimit, selectHosts } from '../../src/inventory/select.ts'
import { wildcardMatches } from '../../src/kernel/wildcard.ts'
import type { Inventory } from '../../src/model/inventory.ts'

const text = `version: 1
defaults: { credential: c }
credentials: { c: { username: u, password: { env: P } } }
hosts:
  hub1: { address: a1, platform: ios, groups: [hubs, eu] }
  hub2: { address: a2, platform: ios, groups: [hubs] }
  hub10: { address: a3, platform: ios }
  asa-hq: { address: a4, platform: asa, groups: [asas, eu] }
`

function inventory(): Inventory {
  const loaded = parseInventory('inv.yml', text)
  if (loaded.kind === 'err') throw new Error('the inventory of this test is wrong')
  return loaded.value.inventory
}

function names(patterns: readonly string[]): readonly string[] | string {
  const found = selectHosts(
    inventory(),
    patterns.map((pattern) => ({ text: pattern })),
  )
  return found.kind === 'ok'
    ? found.value.map((host) => host.name)
    : found.error.map(({ code, message, hint }) => [code, message, hint].join(' | ')).join('\n')
}

function limited(limit: string): readonly string[] | string {
  const found = parseLimit(inventory(), limit)
  return found.kind === 'ok'
    ? [...found.value]
    : found.error.map(({ code, message }) => `${code} ${message}`).join('\n')
}

describe('host patterns', () => {
  it.each([
    [
      ['hub2', 'hub1'],
      ['hub2', 'hub1'],
    ],
    [['group:eu'], ['hub1', 'asa-hq']],
    [['hub?'], ['hub1', 'hub2']],
    [['hub*'], ['hub1', 'hub2', 'hub10']],
    [
      ['*-hq', 'hub1'],
      ['asa-hq', 'hub1'],
    ],
    [
      ['hub1', 'group:hubs', 'hub*'],
      ['hub1', 'hub2', 'hub10'],
    ],
  ])('%j select %j', (patterns, expected) => {
    expect(names(patterns)).toEqual(expected)
  })

  it.each([
    [['hub3'], 'UNKNOWN_REFERENCE | there is no host "hub3" in inv.yml | did you mean "hub1"?'],
    [['hubs'], 'UNKNOWN_REFERENCE | there is no host "hubs" in inv.yml | did you mean "group:hubs"?'],
    [['group:hub'], 'UNKNOWN_REFERENCE | there is no group "hub" in inv.yml | did you mean "group:hubs"?'],
    [['spoke*'], 'UNKNOWN_REFERENCE | "spoke*" matches no host in inv.yml | '],
    [
      ['hub 1'],
      'INVALID_VALUE | "hub 1" is no host pattern | write a host name, group:NAME, or a glob such as hub*',
    ],
  ])('%j are a mistake', (patterns, expected) => {
    expect(names(patterns)).toBe(expected)
  })

  it('tell every mistake, each at its place', () => {
    const at = { file: 'p.yml', line: 3, col: 4 }
    const found = selectHosts(inventory(), [{ text: 'x', at }, { text: 'hub1' }, { text: 'group:y' }])
    expect(found.kind === 'err' && found.error.map((problem) => problem.at)).toEqual([at, undefined])
  })
})

describe('--limit', () => {
  it.each([
    ['hub1', ['hub1']],
    ['hub1, asa-hq', ['hub1', 'asa-hq']],
    ['group:hubs,!hub2', ['hub1']],
    ['!group:hubs', ['hub10', 'asa-hq']],
    ['hub1,!hub1', []],
  ])('%s lets %j through', (limit, expected) => {
    expect(limited(limit)).toEqual(expected)
  })

  it.each([
    ['hub9', 'UNKNOWN_REFERENCE --limit: there is no host "hub9" in inv.yml'],
    ['hub1,!hub9', 'UNKNOWN_REFERENCE --limit: there is no host "hub9" in inv.yml'],
    ['', 'USAGE --limit "" has an empty pattern'],
    ['hub1,,hub2', 'USAGE --limit "hub1,,hub2" has an empty pattern'],
  ])('%j is a mistake', (limit, expected) => {
    expect(limited(limit)).toBe(expected)
  })
})

describe('a glob', () => {
  it('matches as its regular expression does', () => {
    const letters = fc.stringMatching(/^[ab]{0,8}$/)
    const globs = fc.stringMatching(/^[ab*?]{0,6}$/)
    fc.assert(
      fc.property(globs, letters, (glob, name) => {
        const expected = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name)
        expect(wildcardMatches(glob, name)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })
})

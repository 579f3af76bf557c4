import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeGroups, explain, explanations } from '../../src/model/explain.ts'
import { supportTable } from '../../src/platform/software/support.ts'
import { root, sourcesBelow } from '../architecture/sources.ts'

const codes = codeGroups.flatMap((group) => group.codes)
/** Codes of which `accept` may take on a block. */
const acceptable = [
  'RELEASE_UNKNOWN',
  'UNSAVED_CHANGES',
  'PROFILE_UNUSED',
  'TUNNEL_INITIATES',
  'DMVPN_SPOKE',
  'ENTRY_DYNAMIC',
  'ENTRY_ORIGINATE_ONLY',
  'MAP_UNBOUND',
  'PEER_TYPE_UNSUPPORTED',
  'PEER_TYPE_UNKNOWN',
  'PEER_VERSION_TOO_OLD',
  'MULTI_PEER',
  'BOTH_ENDS_RESPONDER',
  'SOLE_INITIATOR',
  'LIFETIME_SHORTER',
  'MANAGEMENT_THROUGH_TUNNEL',
]
/** Codes that are info where the setting is taken away. */
const stranding = [
  'TUNNEL_INITIATES',
  'DMVPN_SPOKE',
  'PEER_TYPE_UNSUPPORTED',
  'PEER_TYPE_UNKNOWN',
  'PEER_VERSION_TOO_OLD',
  'MULTI_PEER',
  'BOTH_ENDS_RESPONDER',
  'SOLE_INITIATOR',
  'LIFETIME_SHORTER',
  'MANAGEMENT_THROUGH_TUNNEL',
]

describe('the table of codes', () => {
  it('has every code in exactly one group', () => {
    expect(codes.map((one) => one.code).sort()).toEqual(Object.keys(explanations).sort())
  })

  it('says the same of a code by name and in its group', () => {
    for (const [code, explanation] of Object.entries(explanations))
      expect(explain(code.toLowerCase())).toEqual({ code, ...explanation })
    expect(explain('NO_SUCH_CODE')).toBeUndefined()
    expect(explain('')).toBeUndefined()
  })

  it('names each family of which support is emulated where it explains EMULATED_ONLY', () => {
    const emulated = supportTable.filter((row) => row.evidence === 'emulated')
    for (const { family } of emulated) expect(explain('EMULATED_ONLY')?.meaning).toContain(family)
  })

  it.each(codes)('$code: every field is said, once and in one line', (one) => {
    const texts = [one.title, one.severity, one.meaning, one.wouldBreak, one.todo, one.source]
    for (const text of texts) expect(text).toMatch(/^\S.*\S$/)
    for (const text of [one.meaning, one.wouldBreak, one.todo]) expect(text).toMatch(/[.?]$/)
    expect(one.title.length).toBeLessThan(72)
    expect(new Set(texts).size).toBe(texts.length)
  })

  it('says of the acceptable blocks, and of no other, that they can be accepted', () => {
    const said = codes.filter(({ severity }) =>
      /unless the playbook accepts it|can be accepted/.test(severity),
    )
    expect(said.map((one) => one.code).sort()).toEqual([...acceptable].sort())
  })

  it('says of the codes that strand a peer, and of no other, that bidirectional makes them info', () => {
    const said = codes.filter(({ severity }) => severity.includes('only info with state: bidirectional'))
    expect(said.map((one) => one.code).sort()).toEqual([...stranding].sort())
  })

  it('names no private place as a source', () => {
    for (const { source } of codes) expect(source).not.toMatch(/shared|corpus|\.md\b/)
  })

  it('every code is reported by some source', () => {
    const sources = sourcesBelow('src')
      .filter((file) => !file.startsWith('src/model/') && file !== 'src/playbook/acceptable.ts')
      .map((file) => readFileSync(join(root, file), 'utf8'))
    const reported = (code: string): boolean =>
      sources.some((text) => text.includes(`'${code}'`) || text.includes(`\`${code}: `))
    const wrong = codes.filter(({ code, since }) => reported(code) !== (since === 'now'))
    expect(wrong.map(({ code, since }) => `${code}: ${since}`)).toEqual([])
  })
})

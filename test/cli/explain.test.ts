import { describe, expect, it } from 'vitest'
import { codeGroups } from '../../src/model/explain.ts'
import { ikeroHere } from './in-process.ts'

describe('ikero explain', () => {
  it('tells meaning, damage, cure and source of a code', async () => {
    const ran = await ikeroHere(['explain', 'SOLE_INITIATOR'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    for (const label of ['severity', 'meaning', 'would break', 'to do', 'source'])
      expect(ran.stdout).toContain(`\n  ${label}`)
    expect(ran.stdout).toMatch(/^SOLE_INITIATOR\n/)
  })

  it.each(['peer_lost', 'Peer-Lost', 'PEER_LOST'])('takes %s for PEER_LOST', async (code) => {
    expect((await ikeroHere(['explain', code])).stdout).toMatch(/^PEER_LOST\n/)
  })

  it('refuses an unknown code with 64 and the one that was meant', async () => {
    const ran = await ikeroHere(['explain', 'PEER_TYPE_UNKNWON'])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('did you mean "PEER_TYPE_UNKNOWN"?')
  })

  it('does not let an unknown code act on the terminal', async () => {
    const ran = await ikeroHere(['explain', '\u001b[31mX'])
    expect(ran.code).toBe(64)
    expect(ran.stderr).not.toContain('\u001b')
  })

  it('lists every code in its group where none is named', async () => {
    const { stdout } = await ikeroHere(['explain'])
    for (const { title, codes } of codeGroups) {
      expect(stdout).toContain(`\n${title}\n`)
      for (const { code } of codes) expect(stdout).toContain(`\n  ${code} `)
    }
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('prints one document with --json, for a code and for all', async () => {
    const one: unknown = JSON.parse((await ikeroHere(['explain', 'MULTI_PEER', '--json'])).stdout)
    expect(one).toMatchObject({ formatVersion: 1, command: 'explain', code: 'MULTI_PEER', since: 'now' })
    const all: unknown = JSON.parse((await ikeroHere(['explain', '--json'])).stdout)
    expect(all).toMatchObject({ formatVersion: 1, groups: codeGroups })
  })
})

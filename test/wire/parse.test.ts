import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/wire/parse.ts'
import { root } from '../architecture/sources.ts'

function capture(platform: 'ios' | 'asa', command: string): string {
  const folder = join(root, 'test', 'captures', platform, command)
  const [first = ''] = readdirSync(folder).sort()
  return readFileSync(join(folder, first, 'input.txt'), 'utf8')
}

describe('parse', () => {
  it('names in full the command that it took an abbreviation for', () => {
    const text = capture('asa', 'show-mode')
    expect(parse({ command: ' sh  MODE ', text, platform: 'asa' })).toMatchObject({
      kind: 'facts',
      command: 'show mode',
    })
  })

  it('says of which command a text is no output', () => {
    const answer = parse({ command: 'sh ver', text: capture('ios', 'show-dmvpn'), platform: 'ios' })
    expect(answer).toMatchObject({ kind: 'unrecognised', command: 'show version' })
  })

  it('lists the commands of the platform where it has no parser for one', () => {
    const answer = parse({ command: 'show clock', text: '', platform: 'asa' })
    expect(answer.kind === 'unknown-command' ? answer.known : []).toContain('show crypto ikev2 sa detail')
  })

  it('refuses local addresses that are none, and reads nothing', () => {
    const asked = { command: 'show crypto isakmp sa', text: '', platform: 'ios' } as const
    expect(parse({ ...asked, localAddresses: ['192.0.2.1', '192.0.2'] })).toEqual({
      kind: 'invalid',
      diagnostics: [
        expect.objectContaining({ code: 'USAGE', message: '"192.0.2" is no address of the device' }),
      ],
    })
  })
})

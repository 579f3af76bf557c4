import { describe, expect, it } from 'vitest'
import type { TrustOutcome, TrustQuestion } from '../../src/model/trust.ts'
import { jsonText } from '../../src/report/json.ts'
import { displayWidth } from '../../src/report/layout.ts'
import { renderTrust, renderTrustQuestion, trustDocument } from '../../src/report/trust.ts'

const key = {
  type: 'ssh-ed25519',
  sha256: 'SHA256:2eMjPlWRd8/U/RlEf9PyBC254OCgPNohj09rpOIclT0',
  md5: 'MD5:77:2c:7d:f4:c9:2b:0e:6c:83:06:ca:0b:8a:01:98:ed',
  base64: 'AAAAC3NzaC1lZDI1NTE5AAAAIAaKRUcyulmCWJM6MUn0klME4PCRfxbCYcFUQvc98XB2',
}
const old = { type: 'ssh-rsa', sha256: `SHA256:${'o'.repeat(43)}`, place: '/home/x/.ssh/known_hosts:3' }
const place = { host: 'hub1', address: '192.0.2.1', port: 22 }
const view = { color: false, width: 80 }

const question: TrustQuestion = { ...place, key, replaces: [], file: '/home/x/.ssh/known_hosts' }

describe('the question about a host key', () => {
  it('shows what a person compares', () => {
    expect(renderTrustQuestion(question, view)).toBe(`hub1 (192.0.2.1:22): a new host key
  key         ssh-ed25519
              SHA256:2eMjPlWRd8/U/RlEf9PyBC254OCgPNohj09rpOIclT0
              MD5:77:2c:7d:f4:c9:2b:0e:6c:83:06:ca:0b:8a:01:98:ed
  base64      AAAAC3NzaC1lZDI1NTE5AAAAIAaKRUcyulmCWJM6MUn0klME4PCRfxbCYcFUQvc98X
              B2
  writes      /home/x/.ssh/known_hosts
              Compare it with the device's own on its console; IOS prints the
              key itself there (show ip ssh).
`)
  })

  it('says first that a key has changed, with old and new', () => {
    const text = renderTrustQuestion({ ...question, replaces: [old] }, view)
    expect(text.split('\n').slice(0, 4)).toEqual([
      'hub1 (192.0.2.1:22): the host key has changed',
      `  known       ssh-rsa ${old.sha256} (/home/x/.ssh/known_hosts:3)`,
      '  new         ssh-ed25519',
      `              ${key.sha256}`,
    ])
    expect(text).toContain('another device may be answering')
  })
})

const hostile = '\u001b]0;x\u0007\u202e'
const outcomes: readonly TrustOutcome[] = [
  { ...place, status: 'learned', key, known: [] },
  { ...place, host: 'hub2', status: 'replaced', key, known: [old] },
  {
    ...place,
    host: `hub3${hostile}`,
    status: 'refused',
    key: { ...key, type: `ssh${hostile}` },
    known: [{ ...old, type: hostile, place: hostile }],
    error: { code: 'HOST_KEY_CHANGED', message: `it says ${hostile}`, next: `look ${hostile}` },
  },
]
const result = { file: '/home/x/.ssh/known_hosts', hosts: outcomes, interrupted: false }

describe('the result of trust', () => {
  it('tells each host, and counts', () => {
    const text = renderTrust(result, view)
    expect(text).toContain(`  instead of  ssh-rsa ${old.sha256} (/home/x/.ssh/known_hosts:3)\n`)
    expect(text).toMatch(/1 learned, 1 replaced, 1 refused; known_hosts: \/home\/x\/\.ssh\/known_hosts\n$/)
  })

  it('is escaped on a terminal and in JSON', () => {
    const texts = [
      renderTrust(result, view),
      renderTrustQuestion(
        { ...question, host: hostile, file: hostile, replaces: [{ ...old, type: hostile }] },
        view,
      ),
      jsonText(trustDocument(result, 1)),
    ]
    for (const text of texts) expect(text).not.toMatch(/[\u001b\u0007\u202e]/)
    expect(JSON.parse(texts[2] ?? '').hosts[2].host).toBe(`hub3${hostile}`)
  })

  it('keeps to the width of a terminal where words allow it', () => {
    const long = renderTrustQuestion({ ...question, key: { ...key, base64: 'A'.repeat(372) } }, view)
    for (const line of long.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80)
  })
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { QueuedNotice } from '../../src/model/serve-state.ts'
import { requestOf } from '../../src/serve/deliver.ts'
import { root } from '../architecture/sources.ts'
import { blocksOf } from '../docs/blocks.ts'
import { drifted, hour, teller, unreachable, well } from '../serve/notice-build.ts'
import { describeWith, jq, python } from './needs.ts'

// The programs of docs/notices.md that are not Node's, with a notice as it is sent.

const blocks = blocksOf(readFileSync(join(root, 'docs', 'notices.md'), 'utf8'))
const block = (language: string): string =>
  blocks.find((one) => one.language === language)?.lines.join('\n') ?? ''

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-notices-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

const noc = teller()
noc.run(hour(0), { a: drifted, b: well })
const [notice] = noc.run(hour(1), { a: well, b: unreachable })

function request(of: QueuedNotice | undefined, key: string, seconds: number): ReturnType<typeof requestOf> {
  if (of === undefined) throw new Error('nothing was told')
  return requestOf(of, key, seconds)
}

describeWith(python, 'a receiver in Python', () => {
  it('accepts what is signed with the key, now, and nothing else', () => {
    writeFileSync(join(dir, 'verify.py'), block('python'))
    const seconds = 1_764_000_000
    const { body, headers } = request(notice, 'k3y', seconds)
    const signature = headers['X-Ikero-Signature'] ?? ''
    const cases = [
      ['k3y', signature, body, seconds + 30],
      ['other', signature, body, seconds],
      ['k3y', signature, `${body} `, seconds],
      ['k3y', signature.replace(`${seconds}`, `${seconds + 1}`), body, seconds],
      ['k3y', signature, body, seconds + 301],
      ['k3y', '', body, seconds],
    ]
    const program =
      'import json, sys, verify; print([verify.is_genuine(k.encode(), s, b.encode(), n) for k, s, b, n in json.load(sys.stdin)])'
    const ran = spawnSync('python3', ['-c', program], {
      cwd: dir,
      input: JSON.stringify(cases),
      encoding: 'utf8',
    })
    expect([ran.stderr, ran.stdout.trim()]).toEqual(['', '[True, False, False, False, False, False]'])
  })
})

describeWith(jq, 'alerts for Alertmanager', () => {
  it('are made of a notice, with an end where it is well', () => {
    writeFileSync(join(dir, 'alerts.jq'), block('jq'))
    writeFileSync(join(dir, 'notice.json'), request(notice, 'k3y', 1).body)
    const ran = spawnSync('jq', ['-c', '--from-file', 'alerts.jq', 'notice.json'], {
      cwd: dir,
      encoding: 'utf8',
    })
    expect(ran.stderr).toBe('')
    const labels = { alertname: 'IkeroNotAsAsked', subject: 'device', schedule: 'hubs' }
    expect(JSON.parse(ran.stdout)).toEqual([
      {
        labels: { ...labels, host: 'b' },
        annotations: { summary: 'no route', next: '', codes: 'CONNECT_FAILED' },
      },
      {
        labels: { ...labels, host: 'a' },
        annotations: { summary: 'compliant', next: '', codes: '' },
        endsAt: hour(1),
      },
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatText } from '../../src/report/chat-text.ts'
import { mostRows, type NoticeRow, noticeBody } from '../../src/report/notice.ts'
import { acting, misfits } from '../documents.ts'
import { hostile } from './arbitrary.ts'

const id = '0123456789abcdef01234567'
const at = '2026-11-24T02:15:00.000Z'

function row(host: string, part: Partial<NoticeRow> = {}): NoticeRow {
  return {
    news: 'wrong',
    subject: 'device',
    schedule: 'hubs',
    host,
    to: 'pending',
    codes: [],
    says: `${host} drifted`,
    rank: 7,
    ...part,
  }
}
const many = (count: number, part: Partial<NoticeRow> = {}): readonly NoticeRow[] =>
  Array.from({ length: count }, (_, nth) => row(`hub${nth + 1}`, part))

describe('foreign text in a chat', () => {
  it.each([
    ['<!channel> & <@U123>', '&lt;!channel&gt; &amp; &lt;＠U123&gt;'],
    ['<https://evil.example|ok>', '&lt;https：／／evil.example|ok&gt;'],
    ['@here @channel bob@example.net', '＠here ＠channel bob＠example.net'],
    ['[click](https://evil.example)', '［click］(https：／／evil.example)'],
    ['see www.evil.example', 'see www．evil.example'],
    ['`code` ```block```', '｀code｀ ｀｀｀block｀｀｀'],
    ['*bold* _it_ ~gone~ $x$', '＊bold＊ ＿it＿ ～gone～ ＄x＄'],
    ['#general', '＃general'],
    ['fine :fire::fire: now', 'fine ：fire:：fire: now'],
    ['two\nlines\r\n\u001b[31mred\u202e', 'two\\nlines\\r\\n\\x1b［31mred\\u{202e}'],
  ])('%j acts on nothing', (text, shown) => expect(chatText(text, 300)).toBe(shown))

  it.each([
    'outside_map/10',
    'PEER_LOST',
    'hub1#show crypto',
    '2001:db8:1::5',
    'fe80::100:2',
    '02:15:33',
    'ikero drift playbooks/hubs.yml --limit hub3',
    '192.0.2.1 (no route)',
  ])('%s stays as it is', (text) => expect(chatText(text, 300)).toBe(text))

  it('is cut between characters, before it is escaped', () => {
    expect(chatText('<<<<', 3)).toBe('&lt;&lt;…')
    expect(chatText('😀😀😀', 2)).toBe('😀…')
    expect(chatText('abc', 3)).toBe('abc')
  })
})

describe('the text of a notice', () => {
  it('has the worst in its first line, at most 20 rows, and counts the rest', () => {
    const rows = [...many(30), row('core', { says: 'core failed', rank: 1, message: 'lost', next: 'look' })]
    const facts = { at, runId: 'r1', exitCode: 1, totals: { failed: 1, pending: 30 }, wrong: 31, devices: 40 }
    const body = noticeBody(id, rows, facts)
    const lines = String(body.text).split('\n')
    expect(lines[0]).toBe('hubs: core failed (lost) and 30 more, 31 of 40 wrong; next: look')
    expect(lines[1]).toBe('• hub1 drifted')
    expect(lines).toHaveLength(mostRows + 2)
    expect(lines.slice(-2)).toEqual(['and 11 more', 'run r1, exit 1: 1 failed, 30 pending'])
    expect(body).toMatchObject({ kind: 'news', schedule: 'hubs', moreChanges: 0 })
  })

  it('names the schedule of each row where it is about several', () => {
    const rows = [row('a', { news: 'still' }), row('b', { news: 'still', schedule: 'branches', rank: 1 })]
    const body = noticeBody(id, rows, { at })
    expect(body.text).toBe('branches: b drifted and 1 more\n• hubs: a drifted')
    expect(body).not.toHaveProperty('schedule')
    expect(body.kind).toBe('reminder')
  })

  it('stays within its bounds when every text is long, and counts what has no room', () => {
    const long = '&<漢字😀'.repeat(400)
    const body = noticeBody(
      id,
      many(1000, { message: long, next: long, says: long, codes: Array(50).fill(long) }),
      {
        at,
        playbook: long,
        runId: long,
      },
    )
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(24 * 1024)
    expect(String(body.text).length).toBeLessThanOrEqual(4000)
    expect(misfits('notice', body)).toEqual([])
    const { changes, moreChanges } = body
    expect(Array.isArray(changes) ? changes.length + Number(moreChanges) : 0).toBe(1000)
    expect(String(body.text)).toMatch(/\nand 99\d more\n/)
  })

  it('has no key that a chat would act on but text', () => {
    const keys = Object.keys(noticeBody(id, many(2), { at, runId: 'r', playbook: 'p', exitCode: 0 }))
    const acted = [
      'channel',
      'username',
      'icon_url',
      'icon_emoji',
      'attachments',
      'blocks',
      'type',
      'props',
      'priority',
    ]
    expect(keys.filter((key) => acted.includes(key))).toEqual([])
  })
})

it('whatever devices and files say, the text of a notice acts on no terminal and has no mark, mention or link', () => {
  const marks = fc.constantFrom(
    '<',
    '>',
    '&',
    '@here',
    '<!channel>',
    '`',
    '*',
    '_',
    '~',
    '[',
    ']',
    '://',
    'www.',
    '\n',
  )
  const texts = fc.array(
    fc.oneof(
      hostile,
      fc.array(marks).map((all) => all.join('')),
      marks,
    ),
    {
      minLength: 6,
      maxLength: 6,
    },
  )
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 30 }), (all) => {
      const rows = all.map(([host = '', schedule = '', message = '', next = '', code = '', says = '']) =>
        row(host, { schedule, message, next, codes: [code], says }),
      )
      const [playbook = '', runId = ''] = all[0] ?? []
      const body = noticeBody(id, rows, { at, playbook, runId })
      expect(misfits('notice', body)).toEqual([])
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(24 * 1024)
      expect(JSON.stringify(body)).not.toMatch(acting)
      const text = String(body.text)
      expect(text).not.toMatch(acting)
      expect(text.split('\n').length).toBeLessThanOrEqual(mostRows + 2)
      expect(text).not.toMatch(/[<>@`*~[\]]|:\/\/|www\.|&(?!amp;|lt;|gt;)/)
    }),
  )
})

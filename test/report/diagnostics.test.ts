import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'
import { renderDiagnostics } from '../../src/report/diagnostics.ts'

function mistake(
  excerpt: string,
  col: number,
  length: number,
  severity: Diagnostic['severity'] = 'error',
): Diagnostic {
  return {
    code: 'UNKNOWN_KEY',
    severity,
    message: 'unknown key',
    at: { file: 'playbooks/hubs.yml', line: 7, col, length, excerpt },
  }
}

/** What stands above the carets in the picture that a terminal shows. */
function underlined(diagnostic: Diagnostic, width = 80): string {
  const lines = renderDiagnostics([diagnostic], { color: false, width }).split('\n')
  const source = lines[1] ?? ''
  const carets = lines[2] ?? ''
  return source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)
}

describe('mistakes in files', () => {
  it('read as reviewed', async () => {
    const list: readonly Diagnostic[] = [
      {
        ...mistake('password: hunter2', 11, 7, 'warning'),
        code: 'LITERAL_SECRET',
        message: 'a secret stands in the file',
      },
      {
        code: 'UNKNOWN_KEY',
        severity: 'error',
        message: 'unknown key "profils"',
        at: { file: 'playbooks/hubs.yml', line: 7, col: 5, length: 7, excerpt: '    profils: [VPN]' },
        hint: 'did you mean "profiles"?',
      },
      { code: 'USAGE', severity: 'error', message: 'no such option: --jsn', hint: 'did you mean --json?' },
    ]
    await expect(renderDiagnostics(list, { color: false, width: 80 })).toMatchFileSnapshot(
      'golden/diagnostics.txt',
    )
  })

  it('are underlined where they stand', () => {
    expect(underlined(mistake('    profils: [VPN]', 5, 7))).toBe('profils')
  })

  it('are underlined behind tabs', () => {
    expect(underlined(mistake('\t\tprofils: [VPN]', 3, 7))).toBe('profils')
  })

  it('are underlined behind characters that had to be escaped', () => {
    expect(underlined(mistake('\u001b[2Ja\u202e: profils', 9, 7))).toBe('profils')
  })

  it('are underlined in the middle of a long line, of which a window is shown', () => {
    const diagnostic = mistake(`${'a'.repeat(300)} profils ${'b'.repeat(300)}`, 302, 7)
    const [, source = ''] = renderDiagnostics([diagnostic], { color: false, width: 80 }).split('\n')
    expect(source.length).toBeLessThanOrEqual(80)
    expect(source).toMatch(/\| …a+ profils b+…$/)
    expect(underlined(diagnostic)).toBe('profils')
  })

  it('keep the caret below double-width characters', () => {
    const lines = renderDiagnostics([mistake('漢字: profils', 5, 7)], { color: false }).split('\n')
    expect(lines[2]?.indexOf('^')).toBe('    7 | '.length + 2 * 2 + 2)
  })

  it('past the end of a line have their caret there', () => {
    const lines = renderDiagnostics([mistake('routers:', 10, 1)], { color: false }).split('\n')
    expect(lines[2]).toBe('      |          ^')
  })

  it('come before warnings, in the order of the file, with a count at the end', () => {
    const text = renderDiagnostics(
      [
        mistake('a', 1, 1, 'warning'),
        { ...mistake('b', 2, 1), message: 'second' },
        { ...mistake('b', 1, 1), message: 'first' },
      ],
      { color: false },
    )
    expect(text.match(/first|second|warning UNKNOWN_KEY/g)).toEqual([
      'first',
      'second',
      'warning UNKNOWN_KEY',
    ])
    expect(text.trimEnd().split('\n').at(-1)).toBe('2 errors, 1 warning')
  })

  for (const line of [
    '    password: hunter2',
    '    password: "hunter2, }"  # mine',
    "    enable: 'hunter2",
    'lab: { username: netops, password: hunter2, agent: true }',
    '    "password" : hunter2',
  ]) {
    it(`never show a secret that stands in the file: ${line.trim()}`, () => {
      const text = renderDiagnostics([mistake(line, 1, 4)], { color: false })
      expect(text).not.toContain('unter2')
      expect(text).toContain('*****')
    })
  }

  it('show references to secrets as they stand', () => {
    const line = '    password: { env: IKERO_PASSWORD }'
    expect(renderDiagnostics([mistake(line, 5, 8)], { color: false })).toContain(line)
  })

  it('are nothing when there are none', () => {
    expect(renderDiagnostics([], { color: true })).toBe('')
  })
})

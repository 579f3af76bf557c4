import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'
import { renderDiagnostics } from '../../src/report/diagnostics.ts'
import { renderResult } from '../../src/report/human.ts'
import { createProgress } from '../../src/report/progress.ts'
import { hostile, hostileRuns } from './arbitrary.ts'
import { device, finding } from './builders.ts'

const acting =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u
/** The colour codes that reports themselves write. */
const ownColour = /\u001b\[(?:1|2|22|31|32|33|36|39)m/g

describe('text that a device or file made up', () => {
  it('never acts on the terminal from a report, and colours are only our own', () => {
    fc.assert(
      fc.property(hostileRuns, fc.boolean(), fc.integer({ min: 0, max: 200 }), (result, verbose, width) => {
        const plain = renderResult(result, { color: false, width, verbose, exitCode: 4 })
        expect(plain).not.toMatch(acting)
        const coloured = renderResult(result, { color: true, width, verbose, exitCode: 4 })
        expect(coloured.replace(ownColour, '')).toBe(plain)
      }),
      { numRuns: 100 },
    )
  })

  it('never acts on the terminal from a mistake in a file, wherever the caret stands', () => {
    const diagnostics = fc.record({
      code: fc.constant('INVALID_VALUE' as const),
      severity: fc.constantFrom('error' as const, 'warning' as const),
      message: hostile,
      hint: hostile,
      at: fc.record({
        file: hostile,
        line: fc.integer({ min: 1, max: 9999 }),
        col: fc.integer({ min: 1, max: 400 }),
        length: fc.integer({ min: 1, max: 400 }),
        excerpt: hostile,
      }),
    })
    fc.assert(
      fc.property(fc.array(diagnostics, { minLength: 1, maxLength: 4 }), (list: readonly Diagnostic[]) => {
        const text = renderDiagnostics(list, { color: false, width: 80 })
        expect(text).not.toMatch(acting)
        expect(renderDiagnostics(list, { color: true, width: 80 }).replace(ownColour, '')).toBe(text)
      }),
    )
  })

  it('is one line, without escapes, in a plain log', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (host, line, said) => {
        const written: string[] = []
        const progress = createProgress({
          kind: 'plain',
          write: (text) => written.push(text),
          size: () => ({ columns: 80, rows: 24 }),
          color: false,
          hosts: [],
          now: () => 0,
        })
        progress.emit({ kind: 'run-started', command: 'apply', runId: host, playbook: line, hosts: [host] })
        progress.emit({ kind: 'line-sent', host, target: said, line, purpose: 'change' })
        progress.emit({ kind: 'line-replied', host, line, reply: 'refused', said })
        progress.emit({
          kind: 'finding',
          host,
          finding: finding('PEER_LOST', 'warn', { target: line, message: said }),
        })
        progress.emit({ kind: 'read-back', host, target: line, value: said, asWanted: false })
        progress.emit({ kind: 'saved', host, ok: false, said })
        progress.emit({ kind: 'coverage', host, text: said, proven: 0, peers: 1 })
        progress.emit({ kind: 'device-finished', outcome: device(host, 'verified') })
        await progress.stop()
        for (const text of written) expect(text).toMatch(/^[^\n]*\n$/)
        expect(written.join('')).not.toMatch(acting)
        expect(written).toHaveLength(8)
      }),
      { numRuns: 100 },
    )
  })
})

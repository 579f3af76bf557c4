import fc from 'fast-check'
import { type RunResult, statuses } from '../../src/model/outcome.ts'
import { coverage, device, finding, profile, role, run } from './builders.ts'

// What a hostile device or file would put into a field: escape sequences, line feeds, invisible and
// direction-changing characters, half surrogates, tabs, very long words.
const spice = fc.constantFrom(
  '\u001b[31m',
  '\u001b]0;owned\u0007',
  '\u009b2J',
  '\r',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\u0007',
  '\u007f',
  '\u0085',
  '\u202e',
  '\u200b',
  '\u2028',
  '\ufeff',
  '\ud800',
  '漢字',
  'é',
  'x'.repeat(300),
  '   ',
)
export const hostile: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }), spice), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))

/** A result of one device a status, in which every text that a device or a file may fill is hostile. */
function hostileRun(texts: readonly string[]): RunResult {
  let index = 0
  const text = (): string => {
    index += 1
    return texts[index % texts.length] ?? ''
  }
  const lines = (): readonly string[] => [text(), text()]
  const devices = statuses.map((status) =>
    device(text(), status, {
      software: { os: 'ios', version: text(), model: text(), serial: text(), evidence: text() },
      saved: 'no',
      findings: (['block', 'warn', 'info'] as const).flatMap((severity) => [
        finding('PEER_TYPE_UNKNOWN', severity, {
          target: text(),
          message: text(),
          evidence: text(),
          peers: lines(),
          next: text(),
        }),
        finding('PEER_LOST', severity, { message: text(), next: text() }),
        finding('MULTI_PEER', severity, { accepted: { by: text(), until: text(), reason: text() } }),
      ]),
      targets: [
        profile(text(), status, {
          before: text(),
          after: text(),
          usedBy: lines(),
          coverage: coverage({ lost: 1 }),
        }),
        profile(text(), status, { before: text(), sent: false, usedBy: [] }),
      ],
      change: { lines: lines(), revert: lines(), clears: lines() },
      roles: [
        role(text(), text(), { evidence: text() }),
        role(text(), text(), { reading: 'no-sa', proof: 'lost' }),
      ],
      coverageText: text(),
      known: { reason: text(), until: text() },
      error: {
        code: 'LINE_REFUSED',
        message: text(),
        cause: 'network',
        line: text(),
        reply: text(),
        next: text(),
      },
    }),
  )
  return run(devices, {
    playbook: text(),
    runId: text(),
    change: text(),
    planFile: { path: text(), contentHash: text(), signedBy: text() },
    startedAt: text(),
    interrupted: true,
  })
}

/** Results whose texts are hostile. */
export const hostileRuns: fc.Arbitrary<RunResult> = fc
  .array(hostile, { minLength: 31, maxLength: 31 })
  .map(hostileRun)

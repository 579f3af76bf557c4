import { PassThrough } from 'node:stream'
import { ReadStream } from 'node:tty'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { Flags } from '../../src/cli/flags.ts'
import { runAndTell } from '../../src/cli/run-and-tell.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { Finding } from '../../src/model/finding.ts'
import {
  type DeviceOutcome,
  type RunResult,
  type Status,
  statuses,
  type TargetOutcome,
  worst,
} from '../../src/model/outcome.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { misfits } from '../documents.ts'
import { device, finding, profile, run } from '../report/builders.ts'
import { input } from '../report/report-inputs.ts'

// The exit code of drift, recomputed from what is printed, by the table of the contract and by nothing of ikero's.

/** As much of the printed document as the table speaks of. */
interface Printed {
  readonly exitCode: number
  readonly interrupted?: true
  readonly halted?: true
  readonly devices: readonly {
    readonly status: Status
    readonly known?: unknown
    readonly error?: { readonly code: string }
    readonly findings: readonly { readonly code: string }[]
    readonly targets: readonly { readonly status: Status; readonly pendingKind?: string }[]
  }[]
}

function countedIn({ devices }: Printed): Printed['devices'] {
  return devices.filter(({ known, error }) => known === undefined || error?.code === 'HOST_KEY_CHANGED')
}

const refusing: readonly Status[] = ['failed', 'unreachable', 'blocked', 'skipped', 'rolled-back']

/** `known` entries do not count, a changed host key always does; whoever interrupts twice is told that first. */
function byTheTable(printed: Printed): number {
  const counted = countedIn(printed)
  const some = (holds: (one: Printed['devices'][number]) => boolean): boolean => counted.some(holds)
  if (printed.halted === true) return 130
  if (some(({ status }) => status === 'unknown')) return 4
  if (printed.interrupted === true) return 130
  if (some(({ status }) => refusing.includes(status))) return 1
  if (some(({ findings }) => findings.some(({ code }) => code === 'PROOF_OVERDUE'))) return 3
  // Also of a device that is called by a target which waits for its proof: that is the worse status.
  const pending = some(({ status, targets }) =>
    [{ status }, ...targets].some((one) => one.status === 'pending'),
  )
  return pending ? 2 : 0
}

/** What the sentence for people must be, from the same document. */
function bySentence(printed: Printed, code: number): RegExp {
  const counted = countedIn(printed)
  const failing = ['failed', 'rolled-back', 'unreachable', 'blocked', 'skipped'].filter((status) =>
    counted.some((one) => one.status === status),
  )
  const pending = counted.flatMap(({ targets }) => targets.filter(({ status }) => status === 'pending'))
  const kinds = [
    ['drifted', 'drifted'],
    ['never-applied', 'never applied'],
    ['unsaved', 'unsaved'],
  ].flatMap(([kind, words]) => {
    const count = pending.filter((one) => (one.pendingKind ?? 'never-applied') === kind).length
    return count === 0 ? [] : [`${count} ${words}`]
  })
  const apart = counted.length < printed.devices.length ? ', apart from what the playbook expects' : ''
  const said: Readonly<Record<number, string>> = {
    0: `every target is as asked, and none has lost a peer${apart}`,
    1: `a device is ${failing.join(' or ')}`,
    2: `not as asked: ${kinds.length === 0 ? 'a device is pending' : kinds.join(', ')}`,
    3: 'the proof of a target is overdue',
    4: 'the state of .+ is unknown: a person must look',
    130: 'interrupted',
  }
  return new RegExp(`^ +exit +${code}: ${said[code]}$`, 'm')
}

const anyStatus = fc.constantFrom(...statuses)
const target: fc.Arbitrary<Partial<TargetOutcome> & { readonly status: Status }> = fc.record(
  {
    status: anyStatus,
    pendingKind: fc.constantFrom('drifted' as const, 'never-applied' as const, 'unsaved' as const),
    reason: fc.constant('this is the standby unit'),
  },
  { requiredKeys: ['status'] },
)
const found: fc.Arbitrary<Finding> = fc
  .record({
    code: fc.constantFrom(
      'PROOF_OVERDUE',
      'PROOF_OVERDUE',
      'LAST_CHANGE',
      'NOT_SAVED',
      'PEER_DOWN',
      'UNSAVED_CHANGES',
    ),
    about: fc.constantFrom('P0', 'P1', 'P9', undefined),
  })
  .map(({ code, about }) => finding(code, 'warn', about === undefined ? {} : { target: about }))
const anyDevice: fc.Arbitrary<(nth: number) => DeviceOutcome> = fc
  .record({
    own: fc.option(anyStatus, { nil: undefined }),
    targets: fc.array(target, { maxLength: 3 }),
    findings: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(found, { maxLength: 3 }) },
    ),
    saved: fc.constantFrom('no' as const, 'not-needed' as const),
    known: fc.option(fc.constant({ reason: 'line ordered', until: '2027-01-31' }), { nil: undefined }),
    error: fc.option(
      fc.constantFrom('HOST_KEY_CHANGED' as const, 'CONNECT_FAILED' as const, 'PEER_LOST' as const),
      { nil: undefined },
    ),
  })
  .map(({ own, targets, findings, saved, known, error }) => (nth: number) => {
    const status = worst([...targets.map((one) => one.status), ...(own === undefined ? [] : [own])])
    const named = targets.map((one, index) =>
      profile(`P${index}`, one.status, { before: 'responder-only', sent: false, ...one }),
    )
    return device(`hub${nth}`, status, {
      saved,
      findings,
      targets: named,
      ...(known === undefined ? {} : { known }),
      ...(error === undefined ? {} : { error: { code: error, message: 'm', next: 'n' } }),
    })
  })
const results: fc.Arbitrary<RunResult> = fc
  .record({
    // Most fleets of a night are well but for one or two.
    devices: fc.oneof(fc.array(anyDevice, { maxLength: 3 }), fc.array(anyDevice, { maxLength: 15 })),
    interrupted: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
    halted: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(({ devices, interrupted, halted }) =>
    run(
      devices.map((make, nth) => make(nth)),
      { command: 'drift', interrupted, ...(halted ? { halted: true as const } : {}) },
    ),
  )

/** What the command prints of a result, and what its process ends with. */
async function told(
  result: RunResult,
  flags: Readonly<Record<string, boolean>>,
): Promise<{ code: number; stdout: string }> {
  const stdout = Object.assign(new PassThrough(), { columns: 400 })
  let text = ''
  stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  const io = {
    argv: ['drift'],
    command: 'drift',
    env: {},
    cwd: '/',
    stdin: Object.assign(Object.create(ReadStream.prototype), { isTTY: false }),
    stdout,
    stderr: new PassThrough().resume(),
    signal: new AbortController().signal,
    halt: new AbortController().signal,
    interrupt: () => undefined,
  }
  const done = {
    kind: 'done',
    result,
    folder: '/r',
    exitCode: exitCodeOf(result),
    warnings: [],
    undeclaredPeers: [],
  } as const
  const code = await runAndTell(new Flags({ ...flags }), io, async () => done)
  return { code, stdout: text }
}

/** How many failures and errors the head of a JUnit file counts, and how many stand in it. */
function redIn(xml: string): number {
  let head = 0
  let inside = 0
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testsuites') head = Number(attributes.failures) + Number(attributes.errors)
    if (name === 'failure' || name === 'error') inside += 1
  })
  parser.write(xml).close()
  expect(inside).toBe(head)
  return head
}

describe('the exit code of drift', () => {
  it('is that of its process, and follows from what is printed; sentence and JUnit say the same', async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(results, async (result) => {
        const json = await told(result, { json: true })
        const document: unknown = JSON.parse(json.stdout)
        expect(misfits('result', document)).toEqual([])
        const printed: Printed = JSON.parse(json.stdout)
        expect(printed.exitCode).toBe(json.code)
        expect(byTheTable(printed)).toBe(json.code)
        seen.add(json.code)

        for (const verbose of [false, true]) {
          const human = await told(result, { verbose })
          expect(human.code).toBe(json.code)
          expect(human.stdout).toMatch(bySentence(printed, json.code))
        }

        const red = redIn(renderJunit(input(result, { exitCode: json.code })))
        const onlySkipped = countedIn(printed).every(
          ({ status }) => !refusing.includes(status) || status === 'skipped',
        )
        if (json.code === 0) expect(red).toBe(0)
        // What was not begun is skipped in JUnit too; an interruption is no test that failed.
        else if (json.code !== 130 && !(json.code === 1 && onlySkipped)) expect(red).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 130])
  })
})

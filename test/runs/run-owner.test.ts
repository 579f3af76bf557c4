import { describe, expect, it } from 'vitest'
import type { LeaseView, OwnerState, ProcessMark } from '../../src/model/lease.ts'
import type { RunOwner } from '../../src/model/run-view.ts'
import { isJournalLine } from '../../src/runs/entry-shape.ts'
import type { ProcessLook } from '../../src/runs/lease-owner.ts'
import { ownerAtWork } from '../../src/runs/run-owner.ts'
import { started } from './build.ts'
import { leaseOf, markOf, newRun, oldRun, processOf } from './leases.ts'

const me = markOf(100)
const other = markOf(200)
const elsewhere = markOf(300, { machine: 'noc2', boot: 'b2' })
const bare = ({ owner, machine, pid }: ProcessMark): RunOwner => ({ owner, machine, pid })

const view = (state: OwnerState, mark: ProcessMark, runId = newRun): LeaseView => ({
  host: 'hub1',
  state,
  lease: leaseOf('hub1', mark, { runId }),
})

interface Case {
  readonly when: string
  readonly holder?: ProcessMark
  readonly look?: ProcessLook
  readonly leases?: readonly LeaseView[]
  readonly owner?: ProcessMark
}

const cases: readonly Case[] = [
  {
    when: 'its process runs here, without any lease',
    holder: other,
    look: { kind: 'there', started: '20000' },
    owner: other,
  },
  { when: 'its process has ended', holder: other, look: { kind: 'gone' } },
  {
    when: 'another process has its number now',
    holder: other,
    look: { kind: 'there', started: '99999' },
    leases: [view('alive', other)],
  },
  { when: 'a lease says alive of a process that is gone', holder: other, leases: [view('alive', other)] },
  {
    when: 'the system tells no start, and its lease is fresh',
    holder: other,
    look: { kind: 'there' },
    leases: [view('alive', other)],
    owner: other,
  },
  { when: 'the system tells no start, and it has no lease', holder: other, look: { kind: 'there' } },
  {
    when: 'another machine runs it, and its heartbeat is fresh',
    holder: elsewhere,
    leases: [view('unknown', other, oldRun), view('alive', elsewhere)],
    owner: elsewhere,
  },
  {
    when: 'another machine ran it, and its heartbeat has stopped',
    holder: elsewhere,
    leases: [view('unknown', elsewhere)],
  },
  {
    when: 'another machine ran it, and only another run holds a lease',
    holder: elsewhere,
    leases: [view('alive', elsewhere, oldRun)],
  },
  { when: 'another machine ran it, and no lease is there', holder: elsewhere },
  {
    when: 'the record names no process, and its lease is fresh',
    leases: [view('alive', other)],
    owner: other,
  },
  { when: 'the record names no process, and no lease is there' },
  { when: 'this very process began it, and holds no lease of it', holder: me },
  { when: 'this very process is at it', holder: me, leases: [view('alive', me)], owner: me },
]

describe('who is at work on a run without an end', () => {
  it.each(cases)('$when', ({ holder, look, leases = [], owner }) => {
    const own = processOf(me, {
      100: { kind: 'there', started: '10000' },
      ...(look === undefined ? {} : { 200: look }),
    })
    const run = { runId: newRun, ...(holder === undefined ? {} : { holder }) }
    expect(ownerAtWork(run, leases, own)).toEqual(owner === undefined ? undefined : bare(owner))
  })
})

describe('the process on record', () => {
  const line = (holder: unknown): unknown => ({
    v: 1,
    seq: 0,
    at: '2026-11-24T19:30:00.000Z',
    entry: { ...started(), holder },
  })
  it.each([undefined, me, { owner: 'a', machine: 'b', pid: 0 }])('is believed as %j', (holder) => {
    expect(isJournalLine(line(holder))).toBe(true)
  })
  it.each([
    'alice',
    [],
    { ...me, pid: '100' },
    { ...me, pid: -1 },
    { ...me, pid: 1.5 },
    { ...me, owner: '' },
    { ...me, machine: 'm'.repeat(257) },
    { ...me, pidStarted: 7 },
    { machine: 'noc1', pid: 1 },
  ])('is not believed as %j', (holder) => {
    expect(isJournalLine(line(holder))).toBe(false)
  })
})

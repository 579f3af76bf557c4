import { formatMoment, isoMoment } from '../kernel/moment.ts'
import type { Coverage, RunResult } from '../model/outcome.ts'
import type { OpenTarget } from '../model/run-view.ts'
import { coverageText } from '../proof/coverage-text.ts'
import type { RunStore } from '../runs/store.ts'

interface Look {
  readonly coverage: Coverage
  readonly completeByMs?: number
  readonly overdue: boolean
}

const keyOf = (host: string, target: string): string => JSON.stringify([host, target])

/** Coverage of open targets by the newest run that judged each. */
export async function withLooks(
  open: readonly OpenTarget[],
  store: RunStore,
): Promise<readonly OpenTarget[]> {
  const unproven = open.filter((one) => one.status === 'unproven')
  if (unproven.length === 0) return open
  const missing = new Set(unproven.map(({ host, target }) => keyOf(host, target)))
  const looks = new Map<string, Look>()
  const oldest = unproven.map((one) => one.runId).sort()[0] ?? ''
  for (const { runId } of await store.list()) {
    // Run ids begin with their time: older ones cannot have judged a change that was not made yet.
    if (missing.size === 0 || runId.slice(0, 15) < oldest.slice(0, 15)) break
    const run = await store.read(runId)
    const result = run.kind === 'ok' ? run.value.result : undefined
    if (result === undefined) continue
    for (const [key, look] of looksOf(result)) if (missing.delete(key)) looks.set(key, look)
  }
  return open.map((one) => {
    const look = looks.get(keyOf(one.host, one.target))
    return look === undefined ? one : { ...one, ...told(look) }
  })
}

function told({
  coverage,
  completeByMs,
  overdue,
}: Look): Pick<OpenTarget, 'coverage' | 'completeBy' | 'text' | 'overdue'> {
  const complete = completeByMs === undefined ? {} : { completeByMs }
  const completeBy = completeByMs === undefined ? undefined : isoMoment(completeByMs)
  return {
    coverage,
    text: coverageText([{ coverage, ...complete }], formatMoment),
    ...(completeBy === undefined ? {} : { completeBy }),
    ...(overdue ? { overdue } : {}),
  }
}

function looksOf(result: RunResult): readonly (readonly [string, Look])[] {
  return result.devices.flatMap((device) =>
    device.targets.flatMap((target) => {
      if (target.coverage === undefined) return []
      const rows = device.roles.filter((row) => row.target === target.name)
      const old = rows.filter((row) => row.proof === 'waiting' || row.proof === 'at-risk')
      const seconds = old.flatMap((row) => row.remainingSeconds ?? [])
      // One old SA of which nothing is known leaves the end of all of them unknown.
      const known = old.length > 0 && seconds.length === old.length
      const end = known ? { completeByMs: Date.parse(result.finishedAt) + Math.max(...seconds) * 1000 } : {}
      const overdue = device.findings.some(
        (finding) => finding.code === 'PROOF_OVERDUE' && finding.target === target.name,
      )
      return [[keyOf(device.host, target.name), { coverage: target.coverage, overdue, ...end }] as const]
    }),
  )
}

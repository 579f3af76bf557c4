import type { FailureCode } from './codes.ts'
import { availabilityExplanations } from './explanations/availability.ts'
import type { Explanation } from './explanations/explanation.ts'
import { type FileCode, fileExplanations } from './explanations/files.ts'
import { peerExplanations } from './explanations/peers.ts'
import { platformExplanations } from './explanations/platform.ts'
import { proofExplanations } from './explanations/proof.ts'
import { revertTimerExplanations } from './explanations/revert-timer.ts'
import { runExplanations } from './explanations/run.ts'
import { sessionExplanations } from './explanations/session.ts'
import { targetExplanations } from './explanations/targets.ts'

export type { Explanation } from './explanations/explanation.ts'

/** Every code that a report or a message may carry: one without an entry does not compile. */
export const explanations: Readonly<Record<FileCode | FailureCode, Explanation>> = {
  ...fileExplanations,
  ...platformExplanations,
  ...targetExplanations,
  ...peerExplanations,
  ...availabilityExplanations,
  ...proofExplanations,
  ...runExplanations,
  ...revertTimerExplanations,
  ...sessionExplanations,
}

/** Codes that belong together, in the order in which a run meets them. */
export interface CodeGroup {
  readonly title: string
  readonly codes: readonly ExplainedCode[]
}

/** A code with what is told of it. */
export interface ExplainedCode extends Explanation {
  readonly code: string
}

function group(title: string, part: Readonly<Record<string, Explanation>>): CodeGroup {
  return { title, codes: Object.entries(part).map(([code, explanation]) => ({ code, ...explanation })) }
}

export const codeGroups: readonly CodeGroup[] = [
  group('files and command line', fileExplanations),
  group('no session with the device', sessionExplanations),
  group('the device and its software', platformExplanations),
  group('the profile or entry', targetExplanations),
  group('the other end', peerExplanations),
  group('pairs, contexts and the way there', availabilityExplanations),
  group('the change and its record', runExplanations),
  group('the way back that a device keeps', revertTimerExplanations),
  group('what the tunnels show afterwards', proofExplanations),
]

/** What is told of a code; upper or lower case, `-` for `_`. Undefined where there is no such code. */
export function explain(code: string): ExplainedCode | undefined {
  const wanted = code.trim().toUpperCase().replaceAll('-', '_')
  return codeGroups.flatMap((one) => one.codes).find((one) => one.code === wanted)
}

import type { ConfigStep } from '../model/plan.ts'

/** The steps, where their lines are exactly these texts; what differs in one character is something else. */
export function sameLines(
  steps: readonly ConfigStep[],
  texts: readonly string[],
): readonly ConfigStep[] | undefined {
  const same = steps.length === texts.length && steps.every((step, index) => step.line === texts[index])
  return same ? steps : undefined
}

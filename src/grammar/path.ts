import type { Grammar, ModeId, Transition } from './types.ts'

/** The shortest way between two modes; `no-path` is an answer, and nothing is sent then. */
export type PathAnswer =
  | { readonly kind: 'path'; readonly steps: readonly Transition[] }
  | { readonly kind: 'no-path' }

export function path(grammar: Grammar, from: ModeId, to: ModeId): PathAnswer {
  const queue: { readonly mode: ModeId; readonly steps: readonly Transition[] }[] = [
    { mode: from, steps: [] },
  ]
  const seen = new Set<ModeId>([from])
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next.mode === to) return { kind: 'path', steps: next.steps }
    for (const step of grammar.transitions) {
      if (step.from !== next.mode || seen.has(step.to)) continue
      seen.add(step.to)
      queue.push({ mode: step.to, steps: [...next.steps, step] })
    }
  }
  return { kind: 'no-path' }
}

/** The same grammar without the modes that write: from there no way leads into configuration. */
export function readOnly(grammar: Grammar): Grammar {
  const kept = new Set(grammar.modes.filter((mode) => !mode.writes).map((mode) => mode.id))
  return {
    ...grammar,
    transitions: grammar.transitions.filter((step) => kept.has(step.from) && kept.has(step.to)),
  }
}

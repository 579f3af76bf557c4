import { isWithin } from './json.ts'
import type { Violation } from './validate.ts'

// A schema that offers a choice reports the mistakes of every branch. A person meant one of them: only
// the branch that fits best is told, or, where none fits even in shape, that none does.

function isChoice(violation: Violation): boolean {
  return violation.keyword === 'oneOf' || violation.keyword === 'anyOf'
}

function belongs(violation: Violation, choice: Violation): boolean {
  return violation.schemaPath.startsWith(`${choice.schemaPath}/`) && isWithin(violation.path, choice.path)
}

function branchOf(violation: Violation, choice: Violation): number {
  return Number(violation.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0])
}

/** How badly a branch fits: the shape first, then a value that names the branch, then the count. */
function misfit(branch: readonly Violation[], choice: Violation): readonly number[] {
  const depth = choice.path.length
  const shape = branch.some((violation) => violation.keyword === 'type' && violation.path.length === depth)
  const named = branch.filter(
    (violation) =>
      (violation.keyword === 'const' || violation.keyword === 'enum') && violation.path.length <= depth + 1,
  )
  const foreign = branch.filter((violation) => violation.keyword === 'additionalProperties')
  return [shape ? 1 : 0, named.length, foreign.length, branch.length]
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** True when the value itself, not something inside it, keeps it out of the branch. */
function refusesValue(branch: readonly Violation[], choice: Violation): boolean {
  return branch.some(
    ({ keyword, path }) =>
      path.length === choice.path.length && /^(?:type|const|enum|pattern)$/.test(keyword),
  )
}

/** `anyOf` over nothing but `required`: one problem that names all keys of which one must be there. */
function missingOneOf(branches: readonly (readonly Violation[])[], choice: Violation): Violation | undefined {
  const keys = branches.map((branch) =>
    branch.length === 1 && branch[0]?.keyword === 'required' && branch[0].path.length === choice.path.length
      ? branch[0].params.missingProperty
      : undefined,
  )
  if (keys.length === 0 || keys.includes(undefined)) return undefined
  return { ...choice, keyword: 'required', params: { missingOneOf: keys } }
}

/** Branches told apart by one key (`kind`): when it fits none, all its values are named at once. */
function missingName(branches: readonly (readonly Violation[])[], choice: Violation): Violation | undefined {
  const names = branches.map((branch) =>
    branch.find(({ keyword, path }) => keyword === 'const' && path.length === choice.path.length + 1),
  )
  const [first] = names
  if (first === undefined || names.length < 2) return undefined
  if (!names.every((name) => name !== undefined && isWithin(name.path, first.path))) return undefined
  return { ...first, keyword: 'enum', schema: { enum: names.map((name) => name?.schema.const) } }
}

function byBranch(inner: readonly Violation[], choice: Violation): readonly (readonly Violation[])[] {
  const groups = new Map<number, Violation[]>()
  for (const violation of inner) {
    const branch = branchOf(violation, choice)
    groups.set(branch, [...(groups.get(branch) ?? []), violation])
  }
  return [...groups.values()].map(settleChoices)
}

function settleChoice(choice: Violation, inner: readonly Violation[]): readonly Violation[] {
  if (Array.isArray(choice.params.passingSchemas)) return [choice]
  const branches = byBranch(inner, choice)
  const missing = missingOneOf(branches, choice)
  if (missing !== undefined) return [missing]
  const fitting = branches.filter((branch) => !refusesValue(branch, choice))
  const name = missingName(fitting, choice)
  if (name !== undefined) return [name]
  return [...fitting].sort((a, b) => compare(misfit(a, choice), misfit(b, choice)))[0] ?? [choice]
}

/** Leaves one branch's violations of every choice, outer choices first. */
export function settleChoices(violations: readonly Violation[]): readonly Violation[] {
  const choices = violations.filter(isChoice).sort((a, b) => a.schemaPath.length - b.schemaPath.length)
  let rest = violations
  for (const choice of choices) {
    if (!rest.includes(choice)) continue
    const inner = rest.filter((violation) => violation !== choice && belongs(violation, choice))
    const outer = rest.filter((violation) => violation !== choice && !inner.includes(violation))
    // Settled violations keep their choice's schema path, so an inner choice is not settled twice.
    rest = [...outer, ...settleChoice(choice, inner)]
  }
  return rest
}

import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { isRecord } from '../kernel/is-record.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { printable, quoted } from '../kernel/printable.ts'
import { platformIds } from '../model/ids.ts'
import { isWindowReason } from '../model/rollout.ts'
import type { ParseRequest } from '../wire/parse.ts'
import { isChangeWindow, isFreezePeriod } from '../wire/remediation.ts'
import type {
  AdoptOptions,
  ApplyOptions,
  DriftOptions,
  PlanOptions,
  ReportOptions,
  ResumeOptions,
  RollbackOptions,
  RunOptions,
  TrustOptions,
  UnlockOptions,
} from './options.ts'

// The compiler has checked none of this where a caller writes JavaScript, or reads its options from somewhere.

type RunOption = keyof RunOptions
/** Every option of every function. */
export type OptionName =
  | RunOption
  | keyof PlanOptions
  | keyof ApplyOptions
  | keyof DriftOptions
  | keyof ResumeOptions
  | keyof RollbackOptions
  | keyof ReportOptions
  | keyof UnlockOptions
  | keyof TrustOptions
  | keyof AdoptOptions
  | keyof ParseRequest

interface Rule {
  readonly what: string
  readonly holds: (value: unknown) => boolean
  /** Its texts may be secrets, or long: they are not repeated. */
  readonly quiet?: true
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isPath = (value: unknown): boolean => isText(value) && !String(value).includes('\0')
const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most
const isListOf = (value: unknown, one: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(one)
const isTable = (value: unknown, one: (item: unknown) => boolean): boolean =>
  isRecord(value) && Object.values(value).every(one)
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const optional =
  (one: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || one(value)

const path: Rule = { what: 'a path', holds: isPath }
const text: Rule = { what: 'a text that is not empty', holds: isText }
const texts: Rule = { what: 'a list of texts', holds: (value) => isListOf(value, isText) }
const flag: Rule = { what: 'true or false', holds: isFlag }
const callback: Rule = { what: 'a function', holds: isFunction }
const signal: Rule = { what: 'an AbortSignal', holds: (value) => value instanceof AbortSignal }

const clockParts = ['monotonicMs', 'wall', 'sleep', 'timer']
const rules: Readonly<Record<OptionName, Rule>> = {
  playbook: path,
  inventory: path,
  stateDir: path,
  transcripts: path,
  cwd: path,
  output: path,
  baseline: path,
  run: path,
  limit: text,
  fingerprint: text,
  targets: texts,
  hosts: texts,
  knownHosts: { what: 'a list of paths', holds: (value) => isListOf(value, isPath) },
  concurrency: { what: 'a whole number from 1 to 1000', holds: (value) => isWhole(value, 1, 1000) },
  maxAgeMs: {
    what: 'a number of milliseconds, 0 or more',
    holds: (value) => typeof value === 'number' && value >= 0,
  },
  uid: {
    what: 'the number of a user',
    holds: (value) => isWhole(value, 0, Number.MAX_SAFE_INTEGER),
  },
  ignoreWindow: {
    what: 'the reason: one line of visible characters, at most 500',
    holds: (value) => typeof value === 'string' && isWindowReason(value),
  },
  requireProof: flag,
  dryRun: flag,
  remediate: flag,
  maxDevices: { what: 'a whole number from 1', holds: (value) => isWhole(value, 1, Number.MAX_SAFE_INTEGER) },
  window: { what: 'an object with from, to and timezone: a window that opens', holds: isChangeWindow },
  freeze: {
    what: 'a list of objects with from, until, timezone and reason: days that there are',
    holds: (value) => isListOf(value, isFreezePeriod),
  },
  force: flag,
  replace: flag,
  hash: flag,
  env: {
    what: 'an object whose values are texts',
    holds: (value) =>
      isTable(
        value,
        optional((item) => typeof item === 'string'),
      ),
    quiet: true,
  },
  documents: {
    what: 'an object with a text for each path',
    holds: (value) => isTable(value, (item) => typeof item === 'string'),
    quiet: true,
  },
  signal,
  halt: signal,
  onEvent: callback,
  promptSecret: callback,
  approve: callback,
  approveClears: callback,
  confirm: callback,
  saveTo: {
    what: 'an object with path, a path, and force, true or false',
    holds: (value) => isRecord(value) && isPath(value.path) && optional(isFlag)(value.force),
  },
  requireSignature: {
    what: 'an object, in which allowedSigners may be a path',
    holds: (value) => isRecord(value) && optional(isPath)(value.allowedSigners),
  },
  self: {
    what: 'an object with pid, a number, and isRunning, a function',
    holds: (value) =>
      isRecord(value) &&
      isWhole(value.pid, 1, Number.MAX_SAFE_INTEGER) &&
      optional(isFunction)(value.isRunning),
  },
  clock: {
    what: `an object with the functions ${clockParts.join(', ')}`,
    // Its functions may be methods of a class.
    holds: (value) => isRecord(value) && clockParts.every((part) => isFunction(Reflect.get(value, part))),
  },
  format: {
    what: 'html, markdown or junit',
    holds: (value) => typeof value === 'string' && /^(?:html|markdown|junit)$/.test(value),
  },
  command: text,
  text: { what: 'a text', holds: (value) => typeof value === 'string', quiet: true },
  platform: { what: platformIds.join(' or '), holds: (value) => platformIds.some((id) => id === value) },
  localAddresses: texts,
}

/** Options that each run has; who gives them to a function that has no use for them is not told. */
const runOptions: Readonly<Record<RunOption, true>> = {
  playbook: true,
  inventory: true,
  documents: true,
  limit: true,
  concurrency: true,
  ignoreWindow: true,
  requireProof: true,
  knownHosts: true,
  stateDir: true,
  transcripts: true,
  env: true,
  cwd: true,
  signal: true,
  halt: true,
  onEvent: true,
  promptSecret: true,
  uid: true,
  self: true,
  clock: true,
}

interface Wants {
  readonly needs: readonly OptionName[]
  /** For functions that write, all else that they take: what they would pass over is refused. */
  readonly takes?: readonly OptionName[]
}

export type FunctionName =
  | 'validate'
  | 'plan'
  | 'apply'
  | 'verify'
  | 'drift'
  | 'resume'
  | 'rollback'
  | 'printRollback'
  | 'listRuns'
  | 'openTargets'
  | 'showRun'
  | 'report'
  | 'listLeases'
  | 'unlock'
  | 'doctor'
  | 'trust'
  | 'adopt'
  | 'parse'

const functions: Readonly<Record<FunctionName, Wants>> = {
  validate: { needs: ['playbook'] },
  plan: { needs: ['playbook'] },
  apply: { needs: ['playbook', 'approve'], takes: ['dryRun', 'maxAgeMs', 'requireSignature'] },
  verify: { needs: ['playbook'] },
  drift: { needs: ['playbook'], takes: ['baseline', 'remediate', 'maxDevices', 'window', 'freeze'] },
  resume: { needs: ['run', 'confirm'], takes: [] },
  rollback: { needs: ['run', 'approve'], takes: ['targets'] },
  printRollback: { needs: ['run'] },
  listRuns: { needs: [] },
  openTargets: { needs: [] },
  showRun: { needs: [] },
  report: { needs: ['run', 'format'] },
  listLeases: { needs: [] },
  unlock: { needs: ['approve'], takes: ['force'] },
  doctor: { needs: [] },
  trust: { needs: ['hosts', 'approve'], takes: ['replace', 'hash', 'fingerprint'] },
  adopt: { needs: ['inventory'] },
  parse: { needs: ['command', 'text', 'platform'] },
}

/** What is wrong with the options of a call, all of it at once; empty when all is well. */
export function optionProblems(name: FunctionName, options: unknown): readonly Diagnostic[] {
  if (!isRecord(options)) return [problem(`${name} takes an object of options, not ${shown(options)}`)]
  try {
    return problemsIn(name, options)
  } catch (thrown) {
    return [problem(`the options of ${name} cannot be read: ${printable(messageOf(thrown))}`)]
  }
}

function problemsIn(name: FunctionName, options: Readonly<Record<string, unknown>>): readonly Diagnostic[] {
  const { needs, takes } = functions[name]
  // Its own options only: those of a prototype would be lost where they are completed.
  const missing = needs.filter((need) => !Object.hasOwn(options, need) || options[need] === undefined)
  return [
    ...missing.map((need) => problem(`${name} needs ${need}: ${rules[need].what}`)),
    ...Object.entries(options).flatMap(([key, value]) => {
      if (!isOption(key)) {
        const hint = didYouMean(key, Object.keys(rules))
        return [problem(`${name} has no option ${quoted(key)}`, hint)]
      }
      if (value === undefined) return []
      const { what, holds, quiet } = rules[key]
      if (!holds(value)) return [problem(`${key} must be ${what}, not ${shown(value, quiet)}`)]
      const passedOver = takes !== undefined && ![...needs, ...takes].includes(key)
      if (!passedOver || key in runOptions || typeof value === 'function') return []
      return [problem(`${name} has no option ${key}, and would go on without it`)]
    }),
  ]
}

/** The same for names that are an argument of their own. */
export function nameProblems(name: FunctionName, names: unknown): readonly Diagnostic[] {
  const { what } = name === 'unlock' ? texts : text
  const holds = name === 'unlock' ? texts.holds(names) : isPath(names)
  return holds ? [] : [problem(`the first argument of ${name} must be ${what}, not ${shown(names)}`)]
}

function isOption(key: string): key is OptionName {
  return Object.hasOwn(rules, key)
}

function problem(message: string, hint?: string): Diagnostic {
  return diagnostic('USAGE', message, undefined, hint)
}

function shown(value: unknown, quiet?: true): string {
  if (typeof value === 'string') return quiet === true ? 'a text' : quoted(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

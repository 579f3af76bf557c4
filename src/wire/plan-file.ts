import { createHash } from 'node:crypto'
import { type FileAccess, filesIn } from '../document/files.ts'
import { pathLabel } from '../document/json.ts'
import { readBytes } from '../document/read.ts'
import { expandSchema, expectation } from '../document/schema.ts'
import { type Violation, violationsOf } from '../document/validate.ts'
import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { isRecord } from '../kernel/is-record.ts'
import { printable, quoted } from '../kernel/printable.ts'
import {
  isSequence,
  parseContextName,
  parseDeviceName,
  parseMapName,
  parseProfileName,
} from '../model/ids.ts'
import { contextOf, targetName } from '../model/intent.ts'
import {
  canonicalJson,
  type PlanFile,
  type PlannedSpace,
  type PlannedTarget,
  planFileFormat,
  planFileKind,
} from '../model/plan-file.ts'
import { jsonText } from '../report/json.ts'
import { changeOf } from '../workflow/planned-devices.ts'
import schema from './plan-file.schema.json' with { type: 'json' }
import { settingsProblems } from './plan-file-settings.ts'

/** Far more than the plan of some thousand devices; a larger file is not read. */
export const largestPlanFile: number = 64 * 1024 * 1024

/** A plan file that may be applied, as far as it can be told from the file alone. */
export interface ReadPlanFile {
  readonly kind: 'plan'
  /** As it was named. */
  readonly path: string
  readonly plan: PlanFile
  /** The very bytes that the plan was read from. */
  readonly bytes: Uint8Array
  /** Where a text stands in the file, for messages. */
  readonly at: (text: string) => SourcePosition
}

/** What stands at a path: a plan file, one that is refused, or something else (a playbook, nothing). */
export type PlanFileReading =
  | ReadPlanFile
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'other' }

/** The digest of everything in a plan but the digest itself. */
export function contentHashOf(plan: Omit<PlanFile, 'contentHash'>): string {
  return `sha256:${createHash('sha256').update(canonicalJson(plan)).digest('hex')}`
}

/** The text of a plan file, with its digest. */
export function planFileText(content: Omit<PlanFile, 'contentHash' | 'kind' | 'formatVersion'>): {
  readonly text: string
  readonly contentHash: string
} {
  const { createdAt, ...rest } = content
  const whole = { kind: planFileKind, formatVersion: planFileFormat, createdAt, ...rest } as const
  const contentHash = contentHashOf(whole)
  const { kind, formatVersion, ...others } = whole
  return { text: jsonText({ kind, formatVersion, contentHash, ...others }), contentHash }
}

/** Reads a file that may be a plan; never throws for what it holds. A plan is known by its content. */
export function readPlanFile(path: string, files: FileAccess = filesIn()): PlanFileReading {
  const bytes = readBytes(path, files, largestPlanFile)
  return bytes.kind === 'err' ? { kind: 'other' } : parsePlanFile(path, bytes.value)
}

/** The same from the bytes of a file. */
export function parsePlanFile(path: string, bytes: Uint8Array): PlanFileReading {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  if (!/^[\s\ufeff]*\{/.test(text)) return { kind: 'other' }
  const at = positions(path, text)
  const refused = (...diagnostics: readonly Diagnostic[]): PlanFileReading => ({
    kind: 'refused',
    diagnostics,
  })
  const parsed = parseJson(text)
  if ('problem' in parsed) {
    if (!/"kind"\s*:\s*"ikero-plan"/.test(text)) return { kind: 'other' }
    const message = `the plan file is cut off or edited: ${parsed.problem}`
    return refused(refusal(message, at.offset(parsed.offset), again))
  }
  const { value } = parsed
  if (!isRecord(value) || value.kind !== planFileKind) return { kind: 'other' }
  const bare = withoutBlanks(text)
  if (bare.depth > deepest)
    return refused(refusal('the plan file is nested deeper than any plan', at.offset(0), again))
  if (value.formatVersion !== planFileFormat) {
    const told = quoted(JSON.stringify(value.formatVersion) ?? 'none')
    const message = `the plan file has format version ${told}, and this ikero knows ${planFileFormat}`
    return refused(refusal(message, at.text('"formatVersion"'), 'use the ikero that made it, or plan anew'))
  }
  const exact = Buffer.from(text, 'utf8').equals(bytes)
  // Nothing else that it says can be believed then.
  if (!exact || isEdited(bare.json, value)) return refused(editedFile(at.text('"contentHash"')))
  const wrong: Violation[] = []
  if (!hasShape(value, wrong))
    return refused(...wrong.slice(0, shownProblems).map((one) => misshapen(one, at)))
  const broken = ruleProblems(value, at)
  if (broken.length > 0) return refused(...broken)
  return { kind: 'plan', path, plan: value, bytes, at: at.text }
}

/** A plan file that is not applied, and why: told before anything is contacted. */
export function refusal(message: string, at: SourcePosition | undefined, hint: string): Diagnostic {
  return diagnostic('PLAN_FILE_REFUSED', message, at, hint)
}

const again = 'take the file as plan wrote it, or plan anew and have that approved'
const shownProblems = 20
/** A plan of this format is nested eight deep, and settings of a later one a little more. */
const deepest = 64

function editedFile(at: SourcePosition): Diagnostic {
  return refusal('the plan file is not as plan wrote it: its content has another digest', at, again)
}

function parseJson(
  text: string,
): { readonly value: unknown } | { readonly problem: string; readonly offset: number } {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch (thrown) {
    const message = messageOf(thrown)
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
    return { problem: 'it is no JSON from here on', offset }
  }
}

/**
 * Blanks between the parts may differ, as programs that format JSON like them. A key that stands there
 * twice, or a text that is written otherwise than plan writes it, would show a reader what is not applied.
 */
function isEdited(bare: string, value: Readonly<Record<string, unknown>>): boolean {
  if (bare !== withoutBlanks(jsonText(value)).json) return true
  const { contentHash, ...rest } = value
  const digest = createHash('sha256').update(canonicalJson(rest)).digest('hex')
  return contentHash !== `sha256:${digest}`
}

/**
 * JSON without the blanks between its parts, and how deep it is nested. Character by character: neither recursion nor
 * a pattern holds against a file that somebody made to be deep or long.
 */
function withoutBlanks(text: string): { readonly json: string; readonly depth: number } {
  const parts: string[] = []
  let from = 0
  let depth = 0
  let most = 0
  let inText = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (inText) {
      if (character === '\\') at += 1
      else if (character === '"') inText = false
    } else if (character === '"') inText = true
    else if (character === '{' || character === '[') {
      depth += 1
      most = Math.max(most, depth)
    } else if (character === '}' || character === ']') depth -= 1
    else if (/\s/.test(character)) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return { json: [...parts, text.slice(from)].join(''), depth: most }
}

const expanded = expandSchema(schema)

function hasShape(value: unknown, wrong: Violation[]): value is PlanFile {
  wrong.push(...violationsOf(expanded, value))
  return wrong.length === 0
}

function misshapen({ path, keyword, params, schema: part }: Violation, at: Positions): Diagnostic {
  const place = path.length === 0 ? 'the plan file' : printable(pathLabel(path))
  const extra = keyword === 'additionalProperties' ? params.additionalProperty : undefined
  const missing = keyword === 'required' ? params.missingProperty : undefined
  const wanted = expectation(part)
  const what =
    typeof extra === 'string'
      ? `has ${quoted(extra)}, which no plan has`
      : typeof missing === 'string'
        ? `has no ${quoted(missing)}`
        : `is not ${wanted ?? 'what a plan has there'}`
  const key = path.findLast((step) => typeof step === 'string')
  return refusal(`${place} ${what}`, at.text(key === undefined ? '{' : JSON.stringify(key)), again)
}

/** What a schema cannot say: names that may reach a device, and parts that must agree. */
function ruleProblems(plan: PlanFile, at: Positions): readonly Diagnostic[] {
  const problems: Diagnostic[] = []
  const hosts = new Set<string>()
  for (const { host, change, spaces } of plan.devices) {
    const tell = (message: string): void => {
      const place = at.text(`"host": ${JSON.stringify(host)}`)
      problems.push(refusal(`${printable(host)}: ${message}`, place, again))
    }
    if (parseDeviceName(host) === undefined) tell('this is no name of a device')
    if (hosts.has(host)) tell('it stands in the plan twice')
    hosts.add(host)
    if (canonicalJson(change) !== canonicalJson(changeOf(spaces)))
      tell('its lines are not those of its targets')
    const contexts = new Set<string | undefined>()
    const names = new Set<string>()
    for (const space of spaces) {
      if (contexts.has(space.context)) tell('a context stands in the plan twice')
      contexts.add(space.context)
      for (const target of space.targets) {
        if (!isSound(target, space)) tell(`${quoted(target.name)} is no target of it`)
        if (names.has(target.name)) tell(`${quoted(target.name)} stands in the plan twice`)
        names.add(target.name)
      }
    }
  }
  if (Number.isNaN(Date.parse(plan.createdAt)))
    problems.push(refusal('createdAt is no time', at.text('"createdAt"'), again))
  for (const { message, near } of settingsProblems(plan))
    problems.push(refusal(message, at.text(near), again))
  return problems.slice(0, shownProblems)
}

function isSound({ name, target }: PlannedTarget, { context }: PlannedSpace): boolean {
  if (contextOf(target) !== context || (context !== undefined && parseContextName(context) === undefined))
    return false
  const named =
    target.kind === 'ipsec-profile'
      ? typeof target.profile === 'string' && parseProfileName(target.profile) !== undefined
      : typeof target.map === 'string' && parseMapName(target.map) !== undefined && isSequence(target.seq)
  return named && targetName(target) === name
}

interface Positions {
  offset(offset: number): SourcePosition
  /** Of the first place where the text stands; of the beginning where it does not. */
  text(text: string): SourcePosition
}

function positions(file: string, text: string): Positions {
  let ends: readonly number[] | undefined
  const offset = (end: number): SourcePosition => {
    ends ??= [...text.matchAll(/\n/g)].map(({ index }) => index)
    // How many lines end before it, by halves: a plan of thousands of devices asks for thousands of places.
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ends[middle] ?? 0) < end) low = middle + 1
      else high = middle
    }
    return { file, line: low + 1, col: end - (ends[low - 1] ?? -1) }
  }
  return { offset, text: (wanted) => offset(Math.max(0, text.indexOf(wanted))) }
}

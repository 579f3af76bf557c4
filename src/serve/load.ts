import { dirname } from 'node:path'
import type { FileAccess } from '../document/files.ts'
import { freezeOf } from '../document/freeze.ts'
import { openDocument } from '../document/load.ts'
import type { Place } from '../document/place.ts'
import { boundedProblems, mergeProblems } from '../document/problems.ts'
import { readText } from '../document/read.ts'
import { type PathBase, resolvePath, secretRefOf } from '../document/secret-ref.ts'
import { windowOf } from '../document/window.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Channel, Listen, Retention, Schedule, Schedules } from '../model/schedules.ts'
import { defaultListen, parseListen } from './listen.ts'
import { promptProblems, schedulesProblems } from './rules.ts'
import schema from './schedules.schema.json' with { type: 'json' }

export interface SchedulesOptions {
  /** What `~/` stands for. */
  readonly home?: string
  /** Those of this machine where nothing else is said. */
  readonly files?: FileAccess
}

/** A schedules file that may be used, and what deserves a word about it. */
export interface LoadedSchedules {
  readonly schedules: Schedules
  /** LITERAL_SECRET; INVALID_VALUE for a channel that nothing is told on. */
  readonly warnings: readonly Diagnostic[]
}

/**
 * Reads a schedules file. Playbooks and inventories that it names are not looked at, and secrets are not fetched: only
 * where they come from is read.
 *
 * @param path as the user gave it
 * @returns the schedules with their defaults, or every problem of file, syntax, schema and rules at once (warnings
 *   among them)
 */
export function loadSchedules(
  path: string,
  options: SchedulesOptions = {},
): Result<LoadedSchedules, readonly Diagnostic[]> {
  const text = readText(path, options.files)
  return text.kind === 'err' ? err([text.error]) : parseSchedules(path, text.value, options)
}

/** The same from a text; `path` stands in positions, and relative paths go out from its folder. */
export function parseSchedules(
  path: string,
  text: string,
  { home }: Pick<SchedulesOptions, 'home'> = {},
): Result<LoadedSchedules, readonly Diagnostic[]> {
  const { document, problems } = openDocument(text, { file: path, schema })
  if (document === undefined) return err(boundedProblems(problems))
  const { root } = document
  const base: PathBase = { folder: dirname(path), ...(home === undefined ? {} : { home }) }
  const all = mergeProblems(promptProblems(root), problems, schedulesProblems(root, base))
  return all.some((problem) => problem.severity === 'error')
    ? err(boundedProblems(all))
    : ok({ schedules: schedulesOf(path, root, base), warnings: all })
}

function schedulesOf(path: string, root: Place, base: PathBase): Schedules {
  const timezone = root.get('timezone')?.text ?? 'UTC'
  return {
    path,
    schedules: (root.get('schedules')?.items() ?? []).map((item) => scheduleOf(item, base, timezone)),
    channels: (root.get('notify')?.entries() ?? []).map(([name, place]) => channelOf(name, place, base)),
    freeze: freezeOf(root.get('freeze'), timezone),
    ...listenOf(root, base),
    retention: retentionOf(root.get('retention')),
  }
}

function scheduleOf(item: Place, base: PathBase, fileZone: string): Schedule {
  const timezone = item.get('timezone')?.text ?? fileZone
  const limit = item.get('limit')?.text
  return {
    name: item.get('name')?.text ?? '',
    cron: item.get('cron')?.text?.trim() ?? '',
    timezone,
    playbook: resolvePath(item.get('playbook')?.text ?? '', base),
    ...pathOf(item, 'inventory', base),
    ...pathOf(item, 'baseline', base),
    ...(limit === undefined ? {} : { limit }),
    mode: item.get('mode')?.text === 'remediate' ? 'remediate' : 'check',
    ...windowOf(item.get('window'), timezone),
    jitterMs: parseDuration(item.get('jitter')?.text ?? '') ?? 0,
    notify: (item.get('notify')?.items() ?? []).flatMap(({ text }) => text ?? []),
    ...(item.get('requireProof')?.value === true ? { requireProof: true } : {}),
    at: item.at(),
  }
}

function pathOf<Key extends 'inventory' | 'baseline'>(
  item: Place,
  key: Key,
  base: PathBase,
): Pick<Schedule, 'inventory' | 'baseline'> {
  const text = item.get(key)?.text
  return text === undefined ? {} : { [key]: resolvePath(text, base) }
}

function channelOf(name: string, place: Place, base: PathBase): Channel {
  const url = secretRefOf(place.get('webhook'), base, `webhook of ${name}`)
  const signWith = secretRefOf(place.get('signWith'), base, `key of ${name}`)
  const remindMs = parseDuration(place.get('remind')?.text ?? '')
  return {
    name,
    url: url ?? { kind: 'literal', value: '' },
    ...(signWith === undefined ? {} : { signWith }),
    ...(remindMs === undefined ? {} : { remindMs }),
  }
}

function listenOf(root: Place, base: PathBase): { readonly listen?: Listen } {
  const listen = parseListen(root.get('listen')?.text ?? defaultListen)
  const token = secretRefOf(root.get('token'), base, 'token')
  if (listen === undefined || listen === 'off') return {}
  return { listen: { ...listen, ...(token === undefined ? {} : { token }) } }
}

function retentionOf(retention: Place | undefined): Retention {
  return {
    keepMs: parseDuration(retention?.get('keep')?.text ?? '90d') ?? 0,
    atLeast: retention?.get('atLeast')?.number ?? 50,
  }
}

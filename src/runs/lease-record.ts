import { isRecord } from '../kernel/is-record.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { parseDeviceName, parseRunId } from '../model/ids.ts'
import type { Lease } from '../model/lease.ts'

/** No lease is longer; more is not one of ours, and is not read. */
export const maxLeaseBytes = 4096

/** A heartbeat is due so often, and a lease of another machine is let go after so long without one. */
export const heartbeatMs = 15_000
export const staleMs: number = 2 * 60_000

const suffix = '.json'
// Windows gives these names to devices, whatever follows a dot.
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * The file of a device's lease. Capitals are written as escapes, because `Hub1` and `hub1` are two devices and, on
 * some file systems, one file.
 */
export function leaseFileOf(host: string): string {
  const escaped = host.replace(/[^a-z0-9_.-]/g, escapeCharacter)
  return `${reserved.test(escaped) ? escaped.replace(/^./, escapeCharacter) : escaped}${suffix}`
}

/** The other way round; undefined for a file that is no lease. */
export function hostOfLeaseFile(name: string): string | undefined {
  if (!name.endsWith(suffix)) return undefined
  const host = name.slice(0, -suffix.length).replace(/%([0-9a-f]{2})/g, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16))
  })
  return parseDeviceName(host) !== undefined && leaseFileOf(host) === name ? host : undefined
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}

/** The lease as it stands in its file. Of one length whatever the heartbeat: it is renewed in its place. */
export function encodeLease(lease: Lease): string {
  return `${JSON.stringify({ v: 1, ...lease })}\n`
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && isMoment(value)
const isMoment = (text: string): boolean => !Number.isNaN(Date.parse(text))
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 256

/** The text of a lease file, or why it is not the lease of this device. */
export function decodeLease(text: string, host: string): Result<Lease, string> {
  const value = parse(text)
  if (!isRecord(value) || value.v !== 1) return err('it is torn, or no lease of format 1')
  const { owner, machine, boot, pid, pidStarted, runId, takenAt, heartbeat, token } = value
  if (value.host !== host) return err('it names another device than its file does')
  const right =
    isName(owner) &&
    isName(machine) &&
    (boot === undefined || isName(boot)) &&
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    pid >= 0 &&
    (pidStarted === undefined || isName(pidStarted)) &&
    typeof runId === 'string' &&
    parseRunId(runId) !== undefined &&
    isTime(takenAt) &&
    isTime(heartbeat) &&
    typeof token === 'string' &&
    /^[0-9a-f]{32}$/.test(token)
  if (!right) return err('it is not a lease of format 1')
  return ok({
    host,
    owner,
    machine,
    ...(boot === undefined ? {} : { boot }),
    pid,
    ...(pidStarted === undefined ? {} : { pidStarted }),
    runId,
    takenAt,
    heartbeat,
    token,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

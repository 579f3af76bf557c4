import { createHash } from 'node:crypto'
import { err, ok, type Result } from '../kernel/result.ts'
import type { JournalLine } from '../model/record.ts'
import { isJournalLine } from './entry-shape.ts'

const sumText = /^,"sum":"([0-9a-f]{16})"\}$/
const sumLength = ',"sum":"0123456789abcdef"}'.length

/**
 * One line as it stands on disk, its line feed included. Kind, host and context come first in the entry, so that a
 * reader can pass over a line without parsing it; the checksum comes last and covers all before it.
 */
export function encodeLine(line: Omit<JournalLine, 'sum'>): Buffer {
  const { kind, ...rest } = line.entry
  const host = 'host' in rest ? { host: rest.host } : {}
  const context = 'context' in rest ? { context: rest.context } : {}
  const ordered = { v: line.v, seq: line.seq, at: line.at, entry: { kind, ...host, ...context, ...rest } }
  const body = Buffer.from(JSON.stringify(ordered).slice(0, -1))
  return Buffer.concat([body, Buffer.from(`,"sum":"${sumOf(body)}"}\n`)])
}

/** A line without its line feed → the line, or why it is not one. */
export function decodeLine(bytes: Buffer): Result<JournalLine, string> {
  const body = bodyOf(bytes)
  if (body.kind === 'err') return body
  const value = parse(`${body.value.toString('utf8')}}`)
  return isJournalLine(value) ? ok(value) : err('it is not a line of format 1')
}

/** What stands before a checksum that agrees with it. */
function bodyOf(bytes: Buffer): Result<Buffer, string> {
  const body = bytes.subarray(0, Math.max(0, bytes.length - sumLength))
  const sum = sumText.exec(bytes.subarray(body.length).toString('latin1'))?.[1]
  if (sum === undefined) return err('it has no checksum at its end')
  return sum === sumOf(body) ? ok(body) : err('its checksum does not agree with it')
}

/** The number of a line whose checksum agrees with it, without a look at the rest; undefined for any other line. */
export function numberOf(bytes: Buffer): number | undefined {
  const seq = /^\{"v":1,"seq":(\d{1,15}),/.exec(bytes.subarray(0, 40).toString('latin1'))?.[1]
  return seq === undefined || bodyOf(bytes).kind === 'err' ? undefined : Number(seq)
}

function sumOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Kind, host and context of a line by its first bytes, for passing over it; nothing is verified. */
export interface LineHead {
  readonly kind: string | undefined
  readonly host: string | undefined
  readonly context: string | undefined
}

const head =
  /^\{"v":1,"seq":\d{1,15},"at":"[^"]{1,40}","entry":\{"kind":"([a-z-]+)"(?:,"host":("(?:[^"\\]|\\.){0,300}")(?:,"context":("(?:[^"\\]|\\.){0,100}"))?)?/

export function headOf(bytes: Buffer): LineHead {
  const match = head.exec(bytes.subarray(0, 512).toString('utf8'))
  const [host, context] = [match?.[2], match?.[3]].map((quoted) => parse(quoted ?? ''))
  return {
    kind: match?.[1],
    host: typeof host === 'string' ? host : undefined,
    context: typeof context === 'string' ? context : undefined,
  }
}

import { printable } from '../kernel/printable.ts'
import type {
  KeyPrint,
  KnownPrint,
  TrustOutcome,
  TrustQuestion,
  TrustResult,
  TrustStatus,
} from '../model/trust.ts'
import { beside, type Frame, sentence, textWidth } from './frame.ts'
import { createStyle, type Paint } from './style.ts'

export interface TrustViewOptions {
  readonly color: boolean
  readonly width: number
}

/** All statuses, in the order of the last line. */
const statuses: readonly TrustStatus[] = ['learned', 'replaced', 'known', 'refused', 'unreachable']

function frameOf({ color, width }: TrustViewOptions): Frame {
  return { style: createStyle(color), width: Math.max(40, width), verbose: true }
}

/** What a person compares before a key is written. Ends with a line feed. */
export function renderTrustQuestion(question: TrustQuestion, options: TrustViewOptions): string {
  const frame = frameOf(options)
  const { bold, dim, red } = frame.style
  const { key, replaces, file, alias } = question
  const writes = alias === undefined ? file : `${file}, under the name ${alias}`
  const changed = replaces.length > 0
  const head = changed
    ? red(`${placeText(question)}: the host key has changed`)
    : bold(`${placeText(question)}: a new host key`)
  const compare = changed
    ? "Find out why first: another device may be answering. Then compare the new key with the device's own on its console"
    : "Compare it with the device's own on its console"
  return `${[
    head,
    ...beside('known', replaces.map(knownText), dim),
    ...keyLines(changed ? 'new' : 'key', key, frame),
    ...beside('base64', pieces(key.base64, textWidth(frame)), dim),
    ...beside('writes', sentence(writes, frame), dim),
    ...beside('', sentence(`${compare}; IOS prints the key itself there (show ip ssh).`, frame), dim),
  ].join('\n')}\n`
}

/** What became of each host. Ends with a line feed. */
export function renderTrust(result: TrustResult, options: TrustViewOptions): string {
  const frame = frameOf(options)
  const counts = statuses.flatMap((status) => {
    const count = result.hosts.filter((host) => host.status === status).length
    return count === 0 ? [] : [`${count} ${status}`]
  })
  const last = `${counts.join(', ')}; known_hosts: ${printable(result.file)}`
  return `${[...result.hosts.flatMap((host) => outcomeLines(host, frame)), last].join('\n')}\n`
}

function outcomeLines(outcome: TrustOutcome, frame: Frame): readonly string[] {
  const { status, key, known, error } = outcome
  const { bold, dim, cyan } = frame.style
  const settled = status === 'learned' || status === 'replaced' || status === 'known'
  return [
    `${paintOf(status, frame)(status)} ${bold(placeText(outcome))}`,
    ...(settled ? beside(status === 'replaced' ? 'instead of' : '', known.map(knownText), dim) : []),
    ...(key === undefined ? [] : keyLines('key', key, frame)),
    ...(error === undefined
      ? []
      : [
          ...beside('error', [error.code], dim),
          ...beside('', sentence(error.message, frame), dim),
          ...beside('next', sentence(error.next, frame), cyan),
        ]),
  ]
}

function paintOf(status: TrustStatus, { style }: Frame): Paint {
  switch (status) {
    case 'learned':
    case 'replaced':
    case 'known':
      return style.green
    case 'refused':
    case 'unreachable':
      return style.red
  }
}

function placeText({ host, address, port }: Pick<TrustOutcome, 'host' | 'address' | 'port'>): string {
  return `${printable(host)} (${printable(address)}:${port})`
}

function keyLines(label: string, { type, sha256, md5 }: KeyPrint, { style }: Frame): readonly string[] {
  return beside(label, [printable(type), sha256, md5], style.dim)
}

function knownText({ type, sha256, place }: KnownPrint): string {
  return `${printable(type)} ${sha256} (${printable(place)})`
}

function pieces(text: string, width: number): readonly string[] {
  return text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
}

/** What `--json` prints. */
export interface TrustDocument {
  readonly formatVersion: 1
  readonly command: 'trust'
  readonly knownHosts: string
  readonly exitCode: number
  readonly hosts: readonly TrustOutcome[]
}

/** The result for programs, built key by key. */
export function trustDocument({ file, hosts }: TrustResult, exitCode: number): TrustDocument {
  return {
    formatVersion: 1,
    command: 'trust',
    knownHosts: file,
    exitCode,
    hosts: hosts.map(({ host, address, port, status, key, known, error }) => ({
      host,
      address,
      port,
      status,
      ...(key === undefined
        ? {}
        : { key: { type: key.type, sha256: key.sha256, md5: key.md5, base64: key.base64 } }),
      known: known.map(({ type, sha256, place }) => ({ type, sha256, place })),
      ...(error === undefined
        ? {}
        : { error: { code: error.code, message: error.message, next: error.next } }),
    })),
  }
}

import { type Capture, captureOf } from '../../model/capture.ts'
import { type ReadOnlyLine, readOnlyLine } from '../../model/ids.ts'
import type { Target } from '../../model/intent.ts'
import type { TargetValue } from '../../model/plan.ts'
import type { ConfigDifference, StartupState } from '../../model/startup.ts'
import { type ConfigLines, differencesOf } from '../config-difference.ts'
import type { StartupReader } from '../driver.ts'
import { lines } from './commands.ts'
import { readConfig } from './config.ts'
import { outputLines } from './text.ts'

export const startupConfig: ReadOnlyLine = readOnlyLine('show startup-config')

// What stands around a configuration: comments, who wrote it and when, serial number, checksum, `: end`.
const header = /^(?:[:!]|(?:ASA|PIX) Version |Cryptochecksum:|\s*$)/
const certificate = /^certificate\b/
const certificateBody = /^(?:[0-9A-Fa-f]+(?:\s+[0-9A-Fa-f]+)*|quit)$/
const masked = '*****'

interface OpenLines extends ConfigLines {
  readonly indent: number
  readonly children: OpenLines[]
}

function meantLines(printed: readonly string[]): readonly ConfigLines[] {
  const top: OpenLines = { line: '', indent: -1, children: [] }
  const stack = [top]
  for (const raw of printed) {
    if (header.test(raw)) continue
    const line = raw.trim()
    const indent = raw.length - raw.trimStart().length
    while ((stack.at(-1) ?? top).indent >= indent && stack.length > 1) stack.pop()
    const parent = stack.at(-1) ?? top
    if (certificate.test(parent.line) && certificateBody.test(line)) continue
    const node: OpenLines = { line, indent, children: [] }
    parent.children.push(node)
    stack.push(node)
  }
  return top.children
}

/** What stands before a masked word in either text: a device masks there, whether it did in both or not. */
function masking(texts: readonly (readonly string[])[]): (line: string) => string {
  const starts = new Set<string>()
  for (const line of texts.flat()) {
    const at = line.indexOf(masked)
    if (at > 0) starts.add(line.slice(0, at))
  }
  const all = [...starts].toSorted((a, b) => b.length - a.length)
  return (line) => {
    const start = all.find((one) => line.startsWith(one))
    return start === undefined ? line : start + line.slice(start.length).replace(/^\S+/, masked)
  }
}

/**
 * Line by line, since no document tells a better way for an ASA (UNVERIFIED). Where the device masks keys,
 * another key of the same name cannot be seen.
 */
function compare(captures: readonly Capture[]): StartupState {
  const stored = captureOf(captures, startupConfig)
  const running = captureOf(captures, lines.configuration)
  if (stored === undefined || stored.refusal !== undefined)
    return { kind: 'not-told', reason: 'the device did not show its startup configuration' }
  const texts = [outputLines(running?.text ?? ''), outputLines(stored.text)] as const
  for (const [index, which] of (['running', 'startup'] as const).entries()) {
    if (readConfig(texts[index] ?? []).complete) continue
    const reason = `the ${which} configuration was not shown in full: it does not end with ": end"`
    return { kind: 'not-told', reason }
  }
  const mask = masking(texts)
  const [now, then] = texts.map((text) => meantLines(text.map(mask)))
  return { kind: 'compared', differences: differencesOf(now ?? [], then ?? []) }
}

function isSetting({ path }: ConfigDifference, target: Target): boolean {
  if (target.kind === 'ipsec-profile')
    return path[0] === `crypto ipsec profile ${target.profile}` && path[1] === 'responder-only'
  return (
    path.length === 1 &&
    path[0]?.startsWith(`crypto map ${target.map} ${target.seq} set connection-type `) === true
  )
}

function holds(capture: Capture, target: Target, value: TargetValue): boolean | undefined {
  const config = readConfig(outputLines(capture.refusal === undefined ? capture.text : ''))
  if (!config.complete) return undefined
  if (target.kind === 'ipsec-profile') {
    const profile = config.profiles.find(({ name }) => name === target.profile)
    return profile !== undefined && (profile.responderOnly ? 'responder-only' : 'bidirectional') === value
  }
  const entry = config.cryptoMaps.entries.find(({ map, seq }) => map === target.map && seq === target.seq)
  return entry !== undefined && (entry.connectionType ?? 'bidirectional') === value
}

/** Running against startup on ASA and PIX 7.0+; in multiple context mode, of the context that is asked. */
export const startup: StartupReader = { lines: [startupConfig], compare, isSetting, holds }

import { type Capture, captureOf } from '../../model/capture.ts'
import { type ReadOnlyLine, readOnlyLine } from '../../model/ids.ts'
import type { Target } from '../../model/intent.ts'
import type { ConfigDifference, StartupState } from '../../model/startup.ts'
import { type ConfigLines, differencesOf, maskedPath } from '../config-difference.ts'
import type { StartupReader } from '../driver.ts'
import { valueIn } from './change.ts'
import { type ConfigTree, readConfigTree } from './config-tree.ts'
import { cleanLines } from './output.ts'
import { lines } from './probes.ts'

/**
 * The device compares by itself: short, and it needs no `archive` in the configuration (12.3(4)T and later).
 * A device that refuses the line shows its startup instead.
 */
const differences: ReadOnlyLine = readOnlyLine(
  'show archive config differences nvram:startup-config system:running-config',
)
const startupConfig: ReadOnlyLine = readOnlyLine('show startup-config')

// The device writes it by itself, a little different each time.
const clockPeriod = /^ntp clock-period \d+$/
const certificateChain = /^crypto (?:pki|ca) certificate chain /
// Startup may name the file that has the certificate, where running shows all of it.
const certificateFile = /^(certificate .*?) \S+:\S+$/
const certificateBody = /^(?:(?:[0-9A-Fa-f]{2,}\s*)+|quit)$/

function withoutNoise(nodes: ConfigTree['nodes']): readonly ConfigLines[] {
  return nodes
    .filter(({ line }) => !clockPeriod.test(line))
    .map((node) => {
      if (!certificateChain.test(node.line)) return node
      return {
        ...node,
        children: node.children.map((one) => ({ ...one, line: one.line.replace(certificateFile, '$1') })),
      }
    })
}

const notTold = (reason: string): StartupState => ({ kind: 'not-told', reason })

function compare(captures: readonly Capture[]): StartupState {
  const told = captureOf(captures, differences)
  if (told !== undefined && told.refusal === undefined) return readDifferences(told.text)
  const stored = captureOf(captures, startupConfig)
  if (stored === undefined || stored.refusal !== undefined)
    return notTold('the device did not show its startup configuration')
  const startup = readConfigTree(stored.text, true)
  if (!startup.complete || !startup.recognised)
    return notTold('the startup configuration was not shown in full: it does not end with the line end')
  const running = readConfigTree(captureOf(captures, lines.config)?.text ?? '', true)
  if (!running.complete) return notTold('the running configuration was not shown in full')
  return {
    kind: 'compared',
    differences: differencesOf(withoutNoise(running.nodes), withoutNoise(startup.nodes)),
  }
}

/**
 * The output of `show archive config differences`: a sign before each line that differs, below the lines that
 * it stands under. Output that neither lists a line nor says that there is none tells nothing.
 */
function readDifferences(text: string): StartupState {
  const printed = cleanLines(text)
  const start = printed.findIndex((line) => /^\s*!\s*Contextual Config Diffs:/i.test(line))
  if (start === -1) return notTold('the device did not list the differences to its startup configuration')
  const found: ConfigDifference[] = []
  const stack: { readonly indent: number; readonly line: string }[] = []
  let told = false
  for (const raw of printed.slice(start + 1)) {
    const [, blanks = '', sign = '', line = ''] = /^(\s*)([+-]?)\s*(.*)$/.exec(raw) ?? []
    if (line === '') continue
    told ||= sign !== '' || /No changes were found/i.test(line)
    if (line.startsWith('!')) {
      if (!/re-?ordered/i.test(line)) continue
      told = true
      found.push({ in: 'order', path: [line.replace(/^!\s*/, '')] })
      continue
    }
    while ((stack.at(-1)?.indent ?? -1) >= blanks.length) stack.pop()
    const path = [...stack.map((one) => one.line), line]
    stack.push({ indent: blanks.length, line })
    if (sign !== '') found.push({ in: sign === '+' ? 'running' : 'startup', path })
  }
  if (!told) return notTold('the device did not say whether running differs from startup')
  return {
    kind: 'compared',
    differences: withoutListedNoise(found).map((one) => ({ ...one, path: maskedPath(one.path) })),
  }
}

function withoutListedNoise(found: readonly ConfigDifference[]): readonly ConfigDifference[] {
  const meant = found
    .filter(({ path }) => !clockPeriod.test(path.join(' ')))
    .filter(({ path }) => !(inChain(path) && certificateBody.test(path.at(-1) ?? '')))
    .map((one) =>
      inChain(one.path) ? { ...one, path: one.path.map((line) => line.replace(certificateFile, '$1')) } : one,
    )
  const other = (one: ConfigDifference): boolean =>
    meant.some((two) => two.in !== one.in && two.path.join('\n') === one.path.join('\n'))
  return meant.filter((one) => !(inChain(one.path) && other(one)))
}

function inChain(path: readonly string[]): boolean {
  return path.length > 1 && certificateChain.test(path[0] ?? '')
}

function isSetting({ path }: ConfigDifference, target: Target): boolean {
  if (target.kind !== 'ipsec-profile' || path.length !== 2) return false
  return (
    path[0] === `crypto ipsec profile ${target.profile}` && /^(?:no )?responder-only$/.test(path[1] ?? '')
  )
}

function holds(
  capture: Capture,
  target: Target,
  value: Parameters<StartupReader['holds']>[2],
): boolean | undefined {
  if (capture.refusal !== undefined) return undefined
  if (capture.line !== differences) {
    const stored = valueIn(capture, target)
    return stored.kind === 'ok' ? stored.value === value : undefined
  }
  const state = readDifferences(capture.text)
  return state.kind === 'compared' ? !state.differences.some((one) => isSetting(one, target)) : undefined
}

/** Running against startup on IOS and IOS-XE. */
export const startup: StartupReader = { lines: [differences, startupConfig], compare, isSetting, holds }

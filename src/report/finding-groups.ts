import { printable } from '../kernel/printable.ts'
import type { FindingCode } from '../model/codes.ts'
import type { Finding, Severity } from '../model/finding.ts'
import { beside, type Frame, more, quoted, sentence } from './frame.ts'
import { someOf } from './layout.ts'

/** All findings of one code and severity on one device: printed together, with one next step. */
export interface FindingGroup {
  readonly code: FindingCode
  readonly severity: Severity
  readonly findings: readonly Finding[]
}

const order: readonly Severity[] = ['block', 'warn', 'info']

/** Groups by code and severity (an info is no part of a block); the worst severity first, and within a group the worst finding first. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const groups: { readonly code: FindingCode; readonly severity: Severity; readonly findings: Finding[] }[] =
    []
  for (const finding of sorted) {
    const { code, severity } = finding
    const group = groups.find((one) => one.code === code && one.severity === severity)
    if (group === undefined) groups.push({ code, severity, findings: [finding] })
    else group.findings.push(finding)
  }
  return groups
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

function heading(group: FindingGroup, frame: Frame): string {
  const targets = unique(
    group.findings.flatMap((finding) => (finding.target === undefined ? [] : [finding.target])),
  )
  const on =
    targets.length === 0 ? '' : ` on ${someOf(targets.map(printable), frame.verbose ? targets.length : 6)}`
  return `${frame.style.bold(group.code)}${on}`
}

function messageLines(group: FindingGroup, frame: Frame): readonly string[] {
  const seen = new Map<string, Finding>()
  for (const finding of group.findings) {
    const key = `${finding.message}\n${finding.evidence ?? ''}`
    if (!seen.has(key)) seen.set(key, finding)
  }
  const several = unique([...seen.values()].map((finding) => finding.message)).length > 1
  const blocks = [...seen.values()].map((finding) => {
    const name = several && finding.target !== undefined ? `${finding.target}: ` : ''
    const evidence = finding.evidence === undefined ? [] : quoted(finding.evidence, frame)
    return { message: sentence(`${name}${finding.message}`, frame), evidence }
  })
  const shown = frame.verbose ? blocks : blocks.slice(0, 5)
  const rest = blocks.length - shown.length
  let last = ''
  const lines = shown.flatMap(({ message, evidence }) => {
    // The same sentence over another line of evidence is not said twice.
    const again = message.join('\n') === last
    last = message.join('\n')
    return [...(again ? [] : message), ...evidence]
  })
  return [...lines, ...more(rest, 'of this kind', frame)]
}

/** One group as text: code and targets, what is wrong, the device's own lines, what to do. */
export function renderFindingGroup(group: FindingGroup, frame: Frame): readonly string[] {
  const next = group.findings[0]?.next ?? ''
  return beside(
    group.severity,
    [
      heading(group, frame),
      ...messageLines(group, frame),
      ...(next === '' ? [] : sentence(`next: ${next}`, frame)),
    ],
    frame.style.severity(group.severity),
  )
}

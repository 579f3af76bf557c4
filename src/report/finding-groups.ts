import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import type { FindingCode } from '../model/codes.ts'
import type { Finding, Severity } from '../model/finding.ts'
import { beside, type Frame, more, quoted, sentence } from './frame.ts'

/** All findings of one code and severity on one device: printed together, with one next step. */
export interface FindingGroup {
  readonly code: FindingCode
  readonly severity: Severity
  /** Somebody took these on: they refuse nothing, and are told apart from those that do. */
  readonly accepted?: NonNullable<Finding['accepted']>
  readonly findings: readonly Finding[]
}

const order: readonly Severity[] = ['block', 'warn', 'info']

/** What refuses comes first, then what was accepted, then warnings and notes. */
function rank(finding: Finding): number {
  return order.indexOf(finding.severity) + (finding.accepted === undefined ? 0 : 0.5)
}

/**
 * Groups by code, severity and acceptance (an info is no part of a block); the worst severity first, and
 * within a group the worst finding first.
 */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup & { readonly findings: Finding[] }>()
  for (const finding of [...findings].sort((a, b) => rank(a) - rank(b))) {
    const { code, severity, accepted } = finding
    const key = JSON.stringify([code, severity, accepted?.by, accepted?.until, accepted?.reason])
    const group = groups.get(key)
    if (group !== undefined) group.findings.push(finding)
    else
      groups.set(key, {
        code,
        severity,
        findings: [finding],
        ...(accepted === undefined ? {} : { accepted }),
      })
  }
  return [...groups.values()]
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

/** The peers of a group, where the messages do not name them all: a sentence about many peers names the first. */
function peerLines(group: FindingGroup, frame: Frame): readonly string[] {
  const peers = unique(group.findings.flatMap((finding) => finding.peers ?? []))
  const unnamed = peers.filter((peer) => !group.findings.some(({ message }) => names(message, peer)))
  if (unnamed.length === 0) return []
  return sentence(`peers: ${someOf(peers, frame.verbose ? peers.length : 6)}`, frame)
}

function names(message: string, peer: string): boolean {
  return message.split(/[\s,;()]+/).includes(printable(peer))
}

/** One group as text: code and targets, what is wrong, the device's own lines, what to do or who took it on. */
export function renderFindingGroup(group: FindingGroup, frame: Frame): readonly string[] {
  const { accepted, severity } = group
  const next = group.findings[0]?.next ?? ''
  return beside(
    accepted === undefined ? severity : 'accepted',
    [
      heading(group, frame),
      ...messageLines(group, frame),
      ...peerLines(group, frame),
      ...(accepted === undefined
        ? next === ''
          ? []
          : sentence(`next: ${next}`, frame)
        : sentence(acceptanceText(accepted), frame)),
    ],
    accepted === undefined ? frame.style.severity(severity) : frame.style.yellow,
  )
}

/** Who took it on, until when and why. */
export function acceptanceText({ by, until, reason }: NonNullable<Finding['accepted']>): string {
  return `accepted by ${by} until ${until}: ${reason}`
}

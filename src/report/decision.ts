import { formatDuration } from '../kernel/duration.ts'
import { formatSecond } from '../kernel/moment.ts'
import { someOf } from '../kernel/some-of.ts'
import { blocks } from '../model/finding.ts'
import type { PeerImpact } from '../model/impact.ts'
import type { DeviceOutcome, RunResult, TargetOutcome } from '../model/outcome.ts'
import { acceptedRisks, type ReportInput, waysBack } from './change-report.ts'
import { changedBy, driftSentences, driftSteps, onlyLooked } from './drift.ts'
import { endOf, rolesOnly } from './impact-rows.ts'
import { counted } from './layout.ts'
import { valueName } from './names.ts'

/** One question that a board decides by, and its answer. */
export interface Point {
  readonly label: string
  readonly sentences: readonly string[]
}

interface Concerned {
  readonly device: DeviceOutcome
  readonly target: TargetOutcome
}

const namesShown = 6

/** What is asked, when it takes effect, what can go wrong, how it goes back: what a board decides by. */
export function decisionPoints(input: ReportInput): readonly Point[] {
  const { result } = input
  if (onlyLooked(result)) return driftPoints(result)
  const concerned = result.devices.flatMap((device) =>
    device.targets.filter(isTouched).map((target) => ({ device, target })),
  )
  if (concerned.length === 0)
    return [
      { label: askedLabel(result), sentences: ['No target is changed by this run.'] },
      ...point(heldLabel(result), heldUp(result)),
      ...point('What can go wrong', warningSentences(result)),
    ]
  return [
    { label: askedLabel(result), sentences: askedSentences(concerned) },
    ...point('What is proven', provenSentences(concerned, input)),
    ...point(heldLabel(result), heldUp(result)),
    { label: 'When it takes effect', sentences: [clearSentence(result), ...effectSentences(concerned)] },
    ...point('What can go wrong', [...startSentences(concerned), ...warningSentences(result)]),
    { label: 'How it goes back', sentences: backSentences(input) },
  ]
}

/** Nobody decides about a change by it: what is not as asked, who did that, and what to do. */
function driftPoints(result: RunResult): readonly Point[] {
  return [
    { label: 'What is not as asked', sentences: driftSentences(result) },
    ...point('Who changed it', changedBy(result)),
    ...point(heldLabel(result), heldUp(result)),
    ...point(
      'What to do',
      driftSteps(result).map((step) => `${step}.`),
    ),
  ]
}

function point(label: string, sentences: readonly string[]): readonly Point[] {
  return sentences.length === 0 ? [] : [{ label, sentences }]
}

function askedLabel({ command }: RunResult): string {
  return command === 'plan' ? 'What is asked for' : 'What was changed'
}

function isTouched({ sent, status }: TargetOutcome): boolean {
  return sent || status === 'pending' || status === 'unproven'
}

function askedSentences(concerned: readonly Concerned[]): readonly string[] {
  const hosts = new Set(concerned.map(({ device }) => device.host))
  const impacts = concerned.flatMap(({ target }) => target.impact ?? [])
  const unlisted = impacts.some((impact) => impact.anyPeer)
    ? ', and peers that no configuration lists may call too'
    : ''
  const changes = new Map<string, number>()
  for (const { target } of concerned) {
    const change = changeText(target)
    changes.set(change, (changes.get(change) ?? 0) + 1)
  }
  const [first, ...more] = [...changes]
  const settings =
    first !== undefined && more.length === 0
      ? first[0]
      : [...changes].map(([change, count]) => `${change} (${counted(count, 'target')})`).join('; ')
  return [
    `${counted(concerned.length, 'target')} on ${counted(hosts.size, 'device')} with ${counted(peersOf(concerned), 'known peer')}${unlisted}.`,
    `The setting: ${settings}.`,
  ]
}

/** `bidirectional → responder-only`: what was asked for, or where lines were sent what stands there now. */
export function changeText({ before, after, sent, impact, status }: TargetOutcome): string {
  if (status === 'rolled-back')
    return `${valueName(before)}${impact === undefined ? '' : ` → ${valueName(impact.wanted)}`}, taken back`
  const now = sent ? (after ?? before) : (impact?.wanted ?? after ?? before)
  return now === before ? valueName(before) : `${valueName(before)} → ${valueName(now)}`
}

function peersOf(concerned: readonly Concerned[]): number {
  return concerned.reduce((sum, { device, target }) => {
    const { impact } = target
    return (
      sum + (impact === undefined ? rolesOnly(device, target).length : impact.peers.length + impact.morePeers)
    )
  }, 0)
}

function provenSentences(concerned: readonly Concerned[], { open }: ReportInput): readonly string[] {
  const all = concerned.flatMap(({ target }) => (target.sent ? (target.coverage ?? []) : []))
  if (all.length === 0) return []
  const sum = (key: 'peers' | 'proven' | 'waiting' | 'atRisk' | 'idle' | 'lost'): number =>
    all.reduce((total, coverage) => total + coverage[key], 0)
  const rest = (
    [
      [sum('lost'), 'lost'],
      [sum('atRisk'), 'at risk'],
      [sum('waiting'), 'waiting'],
      [sum('idle'), 'idle'],
    ] as const
  ).flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
  const tail = rest.length === 0 ? '' : `, ${rest.join(', ')}`
  const overdue = open.filter((one) => one.overdue === true).length
  return [
    `${sum('proven')} of ${counted(sum('peers'), 'peer')} proven by a fresh SA that the peer started${tail}.`,
    ...(overdue === 0 ? [] : [`The proof of ${counted(overdue, 'target')} is overdue.`]),
  ]
}

function clearSentence({ devices, command }: RunResult): string {
  const clears = devices.flatMap((device) => device.change.clears)
  if (clears.length === 0) return 'No SA is cleared: no tunnel is interrupted by the change itself.'
  const most = Math.max(0, ...devices.map((device) => device.change.interruption?.atMostSecondsEach ?? 0))
  const down = most === 0 ? '' : `, each tunnel being down for at most ${formatDuration(most * 1000)}`
  return `${counted(clears.length, 'line')} ${command === 'plan' ? 'would clear' : 'cleared'} SAs, one peer at a time${down}.`
}

interface End {
  readonly host: string
  readonly peer: PeerImpact
  readonly end: number | undefined
}

function endsOf(concerned: readonly Concerned[]): readonly End[] {
  return concerned.flatMap(({ device: { host }, target: { impact } }) =>
    (impact?.peers ?? []).map((peer) => ({ host, peer, end: impact && endOf(impact, peer) })),
  )
}

function effectSentences(concerned: readonly Concerned[]): readonly string[] {
  const standing = concerned.filter(({ target }) => target.status !== 'rolled-back')
  if (standing.length === 0) return ['It is taken back: it is not in effect.']
  const answering = standing.filter(isAnswering)
  if (answering.length === 0) return ['It takes effect at once: this end may start its tunnels again.']
  const all = endsOf(answering)
  const up = all.filter(({ peer }) => peer.startedBy !== 'nobody')
  const known = up.flatMap(({ end, ...rest }) => (end === undefined ? [] : [{ ...rest, end }]))
  const sorted = [...known].sort((a, b) => a.end - b.end)
  const [first] = sorted
  const last = sorted.at(-1)
  if (first === undefined || last === undefined) {
    return up.length === 0
      ? []
      : [
          `When the setting takes effect is not known: ${counted(up.length, 'tunnel')} with an SA printed no remaining lifetime.`,
        ]
  }
  const unknown = up.length - known.length
  const idle = all.length - up.length
  const when = sorted.length === 1 ? placeOf(first) : `first ${placeOf(first)}, last ${placeOf(last)}`
  return [
    `The setting takes effect tunnel by tunnel, when the SA ends that was up when the devices were read: ${when}.`,
    ...(unknown === 0 ? [] : [`${counted(unknown, 'tunnel')} printed no remaining lifetime.`]),
    ...(idle === 0 ? [] : [`${counted(idle, 'peer')} had no SA: there it takes effect at once.`]),
  ]
}

function placeOf({ host, peer, end }: End & { readonly end: number }): string {
  return `on ${host} with ${peer.address} by ${formatSecond(end)}`
}

function isAnswering({ target }: Concerned): boolean {
  if (target.status === 'rolled-back') return false
  const wanted = target.impact?.wanted ?? (target.sent ? target.after : undefined)
  return wanted !== 'bidirectional' && wanted !== 'absent'
}

/** Which peers would leave their tunnel down, by what is known of them. */
function startSentences(concerned: readonly Concerned[]): readonly string[] {
  const all = endsOf(concerned.filter(isAnswering))
  if (all.length === 0) return []
  const of = (answer: PeerImpact['canStart']['answer']): readonly string[] =>
    all.flatMap(({ host, peer }) => (peer.canStart.answer === answer ? [`${host} with ${peer.address}`] : []))
  const never = of('no')
  const doubt = of('not-known')
  const listed = (names: readonly string[]): string => someOf(names, namesShown)
  const down = 'such a tunnel stays down once its present SA has ended'
  return [
    ...(never.length === 0
      ? []
      : [`${counted(never.length, 'peer')} cannot start: ${listed(never)}; ${down}.`]),
    ...(doubt.length === 0
      ? []
      : [
          `Nothing shows that ${counted(doubt.length, 'peer')} can start: ${listed(doubt)}; if not, ${down}.`,
        ]),
    ...(never.length + doubt.length > 0
      ? []
      : [
          `Something shows of ${all.length === 1 ? 'the one listed peer' : `each of ${all.length} listed peers`} that it can start its tunnel; the table says what.`,
        ]),
  ]
}

/** `CODE (host, host)`, for each code that `codesOf` finds at a device. */
function byCode(
  devices: readonly DeviceOutcome[],
  codesOf: (device: DeviceOutcome) => readonly string[],
): string {
  const hosts = new Map<string, Set<string>>()
  for (const device of devices) {
    for (const code of codesOf(device)) hosts.set(code, (hosts.get(code) ?? new Set()).add(device.host))
  }
  return [...hosts].map(([code, names]) => `${code} (${someOf([...names], namesShown)})`).join(', ')
}

function heldLabel({ command }: RunResult): string {
  return command === 'plan' ? 'What holds it up' : 'What went wrong'
}

/** What refused a device, or ended with it, by code; what the playbook expects is told as that. */
function heldUp({ devices }: RunResult): readonly string[] {
  const unexpected = devices.filter(({ known }) => known === undefined)
  const codes = byCode(unexpected, ({ findings, error }) => [
    ...findings.filter(blocks).map(({ code }) => code),
    ...(error === undefined ? [] : [error.code]),
  ])
  return codes === '' ? [] : [`${codes}.`]
}

/** Warnings by code and device, and how much of what blocks was taken on. */
function warningSentences(result: RunResult): readonly string[] {
  const warnings = byCode(result.devices, ({ findings }) =>
    findings.flatMap(({ code, severity, accepted }) =>
      severity === 'warn' && accepted === undefined ? [code] : [],
    ),
  )
  const risks = acceptedRisks(result)
  const by = new Set(risks.map((risk) => risk.by))
  return [
    ...(warnings === '' ? [] : [`Warnings: ${warnings}.`]),
    ...(risks.length === 0
      ? []
      : [
          `${counted(risks.length, 'blocking finding')} accepted by ${someOf([...by], namesShown)}, with reasons below.`,
        ]),
  ]
}

function backSentences({ result }: ReportInput): readonly string[] {
  const all = waysBack(result).filter(({ count }) => count > 0)
  const lines = all.reduce((sum, way) => sum + way.count * way.hosts.length, 0)
  const hosts = new Set(all.flatMap((way) => way.hosts))
  const timers = result.devices.filter(({ change }) => change.revertTimer !== undefined)
  const gone = result.devices.filter(({ status }) => status === 'rolled-back').length
  return [
    ...(gone === 0 ? [] : [`${counted(gone, 'device')} was taken back already, and read back.`]),
    all.length === 0
      ? 'There is nothing to take back.'
      : `${counted(lines, 'line')} on ${counted(hosts.size, 'device')}, below, ready to paste; ikero rollback sends the same. While the run watches, it takes a target whose peer is lost back by itself.`,
    ...(timers.length === 0
      ? []
      : [
          `${someOf(
            timers.map(({ host }) => host),
            namesShown,
          )}: the device takes the change back by itself unless the run confirms it (revert timer).`,
        ]),
  ]
}

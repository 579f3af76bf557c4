import { formatDuration } from '../../kernel/duration.ts'
import type { Finding } from '../../model/finding.ts'
import type { CommandName, DeviceOutcome, RoleRow, RunResult, TargetOutcome } from '../../model/outcome.ts'
import { identityText, type Tone } from '../change-report.ts'
import { acceptanceText, type FindingGroup, groupFindings } from '../finding-groups.ts'
import { counted } from '../layout.ts'
import { needsAttention, valueName, worstFirst } from '../names.ts'
import { gather, type Section } from '../sections.ts'
import { unifiedDiff } from '../unified-diff.ts'
import { codeLines, type Html, html, multiline, preformatted } from './element.ts'
import { badge, list, section, statusBadge, table } from './parts.ts'

// Up to so many devices each has its own part; beyond, those of one cause share one.
const smallRun = 60
const sectionsShown = 200
/** In characters: a browser has to lay all of it out, and a mail to carry it. */
const mostText = 1_200_000
/** Up to so many devices all stands open; beyond, what needs nobody's attention is folded. */
const unfolded = 12
const rolesOpen = 12
const rolesShown = 500
const findingsShown = 12

/** Every device that a person may ask about: findings with evidence, lines, differences, roles. */
export function deviceSections(result: RunResult): Html {
  const sorted = worstFirst(result.devices)
  const big = sorted.length > smallRun
  const worth = big
    ? sorted.filter((device) => needsAttention(device, result.command) || wasTouched(device))
    : sorted
  const sections = gather(worth, big)
  const cards: Html[] = []
  let told = 0
  let size = 0
  for (const one of sections.slice(0, sectionsShown)) {
    const folded = sorted.length > unfolded && !needsAttention(one.device, result.command)
    const card = deviceCard(one, cards.length + 1, { command: result.command, folded })
    size += card.toString().length
    if (size > mostText && cards.length > 0) break
    cards.push(card)
    told += 1 + one.others.length
  }
  const rest = sorted.length - told
  return section(
    'devices',
    'Devices',
    cards,
    rest > 0 &&
      html`<p>${counted(rest, 'device')}, of those that stand last, are left out here; the tables above count them, and the run's --json has all.</p>`,
  )
}

function wasTouched(device: DeviceOutcome): boolean {
  return device.targets.some((target) => target.sent)
}

function deviceCard(
  { device, others }: Section,
  nth: number,
  { command, folded }: { readonly command: CommandName; readonly folded: boolean },
): Html {
  const title = others.length === 0 ? device.host : counted(others.length + 1, 'device')
  const details = detailsOf(device, others, command)
  return html`<article class="card device" aria-labelledby="device-${nth}"><h3 id="device-${nth}"><span>${title}</span>${statusBadge(device.status)}</h3>
<p class="muted">${others.length === 0 ? identityText(device) : [device, ...others].map((one) => one.host).join(', ')}</p>
${folded ? html`<details><summary>Findings, lines, configuration and roles</summary>${details}</details>` : details}</article>\n`
}

function detailsOf(device: DeviceOutcome, others: readonly DeviceOutcome[], command: CommandName): Html {
  const { error, known } = device
  const groups = groupFindings(device.findings)
  return html`${known !== undefined && html`<p>Expected until ${known.until} and not counted: ${known.reason}</p>`}
${error !== undefined && errorPart(error)}
${groups.length > 0 && html`<h4>Findings</h4>${groups.map(findingPart)}`}
${others.length === 0 && device.targets.length > 0 && html`<h4>Targets</h4>${list(device.targets.map(targetText))}`}
${linesPart(device, command)}
${others.length === 0 && device.targets.map(diffPart)}
${others.length === 0 && rolesPart(device)}
${savedPart(device)}`
}

function errorPart(error: NonNullable<DeviceOutcome['error']>): Html {
  return html`<h4>Error</h4><div class="finding bad"><p><span class="code">${error.code}</span></p><p>${error.message}</p>${
    error.line !== undefined && html`<p>Line sent: <code>${error.line}</code></p>`
  }${said(error.reply)}<p><strong>Next:</strong> ${error.next}</p></div>`
}

function said(reply: string | undefined): Html {
  return reply === undefined || reply.trim() === '' ? html`` : preformatted(reply)
}

const findingTones = { block: 'bad', warn: 'open', info: 'info' } as const satisfies Record<
  Finding['severity'],
  Tone
>

function findingPart(group: FindingGroup): Html {
  const { code, severity, accepted, findings } = group
  const tone = accepted === undefined ? (findingTones[severity] ?? 'plain') : 'open'
  const shown = findings.slice(0, findingsShown)
  const next = findings[0]?.next ?? ''
  return html`<div class="finding ${tone}"><p><span class="code">${code}</span> ${badge(accepted === undefined ? severity : 'accepted', tone)}</p>${shown.map(
    ({ target, message, evidence, peers }) =>
      html`<p>${target !== undefined && html`<strong>${target}:</strong> `}${message}</p>${
        peers !== undefined && peers.length > 1 && html`<p class="muted">Peers: ${peers.join(', ')}</p>`
      }${said(evidence)}`,
  )}${findings.length > shown.length && html`<p>and ${findings.length - shown.length} more of this kind</p>`}${
    accepted === undefined
      ? next !== '' && html`<p><strong>Next:</strong> ${next}</p>`
      : html`<p>${acceptanceText(accepted)}</p>`
  }</div>`
}

function targetText(target: TargetOutcome): Html {
  const { name, before, after, status, pendingKind, reason, usedBy, impact } = target
  const planned = status === 'pending' && impact !== undefined
  const now = planned
    ? `asked for: ${valueName(impact.wanted)}`
    : `read last: ${after === undefined ? 'not read back' : valueName(after)}`
  return html`<strong>${name}</strong> ${statusBadge(status)} ${pendingKind !== undefined && `(${pendingKind}) `}before: ${valueName(before)}, ${now}${
    usedBy.length > 0 &&
    `; used by ${usedBy.slice(0, 12).join(', ')}${usedBy.length > 12 ? ` and ${usedBy.length - 12} more` : ''}`
  }${reason !== undefined && `; ${reason}`}`
}

function linesPart(device: DeviceOutcome, command: CommandName): Html {
  const { change, spaces } = device
  const parts = (spaces ?? [change]).filter(
    ({ lines, revert, clears }) => lines.length + revert.length + clears.length > 0,
  )
  const sent = wasTouched(device)
  const verb = sent
    ? 'Lines sent'
    : command === 'plan' && device.status !== 'blocked'
      ? 'Lines to be sent'
      : 'Lines, not sent'
  return html`${parts.map((part) => {
    const context = 'context' in part && part.context !== undefined ? `, context ${part.context}` : ''
    return html`<div class="pair"><div><h4>${verb}${context}</h4>${codeLines(part.lines)}</div><div><h4>The way back${context}</h4>${codeLines(part.revert)}</div></div>${
      part.clears.length > 0 &&
      html`<h4>${sent ? 'SAs cleared' : 'SAs to be cleared'}${context}</h4>${codeLines(part.clears)}`
    }`
  })}`
}

/** What the lines make of the target's own part of the configuration. */
function diffPart({ name, impact, sent, status }: TargetOutcome): Html {
  const config = impact?.config
  if (config === undefined || (!sent && status !== 'pending')) return html``
  const lines = unifiedDiff(config.before, config.after)
  const classes = { '+': 'plus', '-': 'minus', ' ': 'same' } as const
  return html`<h4>Configuration of ${name}, before and after the lines</h4><div class="diff mono">${lines.map(
    ({ sign, text }) => html`<span class="${classes[sign]}">${sign}${text}</span>`,
  )}</div>`
}

function rolesPart(device: DeviceOutcome): Html {
  const before = device.targets.flatMap(({ name, impact }) =>
    (impact?.peers ?? []).flatMap((peer) => peer.evidence.map((row) => `${name}, ${peer.address}: ${row}`)),
  )
  const sent = wasTouched(device)
  if (device.roles.length === 0 && before.length === 0) return html``
  const rows = device.roles.slice(0, rolesShown)
  const roles = table({
    caption: sent ? `Roles after the lines, ${device.host}` : `Roles as read, ${device.host}`,
    layout: 'roles',
    columns: [
      'Peer',
      'Target',
      'Protocol',
      'This device was',
      'SA',
      'Proof',
      'Age, time left',
      "The device's row",
    ],
    rows: rows.map(roleCells),
  })
  const folded = rows.length > rolesOpen
  return html`<h4>Evidence of roles</h4>${
    rows.length > 0 &&
    (folded
      ? html`<details><summary>${counted(device.roles.length, 'row')}</summary>${roles}</details>`
      : roles)
  }${device.roles.length > rows.length && html`<p>and ${device.roles.length - rows.length} more rows</p>`}${
    sent &&
    before.length > 0 &&
    html`<details><summary>SAs before the lines, as the device listed them</summary>${preformatted(before.join('\n'))}</details>`
  }`
}

function roleCells(row: RoleRow): readonly (Html | string)[] {
  const left = [
    ...(row.ageSeconds === undefined ? [] : [`age ${formatDuration(row.ageSeconds * 1000)}`]),
    ...(row.remainingSeconds === undefined ? [] : [`${formatDuration(row.remainingSeconds * 1000)} left`]),
  ]
  return [
    html`<span class="mono">${row.peer}</span>`,
    row.target,
    row.protocol === 'none' ? 'none' : row.protocol,
    row.reading === 'no-sa' ? 'no SA' : row.reading,
    row.reading === 'no-sa' ? 'none' : row.fresh ? 'fresh' : 'old',
    badge(row.proof, proofTone(row.proof)),
    left.length === 0 ? 'not printed' : left.join(', '),
    multiline((row.evidence ?? 'none').slice(0, 400)),
  ]
}

function proofTone(proof: RoleRow['proof']): Tone {
  if (proof === 'proven') return 'good'
  if (proof === 'lost' || proof === 'contradicts' || proof === 'missing') return 'bad'
  return proof === 'waiting' || proof === 'at-risk' || proof === 'ambiguous' ? 'open' : 'plain'
}

function savedPart({ saved, foreignUnsaved }: DeviceOutcome): Html {
  if (saved === 'not-needed') return html``
  if (saved === 'yes') return html`<p><strong>Saved to startup:</strong> yes</p>`
  const why =
    foreignUnsaved === undefined ? '' : `: ${counted(foreignUnsaved, 'line')} of somebody else's in the way`
  return html`<p><strong>Saved to startup:</strong> no${why}. A reload would bring the old setting back.</p>`
}

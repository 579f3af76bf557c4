import { printable } from '../../kernel/printable.ts'
import type { PeerImpact } from '../../model/impact.ts'
import type { DeviceOutcome, RunResult, TargetOutcome } from '../../model/outcome.ts'
import { isConcerned, typeNames } from '../impact-rows.ts'
import { clip, counted } from '../layout.ts'
import { valueName } from '../names.ts'
import { type Html, html } from './element.ts'
import { section } from './parts.ts'

// A picture of more is none: then each target is one line with its peers counted.
const peersDrawn = 48
const groupsDrawn = 60

const width = 900
const boxWidth = 230
const rowHeight = 46
const gap = 18
const left = boxWidth + 6
const right = width - boxWidth - 6

/** Who starts a tunnel: arrows point from the end that starts to the one that answers. */
interface Ends {
  readonly atHub: boolean
  readonly atPeer: boolean
}

/** One line of the picture: one peer, or several together. */
interface Edge {
  readonly label: string
  readonly detail: string
  readonly before: Ends
  readonly after: Ends
  readonly doubt: 'good' | 'doubt' | 'dead'
  readonly middle: string
  /** The other end is a device of this run too. */
  readonly managed: boolean
}

interface Hub {
  readonly host: string
  readonly detail: string
  readonly edges: readonly Edge[]
}

/** Hubs on the left, their peers on the right, and who starts each tunnel before and after. */
export function topology(result: RunResult): Html {
  const concerned = result.devices.flatMap((device) => {
    const targets = device.targets.filter((target) => isConcerned(target) && target.impact !== undefined)
    return targets.length === 0 ? [] : [{ device, targets }]
  })
  const peers = concerned.reduce(
    (sum, { targets }) => sum + targets.reduce((all, one) => all + countPeers(one), 0),
    0,
  )
  const single = peers <= peersDrawn
  const known = new Set(result.devices.map(({ host }) => host))
  const hubs = concerned.map(({ device, targets }) => hubOf(device, targets, single, known))
  const shown: Hub[] = []
  let rows = 0
  for (const hub of hubs) {
    if (rows + hub.edges.length > groupsDrawn) break
    shown.push(hub)
    rows += hub.edges.length
  }
  if (shown.length === 0) return section('topology', 'Topology', html`<p>${nothing(hubs.length)}</p>`)
  return section(
    'topology',
    'Topology',
    html`<div class="picture" tabindex="0" role="region" aria-label="Picture of the topology">${picture(shown)}</div>\n`,
    legend(),
    !single &&
      html`<p>With ${counted(peers, 'peer')} each target is drawn as one line; the tables have every peer.</p>`,
    hubs.length > shown.length &&
      html`<p>and ${counted(hubs.length - shown.length, 'more device')}, not drawn</p>`,
  )
}

function nothing(hubs: number): string {
  return hubs === 0
    ? 'No picture: this run has no record of peers of targets that it concerns.'
    : 'No picture: one device alone has more targets than can be drawn. The tables have them.'
}

function countPeers({ impact }: TargetOutcome): number {
  return impact === undefined ? 0 : impact.peers.length + impact.morePeers
}

function hubOf(
  device: DeviceOutcome,
  targets: readonly TargetOutcome[],
  single: boolean,
  known: ReadonlySet<string>,
): Hub {
  const edges = targets.flatMap((target): readonly Edge[] => {
    const { impact } = target
    if (impact === undefined) return []
    const listed =
      single && impact.peers.length > 0
        ? impact.peers.map((peer) => edgeOf(target, peer, known))
        : countPeers(target) > 0 || !impact.anyPeer
          ? [groupEdge(target, impact.peers, countPeers(target))]
          : []
    return impact.anyPeer ? [...listed, anyEdge(target)] : listed
  })
  const { software } = device
  return { host: device.host, detail: software?.model ?? software?.version ?? device.platform, edges }
}

const beforeOf: Readonly<Record<PeerImpact['startedBy'], Ends>> = {
  peer: { atHub: true, atPeer: false },
  'this-device': { atHub: false, atPeer: true },
  both: { atHub: true, atPeer: true },
  nobody: { atHub: false, atPeer: false },
  'not-known': { atHub: false, atPeer: false },
}

const answering: readonly string[] = ['responder-only', 'answer-only']

/** The value that the target has when the run, or what it plans, is over. */
function valueAfter(target: TargetOutcome): string {
  const { status, impact, after, before } = target
  return status === 'pending' ? (impact?.wanted ?? before) : (after ?? before)
}

function afterOf(target: TargetOutcome): Ends {
  return { atHub: true, atPeer: !answering.includes(valueAfter(target)) }
}

function middleText(target: TargetOutcome): string {
  const now = valueAfter(target)
  const change = now === target.before ? valueName(now) : `${valueName(target.before)} → ${valueName(now)}`
  return `${target.name}: ${change}`
}

function edgeOf(target: TargetOutcome, peer: PeerImpact, known: ReadonlySet<string>): Edge {
  const after = afterOf(target)
  const name = peer.name ?? peer.description
  const managed = peer.name !== undefined && known.has(peer.name)
  return {
    managed,
    label: name ?? peer.address,
    detail: [
      ...(name === undefined ? [] : [peer.address]),
      ...(peer.type === 'unknown' ? [] : [typeNames[peer.type] ?? String(peer.type)]),
      ...(managed ? ['in this run'] : []),
    ].join(', '),
    before: beforeOf[peer.startedBy] ?? beforeOf['not-known'],
    after,
    doubt: after.atPeer ? 'good' : doubtOf(peer),
    middle: middleText(target),
  }
}

function doubtOf({ canStart }: PeerImpact): Edge['doubt'] {
  return canStart.answer === 'yes' ? 'good' : canStart.answer === 'no' ? 'dead' : 'doubt'
}

function groupEdge(target: TargetOutcome, peers: readonly PeerImpact[], all: number): Edge {
  const count = (what: PeerImpact['startedBy']): number =>
    peers.filter((peer) => peer.startedBy === what).length
  const here = count('this-device')
  const there = count('peer')
  const both = count('both')
  const after = afterOf(target)
  const doubts = peers.map(doubtOf)
  return {
    managed: false,
    label: all === 0 ? 'no peer known' : counted(all, 'peer'),
    detail: `SAs: ${there} by peers, ${here} from here${both === 0 ? '' : `, ${both} both`}`,
    before: { atHub: there + both > 0, atPeer: here + both > 0 },
    after,
    doubt: after.atPeer
      ? 'good'
      : (doubts.find((one) => one === 'dead') ?? doubts.find((one) => one === 'doubt') ?? 'good'),
    middle: middleText(target),
  }
}

/** Clients that no configuration lists (DMVPN, virtual templates, dynamic maps): they call by their nature. */
function anyEdge(target: TargetOutcome): Edge {
  const nobody = { atHub: false, atPeer: false }
  return {
    managed: false,
    label: 'peers not listed',
    detail: 'dynamic: may call at any time',
    before: nobody,
    after: afterOf(target),
    doubt: 'good',
    middle: middleText(target),
  }
}

function picture(hubs: readonly Hub[]): Html {
  const heights = hubs.map(({ edges }) => edges.length * rowHeight)
  const height = heights.reduce((sum, one) => sum + one + gap, -gap)
  const drawn: Html[] = []
  let top = 4
  for (const [index, hub] of hubs.entries()) {
    drawn.push(hubPart(hub, top))
    top += (heights[index] ?? 0) + gap
  }
  return html`<svg viewBox="0 0 ${width} ${Math.max(height, rowHeight)}" role="img" aria-labelledby="picture-title" aria-describedby="picture-text"><title id="picture-title">${counted(hubs.length, 'device')} with ${hubs.length === 1 ? 'its' : 'their'} peers, and who starts each tunnel before and after</title><desc id="picture-text">${hubs.flatMap(({ host, edges }) => edges.map((edge) => edgeInWords(host, edge))).join(' ')}</desc>${drawn}</svg>`
}

/** What an arrow shows, for who does not see it. */
function edgeInWords(host: string, { label, middle, before, after, doubt }: Edge): string {
  const who = ({ atHub, atPeer }: Ends): string => {
    if (atHub && atPeer) return 'both ends'
    return atHub ? 'the peer' : atPeer ? 'this device' : 'nobody, or not known'
  }
  const doubts = { good: '', doubt: ', if it can, which nothing shows', dead: ', which it does not do' }
  return `${host} and ${label}, ${middle}. Present SA started by: ${who(before)}. After: ${who(after)} may start${doubts[doubt]}.`
}

function hubPart({ host, detail, edges }: Hub, top: number): Html {
  const height = edges.length * rowHeight - 8
  const middle = top + height / 2
  return html`<rect class="box hub" x="1" y="${top}" width="${boxWidth}" height="${height}" rx="6"/><text class="strong" x="14" y="${middle - 1}">${cut(host, 24)}</text><text class="t2" x="14" y="${middle + 14}">${cut(detail, 34)}</text>${edges.map((edge, index) => edgePart(edge, top + index * rowHeight))}`
}

function edgePart(edge: Edge, top: number): Html {
  const height = rowHeight - 8
  const y = top + height / 2
  const kind = edge.doubt === 'good' ? 'after' : `after ${edge.doubt}`
  return html`<rect class="${edge.managed ? 'box hub' : 'box'}" x="${right + 4}" y="${top}" width="${boxWidth}" height="${height}" rx="6"/><text x="${right + 16}" y="${y - 1}">${cut(edge.label, 28)}</text><text class="t2" x="${right + 16}" y="${y + 13}">${cut(edge.detail, 38)}</text><text class="t2" x="${(left + right) / 2}" y="${y - 9}" text-anchor="middle">${cut(edge.middle, 62)}</text>${arrow(y, 'before', 'tip-before', edge.before)}${arrow(y + 11, kind, tips[edge.doubt], edge.after)}${edge.doubt !== 'good' && mark(edge.doubt, right - 16, y + 15)}`
}

const tips = { good: 'tip-after', doubt: 'tip-doubt', dead: 'tip-dead' } as const

/** Not by colour alone: what is in doubt has its mark. */
function mark(doubt: 'doubt' | 'dead', x: number, y: number): Html {
  return html`<circle class="ring ${doubt}" cx="${x}" cy="${y - 4}" r="7"/><text class="mark" x="${x}" y="${y}" text-anchor="middle">${doubt === 'doubt' ? '?' : '×'}</text>`
}

function arrow(y: number, line: string, tip: string, { atHub, atPeer }: Ends): Html {
  const from = left + (atHub ? 8 : 0)
  const to = right - (atPeer ? 8 : 0)
  return html`<line class="${line}" x1="${from}" y1="${y}" x2="${to}" y2="${y}"/>${
    atHub && html`<path class="${tip}" d="M${left} ${y}l10 -4.5v9z"/>`
  }${atPeer && html`<path class="${tip}" d="M${right} ${y}l-10 -4.5v9z"/>`}`
}

/** Cut to what the box has room for; the tables have it in full. */
function cut(text: string, columns: number): string {
  return clip(printable(text), columns)
}

function legend(): Html {
  const sample = (doubt: Edge['doubt'] | 'before'): Html => {
    const line = doubt === 'before' ? 'before' : doubt === 'good' ? 'after' : `after ${doubt}`
    const tip = doubt === 'before' ? 'tip-before' : tips[doubt]
    return html`<svg viewBox="0 0 60 16" aria-hidden="true"><line class="${line}" x1="8" y1="8" x2="60" y2="8"/><path class="${tip}" d="M0 8l10 -4.5v9z"/>${(doubt === 'doubt' || doubt === 'dead') && mark(doubt, 44, 12)}</svg>`
  }
  return html`<ul class="legend"><li>${sample('before')}before: who started the present SA (no arrow: none, or not known)</li><li>${sample('good')}after: who may start, and can</li><li>${sample('doubt')}after: nothing shows that the peer can start</li><li>${sample('dead')}after: the peer does not start</li></ul>\n<p class="muted">An arrow points from the end that starts to the end that answers. A box with a blue edge is a device of this run.</p>`
}

import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { clearsOf, type DevicePlan, spaceOfPlan } from '../model/plan.ts'
import { beside, bounded, type Frame, sentence } from './frame.ts'
import { counted, wrapText } from './layout.ts'
import { createStyle } from './style.ts'

/** What clearing so many peers interrupts; `atMostMs` is how long each may stay away. */
export function interruptionText(peers: number, atMostMs: number): string {
  const most = formatDuration(atMostMs)
  const each = peers === 1 ? 'its tunnel is' : 'one peer at a time, each tunnel is'
  return `${counted(peers, 'peer')}: ${each} down until the peer calls, usually for seconds to a minute; a peer that has not called after ${most} has its target taken back and ends all clears`
}

/** The exact clear lines of all devices, with their number and what they interrupt; none where there are none. */
export function clearSections(plans: readonly DevicePlan[], frame: Frame): readonly (readonly string[])[] {
  const clears = plans.flatMap(clearsOf)
  if (clears.length === 0) return []
  const atMostMs = Math.max(...clears.map((clear) => clear.atMostMs))
  const perDevice = plans.filter((plan) => clearsOf(plan).length > 0)
  return [
    [
      ...beside('will clear', sentence(interruptionText(clears.length, atMostMs), frame), frame.style.yellow),
      ...beside('not told', sentence(untold(perDevice), frame), frame.style.yellow),
    ],
    ...perDevice.map((plan) => [
      frame.style.bold(printable(spaceOfPlan(plan))),
      ...beside(
        'clear',
        bounded(
          clearsOf(plan).flatMap((clear) => clear.lines.map(printable)),
          60,
          'lines',
          frame,
        ),
        frame.style.dim,
      ),
    ]),
  ]
}

function untold(plans: readonly DevicePlan[]): string {
  const hosts = plans.filter((plan) => plan.facts.managementThrough === undefined).map(spaceOfPlan)
  if (hosts.length === 0) return ''
  return `whether this session itself runs through one of these tunnels: ${someOf(hosts, 6)}`
}

/** What the second question is about: the clears alone, since the lines were agreed to. Ends with a line feed. */
export function renderClearQuestion(
  plans: readonly DevicePlan[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const width = Math.max(40, options.width)
  const frame: Frame = { style: createStyle(options.color), width, verbose: false }
  const count = plans.flatMap(clearsOf).length
  const head = `will clear the SAs of ${counted(count, 'peer')} on ${counted(new Set(plans.map((plan) => plan.host)).size, 'device')}, so that the far ends call and the roles are proven`
  const parts = [wrapText(head, width).map(frame.style.bold), ...clearSections(plans, frame)]
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`
}

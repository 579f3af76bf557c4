import { printable } from '../kernel/printable.ts'
import { spaceName } from '../model/device-request.ts'
import type { ResumeTarget, ResumeView } from '../model/resume-view.ts'
import { beside, bounded, type Frame, sentence } from './frame.ts'
import { counted, wrapText } from './layout.ts'
import { renderApproval } from './plan-summary.ts'
import { createStyle } from './style.ts'

const words: Readonly<Record<ResumeTarget['step'], string>> = {
  settle: 'applied; it is logged in to again, saved as the run would have, and proven',
  timer: 'under the revert timer of the run: it is ended where all of it stands, and waited for otherwise',
  'take-back': 'given up by the run; taking it back is finished',
  push: 'not applied; it is changed now, with all checks',
  leave: 'left alone',
}

/** What was and what was not applied, device by device, and what is due; then the changes of devices that were not begun. */
export function renderResume(
  view: ResumeView,
  options: { readonly color: boolean; readonly width: number },
): string {
  const frame: Frame = {
    style: createStyle(options.color),
    width: Math.max(40, options.width),
    verbose: false,
  }
  const targets = view.spaces.flatMap((space) => space.targets)
  const head = `the run left ${counted(targets.length, 'target')} on ${counted(new Set(view.spaces.map(({ host }) => host)).size, 'device')} unfinished`
  const blocks = [
    wrapText(head, frame.width).map(frame.style.bold),
    ...view.spaces.map(({ host, context, targets: all }) => [
      frame.style.bold(printable(spaceName(host, context))),
      ...all.flatMap((target) => targetLines(target, frame)),
    ]),
  ]
  const told = targets.length === 0 ? '' : `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
  if (view.plans.length === 0) return told
  const plans = renderApproval(view.plans, options)
  return `${told}${told === '' ? '' : '\n'}devices that the run had not begun:\n${plans}`
}

function targetLines(target: ResumeTarget, frame: Frame): readonly string[] {
  const { name, why, step, lines } = target
  return [
    ...wrapText(`${printable(name)}: ${words[step]}`, frame.width - 2).map((line) => `  ${line}`),
    ...beside('because', sentence(why, frame), frame.style.dim),
    ...beside('will send', bounded(lines.map(printable), 20, 'lines', frame), frame.style.yellow),
  ]
}

import { printable } from '../kernel/printable.ts'
import type { PushIntent } from '../model/record.ts'
import type { RunStep } from '../model/run-view.ts'
import { type Frame, quoted } from './frame.ts'
import { counted } from './layout.ts'
import { valueName } from './names.ts'

/**
 * What each push found before its first line, as the journal has it: who the device was, the value of each target, the
 * configuration lines that it rests on, and the way back. Empty where nothing was pushed.
 */
export function renderIntents(steps: readonly RunStep[], frame: Frame): readonly string[] {
  const intents = steps.flatMap(({ entry }) => (entry.kind === 'push-intent' ? [entry] : []))
  if (intents.length === 0) return []
  return [
    frame.style.bold('what it found before it sent anything'),
    ...intents.flatMap((intent) => intentLines(intent, frame)),
  ]
}

function intentLines(intent: PushIntent, frame: Frame): readonly string[] {
  const { host, context, identity, targets, readingBefore } = intent
  const where = context === undefined ? printable(host) : `${printable(host)}, context ${printable(context)}`
  const who =
    identity === undefined
      ? ''
      : `: ${[identity.hostname, identity.model ?? '', ...identity.serials]
          .filter((word) => word !== '')
          .map(printable)
          .join(', ')}`
  return [
    `  ${where}${who}; ${counted(readingBefore.sas.length, 'SA')}`,
    ...targets.flatMap((target) => targetLines(target, frame)),
  ]
}

function targetLines(target: PushIntent['targets'][number], frame: Frame): readonly string[] {
  const { name, before, wanted, peers = [], basis = [], revert } = target
  const to = wanted === undefined ? '' : `, to be ${valueName(wanted)}`
  return [
    `    ${printable(name)}: it was ${valueName(before)}${to}`,
    ...(peers.length === 0 ? [] : [`      peers: ${peers.map(printable).join(', ')}`]),
    ...block('configuration that it rests on', basis, frame),
    ...block('the way back', revert, frame),
  ]
}

function block(label: string, lines: readonly string[], frame: Frame): readonly string[] {
  if (lines.length === 0) return []
  return [`      ${label}:`, ...lines.flatMap((line) => quoted(line, frame).map((text) => `        ${text}`))]
}

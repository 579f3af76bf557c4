import { someOf } from '../kernel/some-of.ts'
import type { RunResult } from '../model/outcome.ts'
import type { HoldReason } from '../model/remediation.ts'
import { beside, type Frame, sentence } from './frame.ts'
import { counted } from './layout.ts'

const words: Readonly<Record<HoldReason, string>> = {
  devices: 'more devices drifted than drift.maxDevices',
  window: 'not in the window',
  freeze: 'in a freeze',
  breaker: 'it drifts again and again',
  budget: 'too many devices cannot be reached',
  otherwise: 'something else is the matter with it',
  declined: 'nobody said yes',
  interrupted: 'the run was interrupted',
  stopped: 'the rollout was stopped',
}

const namesShown = 12

/** `drift`, `drift --remediate`: what was run, as somebody would type it. */
export function commandText({ command, remediation }: Pick<RunResult, 'command' | 'remediation'>): string {
  return remediation === undefined ? command : `${command} --remediate`
}

/**
 * What remediation began with and what it held, by reason, in sentences for people; the findings of the devices have
 * the rest. Nothing where a run puts nothing back. Names are foreign text.
 */
export function remediationTexts({
  remediation,
}: Pick<RunResult, 'remediation'>): readonly { readonly label: string; readonly text: string }[] {
  if (remediation === undefined) return []
  const { due, begun, held } = remediation
  if (due.length === 0) return [{ label: 'put back', text: 'nothing: no target has drifted or is unsaved' }]
  const of = `${counted(due.length, 'device')} that drifted or ${due.length === 1 ? 'is' : 'are'} unsaved`
  const byReason = new Map<HoldReason, string[]>()
  for (const { host, why } of held) byReason.set(why, [...(byReason.get(why) ?? []), host])
  const reasons = [...byReason].map(([why, hosts]) => `${someOf(hosts, namesShown)}: ${words[why] ?? why}`)
  return [
    {
      label: 'begun',
      text: begun.length === 0 ? `none of ${of}` : `${begun.length} of ${of}: ${someOf(begun, namesShown)}`,
    },
    ...(reasons.length === 0 ? [] : [{ label: 'held', text: reasons.join('; ') }]),
  ]
}

export function renderRemediation(result: RunResult, frame: Frame): readonly string[] {
  return remediationTexts(result).flatMap(({ label, text }) =>
    beside(label, sentence(text, frame), frame.style.bold),
  )
}

import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { spaceName } from '../model/device-request.ts'
import type { RunEvent } from '../model/event.ts'
import { changesOf, clearsOf, type DevicePlan, isBlocked, spaceOfPlan } from '../model/plan.ts'
import { counted } from './layout.ts'
import { valueName } from './names.ts'

const sentWords = { change: 'sent', revert: 'sent to take back', clear: 'sent to clear' } as const

function planText(plan: DevicePlan): string {
  const changes = changesOf(plan)
  if (changes.length === 0)
    return isBlocked(plan) ? 'blocked, nothing will be sent' : 'as asked, nothing to send'
  const lines = changes.reduce((total, { decision }) => total + decision.change.lines.length, 0)
  const clears = clearsOf(plan).length
  const also = clears === 0 ? '' : `, ${counted(clears, 'peer')} to clear`
  return `${counted(changes.length, 'target')} to change, ${counted(lines, 'line')}${also}`
}

/** Why the others stand still meanwhile. */
function awaited(awaits: 'alive' | 'verified' | undefined, devices: number): string {
  if (awaits === undefined) return ''
  const they = devices === 1 ? 'it is' : 'they are'
  const alive = awaits === 'alive' ? ', or alive a minute after the change' : ''
  return `; the next wave begins when ${they} verified${alive}`
}

type Told = { readonly host: string; readonly text: string } | { readonly text: string } | undefined

function tell(event: RunEvent): Told {
  switch (event.kind) {
    case 'run-started':
      return {
        text: `${event.command}${event.remediates === true ? ' --remediate' : ''} ${event.playbook}: run ${event.runId}, ${counted(event.hosts.length, 'device')}`,
      }
    case 'step':
      // The other steps are told by what comes of them.
      return event.step === 'connecting' || event.step === 'reverting' || event.step === 'proving'
        ? { host: event.host, text: event.step }
        : undefined
    case 'finding': {
      const { code, severity, target, message, accepted } = event.finding
      if (severity === 'info') return undefined
      return {
        host: event.host,
        text: `${accepted === undefined ? severity : 'accepted'} ${code}${target === undefined ? '' : ` on ${target}`}: ${message}`,
      }
    }
    case 'planned':
      return { host: spaceOfPlan(event.plan), text: planText(event.plan) }
    case 'line-sent':
      return {
        host: spaceName(event.host, event.context),
        text: `${sentWords[event.purpose]}: ${event.line}`,
      }
    case 'line-replied':
      if (event.reply === 'accepted') return undefined
      return {
        host: event.host,
        text: `${event.reply}: ${event.line}${event.said === '' ? '' : `: ${event.said}`}`,
      }
    case 'read-back':
      return {
        host: event.host,
        text: `read back ${event.target}: ${valueName(event.value)}${event.asWanted ? '' : ', not as asked'}`,
      }
    case 'saved':
      return {
        host: spaceName(event.host, event.context),
        text: event.ok ? 'saved' : `not saved: ${event.said}`,
      }
    case 'coverage':
      return { host: spaceName(event.host, event.context), text: event.text }
    case 'wave-started': {
      const what = event.canary ? ', the canary' : ''
      return {
        text: `wave ${event.wave} of ${event.of}${what}: ${counted(event.hosts.length, 'device')}: ${someOf(event.hosts, 10)}${awaited(event.awaits, event.hosts.length)}`,
      }
    }
    case 'rollout-stopped':
      return { text: `rollout stopped: ${event.reason}` }
    case 'device-finished': {
      const { host, status, error } = event.outcome
      return { host, text: error === undefined ? status : `${status}: ${error.code}: ${error.message}` }
    }
    case 'run-finished':
      return { text: `finished, exit ${event.exitCode}` }
  }
}

/**
 * One line for each event that a person reading a log would want, `host: what`, without escape codes;
 * undefined for the rest. Proof is told only when it moved, so that a long wait does not fill the log.
 */
export function createPlainTeller(): (event: RunEvent) => string | undefined {
  const lastProof = new Map<string, string>()
  return (event) => {
    if (event.kind === 'coverage') {
      const space = spaceName(event.host, event.context)
      if (lastProof.get(space) === event.text) return undefined
      lastProof.set(space, event.text)
    }
    const told = tell(event)
    if (told === undefined) return undefined
    const host = 'host' in told ? `${told.host}: ` : ''
    return `${printable(`${host}${told.text}`)}\n`
  }
}

import { nearest } from '../../kernel/nearest.ts'
import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ContextName } from '../../model/ids.ts'
import { contextOf, type DeviceIntent, type TargetIntent } from '../../model/intent.ts'

// Enough to choose from; a box may have 250.
const namesShown = 12

function listed({ contexts }: DeviceFacts): string {
  if (contexts === undefined) return 'show context lists them'
  const more = contexts.length > namesShown ? ' …' : ''
  return `the device has ${contexts.slice(0, namesShown).map(printable).join(', ')}${more}`
}

function missing(facts: DeviceFacts, name: ContextName): Finding {
  const { contexts, software } = facts
  const common = { code: 'CONTEXT_MISSING', severity: 'block', evidence: software.evidence } as const
  if (software.contextMarker === undefined) {
    return {
      ...common,
      message: `the playbook names the context ${name}, and the device is in single context mode`,
      next: 'take context out of this item of the playbook',
    }
  }
  if (contexts?.includes(name) !== false) {
    return {
      ...common,
      message: `the context ${name} was not entered: nothing of it was judged`,
      next: 'log in to the system space or the admin context, from where contexts can be entered',
    }
  }
  const meant = nearest(name, contexts)
  return {
    ...common,
    message: `there is no context ${name}; ${listed(facts)}`,
    next: `${meant === undefined ? '' : `did you mean ${printable(meant)}? `}correct the name in the playbook; names are exact in case`,
  }
}

function systemSpace(facts: DeviceFacts): Finding {
  return {
    code: 'CONTEXT_MISSING',
    severity: 'block',
    message:
      'the login leads into the system space of multiple context mode, which has no VPN, and the playbook names no context',
    evidence: facts.software.evidence,
    next: `write context: NAME in this item of the playbook; ${listed(facts)}`,
  }
}

/**
 * Which targets are meant where these facts were read: those of the same context. Facts from where the login
 * led also answer for contexts that were not entered: a target must never be left out unseen.
 */
export function targetsHere(
  facts: DeviceFacts,
  intent: DeviceIntent,
): { readonly here: readonly TargetIntent[]; readonly findings: readonly Finding[] } {
  const here = intent.targets.filter((target) => contextOf(target) === facts.context)
  if (facts.context !== undefined) return { here, findings: [] }
  const elsewhere = [...new Set(intent.targets.flatMap((target) => contextOf(target) ?? []))]
  const findings = elsewhere.map((name) => missing(facts, name))
  if (facts.software.contextMarker !== 'system' || here.length === 0) return { here, findings }
  return { here: [], findings: [systemSpace(facts), ...findings] }
}

import type { Explanation } from './explanation.ts'

/** Codes of the contract that no type names yet: they come with what reports them. */
export type LaterCode = 'IDENTITY_CHANGED'

export const laterExplanations: Readonly<Record<LaterCode, Explanation>> = {
  IDENTITY_CHANGED: {
    title: 'another device answers under this name',
    severity:
      'block, cannot be accepted, for resume, rollback, remediation and saved plans; warn for a fresh plan',
    meaning:
      'Host name, serial number or chassis differs from the last run or from the plan. The two units of a failover pair count as one.',
    wouldBreak:
      'A way back that was written for one device would be sent to another; proofs of the old one say nothing of the new one.',
    todo: 'Find out whether the device was replaced. If so, plan anew.',
    source: 'show version and the host name of the device',
    since: 'later',
  },
}

import type { FailureCode } from '../codes.ts'
import { type Explanation, severities } from './explanation.ts'

type Code = Extract<FailureCode, `REVERT_TIMER_${string}`>

const guides =
  'Cisco guides: Configuration Rollback Confirmed Change, Configuration Replace and Configuration Rollback; command reference: configure revert, show archive config rollback timer'

/** The way back that a device keeps by itself. */
export const revertTimerExplanations: Readonly<Record<Code, Explanation>> = {
  REVERT_TIMER_UNAVAILABLE: {
    title: 'the revert timer that the playbook wants cannot be set',
    severity: severities.never,
    meaning:
      'revertTimer asks for a timer on this device, and there is none: an ASA has no such thing, the release is too old, the configuration has no archive with a path, the path leads off the box, or the device does not tell whether a timer is pending. With auto, an ASA is changed without one; an IOS device that is reached through a tunnel is refused. As an error: the device refused to set it, and nothing was sent.',
    wouldBreak: 'A change would be made without the guard that somebody counted on.',
    todo: "Configure archive with a path on the box's own flash. Or write revertTimer: auto or off, or give the devices without a timer a playbook of their own.",
    source: guides,
    since: 'now',
  },
  REVERT_TIMER_PENDING: {
    title: "a revert timer of somebody else's is pending",
    severity: severities.never,
    meaning:
      'The device waits for a configure confirm already. When its time is over, it replaces its configuration by the one from before, and everything that was changed meanwhile is gone.',
    wouldBreak:
      "This change would be taken back without a word, or its confirm would keep somebody else's change that was never looked at.",
    todo: 'Ask the user that the evidence names. Wait until it was confirmed or taken back, then run again.',
    source: guides,
    since: 'now',
  },
  REVERT_TIMER_TOO_SHORT: {
    title: 'the revert timer could run out in the middle of the change',
    severity: severities.never,
    meaning:
      'Each line may take commandTimeout, all of them totalTimeout at most, and then there is the second login. The timer must last twice as long; the message says how long that is.',
    wouldBreak:
      'A slow device would replace its configuration while lines are still being sent, and what it then has is half of both.',
    todo: 'Write a longer revertTimer, or auto; or shorten commandTimeout and totalTimeout in the inventory.',
    source: "ikero's rules for the revert timer",
    since: 'now',
  },
  REVERT_TIMER_FIRED: {
    title: 'the device took the change back by itself',
    severity: 'the device is rolled-back, as it was read afterwards',
    meaning:
      'The revert timer ran out before the change was confirmed, and the whole configuration was read again: the target reads as it did before. What anybody else changed on the device meanwhile is gone as well.',
    wouldBreak: 'Nothing: this is what the timer is for.',
    todo: 'Find out why the change could not be confirmed in time (the way to the device, rights for configure confirm) before trying again; tell whoever worked on the device meanwhile.',
    source: guides,
    since: 'now',
  },
}

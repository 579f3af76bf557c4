import type { FailureCode, FaultCode, FindingCode } from '../codes.ts'
import { type Explanation, severities } from './explanation.ts'
import type { revertTimerExplanations } from './revert-timer.ts'

const failed = 'the device is failed'
const unknown = 'the device is unknown: a person must look; exit code 4'

type Code =
  | Extract<
      FindingCode,
      | 'PLAN_STALE'
      | 'NEWER_CHANGE'
      | 'RECORD_REFUSED'
      | 'UNSAVED_CHANGES'
      | 'NOT_SAVED'
      | 'ACCEPT_UNUSED'
      | 'LAST_CHANGE'
      | 'REMEDIATION_HELD'
      | 'DRIFT_FOUGHT'
    >
  | Exclude<FailureCode, FindingCode | FaultCode | keyof typeof revertTimerExplanations>

/** What happens between plan and save, and to the record of a run. */
export const runExplanations: Readonly<Record<Code, Explanation>> = {
  PLAN_STALE: {
    title: 'the target moved since the plan',
    severity: severities.never,
    meaning:
      'A device is read again just before its push, and all of them when a saved plan is applied. The target, or something that uses it (interfaces, bindings, peers, access list, lifetimes), is not what the plan was made from, even where it moved to what was asked; or a check refuses or warns now of what the plan does not have; or other lines would be sent. The evidence has the old and the new lines.',
    wouldBreak: 'Lines that were agreed to for one configuration would be sent to another.',
    todo: 'Look at what is different and who is at work there, then run plan again and have it approved.',
    source: 'a plan carries a fingerprint of the configuration that it was made from',
    since: 'now',
  },
  NEWER_CHANGE: {
    title: 'somebody changed the target after the run',
    severity: 'block, cannot be accepted, for rollback: this target is left alone, the others are taken back',
    meaning:
      'The target does not read as the run set it, or it is not there any more, or the run store has a newer run that changed it.',
    wouldBreak: "Taking the older run back would undo somebody's newer change along with it.",
    todo: 'Look at the target and at the newer run (ikero runs, ikero show RUN). Take the newer run back first, or set the value with a playbook.',
    source: 'the configuration as it is read before and in the session that writes, and the run store',
    since: 'now',
  },
  RECORD_REFUSED: {
    title: 'the record of the run cannot be used to take this back',
    severity: 'block, cannot be accepted, for rollback: nothing is sent for it, the others are taken back',
    meaning:
      "The journal's target, values or lines are not those that ikero writes, or the record does not say who the device was, or the inventory does not have the device.",
    wouldBreak:
      "A run's folder may have come from elsewhere: lines of unknown origin would be sent to a gateway.",
    todo: 'Read the record with ikero show RUN and set the target by hand or with a playbook. Where the inventory lacks the device, name one that has it with -i.',
    source: "ikero's rule that only lines of its own grammar reach a device",
    since: 'now',
  },
  LAST_CHANGE: {
    title: 'who touched the configuration last',
    severity: severities.info,
    meaning:
      "A target has drifted. Where IOS keeps a log of its configuration (archive, log config, logging enable), it names the user and the terminal line of the line that took the setting away; else the heading of the configuration tells when it was last changed and by whom (IOS), or last saved (ASA). The log has no times: the time is the heading's, at or no later than which it was. All times are of the clock of the device.",
    wouldBreak: 'Nothing; it helps to find the person who took the setting away.',
    todo: 'Ask that person. The heading is about the whole configuration: the change may have been another one.',
    source:
      'show archive log config all on IOS, in public terminal logs; Last configuration change at … by … of show running-config on IOS, in captured output; Written by … at … of show startup-config on ASA',
    since: 'now',
  },
  REMEDIATION_HELD: {
    title: 'what has drifted is not put back',
    severity: 'warn: the device stays pending, exit code 2; of drift --remediate only',
    meaning:
      'A guard rail holds the device: the window is closed, it is a day of a freeze, more devices drifted than drift.maxDevices, too many cannot be reached, something else is wrong with it, nobody said yes, or the run ended before it. The message says which.',
    wouldBreak:
      'Unattended changes would go on in the middle of an outage, of a maintenance of somebody else, or of something that nobody has understood yet.',
    todo: 'Do what the next step of the finding says. What cannot wait is put back with ikero apply, which asks.',
    source: "ikero's rules of remediation: every guard rail is a reason to do less",
    since: 'now',
  },
  DRIFT_FOUGHT: {
    title: 'the same device drifts again and again',
    severity: 'warn: the device stays pending, exit code 2; of drift --remediate only',
    meaning:
      'Remediation wrote to this device as often as drift.breaker allows within its period, and a target has drifted again, or is unsaved again.',
    wouldBreak:
      'ikero and somebody else, or a tool of somebody else, would set the same line in turns, each time with a tunnel at stake.',
    todo: 'Find out who takes the setting away (LAST_CHANGE, the log of the device, AAA records, other automation) and settle it with them. Then put it back with ikero apply.',
    source: 'the run store: runs that remediate, also those that were cut off',
    since: 'now',
  },
  UNSAVED_CHANGES: {
    title: "somebody's unsaved work stands in the configuration",
    severity:
      'block unless the playbook accepts it, with save: always and beside a revert timer; warn with if-clean; info with never, and where nothing of the run is to be saved',
    meaning:
      'Read before the push, running and startup configuration differ in lines that are no setting of this playbook, in more than comments, dates, checksums, ntp clock-period, certificate bodies and headers; or the device does not show its startup. The evidence has the first lines: + is in running only, - in startup only, ~ stands elsewhere; what may be a secret is masked.',
    wouldBreak:
      'Saving would also save what somebody else is still trying out; not saving loses this change at the next reload.',
    todo: 'Ask whose lines they are, save or remove them, then apply again: what is as asked already is only saved then.',
    source:
      'show archive config differences on IOS, else show startup-config; comparison of show startup-config with show running-config on ASA (no document tells a better way, UNVERIFIED)',
    since: 'now',
  },
  NOT_SAVED: {
    title: 'the change is not in startup',
    severity: `${severities.warn}; exit code 3`,
    meaning:
      "Saving was wanted, and the setting is not in startup: the device refused to save, or its startup does not show the line after it said [OK], or the session ended before, or somebody else's unsaved work would have been saved with it (save: if-clean). The device stays changed; the next plan calls the target pending, unsaved.",
    wouldBreak: 'A reload brings the old setting back, perhaps in the middle of a night months from now.',
    todo: 'Look at the evidence (disk full, NVRAM busy) or at whose lines stand in the way, then run apply again: it saves without sending the line again. Or save with write memory.',
    source:
      'answers of write memory on IOS and ASA as netspoc-approve knows them: only [OK] is success; then startup is read again',
    since: 'now',
  },
  ACCEPT_UNUSED: {
    title: 'an entry of accept covers nothing',
    severity: severities.warn,
    meaning: 'The playbook accepts a code on a target or peer, and no such finding blocks there.',
    wouldBreak: 'Nothing today. A leftover would one day take on something that nobody has looked at.',
    todo: 'Take the entry out of accept, or correct its targets.',
    source: "ikero's rule that an acceptance names what it is for",
    since: 'now',
  },
  UNREADABLE_OUTPUT: {
    title: 'the output of a command was not understood',
    severity: failed,
    meaning:
      'The device printed something that ikero does not recognise as output of that command, or the end of it is missing. Nothing is concluded from it.',
    wouldBreak: 'A guess about a role or a profile would become a verdict.',
    todo: 'Log in and compare; save the output and try ikero parse on it.',
    source: 'the device itself',
    since: 'now',
  },
  LINE_REFUSED: {
    title: 'the device refused a line',
    severity: 'the lines of this target are taken back; it is rolled-back, or unknown if that fails',
    meaning: 'A line was answered with an error. Nothing more was sent for that target.',
    wouldBreak: 'A target would stay half changed.',
    todo: 'Read the reply in the report: rights (Command authorization failed), release, or a name.',
    source:
      'error texts of IOS (% Invalid input …) and ASA (ERROR: …) in public terminal plugins for these platforms',
    since: 'now',
  },
  READ_BACK_FAILED: {
    title: 'the configuration does not show what was sent',
    severity: 'the lines of this target are taken back; it is rolled-back, or unknown if that fails',
    meaning: 'Every line was taken, and the configuration read afterwards has another value.',
    wouldBreak:
      'A report would say done for something that is not there. Reading back is the only proof that a line took.',
    todo: 'Look at the target on the device: another session or an automatism may write to it as well.',
    source: "ikero's rules of proof",
    since: 'now',
  },
  SECOND_LOGIN_FAILED: {
    title: 'nobody could log in again after the change',
    severity:
      'every line of the device is taken back in the first session; it is rolled-back, or unknown if that fails',
    meaning: 'A second session is opened before the first one is closed. It did not come up.',
    wouldBreak: 'The change may have cut the way to the device, or the last free session is in use.',
    todo: 'Check the path (does it run through the tunnel?) and the free vty or SSH sessions.',
    source: "operators' practice: never close the session that works before another one does",
    since: 'now',
  },
  REVERT_FAILED: {
    title: 'the change could not be taken back',
    severity: unknown,
    meaning: 'The lines of the way back were refused, or the session broke before they could be read back.',
    wouldBreak: 'It is not known which end may start now.',
    todo: 'Log in and compare the target with the undo lines of the report; ikero show RUN lists every line that was sent.',
    source: 'the journal of the run',
    since: 'now',
  },
  PROOF_REQUIRED: {
    title: 'the role was not proven in time, and the playbook requires it',
    severity: 'the target is taken back; it is rolled-back, or unknown if that fails',
    meaning:
      'proof.require (or --require-proof) was set, and at the end of proof no fresh SA showed this device as the responder, or the run was interrupted before. Nothing contradicts the change either.',
    wouldBreak:
      'Nothing is known to be broken. Whoever requires proof does not want a change to stay of which nobody knows yet whether the peer starts.',
    todo: 'Give proof.within longer than the oldest SA still lives, or set proof.renegotiate, or leave proof.require out and run verify after the old SAs have ended.',
    source: "ikero's rules of proof: unproven is neither done nor broken",
    since: 'now',
  },
  JOURNAL_FAILED: {
    title: 'the record of the run cannot be written',
    severity: 'nothing more is sent to any device; a device in hand is told as it was read last',
    meaning: 'The disk is full, or the state directory is not writable.',
    wouldBreak: 'Lines would be sent that no record shows, and verify would have nothing to compare with.',
    todo: 'Make room, or give another --state-dir.',
    source: "ikero's rule that a line stands in the journal before it is sent",
    since: 'now',
  },
  DEVICE_LEASED: {
    title: 'another run is at work on this device',
    severity: `${failed}; nothing was sent to it`,
    meaning:
      'A run takes a lease of each device before its first writing session and gives it back when the device is finished. Another run has it, or it cannot be read, or it was taken from this run in the meantime. The message names user, machine, process, run and time. The lease of a process that has ended on this machine is taken over without asking; that of another machine when it has had no heartbeat for 2 minutes, and none while ikero watches.',
    wouldBreak:
      'Two runs would change one device at the same time: each would take the lines of the other for its own, and a way back would undo both.',
    todo: 'Wait until that run ends. If it is gone for good, look with ikero unlock, then break the lease with ikero unlock HOST; ikero show RUN tells how far it came.',
    source: "ikero's rule that two runs never interleave on one device",
    since: 'now',
  },
  LEASE_FAILED: {
    title: 'the lease of a device cannot be written',
    severity: `${failed}; nothing more is sent to it`,
    meaning: 'The disk is full, or the folder leases of the state directory is not writable.',
    wouldBreak: 'Another run could not see that this one is at work on the device.',
    todo: 'Make room or fix the rights of that folder, or give another --state-dir to all runs.',
    source: "ikero's rule that two runs never interleave on one device",
    since: 'now',
  },
  RUN_STORE_FAILED: {
    title: 'earlier runs cannot be read',
    severity: failed,
    meaning:
      'The state directory holds runs that cannot be read, and one of them may be the last change of a target.',
    wouldBreak: 'An open proof would be taken for compliant.',
    todo: 'Fix the rights of the folder, or name another one with --state-dir.',
    source: "ikero's rules of proof: an unproven target stays open until it is proven",
    since: 'now',
  },
  INTERNAL: {
    title: 'ikero itself failed',
    severity: 'the device is failed, or unknown if lines had been sent',
    meaning: 'A mistake in ikero, not in your files or devices.',
    wouldBreak: 'Nothing is concluded and nothing more is sent to that device.',
    todo: 'Please report it with the folder of the run; IKERO_DEBUG=1 shows the stack.',
    source: 'ikero',
    since: 'now',
  },
}

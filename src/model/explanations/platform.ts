import type { FindingCode } from '../codes.ts'
import { type Explanation, severities } from './explanation.ts'

const techNote =
  'Cisco tech note 113158 (VPN gateway device configured as responder in crypto negotiation); IOS feature guide "IKE Responder-Only Mode"'

type Code = Extract<
  FindingCode,
  | 'PLATFORM_UNSUPPORTED'
  | 'PLATFORM_MISMATCH'
  | 'HOSTNAME_MISMATCH'
  | 'IDENTITY_CHANGED'
  | 'RELEASE_TOO_OLD'
  | 'RELEASE_UNKNOWN'
  | 'EMULATED_ONLY'
  | 'PRIVILEGE_INSUFFICIENT'
  | 'CONFIG_LOCKED'
>

/** What the device is, and what the session may do on it. */
export const platformExplanations: Readonly<Record<Code, Explanation>> = {
  PLATFORM_UNSUPPORTED: {
    title: 'a kind of device that ikero does not change',
    severity: severities.never,
    meaning:
      'The device is FTD, NX-OS, IOS-XR, a controller-managed IOS-XE or a plain host, by its own show version or by the prompt of a Unix shell. FTD is told from ASA although it prints an ASA version line too.',
    wouldBreak:
      'The command does not exist there, or a manager owns the configuration and would undo or refuse the line; on a device of another kind the same words could mean something else.',
    todo: 'Change it in its manager (FMC, SD-WAN controller), and take the host out of the playbook.',
    source: 'show version of these families in the public tests of genieparser, unicon and ntc-templates',
    since: 'now',
  },
  PLATFORM_MISMATCH: {
    title: 'the inventory names another platform',
    severity: severities.never,
    meaning:
      'The inventory says ios and the device is an ASA, or the other way round, by its own show version.',
    wouldBreak: 'Lines of the wrong platform would be sent: refused at best, half taken at worst.',
    todo: 'Correct platform for this host in the inventory, and name it under routers or asas accordingly. If the inventory is right, the address leads to another device.',
    source: 'show version of the device',
    since: 'now',
  },
  IDENTITY_CHANGED: {
    title: 'another device answers under this name',
    severity:
      'block, cannot be accepted, where a saved plan is applied, a run is resumed or taken back, and in drift, also with --remediate; warn for a fresh plan, which says what proofs it voids',
    meaning:
      'Host name, serial number, chassis or host key differs from the plan; for resume and rollback, host name, serial number or chassis from what the run recorded before its first line; for drift and a fresh plan, from the last change on record. The two units of a failover pair count as one, and what one of the two does not tell is no difference.',
    wouldBreak:
      'Lines that were approved for one device, or a way back that was written for it, would be sent to another; proofs of the old one say nothing of the new one, and are left out.',
    todo: 'Find out whether the device was replaced. If so, plan anew; ikero apply asks, also where all reads as asked already, and with a yes takes the box that answers for the one that is meant: it is on record (identity-seen), drift compares with it from then on, and what was changed and proven on the old one is void. plan, verify and drift take nothing. ikero rollback RUN --print shows the lines of a way back, for whoever knows that they belong there.',
    source: 'show version, the host name of the device, and the host key that it proved',
    since: 'now',
  },
  HOSTNAME_MISMATCH: {
    title: 'the device calls itself something else',
    severity: severities.info,
    meaning: 'The host name in the prompt or configuration is not the name of this host in the inventory.',
    wouldBreak: 'Often nothing: names differ by habit. Sometimes it is the wrong device behind the address.',
    todo: 'Compare address and serial number once; rename the host in the inventory if that is clearer.',
    source: 'the device itself',
    since: 'now',
  },
  RELEASE_TOO_OLD: {
    title: 'the release does not have the command',
    severity: severities.never,
    meaning:
      'responder-only came with IOS 12.4(24)T; no 12.4 mainline has it, whatever its number, because T trains get features and mainline gets fixes only. IOS-XE has it from 16.3.1 on. On ASA connection-type came with 7.0 (PIX too), and responder-only for VTI after 9.7(1).',
    wouldBreak:
      'The device refuses the line inside an entered profile or entry, and the tunnel goes on starting IKE while a list somewhere says done.',
    todo: 'Install a release that has it, or take the host out of the playbook.',
    source: `${techNote}; published IOS-XE configuration models (Cisco-IOS-XE-crypto.yang, ned.yang)`,
    since: 'now',
  },
  RELEASE_UNKNOWN: {
    title: 'nobody knows whether this release has the command',
    severity:
      'block unless the playbook accepts it; info once the device itself shows that it knows responder-only',
    meaning:
      'Special trains, developer and interim builds cannot be placed by number. The device is asked without changing it: a Responder-Only line in show crypto ipsec profile settles it. On ASA: a connection type is printed that ikero does not know.',
    wouldBreak:
      'As RELEASE_TOO_OLD, if the release lacks it; that an old release prints nothing proves nothing.',
    todo: 'Look at show crypto ipsec profile, try the line on a spare device of that release, or install a release that is known.',
    source: `${techNote}; Cisco's pages on IOS release numbering; show crypto ipsec profile in the public tests of genieparser`,
    since: 'now',
  },
  EMULATED_ONLY: {
    title: 'support known from documents only',
    severity: severities.warn,
    meaning:
      'ikero has never seen output of this family: IOS-XE later than 17 (numbered by year), PIX 7.x and 8.0, ASA contexts before 9.0, VPN 3000 as peer. It works against simulated devices that were built from documents.',
    wouldBreak:
      'Perhaps nothing. A line or a table may look different there; what is not recognised ends as unknown, not as a guess.',
    todo: 'Begin with one device, with somebody at its console, and look at the result by hand.',
    source: 'ikero states its support by evidence: seen, emulated, refused',
    since: 'now',
  },
  PRIVILEGE_INSUFFICIENT: {
    title: 'the session may not see or set enough',
    severity:
      'block, cannot be accepted, where lines would be sent or the configuration was not readable in full; else warn',
    meaning:
      'The session has less than privilege level 15, is in a CLI view, or the device hides part of its configuration from this user (show privilege, show curpriv).',
    wouldBreak:
      'What is not shown looks like what is not there: a second tunnel that uses the profile would be overlooked, and a push could be refused half way.',
    todo: 'Give the credential an enable secret or level 15, or the rights to show running-config and to set these lines.',
    source: 'show privilege on IOS, show curpriv on ASA; AAA command authorisation can refuse single lines',
    since: 'now',
  },
  CONFIG_LOCKED: {
    title: 'somebody else holds the configuration lock',
    severity: severities.never,
    meaning: 'The device did not enter configuration mode: another session or a manager has it locked.',
    wouldBreak:
      'Configuration lines typed without configuration mode run as commands, or are lost one by one.',
    todo: 'Find who holds it (show configuration lock), wait or agree, then apply again.',
    source:
      'IOS messages "Configuration mode is locked by process …" in public captures; Cisco unicon retries on them',
    since: 'now',
  },
}

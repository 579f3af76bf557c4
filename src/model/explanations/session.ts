import type { FaultCode, FindingCode } from '../codes.ts'
import type { Explanation } from './explanation.ts'

const unreachable = 'the device is unreachable; nothing was sent'
const midway =
  'the device is failed, or unreachable before its first reading; in mid-push it is read again, and unknown if that fails'

/** Why there is no session, or why one ended. */
export const sessionExplanations: Readonly<Record<Exclude<FaultCode, FindingCode>, Explanation>> = {
  HOST_KEY_UNKNOWN: {
    title: 'known_hosts has no key for this device',
    severity: unreachable,
    meaning:
      'The device offers a host key that nobody has put into known_hosts. Keys are checked on every hop, and there is no switch to leave that out.',
    wouldBreak: 'The password would be given to whoever answers at that address.',
    todo: "Compare the fingerprint with the device's own on its console (IOS prints the key itself: show ip ssh); if they agree, run the ikero trust command that the message shows.",
    source: 'OpenSSH known_hosts; RFC 4251, section 4.1',
    since: 'now',
  },
  HOST_KEY_CHANGED: {
    title: 'the host key is not the known one',
    severity: `${unreachable}; it stands first in every report, is exit code 1 even if all else is green, and known does not hide it`,
    meaning:
      'known_hosts has another key for this device, or has this one as revoked, or the device cannot prove that it owns the key.',
    wouldBreak: 'Either the device was replaced or its key made anew, or somebody stands in between.',
    todo: "Find out why before anything else. If it is right, compare the new fingerprint with the device's own and run ikero trust with --replace. A revoked key stays refused: make a new one on the device.",
    source: 'OpenSSH known_hosts; RFC 4251, section 4.1',
    since: 'now',
  },
  HOST_CERTIFICATE_UNSUPPORTED: {
    title: 'the device is known by a host certificate only',
    severity: unreachable,
    meaning:
      'Only a @cert-authority line of known_hosts covers this device, and ikero cannot verify host certificates.',
    wouldBreak: 'Without a plain key nothing could be verified.',
    todo: "Compare the fingerprint with the device's own; if they agree, ikero trust puts its plain key beside the @cert-authority line.",
    source: 'the ssh2 package does not verify certificates',
    since: 'now',
  },
  AUTHENTICATION_FAILED: {
    title: 'the login was refused',
    severity: unreachable,
    meaning:
      'User, password or key was not taken, or the account may not have a terminal. A credential is presented once a host and run.',
    wouldBreak: 'Trying again could lock the account on the AAA server, for every device at once.',
    todo: 'Check the credential in the inventory, then log in by hand once.',
    source: 'the answer of the device',
    since: 'now',
  },
  CONNECT_FAILED: {
    title: 'there is no connection to the device',
    severity: unreachable,
    meaning: 'Refused, reset, no route, no such name, or the connection was closed instead of answering.',
    wouldBreak: 'Nothing was tried.',
    todo: 'Check address and port, that SSH is on, access lists on the way, and that a vty line is free.',
    source: "the operating system's and the device's answer",
    since: 'now',
  },
  ALGORITHMS_MISMATCH: {
    title: 'no SSH algorithm in common',
    severity: unreachable,
    meaning:
      'The device offers only algorithms that ikero does not use; the message lists both sides. Old IOS has group1 key exchange and CBC ciphers only.',
    wouldBreak: 'A session that can be read along the way.',
    todo: 'Allow one of the listed ones on the device (ip ssh server algorithm …), or install a newer image.',
    source: 'defaults of the ssh2 package; IOS message SSH-3-NO_MATCH',
    since: 'now',
  },
  SESSION_LIMIT: {
    title: 'the device has no session left',
    severity: unreachable,
    meaning: 'All vty lines or SSH sessions are in use (an ASA has five in a context).',
    wouldBreak: 'Nothing was tried. A change whose second login cannot come up would be taken back.',
    todo: 'Find idle sessions (show users, show ssh sessions), and run again.',
    source: 'ASA 9.4 general configuration guide, management access',
    since: 'now',
  },
  TIMED_OUT: {
    title: 'the device did not answer in time',
    severity: midway,
    meaning: 'Nothing came for connectTimeout, commandTimeout (idle time) or within totalTimeout.',
    wouldBreak: 'Waiting on would hold up all others.',
    todo: 'Check the device and its CPU, or give it more time in the inventory.',
    source: 'connectTimeout, commandTimeout and totalTimeout of the inventory',
    since: 'now',
  },
  LINK_LOST: {
    title: 'the session broke',
    severity: midway,
    meaning: 'The device closed the session, the connection was lost, or the run was cancelled.',
    wouldBreak:
      'Sending a line a second time without looking. A new session only reads, and decides by what it finds.',
    todo: 'Look at the log of the device, then run again.',
    source: 'the connection',
    since: 'now',
  },
  ENABLE_FAILED: {
    title: 'the enable secret was refused',
    severity: midway,
    meaning: 'The login was fine and enable was not. The secret is given once.',
    wouldBreak: 'Without privilege the configuration is not shown in full.',
    todo: 'Check enable of the credential in the inventory, or give the account level 15 at login.',
    source:
      'answers of enable on IOS (% Bad secrets, % Error in authentication.) and ASA in public terminal plugins',
    since: 'now',
  },
  UNEXPECTED_PROMPT: {
    title: 'the device stands where it should not',
    severity: midway,
    meaning:
      'The prompt is not the one that must come: another mode, another name, another unit of a pair, or none that ikero knows for this platform. The line that was due was not sent.',
    wouldBreak: 'Configuration lines in exec mode, or on the wrong unit.',
    todo: 'Check the platform in the inventory, and whether the unit failed over or somebody else uses the session.',
    source: 'ikero checks the prompt after every line',
    since: 'now',
  },
  UNEXPECTED_QUESTION: {
    title: 'the device asks something',
    severity: midway,
    meaning:
      'A question came where none was due: a new enable password, the initial dialog, error reporting. It is answered no or not at all.',
    wouldBreak: 'An answer that nobody has thought about.',
    todo: 'Log in by hand, settle what it asks, then run again.',
    source: 'such dialogs in the public tests of unicon',
    since: 'now',
  },
  OUTPUT_TOO_LARGE: {
    title: 'the device does not stop printing',
    severity: midway,
    meaning: 'One answer was longer than ikero keeps.',
    wouldBreak: 'Memory, and a verdict from text that never ended.',
    todo: 'Log in by hand and see what it prints.',
    source: 'ikero',
    since: 'now',
  },
  SECRET_UNAVAILABLE: {
    title: 'a secret of the inventory could not be had',
    severity: unreachable,
    meaning:
      'The variable is not set, the file is not there, the command failed, or nobody could be asked. The message says where it was looked for, never a value.',
    wouldBreak: 'Nothing was tried.',
    todo: 'Set the variable, or correct env, file or command of the credential.',
    source: 'credentials of the inventory',
    since: 'now',
  },
}

import { err, ok, type Result } from '../../kernel/result.ts'
import { sameAddress } from '../../model/address.ts'
import { type Capture, captureOf } from '../../model/capture.ts'
import type { IkeSa, SaReading } from '../../model/facts.ts'
import type { ParseFault } from '../driver.ts'
import { notAsked, parseFault } from '../parse-fault.ts'
import { lines } from './commands.ts'
import { addressOf, type Names, readNames } from './names.ts'
import { type Ikev1Row, type Ikev1Table, readIkev1 } from './sa-ikev1.ts'
import { type Ikev2Row, type Ikev2Table, readIkev2 } from './sa-ikev2.ts'
import { type IkeTunnel, readSessions, type VpnSession } from './sessiondb.ts'
import { outputLines } from './text.ts'

function fromIkev2(row: Ikev2Row, names: Names): IkeSa {
  const { lifetimeSeconds, activeSeconds } = row
  const left = (lifetimeSeconds ?? 0) - (activeSeconds ?? 0)
  return {
    version: 2,
    identity: row.tunnelId,
    peer: addressOf(names, row.peer),
    local: addressOf(names, row.local),
    state: row.state,
    established: row.established,
    halfOpen: row.halfOpen,
    role: row.role,
    evidence: row.evidence,
    ...(activeSeconds === undefined
      ? {}
      : { ageSeconds: activeSeconds, remainingSeconds: Math.max(0, left) }),
  }
}

/**
 * The session tunnel that is certainly this SA, or none: for releases that do not print what is left of an
 * SA's life in the list of SAs itself. One SA and one tunnel with that peer are asked for; anything else is
 * left open.
 */
function tunnelOf(
  row: Ikev1Row,
  rows: readonly Ikev1Row[],
  sessions: readonly VpnSession[],
  names: Names,
): IkeTunnel | undefined {
  if (!row.established || row.remainingSeconds !== undefined) return undefined
  const isPeer = (other: string | undefined): boolean =>
    other !== undefined && sameAddress(addressOf(names, other), addressOf(names, row.peer))
  if (rows.filter(({ peer }) => isPeer(peer)).length !== 1) return undefined
  const [tunnel, ...more] = sessions
    .filter(({ peer }) => isPeer(peer))
    .flatMap(({ tunnels }) => tunnels)
    .filter(({ version }) => version === 1)
  return more.length === 0 ? tunnel : undefined
}

/**
 * An IKEv1 SA has no identity here. The number in front of it is its row, and the session's `Tunnel ID`
 * can be told to be its own only while the peer has no second SA: an identity that comes and goes would
 * make an old SA look new. What is left of its life decides.
 */
function fromIkev1(row: Ikev1Row, tunnel: IkeTunnel | undefined, names: Names): IkeSa {
  const life = row.lifetimeSeconds ?? tunnel?.lifeSeconds
  const left = row.remainingSeconds ?? tunnel?.leftSeconds
  return {
    version: 1,
    peer: addressOf(names, row.peer),
    state: row.state,
    established: row.established,
    halfOpen: row.halfOpen,
    role: row.role,
    evidence: row.evidence,
    ...(left === undefined ? {} : { remainingSeconds: left }),
    ...(left === undefined || life === undefined || life < left ? {} : { ageSeconds: life - left }),
  }
}

/**
 * Remote access: a user's SA. While it is on the way every SA is called `user`, and what this device starts
 * is never one.
 */
function isUsers(row: Ikev1Row): boolean {
  return /^user$/i.test(row.type ?? '') && !row.halfOpen && row.role !== 'initiator'
}

/** QM_IDLE is a state of IOS: seen beside a role once, in a text that hardly an ASA printed. */
function doubtful(row: Ikev1Row): boolean {
  return /^QM_/i.test(row.state)
}

/** Why a text proves nothing: not this command's, or fewer rows than it counts itself. */
function flaw(one: Ikev1Table, two: Ikev2Table): string | undefined {
  if (!one.recognised && !two.recognised) return 'is not a list of IKE SAs'
  const listed = one.rows.length + one.unreadable.length
  if (one.total !== undefined && listed < one.total) {
    return `lists ${listed} of ${one.total} IKEv1 SAs, so it was cut off`
  }
  const rows = two.rows.length + two.unreadable.length
  return rows < two.counted ? `lists ${rows} of ${two.counted} IKEv2 SAs, so it was cut off` : undefined
}

/**
 * All LAN-to-LAN IKE SAs, from the captures of the SA probes. Peers that are printed as names are given by
 * address where the names are known.
 */
export function readSas(
  captures: readonly Capture[],
  known: Names = new Map<string, string>(),
): Result<SaReading, ParseFault> {
  const capture = captureOf(captures, lines.ikeSas)
  if (capture === undefined || capture.refusal !== undefined) {
    const message = 'the device did not list its IKE SAs'
    return err(parseFault(capture ?? notAsked(lines.ikeSas), message, message))
  }
  const printed = outputLines(capture.text)
  const one = readIkev1(printed)
  const two = readIkev2(printed)
  const wrong = flaw(one, two)
  if (wrong !== undefined) {
    return err(parseFault(capture, `the output of ${lines.ikeSas} ${wrong}`))
  }
  const names = new Map([...known, ...readNames(optionalLines(captures, lines.names))])
  const { sessions } = readSessions(optionalLines(captures, lines.sessions))
  const tunnels = one.rows.filter((row) => !isUsers(row) && !doubtful(row))
  const users = [...new Set(one.rows.filter(isUsers).map(({ peer }) => addressOf(names, peer)))]
  return ok({
    sas: [
      ...tunnels.map((row) => fromIkev1(row, tunnelOf(row, tunnels, sessions, names), names)),
      ...two.rows.map((row) => fromIkev2(row, names)),
    ],
    unreadable: [
      ...one.unreadable,
      ...one.rows.filter(doubtful).map(({ evidence }) => evidence),
      ...two.unreadable,
    ],
    ...(users.length === 0 ? {} : { users }),
  })
}

function optionalLines(captures: readonly Capture[], line: string): readonly string[] {
  const capture = captureOf(captures, line)
  return capture === undefined || capture.refusal !== undefined ? [] : outputLines(capture.text)
}

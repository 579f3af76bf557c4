import type { FindingCode } from '../codes.ts'
import { type Explanation, severities } from './explanation.ts'

const rule = "ikero's rules of proof: a role belongs to an SA, not to a peer"

type Code = Extract<
  FindingCode,
  | 'PEER_LOST'
  | 'ROLE_CONTRADICTED'
  | 'ROLE_REKEYED_HERE'
  | 'ROLE_AMBIGUOUS'
  | 'PROOF_UNLIKELY'
  | 'PROOF_OVERDUE'
  | 'NOT_RENEGOTIATED'
  | 'PEER_DOWN'
  | 'SA_DROPPED'
>

/** What the tunnels show after the change. */
export const proofExplanations: Readonly<Record<Code, Explanation>> = {
  PEER_LOST: {
    title: 'a peer that had a tunnel has none any more',
    severity:
      'block, cannot be accepted; apply takes the change of its target back and stops the rollout. warn for a policy-based ASA entry when the loss came later than 10 minutes after the push',
    meaning:
      'The peer had an established IKE SA in the last reading before the push and has had none for proof.lostAfter (90s unless set).',
    wouldBreak: 'It is broken: while this end only answers, the tunnel is down until the peer calls.',
    todo: 'Look at the peer: has it traffic or a keepalive to start with, and what does its log say? Send traffic from its side.',
    source: `${rule}; ASA sessions may also end by their idle timeout`,
    since: 'now',
  },
  PEER_DOWN: {
    title: 'a tunnel is down after its setting was taken back',
    severity: 'warn, for rollback; exit code 3',
    meaning:
      'The peer had an SA before the run, or just before the rollback, and has none 60 seconds after the lines; or the device did not show its SAs then.',
    wouldBreak:
      'The setting is as it was, and the tunnel may not be. A crypto map entry sets its tunnel up when a packet matches its access list: it waits for traffic from this side, or for the peer.',
    todo: 'Send traffic through the tunnel (or a ping from inside), and look at the SAs and the log of both ends.',
    source: rule,
    since: 'now',
  },
  SA_DROPPED: {
    title: 'SAs ended together with the change, long before their time',
    severity: 'warn; the rollout stops, and the device keeps its change unless proof finds more',
    meaning:
      'Within a minute of the push an established SA of the canary was gone that still had more than two minutes to live. No document says that the setting ends SAs, so this is a fact about that platform and release, or something else happened at the same time.',
    wouldBreak:
      'On every further device of this kind the change would interrupt the tunnels at once, not at the next expiry: a rollout by day would be an outage.',
    todo: 'Look at the log of the device and of the peer. If the change did it, go on in a window in which a short interruption may be, with small waves (rollout.wave).',
    source: `${rule}; that the setting leaves SAs alone is what public documents suggest and none states (UNVERIFIED)`,
    since: 'now',
  },
  ROLE_CONTRADICTED: {
    title: 'this device started a tunnel although it should only answer',
    severity:
      'block, cannot be accepted; apply takes the change of its target back, verify makes the target failed and sends nothing',
    meaning:
      'A new established IKE SA with a peer of exactly this target has this device as its initiator, none was up before it, and two readings agree.',
    wouldBreak: 'The setting does not do what it should: duplicates and colliding rekeys stay.',
    todo: 'Look whether the setting still stands there, and what else on this device calls that peer.',
    source: `${rule}; IOS: own address in the src column, or Initiator of SA : Yes; ASA: Role : initiator`,
    since: 'now',
  },
  ROLE_REKEYED_HERE: {
    title: 'this device rekeyed a living SA',
    severity: severities.warn,
    meaning:
      'A new IKE SA that this device started stands beside or after a living one of the same peer. ASA answer-only holds for the first exchange; later rekeys may start here.',
    wouldBreak: 'Nothing. It proves neither role, so the target stays unproven.',
    todo: 'Wait until the peer sets the tunnel up anew, then run verify.',
    source:
      'ASA messages 713195 and 713196; RFC 7296, section 2.8: who starts a rekey is the initiator of the new SA',
    since: 'now',
  },
  ROLE_AMBIGUOUS: {
    title: 'a new SA that decides nothing',
    severity: severities.warn,
    meaning:
      'It came too early after the push, one reading alone shows it, or its peer belongs to several tunnels or entries of this device.',
    wouldBreak: 'Nothing is known to be wrong, and nothing is proven by it.',
    todo: 'Run verify again when that SA has ended. Where a peer has several tunnels, judge it from the other end.',
    source: rule,
    since: 'now',
  },
  PROOF_UNLIKELY: {
    title: 'the proof will take its time',
    severity: severities.warn,
    meaning:
      'No peer of the target is expected to make a new SA soon: lifetimes are long, tunnels are idle, or peers come with traffic only.',
    wouldBreak:
      'Nothing. The target stays unproven, exit code 3, until its old SAs have ended and a peer has called.',
    todo: 'Have traffic sent from the far end after the change, or run verify when the report says that the last old SA has ended.',
    source: 'an SA keeps its role for its whole lifetime, 24 hours by default for IKE',
    since: 'now',
  },
  PROOF_OVERDUE: {
    title: 'a change is unproven for too long',
    severity: `${severities.warn}; exit code 3`,
    meaning:
      'Twice the longest SA lifetime has passed since the change, and no peer has started a new SA; or drift was asked for proof (--require-proof, proof.require), and there is none yet.',
    wouldBreak: 'Perhaps the peers have nothing to say; perhaps they cannot start, and nobody has noticed.',
    todo: 'Let each open peer start once, or ask its owner; then run verify.',
    source: "ikero's rules of drift",
    since: 'now',
  },
  NOT_RENEGOTIATED: {
    title: 'an SA that this device started is left to its lifetime',
    severity:
      'info where a rule forbids the clear; warn where clears were planned and not made: not approved, stopped, or without effect. The change goes on',
    meaning:
      'The playbook says renegotiate: initiated, and this SA is not cleared: it is not certain that its peer starts by itself, other SAs or tunnels share the address, the device would be cut off, how this platform clears one peer alone is not known, or a clear elsewhere has stopped all of them.',
    wouldBreak:
      'Nothing. A clear without certainty could take down a tunnel that this end may not set up again; the target stays unproven until the SA has ended.',
    todo: 'Read the reason in the message. Where it is the evidence: declare initiates: always for the peer in the inventory once its owner has confirmed it, or clear the SA from the peer.',
    source: "ikero's rules of renegotiation",
    since: 'now',
  },
}

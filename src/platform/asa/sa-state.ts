import type { Role } from '../../model/facts.ts'

/** What a state word says of an SA. Words that no source explains say nothing: neither up nor on the way. */
export interface SaState {
  readonly established: boolean
  readonly halfOpen: boolean
  /** Which end must have started it, where the word itself tells: even message numbers wait for an answer. */
  readonly role: Role
}

/** States of IKEv1 and IKEv2 SAs on ASA, in whatever case they are printed (both cases were seen). */
export function readState(word: string): SaState {
  const state = word.toUpperCase()
  // An SA that is being rekeyed still carries its tunnel.
  if (/^(?:[MA]M_ACTIVE(?:_REKEY)?|READY)$/.test(state)) {
    return { established: true, halfOpen: false, role: 'unknown' }
  }
  const waiting = /^MM_WAIT_MSG(\d)/.exec(state)?.[1]
  if (waiting !== undefined) {
    return { established: false, halfOpen: true, role: Number(waiting) % 2 === 0 ? 'initiator' : 'responder' }
  }
  const halfOpen = /^(?:MM_(?:WAIT|BLD|SND|NO_STATE|START)|AM_(?:WAIT|BLD|SND)|IN-NEG|INIT)/.test(state)
  return { established: false, halfOpen, role: 'unknown' }
}

/** `Role` or `Dir`: spelled out or short, in any case. */
export function readRole(word: string | undefined): Role {
  if (word === undefined) return 'unknown'
  if (/^init/i.test(word)) return 'initiator'
  return /^resp/i.test(word) ? 'responder' : 'unknown'
}

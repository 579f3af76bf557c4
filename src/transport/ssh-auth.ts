import type {
  AnyAuthMethod,
  AuthHandlerMiddleware,
  KeyboardInteractiveAuthMethod,
  ParsedKey,
  Prompt,
} from 'ssh2'
import { printable } from '../kernel/printable.ts'
import { type Ahead, ahead, type LoginMemory, remembered } from './login-memory.ts'
import { type AgentKeys, withKeys } from './ssh-agent.ts'

/** What a login may present, in this order; each is presented at most once. */
export interface LoginSecrets {
  readonly username: string
  readonly agent?: AgentKeys
  readonly keys: readonly ParsedKey[]
  readonly password?: string
  /** What of the credential cannot be presented, and why. */
  readonly missing: readonly string[]
}

export type AuthFailure =
  /** Presented and refused; `held` says what was not presented. */
  | { readonly kind: 'refused'; readonly presented: readonly string[]; readonly held: readonly string[] }
  /** The device takes other methods than the credential has; nothing was presented. */
  | { readonly kind: 'no-method'; readonly offered: readonly string[]; readonly held: readonly string[] }
  /** The device asks something that the password does not answer. */
  | { readonly kind: 'asked'; readonly question: string }
  /** The device wants the password to be changed. */
  | { readonly kind: 'change-demanded'; readonly said: string }

export interface Authentication {
  readonly handler: AuthHandlerMiddleware
  /** What was presented by now: `key`, `password`. */
  presented(): readonly string[]
  /** What was not, and why. */
  held(): readonly string[]
  /** The device sent a round without a question, which ssh2 answers by itself. */
  emptyRound(): void
  /** The agent would not sign with a key; the next method goes on. */
  agentRefused(why: string): void
  /** The login stands: what it presented last goes first the next time. */
  succeeded(): void
}

const mostRounds = 5
const mostPrompts = 8
/** A prompt for the password that the login has. A prompt for a new one, or for a code, is none. */
const asksPassword = /\bpassword\b(?: for \S+)?\s*:?\s*$/i
const asksOtherPassword =
  /\b(?:new|old|current|changed?|again|confirm|verify|re-?(?:type|enter)|one-?time)\b/i
const demandsChange =
  /\bnew password\b|\bpassword\b.{0,40}\b(?:has expired|is expired|expired|must be changed)\b|\b(?:must|need to|required to|have to) change your password\b|\bchange your password now\b/is

/**
 * How many presentations a server bears before it hangs up: `MaxAuthTries` of OpenSSH is 6, `ip ssh
 * authentication-retries` of IOS is 3 and, for want of documentation, so is everybody else's.
 */
export function mostTries(ident: string | undefined): number {
  return ident?.startsWith('OpenSSH') ? 6 : 3
}

interface State {
  readonly login: LoginSecrets
  readonly fail: (why: AuthFailure) => void
  presented: readonly string[]
  readonly held: string[]
  tries: number
  agentDone: boolean
  keysDone: number
  passwordDone: boolean
  rounds: number
}

const untried = { presented: [], tries: 0, agentDone: false, keysDone: 0, passwordDone: false }

/**
 * Decides what ssh2 presents: what worked on this host before, or the private key where there is nothing else;
 * without either the method `none` first, to learn what the device takes (RFC 4252, 5.2). Then keys of the
 * agent, private keys and the password by one method, all within what a server bears. A refused credential is
 * never presented again: accounts lock.
 */
export function authentication(
  login: LoginSecrets,
  fail: (why: AuthFailure) => void,
  ident: () => string | undefined,
  memory: LoginMemory = {},
): Authentication {
  const state: State = { ...untried, login, fail, held: [...login.missing], rounds: 0 }
  let stage: 'new' | 'ahead' | 'asked' = 'new'
  let last: AnyAuthMethod | undefined
  // Where a device wants one method after the other, the last one alone says nothing.
  let several = false
  const begin = (): AnyAuthMethod => {
    const known = ahead(login, memory)
    stage = known === undefined ? 'asked' : 'ahead'
    return known === undefined ? { type: 'none', username: login.username } : presentAhead(state, known)
  }
  return {
    presented: () => state.presented,
    held: () => state.held,
    emptyRound: () => countRound(state, 0),
    agentRefused: (why) => state.held.push(`the agent would not sign: ${printable(why.slice(0, 120))}`),
    succeeded: () => remembered(memory, several ? undefined : last),
    handler: (left, partial, next) => {
      if (stage === 'new') {
        last = begin()
        next(last)
        return
      }
      const offered: readonly string[] = left ?? []
      if (partial) several = true
      // Not refused, for it was not looked at: the device does not take this method (any more).
      if (stage === 'ahead' && !partial && last !== undefined && offered.length > 0) {
        if (!offered.includes(last.type)) Object.assign(state, untried)
      }
      stage = 'asked'
      last = choose(state, offered, mostTries(ident()))
      if (last !== undefined) {
        next(last)
        return
      }
      const { presented, held } = state
      fail(presented.length > 0 ? { kind: 'refused', presented, held } : { kind: 'no-method', offered, held })
    },
  }
}

/** What was refused before the one that worked then is not presented again. */
function presentAhead(state: State, known: Ahead): AnyAuthMethod {
  const { username, keys, password = '' } = state.login
  state.agentDone = true
  state.keysDone = keys.length
  if (known.type === 'keyboard-interactive') return keyboardInteractive(state, password)
  state.tries = 1
  if (known.type === 'publickey') {
    state.keysDone = known.at + 1
    present(state, 'key')
    return { type: 'publickey', username, key: known.key }
  }
  state.passwordDone = true
  present(state, 'password')
  return { type: 'password', username, password }
}

function present(state: State, what: string): void {
  state.presented = [...state.presented, what]
}

/** The next method to present; undefined when none is left. */
function choose(state: State, offered: readonly string[], most: number): AnyAuthMethod | undefined {
  const { password, username } = state.login
  // Some servers answer `none` without a list; it then means nothing.
  const takes = (method: string): boolean => offered.length === 0 || offered.includes(method)
  const key = takes('publickey') ? chooseKey(state, most) : undefined
  if (key !== undefined || password === undefined || state.passwordDone) return key
  if (takes('password')) {
    state.passwordDone = true
    present(state, 'password')
    return { type: 'password', username, password }
  }
  return takes('keyboard-interactive') ? keyboardInteractive(state, password) : undefined
}

function chooseKey(state: State, most: number): AnyAuthMethod | undefined {
  const { login, held } = state
  const { username, agent, keys } = login
  // What the inventory names keeps its place; an agent may have any number of keys.
  const left = most - state.tries - (login.password !== undefined && !state.passwordDone ? 1 : 0)
  if (agent !== undefined && !state.agentDone) {
    state.agentDone = true
    const chosen = agent.keys.slice(0, Math.max(0, left - keys.length))
    const rest = agent.keys.length - chosen.length
    if (rest > 0) held.push(`${rest} of the agent's keys, for servers hang up after ${most} tries`)
    if (chosen.length > 0) {
      state.tries += chosen.length
      present(state, chosen.length === 1 ? 'a key of the agent' : `${chosen.length} keys of the agent`)
      return { type: 'agent', username, agent: withKeys(agent, chosen) }
    }
  }
  const key = keys[state.keysDone]
  if (key === undefined) return undefined
  if (left <= 0) {
    held.push(`${keys.length - state.keysDone} private keys, for servers hang up after ${most} tries`)
    state.keysDone = keys.length
    return undefined
  }
  state.keysDone += 1
  state.tries += 1
  present(state, 'key')
  return { type: 'publickey', username, key }
}

function countRound(state: State, prompts: number): boolean {
  state.rounds += 1
  if (state.rounds <= mostRounds && prompts <= mostPrompts) return true
  state.fail({ kind: 'asked', question: `${prompts} questions in round ${state.rounds}` })
  return false
}

function keyboardInteractive(state: State, password: string): KeyboardInteractiveAuthMethod {
  return {
    type: 'keyboard-interactive',
    username: state.login.username,
    prompt: (name, instructions, _lang, prompts, finish) => {
      if (!countRound(state, prompts.length)) return
      const why = refusalOf(name, instructions, prompts)
      if (why !== undefined) {
        state.fail(why)
        return
      }
      // A second question for it means that the first answer was wrong.
      if (prompts.length > 1) {
        state.fail({ kind: 'asked', question: `${prompts.length} questions for a password at once` })
        return
      }
      if (state.passwordDone) {
        state.fail({ kind: 'refused', presented: state.presented, held: state.held })
        return
      }
      state.passwordDone = true
      present(state, 'password')
      finish([password])
    },
  }
}

/** Why a round of questions is not answered. */
function refusalOf(name: string, instructions: string, prompts: readonly Prompt[]): AuthFailure | undefined {
  const said = [name, instructions, ...prompts.map(({ prompt }) => prompt)].join(' ')
  if (demandsChange.test(said)) return { kind: 'change-demanded', said: printable(said.trim().slice(0, 160)) }
  for (const { prompt, echo } of prompts) {
    const question = printable(prompt.slice(0, 120))
    if (!asksPassword.test(prompt) || asksOtherPassword.test(prompt)) return { kind: 'asked', question }
    // What is typed to an echoing prompt is no secret to the far end.
    if (echo === true) return { kind: 'asked', question: `${question} (shown as it is typed)` }
  }
  return undefined
}

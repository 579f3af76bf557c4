import type { AuthHandlerMiddleware, KeyboardInteractiveAuthMethod, ParsedKey } from 'ssh2'
import { printable } from '../kernel/printable.ts'

/** What a login may present; each is presented at most once. */
export interface LoginSecrets {
  readonly username: string
  readonly password?: string
  readonly key?: ParsedKey
}

export type AuthFailure =
  /** Presented and refused. */
  | { readonly kind: 'refused'; readonly presented: readonly string[] }
  /** The device takes other methods than the credential has; nothing was presented. */
  | { readonly kind: 'no-method'; readonly offered: readonly string[] }
  /** The device asks something that the password does not answer. */
  | { readonly kind: 'asked'; readonly question: string }

export interface Authentication {
  readonly handler: AuthHandlerMiddleware
  /** What was presented by now: `key`, `password`. */
  presented(): readonly string[]
}

const mostRounds = 5
const mostPrompts = 8
/** A prompt for the password that the login has. A prompt for a new one, or for a code, is none. */
const asksPassword = /\bpassword\b(?: for \S+)?\s*:?\s*$/i
const asksOtherPassword =
  /\b(?:new|old|current|changed?|again|confirm|verify|re-?(?:type|enter)|one-?time)\b/i

/**
 * Decides what ssh2 presents: the method `none` first, to learn what the device takes (RFC 4252, 5.2), then
 * the key, then the password by one method. A refused credential is never presented again: accounts lock.
 */
export function authentication(login: LoginSecrets, fail: (why: AuthFailure) => void): Authentication {
  const presented: string[] = []
  let asked = false
  return {
    presented: () => presented,
    handler: (left, _partial, next) => {
      if (!asked) {
        asked = true
        next({ type: 'none', username: login.username })
        return
      }
      // Some servers answer `none` without a list; it then means nothing.
      const offered: readonly string[] = left ?? []
      const takes = (method: string): boolean => offered.length === 0 || offered.includes(method)
      const { username, password, key } = login
      if (key !== undefined && !presented.includes('key') && takes('publickey')) {
        presented.push('key')
        next({ type: 'publickey', username, key })
      } else if (password !== undefined && !presented.includes('password') && takes('password')) {
        presented.push('password')
        next({ type: 'password', username, password })
      } else if (password !== undefined && !presented.includes('password') && takes('keyboard-interactive')) {
        next(keyboardInteractive(username, password, presented, fail))
      } else {
        fail(presented.length > 0 ? { kind: 'refused', presented } : { kind: 'no-method', offered })
      }
    },
  }
}

function keyboardInteractive(
  username: string,
  password: string,
  presented: string[],
  fail: (why: AuthFailure) => void,
): KeyboardInteractiveAuthMethod {
  let rounds = 0
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _lang, prompts, finish) => {
      rounds += 1
      const answers: string[] = []
      if (rounds > mostRounds || prompts.length > mostPrompts) {
        fail({ kind: 'asked', question: `${prompts.length} questions in round ${rounds}` })
        return
      }
      for (const { prompt } of prompts) {
        if (!asksPassword.test(prompt) || asksOtherPassword.test(prompt)) {
          fail({ kind: 'asked', question: printable(prompt.slice(0, 120)) })
          return
        }
        if (presented.includes('password')) {
          fail({ kind: 'refused', presented })
          return
        }
        presented.push('password')
        answers.push(password)
      }
      finish(answers)
    },
  }
}

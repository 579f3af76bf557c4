import { createHash, timingSafeEqual } from 'node:crypto'
import type {
  AuthContext,
  Connection,
  KeyboardAuthContext,
  PasswordAuthContext,
  PublicKeyAuthContext,
} from 'ssh2'
import ssh2 from 'ssh2'
import type { LoginMethod, SshFaults } from './faults/faults.ts'

/** Who may log in to a simulated device. */
export interface SshLogin {
  readonly username: string
  readonly password: string
  /** Public keys that are accepted instead, one a line as in `authorized_keys`. */
  readonly authorisedKeys?: readonly string[]
}

const allMethods: readonly LoginMethod[] = ['publickey', 'keyboard-interactive', 'password']

/** IOS hangs up after so many refusals (`ip ssh authentication-retries`, default 3). */
const attempts = 3

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

/** One connection's login: who may, and what is wrong with it. */
interface Door {
  readonly login: SshLogin
  readonly faults: SshFaults
  readonly answer: (granted: boolean) => void
}

function keyFits(context: PublicKeyAuthContext, authorised: readonly string[]): boolean {
  return authorised.some((line) => {
    const key = ssh2.utils.parseKey(line)
    if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return false
    // Without a signature the client only asks whether the key would do.
    if (context.signature === undefined || context.blob === undefined) return true
    return key.verify(context.blob, context.signature, context.hashAlgo) === true
  })
}

function ask(context: AuthContext, door: Door): void {
  const { login, faults, answer } = door
  const user = context.username === login.username
  const offered: readonly string[] = faults.methods ?? allMethods
  if (!offered.includes(context.method)) answer(false)
  else if (context.method === 'password') byPassword(context, door, user)
  else if (context.method === 'publickey') answer(user && keyFits(context, login.authorisedKeys ?? []))
  else if (context.method === 'keyboard-interactive') byQuestions(context, door, user)
  else answer(false)
}

function byPassword(context: PasswordAuthContext, { login, faults, answer }: Door, user: boolean): void {
  const right = user && same(context.password, login.password)
  // A new password is never taken: the demand stays.
  if (right && faults.expired)
    context.requestChange('Your password has expired. New password: ', () => answer(false))
  else answer(right)
}

function byQuestions(context: KeyboardAuthContext, { login, faults, answer }: Door, user: boolean): void {
  const asks = faults.asks ?? ['Password: ']
  context.prompt(
    asks.map((prompt) => ({ prompt, echo: false })),
    (responses) => {
      const right = user && same(responses?.[0] ?? '', login.password)
      if (!right || !faults.expired) return answer(right)
      const again = ['New password: ', 'Retype new password: '].map((prompt) => ({ prompt, echo: false }))
      context.prompt(again, 'Your password has expired.', () => answer(false))
    },
  )
}

/** Answers a connection's authentication requests; the third refused password ends the connection. */
export function authenticate(connection: Connection, login: SshLogin, faults: SshFaults): void {
  let refused = 0
  connection.on('authentication', (context) => {
    const answer = (granted: boolean): void => {
      if (granted) {
        context.accept()
        return
      }
      if (context.method === 'password' || context.method === 'keyboard-interactive') refused += 1
      context.reject([...(faults.methods ?? allMethods)])
      if (refused >= (faults.attempts ?? attempts)) connection.end()
    }
    ask(context, { login, faults, answer })
  })
}

import { createHash, timingSafeEqual } from 'node:crypto'
import type { AuthContext, Connection, PublicKeyAuthContext } from 'ssh2'
import ssh2 from 'ssh2'

/** Who may log in to a simulated device. */
export interface SshLogin {
  readonly username: string
  readonly password: string
  /** Public keys that are accepted instead, one a line as in `authorized_keys`. */
  readonly authorisedKeys?: readonly string[]
}

const methods: readonly ('publickey' | 'password' | 'keyboard-interactive')[] = [
  'publickey',
  'keyboard-interactive',
  'password',
]

/** IOS hangs up after so many refusals (`ip ssh authentication-retries`, default 3). */
const attempts = 3

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

function keyFits(context: PublicKeyAuthContext, authorised: readonly string[]): boolean {
  return authorised.some((line) => {
    const key = ssh2.utils.parseKey(line)
    if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return false
    // Without a signature the client only asks whether the key would do.
    if (context.signature === undefined || context.blob === undefined) return true
    return key.verify(context.blob, context.signature, context.hashAlgo) === true
  })
}

function ask(context: AuthContext, login: SshLogin, answer: (granted: boolean) => void): void {
  const user = context.username === login.username
  if (context.method === 'password') answer(same(context.password, login.password) && user)
  else if (context.method === 'publickey') answer(user && keyFits(context, login.authorisedKeys ?? []))
  else if (context.method === 'keyboard-interactive')
    context.prompt([{ prompt: 'Password: ', echo: false }], (responses) =>
      answer(same(responses?.[0] ?? '', login.password) && user),
    )
  else answer(false)
}

/** Answers a connection's authentication requests; the third refused password ends the connection. */
export function authenticate(connection: Connection, login: SshLogin): void {
  let refused = 0
  connection.on('authentication', (context) =>
    ask(context, login, (granted) => {
      if (granted) return context.accept()
      if (context.method === 'password' || context.method === 'keyboard-interactive') refused += 1
      context.reject([...methods])
      if (refused >= attempts) connection.end()
    }),
  )
}

import type { ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import type { Clock } from '../kernel/clock.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Unreachable } from '../model/shell.ts'
import { userKeyTypes } from './algorithms.ts'
import { type AgentKeys, agentKeys } from './ssh-agent.ts'
import type { LoginSecrets } from './ssh-auth.ts'
import type { SshTarget } from './ssh-connect.ts'

type Refusal = readonly [message: string, next: string]

/** Reads the private key and asks the agent before anything is contacted. Code: AUTHENTICATION_FAILED. */
export async function loginSecrets(
  target: SshTarget,
  where: string,
  clock: Clock,
): Promise<Result<LoginSecrets, Unreachable>> {
  const { username, password, privateKey, agent, identities = [] } = target
  const refuse = ([message, next]: Refusal): Result<LoginSecrets, Unreachable> =>
    err({ code: 'AUTHENTICATION_FAILED', cause: 'authentication', message, next })
  const read = privateKey === undefined ? ok([]) : keyOf(privateKey, where)
  if (read.kind === 'err') return refuse(read.error)
  const asked =
    agent === undefined ? undefined : await chosenKeys(agent, userKeyTypes(target.edits?.userKeys), clock)
  const named = identities.map((identity) => identityOf(identity, userKeyTypes(target.edits?.userKeys)))
  const keys = [...read.value, ...named.flatMap((one) => (one.kind === 'ok' ? [one.value] : []))]
  if (asked?.kind !== 'ok' && keys.length === 0 && password === undefined) {
    return refuse(
      asked === undefined
        ? [
            `the credential for ${where} has neither a password nor a private key`,
            'give it one of them in the inventory',
          ]
        : [
            `the credential for ${where} has nothing but an agent, and ${asked.error}`,
            'start an agent and give it the key (ssh-add), or give the credential a privateKey or a password',
          ],
    )
  }
  return ok({
    username,
    keys,
    ...(password === undefined ? {} : { password }),
    ...(asked?.kind === 'ok' ? { agent: asked.value } : {}),
    missing: [
      ...(target.missing ?? []),
      ...(asked?.kind === 'err' ? [asked.error] : []),
      ...named.flatMap((one) => (one.kind === 'err' ? [one.error] : [])),
    ],
  })
}

async function chosenKeys(
  { socket, only }: NonNullable<SshTarget['agent']>,
  types: readonly string[] | undefined,
  clock: Clock,
): Promise<Result<AgentKeys, string>> {
  const asked = await agentKeys(socket, clock)
  if (asked.kind === 'err') return asked
  const wanted = (key: ParsedKey): boolean =>
    (only === undefined || only.includes(key.getPublicSSH().toString('base64'))) &&
    (types === undefined || types.includes(key.type))
  const keys = asked.value.keys.filter(wanted)
  return keys.length === 0
    ? err(
        'the SSH agent has no key that the SSH configuration allows (IdentitiesOnly, PubkeyAcceptedAlgorithms)',
      )
    : ok({ ...asked.value, keys })
}

function identityOf(
  { name, text }: { readonly name: string; readonly text: string },
  types: readonly string[] | undefined,
): Result<ParsedKey, string> {
  const parsed = ssh2.utils.parseKey(text)
  if (!(parsed instanceof Error) && parsed.isPrivateKey()) {
    if (types === undefined || types.includes(parsed.type)) return ok(parsed)
    return err(`${printable(name)}: PubkeyAcceptedAlgorithms leaves its type out`)
  }
  const words = parsed instanceof Error ? parsed.message : 'it is a public key'
  const why = /no passphrase given/i.test(words) ? 'it is encrypted' : printable(words.slice(0, 120))
  return err(`${printable(name)}: ${why}`)
}

function keyOf(
  { text, passphrase }: NonNullable<SshTarget['privateKey']>,
  where: string,
): Result<readonly ParsedKey[], Refusal> {
  const parsed: ParsedKey | Error = ssh2.utils.parseKey(text, passphrase)
  if (!(parsed instanceof Error) && parsed.isPrivateKey()) return ok([parsed])
  const words = parsed instanceof Error ? printable(parsed.message.slice(0, 120)) : 'it is a public key'
  if (/no passphrase given/i.test(words)) {
    return err([
      `the private key for ${where} is encrypted, and the credential has no passphrase for it`,
      'write privateKey: { file: …, passphrase: { … } }, or let an agent hold the key (agent: true)',
    ])
  }
  if (/bad passphrase/i.test(words)) {
    return err([
      `the passphrase of the private key for ${where} is wrong`,
      'correct the secret that passphrase refers to; nothing was contacted',
    ])
  }
  return err([
    `the private key for ${where} cannot be used: ${words}`,
    'point the credential at an OpenSSH or PEM private key, with its passphrase where it is encrypted',
  ])
}

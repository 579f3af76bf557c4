import type { Client, ClientChannel } from 'ssh2'
import { messageOf } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { Unreachable } from '../model/shell.ts'
import type { ByteLink } from './link.ts'
import { connectSsh, type SshDeps, type SshTarget } from './ssh-connect.ts'
import { sessionLimit } from './ssh-failure.ts'
import { channelLink } from './ssh-link.ts'

export type { LoginMemory } from './login-memory.ts'
export type { SshDeps, SshReach, SshTarget } from './ssh-connect.ts'

/** Wide, so that a device does not wrap the lines it echoes; the pager is turned off in the session. */
const terminal = { term: 'vt100', cols: 511, rows: 200 } as const

/**
 * Opens a terminal on a device over SSH. The host key is always verified; each credential is presented at
 * most once. Codes: those of `connectSsh`.
 */
export function openSsh(target: SshTarget, deps: SshDeps): Promise<Result<ByteLink, Unreachable>> {
  return connectSsh<ByteLink>(target, deps, ({ client, where, hostKey, hangUp }, settle, stage) => {
    const fail = (why: string): void => settle({ kind: 'err', error: sessionLimit(where, why) })
    stage('terminal')
    openTerminal(client, fail, (channel) => {
      const link = channelLink(where, channel, hangUp, () => deps.through?.lost()?.message)
      settle(ok(hostKey === undefined ? link : { ...link, hostKey }))
    })
  })
}

function openTerminal(
  client: Client,
  fail: (why: string) => void,
  opened: (channel: ClientChannel) => void,
): void {
  try {
    client.shell(terminal, (error, channel) => {
      if (error) fail(error.message)
      else opened(channel)
    })
  } catch (error) {
    fail(messageOf(error))
  }
}

import type { Clock } from '../kernel/clock.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import type { Redactor } from '../kernel/redact.ts'
import type { Inventory } from '../model/inventory.ts'
import type { PlainSessions } from '../workflow/ports.ts'
import { CredentialGuard } from './credential-guard.ts'
import { loadKnownHosts } from './known-hosts.ts'
import type { RunOptions } from './options.ts'
import { createSecretsFor } from './secrets.ts'
import { limited } from './session-limits.ts'
import { oneAtATime } from './session-queue.ts'
import { patient } from './session-retry.ts'
import { createSessions } from './sessions.ts'
import { loadSshConfig, sshDepsOf } from './ssh-config.ts'
import { createTranscripts } from './transcripts.ts'
import { trustCommandFor } from './trust-command.ts'

/** All that reaches the devices of one run. */
export interface Reach {
  readonly sessions: PlainSessions
  /** What did not stop the run and has to be told at its end, secrets hidden. */
  warnings(): readonly Diagnostic[]
  /** Ends the connections to jump hosts. */
  close(): void
}

export interface ReachDeps {
  readonly clock: Clock
  readonly redactor: Redactor
  readonly runId: string
  /** Where transcripts are written, if anywhere. */
  readonly transcripts: string | undefined
  /** So many refusals of one credential in a row, and it is tried nowhere any more. */
  readonly refusals: number
}

/** Sessions with the files that a run names: known_hosts, SSH configuration, secrets, transcripts. */
export function reachDevices(
  options: RunOptions,
  inventory: Inventory,
  { clock, redactor, runId, transcripts: folder, refusals }: ReachDeps,
): Reach {
  const known = loadKnownHosts(options)
  const secrets = createSecretsFor(options, redactor)
  const config = loadSshConfig(options)
  const ssh = sshDepsOf(options, config, inventory.jumps)
  const transcripts = folder === undefined ? undefined : createTranscripts(folder, { clock, redactor, runId })
  const sessions = createSessions({
    clock,
    secrets,
    guard: new CredentialGuard(refusals),
    knownHosts: known.knownHosts,
    trustCommand: trustCommandFor(options, inventory.path),
    ...ssh,
    ...(transcripts === undefined ? {} : { transcripts }),
  })
  return {
    sessions: oneAtATime(
      patient(limited(sessions, clock, inventory), { clock, random: Math.random }),
      ssh.access,
    ),
    warnings: () => [
      ...config.warnings,
      ...known.warnings,
      ...secrets.warnings().map(secretWarning),
      ...redactor.redactDeep(sessions.warnings()),
      ...(transcripts?.warnings() ?? []),
    ],
    close: sessions.close,
  }
}

function secretWarning(message: string): Diagnostic {
  return { code: 'SECRET_FILE_RIGHTS', severity: 'warning', message }
}

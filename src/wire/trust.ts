import pLimit from 'p-limit'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import { createRedactor } from '../kernel/redact.ts'
import type { Result } from '../kernel/result.ts'
import { runSignal } from '../kernel/run-signal.ts'
import type { Unreachable } from '../model/shell.ts'
import {
  type KeyPrint,
  type KnownPrint,
  type TrustOutcome,
  type TrustQuestion,
  type TrustResult,
  trustExitCode,
} from '../model/trust.ts'
import { visiting } from '../model/visit.ts'
import {
  type HostKeyPlace,
  type HostKeyVerdict,
  hostKeyRefusal,
  judgeHostKey,
  knownAs,
  md5FingerprintOf,
  type OfferedKey,
  offeredKey,
  placeOf,
} from '../transport/host-key.ts'
import { type KnownHosts, type KnownKey, knownHostsName } from '../transport/known-hosts.ts'
import { createWays, type Ways } from './jumps.ts'
import { loadKnownHosts, readKnownHosts, writableKnownHosts } from './known-hosts.ts'
import { type KnownHostsEntry, writeKnownHost } from './known-hosts-file.ts'
import { createSecretsFor } from './secrets.ts'
import { knownHostsFor } from './targets.ts'
import { type TrustCommand, trustCommandFor } from './trust-command.ts'
import { type TrustHost, trustHosts } from './trust-hosts.ts'
import type { TrustAnswer, TrustOptions } from './trust-options.ts'

const atOnce = 20

/**
 * Learns host keys: connects to each host as far as the proof that it owns its key, shows the key, asks, and
 * writes it into known_hosts. Nobody is logged in, no name and no secret is sent, but to the jump hosts on the
 * way, whose keys must be known. A changed key is refused unless `replace` is set, a revoked one always.
 */
export async function trust(options: TrustOptions): Promise<TrustAnswer> {
  const found = trustHosts(options)
  const file = writableKnownHosts(options)
  const problems = [
    ...(found.kind === 'err' ? found.error : []),
    ...(file === undefined
      ? [diagnostic('USAGE', 'there is no HOME to keep known_hosts in', undefined, 'give --known-hosts FILE')]
      : []),
    ...(found.kind === 'ok' ? fingerprintProblems(options, found.value.hosts.length) : []),
  ]
  if (found.kind === 'err' || file === undefined || problems.length > 0)
    return { kind: 'invalid', diagnostics: problems }
  const { hosts, warnings, inventoryPath, ssh } = found.value
  const clock = options.clock ?? systemClock
  const commandFor = inventoryPath === undefined ? undefined : trustCommandFor(options, inventoryPath)
  const signal = runSignal(options.signal)
  const work: Work = { options, file, clock, signal, ...(commandFor === undefined ? {} : { commandFor }) }
  const known = loadKnownHosts(options, file)
  const redactor = createRedactor()
  const ways = createWays({
    clock,
    secrets: createSecretsFor(options, redactor),
    knownHosts: known.knownHosts,
    ...(commandFor === undefined ? {} : { trustCommand: commandFor }),
    ...ssh,
  })
  const outcomes: TrustOutcome[] = []
  try {
    const limit = pLimit(options.concurrency ?? atOnce)
    options.onHosts?.(hosts.map(({ name }) => name))
    // All before the first question: a jump host's secret may be asked for on the same terminal.
    const learned = await Promise.all(
      hosts.map((host) =>
        limit(async () => {
          const knownHosts = knownHostsFor(host, { knownHosts: known.knownHosts, ...ssh })
          const key = await visiting(
            host.name,
            options.onVisit,
            () => learn(host, knownHosts, ways, work),
            (learned) => (learned.kind === 'err' ? learned.error.code : undefined),
          )
          return { host, key }
        }),
      ),
    )
    for (const { host, key } of learned)
      outcomes.push(key.kind === 'err' ? unreachable(host, key.error) : await settle(host, key.value, work))
  } finally {
    ways.close()
  }
  const result: TrustResult = redactor.redactDeep({ file, hosts: outcomes, interrupted: signal.aborted })
  const told = [...warnings, ...known.warnings, ...redactor.redactDeep(ways.warnings())]
  return { kind: 'done', result, exitCode: trustExitCode(result), warnings: told }
}

interface Work {
  readonly options: TrustOptions
  readonly file: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The command for a host of the inventory. */
  readonly commandFor?: TrustCommand
}

function fingerprintProblems({ fingerprint }: TrustOptions, hosts: number): readonly Diagnostic[] {
  if (fingerprint === undefined) return []
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(fingerprint)) {
    const hint = 'write it as OpenSSH prints it: SHA256: and 43 characters'
    return [diagnostic('USAGE', `${quoted(fingerprint)} is no fingerprint`, undefined, hint)]
  }
  const message = `--fingerprint is for one host, and ${hosts} are asked for`
  return hosts === 1 ? [] : [diagnostic('USAGE', message, undefined, 'name the one host')]
}

async function learn(
  host: TrustHost,
  knownHosts: KnownHosts,
  ways: Ways,
  { options, clock, signal }: Work,
): Promise<Result<OfferedKey, Unreachable>> {
  const { fingerprint } = options
  const way = await ways.to(host, signal)
  if (way.kind === 'err') return way
  const { name, connectMs, ...reach } = host
  const target = { ...reach, host: name, connectTimeoutMs: connectMs, knownHosts }
  // ssh2 is loaded by the first connection, not by requests that are wrong.
  const { learnHostKey } = await import('../transport/ssh-learn.ts')
  const deps = { clock, signal, ...way.value }
  return learnHostKey(target, deps, fingerprint)
}

/** Judges one proven key by what known_hosts says now, asks, and writes it. */
async function settle(host: TrustHost, key: OfferedKey, work: Work): Promise<TrustOutcome> {
  const { options, file } = work
  const verdict = judge(host, key, work)
  const known = (verdict.kind === 'changed' ? verdict.known : []).map(knownPrint)
  const shown = { ...placeOfHost(host), key: keyPrint(key), known }
  const refused = (error: NonNullable<TrustOutcome['error']>): TrustOutcome => ({
    ...shown,
    status: 'refused',
    error,
  })
  const { fingerprint } = options
  if (fingerprint !== undefined && fingerprint !== key.fingerprint)
    return refused(otherKey(host, key, verdict))
  if (verdict.kind === 'match') return { ...shown, status: 'known' }
  const { code, message, next } = hostKeyRefusal(verdict, refusalPlace(host, work))
  if (verdict.kind === 'revoked' || (verdict.kind === 'changed' && options.replace !== true))
    return refused({ code, message, next })
  if (host.knownHostsFiles !== undefined) {
    const { value, source } = host.knownHostsFiles
    return refused({
      code,
      message: `${message}; ${source} has it looked up in ${value.join(', ') || 'no file'}`,
      next,
    })
  }
  const elsewhere = verdict.kind === 'changed' ? verdict.known.find((one) => one.file !== file) : undefined
  if (elsewhere !== undefined) {
    const where = placeOf(elsewhere)
    return refused({
      code,
      message,
      next: `take the old key out of ${where} by hand: only ${file} is written`,
    })
  }
  const question: TrustQuestion = {
    ...placeOfHost(host),
    key: shown.key,
    replaces: known,
    file,
    ...(host.hostKeyAlias === undefined ? {} : { alias: host.hostKeyAlias }),
  }
  if (fingerprint === undefined && !(await options.approve(question)))
    return refused({ code, message: `${message}; nobody confirmed it`, next })
  // A person may take long to compare: another process may have written the file meanwhile.
  if (JSON.stringify(judge(host, key, work)) !== JSON.stringify(verdict))
    return refused({ code, message: `${message}; known_hosts was changed meanwhile`, next: 'run it again' })
  const written = writeKnownHost(file, entryFor(host, key, verdict, work))
  if (written.kind === 'err')
    return refused({
      code: 'KNOWN_HOSTS_UNWRITABLE',
      message: written.error,
      next: 'name another file with --known-hosts',
    })
  return { ...shown, status: verdict.kind === 'changed' ? 'replaced' : 'learned' }
}

function judge(host: TrustHost, key: OfferedKey, { options, file }: Work): HostKeyVerdict {
  const configured = host.knownHostsFiles?.value
  const { knownHosts } = configured === undefined ? loadKnownHosts(options, file) : readKnownHosts(configured)
  const { address, port } = knownAs(host)
  return judgeHostKey(knownHosts, address, port, Buffer.from(key.base64, 'base64'))
}

/** The comment tells an auditor when a key came, and what it replaced. */
function entryFor(
  host: TrustHost,
  key: OfferedKey,
  verdict: HostKeyVerdict,
  { options, clock }: Work,
): KnownHostsEntry {
  const since = `ikero trust ${clock.wall().toISOString().slice(0, 19)}Z`
  const { address, port } = knownAs(host)
  const entry = { name: knownHostsName(address, port), key, hash: options.hash ?? false }
  if (verdict.kind !== 'changed') return { ...entry, comment: since }
  const old = verdict.known.map((one) => knownPrint(one).sha256)
  return {
    ...entry,
    comment: `${since} instead of ${old.join(' ')}`,
    instead: verdict.known.map(({ line }) => line),
  }
}

function otherKey(
  { name, address, port }: TrustHost,
  key: OfferedKey,
  verdict: HostKeyVerdict,
): NonNullable<TrustOutcome['error']> {
  return {
    code: verdict.kind === 'changed' || verdict.kind === 'revoked' ? 'HOST_KEY_CHANGED' : 'HOST_KEY_UNKNOWN',
    message: `${name} (${address}:${port}) has no key with the fingerprint that was given; it offers ${key.type} ${key.fingerprint}`,
    next: 'find out why: the fingerprint may be of another device, or another device may be answering',
  }
}

function unreachable(host: TrustHost, { code, message, next }: Unreachable): TrustOutcome {
  return { ...placeOfHost(host), status: 'unreachable', known: [], error: { code, message, next } }
}

function placeOfHost({ name, address, port }: TrustHost): Pick<TrustOutcome, 'host' | 'address' | 'port'> {
  return { host: name, address, port }
}

function refusalPlace(host: TrustHost, { commandFor }: Work): HostKeyPlace {
  const { name, knownHostsFiles: files } = host
  return {
    host: name,
    ...knownAs(host),
    ...(commandFor === undefined ? {} : { trustCommand: commandFor(name, files?.value) }),
  }
}

function keyPrint({ type, base64, fingerprint }: OfferedKey): KeyPrint {
  return { type, sha256: fingerprint, md5: md5FingerprintOf(Buffer.from(base64, 'base64')), base64 }
}

function knownPrint(key: KnownKey): KnownPrint {
  const { type, fingerprint } = offeredKey(Buffer.from(key.base64, 'base64'))
  return { type, sha256: fingerprint, place: placeOf(key) }
}

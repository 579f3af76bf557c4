import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable, printableLines } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { RunProgram } from './run-program.ts'

/** Who may sign. */
export interface SignatureOptions {
  /** OpenSSH's list of principals and keys; default `~/.ssh/allowed_signers`. */
  readonly allowedSigners?: string
}

/** What is looked at: the bytes that are applied, whatever the file holds by now. */
export interface SignedFile {
  /** As it was named; the signature stands beside it, in `PATH.sig`. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** A signature for another purpose is none. */
const namespace = 'ikero-plan'
const mostPrincipals = 16
const nothing = new Uint8Array()

/**
 * Has OpenSSH's `ssh-keygen` check who signed a plan file.
 *
 * @returns the principal, or why the signature does not hold (SIGNATURE_REFUSED)
 */
export async function verifySignature(
  { path, bytes }: SignedFile,
  { allowedSigners }: SignatureOptions,
  where: { readonly cwd: string; readonly home: string | undefined; readonly run: RunProgram },
): Promise<Result<string, Diagnostic>> {
  const refused = (why: string, hint = howToSign(path)): Result<string, Diagnostic> =>
    err(diagnostic('SIGNATURE_REFUSED', `${printable(path)}: ${why}`, undefined, hint))
  const signature = resolve(where.cwd, `${path}.sig`)
  const signers =
    allowedSigners === undefined
      ? where.home && join(where.home, '.ssh', 'allowed_signers')
      : resolve(where.cwd, allowedSigners)
  if (!signers || !existsSync(signers)) {
    const named = signers ? `${printable(signers)} does not exist` : 'none is named'
    const hint =
      'name it with --allowed-signers; a line of it is \'NAME namespaces="ikero-plan" KEYTYPE KEY\''
    return refused(`nobody is allowed to sign: the file of allowed signers is missing (${named})`, hint)
  }
  if (!existsSync(signature)) return refused(`it is not signed: there is no ${printable(`${path}.sig`)}`)
  const found = await where.run(
    ['ssh-keygen', '-Y', 'find-principals', '-s', signature, '-f', signers],
    nothing,
  )
  if (found.kind === 'failed')
    return refused(found.reason, 'install OpenSSH 8.2 or later (Debian: openssh-client)')
  const principals = found.stdout
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (found.code !== 0 || principals.length === 0)
    return refused(`its signature is by nobody whom ${printable(signers)} allows${wordsOf(found.stderr)}`)
  let said = ''
  for (const principal of principals.slice(0, mostPrincipals)) {
    const verified = await where.run(
      ['ssh-keygen', '-Y', 'verify', '-n', namespace, '-f', signers, '-I', principal, '-s', signature],
      bytes,
    )
    if (verified.kind === 'failed') return refused(verified.reason)
    if (verified.code === 0) return ok(principal)
    said = `${verified.stdout}\n${verified.stderr}`
  }
  return refused(`the signature does not hold for this content${wordsOf(said)}`)
}

function howToSign(path: string): string {
  return `whoever approves it signs it: ssh-keygen -Y sign -n ${namespace} -f KEY ${printable(path)}`
}

/** The last words of the program, in brackets. */
function wordsOf(said: string): string {
  const last = printableLines(said)
    .split('\n')
    .findLast((line) => line.trim() !== '')
  return last === undefined ? '' : ` (ssh-keygen: ${last.trim().slice(0, 200)})`
}

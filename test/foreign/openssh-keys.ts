import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A key pair as `ssh-keygen` wrote it: `path` is the private one, beside it lies `path.pub`. */
export interface KeyFiles {
  readonly path: string
  /** `type base64`, as a line of known_hosts ends. */
  readonly public: string
  /** `SHA256:…`, as `ssh-keygen -l` tells it. */
  readonly fingerprint: string
}

/** Runs OpenSSH's `ssh-keygen`; throws with its words when it fails. */
export function keygen(...args: readonly string[]): string {
  return execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

export function makeKeyFiles(
  dir: string,
  name: string,
  type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519',
): KeyFiles {
  const path = join(dir, name)
  keygen('-q', '-t', type, '-N', '', '-C', name, '-f', path)
  return {
    path,
    public: readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' '),
    fingerprint: keygen('-l', '-f', path).split(' ')[1] ?? '',
  }
}

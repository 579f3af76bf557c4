import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm } from 'ssh2'
import type { SshFaults } from './faults.ts'

/** What a server of ssh2 can be told to offer; the schema of scenarios names the same. */
export const kexNames: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'ecdh-sha2-nistp256',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group-exchange-sha1',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group14-sha1',
  'diffie-hellman-group1-sha1',
]
export const cipherNames: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'aes128-cbc',
  'aes256-cbc',
  '3des-cbc',
]
export const macNames: readonly MacAlgorithm[] = [
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1',
  'hmac-sha1-96',
  'hmac-md5',
]

/** The algorithms of a server with these faults; ssh2's own choice where none are named. */
export function offeredAlgorithms({ kex, ciphers, macs }: SshFaults): Algorithms {
  return {
    ...(kex === undefined ? {} : { kex: named(kexNames, kex) }),
    ...(ciphers === undefined ? {} : { cipher: named(cipherNames, ciphers) }),
    ...(macs === undefined ? {} : { hmac: named(macNames, macs) }),
  }
}

function named<T extends string>(known: readonly T[], wanted: readonly string[]): T[] {
  return wanted.flatMap((name) => known.find((one) => one === name) ?? [])
}

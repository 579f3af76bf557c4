import type { Span } from '../kernel/redact.ts'

/**
 * Statements of IOS and ASA configurations that hold a password, key or hash; the group `secret` is it, to
 * the end of the line where it may have blanks. Sources: the command references of IOS (security, SNMP, NTP,
 * routing) and of ASA (aaa-server, failover, tunnel-group, username).
 */
const statements: readonly RegExp[] = [
  /\b(?:enable|username\s+\S+(?:\s+\S+){0,8}?)\s+(?:password|secret)\s+(?:level\s+\d+\s+)?(?<secret>\S.*)/dg,
  /^\s*(?:password|secret)\s+(?<secret>\S.*)/dg,
  /\bpassword\s+(?<secret>\S+)\s*$/dg,
  // With the type of its encryption: in any statement.
  /\b(?:password|secret|key|md5|text)\s+(?:[06789]|1[0-4]?|5)\s+(?<secret>\S.*)/dg,
  /(?:^|\s)(?:passwd|ldap-login-password|area-password|domain-password|key-string|server-key|auth-key|passphrase|shared-secret)\s+(?<secret>\S.*)/dg,
  // Keys of IKE; the peer behind the key of an ISAKMP policy is a word of its own and stays.
  /\bisakmp\s+key\s+(?:\d{1,2}\s+)?(?<secret>"[^"]*"?|\S+)/dg,
  /\bpre-shared-key\s+(?!(?:address|hostname)\b)(?:(?:local|remote)\s+)?(?<secret>\S.*)/dg,
  /\bpre-share(?:d-key)?\s(?:.*?\s)?key\s+(?<secret>\S.*)/dg,
  /\bsession-key\s+(?:inbound|outbound)\s+\w+\s+(?<secret>\S.*)/dg,
  /\b(?:tacacs-server|radius-server|aaa-server)\s(?:.*?\s)?key\s+(?<secret>\S.*)/dg,
  // PIX: the key stands behind the server without a word of its own.
  /\baaa-server\s+\S+\s+(?:\(\S+\)\s+)?host\s+\S+\s+(?!(?:timeout|key)\b)(?<secret>\S+)/dg,
  /^\s+key\s+(?<secret>\S.*)/dg,
  /\bfailover\s+(?:ipsec\s+pre-shared-)?key\s+(?<secret>\S.*)/dg,
  /\bkey\s+config-key\s+\S+\s+(?<secret>\S.*)/dg,
  /\b(?:message-digest-key|authentication-key)\s+(?:\d+\s+)?(?:(?:md5|hmac\S*|cmac\S*|sha\S*)\s+)?(?<secret>\S.*)/dg,
  /\b(?:standby|vrrp|glbp)\s(?:.*?\s)?authentication\s+(?:md5\s+)?(?<secret>\S.*)/dg,
  /\bnhrp\s+authentication\s+(?<secret>\S.*)/dg,
  /\bsnmp-server\s+community\s+(?:\d{1,2}\s+)?(?<secret>\S+)/dg,
  /\bsnmp-server\s+host\s+(?<secret>\S.*)/dg,
  /\bsnmp-server\s+user\s(?:.*?\s)?(?:auth|encrypted)\s+(?<secret>\S.*)/dg,
  /\b(?:wpa-psk|set-key)\s+(?:ascii|hex)\s+(?<secret>\S.*)/dg,
]

/** Values that are secret by their looks, wherever they stand. */
const looks: readonly RegExp[] = [
  // Hashes of passwords: types 5, 8, 9 and 14 of IOS, pbkdf2 of ASA.
  /(?<secret>\$(?:1|5|6|8|9|14|sha512)\$\S+)/dg,
  /:\/\/[^\s/:@]*:(?<secret>[^\s/@]+)@/dg,
  // Certificates and keys, in hex or base64.
  /^\s*(?<secret>(?:[0-9A-Fa-f]{8}\s+)+[0-9A-Fa-f]{2,8})\s*$/dg,
  /^\s*(?<secret>[0-9A-Fa-f]{32,}|[A-Za-z0-9+/]{40,}={0,2})\s*$/dg,
]

/** What stands in front of a line in a configuration log (`show archive log config all`). */
const logHead = /^\s*\d+\s+\d+\s[^|]{0,120}@\S+\s*\|/

/** What no line with a secret in it is without: most lines have none of it and are looked at no further. */
const hints =
  /password|passwd|passphrase|secret|key|md5|authentication|snmp-server|wpa-psk|aaa-server|[$:]|[0-9A-Fa-f]{8}|[A-Za-z0-9+/]{40}/

/**
 * Where one line of a device's output holds a password, a key, a hash or the bytes of a certificate: rather
 * too much than too little. For transcripts only; what a run judges is never cut by it.
 */
export function secretWords(line: string): readonly Span[] {
  if (!hints.test(line)) return []
  // A pager's mark may have been erased in front of the line.
  const shown = line.lastIndexOf('\b') + 1
  const from = shown + (logHead.exec(line.slice(shown))?.[0].length ?? 0)
  const text = line.slice(from).replace(/\r/g, ' ')
  return [...statements, ...looks].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const found = match.indices?.groups?.secret
      return found === undefined ? [] : [{ start: from + found[0], end: from + found[1] }]
    }),
  )
}

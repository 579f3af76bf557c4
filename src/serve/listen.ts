import type { Place } from '../document/place.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import { isAddress } from '../model/address.ts'

/** Where a schedules file that does not say otherwise is served. */
export const defaultListen = '127.0.0.1:9464'

/** An address with its port; undefined for text that is neither that nor `off`. */
export function parseListen(
  text: string,
): { readonly host: string; readonly port: number } | 'off' | undefined {
  if (text === 'off') return text
  const [, six, four, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text) ?? []
  const host = six ?? four
  if (host === undefined || !isAddress(host) || host.includes(':') !== (six !== undefined)) return undefined
  const port = Number(digits)
  return port <= 65_535 ? { host, port } : undefined
}

/** Whether only this machine can reach an address. What is written in another way than these is not believed to be. */
export function isLoopback(host: string): boolean {
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) || host === '::1'
}

/** What a schema cannot say of `listen` and `token` (INVALID_VALUE, MISSING_KEY). */
export function listenRules(root: Place): readonly Diagnostic[] {
  const listen = root.get('listen')
  if (listen?.text === undefined || listen.text === '') return []
  const parsed = parseListen(listen.text)
  if (parsed === undefined) {
    const message = `${quoted(listen.text)} is no address to listen on`
    return [diagnostic('INVALID_VALUE', message, listen.at(), listenHint(listen.text))]
  }
  if (parsed === 'off' || isLoopback(parsed.host) || root.get('token') !== undefined) return []
  const message = `the key "token" is missing: others than this machine can reach ${listen.text}`
  return [
    diagnostic(
      'MISSING_KEY',
      message,
      listen.at(),
      'add token: { env: IKERO_STATUS_TOKEN }, or listen on 127.0.0.1',
    ),
  ]
}

function listenHint(text: string): string {
  const port = /(?:^|:)(\d{1,5})$/.exec(text)?.[1]
  const said = port === undefined || Number(port) > 65_535 ? '9464' : port
  const host = text.slice(0, -(port?.length ?? 0) - 1)
  if (/^(?:localhost|\*|)$/.test(host))
    return `did you mean ${host === '*' ? '0.0.0.0' : '127.0.0.1'}:${said}?`
  if (isAddress(text))
    return text.includes(':') ? `did you mean "[${text}]:9464"?` : `did you mean ${text}:9464?`
  if (isAddress(host) && host.includes(':')) return `did you mean "[${host}]:${said}"?`
  return 'write ADDRESS:PORT such as 127.0.0.1:9464 or "[::1]:9464", or off'
}

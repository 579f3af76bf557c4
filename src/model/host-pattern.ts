import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import { parseDeviceName } from './ids.ts'

/** What one item of `hosts` or `--limit` means. */
export type HostSelector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'group'; readonly group: string }
  /** `*` stands for any characters, `?` for one. */
  | { readonly kind: 'glob'; readonly glob: string }

/** `hub1`, `group:hubs`, `hub*`; undefined for text that could not name a host of any inventory. */
export function parseHostPattern(text: string): HostSelector | undefined {
  if (text.startsWith('group:')) {
    const group = text.slice('group:'.length)
    return parseDeviceName(group) === undefined ? undefined : { kind: 'group', group }
  }
  if (/^[A-Za-z0-9_.*?-]{1,64}$/.test(text) && /[*?]/.test(text)) return { kind: 'glob', glob: text }
  return parseDeviceName(text) === undefined ? undefined : { kind: 'name', name: text }
}

/** What to say of a text that {@link parseHostPattern} does not take (INVALID_VALUE). */
export function noHostPattern(text: string, at?: SourcePosition): Diagnostic {
  const hint = 'write a host name, group:NAME, or a glob such as hub*'
  return diagnostic('INVALID_VALUE', `${quoted(text)} is no host pattern`, at, hint)
}

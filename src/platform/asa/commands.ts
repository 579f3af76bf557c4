import { type ReadOnlyLine, readOnlyLine } from '../../model/ids.ts'

/** The lines that ikero sends to an ASA to read it. */
export const lines: {
  readonly version: ReadOnlyLine
  readonly privilege: ReadOnlyLine
  readonly configuration: ReadOnlyLine
  readonly cryptoMaps: ReadOnlyLine
  readonly names: ReadOnlyLine
  readonly sessions: ReadOnlyLine
  readonly ikeSas: ReadOnlyLine
} = {
  version: readOnlyLine('show version'),
  privilege: readOnlyLine('show curpriv'),
  configuration: readOnlyLine('show running-config'),
  // Without `all` the default connection type is hidden (seen: ntc-templates, both forms of the command).
  cryptoMaps: readOnlyLine('show running-config all crypto map'),
  names: readOnlyLine('show running-config names'),
  sessions: readOnlyLine('show vpn-sessiondb detail l2l'),
  ikeSas: readOnlyLine('show crypto isakmp sa detail'),
}

/** `ver-sion` → a pattern for `ver`, `vers` … `version`. */
function word(spec: string): string {
  const [least = '', rest = ''] = spec.split('|')
  return [...rest].reduceRight((tail, letter) => `(?:${letter}${tail})?`, '').replace(/^/, least)
}

/**
 * A pattern for a command and its abbreviations: in `sh|ow ver|sion` what stands behind a bar may be left
 * out from the end; a word that ends with `?` may be missing.
 */
export function abbreviated(command: string): RegExp {
  const words = command.split(' ').map((spec, index) => {
    const blank = index === 0 ? '' : '\\s+'
    return spec.endsWith('?') ? `(?:${blank}${word(spec.slice(0, -1))})?` : `${blank}${word(spec)}`
  })
  return new RegExp(`^\\s*${words.join('')}\\s*$`, 'i')
}

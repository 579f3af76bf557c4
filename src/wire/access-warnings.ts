import type { Diagnostic } from '../kernel/diagnostics.ts'
import { algorithmOffer, legacyIn, unusableEdits } from '../transport/algorithms.ts'
import type { Access } from './access.ts'

const keywords = { kex: 'KexAlgorithms', ciphers: 'Ciphers', macs: 'MACs', hostKeys: 'HostKeyAlgorithms' }

/** What an SSH configuration does to the algorithms of a machine that a person must hear of. */
export function accessWarnings({ name, algorithms, edits }: Access): readonly Diagnostic[] {
  const old = algorithms.value === 'modern' ? legacyIn(algorithmOffer([], 'modern', edits)) : []
  const unusable = unusableEdits(edits).map((key) => keywords[key])
  return [
    ...(old.length === 0
      ? []
      : [
          {
            code: 'LEGACY_ALGORITHMS',
            severity: 'warning',
            message: `the SSH configuration (${algorithms.source}) allows ${old.join(', ')} for ${name}: who sits on the way may break that`,
            hint: 'give the device newer algorithms, then take them out of the configuration',
          } as const,
        ]),
    ...(unusable.length === 0
      ? []
      : [
          {
            code: 'SSH_CONFIG',
            severity: 'warning',
            message: `${unusable.join(' and ')} of the SSH configuration (${algorithms.source}) leave nothing that ikero can offer to ${name}; its own list is used`,
            hint: 'the inventory always wins over it',
          } as const,
        ]),
  ]
}

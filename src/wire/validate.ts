import type { Diagnostic } from '../kernel/diagnostics.ts'
import { loadRun } from './load.ts'
import type { Invalid, RunOptions } from './options.ts'

/** `valid`: the playbook, with the devices that it names, may be run; warnings may be told all the same. */
export type ValidateAnswer =
  | Invalid
  | {
      readonly kind: 'valid'
      readonly name: string
      readonly hosts: readonly string[]
      readonly warnings: readonly Diagnostic[]
    }

/** Checks playbook and inventory offline, all problems at once. Contacts nothing. */
export function validate(
  options: Pick<RunOptions, 'playbook' | 'inventory' | 'documents' | 'limit' | 'env' | 'cwd' | 'clock'>,
): ValidateAnswer {
  const loaded = loadRun(options)
  if (loaded.kind === 'err') return { kind: 'invalid', diagnostics: loaded.error }
  const { playbook, devices, warnings } = loaded.value
  return { kind: 'valid', name: playbook.name, hosts: devices.map((device) => device.host.name), warnings }
}

import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable, quoted } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import type { Credential, Inventory, InventoryHost, SecretRef } from '../model/inventory.ts'

/**
 * A plan file may come from somebody else, and so may choose which inventory is read. What that inventory would run on
 * this machine to get its secrets is not run on the word of the file: whoever applies it names the inventory, or
 * somebody who may sign has. The rule for runs that are named by their folder asks for `-i` always (`foreignRun`); a
 * plan is made to be handed over, and needs it where a program would be started.
 *
 * @param hosts those of the inventory that would be logged in to
 */
export function foreignPrograms(
  { path }: Pick<Inventory, 'path'>,
  hosts: readonly InventoryHost[],
): readonly Diagnostic[] {
  const programs = new Set(
    hosts
      .flatMap((host) => [host.credential, ...(host.via ?? []).map(({ credential }) => credential)])
      .flatMap(secretsOf)
      .flatMap((secret) => (secret.kind === 'command' ? [secret.argv.join(' ')] : [])),
  )
  if (programs.size === 0) return []
  const told = someOf([...programs].map(quoted), 3)
  return [
    diagnostic(
      'PLAN_FILE_REFUSED',
      `the inventory that the plan file names, ${printable(path)}, runs ${told} for its secrets; no program is run on the word of a plan file`,
      undefined,
      'look at that inventory, then name it with -i; or apply a plan that is signed, with --require-signature',
    ),
  ]
}

function secretsOf({ password, enable, privateKey }: Credential): readonly SecretRef[] {
  return [password, enable, privateKey?.key, privateKey?.passphrase].flatMap((secret) => secret ?? [])
}

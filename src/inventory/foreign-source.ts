import type { OpenedDocument } from '../document/load.ts'
import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'

// Top-level keys of Ansible's YAML inventories and of the plugins that make one.
const ansibleKeys = ['all', 'ungrouped', 'plugin', '_meta']

function notYet(message: string, at: SourcePosition): Diagnostic {
  const hint = 'write the hosts in the format of ikero: version: 1, credentials, hosts'
  return diagnostic('NOT_YET_SUPPORTED', message, at, hint)
}

/**
 * Says so when a file is an inventory of another kind (a script, an Ansible inventory): one plain
 * sentence instead of a page of unknown keys.
 */
export function foreignSource(
  path: string,
  text: string,
  { document }: OpenedDocument,
): Diagnostic | undefined {
  const top = { file: path, line: 1, col: 1 }
  if (text.startsWith('#!')) return notYet('an inventory that is a script is not supported yet', top)
  const key = document?.root.entries().find(([name]) => ansibleKeys.includes(name))
  if (key !== undefined && document?.root.get('hosts') === undefined) {
    return notYet('an Ansible inventory is not supported yet', key[1].keyAt())
  }
  if (document === undefined && /^\[[\w.-]+(?::(?:vars|children))?\]\s*$/m.test(text)) {
    return notYet('an Ansible inventory in INI form is not supported yet', top)
  }
  return undefined
}

import type { ConfigNode, ConfigTree } from '../config-tree.ts'
import type { DeviceState } from '../device-state.ts'
import { storedTree } from './running.ts'

/**
 * `show archive config differences nvram:startup-config system:running-config`: what running has besides, then
 * what only startup has, each below the lines that it stands under (layout: public posts and genieparser tests).
 */
export function showArchiveDifferences({ running, startup }: DeviceState): string {
  const stored = storedTree(startup)
  const lines = [...onlyIn(running, stored, '+', ''), ...onlyIn(stored, running, '-', '')]
  const body = lines.length === 0 ? ['!No changes were found'] : lines
  return `${['!Contextual Config Diffs:', ...body, ''].join('\n')}\n`
}

function onlyIn(tree: ConfigTree, other: ConfigTree, sign: '+' | '-', indent: string): readonly string[] {
  return tree.flatMap((node) => {
    const same = other.find((one) => one.line === node.line && textOf(one) === textOf(node))
    if (same === undefined) return signed(node, sign, indent)
    const below = onlyIn(node.children, same.children, sign, `${indent} `)
    return below.length === 0 ? [] : [`${indent}${node.line}`, ...below]
  })
}

function signed(node: ConfigNode, sign: '+' | '-', indent: string): readonly string[] {
  return [
    `${indent}${sign}${node.line}`,
    ...(node.verbatim ?? []),
    ...node.children.flatMap((child) => signed(child, sign, `${indent} `)),
  ]
}

const textOf = (node: ConfigNode): string => (node.verbatim ?? []).join('\n')

import { printable } from '../kernel/printable.ts'
import type { AdoptedSpace, Adoption } from '../model/adoption.ts'
import type { Finding } from '../model/finding.ts'
import type { PlatformId } from '../model/ids.ts'

/** What a written playbook is called, and where its inventory is: each one line of visible characters. */
export interface WrittenHead {
  readonly name: string
  /** As it shall stand in the file; absent: none is named. */
  readonly inventory?: string
}

// Plain where YAML 1.1 and 1.2 read it as nothing else; JSON strings are YAML strings.
const plain = /^[A-Za-z][A-Za-z0-9_.-]*$/
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i

function scalar(text: string): string {
  if (plain.test(text) && !reserved.test(text)) return text
  return JSON.stringify(text)
}

const list = (texts: readonly string[]): string => `[${texts.map(scalar).join(', ')}]`

/** One line of foreign text behind `#`: nothing in it can end the line. */
function comment(indent: string, text: string): string {
  return `${indent}# ${printable(text)}`
}

function findingLines(
  indent: string,
  where: string,
  { code, severity, target, message, next }: Finding,
): readonly string[] {
  const about = [where, ...(target === undefined ? [] : [target])].join(' ')
  return [comment(indent, `${about}: ${code} (${severity}): ${message}`), comment(indent, `  next: ${next}`)]
}

/** The lines of an item below its hosts: the same for devices that have the same. */
function itemLines({ context, targets, platform }: AdoptedSpace): readonly string[] {
  const profiles = targets.flatMap((one) => (one.kind === 'ipsec-profile' ? [one.profile] : []))
  const maps = new Map<string, number[]>()
  for (const one of targets)
    if (one.kind === 'crypto-map-entry') maps.set(one.map, [...(maps.get(one.map) ?? []), one.seq])
  return [
    ...(context === undefined ? [] : [`    context: ${scalar(context)}`]),
    ...(maps.size === 0 ? [] : ['    cryptoMaps:']),
    ...[...maps].map(([map, seqs]) => `      - { map: ${scalar(map)}, entries: [${seqs.join(', ')}] }`),
    ...(profiles.length === 0
      ? []
      : [`    ${platform === 'ios' ? 'profiles' : 'vtiProfiles'}: ${list(profiles)}`]),
  ]
}

function section(name: string, platform: PlatformId, spaces: readonly AdoptedSpace[]): readonly string[] {
  const items = new Map<string, AdoptedSpace[]>()
  for (const space of spaces.filter((one) => one.platform === platform)) {
    const key = itemLines(space).join('\n')
    items.set(key, [...(items.get(key) ?? []), space])
  }
  if (items.size === 0) return []
  return [
    `${name}:`,
    ...[...items].flatMap(([lines, same]) => [
      ...same.flatMap(({ host, findings }) => findings.flatMap((one) => findingLines('  ', host, one))),
      `  - hosts: ${list(same.map(({ host }) => host))}`,
      lines,
    ]),
  ]
}

/**
 * The playbook that describes a fleet; undefined where nothing in it can be asked for. Whatever devices said
 * stands in comments, escaped; their names come from the grammar of names.
 */
export function writePlaybook(adoption: Adoption, head: WrittenHead): string | undefined {
  const { spaces, without, unread } = adoption
  if (spaces.length === 0) return undefined
  return `${[
    '# Written by ikero adopt: what the devices have, by name. What it asks for is responder-only, whatever they are',
    '# set to now; comments say what a plan finds. Read them, and run ikero plan before anything else.',
    ...(unread.length === 0 ? [] : ['#', '# Could not be read, and is not in here:']),
    ...unread.map(({ name, code, message }) => comment('', `  ${name}: ${code}: ${message}`)),
    ...(without.length === 0 ? [] : ['#', '# Was read, and has nothing to ask for:']),
    ...without.flatMap(({ name, findings }) => [
      ...(findings.length === 0 ? [comment('', `  ${name}: no tunnel of a kind that ikero sets`)] : []),
      ...findings.map(({ code, message }) => comment('', `  ${name}: ${code}: ${message}`)),
    ]),
    'version: 1',
    `name: ${scalar(head.name)}`,
    ...(head.inventory === undefined ? [] : [`inventory: ${scalar(head.inventory)}`]),
    ...section('routers', 'ios', spaces),
    ...section('asas', 'asa', spaces),
    'state: responder-only',
  ].join('\n')}\n`
}

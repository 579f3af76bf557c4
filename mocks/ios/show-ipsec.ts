import { type ConfigNode, type ConfigTree, wordsAfter } from '../config-tree.ts'
import type { Call } from '../device-state.ts'
import { interfacesOf } from './ike-ends.ts'
import { iosRelease } from './release.ts'

const prefix = 'crypto ipsec profile '
const builtIn: ConfigNode = { line: `${prefix}default`, children: [] }

/** The built-in `default` profile first, then the configured ones. */
function profilesOf(tree: ConfigTree): readonly ConfigNode[] {
  const own = tree.filter((node) => node.line.startsWith(prefix))
  return own.some((node) => node.line === builtIn.line) ? own : [builtIn, ...own]
}

function transformLines(tree: ConfigTree, profile: ConfigNode, indent: string): readonly string[] {
  const names = (wordsAfter(profile.children, 'set transform-set') ?? 'default').trim().split(' ')
  return names.map((name) => {
    const words = wordsAfter(tree, `crypto ipsec transform-set ${name}`)?.trim() ?? 'esp-aes esp-sha-hmac'
    return `${indent}${name}:  { ${words}  } ,`
  })
}

function lifetime(profile: ConfigNode): string {
  const seconds = wordsAfter(profile.children, 'set security-association lifetime seconds') ?? '3600'
  const kilobytes = wordsAfter(profile.children, 'set security-association lifetime kilobytes') ?? '4608000'
  return `Security association lifetime: ${kilobytes} kilobytes/${seconds} seconds`
}

/** The lines that a profile has in `show crypto ipsec profile` and, as a hidden map, in `show crypto map`. */
function settings(call: Call, profile: ConfigNode): readonly string[] {
  const release = iosRelease(call.device.box.version)
  const responder = profile.children.some((child) => child.line === 'responder-only')
  const pfs = wordsAfter(profile.children, 'set pfs')
  return [
    lifetime(profile),
    ...(release?.responderOnly === true ? [`Responder-Only (Y/N): ${responder ? 'Y' : 'N'}`] : []),
    `PFS (Y/N): ${pfs === undefined ? 'N' : 'Y'}`,
    ...(pfs === undefined ? [] : [`DH group:  ${pfs}`]),
    ...(release?.family === 'ios-xe' ? ['Mixed-mode : Disabled'] : []),
    'Transform sets={',
  ]
}

/** `show crypto ipsec profile [NAME]`: the effective state (genieparser, iosxe). */
export function showIpsecProfile(call: Call, name?: string): string {
  const { running } = call.device
  const profiles = profilesOf(running).filter(
    (profile) => name === undefined || profile.line === `${prefix}${name}`,
  )
  const blocks = profiles.map((profile) => {
    const ikev2 = wordsAfter(profile.children, 'set ikev2-profile')
    return [
      `IPSEC profile ${profile.line.slice(prefix.length)}`,
      ...(ikev2 === undefined ? [] : [`\tIKEv2 Profile: ${ikev2}`]),
      ...settings(call, profile).map((line) => `\t${line}`),
      ...transformLines(running, profile, '\t\t'),
      '\t}',
      '',
    ]
  })
  return blocks
    .flat()
    .map((line) => `${line}\n`)
    .join('')
}

/** `show crypto map`: hidden maps of tunnel protection, and those on interfaces. */
export function showCryptoMap(call: Call): string {
  const { running, box } = call.device
  const title = iosRelease(box.version)?.family === 'ios-xe' ? 'Crypto Map IPv4' : 'Crypto Map'
  const heads = interfacesOf(running).flatMap((node): readonly string[] => {
    const name = wordsAfter(node.children, 'tunnel protection ipsec profile')?.split(' ')[0]
    const profile = running.find((other) => other.line === `${prefix}${name}`)
    if (name === undefined || profile === undefined) return []
    const face = node.line.slice('interface '.length)
    return [
      `${title} "${face}-head-0" 65536 ipsec-isakmp`,
      `\tProfile name: ${name}`,
      ...settings(call, profile).map((line) => `\t${line}`),
      ...transformLines(running, profile, '\t\t'),
      '\t}',
      `\tInterfaces using crypto map ${face}-head-0:`,
      `\t\t${face}`,
      '',
    ]
  })
  const maps = running.flatMap((node) => staticMap(call, node, title))
  return [...maps, ...heads].map((line) => `${line}\n`).join('')
}

// IOS prints Responder-Only for these too, although it cannot be set there (genieparser ShowCryptoMap).
function staticMap(call: Call, node: ConfigNode, title: string): readonly string[] {
  const match = /^crypto map (\S+) (\d+) (ipsec-isakmp.*)$/.exec(node.line)
  const [, map = '', seq = '', keying = ''] = match ?? []
  if (match === null) return []
  const { running } = call.device
  const peers = node.children.flatMap((child) => /^set peer (\S+)/.exec(child.line)?.[1] ?? [])
  const list = wordsAfter(node.children, 'match address')
  const incomplete = !keying.includes('dynamic') && (peers.length === 0 || list === undefined)
  return [
    `${title} "${map}" ${seq} ${keying.split(' ')[0]}`,
    ...(incomplete
      ? [
          '\tWARNING: This crypto map is in an incomplete state!',
          '\t\t(missing peer or access-list definitions)',
        ]
      : []),
    ...peers.map((peer) => `\tPeer = ${peer}`),
    ...(list === undefined ? [] : [`\tExtended IP access list ${list}`]),
    ...settings(call, node).map((line) => `\t${line}`),
    ...transformLines(running, node, '\t\t'),
    '\t}',
    `\tInterfaces using crypto map ${map}:`,
    ...interfacesOf(running)
      .filter((face) => wordsAfter(face.children, 'crypto map') === map)
      .map((face) => `\t\t${face.line.slice('interface '.length)}`),
    '',
  ]
}

import { wallText } from '../clock-text.ts'
import { type ConfigTree, dropLines, parseConfig, putLine, renderNodes, wordsAfter } from '../config-tree.ts'
import type { DeviceState, Surroundings } from '../device-state.ts'
import type { ScenarioDevice } from '../scenario.ts'
import { iosRelease } from './release.ts'

/** The order in which IOS prints its sections, by how their lines begin. */
const order: readonly RegExp[] = [
  /^version /,
  /^(?:no )?service /,
  /^platform /,
  /^hostname /,
  /^boot/,
  /^enable /,
  /^(?:no )?aaa /,
  /^clock /,
  /^(?:no )?ip (?!route|access-list|forward|http|ssh|nat)/,
  /^(?:no )?ipv6 /,
  /^multilink /,
  /^license /,
  /^archive$/,
  /^username /,
  /^redundancy/,
  /^crypto isakmp policy/,
  /^crypto ikev2 proposal/,
  /^crypto ikev2 policy/,
  /^crypto ikev2 keyring/,
  /^crypto ikev2 profile/,
  /^crypto (?:keyring|isakmp|ikev2)/,
  /^crypto ipsec transform-set/,
  /^crypto ipsec profile/,
  /^crypto ipsec/,
  /^crypto dynamic-map/,
  /^crypto map/,
  /^interface Loopback/,
  /^interface Tunnel/,
  /^interface/,
  /^router /,
  /^ip (?:forward|http|nat)/,
  /^ip route/,
  /^ip ssh/,
  /^ip access-list/,
  /^access-list/,
  /^route-map/,
  /^snmp-server/,
  /^control-plane/,
  /^banner/,
  /^line /,
  /^ntp /,
]

/** Where a top line stands; what the table does not know goes before the interfaces. */
export function sectionRank(line: string): number {
  const at = order.findIndex((start) => start.test(line))
  return at === -1 ? 25.5 : at
}

/** The scenario's lines as a tree, with the hostname and version that the box must have. */
export function initialConfig(box: ScenarioDevice, text: string): ConfigTree {
  const tree = dropLines(parseConfig(text), (line) => line.startsWith('version '))
  const release = `version ${iosRelease(box.version)?.line ?? box.version}`
  const versioned = putLine(tree, { line: release, children: [] }, () => false, sectionRank)
  if (wordsAfter(tree, 'hostname') !== undefined) return versioned
  return putLine(versioned, { line: `hostname ${box.hostname}`, children: [] }, () => false, sectionRank)
}

/** The hostname that the prompt shows. */
export function hostnameOf(device: DeviceState): string {
  return wordsAfter(device.running, 'hostname') ?? 'Router'
}

/** Sections with `!` between them: after every block, and where another section begins. */
export function configBody(tree: ConfigTree): readonly string[] {
  const lines: string[] = []
  for (const [index, node] of tree.entries()) {
    lines.push(...renderNodes([node]))
    const next = tree[index + 1]
    const block = node.children.length > 0 || node.verbatim !== undefined
    const joined =
      next !== undefined && next.children.length === 0 && sectionRank(node.line) === sectionRank(next.line)
    if (block || !joined) lines.push('!')
  }
  return [...lines, 'end']
}

function stamps(device: DeviceState, around: Surroundings): readonly string[] {
  const at = (ms: number): string => wallText(new Date(around.wall.getTime() - around.nowMs + ms))
  const { changed, saved } = device
  return [
    ...(changed
      ? [
          `! Last configuration change at ${at(changed.atMs)}${changed.by === undefined ? '' : ` by ${changed.by}`}`,
        ]
      : []),
    ...(saved ? [`! NVRAM config last updated at ${at(saved.atMs)} by ${saved.by}`] : []),
    ...(changed || saved ? ['!'] : []),
  ]
}

/** `show running-config`. */
export function runningText(device: DeviceState, around: Surroundings): string {
  const body = [...stamps(device, around), ...configBody(device.running)]
  const bytes = body.join('\n').length + 1
  const head = ['Building configuration...', '', `Current configuration : ${bytes} bytes`, '!']
  return `${[...head, ...body, ''].join('\n')}\n`
}

/**
 * Startup as the box prints it: it wrote another clock period, and names the file of a certificate of its own
 * (seen in public posts about unsaved changes that are none).
 */
export function storedTree(startup: ConfigTree): ConfigTree {
  return startup.map((node) => {
    const period = /^ntp clock-period (\d+)$/.exec(node.line)?.[1]
    if (period !== undefined) return { ...node, line: `ntp clock-period ${Number(period) + 7}` }
    if (!node.line.startsWith('crypto pki certificate chain ')) return node
    const children = node.children.map((one) =>
      /^certificate self-signed \d+$/.test(one.line)
        ? { line: `${one.line} nvram:IOS-Self-Sig#1.cer`, children: [] }
        : one,
    )
    return { ...node, children }
  })
}

/** `show startup-config`. */
export function startupText(device: DeviceState): string {
  const body = configBody(storedTree(device.startup))
  const bytes = body.join('\n').length + 1
  return `${[`Using ${bytes} out of 262136 bytes`, '!', ...body, ''].join('\n')}\n`
}

/** `show running-config interface NAME`: one block; undefined where there is no such interface. */
export function interfaceText(device: DeviceState, name: string): string | undefined {
  const node = device.running.find((other) => other.line === `interface ${name}`)
  if (node === undefined) return undefined
  const body = [...renderNodes([node]), 'end']
  const bytes = body.join('\n').length + 1
  const head = ['Building configuration...', '', `Current configuration : ${bytes} bytes`, '!']
  return `${[...head, ...body, ''].join('\n')}\n`
}

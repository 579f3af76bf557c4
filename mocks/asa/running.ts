import { wallText } from '../clock-text.ts'
import { type ConfigTree, dropLines, parseConfig, renderNodes, wordsAfter } from '../config-tree.ts'
import type { DeviceState, Surroundings } from '../device-state.ts'
import { hashOf } from '../hash.ts'
import type { ScenarioDevice } from '../scenario.ts'
import { serialOf } from '../serial.ts'
import { withCryptoDefaults } from './crypto-map.ts'
import { hardwareLine } from './hardware.ts'
import { asaRelease } from './release.ts'

/** The scenario's lines as a tree, with the hostname that the box must have in front. */
export function initialConfig(box: ScenarioDevice, text: string): ConfigTree {
  const tree = dropLines(parseConfig(text), (line) => /^(?:(?:ASA|PIX) Version|Cryptochecksum:)/.test(line))
  if (wordsAfter(tree, 'hostname') !== undefined) return tree
  return [{ line: `hostname ${box.hostname}`, children: [] }, ...tree]
}

export function hostnameOf(device: DeviceState): string {
  return wordsAfter(device.running, 'hostname') ?? 'ciscoasa'
}

/** ASA sets `!` around interfaces and other blocks only. */
export function configBody(tree: ConfigTree): readonly string[] {
  const lines: string[] = []
  for (const [index, node] of tree.entries()) {
    const interfaceBlock = node.line.startsWith('interface ')
    if (interfaceBlock && lines.at(-1) !== '!') lines.push('!')
    lines.push(...renderNodes([node]))
    if (interfaceBlock && tree[index + 1]?.line.startsWith('interface ') !== true) lines.push('!')
  }
  return lines
}

/** The checksum over a configuration, four groups of eight digits. */
export function checksum(tree: ConfigTree): readonly string[] {
  const text = configBody(tree).join('\n')
  return [0, 1, 2, 3].map((part) => hashOf(`${part} ${text}`).toString(16).padStart(8, '0'))
}

/** In multiple context mode the version line says which space printed it. */
export function spaceMark(device: DeviceState): string {
  if (device.box.contexts === undefined) return ''
  return device.context === undefined ? ' <system>' : ' <context>'
}

function versionLine(device: DeviceState): string {
  const product = asaRelease(device.box).pix ? 'PIX' : 'ASA'
  return `${product} Version ${device.box.version}${spaceMark(device)} `
}

function head(device: DeviceState): readonly string[] {
  return [
    ': Saved',
    '',
    ': ',
    `: Serial Number: ${serialOf(device.box)}`,
    `: Hardware:   ${hardwareLine(device.box)}`,
    ':',
  ]
}

function tail(tree: ConfigTree): readonly string[] {
  return [`Cryptochecksum:${checksum(tree).join('')}`, ': end', '']
}

/** `show running-config [all]`. */
export function runningText(device: DeviceState, all: boolean): string {
  const tree = all ? withCryptoDefaults(device.running) : device.running
  const lines = [...head(device), versionLine(device), '!', ...configBody(tree), ...tail(device.running)]
  return `${lines.join('\n')}\n`
}

/** `show startup-config`. */
export function startupText(device: DeviceState, around: Surroundings): string {
  const { saved } = device
  const at = new Date(around.wall.getTime() - around.nowMs + (saved?.atMs ?? -86_400_000))
  const lines = [
    ...head(device),
    `: Written by ${saved?.by ?? 'enable_15'} at ${wallText(at, true)}`,
    '!',
    versionLine(device),
    '!',
    ...configBody(device.startup),
    ...tail(device.startup),
  ]
  return `${lines.join('\n')}\n`
}

/** `show running-config [all] crypto map`, `… interface`: the lines that begin so, without header. */
export function runningPart(device: DeviceState, all: boolean, start: string): string {
  const tree = all ? withCryptoDefaults(device.running) : device.running
  const wanted = tree.filter((node) => `${node.line} `.replace(/^no /, '').startsWith(`${start} `))
  return renderNodes(wanted)
    .map((line) => `${line}\n`)
    .join('')
}

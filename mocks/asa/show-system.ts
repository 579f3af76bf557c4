import { uptimeText, wallText } from '../clock-text.ts'
import type { ConfigNode } from '../config-tree.ts'
import { type Call, loginFrom } from '../device-state.ts'
import { hashOf } from '../hash.ts'
import { serialOf } from '../serial.ts'
import { hardwareLine } from './hardware.ts'
import { asaRelease, productLine } from './release.ts'
import { hostnameOf, spaceMark } from './running.ts'

function interfaces(call: Call): readonly ConfigNode[] {
  return call.device.running.filter((node) => node.line.startsWith('interface '))
}

function portLines(call: Call): readonly string[] {
  return interfaces(call).map((node, index) => {
    const name = node.line.slice('interface '.length)
    const mac = hashOf(`${call.device.box.name} ${name}`).toString(16).padStart(8, '0')
    return `${String(index + 1).padStart(2)}: Ext: ${name.padEnd(19)} : address is 00a2.${mac.slice(0, 4)}.${mac.slice(4)}, irq 255`
  })
}

const licences: readonly (readonly [string, string])[] = [
  ['Maximum Physical Interfaces', 'Unlimited'],
  ['Maximum VLANs', '150'],
  ['Inside Hosts', 'Unlimited'],
  ['Failover', 'Active/Active'],
  ['Encryption-DES', 'Enabled'],
  ['Encryption-3DES-AES', 'Enabled'],
  ['Security Contexts', '2'],
  ['Other VPN Peers', '300'],
  ['Total VPN Peers', '300'],
  ['Cluster', 'Disabled'],
]

/** `show version` of an ASA 9.x. */
export function showVersion(call: Call): string {
  const { device, around } = call
  const { version } = device.box
  const { pix } = asaRelease(device.box)
  const file = version.replace(/[().]/g, '-').replace(/-+$/, '')
  const changed = device.changed
  const at = new Date(around.wall.getTime() - around.nowMs + (changed?.atMs ?? -86_400_000))
  const lines = [
    '',
    `${productLine(device.box)}${spaceMark(device)}`,
    ...(pix ? [] : ['SSP Operating System Version 2.10(1.207)', 'Device Manager Version 7.18(1)152']),
    '',
    'Compiled on Wed 03-Aug-22 03:28 GMT by builders',
    `System image file is "${pix ? `flash:/pix${file}.bin` : `disk0:/asa${file}-lfbff-k8.SPA`}"`,
    'Config file at boot was "startup-config"',
    '',
    `${hostnameOf(device)} up ${uptimeText(around.uptimeMs, ' ').split(' ').slice(0, 4).join(' ')}`,
    ...(device.box.failover === undefined
      ? []
      : [`failover cluster up ${uptimeText(around.uptimeMs, ' ').split(' ').slice(0, 4).join(' ')}`]),
    '',
    `Hardware:   ${hardwareLine(device.box)}`,
    'Internal ATA Compact Flash, 8000MB',
    'BIOS Flash M25P64 @ 0xfed01000, 16384KB',
    '',
    ...portLines(call),
    '',
    'Licensed features for this platform:',
    ...licences.map(([name, value]) => `${name.padEnd(33)} : ${value.padEnd(14)} perpetual`),
    '',
    `Serial Number: ${serialOf(device.box)}`,
    'Running Permanent Activation Key: 0x00000000 0x00000000 0x00000000 0x00000000 0x00000000',
    'Configuration register is 0x1',
    'Image type                : Release',
    'Key Version               : A',
    // Wording after a boot: captured output of an ASA 9.x (genieparser, show version).
    changed === undefined && around.boot !== undefined
      ? 'Configuration has not been modified since last system restart.'
      : `Configuration last modified by ${changed?.by ?? 'enable_15'} at ${wallText(at, true)}`,
    '',
  ]
  return lines.join('\n')
}

export function showCurpriv(call: Call): string {
  const { privileged, user } = call.session
  return [
    `Username : ${user}`,
    `Current privilege level : ${privileged ? 15 : 1}`,
    `Current Mode/s : ${privileged ? 'P_PRIV' : 'P_UNPR'}`,
    '',
  ].join('\n')
}

/** `show ssh sessions`: this session's line, once for each direction. */
export function showSshSessions(call: Call): string {
  const { user } = call.session
  const ways = [
    ['0', loginFrom, '2.0', 'IN'],
    ['', '', '', 'OUT'],
  ] as const
  const rows = ways.map(
    ([sid, client, version, way]) =>
      `${sid.padEnd(3)} ${client.padEnd(15)} ${version.padEnd(7)} ${way.padEnd(4)} aes256-ctr sha1     SessionStarted   ${user}`,
  )
  const header = 'SID Client IP       Version Mode Encryption Hmac     State            Username'
  return `${[header, ...rows].join('\n')}\n`
}

export function showPager(call: Call): string {
  const { pageLength } = call.session
  return pageLength === 0 ? 'no pager\n' : `pager lines ${pageLength}\n`
}

/** `show interface ip brief`. */
export function showInterfaceIpBrief(call: Call): string {
  const header = 'Interface                  IP-Address      OK?           Method Status      Protocol'
  const rows = interfaces(call).map((node) => {
    const address = node.children.flatMap((child) => /^ip address (\S+)/.exec(child.line)?.[1] ?? [])[0]
    const off = node.children.some((child) => child.line === 'shutdown')
    const name = node.line.slice('interface '.length)
    const method = address === undefined ? 'unset' : 'CONFIG'
    return `${name.padEnd(26)} ${(address ?? 'unassigned').padEnd(15)} YES           ${method.padEnd(6)} ${off ? 'administratively down down' : 'up                    up'}`
  })
  return `${[header, ...rows].join('\n')}\n`
}

/** `show nameif`. */
export function showNameif(call: Call): string {
  const rows = interfaces(call).flatMap((node) => {
    const name = node.children.flatMap((child) => /^nameif (\S+)/.exec(child.line)?.[1] ?? [])[0]
    const level = node.children.flatMap((child) => /^security-level (\d+)/.exec(child.line)?.[1] ?? [])[0]
    if (name === undefined) return []
    return [
      `${node.line.slice('interface '.length).padEnd(24)} ${name.padEnd(24)} ${(level ?? '0').padStart(3)}`,
    ]
  })
  return `${['Interface                Name                     Security', ...rows].join('\n')}\n`
}

export function showInventory(call: Call): string {
  const { box } = call.device
  return [
    `Name: "Chassis", DESCR: "${box.model} Adaptive Security Appliance"`,
    `PID: ${box.model.padEnd(17)} , VID: V04     , SN: ${serialOf(box)}`,
    '',
  ].join('\n')
}

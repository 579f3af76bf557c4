import type { PeerDeclaration } from '../src/model/intent.ts'
import type { BuiltDevice } from './build.ts'

/** A device and the port on which it listens. */
export interface ListeningDevice {
  readonly built: BuiltDevice
  readonly port: number
}

/** A jump host and the port on which it listens. */
export interface ListeningJump {
  readonly name: string
  readonly port: number
}

/** What an inventory of a lab tells. */
export interface LabContents {
  readonly devices: readonly ListeningDevice[]
  readonly jumps: readonly ListeningJump[]
  readonly peers: readonly PeerDeclaration[]
  readonly login: { readonly username: string; readonly password: string; readonly enable: string }
}

// JSON strings are YAML 1.2 strings; plain scalars stay plain, so that the file reads like a written one.
const plain = /^[A-Za-z][A-Za-z0-9_./-]*$|^\d{1,3}(?:\.\d{1,3}){3}$/
const reserved = /^(?:true|false|null|yes|no|on|off)$/i
const scalar = (text: string): string =>
  plain.test(text) && !reserved.test(text) ? text : JSON.stringify(text)
const list = (items: readonly string[]): string => `[${items.map(scalar).join(', ')}]`

const map = (items: Readonly<Record<string, string>>): string =>
  `{ ${Object.entries(items)
    .map(([key, text]) => `${scalar(key)}: ${scalar(text)}`)
    .join(', ')} }`

function host({ built, port }: ListeningDevice, address: string): readonly string[] {
  return [
    `  ${scalar(built.name)}:`,
    `    address: ${address}`,
    `    port: ${port}`,
    `    platform: ${built.platform}`,
    ...(built.groups.length === 0 ? [] : [`    groups: ${list(built.groups)}`]),
    ...(built.labels === undefined ? [] : [`    labels: ${map(built.labels)}`]),
    ...(built.via === undefined ? [] : [`    via: ${list(built.via)}`]),
    ...(built.endpoints.length === 0 ? [] : [`    endpoints: ${list(built.endpoints)}`]),
  ]
}

function peer({ key, type, version, initiates, by }: PeerDeclaration): string {
  const fields = [
    `type: ${type}`,
    ...(version === undefined ? [] : [`version: ${JSON.stringify(version)}`]),
    ...(initiates === undefined ? [] : [`initiates: ${initiates}`]),
    ...(by === undefined ? [] : [`by: ${JSON.stringify(by)}`]),
  ]
  return `  ${scalar(key)}: { ${fields.join(', ')} }`
}

/** The inventory that reaches simulated devices; the secrets lie beside it, in `password` and `enable`. */
export function labInventory({ devices, jumps, peers, login }: LabContents, address: string): string {
  return [
    '# Written by ikero simulate: the simulated devices that listen now. Written anew at every start.',
    'version: 1',
    'defaults: { credential: lab }',
    'credentials:',
    '  lab:',
    `    username: ${scalar(login.username)}`,
    '    password: { file: password }',
    `    enable: { file: ${login.enable === login.password ? 'password' : 'enable'} }`,
    ...(jumps.length === 0 ? [] : ['jumps:']),
    ...jumps.map(
      ({ name, port }) => `  ${scalar(name)}: { address: ${address}, port: ${port}, credential: lab }`,
    ),
    'hosts:',
    ...devices.flatMap((device) => host(device, address)),
    ...(peers.length === 0 ? [] : ['peers:', ...peers.map(peer)]),
    '',
  ].join('\n')
}

import type { CommandRow } from '../command-table.ts'
import { drop, leaveBlock, put } from '../config-edit.ts'
import type { Call, Command, Reply } from '../device-state.ts'
import { interfaceName } from './interface-name.ts'

const order: readonly RegExp[] = [
  /^description /,
  /^(?:ip )?vrf forwarding /,
  /^(?:no )?ip address/,
  /^ip access-group/,
  /^(?:no )?ip /,
  /^tunnel source/,
  /^tunnel mode/,
  /^tunnel destination/,
  /^tunnel protection/,
  /^shutdown/,
]

/** The order of lines within an interface; what the table does not know comes last. */
function rank(line: string): number {
  const at = order.findIndex((start) => start.test(line))
  return at === -1 ? order.length : at
}

function setOver(start: string): Command {
  return (call) => put(call, call.canonical, (line) => line.startsWith(`${start} `), rank)
}

function unset(start: string): Command {
  return (call) => drop(call, (line) => line === start || line.startsWith(`${start} `))
}

function ipAddress(call: Call): Reply {
  const { address = '', mask = '' } = call.args
  if (!isMask(mask)) return { output: `% Bad mask 0x${hex(mask)} for address ${address}\n` }
  const over = (line: string): boolean => /^(?:no )?ip address/.test(line) && !line.endsWith(' secondary')
  return put(call, call.canonical, over, rank)
}

function octets(mask: string): readonly number[] {
  return mask.split('.').map(Number)
}

function hex(mask: string): string {
  return octets(mask)
    .map((part) => part.toString(16).toUpperCase().padStart(2, '0'))
    .join('')
}

function isMask(mask: string): boolean {
  const bits = octets(mask)
    .map((part) => part.toString(2).padStart(8, '0'))
    .join('')
  return mask.split('.').length === 4 && /^1*0*$/.test(bits)
}

function tunnelSource(call: Call): Reply {
  const { source = '' } = call.args
  const name = /^[\d.]+$/.test(source) ? source : interfaceName(source)
  if (name === undefined) return { badArgument: 'source' }
  return put(call, `tunnel source ${name}`, (line) => line.startsWith('tunnel source '), rank)
}

function append(call: Call): Reply {
  return put(call, call.canonical, () => false, rank)
}

/** Commands below `interface …`. */
export const interfaceRows: readonly CommandRow<Command>[] = [
  { syntax: 'exit', run: leaveBlock },
  { syntax: 'description <text:rest>', run: setOver('description') },
  { syntax: 'no description', run: unset('description') },
  { syntax: 'ip address <address:address> <mask:address> [secondary]', run: ipAddress },
  {
    syntax: 'no ip address',
    run: (call) => put(call, 'no ip address', (line) => line.startsWith('ip address'), rank),
  },
  {
    syntax: 'ipv6 address <prefix>',
    run: (call) => put(call, call.canonical, () => false, rank),
  },
  { syntax: 'no ipv6 address <prefix>', run: (call) => unset(`ipv6 address ${call.args.prefix}`)(call) },
  { syntax: 'vrf forwarding <vrf>', run: setOver('vrf forwarding') },
  { syntax: 'no vrf forwarding', run: unset('vrf forwarding') },
  { syntax: 'ip access-group <list> (in|out)', run: setOver('ip access-group') },
  { syntax: 'no ip access-group', run: unset('ip access-group') },
  { syntax: 'shutdown', run: (call) => put(call, 'shutdown', () => false, rank) },
  { syntax: 'no shutdown', run: unset('shutdown') },
  { syntax: 'crypto map <map>', run: setOver('crypto map') },
  { syntax: 'no crypto map', run: unset('crypto map') },
]

/** What tunnels and templates have besides. */
export const tunnelRows: readonly CommandRow<Command>[] = [
  { syntax: 'tunnel source <source>', run: tunnelSource },
  { syntax: 'tunnel destination <peer:address>', run: setOver('tunnel destination') },
  { syntax: 'no tunnel destination', run: unset('tunnel destination') },
  { syntax: 'tunnel mode <mode:rest>', run: setOver('tunnel mode') },
  {
    syntax: 'tunnel protection ipsec profile <name> [shared]',
    run: setOver('tunnel protection ipsec profile'),
  },
  { syntax: 'tunnel vrf <vrf>', run: setOver('tunnel vrf') },
  { syntax: 'no tunnel vrf', run: unset('tunnel vrf') },
  {
    syntax: 'tunnel protection ipsec initiate',
    run: (call) => put(call, call.canonical, () => false, rank),
  },
  { syntax: 'no tunnel protection ipsec initiate', run: unset('tunnel protection ipsec initiate') },
  { syntax: 'ip nhrp (nhs|map|network-id|holdtime|authentication) <rest:rest>', run: append },
  {
    syntax: 'no ip nhrp (nhs|map|network-id|holdtime|authentication) <rest:rest>',
    run: (call) => drop(call, (line) => line === call.canonical.replace(/^no /, '')),
  },
  { syntax: 'no tunnel protection [ipsec]', run: unset('tunnel protection') },
]

import { type CommandRow, commandTable, type TableNode } from '../command-table.ts'
import { atTop, drop, enterBlock, leaveBlock, leaveConfig, put, withRunning } from '../config-edit.ts'
import type { Call, Command, Reply } from '../device-state.ts'
import type { ScenarioDevice } from '../scenario.ts'
import { removeContext } from './contexts.ts'
import { isComplete, mapEntries, putMapLine } from './crypto-map.ts'
import { asaRelease } from './release.ts'

type Row = CommandRow<Command>

const sections: readonly RegExp[] = [
  /^(?:hostname|domain-name|enable|passwd|names)/,
  /^interface /,
  /^(?:banner|ftp|clock|dns)/,
  /^(?:object|object-group)/,
  /^access-list/,
  /^(?:pager|terminal|logging|mtu)/,
  /^(?:access-group|route)/,
  /^(?:aaa|http|snmp)/,
  /^crypto/,
  /^(?:telnet|ssh|console|username)/,
  /^tunnel-group/,
]

/** Where a top line stands; what the table does not know comes last. */
function rank(line: string): number {
  const at = sections.findIndex((start) => start.test(line))
  return at === -1 ? sections.length : at
}

const faceOrder: readonly RegExp[] = [
  /^description/,
  /^shutdown/,
  /^nameif/,
  /^security-level/,
  /^(?:no )?ip address/,
]

function faceRank(line: string): number {
  const at = faceOrder.findIndex((start) => start.test(line))
  return at === -1 ? faceOrder.length : at
}

const startsWith =
  (start: string) =>
  (line: string): boolean =>
    line.startsWith(start)

const leaving: readonly Row[] = [
  { syntax: '(exit|quit)', run: leaveBlock },
  { syntax: 'end', run: leaveConfig },
]

const topRows: readonly Row[] = [
  { syntax: 'hostname <name>', run: hostname },
  { syntax: 'interface <name>', run: enterInterface },
  { syntax: 'access-list <list> (extended|standard|remark) <rule:rest>', run: append },
  { syntax: 'no access-list <list> (extended|standard|remark) <rule:rest>', run: unset },
  { syntax: 'terminal width <columns:number>', run: width },
  {
    syntax: 'pager lines <lines:number>',
    run: (call) => put(call, call.canonical, startsWith('pager '), rank),
  },
  { syntax: 'banner (motd|login|exec) <text:rest>', run: append },
  { syntax: 'no banner (motd|login|exec)', run: (call) => drop(call, startsWith(`${positive(call)} `)) },
  { syntax: 'crypto ipsec profile <name>', run: (call) => enterBlock(call, call.canonical, rank) },
  {
    syntax: 'no crypto ipsec profile <name>',
    run: (call) => drop(call, (line) => line === positive(call)),
  },
  { syntax: 'crypto map <map> <seq:number> match address <list>', run: setMap },
  { syntax: 'crypto map <map> <seq:number> set peer <peers:rest>', run: setMap },
  { syntax: 'crypto map <map> <seq:number> set pfs <group>', run: setMap },
  { syntax: 'crypto map <map> <seq:number> set transform-set <names:rest>', run: setMap },
  { syntax: 'crypto map <map> <seq:number> set ikev1 transform-set <names:rest>', run: setMap },
  { syntax: 'crypto map <map> <seq:number> set ikev2 ipsec-proposal <names:rest>', run: setMap },
  {
    syntax: 'crypto map <map> <seq:number> set connection-type (answer-only|originate-only|bidirectional)',
    run: setMap,
  },
  {
    syntax:
      'no crypto map <map> <seq:number> set connection-type [(answer-only|originate-only|bidirectional)]',
    run: unsetConnectionType,
  },
  { syntax: 'no crypto map <map> <seq:number>', run: (call) => drop(call, startsWith(`${positive(call)} `)) },
]

const interfaceRows: readonly Row[] = [
  ...leaving,
  { syntax: 'description <text:rest>', run: setOver('description') },
  { syntax: 'no description', run: unset },
  { syntax: 'nameif <name>', run: setOver('nameif') },
  { syntax: 'security-level <level:number>', run: setOver('security-level') },
  { syntax: 'ip address <address:address> <mask:address>', run: setOver('ip address') },
  { syntax: 'no ip address', run: unset },
  { syntax: 'shutdown', run: (call) => put(call, 'shutdown', () => false, faceRank) },
  { syntax: 'no shutdown', run: unset },
]

// Route-based VPN (since 9.7; with both versions of IKE since 9.8): a profile, and a tunnel that uses it.
const profileRows: readonly Row[] = [
  ...leaving,
  { syntax: 'set ikev1 transform-set <names:rest>', run: setFlat('set ikev1 transform-set') },
  { syntax: 'set ikev2 ipsec-proposal <names:rest>', run: setFlat('set ikev2 ipsec-proposal') },
  { syntax: 'set pfs <group>', run: setFlat('set pfs') },
  {
    syntax: 'set security-association lifetime seconds <seconds:number>',
    run: setFlat('set security-association lifetime seconds'),
  },
  {
    syntax: 'responder-only',
    run: (call) =>
      put(
        call,
        call.canonical,
        () => false,
        () => 0,
      ),
  },
  { syntax: 'no responder-only', run: unset },
]

const tunnelRows: readonly Row[] = [
  { syntax: 'tunnel source interface <name>', run: setOver('tunnel source interface') },
  { syntax: 'tunnel destination <peer>', run: setOver('tunnel destination') },
  { syntax: 'tunnel mode ipsec ipv4', run: setOver('tunnel mode') },
  { syntax: 'tunnel protection ipsec profile <name>', run: setOver('tunnel protection ipsec profile') },
  { syntax: 'no tunnel protection ipsec profile', run: unset },
]

function setFlat(start: string): Command {
  return (call) => put(call, call.canonical, startsWith(`${start} `), () => 0)
}

function positive(call: Call): string {
  return call.canonical.replace(/^no /, '')
}

function setOver(start: string): Command {
  return (call) => put(call, call.canonical, startsWith(`${start} `), faceRank)
}

function append(call: Call): Reply {
  return put(call, call.canonical, () => false, rank)
}

function unset(call: Call): Reply {
  const line = positive(call)
  return drop(call, (other) => other === line || other.startsWith(`${line} `))
}

function hostname(call: Call): Reply {
  const { name = '' } = call.args
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name)) return { badArgument: 'name' }
  return put(call, `hostname ${name}`, startsWith('hostname '), rank)
}

function enterInterface(call: Call): Reply {
  const typed = call.args.name?.toLowerCase() ?? ''
  const near = call.device.running.filter((node) => {
    const name = node.line.toLowerCase()
    if (!name.startsWith('interface ')) return false
    const [, type = '', number = ''] = /^([a-z-]+)(\d.*)$/.exec(typed) ?? []
    return (
      number !== '' &&
      name.startsWith(`interface ${type}`) &&
      name.endsWith(number) &&
      /[a-z-]$/.test(name.slice(0, -number.length))
    )
  })
  const [only, ...more] = near
  return only === undefined || more.length > 0 ? { badArgument: 'name' } : enterBlock(call, only.line, rank)
}

// On ASA the width is part of the configuration (Netspoc-Approve, asa/device.go).
function width(call: Call): Reply {
  const columns = Number(call.args.columns)
  if (columns !== 0 && (columns < 40 || columns > 511)) return { badArgument: 'columns' }
  const put80 =
    columns === 80
      ? drop(call, startsWith('terminal width '))
      : put(call, call.canonical, startsWith('terminal width '), rank)
  return { ...put80, session: { ...call.session, width: columns } }
}

/** The words that one attribute of an entry begins with: `set connection-type`, `match address`. */
function attributeOf(call: Call): string {
  const start = `crypto map ${call.args.map} ${call.args.seq} `
  const words = call.canonical.slice(start.length).split(' ')
  return start + words.slice(0, words[1]?.startsWith('ikev') ? 3 : 2).join(' ')
}

function entryOf(call: Call, device = call.device): ReturnType<typeof mapEntries>[number] | undefined {
  const seq = Number(call.args.seq)
  return mapEntries(device.running).find((entry) => entry.map === call.args.map && entry.seq === seq)
}

/** Any `set` makes the entry when it is not there, and warns as long as something is missing. */
function setMap(call: Call): Reply {
  const seq = Number(call.args.seq)
  if (seq < 1 || seq > 65_535) return { badArgument: 'seq' }
  // What a device says to this was not seen; a dynamic entry has no attributes of its own.
  if (entryOf(call)?.dynamic)
    return { output: 'ERROR: Attribute is not allowed on a dynamic crypto map entry\n' }
  const { running } = call.device
  const replaced = running.filter((node) => !node.line.startsWith(`${attributeOf(call)} `))
  const same = running.some((node) => node.line === call.canonical)
  const hidden = call.canonical.endsWith(' set connection-type bidirectional')
  const unchanged = same || (hidden && replaced.length === running.length)
  const device = unchanged
    ? call.device
    : withRunning(call, hidden ? replaced : putMapLine(replaced, call.canonical))
  const entry = entryOf(call, device)
  const warning =
    entry !== undefined && !isComplete(entry) ? 'WARNING: The crypto map entry is incomplete!\n' : ''
  return { device, output: warning }
}

function unsetConnectionType(call: Call): Reply {
  return drop(call, startsWith(`crypto map ${call.args.map} ${call.args.seq} set connection-type `))
}

/** The tables of configuration mode: the top, and each sub-mode with the word in its prompt. */
export interface ConfigTables {
  readonly top: TableNode<Command>
  /** Of the system space. */
  readonly system: TableNode<Command>
  sub(line: string): { readonly prompt: string; readonly table: TableNode<Command> }
}

export function configTables(box: ScenarioDevice): ConfigTables {
  const { vti, ikev2 } = asaRelease(box)
  const tops = topRows.filter(
    ({ syntax }) =>
      (vti || !syntax.includes('ipsec profile')) &&
      (ikev2 ? !syntax.includes(' set transform-set ') : !/ set ikev[12] /.test(syntax)),
  )
  const subs: readonly (readonly [RegExp, string, TableNode<Command>])[] = [
    [/^interface Tunnel/, 'config-if', commandTable([...interfaceRows, ...tunnelRows])],
    [/^interface /, 'config-if', commandTable(interfaceRows)],
    [/^crypto ipsec profile /, 'config-ipsec-profile', commandTable(profileRows)],
    [/^tunnel-group \S+ ipsec-attributes/, 'config-tunnel-ipsec', commandTable(leaving)],
    [/^tunnel-group \S+ general-attributes/, 'config-tunnel-general', commandTable(leaving)],
    [/^crypto ikev1 policy/, 'config-ikev1-policy', commandTable(leaving)],
    [/^crypto ikev2 policy/, 'config-ikev2-policy', commandTable(leaving)],
    [/^crypto ipsec ikev2 ipsec-proposal/, 'config-ipsec-proposal', commandTable(leaving)],
    [/^object network/, 'config-network-object', commandTable(leaving)],
    [/^group-policy/, 'config-group-policy', commandTable(leaving)],
  ]
  const other = commandTable(leaving)
  return {
    top: commandTable(
      [...leaving, ...tops.map(({ syntax, run }): Row => ({ syntax, run: atTop(run) }))],
      ['aaa', 'object', 'route', 'username'],
    ),
    system: commandTable([
      ...leaving,
      ...topRows.filter(({ syntax }) => /^(?:hostname|pager|terminal|banner|no banner) /.test(syntax)),
      { syntax: 'no context <name>', run: atTop(removeContext) },
    ]),
    sub: (line) => {
      const found = subs.find(([start]) => start.test(line))
      return { prompt: found?.[1] ?? 'config-subsys', table: found?.[2] ?? other }
    },
  }
}

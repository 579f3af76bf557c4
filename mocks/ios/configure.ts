import { type CommandRow, commandTable, type TableNode } from '../command-table.ts'
import { atTop, drop, enterBlock, here, leaveBlock, leaveConfig, put } from '../config-edit.ts'
import { bannerDelimiter } from '../config-tree.ts'
import type { Call, Command, Reply } from '../device-state.ts'
import type { ScenarioDevice } from '../scenario.ts'
import { interfaceRows, tunnelRows } from './configure-interface.ts'
import { interfaceName, isVirtual } from './interface-name.ts'
import { iosRelease } from './release.ts'
import { sectionRank } from './running.ts'

type Row = CommandRow<Command>

const flat = (): number => 0

const leaving: readonly Row[] = [
  { syntax: 'exit', run: leaveBlock },
  { syntax: 'end', run: leaveConfig },
  { syntax: 'do <line:rest>', run: () => ({ execArgument: 'line' }) },
]

const globalRows: readonly Row[] = [
  { syntax: 'hostname <name>', run: hostname },
  {
    syntax: 'no hostname',
    run: (call) => put(call, 'hostname Router', startsWith('hostname '), sectionRank),
  },
  { syntax: 'interface <name:rest>', run: enterInterface },
  { syntax: 'no interface <name:rest>', run: removeInterface },
  { syntax: 'crypto ipsec profile <name>', run: block },
  { syntax: 'no crypto ipsec profile <name>', run: removeBlock },
  { syntax: 'crypto map <map> <seq:number>', run: (call) => cryptoMap(call, false) },
  { syntax: 'crypto map <map> <seq:number> ipsec-isakmp', run: (call) => cryptoMap(call, true) },
  { syntax: 'access-list <number:number> (permit|deny|remark) <rule:rest>', run: append },
  {
    syntax: 'no access-list <number:number>',
    run: (call) => drop(call, startsWith(`access-list ${call.args.number} `)),
  },
  { syntax: 'ip access-list (standard|extended) <name>', run: block },
  { syntax: 'no ip access-list (standard|extended) <name>', run: removeBlock },
  { syntax: 'archive', run: block },
  { syntax: 'no archive', run: removeBlock },
  { syntax: 'banner (motd|login|exec) <text:rest>', run: banner },
  { syntax: 'no banner (motd|login|exec)', run: (call) => drop(call, startsWith(`${positive(call)} `)) },
]

const profileRows: readonly Row[] = [
  { syntax: 'exit', run: leaveBlock },
  { syntax: 'description <text:rest>', run: setOver('description') },
  { syntax: 'no description', run: unset },
  { syntax: 'set transform-set <names:rest>', run: setOver('set transform-set') },
  { syntax: 'set ikev2-profile <name>', run: setOver('set ikev2-profile') },
  { syntax: 'no set ikev2-profile', run: unset },
  { syntax: 'set isakmp-profile <name>', run: setOver('set isakmp-profile') },
  { syntax: 'set pfs <group>', run: setOver('set pfs') },
  { syntax: 'no set pfs', run: unset },
  {
    syntax: 'set security-association lifetime seconds <seconds:number>',
    run: setOver('set security-association lifetime seconds'),
  },
]

// Only from 12.4(24)T on: an older parser does not know the word (Cisco feature history).
const responderRows: readonly Row[] = [
  { syntax: 'responder-only', run: (call) => put(call, call.canonical, () => false, flat) },
  { syntax: '(no|default) responder-only', run: unset },
]

const mapRows: readonly Row[] = [
  { syntax: 'exit', run: leaveBlock },
  { syntax: 'match address <list>', run: setOver('match address') },
  { syntax: 'set peer <peer:address>', run: append },
  { syntax: 'no set peer <peer:address>', run: unset },
  { syntax: 'set transform-set <names:rest>', run: setOver('set transform-set') },
]

const listRows: readonly Row[] = [
  { syntax: 'exit', run: leaveBlock },
  { syntax: '[<seq:number>] (permit|deny|remark) <rule:rest>', run: append },
  { syntax: 'no [<seq:number>] (permit|deny|remark) <rule:rest>', run: unset },
  { syntax: 'no <seq:number>', run: (call) => drop(call, startsWith(`${call.args.seq} `)) },
]

const archiveRows: readonly Row[] = [
  { syntax: 'exit', run: leaveBlock },
  { syntax: 'path <url:rest>', run: setOver('path') },
  { syntax: 'no path', run: unset },
  { syntax: 'maximum <count:number>', run: setOver('maximum') },
  { syntax: 'time-period <minutes:number>', run: setOver('time-period') },
  { syntax: 'write-memory', run: append },
  { syntax: 'log config', run: enterLogConfig },
  { syntax: 'no log config', run: (call) => drop(call, (line) => line === 'log config') },
]

const logConfigRows: readonly Row[] = [
  { syntax: 'exit', run: leaveBlock },
  { syntax: 'logging enable', run: append },
  { syntax: 'no logging enable', run: unset },
  { syntax: 'logging size <lines:number>', run: setOver('logging size') },
  { syntax: 'no logging size', run: unset },
  { syntax: 'notify syslog', run: append },
  { syntax: 'no notify syslog', run: unset },
  { syntax: 'hidekeys', run: append },
  { syntax: 'no hidekeys', run: unset },
]

function startsWith(start: string): (line: string) => boolean {
  return (line) => line.startsWith(start)
}

/** The line that a `no` or `default` form takes back. */
function positive(call: Call): string {
  return call.canonical.replace(/^(?:no|default) /, '')
}

function setOver(start: string): Command {
  return (call) => put(call, call.canonical, startsWith(`${start} `), flat)
}

function append(call: Call): Reply {
  return put(call, call.canonical, () => false, here(call).length === 0 ? sectionRank : flat)
}

function unset(call: Call): Reply {
  const line = positive(call)
  return drop(call, (other) => other === line || other.startsWith(`${line} `))
}

// A name that is not there yet makes a new, empty block, without a word (domain: the typo trap).
function block(call: Call): Reply {
  return enterBlock(call, call.canonical, sectionRank)
}

/** The one block that stands below another. */
function enterLogConfig(call: Call): Reply {
  const inside = { ...call.session, config: [...here(call), call.canonical] }
  return { ...put(call, call.canonical, () => false, flat), session: inside }
}

function removeBlock(call: Call): Reply {
  return drop(call, (line) => line === positive(call))
}

function hostname(call: Call): Reply {
  const { name = '' } = call.args
  if (!/^[A-Za-z](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/.test(name)) {
    return { output: '% Hostname contains one or more illegal characters.\n' }
  }
  return put(call, `hostname ${name}`, startsWith('hostname '), sectionRank)
}

function enterInterface(call: Call): Reply {
  const name = interfaceName(call.args.name ?? '')
  if (name === undefined) return { badArgument: 'name' }
  const line = `interface ${name}`
  const there = call.device.running.some((node) => node.line === line)
  return there || isVirtual(name) ? enterBlock(call, line, sectionRank) : { badArgument: 'name' }
}

function removeInterface(call: Call): Reply {
  const name = interfaceName(call.args.name ?? '')
  if (name === undefined) return { badArgument: 'name' }
  if (!isVirtual(name)) return { output: '% Removal of physical interfaces is not permitted\n' }
  return drop(call, (line) => line === `interface ${name}`)
}

function cryptoMap(call: Call, keyed: boolean): Reply {
  const { map, seq } = call.args
  const start = `crypto map ${map} ${seq} `
  const old = call.device.running.find((node) => node.line.startsWith(start))
  if (old !== undefined) return { session: { ...call.session, config: [old.line] } }
  if (!keyed) return { output: '% Incomplete command.\n\n' }
  const note = `% NOTE: This new crypto map will remain disabled until a peer
        and a valid access list have been configured.
`
  return { ...enterBlock(call, call.canonical, sectionRank), output: note }
}

function banner(call: Call): Reply {
  const delimiter = bannerDelimiter(call.canonical)
  const kind = startsWith(`banner ${call.canonical.split(' ')[1]} `)
  if (delimiter === undefined) return put(call, call.canonical, kind, sectionRank)
  const line = call.canonical
  const output = `Enter TEXT message.  End with the character '${delimiter}'.\n`
  return {
    output,
    session: { ...call.session, dialogue: { kind: 'banner', line, delimiter, lines: [] } },
  }
}

/** The tables of configuration mode: the top, and each sub-mode with the word in its prompt. */
export interface ConfigTables {
  readonly top: TableNode<Command>
  sub(line: string): { readonly prompt: string; readonly table: TableNode<Command> }
}

export function configTables(box: ScenarioDevice): ConfigTables {
  const responder = iosRelease(box.version)?.responderOnly === true ? responderRows : []
  const global = globalRows.map(({ syntax, run }): Row => ({ syntax, run: atTop(run) }))
  const top = commandTable(
    [...leaving, ...global],
    ['class-map', 'ipv6', 'line', 'logging', 'router', 'snmp-server', 'username'],
  )
  const subs: readonly (readonly [RegExp, string, TableNode<Command>])[] = [
    [/^interface (?:Tunnel|Virtual)/, 'config-if', commandTable([...interfaceRows, ...tunnelRows])],
    [/^interface /, 'config-if', commandTable(interfaceRows)],
    [/^crypto ipsec profile /, 'ipsec-profile', commandTable([...profileRows, ...responder])],
    [/^crypto map /, 'config-crypto-map', commandTable(mapRows)],
    [/^ip access-list extended /, 'config-ext-nacl', commandTable(listRows)],
    [/^ip access-list standard /, 'config-std-nacl', commandTable(listRows)],
    [/^crypto ipsec transform-set /, 'cfg-crypto-trans', commandTable(leaving)],
    [/^crypto isakmp policy /, 'config-isakmp', commandTable(leaving)],
    [/^crypto ikev2 profile /, 'config-ikev2-profile', commandTable(leaving)],
    [/^archive$/, 'config-archive', commandTable(archiveRows)],
    [/^log config$/, 'config-archive-log-cfg', commandTable(logConfigRows)],
    [/^line /, 'config-line', commandTable(leaving)],
  ]
  return {
    top,
    sub: (line) => {
      const found = subs.find(([start]) => start.test(line))
      return { prompt: found?.[1] ?? 'config-subsys', table: found?.[2] ?? commandTable(leaving) }
    },
  }
}

import { wallText } from '../clock-text.ts'
import { type CommandRow, commandTable, type TableNode } from '../command-table.ts'
import type { Call, Command, DeviceState, Reply } from '../device-state.ts'
import type { ClearRequest } from '../ike.ts'
import { attemptSave } from '../saving.ts'
import type { ScenarioDevice } from '../scenario.ts'
import { contextRows, showMode } from './contexts.ts'
import { showFailover, showFailoverState, standbyWarning } from './failover.ts'
import { asaRelease } from './release.ts'
import { checksum, configBody, runningPart, runningText, startupText } from './running.ts'
import { showIpsecSa } from './show-ipsec-sa.ts'
import { showIkev1Sa, showIkev2Sa, showIsakmpSa } from './show-isakmp.ts'
import { showSessiondb } from './show-sessiondb.ts'
import {
  showCurpriv,
  showInterfaceIpBrief,
  showInventory,
  showNameif,
  showPager,
  showSshSessions,
  showVersion,
} from './show-system.ts'

type Row = CommandRow<Command>

const shows =
  (render: (call: Call) => string): Command =>
  (call) => ({ output: render(call) })

const userRows: readonly Row[] = [
  { syntax: 'show version', run: shows(showVersion) },
  { syntax: 'show curpriv', run: shows(showCurpriv) },
  { syntax: 'terminal pager [lines] <lines:number>', run: pager },
  { syntax: 'enable', run: enable },
  { syntax: '(exit|quit|logout)', run: () => ({ output: '\nLogoff\n\n', close: true }) },
]

const showRows: readonly Row[] = [
  { syntax: 'show clock', run: shows((call) => `${wallText(call.around.wall, true)}\n`) },
  { syntax: 'show failover', run: shows(showFailover) },
  { syntax: 'show failover state', run: shows(showFailoverState) },
  { syntax: 'show mode', run: shows(showMode) },
  { syntax: 'show ssh sessions', run: shows(showSshSessions) },
  { syntax: 'show pager', run: shows(showPager) },
  { syntax: 'show terminal', run: shows((call) => `\nWidth = ${call.session.width}, no monitor\n`) },
  { syntax: 'show inventory', run: shows(showInventory) },
  { syntax: 'show nameif', run: shows(showNameif) },
  { syntax: 'show interface ip brief', run: shows(showInterfaceIpBrief) },
  { syntax: 'show running-config', run: shows((call) => runningText(call.device, false)) },
  { syntax: 'show running-config all', run: shows((call) => runningText(call.device, true)) },
  { syntax: 'show running-config <part:rest>', run: (call) => part(call, false) },
  { syntax: 'show running-config all <part:rest>', run: (call) => part(call, true) },
  { syntax: 'show startup-config', run: shows((call) => startupText(call.device, call.around)) },
]

const cryptoRows: readonly Row[] = [
  { syntax: 'show crypto isakmp sa', run: shows((call) => showIsakmpSa(call, false)) },
  { syntax: 'show crypto isakmp sa detail', run: shows((call) => showIsakmpSa(call, true)) },
  { syntax: 'show crypto ipsec sa', run: shows(showIpsecSa) },
  { syntax: 'show crypto ikev1 sa', run: shows((call) => showIkev1Sa(call, false)) },
  { syntax: 'show crypto ikev1 sa detail', run: shows((call) => showIkev1Sa(call, true)) },
  { syntax: 'show crypto ikev2 sa', run: shows((call) => showIkev2Sa(call, false)) },
  { syntax: 'show crypto ikev2 sa detail', run: shows((call) => showIkev2Sa(call, true)) },
  { syntax: 'show vpn-sessiondb detail l2l', run: shows((call) => showSessiondb(call)) },
  {
    syntax: 'show vpn-sessiondb detail l2l filter name <peer>',
    run: shows((call) => showSessiondb(call, call.args.peer)),
  },
  { syntax: 'clear crypto isakmp sa', run: () => ({ clear: {} }) },
  { syntax: 'clear crypto ikev1 sa <peer:address>', run: (call) => clear(call, { version: 1, only: 'ike' }) },
  { syntax: 'clear crypto ikev2 sa <peer:address>', run: (call) => clear(call, { version: 2 }) },
  { syntax: 'clear crypto ipsec sa peer <peer:address>', run: (call) => clear(call, { only: 'ipsec' }) },
  {
    syntax: 'vpn-sessiondb logoff tunnel-group <peer> noconfirm',
    run: (call) => ({ ...clear(call), output: loggedOff(call, call.args.peer) }),
  },
  { syntax: 'vpn-sessiondb logoff tunnel-group <peer>', run: askLogoff },
]

const changeRows: readonly Row[] = [
  { syntax: 'terminal [no] monitor', run: () => ({}) },
  { syntax: 'no terminal pager', run: (call) => ({ session: { ...call.session, pageLength: 0 } }) },
  { syntax: 'disable', run: (call) => ({ session: { ...call.session, privileged: false } }) },
  { syntax: 'configure terminal', run: configure },
  { syntax: 'write [memory]', run: write },
  { syntax: 'write terminal', run: shows((call) => runningText(call.device, false)) },
  {
    syntax: 'copy running-config startup-config',
    run: (call) => ({ session: { ...call.session, dialogue: { kind: 'copy-name' } } }),
  },
  { syntax: 'copy /noconfirm running-config startup-config', run: copy },
]

// Words of the real parser that are not simulated, so that abbreviations clash as they do on the device.
const userWords = ['help', 'login', 'ping', 'traceroute']
const privilegedWords = ['clock', 'debug', 'delete', 'dir', 'erase', 'more', 'undebug']

/** The standby lets anybody in, and says that it leads nowhere. */
function configure(call: Call): Reply {
  const standby = call.device.box.failover?.state === 'standby'
  return { session: { ...call.session, config: [] }, ...(standby ? { output: standbyWarning } : {}) }
}

function pager(call: Call): Reply {
  return { session: { ...call.session, pageLength: Number(call.args.lines) } }
}

function enable(call: Call): Reply {
  if (call.session.privileged) return {}
  return { session: { ...call.session, dialogue: { kind: 'enable', tries: 0 } } }
}

/** `show running-config crypto map`: the lines that begin so, of what is there and what could be. */
function part(call: Call, all: boolean): Reply {
  const [typed = '', ...rest] = (call.args.part ?? '').trim().split(/\s+/)
  const firstWords = call.device.running.map((node) => node.line.split(' ')[0] ?? '')
  const known = [...new Set([...sections, ...firstWords])]
  const near = known.filter((word) => word.startsWith(typed))
  const word = known.includes(typed) ? typed : near.length === 1 ? near[0] : undefined
  if (word === undefined) return { badArgument: 'part' }
  const more =
    word === 'crypto' && rest[0] !== undefined && 'map'.startsWith(rest[0]) ? ['map', ...rest.slice(1)] : rest
  // `names` turns the names on; the lines that give them begin with `name`.
  const start = word === 'names' ? 'name' : word
  return { output: runningPart(call.device, all, [start, ...more].join(' ')) }
}

const sections = ['access-list', 'crypto', 'interface', 'names', 'object', 'prompt', 'tunnel-group'] as const

function clear(call: Call, what: Pick<ClearRequest, 'version' | 'only'> = {}): Reply {
  const { peer } = call.args
  return peer === undefined ? {} : { clear: { peer, ...what } }
}

function askLogoff(call: Call): Reply {
  const question = 'Do you want to logoff the VPN session(s)?'
  const request = clear(call).clear ?? {}
  return { session: { ...call.session, dialogue: { kind: 'confirm', question, request } } }
}

/** How many sessions a logoff ends. */
export function loggedOff(call: Call, peer: string | undefined): string {
  const group = new Set(call.around.sas.filter((sa) => sa.peer === peer).map((sa) => sa.version))
  return `INFO: Number of sessions from TunnelGroup "${peer}" logged off : ${group.size}\n`
}

/**
 * `write memory`: the checksum, the size, and `[OK]` (Netspoc-Approve, asa); what it says where there is no room
 * is known by hearsay (UNVERIFIED).
 */
export function write(call: Call): Reply {
  const copied = copy(call)
  const end = copied.failed ? 'Error executing command\n[FAILED]\n' : '[OK]\n'
  return { device: copied.device, output: `Building configuration...\n${copied.output}${end}` }
}

interface Copied extends Reply {
  readonly output: string
  readonly device: DeviceState
  readonly failed: boolean
}

/** `copy running-config startup-config` once its question is answered. */
export function copy(call: Call): Copied {
  const { running } = call.device
  const attempt = attemptSave(call, true)
  const sum = `Cryptochecksum: ${checksum(running).join(' ')} \n\n`
  if (attempt.kind === 'done') {
    const bytes = configBody(running).join('\n').length
    return { output: `${sum}${bytes} bytes copied in 0.330 secs\n`, device: attempt.device, failed: false }
  }
  const why = attempt.kind === 'full' ? 'No space left on device' : 'Device or resource busy'
  const device = 'device' in attempt ? attempt.device : call.device
  return { output: `${sum}%Error copying system:/running-config (${why})\n`, device, failed: true }
}

/** `reload`, and whether to save first (public terminal logs); with contexts two more answers (UNVERIFIED). */
function reload({ device, session }: Call): Reply {
  const touched = device.running !== device.startup
  return { session: { ...session, dialogue: { kind: touched ? 'reload-save' : 'reload' } } }
}

export function reloadQuestion({ contexts }: ScenarioDevice): string {
  const more = contexts === undefined ? '' : '/[S]ave all/[C]ancel'
  return `System config has been modified. Save? [Y]es/[N]o${more}:  `
}

/** The answer to whether to save before a reload; what is none is asked again (UNVERIFIED). */
export function answerReloadSave(call: Call, text: string): Reply {
  const { dialogue: _asked, ...plain } = call.session
  const session = { ...plain, dialogue: { kind: 'reload' } as const }
  const multiple = call.device.box.contexts !== undefined
  switch (text.trim().toLowerCase().slice(0, 1)) {
    case 'y':
      return { ...copy(call), session }
    case 'n':
      return { session }
    case 's':
      return multiple ? { ...writeAll(call), session } : {}
    case 'c':
      return multiple ? { session: plain } : {}
    default:
      return {}
  }
}

/** What is said on the way down (public terminal logs; the parts that shut down are others on each box). */
export const shutdown = `

***
*** --- START GRACEFUL SHUTDOWN ---
Shutting down isakmp
Shutting down File system



***
*** --- SHUTDOWN NOW ---
`

/** The exec commands for both levels of privilege, as far as the release has them. */
export interface ExecTables {
  readonly user: TableNode<Command>
  readonly privileged: TableNode<Command>
  /** The system space of a box in multiple context mode: it has no VPN, and knows no word of it. */
  readonly system: TableNode<Command>
}

export function execTables(box: ScenarioDevice): ExecTables {
  const words = [...userWords, ...privilegedWords]
  const { ikev2 } = asaRelease(box)
  const crypto = cryptoRows.filter((row) => ikev2 || !row.syntax.includes(' ikev'))
  const spaces = box.contexts === undefined ? [] : contextRows
  const reloading: readonly Row[] = [{ syntax: 'reload', run: reload }]
  const rows = [...userRows, ...showRows, ...changeRows, ...spaces]
  return {
    user: commandTable(userRows, userWords),
    // With contexts a box reloads from its system space only (command reference, reload).
    privileged:
      box.contexts === undefined
        ? commandTable([...rows, ...crypto, ...reloading], words)
        : commandTable([...rows, ...crypto], [...words, 'reload']),
    system: commandTable([...rows, ...reloading, { syntax: 'write memory all', run: writeAll }], words),
  }
}

/** `write memory all`, in the system space: every context in turn. */
function writeAll(call: Call): Reply {
  const names = call.device.box.contexts?.map((one) => one.name) ?? []
  const contexts = names.map(
    (name, index) => `Saving context : ${name} : (${index + 1}/${names.length} Contexts saved) \n`,
  )
  const own = write(call)
  return { ...own, output: `${own.output ?? ''}${contexts.join('')}`, saveAll: true }
}

import { type CommandRow, commandTable, type TableNode } from '../command-table.ts'
import type { Call, Command, Reply } from '../device-state.ts'
import { attemptSave } from '../saving.ts'
import type { ScenarioDevice } from '../scenario.ts'
import { showConfigLog } from './config-log.ts'
import { interfaceName } from './interface-name.ts'
import { iosRelease } from './release.ts'
import { revertRows } from './revert-timer.ts'
import { interfaceText, runningText, startupText } from './running.ts'
import { showArchiveDifferences } from './show-archive.ts'
import { showDmvpn } from './show-dmvpn.ts'
import { showIkev2Sa } from './show-ikev2.ts'
import { showCryptoMap, showIpsecProfile } from './show-ipsec.ts'
import { showIpsecSa } from './show-ipsec-sa.ts'
import { showIsakmpSa, showIsakmpSaDetail } from './show-isakmp.ts'
import { showCryptoSession } from './show-session.ts'
import {
  showClock,
  showInventory,
  showIpInterfaceBrief,
  showPrivilege,
  showTerminal,
  showUsers,
} from './show-system.ts'
import { showVersion } from './show-version.ts'

type Row = CommandRow<Command>

const shows =
  (render: (call: Call) => string): Command =>
  (call) => ({ output: render(call) })

const closes: Command = () => ({ close: true })

const userRows: readonly Row[] = [
  { syntax: 'show version', run: shows(showVersion) },
  { syntax: 'show clock [detail]', run: shows(showClock) },
  { syntax: 'show privilege', run: shows(showPrivilege) },
  { syntax: 'show terminal', run: shows(showTerminal) },
  { syntax: 'show inventory', run: shows(showInventory) },
  { syntax: 'show users', run: shows(showUsers) },
  { syntax: 'show ip interface brief', run: shows(showIpInterfaceBrief) },
  { syntax: 'show crypto isakmp sa', run: shows(showIsakmpSa) },
  { syntax: 'show crypto isakmp sa detail', run: shows(showIsakmpSaDetail) },
  { syntax: 'show crypto ipsec profile', run: shows((call) => showIpsecProfile(call)) },
  {
    syntax: 'show crypto ipsec profile <name>',
    run: shows((call) => showIpsecProfile(call, call.args.name)),
  },
  { syntax: 'show crypto ipsec sa', run: shows(showIpsecSa) },
  { syntax: 'show dmvpn', run: shows(showDmvpn) },
  { syntax: 'show crypto map', run: shows(showCryptoMap) },
  { syntax: 'show crypto session', run: shows((call) => showCryptoSession(call, false)) },
  { syntax: 'show crypto session detail', run: shows((call) => showCryptoSession(call, true)) },
  { syntax: 'terminal length <lines:number>', run: terminal('pageLength', 512) },
  { syntax: 'terminal width <columns:number>', run: terminal('width', 512) },
  { syntax: 'terminal [no] monitor', run: () => ({}) },
  { syntax: 'enable [<level:number>]', run: enable },
  { syntax: 'disable', run: (call) => ({ session: { ...call.session, privileged: false } }) },
  { syntax: '(exit|quit|logout)', run: closes },
]

const ikev2Rows: readonly Row[] = [
  { syntax: 'show crypto ikev2 sa', run: shows((call) => showIkev2Sa(call, false)) },
  { syntax: 'show crypto ikev2 sa detailed', run: shows((call) => showIkev2Sa(call, true)) },
  {
    syntax: 'clear crypto ikev2 sa remote <peer:address>',
    run: (call) => ({ clear: { version: 2, ...peerOf(call) } }),
  },
]

const privilegedRows: readonly Row[] = [
  { syntax: 'show running-config [all]', run: (call) => ({ output: runningText(call.device, call.around) }) },
  { syntax: 'show running-config interface <name:rest>', run: runningInterface },
  { syntax: 'show startup-config', run: (call) => ({ output: startupText(call.device) }) },
  {
    syntax: 'show archive config differences nvram:startup-config system:running-config',
    run: (call) => ({ output: showArchiveDifferences(call.device) }),
  },
  { syntax: 'show archive log config all', run: (call) => ({ output: showConfigLog(call.device) }) },
  {
    syntax: 'configure terminal',
    run: (call) => ({ output: entering, session: { ...call.session, config: [] } }),
  },
  {
    syntax: 'configure',
    run: (call) => ({ session: { ...call.session, dialogue: { kind: 'configure-from' } } }),
  },
  { syntax: 'write [memory]', run: (call) => write(call) },
  { syntax: 'write terminal', run: (call) => ({ output: runningText(call.device, call.around) }) },
  {
    syntax: 'copy running-config startup-config',
    run: (call) => ({ session: { ...call.session, dialogue: { kind: 'copy-name' } } }),
  },
  { syntax: 'reload', run: reload },
  { syntax: 'clear crypto isakmp', run: () => ({ clear: { version: 1 } }) },
  {
    syntax: 'clear crypto isakmp <id:number>',
    run: (call) => ({ clear: { version: 1, number: Number(call.args.id) - 1000 } }),
  },
  { syntax: 'clear crypto session', run: () => ({ clear: {} }) },
  { syntax: 'clear crypto session remote <peer:address>', run: (call) => ({ clear: peerOf(call) }) },
]

/** What IOS says on the way into configuration mode. */
export const entering = 'Enter configuration commands, one per line.  End with CNTL/Z.\n'

// Words of the real parser that are not simulated, so that abbreviations clash as they do on the device.
const userWords = ['connect', 'login', 'ping', 'resume', 'rlogin', 'ssh', 'telnet', 'traceroute']
const privilegedWords = ['archive', 'debug', 'delete', 'dir', 'erase', 'more', 'setup', 'undebug', 'verify']

function terminal(field: 'pageLength' | 'width', most: number): Command {
  const [argument] = field === 'pageLength' ? ['lines'] : ['columns']
  return (call) => {
    const value = Number(call.args[argument ?? ''])
    if (value > most) return { badArgument: argument ?? '' }
    return { session: { ...call.session, [field]: value } }
  }
}

function runningInterface(call: Call): Reply {
  const name = interfaceName(call.args.name ?? '')
  const output = name === undefined ? undefined : interfaceText(call.device, name)
  return output === undefined ? { badArgument: 'name' } : { output }
}

function enable(call: Call): Reply {
  if (call.session.privileged) return {}
  return { session: { ...call.session, dialogue: { kind: 'enable', tries: 0 } } }
}

/**
 * `reload` asks first whether to save what was typed since the last save, and then whether it is meant: a reload under
 * which nothing is scheduled (Netspoc-Approve, ios driver; public terminal logs).
 */
function reload(call: Call): Reply {
  const { device, session } = call
  const touched = device.running !== device.startup
  return {
    session: { ...session, dialogue: { kind: touched ? 'reload-save' : 'reload' } },
    output: touched ? '\n' : '',
  }
}

/** The answer to whether to save before a reload. */
export function answerReloadSave(call: Call, text: string): Reply {
  const session = { ...call.session, dialogue: { kind: 'reload' } as const }
  if (/^\s*y(?:es)?\s*$/i.test(text)) return { ...write(call, true), session }
  if (/^\s*no?\s*$/i.test(text)) return { session }
  return { output: "% Please answer 'yes' or 'no'.\n", session: call.session }
}

/**
 * The same words for `write memory` and for `copy running-config startup-config` (Netspoc-Approve, ios driver;
 * what a full NVRAM answers follows the busy one, UNVERIFIED). `answered`: the question was.
 */
export function write(call: Call, answered = false): Reply {
  const attempt = attemptSave(call, answered)
  const output = 'Building configuration...\n'
  switch (attempt.kind) {
    case 'done':
      return { output: `${output}[OK]\n`, device: attempt.device }
    case 'busy':
      return {
        output: 'startup-config file open failed (Device or resource busy)\n',
        device: attempt.device,
      }
    case 'full':
      return {
        output: 'startup-config file open failed (No space left on device)\n',
        device: attempt.device,
      }
    case 'asks':
      return { output: otherImage, session: { ...call.session, dialogue: { kind: 'overwrite' } } }
  }
}

const otherImage =
  'Warning: Attempting to overwrite an NVRAM configuration previously written\nby a different version of the system image.\n'

function peerOf(call: Call): { readonly peer?: string } {
  const { peer } = call.args
  return peer === undefined ? {} : { peer }
}

/** The exec commands of one box, for both levels of privilege; what its release lacks is not there. */
export function execTables(box: ScenarioDevice): {
  readonly user: TableNode<Command>
  readonly privileged: TableNode<Command>
} {
  const release = iosRelease(box.version)
  const ikev2 = release?.ikev2 === true ? ikev2Rows : []
  const revert = release?.revertTimer === true ? revertRows(entering) : []
  const user = [...userRows, ...ikev2.filter((row) => row.syntax.startsWith('show'))]
  return {
    user: commandTable(user, userWords),
    privileged: commandTable(
      [...userRows, ...ikev2, ...privilegedRows, ...revert],
      [...userWords, ...privilegedWords],
    ),
  }
}

import { withRunning } from '../config-edit.ts'
import { putLine, wordsAfter } from '../config-tree.ts'
import type { Call, DeviceState, Dialogue, Reply, SessionState } from '../device-state.ts'
import { knownLine } from '../known-line.ts'
import type { Family, Refusals } from '../machine.ts'
import type { ScenarioDevice, ScenarioLogin } from '../scenario.ts'
import { beginConfigSession, logAccepted } from './config-log.ts'
import { configTables } from './configure.ts'
import { answerReloadSave, entering, execTables, write } from './exec.ts'
import { hostnameOf, sectionRank } from './running.ts'

const refusals: Refusals = {
  invalid: (column) => `${' '.repeat(column)}^\n% Invalid input detected at '^' marker.\n\n`,
  ambiguous: (line) => `% Ambiguous command:  "${line}"\n`,
  incomplete: '% Incomplete command.\n\n',
  unauthorized: 'Command authorization failed.\n\n',
}

/** IOS keeps this much of a hostname in the prompts of configuration mode. */
const keptInConfig = 20

/** IOS and IOS-XE at the terminal. */
export function iosFamily(box: ScenarioDevice, login: ScenarioLogin): Family {
  const exec = execTables(box)
  const config = configTables(box)
  const execFor = (session: SessionState) => [session.privileged ? exec.privileged : exec.user]
  return {
    refusals,
    pagerMark: ' --More-- ',
    open: (device, user) => ({
      banner: bannerText(device),
      session: { user, privileged: box.startsIn === 'privileged', pageLength: 24, width: 80 },
    }),
    prompt: (device, session) => prompt(device, session, (line) => config.sub(line).prompt),
    tables: (_device, session) => {
      if (session.config === undefined) return execFor(session)
      const block = session.config.at(-1)
      return block === undefined ? [config.top] : [config.sub(block).table, config.top]
    },
    execTables: execFor,
    known: knownLine,
    answer: (call, text) => beginConfigSession(call, answer(call, text, login)),
    accepted: (call, line, reply) => beginConfigSession(call, logAccepted(call, line, reply)),
    controlZ: ({ config: _left, ...rest }) => rest,
  }
}

function bannerText(device: DeviceState): string {
  const stored = device.running.filter((node) => /^banner (?:login|motd|exec) /.test(node.line))
  const texts = stored.map((node) =>
    (node.verbatim ?? [])
      .slice(0, -1)
      .map((line) => `${line}\n`)
      .join(''),
  )
  return device.box.banner + texts.join('')
}

function prompt(device: DeviceState, session: SessionState, subOf: (line: string) => string): string {
  if (session.dialogue !== undefined) return question(session.dialogue)
  const host = hostnameOf(device)
  if (session.config === undefined) return `${host}${session.privileged ? '#' : '>'}`
  const block = session.config.at(-1)
  return `${host.slice(0, keptInConfig)}(${block === undefined ? 'config' : subOf(block)})#`
}

function question(dialogue: Dialogue): string {
  switch (dialogue.kind) {
    case 'enable':
      return 'Password: '
    case 'configure-from':
      return 'Configuring from terminal, memory, or network [terminal]? '
    case 'copy-name':
      return 'Destination filename [startup-config]? '
    case 'overwrite':
      return 'Overwrite the previous NVRAM configuration?[confirm]'
    case 'confirm':
      return `${dialogue.question} [confirm]`
    case 'reload-save':
      return 'System configuration has been modified. Save? [yes/no]: '
    case 'reload':
      return 'Proceed with reload? [confirm]'
    case 'banner':
      return ''
  }
}

function answer(call: Call, text: string, login: ScenarioLogin): Reply {
  const { dialogue, ...session } = call.session
  switch (dialogue?.kind) {
    case undefined:
      return {}
    case 'enable':
      return answerEnable(dialogue.tries, text, session, login)
    case 'configure-from':
      return text.trim() === '' || 'terminal'.startsWith(text.trim().toLowerCase())
        ? { output: entering, session: { ...session, config: [] } }
        : { output: '?Must be "terminal", "memory" or "network"\n', session }
    case 'copy-name':
      return /^\s*(?:startup-config)?\s*$/.test(text)
        ? { ...write(call), session }
        : { output: `%Error opening nvram:${text.trim()} (Permission denied)\n`, session }
    case 'overwrite':
      return /^\s*y?\s*$/i.test(text) ? { ...write({ ...call, session }, true), session } : { session }
    case 'confirm':
      return /^\s*(?:y|yes)?\s*$/i.test(text) ? { clear: dialogue.request, session } : { session }
    case 'reload-save':
      return answerReloadSave(call, text)
    case 'reload':
      return /^\s*y?\s*$/i.test(text) ? { reload: true, close: true, session } : { session }
    case 'banner':
      return answerBanner(call, dialogue, text, session)
  }
}

function answerEnable(tries: number, text: string, session: SessionState, login: ScenarioLogin): Reply {
  if (text === login.enable) return { session: { ...session, privileged: true } }
  if (tries >= 2) return { output: '% Bad secrets\n\n', session }
  return { session: { ...session, dialogue: { kind: 'enable', tries: tries + 1 } } }
}

type BannerDialogue = Extract<Dialogue, { kind: 'banner' }>

function answerBanner(call: Call, dialogue: BannerDialogue, text: string, session: SessionState): Reply {
  const lines = [...dialogue.lines, text]
  if (!text.includes(dialogue.delimiter)) return { session: { ...session, dialogue: { ...dialogue, lines } } }
  const kind = dialogue.line.split(' ').slice(0, 2).join(' ')
  const old = wordsAfter(call.device.running, kind)
  const kept = call.device.running.filter((node) => old === undefined || !node.line.startsWith(`${kind} `))
  const node = { line: dialogue.line, children: [], verbatim: lines }
  return {
    device: withRunning(
      call,
      putLine(kept, node, () => false, sectionRank),
    ),
    session,
  }
}

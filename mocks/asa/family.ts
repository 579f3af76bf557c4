import { wordsAfter } from '../config-tree.ts'
import type { Call, DeviceState, Reply, SessionState } from '../device-state.ts'
import { knownLine } from '../known-line.ts'
import type { Family, Refusals } from '../machine.ts'
import type { ScenarioDevice, ScenarioLogin } from '../scenario.ts'
import { configTables } from './configure.ts'
import { answerReloadSave, copy, execTables, loggedOff, reloadQuestion, shutdown } from './exec.ts'
import { hostnameOf } from './running.ts'

const refusals: Refusals = {
  invalid: (column) => `${' '.repeat(column)}^\nERROR: % Invalid input detected at '^' marker.\n`,
  ambiguous: (line) => `ERROR: % Ambiguous command:  "${line}"\n`,
  incomplete: 'ERROR: % Incomplete command\n',
  unauthorized: 'Command authorization failed\n',
}

/** ASA at the terminal: exec commands work in configuration mode too, and nothing asks for `do`. */
export function asaFamily(box: ScenarioDevice, login: ScenarioLogin): Family {
  const exec = execTables(box)
  const config = configTables(box)
  const inSystem = (session: SessionState): boolean =>
    box.contexts !== undefined && session.context === undefined
  const execFor = (session: SessionState) => {
    if (!session.privileged) return [exec.user]
    return [inSystem(session) ? exec.system : exec.privileged]
  }
  return {
    refusals,
    pagerMark: '<--- More --->',
    open: (device, user) => ({
      banner: `${bannerText(device)}Type help or '?' for a list of available commands.\n`,
      session: {
        user,
        privileged: box.startsIn === 'privileged',
        ...adminContext(box),
        pageLength: Number(wordsAfter(device.running, 'pager lines') ?? 24),
        width: Number(wordsAfter(device.running, 'terminal width') ?? 80),
      },
    }),
    prompt: (device, session) => prompt(device, session, (line) => config.sub(line).prompt),
    tables: (_device, session) => {
      if (session.config === undefined) return execFor(session)
      const [block] = session.config
      const own = block === undefined ? [] : [config.sub(block).table]
      if (inSystem(session)) return [config.system, exec.system]
      return [...own, config.top, exec.privileged]
    },
    execTables: execFor,
    known: knownLine,
    answer: (call, text) => answer(call, text, login),
    // Ctrl-Z means nothing on this command line.
    controlZ: (session) => session,
  }
}

/** A login lands in the admin context. */
function adminContext(box: ScenarioDevice): Pick<SessionState, 'context'> {
  const admin = box.contexts?.find((one) => one.admin)?.name
  return admin === undefined ? {} : { context: admin }
}

function bannerText(device: DeviceState): string {
  const lines = device.running.flatMap(
    (node) => /^banner (?:login|motd|exec) (.*)$/.exec(node.line)?.[1] ?? [],
  )
  return device.box.banner + lines.map((line) => `${line}\n`).join('')
}

/** A prompt shows the hostname of the system space, also in a context that has one of its own (command reference). */
function shownHostname(device: DeviceState): string {
  if (device.context === undefined) return hostnameOf(device)
  return /^\s*hostname (\S+)/m.exec(device.box.config)?.[1] ?? device.box.hostname
}

/** `prompt hostname priority state` puts `/pri/act` behind the hostname. */
function hostPart(device: DeviceState): string {
  const plain = device.box.contexts === undefined ? ['hostname'] : ['hostname', 'context']
  const words = wordsAfter(device.running, 'prompt')?.split(' ') ?? plain
  const { failover } = device.box
  const texts: Readonly<Record<string, string | undefined>> = {
    hostname: shownHostname(device),
    context: device.context,
    priority: failover?.unit === 'secondary' ? 'sec' : 'pri',
    state: failover?.state === 'standby' ? 'stby' : 'act',
  }
  return words.flatMap((word) => texts[word] ?? []).join('/')
}

function prompt(device: DeviceState, session: SessionState, subOf: (line: string) => string): string {
  switch (session.dialogue?.kind) {
    case 'enable':
      return 'Password: '
    case 'copy-name':
      return 'Source filename [running-config]? '
    case 'confirm':
      return `${session.dialogue.question} [confirm]`
    case 'reload-save':
      return reloadQuestion(device.box)
    case 'reload':
      return 'Proceed with reload? [confirm]'
    default:
  }
  const host = hostPart(device)
  if (session.config === undefined) return `${host}${session.privileged ? '#' : '>'} `
  const [block] = session.config
  return `${host}(${block === undefined ? 'config' : subOf(block)})# `
}

function answer(call: Call, text: string, login: ScenarioLogin): Reply {
  const { dialogue, ...session } = call.session
  if (dialogue?.kind === 'copy-name') {
    return /^\s*(?:running-config)?\s*$/.test(text)
      ? { ...copy(call), session }
      : { output: `%Error opening ${text.trim()} (No such file or directory)\n`, session }
  }
  if (dialogue?.kind === 'confirm') {
    const yes = /^\s*(?:y|yes)?\s*$/i.test(text)
    const { request } = dialogue
    return yes ? { session, clear: request, output: loggedOff(call, request.peer) } : { session }
  }
  if (dialogue?.kind === 'reload-save') return answerReloadSave(call, text)
  if (dialogue?.kind === 'reload') {
    return /^\s*y?\s*$/i.test(text) ? { reload: true, close: true, output: shutdown, session } : { session }
  }
  if (dialogue?.kind !== 'enable') return { session }
  if (text === login.enable) return { session: { ...session, privileged: true } }
  if (dialogue.tries >= 2) return { output: 'Invalid password\nAccess denied.\n', session }
  return {
    output: 'Invalid password\n',
    session: { ...session, dialogue: { kind: 'enable', tries: dialogue.tries + 1 } },
  }
}

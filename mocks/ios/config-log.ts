import { type ConfigTree, childrenAt, wordsAfter } from '../config-tree.ts'
import type { Call, DeviceState, LoggedLine, Reply } from '../device-state.ts'

const path = ['archive', 'log config']
/** How many lines are kept where nothing else is set (IOS configuration guide: Configuration Change Notification). */
const keptLines = 100

function settings(device: DeviceState): ConfigTree {
  return childrenAt(device.running, path) ?? []
}

const isSet = (tree: ConfigTree, line: string): boolean => tree.some((node) => node.line === line)

/** What `hidekeys` keeps out of the log: the word behind a key's or password's, and its type before it. */
const keys = /\b((?:password|secret|key|community|key-string|pre-shared-key)(?: [0-9])?) \S+/g

/** How far in a line stands: as in the configuration, by where it acted and not by where it was typed. */
function depthOf({ session }: Call, reply: Reply): number {
  const after = reply.session?.config
  return after === undefined ? (session.config ?? []).length : Math.max(0, after.length - 1)
}

// Not logged: what only moves about, `do`, and what the parser or the command refuses ("only complete commands input
// in a configuration mode are logged", configuration guide). Whether `exit` and `end` are is UNVERIFIED.
const unlogged = /^(?:exit|end|do .*)$/
const refused = /^%(?! NOTE)/

/**
 * The configuration log of IOS (`archive`, `log config`, `logging enable`): what an accepted line leaves in it.
 * Sessions are numbered by their way into configuration mode; an exec line stands under session 0 (seen in public
 * terminal logs).
 */
export function logAccepted(call: Call, line: string, reply: Reply): Reply {
  const { session } = call
  const device = reply.device ?? call.device
  const told = settings(device)
  if (!isSet(told, 'logging enable') || refused.test(reply.output ?? '')) return reply
  if (session.config === undefined) {
    if (line !== 'enable') return reply
    return logged(reply, device, { session: 0, user: session.user, text: '!exec: enable' })
  }
  if (unlogged.test(line)) return reply
  const shown = isSet(told, 'hidekeys') ? line.replace(keys, '$1 *****') : line
  return logged(reply, device, {
    session: session.configSession ?? 0,
    user: session.user,
    text: `${' '.repeat(depthOf(call, reply))}${shown}`,
  })
}

function logged(reply: Reply, device: DeviceState, entry: Omit<LoggedLine, 'index'>): Reply {
  const size = Number(wordsAfter(settings(device), 'logging size') ?? keptLines)
  const before = device.configLog ?? []
  const index = (before.at(-1)?.index ?? 0) + 1
  return { ...reply, device: { ...device, configLog: [...before, { ...entry, index }].slice(-size) } }
}

/** The way into configuration mode begins another session of the log. */
export function beginConfigSession(call: Call, reply: Reply): Reply {
  const { session } = reply
  if (session?.config === undefined || call.session.config !== undefined) return reply
  const device = reply.device ?? call.device
  const configSessions = (device.configSessions ?? 0) + 1
  return {
    ...reply,
    device: { ...device, configSessions },
    session: { ...session, configSession: configSessions },
  }
}

/** `show archive log config all`; columns as in public terminal logs. Every login of a scenario is on one line. */
export function showConfigLog({ configLog = [] }: DeviceState): string {
  const rows = configLog.map(({ index, session, user, text }) => {
    const numbers = `${String(index).padStart(5)}${String(session).padStart(6)}`
    return `${numbers}${user.padStart(15)}@${'vty0'.padEnd(9)}|${text}`
  })
  return `${[' idx   sess           user@line      Logged command', ...rows].join('\n')}\n`
}

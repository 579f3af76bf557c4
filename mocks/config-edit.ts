import {
  type ConfigNode,
  type ConfigTree,
  childrenAt,
  dropLines,
  editAt,
  putLine,
  type Rank,
} from './config-tree.ts'
import type { Call, Command, DeviceState, Reply } from './device-state.ts'

/** The device with another running configuration, and a note of when and by whom; itself where nothing changed. */
export function withRunning(call: Call, running: ConfigTree): DeviceState {
  const { device, around, session } = call
  if (running === device.running) return device
  return { ...device, running, changed: { atMs: around.nowMs, by: session.user } }
}

/** Where the session stands; the top of the configuration outside it. */
export function here(call: Call): readonly string[] {
  return call.session.config ?? []
}

/** The lines below the session's place. */
export function linesHere(call: Call): ConfigTree {
  return childrenAt(call.device.running, here(call)) ?? []
}

/** Puts a line at the session's place, over those that it replaces. */
export function put(call: Call, line: string, replaces: (line: string) => boolean, rank: Rank): Reply {
  const node: ConfigNode = { line, children: [] }
  const already = linesHere(call).some((other) => other.line === line)
  if (already) return {}
  const edit = (children: ConfigTree): ConfigTree => putLine(children, node, replaces, rank)
  return { device: withRunning(call, editAt(call.device.running, here(call), edit)) }
}

/** Takes lines away at the session's place; where there are none nothing happens, as on the device. */
export function drop(call: Call, test: (line: string) => boolean): Reply {
  if (!linesHere(call).some((node) => test(node.line))) return {}
  const edit = (children: ConfigTree): ConfigTree => dropLines(children, test)
  return { device: withRunning(call, editAt(call.device.running, here(call), edit)) }
}

/** Goes into a block at the top of the configuration, making it where it is not there yet. */
export function enterBlock(call: Call, line: string, rank: Rank): Reply {
  const top = { ...call, session: { ...call.session, config: [] } }
  return { ...put(top, line, () => false, rank), session: { ...call.session, config: [line] } }
}

/** One level up; out of configuration mode from its top. */
export function leaveBlock(call: Call): Reply {
  const { config, ...rest } = call.session
  return {
    session: config === undefined || config.length === 0 ? rest : { ...rest, config: config.slice(0, -1) },
  }
}

/** Out of configuration mode from anywhere. */
export function leaveConfig(call: Call): Reply {
  const { config: _left, ...rest } = call.session
  return { session: rest }
}

/** Running to startup, with a note of it. */
export function saved(call: Call): DeviceState {
  const { device, around, session } = call
  return { ...device, startup: device.running, saved: { atMs: around.nowMs, by: session.user } }
}

/** A command of the top, typed below a block: it acts there, and the session is there afterwards. */
export function atTop(run: Command): Command {
  return (call) => {
    const session = { ...call.session, config: [] }
    const reply = run({ ...call, session })
    return reply.badArgument === undefined ? { session, ...reply } : reply
  }
}

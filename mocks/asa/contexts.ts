import type { CommandRow } from '../command-table.ts'
import { drop } from '../config-edit.ts'
import { wordsAfter } from '../config-tree.ts'
import type { Call, Command, Reply } from '../device-state.ts'

/** `show mode`: the blank at the end is the device's own. */
export function showMode(call: Call): string {
  return `Security context mode: ${call.device.box.contexts === undefined ? 'single' : 'multiple'} \n`
}

/** `show context`: all of them from the system space and the admin context, else the own one. */
export function showContext(call: Call): string {
  const { device } = call
  const all = (device.box.contexts ?? []).filter((one) => call.around.contexts.includes(one.name))
  const everything =
    device.context === undefined || all.some((one) => one.admin && one.name === device.context)
  const shown = everything ? all : all.filter((one) => one.name === device.context)
  const rows = shown.flatMap(({ name, admin, interfaces }) => {
    const [first = '', ...more] = interfaces.map((face, index) =>
      index < interfaces.length - 1 ? `${face},` : face,
    )
    return [
      `${admin ? '*' : ' '}${name.padEnd(16)} default    ${first.padEnd(20)} Routed       disk0:/${name}.cfg`,
      ...more.map((face) => `${' '.repeat(29)}${face}`),
    ]
  })
  const lines = [
    'Context Name      Class      Interfaces           Mode         URL',
    ...rows,
    '',
    ...(everything ? [`Total active Security Contexts: ${all.length}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function changeto(call: Call): Reply {
  const { name = '' } = call.args
  if (!call.around.contexts.includes(name)) return { output: `ERROR: Context ${name} does not exist\n` }
  return { session: { ...call.session, context: name, pageLength: 24 } }
}

const toSystem: Command = (call) => {
  const { context: _left, ...session } = call.session
  return { session: { ...session, pageLength: Number(wordsAfter(call.device.running, 'pager lines') ?? 24) } }
}

/** `no context NAME`, in the system space. What a device asks before it does that is not simulated. */
export function removeContext(call: Call): Reply {
  const { name = '' } = call.args
  if (!call.around.contexts.includes(name)) return { output: `ERROR: Context ${name} does not exist\n` }
  return { ...drop(call, (line) => line === `context ${name}`), removed: name }
}

/** Ways between the spaces; each has a pager of its own, which is on again after every change. */
export const contextRows: readonly CommandRow<Command>[] = [
  { syntax: 'changeto context <name>', run: changeto },
  { syntax: 'changeto system', run: toSystem },
  { syntax: 'show context', run: (call) => ({ output: showContext(call) }) },
]

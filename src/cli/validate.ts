import { printable } from '../kernel/printable.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { jsonText } from '../report/json.ts'
import { counted } from '../report/layout.ts'
import { problemsDocument } from '../report/problems.ts'
import { validate } from '../wire/validate.ts'
import type { RunCommand } from './command-row.ts'
import { Flags } from './flags.ts'
import { wantsColor } from './io.ts'
import { refuse, runOptions } from './shared.ts'

export const runValidate: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const answer = validate(runOptions(path, flags, io).options)
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  const { name: playbook, hosts: devices, warnings } = answer
  if (warnings.length > 0) {
    io.stderr.write(renderDiagnostics(warnings, { color: wantsColor(io, io.stderr, flags.color) }))
  }
  const names = flags.on('verbose') ? devices.map((host) => `  ${printable(host)}\n`).join('') : ''
  io.stdout.write(
    flags.on('json')
      ? jsonText(problemsDocument(io.command, 0, warnings, { playbook, devices }))
      : `ok: ${printable(playbook)}: ${counted(devices.length, 'device')}\n${names}`,
  )
  return 0
}

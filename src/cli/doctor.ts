import { renderDiagnostics } from '../report/diagnostics.ts'
import { renderDoctor } from '../report/doctor.ts'
import { jsonText } from '../report/json.ts'
import { doctor } from '../wire/doctor.ts'
import type { RunCommand } from './commands.ts'
import { wantsColor } from './io.ts'
import { Flags, refuse, runOptions } from './shared.ts'

export const runDoctor: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  if (problems.length > 0) return refuse(problems, flags, io)
  const { playbook, ...rest } = options
  const answer = await doctor(playbook === '' ? rest : { ...rest, playbook })
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  const { hosts, exitCode, warnings } = answer
  const color = wantsColor(io, io.stderr, flags.color)
  if (warnings.length > 0) io.stderr.write(renderDiagnostics(warnings, { color }))
  if (flags.on('json')) {
    io.stdout.write(jsonText({ formatVersion: 1, command: 'doctor', exitCode, hosts }))
    return exitCode
  }
  io.stdout.write(
    renderDoctor(hosts, { color: wantsColor(io, io.stdout, flags.color), verbose: flags.on('verbose') }),
  )
  return exitCode
}

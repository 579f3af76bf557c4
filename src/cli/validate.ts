import { printable } from '../kernel/printable.ts'
import { usageExitCode } from '../model/exit-code.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { jsonText } from '../report/json.ts'
import { validate } from '../wire/validate.ts'
import type { RunCommand } from './commands.ts'
import { wantsColor } from './io.ts'
import { Flags, runOptions } from './shared.ts'

export const runValidate: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const answer = validate(runOptions(path, flags, io).options)
  const valid = answer.kind === 'valid'
  const diagnostics = valid ? answer.warnings : answer.diagnostics
  const exitCode = valid ? 0 : usageExitCode
  if (flags.on('json')) {
    io.stdout.write(jsonText({ formatVersion: 1, command: 'validate', valid, diagnostics }))
    return exitCode
  }
  if (diagnostics.length > 0) {
    io.stderr.write(renderDiagnostics(diagnostics, { color: wantsColor(io, io.stderr, flags.color) }))
  }
  if (valid) {
    const { name, hosts } = answer
    const names = flags.on('verbose') ? hosts.map((host) => `  ${printable(host)}\n`).join('') : ''
    io.stdout.write(
      `ok: ${printable(name)}: ${hosts.length} ${hosts.length === 1 ? 'device' : 'devices'}\n${names}`,
    )
  }
  return exitCode
}

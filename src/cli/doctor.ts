import type { Diagnostic } from '../kernel/diagnostics.ts'
import { privilegeForms } from '../model/command-set.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { renderDoctor } from '../report/doctor.ts'
import { jsonText } from '../report/json.ts'
import { privilegesDocument, renderPrivileges } from '../report/privileges/index.ts'
import { doctor } from '../wire/doctor.ts'
import type { RunOptions } from '../wire/options.ts'
import { privileges } from '../wire/privileges.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { type CommandIo, wantsColor } from './io.ts'
import { withVisits } from './progress.ts'
import { refuse, runOptions } from './shared.ts'

const words = { command: 'doctor', done: 'examined', busy: 'examining' }

export const runDoctor: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  const wrong = [...problems, ...privilegeProblems(path, flags)]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  if (flags.on('privileges')) return tellPrivileges(options, flags, io)
  const { playbook, ...rest } = options
  const request = playbook === '' ? rest : { ...rest, playbook }
  const answer = await withVisits(words, flags, io, (followed) => doctor({ ...request, ...followed }))
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

function privilegeProblems(path: string, flags: Flags): readonly Diagnostic[] {
  const form = flags.text('form') !== undefined
  if (!flags.on('privileges'))
    return form ? [usage('--form chooses what --privileges prints', 'give both')] : []
  return [
    ...(path === '' ? [usage('--privileges needs a playbook: it says which lines are sent')] : []),
    ...(form && flags.on('json') ? [usage('--json has the rules themselves, and no --form')] : []),
  ]
}

/** From the files alone: what each account must be allowed to send. */
function tellPrivileges(options: RunOptions, flags: Flags, io: CommandIo): number {
  const answer = privileges(options)
  if (answer.kind === 'err') return refuse(answer.error, flags, io)
  const { accounts, warnings } = answer.value
  if (flags.on('json')) {
    const document = {
      formatVersion: 1,
      command: 'doctor',
      exitCode: 0,
      privileges: privilegesDocument(accounts),
    }
    io.stdout.write(jsonText(document))
    return 0
  }
  if (warnings.length > 0)
    io.stderr.write(renderDiagnostics(warnings, { color: wantsColor(io, io.stderr, flags.color) }))
  const form = privilegeForms.find((one) => one === flags.text('form'))
  const text = renderPrivileges(accounts, {
    playbook: options.playbook,
    ...(form === undefined ? {} : { form }),
  })
  if (text === '') return refuse([noForm(form ?? '')], flags, io)
  io.stdout.write(text)
  return 0
}

function noForm(form: string): Diagnostic {
  return usage(
    `the playbook has no device that ${form} is written for`,
    'leave --form out to see what there is',
  )
}

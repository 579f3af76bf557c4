import type { ResumeView } from '../model/resume-view.ts'
import { renderResume } from '../report/resume.ts'
import { resume } from '../wire/resume.ts'
import { askYes } from './ask.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import type { Pausing } from './progress.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'

export const runResume: RunCommand = async ([run = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions('', flags, io)
  const canAsk = io.stdin.isTTY === true && io.stderr.isTTY === true
  const needsYes =
    flags.on('yes') || canAsk
      ? []
      : [usage('resume asks before it changes anything, and there is no terminal to ask on', 'give --yes')]
  const wrong = [...problems, ...needsYes]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  return runAndTell(flags, io, (followed, pausing) =>
    resume({ ...options, run, ...followed, confirm: (found) => confirm(found, pausing, flags, io) }),
  )
}

/** What was and was not applied is told with --yes too. */
function confirm(found: ResumeView, pausing: Pausing, flags: Flags, io: CliIo): Promise<boolean> {
  return pausing(async () => {
    const color = wantsColor(io, io.stderr, flags.color)
    io.stderr.write(renderResume(found, { color, width: widthOf(io.stderr) }))
    if (!found.asks || flags.on('yes')) return true
    return askYes("Finish these? Only 'yes' is accepted: ", io)
  })
}

import { printable } from '../kernel/printable.ts'
import { type LogLevel, logLevels } from '../model/log-level.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { renderTimes } from '../report/schedule-times.ts'
import { type ServeOptions, scheduleTimes, serve } from '../wire/serve.ts'
import type { RunCommand } from './command-row.ts'
import { Flags } from './flags.ts'
import { type CliIo, wantsColor } from './io.ts'
import { refuse } from './shared.ts'

export const runServe: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { env, cwd } = io
  const stateDir = flags.text('stateDir')
  const options = { schedules: path, env, cwd, ...(stateDir === undefined ? {} : { stateDir }) }
  if (flags.on('dryRun')) {
    const answer = scheduleTimes({ ...options, ...(io.uid === undefined ? {} : { uid: io.uid }) })
    if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
    if (answer.warnings.length > 0)
      io.stderr.write(renderDiagnostics(answer.warnings, { color: wantsColor(io, io.stderr, flags.color) }))
    io.stdout.write(renderTimes(answer.schedules))
    return 0
  }
  const answer = await serve({ ...options, ...surroundings(flags, io) })
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  if (answer.kind === 'cannot-begin') {
    const { code, message, next } = answer.problem
    io.stderr.write(
      `error${code === undefined ? '' : ` ${code}`}: ${printable(message)}\n  next: ${printable(next)}\n`,
    )
    return 1
  }
  if (answer.why === undefined) return 0
  io.stderr.write(`error: serving had to end: ${answer.why}\n`)
  return 1
}

function surroundings(flags: Flags, io: CliIo): Omit<ServeOptions, 'schedules' | 'env' | 'cwd' | 'stateDir'> {
  const knownHosts = flags.list('knownHosts')
  return {
    signal: io.signal,
    halt: io.halt,
    log: {
      write: (line) => void io.stderr.write(line),
      level: levelOf(flags.text('logLevel')),
      format:
        (flags.text('logFormat') ?? (io.stderr.isTTY === true ? 'text' : 'json')) === 'text'
          ? 'text'
          : 'json',
    },
    onReload: (act) => io.onReload?.(act),
    onReady: (url) => void io.stdout.write(url === undefined ? 'ready\n' : `ready ${url}\n`),
    ...(io.uid === undefined ? {} : { uid: io.uid }),
    ...(io.self === undefined ? {} : { self: io.self }),
    ...(knownHosts.length === 0 ? {} : { knownHosts }),
  }
}

function levelOf(text: string | undefined): LogLevel {
  return logLevels.find((level) => level === text) ?? 'info'
}

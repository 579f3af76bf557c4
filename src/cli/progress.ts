import { systemClock } from '../kernel/clock.ts'
import {
  createProgress,
  createVisitProgress,
  type Progress,
  type ProgressOptions,
  type VisitProgress,
} from '../report/progress.ts'
import type { VisitWords } from '../report/progress-visits.ts'
import type { RunOptions } from '../wire/options.ts'
import type { VisitOptions } from '../wire/visits.ts'
import { askSecret } from './ask.ts'
import type { Flags } from './flags.ts'
import { type CliIo, sizeOf, wantsColor } from './io.ts'

/** Asks while progress stands still. */
export type Pausing = <T>(ask: () => Promise<T>) => Promise<T>

/** What a run is handed to be followed by. */
export type Followed = Required<Pick<RunOptions, 'onEvent'>> & Pick<RunOptions, 'promptSecret'>

type Shown = Pick<Progress, 'pause' | 'resume' | 'tell' | 'interrupted' | 'stop'>

/** Does the work of a run with its progress on stderr; no rows are left on the screen that still move. */
export function withProgress<T>(
  flags: Flags,
  io: CliIo,
  work: (followed: Followed, pausing: Pausing) => Promise<T>,
): Promise<T> {
  return showing<Progress, T>(io, stopText, (show, shown) => {
    const pausing = pausingOf(shown)
    const onEvent: Followed['onEvent'] = (event) => {
      if (event.kind === 'run-started') show(createProgress(optionsOf(event.hosts, flags, io)))
      shown()?.emit(event)
    }
    return work({ onEvent, ...secretPrompt(io, pausing) }, pausing)
  })
}

/** The same for a command that goes to each device once, to look. */
export function withVisits<T>(
  words: VisitWords,
  flags: Flags,
  io: CliIo,
  work: (followed: VisitOptions & Pick<RunOptions, 'promptSecret'>, pausing: Pausing) => Promise<T>,
): Promise<T> {
  return showing<VisitProgress, T>(io, 'interrupted: no other device is begun', (show, shown) => {
    const pausing = pausingOf(shown)
    return work(
      {
        onHosts: (hosts) => show(createVisitProgress(optionsOf(hosts, flags, io), words)),
        onVisit: (visit) => shown()?.visit(visit),
        ...secretPrompt(io, pausing),
      },
      pausing,
    )
  })
}

const stopText =
  'interrupted: devices in hand are brought to a known state, and no other is begun; a second Ctrl-C stops after the line in hand and leaves them as they are'
const haltText =
  'stopping: no further line is sent; waiting for the answer to the line in hand (a third Ctrl-C ends at once)'

/** Keeps one progress on the screen while the work lasts, and tells of each Ctrl-C above it. */
async function showing<P extends Shown, T>(
  io: CliIo,
  stopped: string,
  work: (show: (progress: P) => void, shown: () => P | undefined) => Promise<T>,
): Promise<T> {
  let progress: P | undefined
  const tell = (text: string, count: 1 | 2) => (): void => {
    progress?.interrupted(count)
    if (progress === undefined) io.stderr.write(`\n${text}\n`)
    else progress.tell(text)
  }
  const onStop = tell(stopped, 1)
  const onHalt = tell(haltText, 2)
  io.signal.addEventListener('abort', onStop, { once: true })
  io.halt.addEventListener('abort', onHalt, { once: true })
  try {
    return await work(
      (one) => {
        progress = one
      },
      () => progress,
    )
  } finally {
    io.signal.removeEventListener('abort', onStop)
    io.halt.removeEventListener('abort', onHalt)
    await progress?.stop()
  }
}

function pausingOf(shown: () => Shown | undefined): Pausing {
  return async (ask) => {
    shown()?.pause()
    try {
      return await ask()
    } finally {
      shown()?.resume()
    }
  }
}

/** Secrets are asked for where somebody can answer. */
function secretPrompt(io: CliIo, pausing: Pausing): Pick<RunOptions, 'promptSecret'> {
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) return {}
  return { promptSecret: (label) => pausing(() => askSecret(label, io)) }
}

function optionsOf(hosts: readonly string[], flags: Flags, io: CliIo): ProgressOptions {
  return {
    kind: progressKind(flags, io),
    write: (text) => io.stderr.write(text),
    size: () => sizeOf(io.stderr),
    color: wantsColor(io, io.stderr, flags.color),
    hosts,
    now: systemClock.monotonicMs,
  }
}

/** stdout carries data and stderr progress, whatever the format; only on one screen they would tear each other. */
function progressKind(flags: Flags, io: CliIo): ProgressOptions['kind'] {
  if (flags.on('events') && io.stdout.isTTY === true && io.stderr.isTTY === true) return 'silent'
  return io.stderr.isTTY === true && io.env.TERM !== 'dumb' ? 'tty' : 'plain'
}

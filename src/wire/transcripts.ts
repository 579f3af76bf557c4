import { randomBytes } from 'node:crypto'
import { closeSync, constants, lstatSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable, quoted } from '../kernel/printable.ts'
import type { Redactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Space } from '../model/device-request.ts'
import type { InventoryHost } from '../model/inventory.ts'
import type { Unreachable } from '../model/shell.ts'
import type { ByteLink } from '../transport/link.ts'
import { mask, masked, TranscriptText } from './transcript-text.ts'

/** The transcript of one session, from the first try to connect on. */
export interface SessionTranscript {
  /** The link, with all that goes over it written down. */
  over(link: ByteLink): ByteLink
  /** A secret that is about to be typed: as a line of its own it is hidden, however short it is. */
  secret(value: string): void
  /** There is no session, and why. */
  failed(why: Unreachable): void
}

/** The transcripts of one run: a file for each device, with its sessions in order. */
export interface Transcripts {
  begin(space: Space, kind: 'read' | 'write'): SessionTranscript
  /** What could not be written, as a warning at the end: a transcript never stops a device in hand. */
  warnings(): readonly Diagnostic[]
}

export interface TranscriptDeps {
  readonly clock: Clock
  readonly redactor: Pick<Redactor, 'find' | 'redact'>
  readonly runId: string
}

/** Then the file of a device is left as it is: no device fills a disk. */
const mostBytes = 64 * 1024 * 1024

/**
 * The folder for transcripts, made for the owner only where it is missing, and proven to take a file. A
 * mistake here is told before anything is contacted.
 */
export function transcriptFolder(dir: string, cwd: string): Result<string, readonly Diagnostic[]> {
  const folder = resolve(cwd, dir)
  const problem = (why: string): Result<string, readonly Diagnostic[]> =>
    err([
      diagnostic(
        'USAGE',
        `no transcripts can be written to ${quoted(dir)}: ${why}`,
        undefined,
        'give --transcripts a folder of your own that can be written to',
      ),
    ])
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const stats = lstatSync(folder)
    if (stats.isSymbolicLink()) return problem('it is a symbolic link')
    if (!stats.isDirectory()) return problem('it is no folder')
    const probe = join(folder, `.ikero-${randomBytes(6).toString('hex')}`)
    closeSync(openNew(probe))
    unlinkSync(probe)
    return ok(folder)
  } catch (thrown) {
    return problem(printable(messageOf(thrown)))
  }
}

/** Neither follows a link nor takes a file that is there already. */
function openNew(path: string): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW } = constants
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0o600)
}

function openAgain(path: string): number {
  return openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW)
}

/** `hub1.RUNID.txt`: what is no letter, digit, `_` or `-` in a name becomes `%` and its code. */
export function transcriptName(host: string, runId: string): string {
  const safe = host.replace(/[^\w.-]|^\./gu, (one) => `%${(one.codePointAt(0) ?? 0).toString(16)}`)
  return `${safe}.${runId}.txt`
}

/** Transcripts in a folder that {@link transcriptFolder} has looked at. */
export function createTranscripts(folder: string, deps: TranscriptDeps): Transcripts {
  const files = new Map<string, DeviceFile>()
  return {
    begin({ host, context }, kind) {
      const file = files.get(host.name) ?? new DeviceFile(join(folder, transcriptName(host.name, deps.runId)))
      const first = !files.has(host.name)
      files.set(host.name, file)
      if (first) file.append(headOf(host, deps.runId))
      return sessionTranscript(file, kind, context, deps)
    },
    warnings: () =>
      [...files.values()].flatMap((file) =>
        file.problem === undefined ? [] : [incomplete(file.path, file.problem)],
      ),
  }
}

function headOf({ name, address, port }: InventoryHost, runId: string): readonly string[] {
  return [
    `# ikero transcript: run ${runId}, device ${printable(name)}, ${printable(address)} port ${port}`,
    '# each line: session, seconds since it began, > sent or < received;',
    `# control characters are written as \\r or \\x1b, secrets as ${mask}, … is the rest of a line`,
  ]
}

function incomplete(path: string, why: string): Diagnostic {
  return {
    code: 'TRANSCRIPT_INCOMPLETE',
    severity: 'warning',
    message: `the transcript ${printable(path)} is not complete: ${why}`,
    hint: 'make room or give another folder; the journal of the run has every line that was sent to change something',
  }
}

/** The file of one device: opened for each piece, so that a thousand devices hold no thousand files open. */
class DeviceFile {
  readonly path: string
  sessions = 0
  /** Why something is missing in it; nothing is written any more then. */
  problem: string | undefined
  #bytes = 0
  #made = false

  constructor(path: string) {
    this.path = path
  }

  append(lines: readonly string[]): void {
    if (this.problem !== undefined || lines.length === 0) return
    const bytes = Buffer.from(`${lines.join('\n')}\n`, 'utf8')
    this.#bytes += bytes.length
    try {
      if (this.#bytes > mostBytes) throw new Error(`it has reached ${mostBytes / 1024 / 1024} MiB`)
      const file = this.#made ? openAgain(this.path) : openNew(this.path)
      this.#made = true
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      } finally {
        closeSync(file)
      }
    } catch (thrown) {
      this.problem = printable(messageOf(thrown))
    }
  }
}

function sessionTranscript(
  file: DeviceFile,
  kind: 'read' | 'write',
  context: string | undefined,
  { clock, redactor }: TranscriptDeps,
): SessionTranscript {
  file.sessions += 1
  const number = file.sessions
  const startedMs = clock.monotonicMs()
  const received = new TranscriptText(redactor)
  let typed: string | undefined
  let open = true
  const tell = (sign: '>' | '<' | '#', lines: readonly string[]): void => {
    const seconds = ((clock.monotonicMs() - startedMs) / 1000).toFixed(3).padStart(8)
    file.append(lines.map((line) => `${number} ${seconds} ${sign} ${line}`.trimEnd()))
  }
  const end = (how: string): void => {
    if (!open) return
    open = false
    tell('<', received.end())
    tell('#', [how])
  }
  const does = kind === 'read' ? 'reads' : 'may change the device'
  const where = context === undefined ? '' : ` in the context ${printable(context)}`
  tell('#', [`${does}${where}, begun ${clock.wall().toISOString()}`])
  return {
    secret: (value) => {
      typed = value
    },
    failed: (why) => end(`no session: ${why.code}: ${redactor.redact(printable(why.message))}`),
    over: (link) =>
      recorded(link, {
        sent: (text) => {
          tell('<', received.flush())
          tell('>', sentLines(text, typed, redactor))
        },
        received: (text) => tell('<', received.feed(text)),
        end,
      }),
  }
}

/** Keys as they were pressed, a line for each return. */
function sentLines(
  text: string,
  typed: string | undefined,
  redactor: Pick<Redactor, 'find'>,
): readonly string[] {
  if (typed !== undefined && text === `${typed}\r`) return [`${mask}\\r`]
  const { spans } = redactor.find(text)
  const lines: string[] = []
  for (let start = 0; start < text.length; ) {
    const turn = text.indexOf('\r', start)
    const end = turn < 0 ? text.length : turn + 1
    lines.push(masked(text, start, end, spans).replace(/ $/, '\\x20'))
    start = end
  }
  return lines
}

interface LinkEar {
  sent(text: string): void
  received(text: string): void
  end(how: string): void
}

function recorded(link: ByteLink, ear: LinkEar): ByteLink {
  // A character that is cut between two packets is put together again.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    ...link,
    async read() {
      const bytes = await link.read()
      if (bytes === 'closed') ear.end('closed by the device')
      else ear.received(decoder.decode(bytes, { stream: true }))
      return bytes
    },
    write: (text) => {
      ear.sent(text)
      return link.write(text)
    },
    close: () => {
      ear.end('closed')
      link.close()
    },
  }
}

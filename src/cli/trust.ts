import type { TrustQuestion } from '../model/trust.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { jsonText } from '../report/json.ts'
import { renderTrust, renderTrustQuestion, trustDocument } from '../report/trust.ts'
import { trust } from '../wire/trust.ts'
import type { TrustOptions } from '../wire/trust-options.ts'
import { askYes } from './ask.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import { withVisits } from './progress.ts'
import { refuse, runOptions } from './shared.ts'

const words = { command: 'trust', done: 'asked for its key', busy: 'connecting' }

/** `trust [PLAYBOOK | HOST…]`: the first word is a playbook where it ends as one. */
export const runTrust: RunCommand = async (args, values, io) => {
  const flags = new Flags(values)
  const named = /\.ya?ml$/i.test(args[0] ?? '') ? args[0] : undefined
  const hosts = named === undefined ? args : args.slice(1)
  const { options, problems } = runOptions(named ?? '', flags, io)
  const wrong = [...problems, ...askingProblems(flags, hosts, io)]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  const { playbook: _path, ...rest } = options
  const fingerprint = flags.text('fingerprint')
  const request: Omit<TrustOptions, 'approve'> = {
    ...rest,
    hosts,
    replace: flags.on('replace'),
    hash: flags.on('hash'),
    ...(named === undefined ? {} : { playbook: named }),
    ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.replace(/=+$/, '') }),
  }
  const answer = await withVisits(words, flags, io, (followed, pausing) =>
    trust({
      ...request,
      ...followed,
      approve: (question) => pausing(() => approve(question, flags, io)),
    }),
  )
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  const { result, exitCode, warnings } = answer
  io.stderr.write(renderDiagnostics(warnings, { color: wantsColor(io, io.stderr, flags.color) }))
  const view = { color: wantsColor(io, io.stdout, flags.color), width: widthOf(io.stdout) }
  io.stdout.write(flags.on('json') ? jsonText(trustDocument(result, exitCode)) : renderTrust(result, view))
  return exitCode
}

function canAsk(io: CliIo): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true
}

/** What nobody could answer is refused before a host is contacted. */
function askingProblems(flags: Flags, hosts: readonly string[], io: CliIo): ReturnType<typeof usage>[] {
  const replace = flags.on('replace')
  const byFingerprint = flags.text('fingerprint') !== undefined
  if (replace && hosts.length === 0) {
    return [usage('--replace takes the hosts by name', 'name each host whose key may be replaced')]
  }
  if (byFingerprint || canAsk(io) || (flags.on('yes') && !replace)) return []
  return [
    replace
      ? usage(
          'a changed key is replaced only when somebody has compared it, and there is no terminal to ask on',
          'give --fingerprint SHA256:… of the new key, as the device itself has it',
        )
      : usage(
          'trust asks before it stores a key, and there is no terminal to ask on',
          'give --fingerprint SHA256:…, or --yes to take each new key as it is',
        ),
  ]
}

/** `--yes` is for new keys; a replacement is always asked for. */
async function approve(question: TrustQuestion, flags: Flags, io: CliIo): Promise<boolean> {
  const replaces = question.replaces.length > 0
  if (flags.on('yes') && !replaces) return true
  if (io.signal.aborted || !canAsk(io)) return false
  const color = wantsColor(io, io.stderr, flags.color)
  io.stderr.write(renderTrustQuestion(question, { color, width: widthOf(io.stderr) }))
  return askYes(`${replaces ? 'Replace the known key?' : 'Store this key?'} Only 'yes' is accepted: `, io)
}

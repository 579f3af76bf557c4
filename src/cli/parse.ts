import { didYouMean } from '../kernel/nearest.ts'
import { printable, quoted } from '../kernel/printable.ts'
import { isAddress } from '../model/address.ts'
import { platformIds } from '../model/ids.ts'
import { jsonText } from '../report/json.ts'
import { parse } from '../wire/parse.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { readInput } from './read-input.ts'
import { refuse } from './shared.ts'

export const runParse: RunCommand = async ([command = '', file = ''], values, io) => {
  const flags = new Flags(values)
  const given = flags.text('platform')
  const platform = platformIds.find((id) => id === given)
  const local = flags.list('local')
  const problems = [
    ...(platform === undefined ? [wrongPlatform(given)] : []),
    ...local
      .filter((address) => !isAddress(address))
      .map((address) => usage(`--local takes an address, not '${address}'`)),
  ]
  const text = await readInput(file, io)
  if ('problem' in text) problems.push(usage(text.problem))
  if (problems.length > 0 || platform === undefined || 'problem' in text) return refuse(problems, flags, io)
  const answer = parse({ command, text: text.text, platform, localAddresses: local })
  switch (answer.kind) {
    case 'invalid':
      return refuse(answer.diagnostics, flags, io)
    case 'facts':
      io.stdout.write(jsonText(answer.facts))
      return 0
    case 'unknown-command':
      return refuse(
        [
          usage(
            `no parser for ${quoted(command)} on ${platform}`,
            didYouMean(command, answer.known) ?? `known: ${answer.known.join(', ')}`,
          ),
        ],
        flags,
        io,
      )
    case 'unrecognised':
      io.stderr.write(`UNRECOGNISED: ${printable(answer.message)}\n`)
      return 1
  }
}

function wrongPlatform(given: string | undefined): ReturnType<typeof usage> {
  if (given === undefined) return usage('--platform takes ios or asa, and is missing')
  return usage(`--platform takes ios or asa, not ${quoted(given)}`, didYouMean(given, platformIds))
}

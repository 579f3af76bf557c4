import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import { codeGroups, explain } from '../model/explain.ts'
import { explanationJson, renderCodeList, renderExplanation } from '../report/explain.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { wantsColor, widthOf } from './io.ts'
import { refuse } from './shared.ts'

/** `explain [CODE]`: contacts nothing, reads no file. */
export const runExplain: RunCommand = async ([code = ''], values, io) => {
  const flags = new Flags(values)
  const one = explain(code)
  if (code !== '' && one === undefined) return refuse([unknownCode(code)], flags, io)
  const options = { color: wantsColor(io, io.stdout, flags.color), width: widthOf(io.stdout) }
  const text = one === undefined ? renderCodeList(options) : renderExplanation(one, options)
  io.stdout.write(flags.on('json') ? explanationJson(one) : text)
  return 0
}

function unknownCode(code: string): ReturnType<typeof usage> {
  const known = codeGroups.flatMap((group) => group.codes.map((one) => one.code))
  return usage(
    `there is no code ${quoted(code)}`,
    didYouMean(code, known) ?? 'ikero explain without a code lists them all',
  )
}

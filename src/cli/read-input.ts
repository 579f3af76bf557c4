import { createReadStream, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { printable } from '../kernel/printable.ts'
import { unreadableReason } from '../kernel/unreadable.ts'

/** No device prints more: the largest configurations that were seen have 20 MB. */
export const largestInput: number = 64 * 1024 * 1024

/** Where files are named from, and what `-` reads. */
export interface InputFrom {
  readonly cwd: string
  readonly stdin: AsyncIterable<Buffer | string>
}

export type Input = { readonly text: string } | { readonly problem: string }

/**
 * The text of a saved output, or of standard input for `-`. Never more than {@link largestInput} bytes are
 * held; what is no regular file could go on for ever, and is refused.
 */
export async function readInput(file: string, io: InputFrom): Promise<Input> {
  const name = file === '-' ? 'standard input' : printable(file)
  try {
    if (file === '-') return await gather(name, io.stdin)
    const path = resolve(io.cwd, file)
    const stats = statSync(path)
    if (stats.isDirectory()) return { problem: `${name} is a folder: name the file in it` }
    if (!stats.isFile())
      return { problem: `${name} is not a regular file: save its content in one, or hand it over with -` }
    if (stats.size > largestInput) return { problem: tooLarge(name) }
    return await gather(name, createReadStream(path, { end: largestInput }))
  } catch (thrown) {
    return { problem: `${name} ${unreadableReason(thrown)}` }
  }
}

async function gather(name: string, stream: AsyncIterable<Buffer | string>): Promise<Input> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > largestInput) return { problem: tooLarge(name) }
    chunks.push(bytes)
  }
  return { text: Buffer.concat(chunks).toString('utf8') }
}

function tooLarge(name: string): string {
  return `${name} is larger than ${largestInput / 1024 / 1024} MiB: it is not what a device printed for one command`
}

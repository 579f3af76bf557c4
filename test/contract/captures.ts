import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../architecture/sources.ts'

/** A case folder: what a device printed, what is to be read in it, and where it comes from. */
export interface CaptureCase {
  readonly slug: string
  readonly name: string
  readonly text: string
  readonly expected: unknown
  readonly source: string
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** A command as the name of its folder. */
export function slugOf(line: string): string {
  return line.replaceAll(' ', '-')
}

/** All case folders of a platform, of one command where `slug` names it. */
export function captureCases(platform: string, slug?: string): readonly CaptureCase[] {
  const base = join(root, 'test', 'captures', platform)
  return foldersIn(base)
    .filter((name) => slug === undefined || name === slug)
    .flatMap((command) =>
      foldersIn(join(base, command)).map((name) => {
        const read = (file: string): string => readFileSync(join(base, command, name, file), 'utf8')
        const expected: unknown = JSON.parse(read('expected.json'))
        return { slug: command, name, text: read('input.txt'), expected, source: read('source.md') }
      }),
    )
}

/** The text of one case; a name that does not exist is a mistake of the test. */
export function captureText(platform: string, slug: string, name: string): string {
  const found = captureCases(platform, slug).find((one) => one.name === name)
  if (found === undefined) throw new Error(`no capture ${platform}/${slug}/${name}`)
  return found.text
}

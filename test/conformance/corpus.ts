import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../architecture/sources.ts'

/** Real device output with the facts that stand in it; it is not part of the project and may be absent. */
const corpus = join(root, '..', 'shared', 'corpus')

export interface CorpusCase {
  readonly slug: string
  readonly file: string
  readonly text: string
  readonly expected: Readonly<Record<string, unknown>>
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** The platforms that have output; none where the corpus is absent. */
export function corpusPlatforms(): readonly string[] {
  return foldersIn(corpus)
}

/** The cases of one platform, of one command where `slug` names it. */
export function corpusCases(platform: string, slug?: string): readonly CorpusCase[] {
  return foldersIn(join(corpus, platform))
    .filter((name) => slug === undefined || name === slug)
    .flatMap((name) => {
      const folder = join(corpus, platform, name)
      const list: unknown = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
      return (Array.isArray(list) ? list : []).filter(isRecord).map((entry) => ({
        slug: name,
        file: String(entry.file),
        text: readFileSync(join(folder, String(entry.file)), 'utf8'),
        expected: isRecord(entry.expected) ? entry.expected : {},
      }))
    })
}

/** Paths at which the facts do not say what is expected; facts may say more. */
export function differences(expected: unknown, actual: unknown, path: string): readonly string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [`${path}: another length`]
    return expected.flatMap((value, at) => differences(value, actual[at], `${path}[${at}]`))
  }
  if (!isRecord(expected)) return expected === actual ? [] : [`${path}: ${actual} for ${expected}`]
  if (!isRecord(actual)) return [`${path}: ${actual}`]
  const { peerAcceptable, acceptableVersions, ...rest } = expected
  return Object.entries(rest).flatMap(([key, value]) => {
    const either = key === 'peer' ? peerAcceptable : key === 'version' ? acceptableVersions : undefined
    if (Array.isArray(either)) return either.includes(actual[key]) ? [] : [`${path}.${key}: ${actual[key]}`]
    return differences(value, actual[key], `${path}.${key}`)
  })
}

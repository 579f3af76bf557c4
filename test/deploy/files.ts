import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../architecture/sources.ts'

// Readers of docs/deploy: of each format as much as those files use. What they use beyond that is an error, so that no
// line of theirs goes unread.

export const deployFolder: string = join(root, 'docs', 'deploy')
export const deployFiles: readonly string[] = readdirSync(deployFolder).sort()
export const textOfDeploy = (name: string): string => readFileSync(join(deployFolder, name), 'utf8')

/** Section → key → its values in their order. */
export type Unit = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/** A unit file, without continued lines. */
export function readUnit(name: string): Unit {
  const sections = new Map<string, Map<string, string[]>>()
  let section: Map<string, string[]> | undefined
  for (const line of textOfDeploy(name).split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const title = /^\[(\w+)\]$/.exec(line)?.[1]
    if (title !== undefined) {
      section = new Map()
      sections.set(title, section)
      continue
    }
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (section === undefined || key === undefined || value === undefined || value.endsWith('\\'))
      throw new Error(`${name}: "${line}" cannot be read`)
    section.set(key, [...(section.get(key) ?? []), value])
  }
  return sections
}

/** The values of a key, joined as systemd joins those of a list. */
export function settingOf(unit: Unit, section: string, key: string): string | undefined {
  return unit.get(section)?.get(key)?.join(' ')
}

export interface CronJob {
  readonly times: string
  readonly user: string
  /** As the shell gets it. */
  readonly command: string
}

export interface CronTable {
  readonly variables: ReadonlyMap<string, string>
  readonly jobs: readonly CronJob[]
}

/** A file of /etc/cron.d. */
export function readCron(name: string): CronTable {
  const variables = new Map<string, string>()
  const jobs: CronJob[] = []
  for (const line of textOfDeploy(name).split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [, variable, value] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (variable !== undefined && value !== undefined) {
      variables.set(variable, value)
      continue
    }
    const [, times, user, written] = /^((?:\S+ ){4}\S+) (\w+) (.+)$/.exec(line) ?? []
    if (times === undefined || user === undefined || written === undefined || /(?<!\\)%/.test(written))
      throw new Error(`${name}: "${line}" cannot be read, or has a bare %`)
    jobs.push({ times, user, command: written.replaceAll('\\%', '%') })
  }
  return { variables, jobs }
}

export interface Instruction {
  readonly name: string
  readonly text: string
}

/** Instructions of each stage of a Dockerfile; those before the first FROM are a stage of their own. */
export function readDockerfile(name: string): readonly (readonly Instruction[])[] {
  const lines = textOfDeploy(name)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n')
    .replace(/ *\\\n */g, ' ')
    .split('\n')
  const stages: Instruction[][] = [[]]
  for (const line of lines) {
    const [, instruction, text] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    if (instruction === undefined || text === undefined) throw new Error(`${name}: "${line}" cannot be read`)
    if (instruction === 'FROM') stages.push([])
    stages.at(-1)?.push({ name: instruction, text })
  }
  return stages
}

export const textsOf = (stage: readonly Instruction[], name: string): readonly string[] =>
  stage.filter((one) => one.name === name).map(({ text }) => text)

/** An instruction in its form without a shell. */
export const wordsOfJson = (text: string): readonly string[] => strings(JSON.parse(text))

/** A value that has to be a list of strings. */
export function strings(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((one): one is string => typeof one === 'string'))
    throw new Error(`${JSON.stringify(value)} is no list of strings`)
  return value
}

/** What stands at a path such as `spec.template.containers.0` of a YAML file. */
export function at(name: string, path: string): unknown {
  let value: unknown = parse(textOfDeploy(name))
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = new Map(Object.entries(value)).get(key)
  }
  return value
}

/** A span of systemd or compose, such as 25min or 25m → seconds. */
export function secondsOf(span: unknown): number {
  const [, count, unit = ''] = /^(\d+)(s|m|min|h)$/.exec(String(span)) ?? []
  const seconds = { s: 1, m: 60, min: 60, h: 3600 }[unit]
  if (count === undefined || seconds === undefined) throw new Error(`${span} is no span of time`)
  return Number(count) * seconds
}

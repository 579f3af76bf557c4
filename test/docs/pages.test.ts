import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { commandShapes } from '../../src/cli/command-shapes.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { root } from '../architecture/sources.ts'
import { ikeroHere } from '../cli/in-process.ts'
import { isHere, jq, missing, policy } from '../foreign/needs.ts'
import {
  type Block,
  blocksOf,
  commandsBefore,
  commandsOf,
  labOf,
  minutesToRead,
  missingFrom,
  needsShell,
  type Shown,
  wordsOf,
} from './blocks.ts'
import { labFolder } from './lab-folder.ts'
import { textOf } from './tokens.ts'

// What the pages show is what happens: every `$` block is run, in order, in a folder that looks like a clone, against
// the simulated lab (or another scenario: `<!-- lab: mocks/scenarios/… -->`), unless `<!-- not run: why -->` stands
// above it. README.ja.md shows those of README.md: translation.test.ts compares them, and nothing is run twice.

const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
const pages = ['README.md', ...docs.map((name) => `docs/${name}`)].filter(
  // Written from the table of codes.
  (page) => page !== 'docs/codes.md',
)
const isShell = ({ lines }: Block): boolean => lines.some((line) => line.startsWith('$ '))
const runnable = (page: string): readonly Block[] =>
  blocksOf(textOf(page)).filter((block) => isShell(block) && block.notRun === undefined)

interface Played {
  /** What differed from the page. */
  readonly wrong: readonly string[]
  /** What the commands of the page took. */
  readonly minutes: number
}

/** Filled by the one run of all pages. */
const played = new Map<string, Played>()

beforeAll(async () => {
  const shown = pages.filter((page) => runnable(page).length > 0)
  // Side by side: most of the time is proof, which waits for the lab's far ends to call.
  await Promise.all(shown.map(async (page) => played.set(page, await play(page))))
}, 300_000)

describe('a page', () => {
  it.each(pages.filter((page) => runnable(page).length > 0))(
    'shows in %s commands that do and print what stands there',
    (page) => expect(played.get(page)?.wrong).toEqual([]),
  )

  it.each(pages)('shows in %s no command that is neither run nor marked', (page) => {
    const unmarked = blocksOf(textOf(page))
      .filter((block) => block.notRun === undefined && !isShell(block) && block.language !== 'yaml')
      .filter(({ lines }) => lines.some((line) => /^(?:npx )?ikero /.test(line)))
    expect(unmarked.map(({ line }) => `${page}:${line}`)).toEqual([])
  })
})

describe('README.md', () => {
  it('lists the commands in the order of the help, every one of them', () => {
    const listed = [...textOf('README.md').matchAll(/^\| `ikero (\w+)/gm)].map(([, name]) => name)
    expect(listed).toEqual(commandShapes().map(({ name }) => name))
  })

  it('has every page of docs/ in its index', () => {
    const index = textOf('README.md').split('## Where to read on')[1] ?? ''
    const missing = docs.filter((name) => !index.includes(`](docs/${name})`))
    expect(missing).toEqual([])
  })
})

describe('docs/tutorial.md', () => {
  it('is read, typed and run in five minutes', () => {
    const text = textOf('docs/tutorial.md')
    const typed = blocksOf(text).flatMap(commandsOf).length
    const ran = played.get('docs/tutorial.md')?.minutes ?? Number.NaN
    // Packages and the build are not run here: half a minute. A command is copied and started in three seconds. The
    // minute in which rollback watches the peers is one of reading on.
    const total = 0.5 + minutesToRead(text) + typed * 0.05 + ran - 1
    expect(total, `reading ${minutesToRead(text)}, running ${ran}`).toBeLessThan(5)
  })
})

/** A folder with what the commands need, and the lab that answers there. */
async function play(page: string): Promise<Played> {
  const { dir, remove } = await labFolder(labOf(textOf(page)))
  try {
    const before = commandsBefore(textOf(page)).map(
      (command): Shown => ({ line: 0, command, exit: 0, output: [] }),
    )
    const wrong: string[] = []
    const startedAt = systemClock.monotonicMs()
    for (const shown of [...before, ...runnable(page).flatMap(commandsOf)]) {
      const difference = await differenceOf(shown, dir)
      if (difference !== undefined) wrong.push(`${page}:${shown.line}: $ ${shown.command}: ${difference}`)
    }
    return { wrong, minutes: (systemClock.monotonicMs() - startedAt) / 60_000 }
  } finally {
    await remove()
  }
}

/** Runs one command as a person with a terminal would who answers yes. */
async function differenceOf(shown: Shown, dir: string): Promise<string | undefined> {
  const command = named(shown.command, dir)
  const words = wordsOf(command)
  // The lab runs already.
  if (words[0] === 'ikero' && words[1] === 'simulate') return undefined
  if (words.includes(jq.name) && !isHere(jq))
    return policy(false, process.env.CI) === 'fail' ? missing(jq) : undefined
  const asks = shown.output.some((line) => line.includes("Only 'yes' is accepted"))
  const here = words[0] === 'ikero' && !needsShell(command)
  const ran = here ? await ikeroIn(dir, words.slice(1), asks) : await shell(command, dir)
  const printed = `${ran.stderr}\n${ran.stdout}`
  if (ran.code !== shown.exit) return `exit ${ran.code}, not ${shown.exit}:\n${printed}`
  const notPrinted = missingFrom(printed, shown.output)
  return notPrinted === undefined ? undefined : `does not print "${notPrinted}", but\n${printed}`
}

function ikeroIn(dir: string, argv: readonly string[], asks: boolean): ReturnType<typeof ikeroHere> {
  return ikeroHere(argv, { cwd: dir, env: { HOME: dir }, ...(asks ? { typed: 'yes\n' } : {}) })
}

/** What a shell makes of it; `ikero` in it is the built program. */
function shell(command: string, dir: string): ReturnType<typeof ikeroHere> {
  const bin = join(dir, '.bin')
  if (!existsSync(bin)) {
    mkdirSync(bin)
    writeFileSync(
      join(bin, 'ikero'),
      `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist', 'main.js')}' "$@"\n`,
    )
    chmodSync(join(bin, 'ikero'), 0o755)
  }
  const env = { HOME: dir, PATH: `${bin}:${process.env.PATH ?? ''}` }
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
  })
}

/** A run id on a page stands for the newest apply of that folder that has sent something. */
function named(command: string, dir: string): string {
  return command.replace(/\b\d{8}T\d{6}-[0-9a-f]{6}\b/g, (written) => {
    const runs = join(dir, '.ikero', 'runs')
    if (!existsSync(runs)) return written
    const applied = readdirSync(runs)
      .sort()
      .filter((id) => {
        const journal = readFileSync(join(runs, id, 'journal.ndjson'), 'utf8')
        return journal.includes('"command":"apply"') && journal.includes('"kind":"line-sending"')
      })
    return applied.at(-1) ?? written
  })
}

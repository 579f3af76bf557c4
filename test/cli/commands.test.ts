import { describe, expect, it } from 'vitest'
import { commandShapes } from '../../src/cli/command-shapes.ts'
import { commands } from '../../src/cli/commands.ts'
import { ikeroHere } from './in-process.ts'

const shapes = commandShapes()
const names = shapes.map(({ name }) => name)
/** Two letters changed places. */
const slip = (word: string): string => `${word.slice(0, -2)}${word.slice(-1)}${word.slice(-2, -1)}`

describe('the command line', () => {
  it.each(names)('answers a slip in the name of %s with a suggestion, and 64', async (name) => {
    const ran = await ikeroHere([slip(name)])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain(`unknown command '${slip(name)}'`)
    expect(ran.stderr).toContain(`Did you mean ${name}?`)
  })

  it.each(shapes.flatMap(({ name, flags }) => flags.map(({ long }) => [name, long])))(
    'answers a slip in ikero %s %s with a suggestion, and 64',
    async (name, long) => {
      const ran = await ikeroHere([name, slip(long)])
      expect(ran).toMatchObject({ code: 64, stdout: '' })
      expect(ran.stderr).toContain(`unknown option '${slip(long)}'`)
      expect(ran.stderr).toMatch(/Did you mean (?:one of )?--/)
      expect(ran.stderr).toContain(long)
    },
  )

  it.each([
    ['a command', ['\u001b[31mplan\u202e']],
    ['a choice', ['schema', '\u001b[31mplan\u202e']],
    ['a flag', ['plan', 'p', '--js\u001b]0;x\u0007on\u202e', '--json']],
  ])('repeats nothing of %s that acts on a terminal', async (_what, argv) => {
    const ran = await ikeroHere(argv)
    expect(ran.code).toBe(64)
    expect(ran.stderr).toMatch(/\\x1b.*\\u\{202e\}/)
    expect(`${ran.stdout}${ran.stderr}`).not.toMatch(/[\u001b\u0007\u202e]|u001b/)
  })

  it.each(
    commands.map(({ usage, examples, summary }) => [usage.split(' ')[0] ?? '', examples, summary] as const),
  )('shows in ikero %s --help what it does, with examples that call it', async (name, examples, summary) => {
    const ran = await ikeroHere([name, '--help'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain(summary)
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      expect(ran.stdout).toContain(`  $ ${example}\n`)
      expect(example).toContain(`ikero ${name}`)
    }
  })

  it.each(shapes)('says in ikero $name --help what its arguments and exit codes mean', async (shape) => {
    const help = (await ikeroHere([shape.name, '--help'])).stdout.replace(/\s+/g, ' ')
    for (const { name, summary } of shape.arguments) {
      expect(summary, `${shape.name} ${name}: src/cli/arguments.ts`).not.toBe('')
      expect(help).toContain(`${name} ${summary}`)
    }
    expect(shape.ends.map(({ code }) => code)).toEqual(expect.arrayContaining([0, 64]))
    for (const { code, meaning } of shape.ends) expect(help).toContain(` ${code} ${meaning}`)
  })

  it.each(names)('keeps ikero %s --help within 80 columns, apart from its examples', async (name) => {
    const { stdout } = await ikeroHere([name, '--help'])
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('  $ '))).toEqual([])
  })

  it.each(
    shapes.flatMap(({ name, flags }) => flags.map(({ long, summary }) => [name, long, summary] as const)),
  )('tells of ikero %s %s in one sentence that begins small, defaults last', (_name, _long, summary) => {
    expect(summary).toMatch(/^(?:[a-z]|JUnit)/)
    expect(summary).not.toMatch(/[.’“”]$|[’“”]/)
    if (summary.includes('(default')) expect(summary).toMatch(/ \(default: [^()]+\)$/)
  })

  it('says one thing of a flag wherever it is', () => {
    // What a switch for more shows, and where an inventory comes from, depends on the command.
    const differing = new Set([
      '--verbose',
      '--inventory',
      '--concurrency',
      '--yes',
      '--force',
      // Of a run it is a plan, of serve a timetable.
      '--dry-run',
      // apply takes back what is unproven, and drift tells it.
      '--require-proof',
    ])
    const words = new Map<string, Set<string>>()
    for (const { long, summary } of shapes.flatMap(({ flags }) => flags))
      words.set(long, (words.get(long) ?? new Set()).add(summary))
    const several = [...words].filter(([long, each]) => each.size > 1 && !differing.has(long))
    expect(several.map(([long]) => long).sort()).toEqual(['--out'])
  })

  it.each(
    commands.flatMap(({ usage, examples }) =>
      examples.map((example) => [usage.split(' ')[0] ?? '', example] as const),
    ),
  )('knows every flag in the example of %s: %s', (name, example) => {
    const known = shapes
      .find((one) => one.name === name)
      ?.flags.flatMap(({ long, short }) => [long, short ?? long])
    const used = example.split(/\s+/).filter((word) => /^--?[a-z]/i.test(word))
    expect(known).toEqual(expect.arrayContaining(used))
  })
})

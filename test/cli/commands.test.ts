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

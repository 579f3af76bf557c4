import { describe, expect, it } from 'vitest'
import { commandShapes } from '../../src/cli/command-shapes.ts'
import { ikeroHere } from './in-process.ts'

const shapes = commandShapes()

describe('ikero completion', () => {
  it.each(['bash', 'zsh', 'fish'])('has every command and every flag of the table for %s', async (shell) => {
    const ran = await ikeroHere(['completion', shell])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(shapes.map(({ name }) => name)).toContain('completion')
    for (const { name, flags } of shapes) {
      expect(ran.stdout).toMatch(new RegExp(`\\b${name}\\b`))
      for (const { long } of flags)
        expect(ran.stdout).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : long)
    }
  })

  it.each(['zsh', 'fish'])('tells what commands and flags do in %s', async (shell) => {
    const { stdout } = await ikeroHere(['completion', shell])
    const words = stdout.replace(/\\(.)/g, '$1').replaceAll("'''", "'")
    for (const { summary, flags } of shapes)
      for (const text of [summary, ...flags.map((flag) => flag.summary)]) expect(words).toContain(text)
  })

  it.each([[[]], [['csh']]])('refuses %j', async (args) => {
    expect(await ikeroHere(['completion', ...args])).toMatchObject({ code: 64, stdout: '' })
  })
})

describe('the command table as data', () => {
  it.each([
    ['validate', 'playbook', 'file'],
    ['simulate', 'scenario', 'file'],
    ['parse', 'file', 'file'],
    ['init', 'dir', 'folder'],
    ['show', 'run', 'other'],
    ['schema', 'name', 'choice'],
  ])('knows what the argument of %s is: %s', (name, argument, kind) => {
    const word = shapes.find((one) => one.name === name)?.arguments.find((one) => one.name === argument)?.word
    expect(word?.kind).toBe(kind)
  })
})

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandShapes } from '../../src/cli/command-shapes.ts'
import { ikeroHere } from '../cli/in-process.ts'
import { bash, describeWith, fish, zsh } from './needs.ts'

let dir = ''
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-completion-'))
  mkdirSync(join(dir, 'play books'))
  mkdirSync(join(dir, 'state'))
  writeFileSync(join(dir, 'plan one.yml'), '')
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(join(dir, `ikero.${shell}`), (await ikeroHere(['completion', shell])).stdout)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const names = commandShapes().map(({ name }) => name)
const files = ['ikero.bash', 'ikero.fish', 'ikero.zsh', 'plan one.yml', 'play books', 'state']
const folders = ['play books', 'state']
const flagsOf = (name: string): readonly string[] =>
  commandShapes()
    .filter((one) => one.name === name)
    .flatMap(({ flags }) =>
      flags.flatMap(({ long, short }) => [long, ...(short === undefined ? [] : [short])]),
    )

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { cwd: dir, encoding: 'utf8', env: { PATH: process.env.PATH ?? '', HOME: dir } })

describeWith(bash, 'the completion of bash', () => {
  /** What a bash would offer for the last word. */
  const offered = (...words: readonly string[]): readonly string[] => {
    const script = `source ./ikero.bash
      COMP_WORDS=(ikero "$@"); COMP_CWORD=$#
      $(complete -p ikero | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
      printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = run('bash', ['--norc', '-c', script, 'bash', ...words])
    expect(stderr).toBe('')
    return stdout.split('\n').filter((line) => line !== '')
  }

  it.each([
    ['commands', [''], [...names, 'help', '--help', '--version']],
    ['commands by their beginning', ['ap'], ['apply']],
    ['files where a playbook is asked for', ['plan', ''], files],
    ['files with blanks in their names', ['validate', 'pla'], ['plan one.yml', 'play books']],
    ['files after a flag that takes one', ['plan', '-i', 'plan'], ['plan one.yml']],
    ['folders after a flag that takes one', ['runs', '--state-dir', ''], folders],
    ['nothing after a flag that takes a number', ['plan', '--concurrency', ''], []],
    ['nothing where no file is asked for', ['show', ''], []],
    ['flags', ['plan', '--ev'], ['--events']],
    ['flags behind an argument', ['runs', 'x', '--st'], ['--state-dir']],
    ['the words of a choice', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['the words of a choice by their beginning', ['schema', 'in'], ['inventory']],
    ['the second argument of a command', ['parse', 'show version', 'plan'], ['plan one.yml']],
    ['nothing behind the last argument', ['validate', 'plan one.yml', ''], []],
    ['an argument behind a flag and its word', ['plan', '-i', 'x.yml', 'state'], ['state']],
    ['commands to be helped with', ['help', 'val'], ['validate']],
    ['folders of a new project', ['init', ''], folders],
    ['nothing of a command that there is not', ['nothing', ''], []],
  ])('offers %s', (_, words, expected) => {
    expect([...offered(...words)].sort()).toEqual([...expected].sort())
  })

  it.each(names)('offers every flag of %s', (name) => {
    expect([...offered(name, '-')].sort()).toEqual([...flagsOf(name)].sort())
  })
})

describeWith(zsh, 'the completion of zsh', () => {
  it('is a script that zsh reads, and that defines the function', () => {
    expect(run('zsh', ['-f', '-n', 'ikero.zsh'])).toMatchObject({ status: 0, stderr: '' })
    const script = 'compdef() { print -r -- "$@" }; source ./ikero.zsh; whence -w _ikero'
    expect(run('zsh', ['-f', '-c', script])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: '_ikero ikero\n_ikero: function\n',
    })
  })
})

describeWith(fish, 'the completion of fish', () => {
  const offered = (line: string): readonly string[] => {
    const { stdout, stderr } = run('fish', ['--no-config', '-c', `source ikero.fish; complete -C '${line}'`])
    expect(stderr).toBe('')
    // Some versions escape blanks for the command line, others leave that to whoever reads.
    return stdout
      .split('\n')
      .flatMap((row) => (row === '' ? [] : (row.split('\t')[0] ?? '').replaceAll('\\', '')))
  }

  it('is a script that fish reads', () => {
    expect(run('fish', ['--no-execute', 'ikero.fish'])).toMatchObject({ status: 0, stderr: '' })
  })

  it.each([
    ['commands', 'ikero ', names],
    ['files', 'ikero validate pla', ['plan one.yml', 'play books/']],
    ['folders', 'ikero runs --state-dir st', ['state/']],
    ['the words of a choice', 'ikero completion ', ['bash', 'fish', 'zsh']],
    ['no files where none is asked for', 'ikero show pla', []],
  ])('offers %s', (_, line, expected) => {
    expect([...offered(line)].sort()).toEqual([...expected].sort())
  })

  it.each(names)('offers every flag of %s', (name) => {
    const long = flagsOf(name).filter((flag) => flag.startsWith('--'))
    expect(offered(`ikero ${name} --`)).toEqual(expect.arrayContaining([...long]))
  })
})

import { describe, expect, it } from 'vitest'
import { type CommandLine, commandLines, refusalOf } from './command-lines.ts'
import { deployFiles } from './files.ts'

const told = ({ where, argv }: CommandLine): string => `${where}: ikero ${argv.join(' ')}`

describe('the command lines of docs/deploy and of its pages', () => {
  it('are all accepted by the command table', () => {
    const refused = commandLines().flatMap((line) => {
      const why = refusalOf(line.argv)
      return why === undefined ? [] : [`${told(line)}: ${why}`]
    })
    expect(refused).toEqual([])
  })

  it('stand in every file that starts ikero', () => {
    const files = new Set(commandLines().map(({ where }) => where))
    const starting = deployFiles.filter((name) => !name.endsWith('.timer'))
    expect(starting.filter((name) => !files.has(`docs/deploy/${name}`))).toEqual([])
  })

  it('ask nobody: nobody is there', () => {
    const asks = commandLines().filter(
      ({ where, argv }) =>
        where.startsWith('docs/deploy/') &&
        (/^(?:apply|resume|rollback)$/.test(argv[0] ?? '') || argv.includes('--remediate')) &&
        !argv.includes('--yes'),
    )
    expect(asks.map(told)).toEqual([])
  })

  it.each([
    [['drfit', 'hubs.yml'], 'ikero has no command drfit'],
    [['drift'], "error: missing required argument 'playbook'"],
    [['drift', 'hubs.yml', '--known-host', 'f'], "error: unknown option '--known-host'"],
    [['drift', 'hubs.yml', 'asas.yml'], /too many arguments/],
    [['drift', 'hubs.yml', '--known-hosts'], /argument missing/],
  ])('would be refused as %j is', (argv, why) => expect(refusalOf(argv)).toMatch(why))

  it('is accepted where it is right', () =>
    expect(refusalOf(['drift', 'hubs.yml', '-i', 'prod.yml'])).toBeUndefined())
})

import { describe, expect, it } from 'vitest'
import {
  blocksOf,
  commandsBefore,
  commandsOf,
  labOf,
  minutesToRead,
  missingFrom,
  needsShell,
  wordsOf,
} from './blocks.ts'

describe('the reader of pages', () => {
  it('finds fenced and indented blocks, with the marker above them', () => {
    const text = [
      '<!-- before: ikero plan p.yml -->',
      '    $ ikero runs',
      '',
      '    $ ikero show X',
      '',
      '<!-- not run: needs devices -->',
      '',
      '```yaml',
      'version: 1',
      '```',
      'text',
      '',
      '    more',
    ].join('\n')
    expect(commandsBefore(text)).toEqual(['ikero plan p.yml'])
    // The line above the first block is no empty one: that is no block.
    expect(blocksOf(text)).toEqual([
      { line: 4, language: '', lines: ['$ ikero show X'] },
      { line: 9, language: 'yaml', lines: ['version: 1'], notRun: 'needs devices' },
      { line: 13, language: '', lines: ['more'] },
    ])
  })

  it('reads commands, their exit codes and what they print', () => {
    const lines = ['$ ikero plan p.yml    # exit 2: pending', 'a', '…', '$ ikero runs   # what ran']
    expect(commandsOf({ line: 7, language: '', lines })).toEqual([
      { line: 7, command: 'ikero plan p.yml', exit: 2, output: ['a', '…'] },
      { line: 10, command: 'ikero runs', exit: 0, output: [] },
    ])
    expect(wordsOf('a \'b c\' --d "e f"')).toEqual(['a', 'b c', '--d', 'e f'])
  })

  it.each([
    ['ikero runs', false],
    ["ikero show --limit 'a|b'", false],
    ['ikero runs | head -1', true],
    ['ikero plan p.yml; echo $?', true],
    ['ikero plan p.yml --json > plan.json', true],
  ])('knows whether %s is for a shell', (command, expected) => expect(needsShell(command)).toBe(expected))

  it('finds the scenario that a page names', () => {
    expect(labOf('# Title\n\n<!-- lab: mocks/scenarios/twenty/01.yml -->\n')).toBe(
      'mocks/scenarios/twenty/01.yml',
    )
    expect(labOf('# Title\n')).toBeUndefined()
  })

  it('counts the words of a page at 200 a minute, and no code', () => {
    const words = Array.from({ length: 100 }, () => 'word').join(' ')
    expect(minutesToRead(`# ${words}\n\n<!-- not run: why -->\n\n    $ ikero runs\n\n- ${words}\n`)).toBe(1)
  })

  it.each([
    ['all of it', 'a\nb\nc', ['a', 'b', 'c'], undefined],
    ['lines left out', 'a\nb\nc', ['a', '…', 'c'], undefined],
    ['the wrong order', 'a\nb', ['b', 'a'], 'a'],
    ['a line that is not there', 'a\nb', ['a', 'd'], 'd'],
    ['a part of a line', 'hub1: failed', ['failed'], 'failed'],
    ['an end that is left out', 'saved (sha256:00ff00)', ['saved …'], undefined],
    ['another time', 'took 9s at 16:08:50', ['took 1m 2s at 10:00:01'], undefined],
    ['another run', 'run 20261129T160849-708b79', ['run 20261124T193012-4f1c9a'], undefined],
    ['another number', 'sent to 3', ['sent to 4'], 'sent to 4'],
  ])('compares %s', (_, printed, output, expected) => {
    expect(missingFrom(printed, output)).toBe(expected)
  })
})

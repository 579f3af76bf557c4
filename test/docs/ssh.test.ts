import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { honouredKeywords } from '../../src/transport/ssh-config.ts'
import { root } from '../architecture/sources.ts'

describe('docs/ssh.md', () => {
  it('lists the keywords that are honoured, and no other', () => {
    const text = readFileSync(join(root, 'docs', 'ssh.md'), 'utf8')
    const table = text.slice(text.indexOf('| keyword'))
    const listed = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1]))
    expect(listed).toEqual([...honouredKeywords])
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import schema from '../../src/wire/plan-file.schema.json' with { type: 'json' }
import { ofTheMoment } from '../../src/workflow/stale.ts'
import { root } from '../architecture/sources.ts'

const text = readFileSync(join(root, 'docs', 'plans.md'), 'utf8')

describe('docs/plans.md', () => {
  it('lists the warnings that do not make a plan stale, and no other', () => {
    const part = /Warnings about the SAs[\s\S]*?is\nin the run\./.exec(text)?.[0] ?? ''
    expect(new Set(part.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g))).toEqual(ofTheMoment)
  })

  it('tells every key of the file', () => {
    const table = text.slice(text.indexOf('| key'), text.indexOf('## An example'))
    const untold = Object.keys(schema.properties).filter((key) => !table.includes(`\`${key}`))
    expect(untold).toEqual([])
  })
})

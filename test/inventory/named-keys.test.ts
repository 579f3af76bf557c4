import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import schema from '../../src/inventory/inventory.schema.json' with { type: 'json' }
import { sourcesBelow } from '../architecture/sources.ts'

const advice = sourcesBelow('src').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/more time with ([\w.]+)/g)].map((match) => match[1] ?? ''),
)

describe('next steps that name a key of the inventory', () => {
  it('name keys that it has', () => {
    expect([...new Set(advice)].sort()).toEqual(['commandTimeout', 'connectTimeout', 'totalTimeout'])
    for (const key of advice) expect(schema.properties.defaults.properties).toHaveProperty(key)
  })
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { root } from '../../architecture/sources.ts'

const folder = join(root, 'test/captures/ios')
const cases = readdirSync(folder).flatMap((slug) =>
  readdirSync(join(folder, slug)).map((name) => ({
    command: slug.replaceAll('-', ' ').replace('running config', 'running-config'),
    name,
    path: join(folder, slug, name),
  })),
)

interface Expected {
  readonly facts?: Readonly<Record<string, unknown>>
  readonly unrecognised?: boolean
  readonly localAddresses?: readonly string[]
}

function expectedOf(path: string): Expected {
  const value: Expected = JSON.parse(readFileSync(join(path, 'expected.json'), 'utf8'))
  return value
}

/** Control characters are written as `\x08` in the files, so that editors leave them alone. */
function inputOf(path: string): string {
  const text = readFileSync(join(path, 'input.txt'), 'utf8')
  return text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

describe('captures of IOS', () => {
  it.for(cases)('$command, $name: prints what the text shows and nothing else', ({ command, path }) => {
    const expected = expectedOf(path)
    const parser = iosDriver.parsers.find((each) => each.pattern.test(command))
    const answer = parser?.parse(inputOf(path), {
      localAddresses: expected.localAddresses ?? [],
    })
    if (expected.unrecognised === true) expect(answer?.kind).toBe('unrecognised')
    else expect(answer).toEqual({ kind: 'facts', facts: expected.facts })
  })

  it.for(cases)('$command, $name: says where it comes from', ({ path }) => {
    expect(existsSync(join(path, 'source.md'))).toBe(true)
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import { root, sourcesBelow } from './sources.ts'

const files = [...sourcesBelow('src'), ...sourcesBelow('mocks')]
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
/** Files whose text matches, comments left out. */
const naming = (pattern: RegExp, except: readonly string[] = []): readonly string[] =>
  files.filter(
    (file) => !except.includes(file) && pattern.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
  )

/** Files that may cast, and why. */
const mayCast: ReadonlyMap<string, string> = new Map([
  ['src/model/ids.ts', 'makes the brands, each behind its grammar'],
  ['src/kernel/redact.ts', 'gives a value back in its own shape with other strings'],
])

describe('the house rules', () => {
  it('no source file is longer than 400 lines', () => {
    expect(files.filter((file) => read(file).split('\n').length > 400)).toEqual([])
  })

  it('no function is longer than 80 lines', () => {
    const long: string[] = []
    for (const file of files) {
      const text = read(file)
      const measure = (node: { start: number; end: number }): void => {
        const lines = text.slice(node.start, node.end).split('\n').length
        if (lines > 80) long.push(`${file}:${text.slice(0, node.start).split('\n').length} (${lines} lines)`)
      }
      new Visitor({
        FunctionDeclaration: measure,
        FunctionExpression: measure,
        ArrowFunctionExpression: measure,
      }).visit(parseSync(file, text).program)
    }
    expect(long).toEqual([])
  })

  it('no cast but where a brand is made, and no assertion that something is there', () => {
    const casts: string[] = []
    for (const file of files) {
      const text = read(file)
      const note = (node: { start: number; end: number }): void => {
        const place = `${file}:${text.slice(0, node.start).split('\n').length}`
        casts.push(`${place} ${text.slice(node.start, node.end).split('\n').at(-1)?.trim()}`)
      }
      new Visitor({
        TSAsExpression: (node) => {
          const { typeAnnotation: type } = node
          const constant =
            type.type === 'TSTypeReference' &&
            type.typeName.type === 'Identifier' &&
            type.typeName.name === 'const'
          if (!constant && !mayCast.has(file)) note(node)
        },
        TSTypeAssertion: note,
        TSNonNullExpression: note,
      }).visit(parseSync(file, text).program)
    }
    expect(casts).toEqual([])
  })

  it('only main.ts reads process.*; time comes from the clock', () => {
    expect(naming(/\bprocess\.(?!getBuiltinModule)/, ['src/main.ts'])).toEqual([])
    expect(
      naming(/\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bperformance\.now\(/, [
        'src/kernel/clock.ts',
        /* a text that runs in the reader's browser */ 'src/report/html/status/script.ts',
      ]),
    ).toEqual([])
  })

  it('one owner of signals, and libraries are not used with their unsafe defaults', () => {
    expect(
      naming(/SIGINT|SIGTERM/, ['src/main.ts', /* readline's word for Ctrl-C */ 'src/cli/ask.ts']),
    ).toEqual([])
    const listr = files.filter((file) => /new Listr\b/.test(read(file)))
    expect(listr.filter((file) => !read(file).includes('registerSignalListeners: false'))).toEqual([])
    const client = files.filter((file) => /new ssh2\.Client\(/.test(read(file)))
    expect(client.filter((file) => !/hostVerifier/.test(read(file)))).toEqual([])
    expect(
      files.filter((file) => /\.clearQueue\(/.test(read(file)) && !/rejectOnClear: true/.test(read(file))),
    ).toEqual([])
  })

  it('nothing prints below the command line', () => {
    expect(naming(/\bconsole\./)).toEqual([])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonSchema } from '../../src/document/json.ts'
import { loadDocument, openDocument } from '../../src/document/load.ts'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'

const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string' },
    count: { type: 'integer', minimum: 1, 'x-ikero-expects': 'a number from 1' },
    mode: { enum: ['fast', 'slow', 'later'], 'x-ikero-not-yet': { except: ['fast', 'slow'] } },
    future: { type: 'object', 'x-ikero-not-yet': true, properties: { deep: { type: 'string' } } },
    password: { type: 'string', 'x-ikero-secret': true },
    tags: { type: 'array', uniqueItems: true, items: { type: 'string' } },
    inner: {
      type: 'object',
      additionalProperties: false,
      properties: { within: { type: 'string' }, after: { type: 'string' } },
    },
  },
}

function problems(text: string, use: JsonSchema = schema): readonly Diagnostic[] {
  const loaded = loadDocument(text, { file: 'x.yml', schema: use })
  return loaded.kind === 'err' ? loaded.error : []
}

/** `line:col+length CODE`, for short tables. */
function places(text: string, use: JsonSchema = schema): readonly string[] {
  return problems(text, use).map(({ at, code }) => `${at?.line}:${at?.col}+${at?.length ?? 1} ${code}`)
}

describe('a document without mistakes', () => {
  it('gives its value and the place of every part of it', () => {
    const loaded = loadDocument('name: a\ninner:\n  within: 3s\n', { file: 'x.yml', schema })
    expect(loaded.kind).toBe('ok')
    if (loaded.kind !== 'ok') return
    expect(loaded.value.value).toEqual({ name: 'a', inner: { within: '3s' } })
    expect(loaded.value.at(['inner', 'within'])).toEqual({
      file: 'x.yml',
      line: 3,
      col: 11,
      excerpt: '  within: 3s',
      length: 2,
    })
    expect(loaded.value.at(['inner', 'nothing', 'here']).line).toBe(3)
    expect(loaded.value.root.get('inner')?.get('within')?.keyAt()).toMatchObject({
      line: 3,
      col: 3,
      length: 6,
    })
  })

  it('reads yes, no, on, off and dates as the texts that they are in YAML 1.2, whatever a directive says', () => {
    for (const word of ['yes', 'no', 'on', 'off', '2027-03-31', '22:00', '1_000']) {
      expect(problems(`name: ${word}\n`)).toEqual([])
      expect(problems(`%YAML 1.1\n---\nname: ${word}\n`)).toEqual([])
    }
  })

  it('may use an alias for a value', () => {
    const loaded = loadDocument('name: &n hub\ninner: { within: *n }\n', { file: 'x.yml', schema })
    expect(loaded.kind === 'ok' && loaded.value.value).toEqual({ name: 'hub', inner: { within: 'hub' } })
  })

  it('is read the same with a byte order mark and with CRLF', () => {
    expect(problems('\ufeffname: a\r\ncount: 2\r\n')).toEqual([])
  })

  it('may be JSON', () => {
    expect(problems('{"name": "a", "count": 2}')).toEqual([])
  })
})

describe('positions', () => {
  it.each([
    ['of a wrong value', 'name: 5\n', ['1:7+1 WRONG_TYPE']],
    ['of an unknown key', 'name: a\nother: 1\n', ['2:1+5 UNKNOWN_KEY']],
    ['of a missing key', 'count: 1\n', ['1:1+1 MISSING_KEY']],
    ['of a key without a value', 'name: a\ncount:\n', ['2:1+5 WRONG_TYPE']],
    ['after CRLF', 'name: a\r\ncount: x\r\n', ['2:8+1 WRONG_TYPE']],
    ['after a byte order mark', '\ufeffname: 5\n', ['1:7+1 WRONG_TYPE']],
    ['after a tab in a flow map', 'name: a\ninner: {\twithin: 3 }\n', ['2:18+1 WRONG_TYPE']],
    ['of a tab in the indentation', 'name: a\ninner:\n\twithin: x\n', ['3:1+1 YAML_SYNTAX']],
    ['of a key that stands twice', 'name: a\nname: b\n', ['2:1+4 DUPLICATE']],
    ['of an item that stands twice', 'name: a\ntags: [x, y, x]\n', ['2:14+1 DUPLICATE']],
    ['of a quote that is never closed', 'name: "a\ncount: 1\n', ['1:7+1 YAML_SYNTAX']],
    ['of a value over several lines', 'name: a\ncount: [1,\n  2]\n', ['2:8+3 WRONG_TYPE']],
    [
      'of a value behind an alias',
      'name: a\ninner: { within: &x 5, after: *x }\n',
      ['2:21+1 WRONG_TYPE', '2:21+1 WRONG_TYPE'],
    ],
    ['of a second document', 'name: a\n---\nname: b\n', ['2:1+1 YAML_SYNTAX']],
    ['of a tag', 'name: !vault a\n', ['1:7+6 YAML_SYNTAX']],
    ['of a merge key', 'name: a\ninner:\n  <<: { within: x }\n', ['3:3+2 YAML_SYNTAX']],
    ['of a control character', 'name: a\u0007b\n', ['1:8+1 YAML_SYNTAX']],
    ['of an alias without an anchor', 'name: *x\n', ['1:7+2 YAML_SYNTAX']],
    ['of an alias inside its anchor', 'name: a\ntags: &x [*x]\n', ['2:11+2 YAML_SYNTAX']],
    ['of an empty file', '# nothing\n', ['1:1+1 MISSING_KEY']],
    ['of a file that is a list', '- a\n', ['1:1+3 WRONG_TYPE']],
  ])('are right: %s', (_, text, expected) => {
    expect(places(text)).toEqual(expected)
  })

  it('carry the whole line, without its line end', () => {
    expect(problems('name: a\r\ninner: { within: 3 } # why\r\n')[0]?.at?.excerpt).toBe(
      'inner: { within: 3 } # why',
    )
  })

  it('lie inside the text, whatever the text is', () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom(
          'name: a',
          'count: x',
          'inner:',
          '  within: 1',
          '\tx',
          '- a',
          'a: b: c',
          '{',
          ']',
          '&a',
          '*a',
          '---',
          '"',
          '|',
          '? x',
          '!t y',
          '<<: *a',
        ),
        fc.string({ maxLength: 30 }),
      ),
    )
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n', '\r'), (parts, end) => {
        const text = parts.join(end)
        const source = text.replace(/^\ufeff/, '').split('\n')
        for (const { at } of problems(text)) {
          const line = source[(at?.line ?? 0) - 1]
          expect(line).toBeDefined()
          expect(at?.col).toBeGreaterThanOrEqual(1)
          expect((at?.col ?? 0) - 1).toBeLessThanOrEqual(line?.length ?? -1)
          expect((at?.col ?? 0) - 1 + (at?.length ?? 1)).toBeLessThanOrEqual((line?.length ?? 0) + 1)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('a value read back', () => {
  it('is what was written, for any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ name: value }).replaceAll('\u007f', '\\u007f')
        const { document } = openDocument(text, { file: 'x', schema: {} })
        expect(JSON.stringify(document?.value)).toBe(JSON.stringify({ name: value }))
      }),
    )
  })

  it('keeps a key such as __proto__ as a key', () => {
    expect(places('name: a\n__proto__: { x: 1 }\nconstructor: 1\n')).toEqual([
      '2:1+9 UNKNOWN_KEY',
      '3:1+11 UNKNOWN_KEY',
    ])
  })
})

describe('hints', () => {
  it.each([
    ['nmae: a\n', 'did you mean "name"?'],
    ['name: a\nConut: 1\n', 'did you mean "count"?'],
    ['name: a\nwithin: 3s\n', 'it belongs under "inner"'],
    ['name: a\ninner: { count: 3 }\n', 'it belongs to the top level of the file'],
    ['name: a\nmode: fsat\n', 'did you mean "fast"?'],
    ['name: 9.16\n', 'put it in quotes: "9.16"'],
    ['name: a\ntags: x\n', 'did you mean [x]?'],
  ])('%j → %s', (text, hint) => {
    expect(problems(text).map((problem) => problem.hint)).toEqual([hint])
  })

  it('are silent about words that resemble nothing', () => {
    expect(problems('name: a\nzebra: 1\n')[0]?.hint).toBeUndefined()
  })
})

describe('a key that is not built yet', () => {
  it('is refused at the key, and nothing is said of its inside', () => {
    expect(places('name: a\nfuture: { deep: 5 }\n')).toEqual(['2:1+6 NOT_YET_SUPPORTED'])
  })

  it('is refused at the value when only some values are built', () => {
    expect(places('name: a\nmode: later\n')).toEqual(['2:7+5 NOT_YET_SUPPORTED'])
    expect(places('name: a\nmode: slow\n')).toEqual([])
    expect(places('name: a\nmode: never\n')).toEqual(['2:7+5 INVALID_VALUE'])
  })
})

describe('secrets', () => {
  it.each([
    'name: a\npassword: 12345\n',
    'name: a\npasword: hunter2\n',
    'name: a\npassword: hunter2: x\n',
    'name: a\npassword: "hunter2\n',
    'x: { name: a, password: hunter2: y }\n',
    'inner:\n  password: |\n    hunter2\n    hunter2: "\n   x: y: hunter2\n',
    '{ name: a, name: b, password: hunter2 }\n',
    'name: a\npassword: hunter2\npassword: hunter2\n',
    'name: a\npwd: hunter2\n',
    'name: a\npassphrase: hunter2\n',
    'name: a\napiToken: hunter2\n',
    'name: a\npasword: { literal: hunter2 }\n',
    'name: a\npasswort: [hunter2, 12345]\n',
    'name: a\npasword: hunter2 \u0007\n',
    'name: a\nname: "\npasword: { literal: hunter2 }\n',
    'name: a\n---\npwd: hunter2\n',
    'name: a\npsk: hunter2\npreSharedKey: hunter2\n',
    // In place of the name of a variable, and of a program.
    'name: a\nnme: b\npassword: { env: "hunter2!" }\n',
    'name: a\npassword: { command: hunter2 }\n',
    'name: a\npassword: { env: "hunter2!" }\npassword: { command: echo hunter2, x: "}\n',
  ])('stand in no message and no excerpt: %j', (text) => {
    const told = problems(text)
    expect(told.length).toBeGreaterThan(0)
    expect(JSON.stringify(told)).not.toMatch(/hunter2|12345/)
  })
})

describe('references to secrets', () => {
  it('are shown as they stand, beside a mistake', () => {
    for (const reference of ['{ env: IKERO_PASSWORD }', '{ file: pass }', '{ command: [pass, show] }'])
      for (const mistake of ['nme: b', 'name: c'])
        expect(problems(`{ name: a, ${mistake}, password: ${reference} }\n`)[0]?.at?.excerpt).toContain(
          reference,
        )
  })
})

describe('hostile files', () => {
  const levels = 'abcdefghij'
  const bomb = [...levels]
    .map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? 'x' : `*${levels[index - 1]}`)
          .join(', ')}]`,
    )
    .join('\n')

  it.each([
    ['an alias bomb', bomb],
    ['a megabyte of merge keys', `a: &a { x: 1 }\nb:\n${'  <<: *a\n'.repeat(110_000)}`],
    ['brackets ten thousand deep', '['.repeat(10_000)],
    ['a million brackets', '[{'.repeat(500_000)],
    ['lists ten thousand deep', `${'- '.repeat(10_000)}a`],
    ['maps ten thousand deep', `${'a: '.repeat(10_000)}a`],
    ['a hundred thousand documents', '---\na: 1\n'.repeat(100_000)],
    ['a megabyte of commas', `[${','.repeat(1_000_000)}]`],
    ['a megabyte of closing brackets', '}'.repeat(1_000_000)],
    ['a megabyte of tags', '!a '.repeat(300_000)],
    ['a megabyte of anchors', '&a '.repeat(300_000)],
    ['too large a file', `name: ${'x'.repeat(5_000_000)}`],
  ])('are given up at once: %s', (_, text) => {
    const before = performance.now()
    const told = problems(text)
    expect(performance.now() - before).toBeLessThan(1000)
    expect(told.map((problem) => problem.code)).toContainEqual(
      expect.stringMatching(/YAML_SYNTAX|FILE_UNREADABLE/),
    )
  })

  it('get a bounded list of problems', () => {
    const junk = Array.from({ length: 3000 }, (_, index) => `k${index}: 1`).join('\n')
    const told = problems(junk)
    expect(told.length).toBe(201)
    expect(told.at(-1)?.message).toMatch(/^and at least \d+ more problems/)
  })

  it('do not make the loader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        expect(() => problems(text)).not.toThrow()
      }),
      { numRuns: 100 },
    )
  })
})

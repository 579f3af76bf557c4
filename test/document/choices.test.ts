import { describe, expect, it } from 'vitest'
import type { JsonSchema } from '../../src/document/json.ts'
import { loadDocument } from '../../src/document/load.ts'

function told(schema: JsonSchema, text: string): readonly string[] {
  const loaded = loadDocument(text, { file: 'x.yml', schema: { type: 'object', properties: { v: schema } } })
  return loaded.kind === 'ok' ? [] : loaded.error.map(({ message }) => message)
}

const staticOrNumbers: JsonSchema = {
  anyOf: [{ const: 'static' }, { type: 'array', items: { type: 'integer' } }],
}
const shapes: JsonSchema = {
  oneOf: [
    {
      type: 'object',
      additionalProperties: false,
      required: ['kind', 'radius'],
      properties: { kind: { const: 'circle' }, radius: { type: 'number' } },
    },
    {
      type: 'object',
      additionalProperties: false,
      required: ['kind', 'width', 'height'],
      properties: { kind: { const: 'box' }, width: { type: 'number' }, height: { type: 'number' } },
    },
  ],
}

describe('a choice in a schema', () => {
  it('tells only the mistakes of the branch whose shape was written', () => {
    expect(told(staticOrNumbers, 'v: [10, x]\n')).toEqual(['v[1] must be a whole number, not "x"'])
  })

  it('tells what is allowed, once, when no branch has the shape', () => {
    expect(told(staticOrNumbers, 'v: { a: 1 }\n')).toEqual([
      'v must be "static" or a list, not a map of keys',
    ])
    expect(told(staticOrNumbers, 'v: all\n')).toEqual(['v must be "static" or a list, not "all"'])
  })

  it('follows the key that names the branch', () => {
    expect(told(shapes, 'v: { kind: box, width: x, height: 2 }\n')).toEqual([
      'v.width must be a number, not "x"',
    ])
    expect(told(shapes, 'v: { kind: circle, width: 3 }\n')).toEqual([
      'the key "radius" is missing in v',
      'unknown key "width" in v',
    ])
  })

  it('names all branches when that key fits none', () => {
    expect(told(shapes, 'v: { kind: blob, radius: 1 }\n')).toEqual([
      'v.kind must be circle or box, not "blob"',
    ])
  })

  it('goes through references and through choices inside choices', () => {
    const schema: JsonSchema = {
      definitions: { leaf: staticOrNumbers },
      type: 'object',
      properties: {
        v: { oneOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#/definitions/leaf' } }] },
      },
    }
    const loaded = loadDocument('v: [static, [1, b]]\n', { file: 'x', schema })
    expect(loaded.kind === 'err' && loaded.error.map((problem) => problem.message)).toEqual([
      'v[1][1] must be a whole number, not "b"',
    ])
  })

  it('over keys alone says which of them must be there', () => {
    const schema: JsonSchema = { anyOf: [{ required: ['a'] }, { required: ['b'] }] }
    expect(told(schema, 'v: {}\n')).toEqual(['a key is missing in v: "a" or "b"'])
  })
})

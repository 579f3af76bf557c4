import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configBody as asaBody } from '../../mocks/asa/running.ts'
import {
  type ConfigNode,
  type ConfigTree,
  mergeConfig,
  parseConfig,
  putLine,
  renderNodes,
} from '../../mocks/config-tree.ts'
import { configBody as iosBody } from '../../mocks/ios/running.ts'
import { labScenario } from './scenarios.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/).filter((text) => text !== 'end' && text !== 'banner')
const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))
const leaf = line.map((text): ConfigNode => ({ line: text, children: [] }))
const block = fc
  .tuple(line, fc.array(leaf, { maxLength: 3 }))
  .map(([text, children]): ConfigNode => ({ line: text, children }))
const banner = fc
  .array(fc.stringMatching(/^[ -@A-Z_-~]{0,20}$/), { maxLength: 3 })
  .map((texts): ConfigNode => {
    const verbatim = [...texts.map((text) => text.replaceAll('^', '').trimEnd()), '^C']
    return { line: 'banner motd ^C', children: [], verbatim }
  })
const tree: fc.Arbitrary<ConfigTree> = fc.array(fc.oneof(block, leaf, banner), { maxLength: 8 })

describe('a configuration as a tree', () => {
  it('survives being printed and read again, on both platforms', () => {
    fc.assert(
      fc.property(tree, (config) => {
        expect(parseConfig(iosBody(config).join('\n'))).toEqual(config)
        expect(parseConfig(asaBody(config).join('\n'))).toEqual(config)
      }),
    )
  })

  it('is printed the same way every time', () => {
    for (const box of labScenario().devices) {
      const body = box.platform === 'asa' ? asaBody : iosBody
      const once = body(parseConfig(box.config)).join('\n')
      expect(body(parseConfig(once)).join('\n')).toBe(once)
    }
  })

  it('keeps every other line when one is put in', () => {
    fc.assert(
      fc.property(tree, line, fc.nat(3), (config, text, rank) => {
        const after = putLine(
          config,
          { line: text, children: [] },
          () => false,
          () => rank,
        )
        const others = (lines: ConfigTree): readonly string[] =>
          renderNodes(lines).filter((other) => other !== text)
        expect(others(after)).toEqual(others(config))
        expect(after.some((node) => node.line === text)).toBe(true)
      }),
    )
  })

  it('merges lines below a block that both have', () => {
    const merged = mergeConfig(parseConfig('a\n b\nc'), parseConfig('a\n d\ne'), () => 0)
    expect(renderNodes(merged)).toEqual(['a', ' b', ' d', 'c', 'e'])
  })
})

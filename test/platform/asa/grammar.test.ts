import { describe, expect, it } from 'vitest'
import { asaGrammar } from '../../../src/platform/asa/grammar.ts'

const isNoise = (line: string): boolean => asaGrammar.noise.some((pattern) => pattern.test(line))

describe('what an ASA logs between the lines of an output', () => {
  it.each([
    ['%ASA-5-111008: User netops executed the command'],
    ['Nov 24 15:12:01: %ASA-5-111008: User netops executed the command'],
    ['Nov 24 2026 15:12:01: %ASA-4-113019: Group = 203.0.113.20, Session disconnected'],
    ['Nov 24 2026 15:12:01 asa1 : %ASA-4-113019: Group = 203.0.113.20, Session disconnected'],
    ['2026-11-24T15:12:01Z asa1 : %ASA-5-111008: User netops executed the command'],
    ['2026-11-24T15:12:01Z: %PIX-5-111008: User netops executed the command'],
  ])('is told from it: %s', (line) => {
    expect(isNoise(line)).toBe(true)
  })

  it.each([
    ['1   IKE Peer: 203.0.113.20'],
    ['crypto map outside_map 10 set peer 203.0.113.20'],
    ['% Invalid input detected'],
    ['ERROR: % Invalid input'],
  ])('is nothing else: %s', (line) => {
    expect(isNoise(line)).toBe(false)
  })
})

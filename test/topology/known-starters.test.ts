import { describe, expect, it } from 'vitest'
import type { PeerDeclaration } from '../../src/model/intent.ts'
import type { TopologyInput } from '../../src/topology/input.ts'
import { knownStarters } from '../../src/topology/known-starters.ts'
import { asa, reading, router, run, sa } from './builders.ts'

const hub = router('hub', '203.0.113.1', '203.0.113.2')
const says = (initiates: PeerDeclaration['initiates']): Partial<TopologyInput> => ({
  declared: [{ key: '203.0.113.2', type: 'ios', ...(initiates === undefined ? {} : { initiates }) }],
})

describe('a peer that certainly starts', () => {
  it.each<[string, TopologyInput, boolean]>([
    ['is one that is declared to start always', run([hub], says('always')), true],
    ['is not one that starts with its traffic', run([hub], says('on-traffic')), false],
    ['is not one that never starts', run([hub], says('never')), false],
    ['is not one of which nothing is known', run([hub]), false],
    [
      'is one that was seen to start by an earlier run',
      run([hub], { seenAsInitiator: () => '2026-11-20T10:00:00Z' }),
      true,
    ],
    [
      'is not one that was seen to start and is declared never to',
      run([hub], { ...says('never'), seenAsInitiator: () => '2026-11-20T10:00:00Z' }),
      false,
    ],
    [
      'is one whose SA is up now',
      run([
        router('hub', '203.0.113.1', '203.0.113.2', {
          facts: reading(sa('203.0.113.2', 'responder')),
        }),
      ]),
      true,
    ],
    [
      'is one whose own configuration calls this device',
      run([hub, router('spoke', '203.0.113.2', '203.0.113.1', { wanted: 'bidirectional' })]),
      true,
    ],
    [
      'is not one that this run makes a responder too, whatever was seen',
      run([hub, router('spoke', '203.0.113.2', '203.0.113.1')], {
        seenAsInitiator: () => '2026-11-20T10:00:00Z',
      }),
      false,
    ],
    [
      'is not one that a cloud gateway is by its kind',
      run([asa('fw', '203.0.113.1', ['203.0.113.2'])], {
        declared: [{ key: '203.0.113.2', type: 'aws' }],
      }),
      false,
    ],
  ])('%s', (_title, input, expected) => {
    const [first] = knownStarters(input).values()
    expect(first?.[0]?.peers).toEqual(expected ? ['203.0.113.2'] : [])
  })
})

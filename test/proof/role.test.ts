import { describe, expect, it } from 'vitest'
import {
  A,
  B,
  C,
  firstOf,
  openTarget,
  ours,
  reading,
  target,
  theirs,
  unknownRole,
  verdictOf,
  withUnreadable,
} from './build.ts'

const none = reading()
const codes = (timeline: Parameters<typeof firstOf>[0]): readonly string[] =>
  firstOf(timeline).findings.map((finding) => finding.code)

describe('a target is verified', () => {
  it('when a fresh SA has this device as responder', () => {
    const before = reading(theirs(A, { id: '1' }))
    const verdict = firstOf({
      before,
      polls: [[2, reading(theirs(A, { id: '2', remainingSeconds: 86_000 }))]],
    })
    expect(verdict).toMatchObject({ verdict: 'verified', coverage: { peers: 1, proven: 1 }, findings: [] })
    expect(verdict.roles).toEqual([
      {
        target: 'VPN',
        peer: A,
        protocol: 'ikev1',
        reading: 'responder',
        fresh: true,
        proof: 'proven',
        remainingSeconds: 86_000,
        evidence: `${A} responder 2`,
      },
    ])
  })

  it('by one proven peer while others wait with old SAs that they started', () => {
    const targets = [target('VPN', [A, B, C])]
    const before = reading(theirs(A, { id: '1' }), theirs(B, { id: '2' }))
    const polls = [[2, reading(theirs(A, { id: '3' }), theirs(B, { id: '2' }))]] as const
    expect(firstOf({ targets, before, polls })).toMatchObject({
      verdict: 'verified',
      coverage: { peers: 3, proven: 1, waiting: 1, atRisk: 0, idle: 1 },
    })
  })

  it('although an old SA that it started still stands beside the fresh one', () => {
    const before = reading(ours(A, { id: '1' }))
    const verdict = verdictOf({ before, polls: [[5, reading(ours(A, { id: '1' }), theirs(A, { id: '2' }))]] })
    expect(verdict.targets[0]?.verdict).toBe('verified')
    expect(verdict.targets[0]?.roles.map((row) => row.proof)).toEqual(['at-risk', 'proven'])
  })
})

describe('a target stays unproven', () => {
  const targets = [target('VPN', [A, B])]

  it.each([
    ['when nothing was read since the push', { before: reading(theirs(A, { id: '1' })) }],
    [
      'when all SAs are old',
      { before: reading(theirs(A, { id: '1' })), polls: [[2, reading(theirs(A, { id: '1' }))]] },
    ],
    [
      'when one peer is left whose only SA was started here',
      {
        targets,
        before: reading(theirs(A, { id: '1' }), ours(B, { id: '2' })),
        polls: [[2, reading(theirs(A, { id: '3' }), ours(B, { id: '2' }))]],
      },
    ],
    [
      'when one peer is missing',
      {
        targets,
        before: reading(theirs(A, { id: '1' }), theirs(B, { id: '2' })),
        polls: [[2, reading(theirs(A, { id: '3' }))]],
      },
    ],
    [
      'when a peer’s row could not be read',
      {
        targets,
        before: reading(theirs(A, { id: '1' }), theirs(B, { id: '2' })),
        polls: [[2, withUnreadable([`${B}  203.0.113.1  QM_`], theirs(A, { id: '3' }))]],
      },
    ],
    [
      'when the role of the fresh SA is not known',
      { before: none, polls: [[2, reading(unknownRole(A, { id: '3' }))]] },
    ],
    [
      'when the fresh SA is only half open',
      {
        before: none,
        polls: [
          [5, none],
          [70, reading(theirs(A, { id: '3', halfOpen: true }))],
        ],
      },
    ],
  ] as const)('%s', (_, timeline) => {
    expect(firstOf(timeline)).toMatchObject({ verdict: 'unproven', findings: [] })
  })

  it('when the fresh SA’s peer belongs to two tunnels, and says which', () => {
    const shared = {
      others: [target('SPARE', [A])],
      before: none,
      polls: [[2, reading(theirs(A, { id: '3' }))]],
    } as const
    const verdict = firstOf(shared)
    expect(verdict).toMatchObject({ verdict: 'unproven', coverage: { ambiguous: 1 } })
    expect(verdict.findings).toMatchObject([{ code: 'ROLE_AMBIGUOUS', severity: 'warn' }])
    expect(verdict.findings[0]?.message).toContain('VPN, SPARE')
  })
})

describe('a fresh SA that this device started', () => {
  const own = reading(ours(A, { id: '9' }))
  const idleThenOwn = [
    [2, none],
    [70, none],
    [100, own],
    [130, own],
  ] as const

  it('contradicts when two polls agree that it came up where none was', () => {
    const verdict = firstOf({ before: none, polls: idleThenOwn })
    expect(verdict.verdict).toBe('contradicted')
    expect(verdict.contradictedBy).toMatchObject({
      peer: A,
      reading: 'initiator',
      fresh: true,
      proof: 'contradicts',
    })
    expect(verdict.findings).toMatchObject([
      { code: 'ROLE_CONTRADICTED', severity: 'block', evidence: `${A} initiator 9` },
    ])
  })

  it('contradicts also for a peer that a tunnel for any peer took', () => {
    expect(firstOf({ targets: [openTarget('DMVPN')], before: none, polls: idleThenOwn }).verdict).toBe(
      'contradicted',
    )
  })

  it('contradicts when the peer was away in between', () => {
    const old = reading(theirs(A, { id: '1' }))
    const polls = [
      [2, old],
      [70, old],
      [100, none],
      [130, own],
      [160, own],
    ] as const
    expect(firstOf({ before: old, polls }).verdict).toBe('contradicted')
  })

  it('waits for a second poll before it contradicts', () => {
    const verdict = verdictOf({ before: none, polls: idleThenOwn.slice(0, 3) })
    expect(verdict.targets[0]).toMatchObject({ verdict: 'unproven', findings: [{ code: 'ROLE_AMBIGUOUS' }] })
    expect(verdict.undecided).toBe(true)
  })

  it.each([
    [
      'it was first seen within a minute of the push',
      {
        before: none,
        polls: [
          [2, none],
          [58, own],
          [70, own],
          [100, own],
        ],
      },
    ],
    [
      'it was half open within a minute of the push',
      {
        before: none,
        polls: [
          [2, none],
          [50, reading(ours(A, { id: '9', halfOpen: true }))],
          [80, own],
          [110, own],
        ],
      },
    ],
    [
      'its peer belongs to a tunnel outside the targets too',
      { before: none, polls: idleThenOwn, others: [target('SPARE', [A])] },
    ],
    [
      'its peer belongs to two targets',
      { before: none, polls: idleThenOwn, targets: [target('M/10', [A]), target('M/20', [A])] },
    ],
    [
      'it is still only an attempt',
      {
        before: none,
        polls: [
          [2, none],
          [100, reading(ours(A, { id: '9', halfOpen: true }))],
        ],
      },
    ],
  ] as const)('is ambiguous, and leaves the target unproven, when %s', (_, timeline) => {
    expect(firstOf(timeline).verdict).toBe('unproven')
    expect(new Set(codes(timeline))).toEqual(new Set(['ROLE_AMBIGUOUS']))
  })

  it.each([
    ['an old SA with that peer was living', reading(theirs(A, { id: '1' }))],
    ['an old SA of its own was living', reading(ours(A, { id: '1' }))],
  ])('is a rekey, and leaves the target unproven, when %s', (_, living) => {
    const both = reading(...living.sas, ours(A, { id: '9' }))
    const timeline = {
      before: living,
      polls: [
        [2, living],
        [70, living],
        [100, both],
        [130, own],
      ],
    } as const
    expect(firstOf(timeline).verdict).toBe('unproven')
    expect(codes(timeline)).toEqual(['ROLE_REKEYED_HERE'])
  })

  it('is no contradiction when the poll before could not read that peer', () => {
    const torn = withUnreadable([`${A}  203.0.113.1  QM_`])
    const timeline = {
      before: none,
      polls: [
        [2, none],
        [70, torn],
        [100, own],
        [130, own],
      ],
    } as const
    expect(firstOf(timeline).verdict).toBe('unproven')
  })

  it('keeps the target unproven although another SA is proven', () => {
    const living = reading(theirs(A, { id: '2' }))
    const both = reading(theirs(A, { id: '2' }), ours(A, { id: '9' }))
    const timeline = {
      before: none,
      polls: [
        [2, living],
        [70, living],
        [100, both],
      ],
    } as const
    expect(firstOf(timeline)).toMatchObject({ verdict: 'unproven', coverage: { proven: 1 } })
    expect(codes(timeline)).toEqual(['ROLE_REKEYED_HERE'])
  })

  it('is forgotten when it has ended and the peer has set the tunnel up anew', () => {
    const polls = [
      [2, none],
      [5, own],
      [70, reading(theirs(A, { id: '10' }))],
    ] as const
    expect(firstOf({ before: none, polls })).toMatchObject({ verdict: 'verified', findings: [] })
  })

  it('is nobody’s business when its peer belongs to no target', () => {
    const stranger = reading(ours('203.0.113.77', { id: '9' }))
    const polls = [
      [2, none],
      [70, none],
      [100, stranger],
      [130, stranger],
    ] as const
    expect(firstOf({ before: none, polls })).toMatchObject({ verdict: 'unproven', findings: [] })
  })

  it('is escaped in the finding’s message when the device prints control characters', () => {
    const name = 'evil\u001b[2J'
    const bad = reading(ours(name, { id: '9' }))
    const polls = [
      [2, none],
      [70, none],
      [100, bad],
      [130, bad],
    ] as const
    const [finding] = firstOf({ targets: [target('VPN', [name])], before: none, polls }).findings
    expect(finding?.message).toContain('evil\\x1b[2J')
  })
})

describe('a lost peer', () => {
  it('is told as lost only, although this device tries to start an SA with it', () => {
    const attempt = reading(ours(A, { id: '9', halfOpen: true }))
    const polls = [
      [2, none],
      [70, attempt],
      [100, attempt],
    ] as const
    const timeline = { before: reading(theirs(A, { id: '1' })), polls } as const
    expect(firstOf(timeline).verdict).toBe('lost')
    expect(codes(timeline)).toEqual(['PEER_LOST'])
  })

  it('takes nothing from what is told of the target’s other peers', () => {
    const targets = [target('VPN', [A, B])]
    const before = reading(theirs(A, { id: '1' }), theirs(B, { id: '2' }))
    const now = reading(theirs(B, { id: '2' }), ours(B, { id: '9' }))
    const polls = [
      [2, reading(theirs(B, { id: '2' }))],
      [70, now],
      [100, now],
    ] as const
    expect(codes({ targets, before, polls })).toEqual(['PEER_LOST', 'ROLE_REKEYED_HERE'])
  })
})

describe('duplicates', () => {
  it('are peers of the targets with several SAs or both directions, before and now', () => {
    const targets = [target('VPN', [A, B])]
    const others = [target('SPARE', [C])]
    const before = reading(
      theirs(A, { id: '1' }),
      ours(A, { id: '2' }),
      ours(B, { id: '3' }),
      theirs(B, { id: '4', halfOpen: true }),
      theirs(C, { id: '5' }),
      ours(C, { id: '6' }),
    )
    const polls = [
      [2, reading(theirs(A, { id: '1' }), theirs(A, { id: '7' }), ours(B, { id: '3' }))],
    ] as const
    expect(verdictOf({ targets, others, before, polls }).duplicates).toEqual({ before: 2, now: 1 })
  })
})

import { describe, expect, it } from 'vitest'
import { saysSessionLimit } from '../../src/model/session-limit.ts'

describe('a device that has no session left', () => {
  it.for([
    'Maximum number of SSH sessions reached',
    'ssh session limit exceeded',
    'Too many users logged in',
    '% All lines in use: connections exceeded',
    '[connections refused by server]: connection refused',
    'open failed: resource shortage',
  ])('says so: %s', (said) => expect(saysSessionLimit(said)).toBe(true))

  it.for(['% Authorization failed.', 'Access denied', 'hub1#', ''])('does not say so: %j', (said) =>
    expect(saysSessionLimit(said)).toBe(false),
  )
})

import { describe, expect, it } from 'vitest'
import { isHere, missing, netmiko, openSsh, policy } from './needs.ts'

describe('tests that need a foreign program', () => {
  it.each([
    ['run where it is', true, undefined, 'run'],
    ['run where it is in CI', true, 'true', 'run'],
    ['are left out where it is missing', false, undefined, 'leave-out'],
    ['are left out where CI is switched off', false, 'false', 'leave-out'],
    ['fail in CI where it is missing', false, 'true', 'fail'],
  ] as const)('%s', (_, found, ci, what) => {
    expect(policy(found, ci)).toBe(what)
  })

  it('say which program is missing and how to install it', () => {
    expect(missing(openSsh)).toBe('ssh is missing; install it with: apt-get install openssh-client')
    expect(missing(netmiko)).toBe('Netmiko is missing; install it with: apt-get install python3-netmiko')
  })

  it('find a program by running it', () => {
    expect(isHere({ name: 'node', debian: 'nodejs', probe: [process.execPath, '--version'] })).toBe(true)
    expect(isHere({ name: 'none', debian: 'none', probe: ['/nowhere/none'] })).toBe(false)
    expect(
      isHere({ name: 'broken', debian: 'none', probe: [process.execPath, '-e', 'process.exit(1)'] }),
    ).toBe(false)
  })
})

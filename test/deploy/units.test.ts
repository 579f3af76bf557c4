import { Cron } from 'croner'
import { describe, expect, it } from 'vitest'
import { readUnit, secondsOf, settingOf, type Unit } from './files.ts'

const serve = readUnit('ikero-serve.service')
const drift = readUnit('ikero-drift@.service')
const timer = readUnit('ikero-drift@.timer')
const services: readonly (readonly [string, Unit])[] = [
  ['ikero-serve.service', serve],
  ['ikero-drift@.service', drift],
]

/** Of both services; what is only about files that others read is apart. */
const sandbox: Readonly<Record<string, string>> = {
  ProtectSystem: 'strict',
  ProtectHome: 'yes',
  PrivateTmp: 'yes',
  PrivateDevices: 'yes',
  ProtectProc: 'invisible',
  NoNewPrivileges: 'yes',
  CapabilityBoundingSet: '',
  AmbientCapabilities: '',
  RestrictSUIDSGID: 'yes',
  RestrictNamespaces: 'yes',
  RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX',
  SystemCallArchitectures: 'native',
  SystemCallFilter: '@system-service ~@privileged @resources',
  SystemCallErrorNumber: 'EPERM',
  // Without it V8 cannot compile: test/foreign/systemd.test.ts has no way to see that.
  MemoryDenyWriteExecute: 'no',
}

describe.each(services)('%s', (_, unit) => {
  it('runs as a user of its own, in the sandbox', () => {
    expect(settingOf(unit, 'Service', 'User')).toBe('ikero')
    const found = Object.keys(sandbox).map((key) => [key, settingOf(unit, 'Service', key)])
    expect(Object.fromEntries(found)).toEqual(sandbox)
  })

  it('leaves in /proc what leases are judged by', () => {
    expect(settingOf(unit, 'Service', 'ProcSubset')).toBeUndefined()
    expect(settingOf(unit, 'Service', 'PrivateUsers')).toBeUndefined()
  })

  it('keeps its records where it may write, and nobody else may look', () => {
    expect(settingOf(unit, 'Service', 'StateDirectory')).toBe('ikero')
    expect(settingOf(unit, 'Service', 'StateDirectoryMode')).toBe('0700')
    expect(settingOf(unit, 'Service', 'Environment')?.split(' ')).toContain('IKERO_STATE=%S/ikero')
  })

  it('takes secrets as credentials, never from its environment', () => {
    expect(settingOf(unit, 'Service', 'LoadCredential')).toMatch(/^device-password:\/etc\/ikero\/secrets\//)
    expect(settingOf(unit, 'Service', 'Environment')).not.toMatch(/PASS|TOKEN|SECRET|KEY/i)
    expect(settingOf(unit, 'Service', 'EnvironmentFile')).toBeUndefined()
  })

  it('has time to finish a device in hand: the change, and taking it back', () => {
    // The default of totalTimeout; src/inventory/inventory.schema.json documents it.
    const totalTimeout = 10 * 60
    expect(secondsOf(settingOf(unit, 'Service', 'TimeoutStopSec'))).toBeGreaterThanOrEqual(2 * totalTimeout)
    expect(settingOf(unit, 'Service', 'KillMode')).toBe('mixed')
    expect(settingOf(unit, 'Service', 'SendSIGKILL')).toBeUndefined()
  })
})

describe('ikero-serve.service', () => {
  it('reloads with SIGHUP, and comes back after a crash but not to files with mistakes', () => {
    expect(settingOf(serve, 'Service', 'Type')).toBe('exec')
    expect(settingOf(serve, 'Service', 'ExecReload')).toBe('/bin/kill -HUP $MAINPID')
    expect(settingOf(serve, 'Service', 'Restart')).toBe('on-failure')
    expect(settingOf(serve, 'Service', 'RestartPreventExitStatus')).toBe('64')
  })
})

describe('ikero-drift@.service', () => {
  it('fails with every code that a person should hear of, and not when it was stopped', () => {
    expect(settingOf(drift, 'Service', 'Type')).toBe('oneshot')
    expect(settingOf(drift, 'Service', 'SuccessExitStatus')).toBe('130')
    // A second look would find the same, and hide the first.
    expect(settingOf(drift, 'Service', 'Restart')).toBeUndefined()
  })

  it('writes its metrics where others may read them', () => {
    const [, path = ''] = /--metrics (\S+)/.exec(settingOf(drift, 'Service', 'ExecStart') ?? '') ?? []
    expect(path).toMatch(/^%C\/ikero\//)
    expect(settingOf(drift, 'Service', 'CacheDirectory')).toBe('ikero')
    expect(settingOf(drift, 'Service', 'CacheDirectoryMode')).toBe('0755')
    expect(settingOf(drift, 'Service', 'UMask')).toBe('0022')
  })
})

describe('ikero-drift@.timer', () => {
  it('begins once where the machine was off, and spreads the logins', () => {
    expect(settingOf(timer, 'Timer', 'Persistent')).toBe('true')
    expect(secondsOf(settingOf(timer, 'Timer', 'RandomizedDelaySec'))).toBeGreaterThan(0)
    expect(settingOf(timer, 'Install', 'WantedBy')).toBe('timers.target')
    expect(new Cron('* * * * *', { timezone: zoneOf(timer), paused: true }).nextRun()).toBeInstanceOf(Date)
  })
})

/** The last word of OnCalendar: without it the time would be the machine's. */
function zoneOf(unit: Unit): string {
  return settingOf(unit, 'Timer', 'OnCalendar')?.split(' ').at(-1) ?? ''
}

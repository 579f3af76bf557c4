import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type ConfigOwner, resolveSshConfig, type SshSettings } from '../../src/transport/ssh-config.ts'
import { parseSshConfig, type ReadIncluded } from '../../src/transport/ssh-config-parse.ts'

function settings(
  text: string,
  host: string,
  owner: ConfigOwner = { home: '/home/ops' },
  included?: ReadIncluded,
): SshSettings {
  return resolveSshConfig(parseSshConfig({ file: 'config', text }, included), host, owner)
}

const told = (text: string, host = 'hub1'): readonly string[] =>
  settings(text, host).notes.map(({ line, message }) => `${line} ${message}`)

describe('an SSH client configuration', () => {
  it('gives the first value of a keyword, with the line that it stands on', () => {
    const text = `# remark
Host hub*
  HostName %h.mgmt.example.net   # here too
  Port=2222
Host *
  HostName other
  Port 22
  User "net ops"
`
    const found = settings(text, 'hub1')
    expect(found).toEqual({
      hostName: { value: 'hub1.mgmt.example.net', file: 'config', line: 3 },
      port: { value: 2222, file: 'config', line: 4 },
      user: { value: 'net ops', file: 'config', line: 8 },
      identityFiles: [],
      notes: [],
    })
    expect(settings(text, 'asa').hostName?.value).toBe('other')
  })

  it.each([
    ['hub1', 1],
    ['hub2', undefined],
    ['spoke', undefined],
  ])('keeps %s out of a Host line whose negated pattern fits', (host, port) => {
    expect(settings('Host hub* !hub2\n  Port 1\n', host).port?.value).toBe(port)
  })

  it('applies Match all, host and originalhost, and Match host to the name as HostName made it', () => {
    const text = `Host hub1
  HostName core.example.net
Match host *.example.net
  Port 2001
Match originalhost hub2
  Port 2002
Match !host core.example.net
  Port 2003
Match all
  User last
`
    const ports = ['hub1', 'hub2', 'x'].map((host) => settings(text, host).port?.value)
    expect(ports).toEqual([2001, 2002, 2003])
    expect(settings(text, 'hub1').user?.value).toBe('last')
  })

  it.each([
    ['Match exec "touch ./pwned"', 'Match exec is not followed and not run'],
    ['Match host hub1 exec true', 'Match exec is not followed and not run'],
    ['Match user netops', 'Match user is not followed'],
    ['Match canonical all', 'Match canonical is not followed'],
  ])('never applies %j, executes nothing, and says so', (line, words) => {
    const found = settings(`${line}\n  Port 1\nHost *\n  Port 2\n`, 'hub1')
    expect(found.port?.value).toBe(2)
    expect(found.notes).toEqual([{ file: 'config', line: 1, message: words }])
    expect(existsSync('pwned')).toBe(false)
  })

  it('adds identity files up, with tokens and the home folder', () => {
    const text =
      'IdentityFile ~/.ssh/%h\nIdentityFile %d/keys/%n-%p-%r\nIdentityFile none\nIdentityFile %C\nIdentitiesOnly yes\n'
    const found = settings(text, 'hub1', { home: '/home/ops', user: 'netops', port: 830 })
    expect(found.identityFiles.map(({ value }) => value)).toEqual([
      '/home/ops/.ssh/hub1',
      '/home/ops/keys/hub1-830-netops',
    ])
    expect(found.identitiesOnly?.value).toBe(true)
    expect(found.notes).toMatchObject([{ line: 4 }])
  })

  it.each([
    ['bastion', [{ host: 'bastion' }]],
    [
      'jump@bastion:2222,ssh://[2001:db8::1]:22',
      [
        { host: 'bastion', user: 'jump', port: 2222 },
        { host: '2001:db8::1', port: 22 },
      ],
    ],
    ['none', []],
  ])('reads ProxyJump %s', (text, hops) => {
    expect(settings(`ProxyJump ${text}\n`, 'hub1').proxyJump?.value).toEqual(hops)
  })

  it('runs no ProxyCommand, and follows no ProxyJump after one', () => {
    const text = 'ProxyCommand nc %h %p\nProxyJump bastion\n'
    expect(settings(text, 'hub1').proxyJump).toBeUndefined()
    expect(told(text)).toEqual(['1 ProxyCommand is not run; write via in the inventory'])
    expect(settings('ProxyCommand none\nProxyJump bastion\n', 'hub1').proxyJump?.value).toHaveLength(1)
  })

  it.each([
    ['aes256-ctr,aes128-ctr', 'set', ['aes256-ctr', 'aes128-ctr']],
    ['+aes128-cbc', 'append', ['aes128-cbc']],
    ['-chacha20*', 'remove', ['chacha20*']],
    ['^aes256-ctr', 'prepend', ['aes256-ctr']],
  ])('reads the algorithms %s', (text, how, names) => {
    expect(settings(`Ciphers ${text}\n`, 'hub1').ciphers?.value).toEqual({ how, names })
  })

  it('follows an Include only where its block applies', () => {
    const files: Readonly<Record<string, string>> = {
      'conf.d/*': 'Port 1\nHost hub2\n  User two\n',
      loop: 'Include loop\n',
    }
    const included: ReadIncluded = (pattern) => [{ file: pattern, text: files[pattern] ?? '' }]
    const text = 'Host hub1\n  Include conf.d/*\n  User one\n'
    expect(settings(text, 'hub1', {}, included)).toMatchObject({
      port: { value: 1, file: 'conf.d/*', line: 1 },
      user: { value: 'one', file: 'config', line: 3 },
    })
    expect(settings(text, 'hub2', {}, included)).toEqual({ identityFiles: [], notes: [] })
    const looped = parseSshConfig({ file: 'config', text: 'Include loop\n' }, included)
    expect(looped.problems).toMatchObject([{ file: 'loop', message: 'Include leads too deep: it is a loop' }])
  })

  it.each([
    ['Port 70000', '1 port 70000 is not a value that ikero can follow'],
    ['HostName %C', '1 hostname %C is not a value that ikero can follow'],
    ['User $' + '{WHO}', `1 user $\{WHO} is not a value that ikero can follow`],
    ['ProxyJump a b@', undefined],
    ['StrictHostKeyChecking no', '1 StrictHostKeyChecking is not followed: host keys are always verified'],
  ])('says what it does not follow: %s', (text, words) => {
    expect(told(`${text}\n`)).toEqual(words === undefined ? [] : [words])
  })

  it('says where a line makes no sense', () => {
    expect(parseSshConfig({ file: 'c', text: 'User "x\nPort\n' }).problems).toEqual([
      { file: 'c', line: 1, message: 'has a quote that is not closed' },
      { file: 'c', line: 2, message: 'port has no value' },
    ])
  })

  it('is read without an exception, whatever it holds', () => {
    const word = fc.constantFrom(
      'Host',
      'Match',
      'Port',
      'HostName',
      '"',
      '\\',
      '=',
      '%h',
      '!',
      '*',
      ',',
      '#',
      '\n',
      ' ',
      'exec',
      'ProxyJump',
      '+',
      '$',
      '{A}',
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        settings(words.join(''), 'hub1')
        settings(words.join(' '), 'hub1')
      }),
    )
  })
})

const openssh = spawnSync('ssh', ['-V']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'ikero-ssh-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What OpenSSH itself makes of a configuration. */
function bySsh(text: string, host: string): Readonly<Record<string, string>> {
  const file = join(folder, 'config')
  writeFileSync(file, text, { mode: 0o600 })
  const ran = spawnSync('ssh', ['-G', '-F', file, host], { encoding: 'utf8' })
  return Object.fromEntries(
    ran.stdout
      .split('\n')
      .reverse()
      .map((line) => [line.split(' ', 1)[0], line.replace(/^\S+ /, '')]),
  )
}

describe.runIf(openssh)('OpenSSH', () => {
  it('gives the same values as `ssh -G` does', () => {
    const block = fc.record({
      head: fc.constantFrom(
        'Host hub1',
        'Host hub*',
        'Host * !hub1',
        'Host a hub1',
        'Match host x.net',
        'Match all',
        'Match originalhost hub1',
        'Host "hub1"',
        'Match host !x.net,*',
      ),
      body: fc.array(
        fc.constantFrom(
          'Port 2222',
          'Port=830 # remark',
          'HostName x.net',
          'HostName %h.y',
          'User ops',
          'User "n o"',
          'HostKeyAlias al',
          'IdentityFile /k/%h',
          'ProxyJump b,c',
          'ProxyJump none',
        ),
        { maxLength: 4 },
      ),
    })
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), fc.constantFrom('hub1', 'hub2', 'z'), (blocks, host) => {
        const text = blocks.map(({ head, body }) => [head, ...body].join('\n')).join('\n')
        const [ours, theirs] = [settings(`${text}\n`, host), bySsh(`${text}\n`, host)]
        expect(ours.hostName?.value ?? host).toBe(theirs.hostname)
        expect(String(ours.port?.value ?? 22)).toBe(theirs.port)
        if (ours.user !== undefined) expect(ours.user.value).toBe(theirs.user)
        expect(ours.hostKeyAlias?.value).toBe(theirs.hostkeyalias)
        const hops = ours.proxyJump?.value.map((hop) => hop.host).join(',')
        expect(hops === '' ? undefined : hops).toBe(theirs.proxyjump)
        if (ours.identityFiles[0] !== undefined) expect(theirs.identityfile).toBe('/k/%h')
      }),
      { numRuns: 60 },
    )
  })
})

import { describe, expect, it } from 'vitest'
import { hostKeyOffer } from '../../src/transport/algorithms.ts'
import { fingerprintOf, hostKeyRefusal, judgeHostKey, knownTypesOf } from '../../src/transport/host-key.ts'
import { parseKnownHosts } from '../../src/transport/known-hosts.ts'
import { newKey } from './ssh-server.ts'

const blobOf = (line: string): Buffer => Buffer.from(line.split(' ')[1] ?? '', 'base64')
const ours = newKey('ed25519')
const other = newKey('ed25519')
const ecdsa = newKey('ecdsa')
const judge = (text: string, port = 22): string =>
  judgeHostKey(parseKnownHosts({ text }), '192.0.2.1', port, blobOf(ours.public)).kind

describe('the verdict on a host key', () => {
  it.each([
    ['match', `192.0.2.1 ${ours.public}`, 22],
    ['match', `192.0.2.1 ${other.public}\n192.0.2.1 ${ours.public}`, 22],
    ['match', `192.0.2.1 ${ours.public}`, 2222],
    ['match', `@cert-authority * ${other.public}\n192.0.2.1 ${ours.public}`, 22],
    ['match', `@revoked * ${other.public}\n192.0.2.1 ${ours.public}`, 22],
    ['unknown', '', 22],
    ['unknown', `192.0.2.2 ${ours.public}`, 22],
    ['unknown', `192.0.2.1 ${other.public}`, 2222],
    ['changed', `192.0.2.1 ${other.public}`, 22],
    ['changed', `192.0.2.1 ${ecdsa.public}`, 22],
    // What is known of the port itself is not outweighed by the plain name.
    ['changed', `[192.0.2.1]:2222 ${other.public}\n192.0.2.1 ${ours.public}`, 2222],
    ['changed', `@cert-authority * ${ours.public}\n192.0.2.1 ${other.public}`, 22],
    ['revoked', `@revoked * ${ours.public}`, 22],
    ['revoked', `192.0.2.1 ${ours.public}\n@revoked 192.0.2.1 ${ours.public}`, 22],
    ['revoked', `[192.0.2.1]:2222 ${ours.public}\n@revoked 192.0.2.1 ${ours.public}`, 2222],
    ['ca-only', `@cert-authority * ${ours.public}`, 22],
  ])('is %s for %j on port %i', (verdict, text, port) => {
    expect(judge(text, port)).toBe(verdict)
  })

  it('asks first for the key types that known_hosts has', () => {
    const known = parseKnownHosts({
      text: `[192.0.2.1]:830 ${ecdsa.public}\n192.0.2.1 ${newKey('rsa').public}`,
    })
    expect(hostKeyOffer(knownTypesOf(known, '192.0.2.1', 830))[0]).toBe('ecdsa-sha2-nistp256')
    expect(hostKeyOffer(knownTypesOf(known, '192.0.2.1', 22)).slice(0, 2)).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
    ])
    expect(hostKeyOffer(knownTypesOf(known, '192.0.2.1', 2222))[0]).toBe('rsa-sha2-512')
    expect(hostKeyOffer(['ssh-unheard-of'])).toEqual(hostKeyOffer([]))
    expect([...hostKeyOffer(['ssh-rsa'])].sort()).toEqual([...hostKeyOffer([])].sort())
  })

  it('tells an unknown host with fingerprint and the command that learns it', () => {
    const known = parseKnownHosts({ text: '' })
    const verdict = judgeHostKey(known, '192.0.2.1', 2222, blobOf(ours.public))
    if (verdict.kind === 'match') throw new Error('no refusal')
    const refusal = hostKeyRefusal(verdict, { host: 'hub1', address: '192.0.2.1', port: 2222 })
    expect(refusal).toMatchObject({ code: 'HOST_KEY_UNKNOWN', cause: 'host-key' })
    expect(refusal.message).toContain(fingerprintOf(blobOf(ours.public)))
    expect(refusal.message).toContain('hub1 (192.0.2.1:2222)')
    expect(refusal.next).toMatch(/: ikero trust 192\.0\.2\.1:2222$/)
  })

  it.each([
    ['192.0.2.1', 22, 'ikero trust 192.0.2.1'],
    ['2001:db8::1', 22, 'ikero trust 2001:db8::1'],
    ['2001:db8::1', 830, 'ikero trust [2001:db8::1]:830'],
  ])('names %s port %i by the command %j', (address, port, command) => {
    const verdict = judgeHostKey(parseKnownHosts({ text: '' }), address, port, blobOf(ours.public))
    if (verdict.kind === 'match') throw new Error('no refusal')
    expect(hostKeyRefusal(verdict, { host: 'hub1', address, port }).next.endsWith(`: ${command}`)).toBe(true)
  })

  it('names the command of the run where there is one, with --replace for a changed key', () => {
    const place = {
      host: 'hub1',
      address: '192.0.2.1',
      port: 22,
      trustCommand: 'ikero trust hub1 -i lab.yml',
    }
    const nextFor = (text: string): string => {
      const verdict = judgeHostKey(parseKnownHosts({ text }), '192.0.2.1', 22, blobOf(ours.public))
      if (verdict.kind === 'match') throw new Error('no refusal')
      return hostKeyRefusal(verdict, place).next
    }
    expect(nextFor('')).toMatch(/: ikero trust hub1 -i lab\.yml$/)
    expect(nextFor(`@cert-authority * ${other.public}`)).toMatch(/: ikero trust hub1 -i lab\.yml$/)
    expect(nextFor(`192.0.2.1 ${other.public}`)).toMatch(/: ikero trust hub1 -i lab\.yml --replace$/)
    expect(nextFor(`@revoked * ${ours.public}`)).not.toContain('ikero trust')
  })

  it.for([
    ['changed', `192.0.2.1 ${other.public}`],
    ['revoked', `@revoked 192.0.2.1 ${ours.public}`],
  ] as const)('points at file and line of the key that makes it %s', ([, line]) => {
    const known = parseKnownHosts({ file: '/a', text: '# a\n# a' }, { file: '/b/hosts', text: `\n${line}\n` })
    const verdict = judgeHostKey(known, '192.0.2.1', 22, blobOf(ours.public))
    if (verdict.kind === 'match') throw new Error('no refusal')
    expect(hostKeyRefusal(verdict, { host: 'hub1', address: '192.0.2.1', port: 22 }).message).toContain(
      '(/b/hosts:2)',
    )
  })

  it('shows old and new fingerprints of a changed key, and says that a revoked key is revoked', () => {
    const refusalFor = (text: string): { readonly code: string; readonly message: string } => {
      const verdict = judgeHostKey(parseKnownHosts({ text }), '192.0.2.1', 22, blobOf(ours.public))
      if (verdict.kind === 'match') throw new Error('no refusal')
      return hostKeyRefusal(verdict, { host: 'hub1', address: '192.0.2.1', port: 22 })
    }
    const changed = refusalFor(`192.0.2.1 ${other.public}`)
    expect(changed.code).toBe('HOST_KEY_CHANGED')
    expect(changed.message).toContain(fingerprintOf(blobOf(other.public)))
    expect(changed.message).toContain(fingerprintOf(blobOf(ours.public)))
    expect(refusalFor(`@revoked * ${ours.public}`)).toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining('revoked'),
    })
    expect(changed.message).toContain('known_hosts, line 1')
    expect(refusalFor(`@cert-authority * ${other.public}`).code).toBe('HOST_CERTIFICATE_UNSUPPORTED')
  })
})

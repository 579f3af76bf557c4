import { describe, expect, it } from 'vitest'
import { openMemoryLink } from '../../mocks/link.ts'
import { fakeDevice } from './fake-session.ts'

const text = (bytes: Uint8Array | 'closed'): string =>
  bytes === 'closed' ? 'closed' : Buffer.from(bytes).toString('utf8')

describe('a memory link', () => {
  it('gives the banner and prompt first, then the answers in order', async () => {
    const link = openMemoryLink(fakeDevice('r1', { banner: 'lab\n' }))
    await link.write('show 1\r')
    expect(text(await link.read())).toBe('lab\r\nr1>')
    expect(text(await link.read())).toBe('show 1\r\nline 1\r\nr1>')
  })

  it('lets a read wait for what comes', async () => {
    const link = openMemoryLink(fakeDevice())
    await link.read()
    const later = link.read()
    await link.write('show 1\r')
    expect(text(await later)).toContain('line 1')
  })

  it('ends with what the device said last when the device closes', async () => {
    const link = openMemoryLink(fakeDevice())
    await link.write('exit\r')
    expect([text(await link.read()), text(await link.read()), text(await link.read())]).toEqual([
      'r1>',
      'exit\r\n',
      'closed',
    ])
    await expect(link.write('show 1\r')).rejects.toThrow('the link to r1 is closed')
  })

  it('ends pending and later reads when this side closes, any number of times', async () => {
    const link = openMemoryLink(fakeDevice())
    await link.read()
    const pending = link.read()
    link.close()
    link.close()
    expect([await pending, await link.read()]).toEqual(['closed', 'closed'])
  })

  it('ends without an answer when the link is lost', async () => {
    const device = fakeDevice()
    const link = openMemoryLink(device, { drop: () => 'after' })
    await link.read()
    await link.write('show 1\r')
    expect(await link.read()).toBe('closed')
    expect(device.entered).toEqual(['show 1'])
  })

  it('erases an ASA mark the way an ASA does', async () => {
    const link = openMemoryLink(
      fakeDevice('fw', { platform: 'asa', pageLength: 1, pagerMark: '<--- More --->' }),
    )
    await link.read()
    await link.write('show 2\r')
    await link.read()
    await link.write(' ')
    expect(text(await link.read())).toBe(`\r${' '.repeat(14)}\rline 2\r\nfw>`)
  })
})

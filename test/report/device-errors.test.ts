import { describe, expect, it } from 'vitest'
import type { HostReport } from '../../src/model/doctor.ts'
import type { DeviceError } from '../../src/model/outcome.ts'
import { renderAdoption } from '../../src/report/adoption.ts'
import { renderDoctor } from '../../src/report/doctor.ts'
import { renderResult } from '../../src/report/human.ts'
import { device, finding, run } from './builders.ts'

const error: DeviceError = {
  code: 'UNREADABLE_OUTPUT',
  message: 'a row has no state',
  line: 'show crypto isakmp sa',
  reply: '203.0.113.1  203.0.113.11\n\u001b[2Jevil\n\n',
  next: 'log in and compare the output',
}

const host = (name: string, part: Partial<HostReport>): HostReport => ({
  host: name,
  platform: 'ios',
  ready: true,
  way: [],
  waySource: '',
  findings: [],
  commands: [],
  ...part,
})

describe.each([
  ['the result of a run', renderRun],
  ['doctor', renderDoctorOf],
  ['adopt', renderAdoptionOf],
] as const)('an error in %s', (_, render) => {
  it('names the device, the line sent, its reply and what to do', () => {
    const text = render(error)
    expect(text).toMatch(/hub1/)
    expect(text).toMatch(/error +UNREADABLE_OUTPUT/)
    expect(text).toContain('a row has no state')
    expect(text).toMatch(/line sent +show crypto isakmp sa/)
    expect(text).toMatch(/reply +(?:\| )?203\.0\.113\.1 {2}203\.0\.113\.11\n/)
    expect(text).toContain('\\x1b[2Jevil')
    expect(text).toMatch(/next +log in and compare the output/)
  })

  it('leaves out what there was not', () => {
    const { line: _line, reply: _reply, ...bare } = error
    expect(render(bare)).not.toMatch(/line sent|reply/)
  })
})

function renderRun(one: DeviceError): string {
  const result = run([device('hub1', 'failed', { error: one })])
  return renderResult(result, { color: false, width: 80, verbose: false, exitCode: 1 })
}

function renderDoctorOf(one: DeviceError): string {
  return renderDoctor([host('hub1', { ready: false, error: one })], { color: false, verbose: false })
}

function renderAdoptionOf(one: DeviceError): string {
  const adoption = { spaces: [], without: [], unread: [{ name: 'hub1', ...one }] }
  return renderAdoption(adoption, { color: false, width: 80, written: false })
}

describe('doctor', () => {
  it('shows what is not ready first, and only names the others where there are many', () => {
    const hosts = Array.from({ length: 1000 }, (_, nth) =>
      nth % 500 === 499 ? host(`bad-${nth}`, { ready: false, error }) : host(`fine-${nth}`, {}),
    )
    const text = renderDoctor(hosts, { color: false, verbose: false })
    expect(text.indexOf('bad-999')).toBeLessThan(text.indexOf('fine-0'))
    expect(text).toMatch(/ready \(.*\): fine-0, fine-1, .* and 958 more\n/)
    expect(text).toContain('1000 devices: 998 ready, 2 not')
    expect(text.split('\n').length).toBeLessThan(30)
    expect(renderDoctor(hosts, { color: false, verbose: true })).toContain('fine-998 (ios)')
  })

  it('says what to do about what refuses a device', () => {
    const text = renderDoctor(
      [host('hub1', { ready: false, findings: [finding('RELEASE_TOO_OLD', 'block')] })],
      {
        color: false,
        verbose: false,
      },
    )
    expect(text).toMatch(/RELEASE_TOO_OLD +what is, and why it matters\n +next +what to do/)
  })
})

describe('adopt', () => {
  it('says what to do about a device that has nothing to ask for', () => {
    const without = [{ name: 'old1', findings: [finding('RELEASE_TOO_OLD', 'block')] }]
    const text = renderAdoption(
      { spaces: [], without, unread: [] },
      { color: false, width: 80, written: false },
    )
    expect(text).toMatch(/nothing to ask for: old1: RELEASE_TOO_OLD: what is.*\n +next +what to do/)
  })
})

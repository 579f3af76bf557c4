import { describe, expect, it } from 'vitest'
import { loadScenario, parseScenario } from '../../mocks/load-scenario.ts'
import { labScenario, small } from './scenarios.ts'

const problems = (text: string): readonly string[] => {
  const answer = parseScenario('s.yml', text)
  return answer.kind === 'ok'
    ? []
    : answer.error.map(
        (problem) => `${problem.at?.line}:${problem.at?.col} ${problem.code} ${problem.message}`,
      )
}

describe('a scenario file', () => {
  it('says what the devices are, defaults filled in', () => {
    const answer = parseScenario('s.yml', small)
    if (answer.kind === 'err') throw new Error(JSON.stringify(answer.error))
    const [router] = answer.value.devices
    expect(router).toMatchObject({
      name: 'r1',
      platform: 'ios',
      hostname: 'r1',
      startsIn: 'user',
      habits: { renews: false },
    })
    expect(answer.value.peers).toMatchObject({ ipsecLifetimeMs: 3_600_000 })
    expect(answer.value.peers.ends[0]).toMatchObject({ starts: true, silent: false, to: ['r1'] })
    expect(answer.value.login).toEqual({ username: 'netops' })
  })

  it('tells every mistake with its place', () => {
    const text = small
      .replace('15.2(4)M6', '15.2')
      .replace('to: fw1', 'to: fw9')
      .replace('198.51.100.9, protocol', '198.51.100.900, protocol')
      .replace('  - name: fw1\n', '  - name: r1\n    refuse: "("\n')
    expect(problems(text)).toEqual([
      expect.stringMatching(/^7:14 INVALID_VALUE 15\.2 is not a release/),
      expect.stringMatching(/^23:11 DUPLICATE the name r1 is used twice/),
      expect.stringMatching(/^24:13 INVALID_VALUE \( is not a regular expression/),
      expect.stringMatching(/^\d+:\d+ INVALID_VALUE 198\.51\.100\.900 is not an address/),
      expect.stringMatching(/^\d+:\d+ UNKNOWN_REFERENCE fw9 is neither a device/),
    ])
  })

  it('tells what is wrong with pairs, contexts and habits', () => {
    const text = small
      .replace(
        '    platform: asa\n',
        '    platform: asa\n    failover: { pair: dc, unit: primary, state: active }\n',
      )
      .replace('    model: CISCO2911/K9\n', '    mode: multiple\n    onTraffic: often\n')
    expect(problems(text)).toEqual([
      expect.stringMatching(/^6:11 INVALID_VALUE mode is of an ASA/),
      expect.stringMatching(/^6:11 MISSING_KEY contexts is missing for mode: multiple/),
      expect.stringMatching(/^7:16 .*often/),
      expect.stringMatching(/^26:23 INVALID_VALUE the failover pair dc is not two units, one of them active/),
    ])
    const bare = small.replace(/ {4}config: \|\n(?: {6}.*\n)+/, '')
    expect(problems(bare)).toEqual([expect.stringMatching(/^4:11 MISSING_KEY config is missing/)])
    const pix = small.replace('    version: "9.16(3)19"\n', '    version: "9.16(3)19"\n    model: PIX-515E\n')
    expect(problems(pix)).toEqual([expect.stringMatching(/is not a release that can be simulated/)])
  })

  it('knows its keys', () => {
    expect(problems(small.replace('    platform: asa\n', '    platform: asa\n    plattform: asa\n'))).toEqual(
      [expect.stringMatching(/UNKNOWN_KEY .*plattform/)],
    )
    expect(problems('version: 1\ndevices: []\n')).not.toEqual([])
  })

  it('that does not exist is a problem of the file', () => {
    const answer = loadScenario('no/such/scenario.yml')
    expect(answer.kind === 'err' && answer.error.map((problem) => problem.code)).toEqual(['FILE_UNREADABLE'])
  })

  it('the lab has its devices in the order of their ports', () => {
    expect(labScenario().devices.map((box) => box.name)).toEqual([
      'hub1',
      'hub2',
      'asa-hq',
      'asa-branch',
      'old1',
    ])
  })
})

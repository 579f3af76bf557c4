/** What a release of the 12.4 and later trains has, as far as the simulated commands depend on it. */
export interface IosRelease {
  readonly family: 'ios' | 'ios-xe'
  /** `15.2`, `17.9`: the `version` line of the configuration. */
  readonly line: string
  readonly responderOnly: boolean
  readonly ikev2: boolean
  /** `configure terminal revert timer`: from 12.4(20)T on. */
  readonly revertTimer: boolean
  /** 12.x shows the crypto engine's slot in its SA table. */
  readonly slotColumn: boolean
}

/**
 * Reads `12.4(25)`, `12.4(24)T2`, `15.2(4)M6`, `17.9.4a`. Trains are never compared by number: mainline
 * 12.4(25) is younger than 12.4(24)T and lacks responder-only (Cisco release naming, feature history).
 */
export function iosRelease(version: string): IosRelease | undefined {
  const xe = /^(\d{2})\.(\d{1,2})\.\d{1,2}\w*$/.exec(version)
  if (xe !== null && Number(xe[1]) >= 16) {
    const line = `${xe[1]}.${xe[2]}`
    const both = { responderOnly: true, revertTimer: true }
    return { family: 'ios-xe', line, ...both, ikev2: true, slotColumn: false }
  }
  const classic = /^(1[25])\.(\d)\((\d{1,2})[a-z]?\)(?:([A-Z]{1,3})\d{0,2}[a-z]?)?$/.exec(version)
  if (classic === null) return undefined
  const [, major = '', minor = '', maintenance = '', train = ''] = classic
  const line = `${major}.${minor}`
  const fifteen = major === '15'
  const train12 = line === '12.4' && train === 'T'
  return {
    family: 'ios',
    line,
    responderOnly: fifteen || (train12 && Number(maintenance) >= 24),
    revertTimer: fifteen || (train12 && Number(maintenance) >= 20),
    ikev2: fifteen && minor !== '0',
    slotColumn: !fifteen,
  }
}

import type { ScenarioDevice } from '../scenario.ts'

/** What a release has, as far as the simulated commands depend on it. */
export interface AsaRelease {
  readonly pix: boolean
  /** `show crypto ikev1 sa`, `set ikev1 transform-set`, IKEv2: since 8.4. */
  readonly ikev2: boolean
  /** The older table of `show crypto isakmp sa detail`. */
  readonly oldTable: boolean
  /** Layout of `show vpn-sessiondb`: 7.x, 8.0 to 8.3, since 8.4. */
  readonly sessions: 1 | 2 | 3
  /** Site-to-site VPN inside contexts, since 9.0. */
  readonly contextVpn: boolean
  /** Route-based VPN with profiles for both versions of IKE, since 9.8. */
  readonly vti: boolean
}

export function asaRelease({ model, version }: Pick<ScenarioDevice, 'model' | 'version'>): AsaRelease {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? []
  const since = (other: number, part: number): boolean =>
    Number(major) > other || (Number(major) === other && Number(minor) >= part)
  return {
    pix: model.startsWith('PIX'),
    ikev2: since(8, 4),
    oldTable: !since(8, 1),
    sessions: since(8, 4) ? 3 : since(8, 0) ? 2 : 1,
    contextVpn: since(9, 0),
    vti: since(9, 8),
  }
}

/** The product line of `show version`, without what stands behind the number. */
export function productLine(box: ScenarioDevice): string {
  const { version } = box
  if (!asaRelease(box).pix) return `Cisco Adaptive Security Appliance Software Version ${version}`
  return version.startsWith('6.')
    ? `Cisco PIX Firewall Version ${version}`
    : `Cisco PIX Security Appliance Software Version ${version}`
}

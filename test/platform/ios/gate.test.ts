import { describe, expect, it } from 'vitest'
import { iosDriver } from '../../../src/platform/ios/index.ts'

function codes(text: string): readonly string[] {
  return iosDriver.gate(iosDriver.software(text)).map((finding) => `${finding.severity} ${finding.code}`)
}

const xe =
  'Cisco IOS XE Software, Version 17.09.04a\nCisco IOS Software [Cupertino], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.9.4a, RELEASE SOFTWARE (fc3)\n'

describe('the gate of IOS', () => {
  it.for([
    ['an IOS-XE that its own operators configure', `${xe}Router operating mode: Autonomous\n`],
    [
      'a release that only its own output can settle',
      'Cisco IOS Software, C3750E Software (C3750E-UNIVERSALK9-M), Version 15.2(2)E8, RELEASE SOFTWARE (fc1)\n',
    ],
  ])('lets %s pass', ([, text = '']) => {
    expect(codes(text)).toEqual([])
  })

  it.for([
    ['controller-managed IOS-XE', `${xe}Router operating mode: Controller-Managed\n`],
    [
      'FTD',
      'Model : Cisco Firepower 2110 Threat Defense (77) Version 7.0.1 (Build 84)\n\nCisco Adaptive Security Appliance Software Version 9.16(1)28\n',
    ],
    ['NX-OS', 'Cisco Nexus Operating System (NX-OS) Software\nSoftware\n  NXOS: version 10.4(5)\n'],
    ['IOS-XR', 'Cisco IOS XR Software, Version 6.5.1\n'],
    ['a Linux box', '-bash: show: command not found\n'],
  ])('refuses %s as unsupported', ([, text = '']) => {
    expect(codes(text)).toEqual(['block PLATFORM_UNSUPPORTED'])
  })

  it.for([
    ['ASA', 'Cisco Adaptive Security Appliance Software Version 9.16(3)19\n'],
    ['PIX', 'Cisco PIX Security Appliance Software Version 7.2(2)\n'],
  ])('says that %s is not what the inventory says', ([, text = '']) => {
    expect(codes(text)).toEqual(['block PLATFORM_MISMATCH'])
  })

  it('refuses 12.4(25) with the line that shows it', () => {
    const line =
      'Cisco IOS Software, 2800 Software (C2800NM-ADVIPSERVICESK9-M), Version 12.4(25), RELEASE SOFTWARE (fc1)'
    const [finding] = iosDriver.gate(iosDriver.software(`${line}\n`))
    expect(finding).toMatchObject({ code: 'RELEASE_TOO_OLD', severity: 'block', evidence: line })
    expect(finding?.next).toContain('12.4(24)T')
  })
})

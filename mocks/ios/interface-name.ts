const types = [
  'Ethernet',
  'FastEthernet',
  'GigabitEthernet',
  'TenGigabitEthernet',
  'Loopback',
  'Port-channel',
  'Serial',
  'Tunnel',
  'Virtual-Template',
  'Vlan',
] as const

const made: readonly string[] = ['Loopback', 'Port-channel', 'Tunnel', 'Virtual-Template', 'Vlan']

/** `gi 0/1`, `Tunnel5` → the full name; undefined for what is no interface or fits several types. */
export function interfaceName(typed: string): string | undefined {
  const match = /^([A-Za-z-]+) ?(\d[\d/.:]{0,12})$/.exec(typed.trim())
  const start = match?.[1]?.toLowerCase()
  if (match === null || start === undefined) return undefined
  const exact = types.find((type) => type.toLowerCase() === start)
  const near = types.filter((type) => type.toLowerCase().startsWith(start))
  const type = exact ?? (near.length === 1 ? near[0] : undefined)
  return type === undefined ? undefined : `${type}${match[2]}`
}

/** True for interfaces that come into being by naming them; the others are there or not. */
export function isVirtual(name: string): boolean {
  return made.some((type) => name.startsWith(type) && /\d/.test(name[type.length] ?? ''))
}

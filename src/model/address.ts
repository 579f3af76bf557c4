/** IPv4 or IPv6, without a port, zone or prefix. Names such as ASA's `names` are not addresses. */
export function isAddress(text: string): boolean {
  return addressValue(text) !== undefined
}

interface AddressValue {
  readonly bits: 32 | 128
  readonly value: bigint
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0n
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined
    value = (value << 8n) | BigInt(part)
  }
  return value
}

function groups(text: string): readonly bigint[] | undefined {
  if (text === '') return []
  const out: bigint[] = []
  for (const part of text.split(':')) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
    out.push(BigInt(`0x${part}`))
  }
  return out
}

function ipv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] ?? '')
  const tail = halves.length === 2 ? groups(halves[1] ?? '') : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const all = [...head, ...Array.from({ length: missing }, () => 0n), ...tail]
  return all.reduce((value, group) => (value << 16n) | group, 0n)
}

function addressValue(text: string): AddressValue | undefined {
  const four = ipv4(text)
  if (four !== undefined) return { bits: 32, value: four }
  const six = text.includes(':') ? ipv6(text) : undefined
  return six === undefined ? undefined : { bits: 128, value: six }
}

/** True when both texts are the same address, whatever way they are written. */
export function sameAddress(a: string, b: string): boolean {
  if (a === b) return true
  const left = addressValue(a)
  const right = addressValue(b)
  return left !== undefined && right !== undefined && left.bits === right.bits && left.value === right.value
}

/** One text for all ways of writing an address, for use as a map's key; an ASA name is its own key. */
export function addressKey(text: string): string {
  const value = addressValue(text)
  return value === undefined ? text : `${value.bits}:${value.value.toString(16)}`
}

/** `198.51.100.0/24` or an address; false when either text is not one. */
export function networkContains(network: string, address: string): boolean {
  const [base = '', length] = network.split('/')
  const net = addressValue(base)
  const host = addressValue(address)
  if (net === undefined || host === undefined || net.bits !== host.bits) return false
  if (length === undefined) return net.value === host.value
  const prefix = prefixLength(length, net.bits)
  if (prefix === undefined) return false
  const shift = BigInt(net.bits - prefix)
  return net.value >> shift === host.value >> shift
}

function prefixLength(text: string, bits: number): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= bits ? Number(text) : undefined
}

/** An address with a prefix length that fits its family. */
export function isNetwork(text: string): boolean {
  const [base = '', length, ...rest] = text.split('/')
  const net = addressValue(base)
  return (
    net !== undefined &&
    rest.length === 0 &&
    length !== undefined &&
    prefixLength(length, net.bits) !== undefined
  )
}

/** The prefix length of a network (its whole width for a plain address); the most specific one wins. */
export function specificity(network: string): number {
  const [base = '', length] = network.split('/')
  return length === undefined ? (addressValue(base)?.bits ?? 0) : Number(length)
}

/** `255.255.255.0` → 24; undefined where the bits are not in one block. */
export function maskLength(mask: string): number | undefined {
  if (!isAddress(mask) || mask.includes(':')) return undefined
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined
}

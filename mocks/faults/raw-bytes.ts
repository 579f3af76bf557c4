// A byte that is no UTF-8 travels through text as a lone low surrogate, U+DC80 to U+DCFF, which text from
// elsewhere never has (Python's `surrogateescape`, PEP 383).
const escaped = 0xdc00

/** Text that stands for the bytes of `1b 5b 32 4a`. */
export function bytesText(hex: string): string {
  const bytes = hex.match(/[0-9a-fA-F]{2}/g) ?? []
  return bytes
    .map((pair) => Number.parseInt(pair, 16))
    .map((byte) => String.fromCharCode(byte < 0x80 ? byte : escaped + byte))
    .join('')
}

/** UTF-8 as a string of bytes (latin1), the bytes that {@link bytesText} brought in as they were. */
export function utf8Bytes(text: string): string {
  // With the flag `u` only lone surrogates match, never a half of a pair.
  return text
    .split(/([\udc80-\udcff])/u)
    .map((part, index) =>
      index % 2 === 1
        ? String.fromCharCode(part.charCodeAt(0) - escaped)
        : Buffer.from(part, 'utf8').toString('latin1'),
    )
    .join('')
}

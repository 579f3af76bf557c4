/**
 * A two-way stream of bytes to a device's terminal: SSH, memory or a replay. A session works on this
 * and knows nothing of SSH.
 */
export interface ByteLink {
  /** For messages: `hub1 (192.0.2.1:22)`. */
  readonly peer: string
  /** Fingerprint of the host key that was verified (`SHA256:…`); absent where the link has none. */
  readonly hostKey?: string
  /** The next bytes, or `closed` once the far end or this one has closed; pulls, so memory stays bounded. */
  read(): Promise<Uint8Array | 'closed'>
  /** Resolves when the bytes are handed on; rejects when the link is closed. */
  write(text: string): Promise<void>
  /** Idempotent; pending and later reads end with `closed`. */
  close(): void
  /** What closed it, where that was not the device: a jump host that is gone. */
  readonly whyClosed?: () => string | undefined
}

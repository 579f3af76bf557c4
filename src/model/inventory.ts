import type { DeviceName, PlatformId } from './ids.ts'
import type { PeerDeclaration } from './intent.ts'

/** Where a secret comes from; the value is fetched once per run, when a login needs it. */
export type SecretRef =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'prompt'; readonly label: string }
  /** Written in the file itself: works, and is a lint warning. */
  | { readonly kind: 'literal'; readonly value: string }

export interface Credential {
  readonly name: string
  readonly username: string
  readonly password?: SecretRef
  readonly enable?: SecretRef
  /** An OpenSSH or PEM private key, and its passphrase where it is encrypted. */
  readonly privateKey?: { readonly key: SecretRef; readonly passphrase?: SecretRef }
  /** The keys of the SSH agent, before the others. */
  readonly agent?: true
}

/** SSH algorithms: `legacy` adds SHA-1 and CBC behind the modern ones. */
export type AlgorithmSet = 'modern' | 'legacy'

/** A machine that a connection passes through and that nothing is asked of. */
export interface JumpHost {
  /** As below `jumps`. */
  readonly name: string
  readonly address: string
  readonly port: number
  readonly credential: Credential
  /** Absent where the inventory says nothing. */
  readonly algorithms?: AlgorithmSet
  readonly connectMs: number
  /** Sessions that it carries at a time; absent: as many as run at once. */
  readonly sessions?: number
}

/** What of a host decides how it is reached, and may come from elsewhere than the inventory. */
export type AccessKey = 'address' | 'port' | 'via' | 'algorithms' | 'credential'

/** A device that ikero may log in to. */
export interface InventoryHost {
  readonly name: DeviceName
  readonly address: string
  readonly port: number
  readonly platform: PlatformId
  readonly groups: readonly string[]
  /** `ha-pair: tyo`: for pairs whose members must not change at once. */
  readonly labels?: Readonly<Record<string, string>>
  readonly credential: Credential
  /** Jump hosts, the nearest first; absent: reached directly, or as the SSH configuration says. */
  readonly via?: readonly JumpHost[]
  /** Absent where the inventory says nothing. */
  readonly algorithms?: AlgorithmSet
  /** Where the inventory says it, for what it says. */
  readonly written?: Readonly<Partial<Record<AccessKey, { readonly file: string; readonly line: number }>>>
  readonly endpoints: readonly string[]
  readonly timeouts: { readonly connectMs: number; readonly commandMs: number; readonly totalMs: number }
}

export interface Inventory {
  readonly path: string
  readonly hosts: readonly InventoryHost[]
  /** All of `jumps`, used or not. */
  readonly jumps: readonly JumpHost[]
  readonly peers: readonly PeerDeclaration[]
  /** Logins that may begin within a second; absent: no limit. */
  readonly loginsPerSecond?: number
}

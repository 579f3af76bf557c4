import { cleanLines } from './output.ts'

/** One profile of `show crypto ipsec profile`: what is in effect. */
export interface EffectiveProfile {
  readonly name: string
  /** Absent where the release prints no such line. */
  readonly responderOnly?: boolean
  readonly ikev2Profile?: string
}

/**
 * Reads `show crypto ipsec profile`; undefined when the text is no such output. Blanks, tabs and empty
 * lines differ between releases: each line is read by itself.
 */
export function parseIpsecProfiles(text: string): readonly EffectiveProfile[] | undefined {
  const profiles: EffectiveProfile[] = []
  for (const line of cleanLines(text)) {
    const name = /^\s*IPSEC profile (\S+)$/i.exec(line)?.[1]
    const last = profiles.at(-1)
    if (name !== undefined) profiles.push({ name })
    if (name !== undefined || last === undefined) continue
    const flag = /^\s*Responder-Only \(Y\/N\):\s*([YN])\b/i.exec(line)?.[1]
    const ikev2Profile = /^\s*IKEv2 Profile:\s*(\S+)/i.exec(line)?.[1]
    profiles[profiles.length - 1] = {
      ...last,
      ...(flag === undefined ? {} : { responderOnly: flag.toUpperCase() === 'Y' }),
      ...(ikev2Profile === undefined ? {} : { ikev2Profile }),
    }
  }
  return profiles.length === 0 ? undefined : profiles
}

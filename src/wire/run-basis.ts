import type { RunBasis } from '../model/impact.ts'
import type { LoadedRun } from './load.ts'
import type { RunOptions } from './options.ts'
import { version } from './version.ts'

/** What a run was asked with, for its reports. */
export function runBasis(
  { env }: Pick<RunOptions, 'env'>,
  { playbook, playbookSha256 }: LoadedRun,
): { readonly basis: RunBasis } {
  const by = [env.SUDO_USER, env.LOGNAME, env.USER].find((name) => name !== undefined && name !== '')
  const { withinMs, lostAfterMs, renegotiate } = playbook.proof
  return {
    basis: {
      wanted: playbook.state,
      ...(playbookSha256 === undefined ? {} : { playbookSha256 }),
      ...(by === undefined ? {} : { by }),
      version,
      proof: {
        withinSeconds: Math.round(withinMs / 1000),
        lostAfterSeconds: Math.round(lostAfterMs / 1000),
        renegotiate: renegotiate ?? 'never',
      },
      save: playbook.save,
    },
  }
}

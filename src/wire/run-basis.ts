import type { RunBasis } from '../model/impact.ts'
import { ownProcess } from './holder.ts'
import { type LoadedRun, sumsOf } from './load.ts'
import type { RunOptions } from './options.ts'
import { version } from './version.ts'

/** What a run was asked with, for its reports. */
export function runBasis(
  options: Pick<RunOptions, 'env' | 'self'>,
  { playbook, playbookSha256, inventorySha256, saved }: LoadedRun,
): { readonly basis: RunBasis } {
  const { env } = options
  const { owner, machine } = ownProcess(options).mark
  const by = [env.SUDO_USER, env.LOGNAME, env.USER].find((name) => name !== undefined && name !== '')
  const { withinMs, lostAfterMs, renegotiate } = playbook.proof
  return {
    basis: {
      wanted: playbook.state,
      ...sumsOf({ playbookSha256, inventorySha256 }),
      ...(saved === undefined ? {} : { planMadeAt: saved.madeAt }),
      ...(by === undefined ? {} : { by }),
      ...(owner === 'unknown' ? {} : { account: owner }),
      ...(machine === 'unknown' ? {} : { machine }),
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

import { systemClock } from '../kernel/clock.ts'
import type { LeaseView } from '../model/lease.ts'
import { jsonText } from '../report/json.ts'
import { leasesDocument, renderLeaseQuestion, renderLeases, renderUnlocked } from '../report/leases.ts'
import { listLeases, unlock } from '../wire/unlock.ts'
import { askYes } from './ask.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import { storeOptions } from './runs.ts'
import { refuse } from './shared.ts'

/** `unlock [HOST…]`: contacts nothing. Without hosts it lists the leases. */
export const runUnlock: RunCommand = async (hosts, values, io) => {
  const flags = new Flags(values)
  const options = { ...storeOptions(flags, io), ...(io.self === undefined ? {} : { self: io.self }) }
  const view = { color: wantsColor(io, io.stdout, flags.color), nowMs: systemClock.wall().getTime() }
  if (hosts.length === 0) {
    const answer = await listLeases(options)
    if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
    const { leases } = answer
    io.stdout.write(
      flags.on('json') ? jsonText(leasesDocument(leases, 0, view.nowMs)) : renderLeases(leases, view),
    )
    return 0
  }
  if (!flags.on('yes') && !canAsk(io))
    return refuse(
      [
        usage(
          'unlock asks before it breaks a lease, and there is no terminal to ask on',
          'look with ikero unlock, then give --yes',
        ),
      ],
      flags,
      io,
    )
  const answer = await unlock(hosts, {
    ...options,
    force: flags.on('force'),
    approve: async (lease) => flags.on('yes') || ask(lease, flags, io),
  })
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  const { hosts: outcomes, exitCode } = answer
  const nowMs = systemClock.wall().getTime()
  io.stdout.write(
    flags.on('json')
      ? jsonText(leasesDocument(outcomes, exitCode, nowMs))
      : renderUnlocked(outcomes, { ...view, nowMs }),
  )
  return exitCode
}

function canAsk(io: CliIo): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true
}

async function ask(lease: LeaseView, flags: Flags, io: CliIo): Promise<boolean> {
  if (io.signal.aborted) return false
  const color = wantsColor(io, io.stderr, flags.color)
  const nowMs = systemClock.wall().getTime()
  io.stderr.write(renderLeaseQuestion(lease, { color, width: widthOf(io.stderr), nowMs }))
  return askYes("Break this lease? Only 'yes' is accepted: ", io)
}

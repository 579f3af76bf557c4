import { wallText } from '../clock-text.ts'
import type { CommandRow } from '../command-table.ts'
import { wordsAfter } from '../config-tree.ts'
import type { Call, Command, DeviceState, PendingRevert, Reply, Surroundings } from '../device-state.ts'

const minuteMs = 60_000

type Moment = Pick<Surroundings, 'wall' | 'nowMs'>

/** `*Jan 12 08:00:00.000: %ARCHIVE_DIFF-5-…`, the way that IOS stamps what it logs. */
function logged(device: DeviceState, { wall }: Moment, message: string): readonly string[] {
  const [time = '', , , month = '', day = ''] = wallText(wall, true).split(' ')
  return [...(device.log ?? []), `*${month} ${day.padStart(2)} ${time}: %ARCHIVE_DIFF-5-${message}`]
}

function archivePath(device: DeviceState): string | undefined {
  const archive = device.running.find((node) => node.line === 'archive')
  return archive === undefined ? undefined : wordsAfter(archive.children, 'path')
}

/** A change that must be confirmed within so many minutes; nothing where the box keeps no archive. */
export function beginRevert(
  device: DeviceState,
  at: Moment,
  { minutes, by }: Pick<PendingRevert, 'minutes' | 'by'>,
): DeviceState | undefined {
  const path = archivePath(device)
  if (path === undefined) return undefined
  const stamp = at.wall.toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')
  const file = `${path}${stamp}.000-${(device.log ?? []).length}`
  const backup = `ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to ${file}`
  const saved = { ...device, log: logged(device, at, backup) }
  const scheduled = `ROLLBK_CNFMD_CHG_START_ABSTIMER: User: ${by}(Priv: 15, View: 0): Scheduled to rollback to config ${file} in ${minutes} minutes`
  return {
    ...saved,
    log: logged(saved, at, scheduled),
    revert: { setAtMs: at.nowMs, minutes, by, file, backup: device.running },
  }
}

/** When the box takes the change back; undefined where none is pending. */
export function revertDueMs({ revert }: DeviceState): number | undefined {
  return revert === undefined ? undefined : revert.setAtMs + revert.minutes * minuteMs
}

/** The box as it is when it has taken the change back. */
export function reverted(device: DeviceState, at: Moment): DeviceState {
  const { revert, ...rest } = device
  if (revert === undefined) return device
  const message = `ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: ${revert.file}`
  return { ...rest, running: revert.backup, log: logged(device, at, message) }
}

const nonePending = '%No Rollback Confirmed Change pending\n'

/**
 * What another pending change is answered with is UNVERIFIED; a box without archive: as NSO's driver knows it.
 * What is said on the way in: public terminal logs.
 */
const enter =
  (entering: string): Command =>
  (call) => {
    const minutes = Number(call.args.minutes)
    if (minutes < 1 || minutes > 120) return { badArgument: 'minutes' }
    const { device, around, session } = call
    if (device.revert !== undefined) return { output: '%Rollback Confirmed Change is already pending\n' }
    const begun = beginRevert(device, around, { minutes, by: session.user })
    if (begun === undefined)
      return { output: '%Turn config archive on before using Rollback Confirmed Change\n' }
    const said = `Rollback Confirmed Change: Backing up current running config to ${begun.revert?.file ?? ''}\n\n`
    return { output: said + entering, device: begun, session: { ...session, config: [] } }
  }

function confirm({ device }: Call): Reply {
  const { revert, ...rest } = device
  return revert === undefined ? { output: nonePending } : { device: rest }
}

function revertNow({ device, around }: Call): Reply {
  if (device.revert === undefined) return { output: nonePending }
  const output = `Rollback Confirmed Change: rolling to:${device.revert.file}\n\nTotal number of passes: 1\nRollback Done\n\n`
  return { output, device: reverted(device, around) }
}

/** Layout: IOS command reference. */
function showTimer({ device, around }: Call): string {
  const { revert } = device
  if (revert === undefined) return nonePending
  const set = wallText(new Date(around.wall.getTime() - around.nowMs + revert.setAtMs))
  return [
    `Time configured(or reconfigured): ${set}`,
    'Timer type: absolute timer',
    `Timer value: ${revert.minutes} min`,
    `User: ${revert.by}`,
    '',
  ].join('\n')
}

function showLogging({ device }: Call): string {
  const log = device.log ?? []
  const head = 'Syslog logging: enabled (0 messages dropped, 0 flushes, 0 overruns, xml disabled)'
  return [head, '', 'Log Buffer (8192 bytes):', '', ...log, ''].join('\n')
}

function showArchive({ device }: Call): string {
  const path = archivePath(device)
  if (path === undefined) return ' Archive feature not enabled\n'
  return [
    'The maximum archive configurations allowed is 10.',
    'There are currently 0 archive configurations saved.',
    `The next archive file will be named ${path}-<timestamp>-0`,
    '',
  ].join('\n')
}

/** Configuration Rollback Confirmed Change; `entering`: what is said on the way into configuration mode. */
export function revertRows(entering: string): readonly CommandRow<Command>[] {
  return [
    { syntax: 'configure terminal revert timer <minutes:number>', run: enter(entering) },
    { syntax: 'configure confirm', run: confirm },
    { syntax: 'configure revert now', run: revertNow },
    { syntax: 'show archive', run: (call) => ({ output: showArchive(call) }) },
    { syntax: 'show archive config rollback timer', run: (call) => ({ output: showTimer(call) }) },
    { syntax: 'show logging', run: (call) => ({ output: showLogging(call) }) },
  ]
}

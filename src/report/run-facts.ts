import { formatDuration } from '../kernel/duration.ts'
import { formatSecond } from '../kernel/moment.ts'
import type { RunBasis } from '../model/impact.ts'
import type { AppliedPlan, RunResult } from '../model/outcome.ts'
import type { ReportInput } from './change-report.ts'
import { commandText, remediationTexts } from './remediation.ts'
import { windowText } from './rollout.ts'

/** One thing that is known about a run, with the word that it stands under. */
export interface Fact {
  readonly label: string
  readonly text: string
  /** It is a digest, which a page may show short where it has the whole of it elsewhere. */
  readonly digest?: true
}

/** An ISO time for people, in UTC; what is no time stays as it is. */
export function moment(iso: string): string {
  const ms = Date.parse(iso)
  return Number.isFinite(ms) ? formatSecond(ms) : iso
}

/** What was run, when, by whom, and from which files. What is not known is said to be. */
export function factsOf({ result, savedPlan }: ReportInput): readonly Fact[] {
  const { basis, window, of } = result
  return [
    { label: 'Change', text: result.change ?? 'none named in the playbook' },
    { label: 'Run', text: result.runId },
    ...(of === undefined ? [] : [{ label: 'Takes back', text: `run ${of}` }]),
    {
      label: 'Command',
      text: `ikero ${commandText(result)}${basis === undefined ? '' : `, version ${basis.version}`}`,
    },
    { label: 'Run by', text: runBy(basis) },
    { label: 'Asked for', text: basis?.wanted ?? 'not on record' },
    { label: 'Devices read', text: readTimes(result) },
    { label: 'Run time', text: runTime(result) },
    ...(window === undefined ? [] : [{ label: 'Change window', text: windowText(window) }]),
    ...remediationTexts(result).map(({ label, text }) => ({ label: capital(label), text })),
    { label: 'Playbook', text: result.playbook },
    ...digest('Playbook hash', basis?.playbookSha256),
    ...digest('Inventory hash', basis?.inventorySha256),
    ...planFacts(result, savedPlan),
  ]
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

function digest(label: string, hex: string | undefined): readonly Fact[] {
  return hex === undefined ? [] : [{ label, text: `sha256:${hex}`, digest: true }]
}

/** The plan file that it applied, or the one that it was saved to for an approval. */
function planFacts(
  { planFile, basis }: RunResult,
  savedPlan: Pick<AppliedPlan, 'path' | 'contentHash'> | undefined,
): readonly Fact[] {
  const file = planFile ?? savedPlan
  if (file === undefined) return []
  const made = basis?.planMadeAt === undefined ? '' : `, made ${moment(basis.planMadeAt)}`
  const signed = planFile?.signedBy === undefined ? 'no signature was asked for' : planFile.signedBy
  return [
    { label: planFile === undefined ? 'Saved plan' : 'Plan file', text: `${file.path}${made}` },
    { label: 'Plan hash', text: file.contentHash, digest: true },
    ...(planFile === undefined ? [] : [{ label: 'Plan signed by', text: signed }]),
  ]
}

/** Names that an environment gives are a claim; the account is what the system says. */
function runBy(basis: RunBasis | undefined): string {
  const { by, account, machine } = basis ?? {}
  const at = machine === undefined ? '' : ` on ${machine}`
  if (account === undefined)
    return by === undefined ? `not on record${at}` : `${by} (as its environment says)${at}`
  return by === undefined || by === account
    ? `account ${account}${at}`
    : `${by} (as its environment says), account ${account}${at}`
}

/** Devices are read together: one moment stands for all of them. */
function readTimes(result: RunResult): string {
  const times = result.devices.flatMap((device) =>
    device.targets.flatMap((target) => target.impact?.readAt ?? []),
  )
  const last = [...times].sort().at(-1)
  return last === undefined ? `after ${moment(result.startedAt)}` : moment(last)
}

function runTime({ startedAt, finishedAt }: RunResult): string {
  const ms = Date.parse(finishedAt) - Date.parse(startedAt)
  return Number.isFinite(ms) ? `${formatDuration(ms)}, ended ${moment(finishedAt)}` : 'not known'
}

/** `sha256:61148deb4e3c…`: enough to compare by eye; text that is no digest stays whole. */
export function shortDigest(text: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 19)}…` : text
}

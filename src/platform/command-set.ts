import { path } from '../grammar/path.ts'
import type { ModeId } from '../grammar/types.ts'
import { assertNever } from '../kernel/never.ts'
import {
  type AccountKind,
  type CommandMode,
  type CommandRule,
  type CommandSet,
  type LineWord,
  type OpenWord,
  type Purpose,
  ruleText,
} from '../model/command-set.ts'
import type { SoftwareFacts } from '../model/facts.ts'
import { type PlatformId, parseProfileName } from '../model/ids.ts'
import { contextOf, type Target, type TargetIntent } from '../model/intent.ts'
import type { ConfigStep } from '../model/plan.ts'
import type { RevertTimerWish } from '../model/revert-timer.ts'
import type { Driver, Writer } from './driver.ts'

/** What a playbook asks of one device, as far as it decides which lines are sent. */
export interface AskedOfDevice {
  readonly targets: readonly TargetIntent[]
  /** SAs are cleared (`proof.renegotiate: initiated`). */
  readonly clears: boolean
  /** Running is saved to startup, always or where it is clean. */
  readonly saves: boolean
  readonly revertTimer?: RevertTimerWish
}

/**
 * Every line that a session of this driver may send for what is asked: taken from the driver's own grammar, probes
 * and changes, which the sessions work from, and from no list beside them. Pure; no device is known yet, so where a
 * line depends on what a device shows, the rule is open there.
 */
export function commandSetOf(driver: Driver, asked: AskedOfDevice, account: AccountKind): CommandSet {
  const reading = [...sessionLines(driver), ...contextLines(driver, asked), ...readingLines(driver)]
  if (account === 'read' || driver.access === 'read-only') return { permits: merged(reading), denies: [] }
  const settings = asked.targets.map((target) => settingsOf(driver, target))
  const permits = merged([
    ...reading,
    ...configLines(driver),
    ...settings.flatMap((one) => one.permits),
    ...(asked.clears ? clearLines(driver) : []),
    ...timerLines(driver, asked.revertTimer),
    ...(asked.saves ? [exec(driver.grammar.save.line, 'save')] : []),
  ])
  const exact = new Set(permits.map(ruleText))
  return {
    permits,
    denies: merged(settings.flatMap((one) => one.denies)).filter((one) => !exact.has(ruleText(one))),
  }
}

function rule(line: string, mode: CommandMode, purpose: Purpose): CommandRule {
  return {
    words: line.split(' ').map((text) => ({ kind: 'exact', text })),
    mode,
    purposes: [purpose],
  }
}

const exec = (line: string, purpose: Purpose): CommandRule => rule(line, 'exec', purpose)

/** A rule of two renderings of a line: `differing` makes the words in which they differ. */
function compared(
  first: CommandRule,
  second: CommandRule,
  differing: (text: string) => LineWord,
): CommandRule {
  const words = first.words.map((word, index): LineWord => {
    const other = second.words[index]
    if (word.kind === 'open' || other === undefined || other.kind === 'open') return word
    return word.text === other.text ? word : differing(word.text)
  })
  return { ...first, words }
}

/** Lines that depend on something which is not known yet: open where two renderings differ. */
function openedAll(render: (nth: 0 | 1) => readonly CommandRule[], what: OpenWord): readonly CommandRule[] {
  const second = render(1)
  return render(0).map((first, nth) => compared(first, second[nth] ?? first, () => ({ kind: 'open', what })))
}

/** A line once, with everything that it is sent for. */
function merged(rules: readonly CommandRule[]): readonly CommandRule[] {
  const found = new Map<string, CommandRule>()
  for (const one of rules) {
    const key = `${one.mode} ${ruleText(one)}`
    const before = found.get(key)
    const purposes = [...new Set([...(before?.purposes ?? []), ...one.purposes])]
    found.set(key, { ...one, purposes })
  }
  return [...found.values()]
}

const modes: Readonly<Record<ModeId, CommandMode>> = {
  user: 'exec',
  privileged: 'exec',
  config: 'configure',
  sub: 'ipsec-profile',
}

/** The lines of the way between two modes. */
function wayLines({ grammar }: Driver, from: ModeId, to: ModeId, purpose: Purpose): readonly CommandRule[] {
  const way = path(grammar, from, to)
  return way.kind === 'no-path' ? [] : way.steps.map((step) => rule(step.line, modes[step.from], purpose))
}

function sessionLines(driver: Driver): readonly CommandRule[] {
  const { pager, logout } = driver.grammar
  return [
    ...wayLines(driver, 'user', 'privileged', 'session'),
    ...pager.off.map((line) => exec(line, 'session')),
    exec(logout, 'session'),
  ]
}

function contextLines({ grammar }: Driver, { targets }: AskedOfDevice): readonly CommandRule[] {
  const names = new Set(targets.flatMap((target) => contextOf(target) ?? []))
  const { context } = grammar
  if (context === undefined || names.size === 0) return []
  return [...[...names].map((name) => context.enter(name)), context.home].map((line) => exec(line, 'context'))
}

/** No version, so that a driver asks all that it asks of a release which it cannot place. */
function anySoftware(platform: PlatformId): readonly SoftwareFacts[] {
  const bare: SoftwareFacts = { os: platform, evidence: '' }
  return [bare, { ...bare, contextMarker: 'context' }, { ...bare, contextMarker: 'system' }]
}

function readingLines(driver: Driver): readonly CommandRule[] {
  const software = anySoftware(driver.platform)
  const timer = driver.revertTimer === undefined ? [] : [driver.revertTimer.line]
  const log = driver.changeLog === undefined ? [] : [driver.changeLog.line]
  const survey = [
    driver.identify,
    ...software.flatMap((one) => driver.probes(one).map((probe) => probe.line)),
    ...driver.startup.lines,
    ...timer,
    ...log,
  ]
  const proof = software.flatMap((one) => driver.saProbes(one).map((probe) => probe.line))
  return [...survey.map((line) => exec(line, 'survey')), ...proof.map((line) => exec(line, 'proof'))]
}

function configLines(driver: Driver): readonly CommandRule[] {
  return [
    ...wayLines(driver, 'privileged', 'config', 'change'),
    ...wayLines(driver, 'config', 'privileged', 'change'),
    ...wayLines(driver, 'sub', 'privileged', 'change'),
  ]
}

function stepRule({ line, subMode, opens }: ConfigStep): CommandRule {
  return rule(line, subMode === undefined || opens ? 'configure' : 'ipsec-profile', 'change')
}

function settingRules(driver: Writer, target: Target): readonly CommandRule[] {
  return [...driver.settings(target).map(stepRule), exec(driver.readBack(target), 'change')]
}

/** What sets and reverts the targets that an intent stands for, and what `except` takes out of them. */
function settingsOf(driver: Writer, intent: TargetIntent): CommandSet {
  switch (intent.kind) {
    case 'ipsec-profile':
      return { permits: profileRules(driver, intent.profile), denies: [] }
    case 'crypto-map-entry':
      return { permits: settingRules(driver, intent), denies: [] }
    case 'profiles-in-use': {
      const permits = openedAll((nth) => plainProfileRules(driver, ['A', 'B'][nth] ?? 'A'), 'name')
      return {
        permits,
        denies: namedOnly(
          permits,
          intent.except.flatMap((name) => profileRules(driver, name)),
        ),
      }
    }
    case 'static-entries': {
      const { map, context, except } = intent
      const entry = (seq: number): readonly CommandRule[] =>
        settingRules(driver, {
          kind: 'crypto-map-entry',
          map,
          seq,
          ...(context === undefined ? {} : { context }),
        })
      const permits = openedAll((nth) => entry(nth + 1), 'number')
      return { permits, denies: namedOnly(permits, except.flatMap(entry)) }
    }
    // Never set: the plan refuses it.
    case 'ios-crypto-map':
      return { permits: [], denies: [] }
    default:
      return assertNever(intent)
  }
}

/** The name of a profile is told from the keywords around it: a parser's tables have no entry for it. */
function profileRules(driver: Writer, name: string): readonly CommandRule[] {
  const others = plainProfileRules(driver, name === 'A' ? 'B' : 'A')
  return plainProfileRules(driver, name).map((one, nth) =>
    compared(one, others[nth] ?? one, (text) => ({ kind: 'given', text })),
  )
}

function plainProfileRules(driver: Writer, name: string): readonly CommandRule[] {
  const profile = parseProfileName(name)
  return profile === undefined ? [] : settingRules(driver, { kind: 'ipsec-profile', profile })
}

/** Lines that name the excepted target; the others are of every target. */
function namedOnly(permits: readonly CommandRule[], rules: readonly CommandRule[]): readonly CommandRule[] {
  const common = new Set(permits.map(ruleText))
  return rules.filter((one) => !common.has(ruleText(one)))
}

/** Of releases that are known to clear one peer alone; others are refused before a line is sent. */
const clearing: Readonly<Record<PlatformId, SoftwareFacts>> = {
  ios: { os: 'ios', version: '15.2(4)M6', evidence: '' },
  asa: { os: 'asa', version: '9.16(3)19', evidence: '' },
}

function clearLines(driver: Writer): readonly CommandRule[] {
  const software = clearing[driver.platform]
  const lines = (peer: string): readonly CommandRule[] =>
    ([1, 2] as const).flatMap((version) => {
      const found = driver.clears({ software }, { peer, version })
      return found.kind === 'ok' ? found.value.map((line) => exec(line, 'clear')) : []
    })
  return openedAll((nth) => lines(`192.0.2.${nth + 1}`), 'address')
}

function timerLines({ grammar }: Writer, wish: RevertTimerWish | undefined): readonly CommandRule[] {
  const { revertTimer } = grammar
  if (revertTimer === undefined || wish === undefined) return []
  const enter = (minutes: number): readonly CommandRule[] => [
    exec(revertTimer.enter(minutes), 'revert-timer'),
  ]
  const entered = wish === 'auto' ? openedAll((nth) => enter(nth + 1), 'number') : enter(wish.minutes)
  return [...entered, exec(revertTimer.confirm, 'revert-timer')]
}

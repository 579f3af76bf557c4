import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import { type ContextName, parseContextName } from '../../../src/model/ids.ts'
import { splitByContext, type TargetIntent, targetName } from '../../../src/model/intent.ts'
import { asaGrammar } from '../../../src/platform/asa/grammar.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { mapName, profileName } from '../../names.ts'
import { captures, facts, intent, session } from './device.ts'

function context(text: string): ContextName {
  const name = parseContextName(text)
  if (name === undefined) throw new Error(text)
  return name
}

const entry = (seq: number, name?: string): TargetIntent => ({
  kind: 'crypto-map-entry',
  map: mapName('outside_map'),
  seq,
  ...(name === undefined ? {} : { context: context(name) }),
})
const statics = (name: string): TargetIntent => ({
  kind: 'static-entries',
  map: mapName('outside_map'),
  except: [100, 200],
  context: context(name),
})

function system(): DeviceFacts {
  const answers = {
    version: 'system-space',
    configuration: 'system-space',
    cryptoMaps: '',
    sessions: '',
    ikeSas: '',
    contexts: 'three',
    failover: 'active-active',
  }
  const read = asaDriver.facts(captures(answers), { hostname: 'fw', privileged: true })
  if (read.kind === 'err') throw new Error(read.error.message)
  return read.value
}

function inside(name: string): DeviceFacts {
  const read = asaDriver.facts(captures({ version: 'in-a-context' }), { ...session, context: context(name) })
  if (read.kind === 'err') throw new Error(read.error.message)
  return read.value
}

const codes = (device: DeviceFacts, targets: readonly TargetIntent[]): readonly string[] =>
  asaDriver
    .precheck(device, intent(targets))
    .findings.filter(({ code }) => code !== 'STILL_INITIATES' && code !== 'MANAGEMENT_THROUGH_TUNNEL')
    .map(({ severity, code }) => `${severity} ${code}`)
const messages = (device: DeviceFacts, targets: readonly TargetIntent[]): string =>
  asaDriver
    .precheck(device, intent(targets))
    .findings.map(({ message, next }) => `${message}; ${next}`)
    .join('\n')

describe('the system space', () => {
  it('is asked for its contexts and its pair, and for no VPN', () => {
    const asked = asaDriver
      .probes({ os: 'asa', contextMarker: 'system', evidence: '' })
      .map(({ line }) => line)
    expect(asked).toEqual([
      'show curpriv',
      'show running-config',
      'show failover',
      'show failover state',
      'show context',
    ])
    expect(asaDriver.saProbes({ os: 'asa', contextMarker: 'system', evidence: '' })).toEqual([])
  })

  it('has contexts, and no maps or SAs', () => {
    expect(system()).toMatchObject({
      hostname: 'fw',
      configComplete: true,
      contexts: ['admin', 'customer-a', 'customer-b'],
      cryptoMaps: [],
      reading: { sas: [], unreadable: [] },
    })
  })

  it('takes no target: the playbook has to name the context, and the contexts are named', () => {
    expect(codes(system(), [entry(10)])).toEqual(['block CONTEXT_MISSING'])
    expect(messages(system(), [entry(10)])).toContain('admin, customer-a, customer-b')
  })

  it('says that a context does not exist, and which was meant', () => {
    expect(codes(system(), [entry(10, 'custommer-a'), entry(20, 'custommer-a')])).toEqual([
      'block CONTEXT_MISSING',
    ])
    expect(messages(system(), [entry(10, 'custommer-a')])).toContain('did you mean customer-a?')
  })

  it('leaves no target of a context unseen that was not entered', () => {
    expect(codes(system(), [entry(10, 'customer-a')])).toEqual(['block CONTEXT_MISSING'])
    expect(asaDriver.precheck(system(), intent([statics('customer-a')])).targets).toEqual([])
  })

  it('is not called standby for a failover group that no target concerns', () => {
    expect(system().failover).toMatchObject({ active: false, group: 2 })
    expect(codes(system(), [])).toEqual([])
  })
})

describe('a context', () => {
  it('has its own targets, under its name', () => {
    const { targets } = asaDriver.precheck(
      inside('customer-a'),
      intent([statics('customer-a'), entry(10, 'customer-a'), entry(10, 'customer-b'), entry(20)]),
    )
    expect(targets.map(({ target }) => targetName(target))).toEqual([
      'customer-a:outside_map/10',
      'customer-a:outside_map/20',
    ])
    expect(codes(inside('customer-a'), [entry(10, 'customer-b')])).toEqual([])
  })

  it('tells of a missing entry with its own name before it', () => {
    const [state] = asaDriver.precheck(inside('customer-a'), intent([entry(1, 'customer-a')])).targets
    expect(state?.findings.map(({ code, target }) => [code, target])).toEqual([
      ['ENTRY_MISSING', 'customer-a:outside_map/1'],
    ])
  })

  it('does not tell of a dynamic entry that is listed as a target of the same context', () => {
    const all: readonly TargetIntent[] = [statics('customer-a'), entry(65_535, 'customer-a')]
    expect(codes(inside('customer-a'), all)).toEqual([])
    expect(codes(inside('customer-a'), [statics('customer-a')])).toEqual(['info ENTRY_DYNAMIC'])
  })

  it('is changed by the lines that any ASA takes', () => {
    const [state] = asaDriver.precheck(inside('customer-a'), intent([entry(10, 'customer-a')])).targets
    if (state === undefined) throw new Error('no target')
    const { lines } = asaDriver.change(inside('customer-a'), state.target, 'answer-only')
    expect(lines.map(({ line }) => line)).toEqual([
      'crypto map outside_map 10 set connection-type answer-only',
    ])
  })

  it('that is named on a device in single context mode does not exist', () => {
    expect(codes(facts(), [entry(10, 'customer-a')])).toEqual(['block CONTEXT_MISSING'])
    expect(messages(facts(), [entry(10, 'customer-a')])).toContain('single context mode')
  })

  it('is also where the login leads, for targets that name none', () => {
    const { context: _context, ...here } = inside('customer-a')
    expect(asaDriver.precheck(here, intent([entry(10)])).targets).toHaveLength(1)
  })
})

describe('what is asked of a device with contexts', () => {
  it('is split by context, and what cannot be entered stays where the login leads', () => {
    const vti: TargetIntent = { kind: 'ipsec-profile', profile: profileName('NORTH') }
    const wish = intent([entry(10), entry(20, 'customer-a'), entry(30, 'gone'), statics('customer-b'), vti])
    const { here, contexts } = splitByContext(wish, (name) => name !== 'gone')
    expect(here.targets).toEqual([entry(10), entry(30, 'gone'), vti])
    expect(contexts.map((one) => [one.context, one.intent.targets])).toEqual([
      ['customer-a', [entry(20, 'customer-a')]],
      ['customer-b', [statics('customer-b')]],
    ])
  })
})

describe('the prompt of a context', () => {
  it.for([
    ['fw/customer-a', 'fw', true],
    ['fw/customer-a/act', 'fw/act', true],
    ['fw/pri/act/customer-a', 'fw/pri/act', true],
    ['fw', 'fw', false],
    ['fw/customer-b', 'fw', false],
    ['fw2/customer-a', 'fw', false],
    ['customer-a', 'customer-a', false],
    ['fw/customer-a2', 'fw', false],
  ] as const)('%s after the login at %s: %s', ([host, home, expected]) => {
    expect(asaGrammar.context?.shows(host, home, 'customer-a')).toBe(expected)
  })
})

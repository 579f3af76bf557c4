import type { ScenarioDevice } from '../scenario.ts'

/** What `show version` says of a chassis. */
export interface Hardware {
  /** `C2900 Software (C2900-UNIVERSALK9-M)`. */
  readonly image: string
  readonly file: string
  /** `Cisco CISCO2911/K9 (revision 1.0)`. */
  readonly processor: string
  readonly memory: string
}

interface Model {
  readonly match: RegExp
  readonly software: string
  readonly image: string
  readonly processor: (model: string) => string
  readonly memory: string
}

// Wording by family as in published captures of these chassis (genieparser, ntc-templates: show version).
const models: readonly Model[] = [
  {
    match: /^(?:CISCO|ISR)?(?:19|29|39)\d\d/,
    software: 'C2900 Software',
    image: 'C2900-UNIVERSALK9-M',
    processor: (model) => `Cisco ${model} (revision 1.0)`,
    memory: '483328K/40960K bytes of memory',
  },
  {
    match: /^(?:CISCO)?(?:18|28|38)\d\d/,
    software: '2800 Software',
    image: 'C2800NM-ADVSECURITYK9-M',
    processor: (model) => `Cisco ${model.replace(/^CISCO/, '')} (revision 53.51)`,
    memory: '249856K/12288K bytes of memory',
  },
  {
    match: /^(?:ISR|C83|C82|C85|CSR|C8000)/,
    software: 'c8000be Software',
    image: 'X86_64_LINUX_IOSD-UNIVERSALK9-M',
    processor: (model) => `cisco ${model} (1RU) processor`,
    memory: '3763577K/6147K bytes of memory',
  },
]

const other: Model = {
  match: /.*/,
  software: 'IOSv Software',
  image: 'VIOS-ADVENTERPRISEK9-M',
  processor: (model) => `Cisco ${model} (revision 1.0)`,
  memory: '460137K/62464K bytes of memory',
}

export function hardwareOf(box: ScenarioDevice): Hardware {
  const model = models.find((known) => known.match.test(box.model)) ?? other
  const xe = model.image.startsWith('X86')
  const release = box.version.replace(/[().]/g, '-').replace(/-$/, '')
  return {
    image: `${model.software} (${model.image})`,
    file: xe ? 'bootflash:packages.conf' : `flash0:${model.image.toLowerCase()}z.SPA.${release}.bin`,
    processor: model.processor(box.model),
    memory: model.memory,
  }
}

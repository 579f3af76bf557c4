import { recordFolder } from '../runs/state-dir.ts'
import { schemaText } from './schemas.ts'

/** A file of a new project: where it goes, with slashes, and what is in it. */
export interface ProjectFile {
  readonly path: string
  readonly text: string
}

export const ignoreFile = '.gitignore'

const playbook = `# yaml-language-server: $schema=../schemas/playbook.schema.json
# Which gateways answer only, and what on them. Keys and values are explained by the schema above, in any editor
# that knows the YAML language server; ikero schema playbook prints it.
version: 1
name: hubs answer only
# change: CHG0012345 # a ticket, carried into every output
inventory: ../inventory/hosts.yml
routers: # IOS and IOS-XE
  - hosts: [hub1, hub2] # names, group:NAME and globs
    profiles: [VPN] # exact names, or { in-use: true } for every profile that a tunnel uses
asas: # ASA, and PIX 7.0 or later
  - hosts: asa-hq
    cryptoMaps:
      - { map: outside_map, entries: static } # or numbers: [10, 20]; with static also except: [40]
state: responder-only # bidirectional takes the setting away again
proof:
  within: 5m # how long apply waits for fresh SAs
save: if-clean # not where somebody else's unsaved work would be saved with it; always, never
`

const inventory = `# yaml-language-server: $schema=../schemas/inventory.schema.json
# Where the gateways are and how to log in. The addresses are examples: put yours in their place.
version: 1
defaults: { credential: netops }
credentials:
  netops:
    username: netops
    password: { env: IKERO_PASSWORD } # env, file, command or prompt; never the password itself
    # enable: { command: [pass, show, net/enable] }
    # privateKey: { file: ~/.ssh/id_ed25519 }
    # agent: true # the keys of SSH_AUTH_SOCK
hosts:
  hub1: { address: 192.0.2.1, platform: ios, groups: [hubs] }
  hub2: { address: 192.0.2.2, platform: ios, groups: [hubs] }
  asa-hq: { address: 192.0.2.3, platform: asa }
  # old1: { address: 192.0.2.9, platform: ios, algorithms: legacy, via: [bastion] }
# jumps:
#   bastion: { address: 198.51.100.7, credential: netops }
peers: # remote ends that ikero does not log in to; ikero plan --write-peers FILE lists those that are missing
  203.0.113.20: { type: asa, version: "9.16(3)", initiates: always, by: "who said so, and when" }
`

/** Also what the lab, transcripts and people's habits leave beside the two files. */
export const ignoredPaths: readonly string[] = [
  `${recordFolder}/`,
  '/lab/',
  '/transcripts/',
  '/secrets/',
  '.env',
  '.env.*',
  '*.key',
  '*.pem',
  '*.password',
]

const ignored = `# What ikero records (configuration lines and addresses), the simulated lab, and secrets.
${ignoredPaths.join('\n')}
`

/** All files of a new project, in the order in which they are written. */
export function projectFiles(): readonly ProjectFile[] {
  return [
    { path: 'playbooks/hubs.yml', text: playbook },
    { path: 'inventory/hosts.yml', text: inventory },
    { path: 'schemas/playbook.schema.json', text: schemaText('playbook') },
    { path: 'schemas/inventory.schema.json', text: schemaText('inventory') },
    { path: ignoreFile, text: ignored },
  ]
}

/** What to do in a new project; every line of it works as it stands. */
export function nextSteps(): readonly string[] {
  const lab = '-i lab/inventory.yml --known-hosts lab/known_hosts'
  return [
    'ikero validate playbooks/hubs.yml',
    '',
    '# against simulated devices of the same names; leave the first command running:',
    'ikero simulate lab --out lab',
    `ikero plan playbooks/hubs.yml ${lab}`,
    `ikero apply playbooks/hubs.yml ${lab}`,
    '',
    '# with your own devices in inventory/hosts.yml:',
    'ikero trust playbooks/hubs.yml',
    'ikero doctor playbooks/hubs.yml',
    'ikero plan playbooks/hubs.yml',
  ]
}

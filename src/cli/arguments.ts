/** What the arguments of commands mean, by their name in the usage: the same name means the same everywhere. */
export const argumentMeanings: Readonly<Record<string, string>> = {
  schedules: 'file that says which playbook is looked after when',
  scenario: 'one that comes with ikero, such as lab, or a file of your own',
  playbook: 'file that says which devices answer only',
  'playbook-or-planfile': 'a playbook, or a plan that plan -o saved',
  'playbook-or-run': 'a playbook, or a run: its id, or the path of its folder',
  run: 'id of a recorded run, or the path of its folder',
  'run-or-planfile': 'id or folder of a run, or the saved plan that was applied',
  hosts: 'whose leases are broken; none: all leases are listed',
  code: 'as a report has it, in any case; none: all codes are listed',
  dir: 'folder of the project, new or empty (default: the current one)',
  'playbook-or-hosts': 'a playbook, or names of the inventory, or addresses such as 192.0.2.1:2222',
  command: 'the line that the device was given, in quotes',
  file: 'what it printed; - reads standard input',
}

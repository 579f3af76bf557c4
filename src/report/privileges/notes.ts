import type { PrivilegeForm } from '../../model/command-set.ts'

/** What stands above each form: how to use it, what it cannot do, and what no source verifies. */
export const notes: Readonly<Record<PrivilegeForm, readonly string[]>> = {
  tac_plus: [
    'TACACS+ command authorisation: groups of tac_plus, see tac_plus.conf(5)',
    'Devices ask for every line only where they are told to. IOS: aaa authorization exec, aaa authorization',
    'commands 0, 1 and 15, and aaa authorization config-commands. ASA: aaa authorization command GROUP.',
    'A pattern fits with and without <cr>, which a router sends as its last argument.',
  ],
  ise: [
    'TACACS+ command sets of Cisco ISE: grant, command, arguments (a regular expression for each, by position)',
    'Leave "permit any command that is not listed" off, and give the shell profile privilege level 15.',
    'UNVERIFIED: that ISE compares no argument behind the last one of a row. A row of a router ends in <cr> against',
    'that; a row of an ASA does not, for it may not send one.',
  ],
  'ios-view': [
    'CLI views of IOS and IOS-XE, for people. NOT for ikero: in a view, show running-config hides what the view may',
    'not configure, and ikero refuses to judge a part of it (PRIVILEGE_INSUFFICIENT). Use TACACS+ for its account.',
    'A view needs aaa new-model and is made from the root view (enable view). It knows keywords only: names, numbers',
    'and addresses stay open (include all). UNVERIFIED: that no responder-only needs no line of its own.',
  ],
  'ios-levels': [
    'Privilege levels of IOS and IOS-XE, for people. NOT for ikero: below level 15, show running-config shows only what',
    'the level may change, and ikero refuses to judge a part of it (PRIVILEGE_INSUFFICIENT). Use TACACS+ for its account.',
    'A command has one level for everybody: a line here takes the command from all users below that level. What all',
    'have already has no line: enable, exit, terminal, show version, show privilege, show users. The first words of a',
    'command get its level too: the line for show gives that one back. Names, numbers and addresses stay open.',
    'UNVERIFIED: that no responder-only and end need no line of their own.',
  ],
  'asa-levels': [
    'Privilege levels of ASA, for people. NOT for ikero: it wants level 15 (show curpriv), since a line refused in the',
    'middle of a change is worse than no change (PRIVILEGE_INSUFFICIENT). Use TACACS+ for its account.',
    'Only the main command has a level: with crypto, every crypto command of that form goes along, keys included. A',
    'command has one level for everybody. It counts once aaa authorization command LOCAL is set; before that, see that',
    'you have an account of level 15. show version, show curpriv and enable have level 0 already.',
    'UNVERIFIED: that exit and end need no line, and how the sub-mode of an IPsec profile is named: it has none here.',
  ],
}

/** Of ASAs in multiple context mode. Source: ASA configuration guide, Security Contexts and Command Authorization. */
export const contextNotes: readonly string[] = [
  'Contexts: after changeto, an ASA asks for the rights of the user enable_15, whoever logged in: give these rules to',
  'enable_15 in each context, or let ikero log in to the context itself. The system space asks for none.',
]

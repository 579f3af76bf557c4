import type { FindingCode } from '../codes.ts'
import { type Explanation, severities } from './explanation.ts'

const feature = 'IOS feature guide "IKE Responder-Only Mode" (12.4T, 15M&T)'

type Code = Extract<
  FindingCode,
  | 'PROFILE_MISSING'
  | 'PROFILE_UNUSED'
  | 'PROFILE_SHARED'
  | 'CRYPTO_MAP_UNSUPPORTED'
  | 'TUNNEL_INITIATES'
  | 'STILL_INITIATES'
  | 'DMVPN_SPOKE'
  | 'ENTRY_MISSING'
  | 'ENTRY_INCOMPLETE'
  | 'ENTRY_DYNAMIC'
  | 'ENTRY_ORIGINATE_ONLY'
  | 'MAP_UNBOUND'
  | 'DUPLICATE_SAS'
>

/** The IPsec profile or crypto map entry, and what uses it. */
export const targetExplanations: Readonly<Record<Code, Explanation>> = {
  PROFILE_MISSING: {
    title: 'there is no such IPsec profile',
    severity: severities.never,
    meaning: 'The configuration does not define a profile of exactly this name; case counts.',
    wouldBreak:
      'crypto ipsec profile TYPO creates a new, empty profile without a word. The line would be taken, read back, and change no tunnel.',
    todo: 'Correct the name in the playbook; the message lists what the device has.',
    source: 'how the IOS parser enters a named mode; show running-config of the device',
    since: 'now',
  },
  PROFILE_UNUSED: {
    title: 'no tunnel uses the profile',
    severity: `${severities.acceptable}; warn where the playbook says in-use and a profile is left alone`,
    meaning: 'No tunnel interface or template that is up names this profile in tunnel protection.',
    wouldBreak:
      'Nothing breaks, and nothing is gained: the real tunnels keep starting IKE, and no SA could prove the change.',
    todo: 'Name the profile that the tunnels use, or bring its tunnels up first.',
    source: 'tunnel protection lines in the running configuration',
    since: 'now',
  },
  PROFILE_SHARED: {
    title: 'one profile protects several tunnels',
    severity: severities.warn,
    meaning:
      'Several interfaces or templates use the profile (with the keyword shared, every tunnel with the same source must). All of them are listed.',
    wouldBreak:
      'A tunnel that must start by itself, a spoke or a tunnel to a cloud gateway, would be silenced together with the one that was meant.',
    todo: 'Read the list. Give tunnels that have to start a profile of their own before applying.',
    source: 'IOS feature guide on sharing IPsec with tunnel protection; IOS-XE model of tunnel protection',
    since: 'now',
  },
  CRYPTO_MAP_UNSUPPORTED: {
    title: 'IOS has responder-only for profiles only',
    severity: severities.never,
    meaning:
      'The playbook names a crypto map of an IOS device. show crypto map prints a Responder-Only line for maps too, and none can be set there.',
    wouldBreak: 'The line is refused, and the map goes on starting IKE.',
    todo: 'Move these tunnels to a virtual interface with an IPsec profile, or take the map out of the playbook.',
    source: `${feature}: not for static or dynamic crypto maps; the IOS-XE model has no such leaf in crypto maps`,
    since: 'now',
  },
  TUNNEL_INITIATES: {
    title: 'the tunnel is told to start by itself',
    severity: severities.strands,
    meaning:
      'Something on this device starts the tunnel on purpose: tunnel protection ipsec initiate, a FlexVPN client with connect auto or track, or an EzVPN client on the same profile.',
    wouldBreak:
      'Two settings contradict each other. What IOS does then is not documented; a client that may not call has no tunnel.',
    todo: 'Decide which end starts. If the other one does, take the starting line away first.',
    source: 'IOS-XE model of tunnel protection (initiate); behaviour with responder-only is not verified',
    since: 'now',
  },
  STILL_INITIATES: {
    title: 'something else on this device still starts IKE',
    severity: severities.info,
    meaning:
      'Crypto maps on IOS, profiles without the setting and entries left as bidirectional keep starting tunnels. They are listed.',
    wouldBreak:
      'Nothing. But this gateway as a whole does not only answer, and a report that says so would be wrong.',
    todo: 'Name them in the playbook if they should answer only as well.',
    source: `${feature}: crypto maps on the same router are not affected`,
    since: 'now',
  },
  DMVPN_SPOKE: {
    title: 'a DMVPN spoke has to call its hub',
    severity: `${severities.strands}; warn on a hub that itself has a hub`,
    meaning:
      'The tunnel has next-hop servers (ip nhrp nhs) and no registered clients, or show dmvpn says Type:Spoke.',
    wouldBreak:
      'The spoke registers by calling the hub. After the next loss of its SAs it cannot, and stays away until somebody logs in another way.',
    todo: 'Make the hub the responder and leave its spokes out of the playbook.',
    source: 'show dmvpn in the public tests of ntc-templates; how NHRP registration works',
    since: 'now',
  },
  ENTRY_MISSING: {
    title: 'there is no such crypto map entry',
    severity: severities.never,
    meaning: 'The map, or the sequence number in it, does not exist in this context.',
    wouldBreak:
      'Any crypto map M N set … creates the entry: a new, incomplete one in the middle of a working map.',
    todo: 'Correct map name and number; the message lists what the device has.',
    source: 'ASA warnings "The crypto map entry is incomplete!" known to netspoc-approve',
    since: 'now',
  },
  ENTRY_INCOMPLETE: {
    title: 'the crypto map entry carries no tunnel',
    severity: severities.never,
    meaning: 'match address, set peer, or the transform set or IKEv2 proposal is missing.',
    wouldBreak:
      'The setting would do nothing: there is no tunnel in it, and the one that was meant keeps starting IKE.',
    todo: 'Finish the entry on the device, or take its number out of the playbook.',
    source: 'ASA warnings "The crypto map entry is incomplete!" known to netspoc-approve',
    since: 'now',
  },
  ENTRY_DYNAMIC: {
    title: 'a dynamic entry answers by nature',
    severity: 'info where entries: static passes it over; block, can be accepted, where its number is listed',
    meaning: 'The entry is ipsec-isakmp dynamic: it has no peer of its own and can only answer.',
    wouldBreak: 'There is no connection type to set; the line would be refused or would mangle the entry.',
    todo: 'Take the number out of the playbook, or write entries: static. There is nothing to set.',
    source:
      'show running-config all crypto map in the public tests of ntc-templates; the refusal text is not verified',
    since: 'now',
  },
  ENTRY_ORIGINATE_ONLY: {
    title: "somebody's design: this end calls",
    severity: severities.acceptable,
    meaning:
      'The entry has connection-type originate-only: one half of a backup LAN-to-LAN pair, whose other ends answer only.',
    wouldBreak:
      'Overwriting it reverses the tunnel: both ends would answer, and the backup peers would never be called.',
    todo: 'Ask who built the pair. Leave this entry out of the playbook.',
    source: 'ASA messages 713195 and 713196; pairing rules of the ASA command reference (not verified)',
    since: 'now',
  },
  MAP_UNBOUND: {
    title: 'the crypto map is bound to no interface',
    severity: severities.acceptable,
    meaning: 'No crypto map M interface X line: no entry of this map carries traffic.',
    wouldBreak: 'Nothing would change on the wire, and nothing could prove the change.',
    todo: 'Bind the map, or name the map that is bound.',
    source: 'show running-config crypto map of the device',
    since: 'now',
  },
  DUPLICATE_SAS: {
    title: 'a peer has SAs in both directions',
    severity: severities.info,
    meaning:
      'Both ends started a tunnel, so that one pair of peers has more than one IKE SA. Counted before and after the change.',
    wouldBreak: 'Nothing new: this is what the change cures. Duplicates stay until their lifetime ends.',
    todo: 'Compare the two counts; with the change in place the second one goes to zero.',
    source: 'public captures of show crypto isakmp sa with one pair in both directions',
    since: 'now',
  },
}

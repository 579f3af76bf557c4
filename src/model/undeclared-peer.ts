/** What a run learned of a remote end that no inventory declares. */
export interface UndeclaredPeer {
  /** As the device prints it: an address, or an ASA name. */
  readonly address: string
  readonly host: string
  /** `outside_map/10`. */
  readonly target: string
  readonly tunnelGroup?: string
  readonly acl?: string
  readonly description?: string
  /** Who started the SAs that are up now, in words. */
  readonly startedBy: string
}

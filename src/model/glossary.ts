/**
 * The words of ikero. One word, one meaning, in code, messages and documents.
 *
 * - **SA**: a security association as one device lists it; IKE SA where not said otherwise.
 * - **peer**: the remote end of a tunnel, by address. **device**: a box that ikero logs in to.
 * - **space**: where on a device a session works: where the login leads, or one ASA context. Each has targets,
 *   facts, plan and saved configuration of its own; a device has one outcome.
 * - **IPsec profile**, **crypto map entry**: what a setting belongs to on IOS and ASA. **target**: one of
 *   them on one device, named `VPN` or `outside_map/10`.
 * - **responder-only**: the wish. On an IOS profile `responder-only`; on an ASA crypto map entry
 *   `set connection-type answer-only`. What each promises differs.
 * - **intent**: what a playbook asks of one device. **facts**: what a device said of itself.
 * - **capture**: what a device printed for one line. **reading**: all SAs that it listed at one moment.
 * - **finding**: the result of a check of a device. **diagnostic**: a mistake in a file. **fault**: a
 *   session that broke. **IkeroError**: an exception of ours, with a code and an owner.
 * - **plan**: what would change, as a value. **change**: the lines for one target, and the way back.
 *   **push**: sending them. **apply**: the whole command. **read back**: asking the device for the
 *   setting after the push; the only proof that a line took.
 * - **validate**: files. **verify**: life and roles of tunnels. **prove**: verify after a change until
 *   the role is shown by a **fresh** SA, one that was made after the push.
 * - **lost**: a peer that had an SA before the push and has had none for `proof.lostAfter` since.
 *   **idle**: a peer that had none before. **waiting**: only old SAs, started by the peer. **at risk**:
 *   only old SAs, started by this device.
 */
export type Glossary = never

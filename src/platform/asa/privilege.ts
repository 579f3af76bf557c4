/** The level that `show curpriv` prints; a `#` alone does not prove level 15 on ASA. */
export function readPrivilegeLevel(text: string): number | undefined {
  const level = /^Current privilege level\s*:\s*(\d{1,2})\s*$/im.exec(text)?.[1]
  return level === undefined ? undefined : Number(level)
}

import { printable } from '../kernel/printable.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

// What chats read as code, bold, struck, a link, a mention or a formula wherever it stands; `_` and `#` only at the
// edge of a word (outside_map and hub1#show stay as they are), `:name:` only where it is no part of an address.
const marks =
  /[`*~[\]@$]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|(?<![0-9A-Za-z])#(?=[0-9A-Za-z])|:\/\/|(?<=www)\.|(?<![0-9A-Za-z]):(?=[\w+'-]*[g-z_+'-][\w+'-]*:)/gi

/** Unicode's full-width twins of ASCII characters: they look alike, and no chat gives them a meaning. */
function twins(text: string): string {
  return text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))
}

/**
 * Foreign text in a message of Slack, Mattermost, Teams or Rocket.Chat: one line, in which nothing is a link, a mention
 * or a mark. `&`, `<` and `>` are entities, as Slack demands of whoever posts (its "Message formatting"), and as Markdown
 * reads them; marks become their full-width twins. Not for the begin of a line.
 *
 * @param most so many characters of it are shown
 */
export function chatText(text: string, most: number): string {
  return shortened(text, most)
    .replace(marks, twins)
    .replace(/[&<>]/g, (character) => entities[character] ?? '')
}

/** One line of foreign text that acts on nothing, cut after so many characters. */
export function shortened(text: string, most: number): string {
  const line = printable(text.trim())
  // By characters: half a surrogate pair would be no text any more.
  const characters = [...line.slice(0, 2 * most + 2)]
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : characters.join('')
}

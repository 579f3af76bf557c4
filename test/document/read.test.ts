import { describe, expect, it } from 'vitest'
import type { FileAccess } from '../../src/document/files.ts'
import { readText } from '../../src/document/read.ts'

function files(kind: 'file' | 'folder' | 'other', bytes: Uint8Array, size = bytes.length): FileAccess {
  return { stat: () => ({ kind, size }), read: () => bytes }
}

function message(access: FileAccess): string {
  const text = readText('a.yml', access)
  return text.kind === 'ok' ? text.value : text.error.message
}

describe('reading a file', () => {
  it('gives its text', () => {
    expect(message(files('file', Buffer.from('name: ä\n')))).toBe('name: ä\n')
  })

  it.each([
    ['a folder', files('folder', Buffer.from('')), 'a.yml is a folder: name the file in it'],
    ['a pipe', files('other', Buffer.from('')), 'a.yml is not a regular file: save its content in one'],
    [
      'a file of 2 GB, without reading it',
      { stat: () => ({ kind: 'file', size: 2 ** 31 }), read: () => expect.unreachable() },
      'a.yml is larger than 4 MiB: it is not a file of this kind',
    ],
    [
      'other bytes than UTF-8',
      files('file', Buffer.from([0xff, 0xfe, 0x41])),
      'a.yml is not UTF-8 text: save it as UTF-8',
    ],
    [
      'a file that is not there',
      {
        stat: () => {
          throw Object.assign(new Error('no'), { code: 'ENOENT' })
        },
        read: () => expect.unreachable(),
      },
      'a.yml does not exist',
    ],
  ] satisfies [string, FileAccess, string][])('refuses %s', (_, access, expected) => {
    expect(message(access)).toBe(expected)
  })
})

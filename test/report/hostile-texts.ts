import fc from 'fast-check'
import { hostile } from './arbitrary.ts'

/** What would act on a reader's terminal or page instead of showing itself. */
export const acting: RegExp =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u

const markup = fc.constantFrom(
  '<script>alert(1)</script>',
  '</pre></td></table><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--',
  '-->',
  ']]>',
  '<![CDATA[',
  '</style><style>*{display:none}',
  '</title><base href=//evil.example>',
  '&lt;b&gt;&#60;b&#x3c;&amp',
  '| a | b |',
  '\\|',
  '`',
  '``',
  '```',
  '\n```\n# head\n',
  '~~~',
  '[text](https://evil.example/)',
  '![](https://evil.example/x.png)',
  '[x]: https://evil.example',
  '<https://evil.example>',
  ' https://evil.example/ ',
  ' www.evil.example ',
  ' noc@evil.example ',
  '**bold** __bold__ *em* _em_ ~~gone~~',
  '\n# head\n',
  '\n- item\n',
  '\n---\n',
  '    code',
  '\\',
  '\\\\',
  '$x$',
  '\ufffe\uffff',
)
const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: hostile },
  { weight: 2, arbitrary: markup },
)
/** Texts of which each is more than one that a device or a file would hurt with. */
export const hostileTexts: fc.Arbitrary<string[]> = fc.array(
  fc.array(text, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  { minLength: 17, maxLength: 17 },
)

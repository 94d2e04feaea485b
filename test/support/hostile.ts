import fc from 'fast-check'

/**
 * Texts that people have put into name fields to break out of them: headers, markup, attributes, links, text
 * directions.
 */
const pieces = [
  '\r\nBcc: everyone@evil.example\r\n\r\n',
  '\n',
  '\r',
  '\u0000',
  '\u2028\u2029\u0085',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  `' onmouseover='alert(1)`,
  '" style="position:fixed" x="',
  '</p></td></table><form action=//evil.example>',
  '</title></style><base href=//evil.example>',
  '<!--',
  '-->',
  ']]>',
  '<?php ?>',
  '&lt;b&gt;&#60;i&#62;&quot;',
  '&',
  '\u202egpj.exe\u202c',
  '\u2066\u2067\u2068\u2069\u200e\u200f\u061c',
  '\ufeff\u200b\u00ad\u2060',
  '\u{e0001}\u{e0041}',
  '\ud800',
  '\udfff',
  'אבג',
  'مرحبا',
  '👩‍👩‍👧‍👦',
  'Z͑ͫ̓ͪ̂ͫ',
  '=cmd|x',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a template would run, were the name put into one.
  '${process.env}',
  '{{constructor}}',
  '=?utf-8?B?QmNjOg==?=',
  'https://evil.example/log-in',
  'www.evil.example',
  'evil.example',
  ' ',
]

/** Arbitrary text, with unpaired surrogates, control characters and known attempts to break out. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), { maxLength: 8 })
    .map((parts) => parts.join('')),
  fc.uint16Array({ maxLength: 60 }).map((units) => String.fromCharCode(...units)),
)

/** Control and format characters that must reach nobody: line ends, bidi overrides, invisible ones (joiners may). */
export const forbiddenCharacter =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u

/** One example of each kind of attempt to break out of a text. */
export const hostileTexts = [
  ['a header', 'Eve\r\nBcc: everyone@evil.example\r\n\r\nHello'],
  ['an encoded header', '=?utf-8?B?QmNjOiBldmVyeW9uZQ==?='],
  ['a script', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['the end of an attribute', `"' onmouseover='alert(1)' style="position:fixed`],
  ['a formula', "=cmd|'/c calc'!A1"],
  ['a full-width formula', '\uff1dHYPERLINK("https://evil.example")'],
  ['a formula behind a tab', '\t@SUM(1+1)'],
  ['a template', '{{constructor.constructor("return 1")()}}{{{x}}}'],
  ['another direction', 'Eve \u202egnp.exe\u202c \u2066x\u2069'],
  ['what is not seen', 'E\u200bv\u00ade\u2060\ufeff'],
  ['two scripts', 'Аdmіn Ѕuppоrt'],
  ['a link', 'https://evil.example/log-in www.evil.example'],
] as const

import { describe, expect, it } from 'vitest'
import { escapeHtml, frenchLine, html, line, plain } from '../../../shared/mail/line.ts'

const org = { name: 'A & <b>' }

describe('a line', () => {
  it('N2: is set as text and as HTML, with names isolated and everything escaped', () => {
    const text = line`${org} said "yes" on ${{ strong: '1 < 2' }}.`
    expect(plain(text)).toBe('A & <b> said "yes" on 1 < 2.')
    expect(html(text)).toBe('<bdi>A &amp; &lt;b&gt;</bdi> said &quot;yes&quot; on <strong>1 &lt; 2</strong>.')
  })

  it('takes lines into lines', () => {
    expect(plain(line`Sent again: ${line`${org} waits`}!`)).toBe('Sent again: A & <b> waits!')
  })

  it('spaces French punctuation in the text and leaves names alone', () => {
    expect(plain(frenchLine`Bonjour ${{ name: 'a ; b' }} : oui ?`)).toBe('Bonjour a ; b\u00a0: oui\u00a0?')
  })

  it('escapes what could end an attribute', () => {
    expect(escapeHtml(`"'<>&`)).toBe('&quot;&#39;&lt;&gt;&amp;')
  })
})

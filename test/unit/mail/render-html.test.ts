import { describe, expect, it } from 'vitest'
import { languages } from '../../../shared/mail/language.ts'
import { renderMail } from '../../../shared/mail/render.ts'
import { dark, light } from '../../../shared/mail/palette.ts'
import { sampleMails } from '../../../shared/mail/samples.ts'
import { contrast } from '../../support/contrast.ts'
import { elementsOf, parseMarkup, squeeze } from '../../support/markup.ts'

const rendered = languages.flatMap((language) =>
  sampleMails.map(({ name, mail }) => ({ name, mail, ...renderMail(mail, language) })),
)

describe('a mail as HTML', () => {
  it('N2: is a complete document in its language, with a title and a viewport', () => {
    for (const { html, language, subject } of rendered) {
      expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="\w\w" dir="ltr">/)
      expect(elementsOf(html, 'html')[0]?.attributes.get('lang')).toBe(language)
      expect(squeeze(elementsOf(html, 'title')[0]?.text ?? '')).toBe(squeeze(subject))
      expect(elementsOf(html, 'meta').map(({ attributes }) => attributes.get('name'))).toContain('viewport')
    }
  })

  it('N2: loads nothing from anywhere and tracks nobody: its only URLs are the links that it was given', () => {
    for (const { html, mail } of rendered) {
      const { elements } = parseMarkup(html)
      const fetched = ['img', 'link', 'script', 'iframe', 'object', 'video', 'audio', 'source', 'svg', 'base']
      expect(elements.filter(({ tag }) => fetched.includes(tag))).toEqual([])
      expect(html).not.toMatch(/url\(|@import|@font-face/)
      const given = [
        'decisionUrl' in mail ? mail.decisionUrl : undefined,
        'confirmUrl' in mail ? mail.confirmUrl : undefined,
        'url' in mail ? mail.url : undefined,
        'outcome' in mail && 'reportUrl' in mail.outcome ? mail.outcome.reportUrl : undefined,
      ]
      const urls = elements.flatMap(({ attributes }) =>
        [...attributes]
          .filter(([, value]) => /^\w+:\/\//.test(value))
          .map(([name, value]) => `${name} ${value}`),
      )
      const allowed = given.filter((url) => url !== undefined).map((url) => `href ${url}`)
      expect(urls.filter((url) => !allowed.includes(url))).toEqual([])
    }
  })

  it('has one first heading and skips no level', () => {
    for (const { html } of rendered) {
      const levels = parseMarkup(html)
        .elements.map(({ tag }) => /^h(\d)$/.exec(tag)?.[1])
        .filter((level) => level !== undefined)
        .map(Number)
      expect(levels.filter((level) => level === 1)).toHaveLength(1)
      expect(levels[0]).toBe(1)
      expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true)
    }
  })

  it('gives a link words of its own, and its address to copy where that is short', () => {
    const links = (name: string) =>
      elementsOf(rendered.find((mail) => mail.name === name)?.html ?? '', 'a').map(({ text }) => text)
    expect(links('claimed-delayed')[0]).toBe('Choose what happens')
    expect(links('claimed-delayed')[1]).toMatch(/^https:\/\/claims\.example\/decisions\//)
    expect(links('import-finished')).toEqual(['Download the report'])
  })
})

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_name, palette) => {
  const { ground, card, text, muted, link, control, button, buttonText, danger, dangerText, alert, notice } =
    palette

  it.each([
    ['text', text, card],
    ['muted text', muted, card],
    ['text on the ground', text, ground],
    ['links', link, card],
    ['button', buttonText, button],
    ['dangerous button', dangerText, danger],
    ['what is wrong', alert, card],
    ['text in a notice', text, notice],
  ])('give %s a contrast of 4.5 at least', (_what, one, other) => {
    expect(contrast(one, other)).toBeGreaterThanOrEqual(4.5)
  })

  it.each([
    ['controls', control, card],
    ['the focus', link, card],
    ['a button’s edge', button, card],
  ])('give %s a contrast of 3 at least', (_what, one, other) => {
    expect(contrast(one, other)).toBeGreaterThanOrEqual(3)
  })
})

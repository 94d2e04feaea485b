import { describe, expect, it } from 'vitest'
import { prefersJson } from '../../../shared/http/format.ts'

describe('prefersJson', () => {
  it.each([
    'application/json',
    'application/json, text/plain, */*',
    'application/problem+json, application/json;q=0.9',
    'text/html;q=0.5, application/json',
    'APPLICATION/JSON; charset=utf-8',
  ])('U6: is so for who asks for JSON: %s', (accept) => {
    expect(prefersJson(accept)).toBe(true)
  })

  it.each([
    undefined,
    '',
    '*/*',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'text/html, application/json',
    'application/json;q=0',
    'application/json;q=x',
    'application/jsonp',
  ])('U6: is not so for browsers, and for who does not say: %s', (accept) => {
    expect(prefersJson(accept)).toBe(false)
  })
})

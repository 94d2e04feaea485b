import { describe, expect } from 'vitest'
import type { TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { browser, deciders } from '../../support/deciders.ts'
import { it } from '../../support/fixtures.ts'

describe('whom mails and pages name', () => {
  let api: TestApi

  it.beforeAll(async ({ tableApi }) => {
    api = tableApi
    await givenVia(api).org('acme')
  })

  const patch = (body: unknown) =>
    api.admin('acme').patch('/v1/organization', body as Record<string, unknown>)

  it('N5: a new org is in UTC and names nobody', async () => {
    const { body } = await api.admin('acme').get('/v1/organization')
    expect(body).toMatchObject({ timeZone: 'UTC' })
    expect(body).not.toHaveProperty('contact')
  })

  it.each([
    [{ timeZone: 'Europe/Amsterdam' }],
    [{ timeZone: 'America/Argentina/ComodRivadavia' }],
    [{ contact: 'it@acme.example' }],
    [{ contact: 'https://intranet.acme.example/claims?x=1' }],
  ])('N5: %j is kept and shown', async (body) => {
    expect(await patch(body)).toMatchObject({ status: 200, body })
    expect((await api.admin('acme').get('/v1/organization')).body).toMatchObject(body)
  })

  it('N5: null takes the contact away, and what is left out stays', async () => {
    await patch({ contact: 'it@acme.example', timeZone: 'Europe/Paris' })
    await patch({ locale: 'fr' })
    expect((await api.admin('acme').get('/v1/organization')).body).toMatchObject({
      contact: 'it@acme.example',
      timeZone: 'Europe/Paris',
    })
    expect((await patch({ contact: null })).body).not.toHaveProperty('contact')
  })

  it.each([
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ timeZone: '+02:00' }, 'timeZone'],
    [{ timeZone: '' }, 'timeZone'],
    [{ contact: 'the helpdesk' }, 'contact'],
    [{ contact: 'http://intranet.acme.example' }, 'contact'],
    [{ contact: 'https://bank.example@evil.example/' }, 'contact'],
    [{ contact: 'javascript:alert(1)' }, 'contact'],
  ])('N5: %j is refused, and says where', async (body, path) => {
    expect(await patch(body)).toMatchObject({ status: 400, body: { errors: [{ path }] } })
  })

  it('N5: a decision page is in the zone of the org that claims, and names its contact', async () => {
    const users = deciders(api)
    await users.company()
    await api
      .admin('dunes')
      .patch('/v1/organization', { timeZone: 'Asia/Tokyo', contact: 'help@dunes.example' })
    const { link } = await users.open({}, { locale: 'en' })
    const { text } = await api.anyone.get(link, browser)
    expect(text).toContain('22 November 2026 at 21:00 GMT+9')
    expect(text).toContain('help@dunes.example')
  })
})

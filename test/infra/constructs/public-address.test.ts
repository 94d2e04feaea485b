import { describe, expect, it } from 'vitest'
import { synthesizedTemplate } from '../template.ts'

const publicUrl = 'https://claims.acme.example'
const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-1111-2222-3333-444455556666'
const named = await synthesizedTemplate({ publicUrl, certificateArn })
const fronted = await synthesizedTemplate({ publicUrl })
const plain = await synthesizedTemplate()

const addressOf = (template: typeof plain, fn: string): unknown => {
  const { Environment } = template.get(fn).properties
  return Environment
}

describe('the API’s own address', () => {
  it('fault 13: is a host name with a certificate, which is no part of the API', () => {
    expect(named.get('PublicDomain').properties).toMatchObject({
      DomainName: 'claims.acme.example',
      DomainNameConfigurations: [{ CertificateArn: certificateArn, EndpointType: 'REGIONAL' }],
    })
    expect(JSON.stringify(named.get('PublicDomain'))).not.toContain('Api.')
    expect(named.get('PublicMapping').properties).toMatchObject({
      ApiId: 'Api',
      DomainName: 'PublicDomain',
      Stage: expect.any(String),
    })
  })

  it.each(['MailFunction', 'PlatformApiFunction'])(
    'fault 13: is what the links of %s begin with, so a link outlives the API it was sent by',
    (fn) => {
      expect(addressOf(named, fn)).toMatchObject({ Variables: { API_URL: publicUrl } })
      expect(addressOf(fronted, fn)).toMatchObject({ Variables: { API_URL: publicUrl } })
      expect(addressOf(plain, fn)).toMatchObject({ Variables: { API_URL: 'Api.ApiEndpoint' } })
    },
  )

  it('fault 13: leaves the first address open, for links that were sent before there was a name', () => {
    expect(named.get('Api').properties).not.toHaveProperty('DisableExecuteApiEndpoint')
  })

  it('fault 13: comes with the record that it takes, where it is the stack’s', () => {
    expect(named.outputValues).toMatchObject({
      ApiUrl: publicUrl,
      PublicUrlRecord: 'claims.acme.example CNAME PublicDomain.RegionalDomainName',
    })
    expect(fronted.outputValues).toMatchObject({ ApiUrl: publicUrl })
    expect(fronted.outputs).not.toContain('PublicUrlRecord')
    expect(fronted.ofType('AWS::ApiGatewayV2::DomainName')).toEqual([])
  })
})

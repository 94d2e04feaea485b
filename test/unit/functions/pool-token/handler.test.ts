import { describe, expect, it } from 'vitest'
import { handleToken, type TokenEvent } from '../../../../functions/pool-token/handler.ts'

const common = {
  region: 'us-east-1',
  userPoolId: 'us-east-1_pool',
  userName: 'ada',
  callerContext: { awsSdkVersion: '3', clientId: 'client' },
  response: { claimsAndScopeOverrideDetails: {} },
} as const

const person = (
  groups: string[],
  attributes: Record<string, string> = { 'custom:org_id': 'acme' },
): TokenEvent => ({
  ...common,
  version: '2',
  triggerSource: 'TokenGeneration_Authentication',
  request: {
    userAttributes: attributes,
    groupConfiguration: { groupsToOverride: groups },
    scopes: ['aws.cognito.signin.user.admin'],
  },
})

const machine = (scopes: string[]): TokenEvent => ({
  ...common,
  version: '3',
  triggerSource: 'TokenGeneration_ClientCredentials',
  request: { userAttributes: {}, groupConfiguration: {}, scopes },
})

const added = (event: TokenEvent) =>
  handleToken(event).response.claimsAndScopeOverrideDetails.accessTokenGeneration

describe("the tokens of the stack's own user pool", () => {
  it("give an admin the organization and the admin's scopes", () => {
    expect(added(person(['admin']))).toEqual({
      scopesToAdd: ['claims:read', 'claims:write', 'org:read', 'org:write'],
      claimsToAddOrOverride: { org_id: 'acme' },
    })
  })

  it('give a reader the read scopes alone', () => {
    expect(added(person(['reader']))?.scopesToAdd).toEqual(['claims:read', 'org:read'])
  })

  it('give someone in both groups each scope once', () => {
    expect(added(person(['reader', 'admin']))?.scopesToAdd).toHaveLength(4)
  })

  it.each([
    ['no group', []],
    ['a group the pool does not know', ['owners']],
    ['a group named platform', ['platform']],
  ])('give a person in %s no scope', (_, groups) => {
    expect(added(person(groups))?.scopesToAdd).toEqual([])
  })

  it('give a person without an organization neither scopes nor an organization', () => {
    expect(added(person(['admin'], {}))).toEqual({ scopesToAdd: [], claimsToAddOrOverride: {} })
    expect(added(person(['admin'], { 'custom:org_id': '' }))?.scopesToAdd).toEqual([])
  })

  it("give a machine platform when Cognito granted it the resource server's scope, and no organization", () => {
    expect(added(machine(['claim-service/platform']))).toEqual({
      scopesToAdd: ['platform'],
      claimsToAddOrOverride: {},
    })
  })

  it('give a machine without that scope nothing', () => {
    expect(added(machine(['other/platform', 'platform']))?.scopesToAdd).toEqual([])
  })
})

import type { PreTokenGenerationV2TriggerEvent, PreTokenGenerationV3TriggerEvent } from 'aws-lambda'
import {
  orgAttribute,
  platformPoolScope,
  poolGroups,
  poolResourceServer,
  scopesOfRole,
} from '../../shared/http/pool.ts'
import type { Scope } from '../../shared/http/routes.ts'

/** Version 3 of the trigger has version 2's form for people, and covers client credentials as well. */
export type TokenEvent = PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent

const platformScope = `${poolResourceServer}/${platformPoolScope}`

/**
 * Adds to an access token what the API requires: `org_id`, and the role's scopes in the contract's spelling.
 *
 * Called by Cognito while the caller waits for the token, once per token; a repeat answers the same. People get the
 * scopes of their groups. A machine gets `platform` only if Cognito has granted its client the resource server's
 * scope, and never an organization.
 */
export function handleToken<E extends TokenEvent>(event: E): E {
  const { added, claims } =
    event.triggerSource === 'TokenGeneration_ClientCredentials' ? forMachine(event) : forPerson(event)
  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { scopesToAdd: [...added], claimsToAddOrOverride: claims },
    },
  }
  return event
}

interface Additions {
  readonly added: readonly Scope[]
  readonly claims: Record<string, string>
}

function forMachine({ request }: TokenEvent): Additions {
  const granted = request.scopes?.includes(platformScope) ?? false
  return { added: granted ? scopesOfRole.platform : [], claims: {} }
}

function forPerson({ request }: TokenEvent): Additions {
  const org = request.userAttributes[`custom:${orgAttribute}`]
  // Without an organization there is nothing to use the scopes on.
  if (org === undefined || org === '') return { added: [], claims: {} }
  const groups = request.groupConfiguration.groupsToOverride ?? []
  const roles = poolGroups.filter((group) => groups.includes(group))
  const added = new Set(roles.flatMap((role): readonly Scope[] => scopesOfRole[role]))
  return { added: [...added], claims: { [orgAttribute]: org } }
}

import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  AccountRecovery,
  CfnUserPoolClient,
  CfnUserPoolGroup,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito'
import { Construct } from 'constructs'
import { orgAttribute, platformPoolScope, poolGroups, poolResourceServer } from '../../shared/http/pool.ts'
import type { JwtIssuer } from './api.ts'
import { ofStage } from '../config.ts'
import type { PoolFunction } from '../functions.ts'
import { Job } from './job.ts'
import { pinLogicalId } from './logical-id.ts'

/** Short, since an admin who was removed keeps access until the last token expires. */
const accessTokenMinutes = 60

/** A working day. The token is only in the memory of a browser tab, and lost when that closes. */
const refreshTokenHours = 12

/** With all four kinds of characters, as cdk-nag's COG1 requires; the second factor is the real protection. */
const minimumPasswordLength = 14

/** The console's client at an OIDC issuer. */
export interface ConsoleClient {
  readonly clientId: string
  readonly scope: string
  /** Further origins of the issuer that the console calls, besides the one of its discovery document. */
  readonly origins: readonly string[]
}

export interface UsersProps {
  readonly stage: string
  readonly bundleOf: (name: PoolFunction) => string
  /** The console's address. */
  readonly consoleUrl: string
}

/**
 * The stack's own user pool, for a deployment that has no OIDC issuer.
 *
 * Cognito spells a custom scope `resourceServer/name` and puts no `org_id` into tokens, while the API's routes
 * require `claims:read` and the functions `org_id`. So a trigger adds both to each access token. (It uses version 3
 * of the trigger's event, the only one that also covers client credentials; that requires the Essentials plan.)
 *
 * - People have their organization in an attribute, which is set when an administrator creates them and can't be
 *   changed by anyone later, and their role by a group.
 * - The console signs them in through the pool's own pages, with an authorization code and PKCE, and has no secret.
 * - The platform is a machine: a client with a secret, which may ask for one scope of the resource server.
 */
export class Users extends Construct {
  readonly pool: UserPool
  readonly jwt: JwtIssuer
  readonly token: Job
  /** The token endpoint for the platform's client credentials. */
  readonly tokenUrl: string
  readonly peopleClientId: string
  readonly platformClientId: string
  readonly console: ConsoleClient

  constructor(scope: Construct, id: string, props: UsersProps) {
    super(scope, id)
    this.token = new Job(scope, 'pool-token', {
      name: 'pool-token',
      bundle: props.bundleOf('pool-token'),
      environment: {},
      statements: [],
    })
    this.pool = new UserPool(this, 'Pool', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: minimumPasswordLength,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      customAttributes: { [orgAttribute]: new StringAttribute({ mutable: false }) },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    pinLogicalId(this.pool, 'UserPool')
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, this.token.fn, LambdaVersion.V3_0)
    for (const groupName of poolGroups) {
      new CfnUserPoolGroup(this, `${groupName}Group`, { userPoolId: this.pool.userPoolId, groupName })
    }
    // Domain prefixes are unique among all accounts of a region.
    const domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: ofStage(`${poolResourceServer}-${Aws.ACCOUNT_ID}`, props.stage) },
    })
    this.tokenUrl = `${domain.baseUrl()}/oauth2/token`
    this.peopleClientId = this.people().userPoolClientId
    this.platformClientId = this.platform().userPoolClientId
    this.console = {
      clientId: this.consoleClient(props.consoleUrl).userPoolClientId,
      // The trigger adds the API's scopes, by role.
      scope: 'openid',
      origins: [domain.baseUrl()],
    }
    this.jwt = {
      issuer: this.pool.userPoolProviderUrl,
      // Cognito's access tokens have no `aud`; API Gateway then checks `client_id`.
      audience: [this.peopleClientId, this.platformClientId, this.console.clientId],
    }
  }

  private people(): UserPoolClient {
    return this.pool.addClient('People', {
      // The second flow is for administrators with AWS credentials who get a token by hand: docs/deploy.md.
      authFlows: { userSrp: true, adminUserPassword: true },
      disableOAuth: true,
      writeAttributes: new ClientAttributes().withStandardAttributes({ givenName: true, familyName: true }),
      accessTokenValidity: Duration.minutes(accessTokenMinutes),
      preventUserExistenceErrors: true,
    })
  }

  private consoleClient(consoleUrl: string): UserPoolClient {
    const client = this.pool.addClient('Console', {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [`${consoleUrl}/callback`],
        logoutUrls: [`${consoleUrl}/signed-out`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      writeAttributes: new ClientAttributes().withStandardAttributes({ givenName: true, familyName: true }),
      accessTokenValidity: Duration.minutes(accessTokenMinutes),
      refreshTokenValidity: Duration.hours(refreshTokenHours),
      preventUserExistenceErrors: true,
    })
    // People enter their password on the pool's pages, and never through this client.
    onlyRefresh(client)
    return client
  }

  private platform(): UserPoolClient {
    const scope = new ResourceServerScope({
      scopeName: platformPoolScope,
      scopeDescription: 'What the platform itself does',
    })
    const server = this.pool.addResourceServer('ResourceServer', {
      identifier: poolResourceServer,
      scopes: [scope],
    })
    const client = this.pool.addClient('Platform', {
      generateSecret: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: [OAuthScope.resourceServer(server, scope)],
      },
      accessTokenValidity: Duration.minutes(accessTokenMinutes),
    })
    // Client credentials have no refresh token, so this flow allows nobody anything.
    onlyRefresh(client)
    return client
  }
}

/**
 * Allows only the refresh flow: if no flow is named, Cognito allows sign-in by password and custom challenge with any
 * client.
 */
function onlyRefresh(client: UserPoolClient): void {
  const resource = client.node.defaultChild
  if (!(resource instanceof CfnUserPoolClient)) throw new Error('the client has no resource')
  resource.explicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH']
}

import { ApiMapping, DomainName, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { Construct } from 'constructs'
import { pinLogicalId } from './logical-id.ts'

export interface PublicAddressProps {
  readonly host: string
  readonly certificateArn: string
  readonly api: HttpApi
  readonly stage: HttpStage
}

/**
 * A host name of the operator's own for the API. It is a resource beside the API and not part of it: should the API ever be
 * replaced, the mapping is pointed at the new one and every link that was mailed goes on working. The API's first
 * address stays open too, for links that were mailed before there was a name.
 */
export class PublicAddress extends Construct {
  /** Where the host name's CNAME, or alias, has to point. */
  readonly target: string

  constructor(scope: Construct, id: string, { host, certificateArn, api, stage }: PublicAddressProps) {
    super(scope, id)
    const domainName = new DomainName(this, 'Domain', {
      domainName: host,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    })
    pinLogicalId(domainName, 'PublicDomain')
    const mapping = new ApiMapping(this, 'Mapping', { api, domainName, stage })
    pinLogicalId(mapping, 'PublicMapping')
    this.target = domainName.regionalDomainName
  }
}

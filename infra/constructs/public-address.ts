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
 * A host name of the operator's for the API. It is a resource of its own: if the API is ever replaced, the mapping is
 * pointed at the new one, and mailed links keep working. The API's original address stays open, for links mailed
 * before there was a host name.
 */
export class PublicAddress extends Construct {
  /** The target of the host name's CNAME or alias record. */
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

import { CfnElement } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Gives the construct's resource a logical id that doesn't depend on its place in the tree. A changed logical id
 * makes CloudFormation replace the resource, without its data.
 */
export function pinLogicalId(construct: IConstruct, id: string): void {
  const resource = construct.node.defaultChild
  if (resource === undefined || !CfnElement.isCfnElement(resource)) {
    throw new Error(`${construct.node.path} has no resource of its own`)
  }
  resource.overrideLogicalId(id)
}

import { CfnElement } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Gives the construct's resource a logical id that doesn't depend on where the construct stands in the
 * tree: a changed logical id makes CloudFormation create the resource anew, and data isn't moved with it.
 */
export function pinLogicalId(construct: IConstruct, id: string): void {
  const resource = construct.node.defaultChild
  if (resource === undefined || !CfnElement.isCfnElement(resource)) {
    throw new Error(`${construct.node.path} has no resource of its own`)
  }
  resource.overrideLogicalId(id)
}

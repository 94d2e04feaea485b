import { type App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'

export function check(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}

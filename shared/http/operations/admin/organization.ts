import { operation } from '../../operation.ts'
import { organization, organizationPatch } from '../../schemas/organization.ts'

const getOrganization = operation('getOrganization', {
  summary: 'Get the organization and its settings',
  responses: { 200: organization },
  errors: ['organization_not_found'],
})

const updateOrganization = operation('updateOrganization', {
  summary: 'Change settings of the organization',
  body: organizationPatch,
  responses: { 200: organization },
  errors: ['organization_not_found', 'dry_run_required', 'busy', 'precondition_failed'],
})

export const organizationOperations = {
  getOrganization,
  updateOrganization,
}

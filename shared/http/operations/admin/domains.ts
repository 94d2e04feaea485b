import * as z from 'zod'
import { operation } from '../../operation.ts'
import { pageOf, paging } from '../../schemas/common.ts'
import { domain, domainInPath, domainInput, domainStatus } from '../../schemas/domain.ts'

const listDomains = operation('listDomains', {
  summary: "List the organization's domains, by name",
  query: z.strictObject({ ...paging, status: domainStatus.optional() }),
  responses: { 200: pageOf(domain) },
})

const addDomain = operation('addDomain', {
  summary: 'Add a domain',
  description:
    'The domain is pending until its TXT record is verified. Adding it again returns the same domain, with a new token if the old one has expired (D1).',
  body: domainInput,
  responses: { 200: domain, 201: domain },
  errors: [
    'invalid_domain',
    'free_mail_domain',
    'public_suffix_domain',
    'special_use_domain',
    'organization_not_found',
    'busy',
  ],
})

const removeDomain = operation('removeDomain', {
  summary: 'Remove a domain that is not claimed',
  path: domainInPath,
  responses: { 204: null },
  errors: ['not_found', 'domain_claimed', 'busy', 'precondition_failed'],
})

const verifyDomain = operation('verifyDomain', {
  summary: "Look up the domain's TXT record and verify the domain",
  description:
    '`txt_record_not_found` returns the `expected` record, the number of TXT `records` that the domain has, and the `nearest` one, if one is similar.',
  path: domainInPath,
  responses: { 200: domain },
  errors: [
    'not_found',
    'txt_record_not_found',
    'verification_token_expired',
    'dns_lookup_failed',
    'busy',
    'precondition_failed',
  ],
})

const claimDomain = operation('claimDomain', {
  summary: 'Claim a verified domain for this organization alone',
  path: domainInPath,
  responses: { 200: domain },
  errors: ['not_found', 'domain_not_verified', 'domain_claimed_by_other', 'busy', 'precondition_failed'],
})

const releaseDomain = operation('releaseDomain', {
  summary: 'Release a claimed domain, which stays verified',
  path: domainInPath,
  responses: { 200: domain },
  errors: ['not_found', 'domain_not_claimed', 'busy', 'precondition_failed'],
})

export const domainOperations = {
  listDomains,
  addDomain,
  removeDomain,
  verifyDomain,
  claimDomain,
  releaseDomain,
}

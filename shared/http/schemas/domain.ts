import * as z from 'zod'
import { idInPath, instant } from './common.ts'
import { domainStatuses } from '../../rules/enumerations.ts'

const MAX_DOMAIN_INPUT_LENGTH = 1024

export const domainInPath = z.object({ domain: idInPath })

export const domainInput = z
  .strictObject({ domain: z.string().max(MAX_DOMAIN_INPUT_LENGTH) })
  .meta({ examples: [{ domain: 'noordzee.example' }] })

export const domainStatus = z.enum(domainStatuses)

export const domain = z
  .object({
    domain: z.string().meta({ description: 'In its ASCII form (UTS 46).' }),
    status: domainStatus,
    token: z.string(),
    tokenExpiresAt: instant,
    txtRecord: z
      .object({ name: z.string(), type: z.literal('TXT'), value: z.string() })
      .meta({ description: 'The record to set in the DNS before verifying the domain.' }),
    createdAt: instant,
    verifiedAt: instant.optional(),
    version: z.int(),
  })
  .meta({
    examples: [
      {
        domain: 'noordzee.example',
        status: 'pending',
        token: 'q0cF2mJ4mS4b3b3hI3J5xw',
        tokenExpiresAt: '2026-11-29T12:00:00.000Z',
        txtRecord: {
          name: 'noordzee.example',
          type: 'TXT',
          value: 'user-claims-verification=q0cF2mJ4mS4b3b3hI3J5xw',
        },
        createdAt: '2026-11-22T12:00:00.000Z',
        version: 1,
      },
    ],
  })

import * as z from 'zod'
import { operation } from '../../operation.ts'
import { idInPath } from '../../schemas/common.ts'

const liftSuppression = operation('liftSuppression', {
  summary: 'Lift the suppression of an address',
  description:
    'After a bounce or a complaint an address gets no more mail (N4); this allows mail to it again. Admins may do so for addresses on a verified or claimed domain of the organization and for those of its admins, the platform for any. Open claims of the address become `pending`, and their mail may be sent again at once; nothing is sent automatically.',
  path: z.object({ email: idInPath }),
  responses: { 204: null },
  errors: ['not_found', 'busy'],
})

export const suppressionOperations = {
  liftSuppression,
}

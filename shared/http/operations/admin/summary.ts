import { operation } from '../../operation.ts'
import { me, summary } from '../../schemas/summary.ts'

const getSummary = operation('getSummary', {
  summary: 'Count users, claims and jobs by status and type',
  description: 'Counts up to 10,000 users and as many claims.',
  responses: { 200: summary },
})

const getMe = operation('getMe', {
  summary: 'Get the caller',
  responses: { 200: me },
})

export const summaryOperations = {
  getSummary,
  getMe,
}

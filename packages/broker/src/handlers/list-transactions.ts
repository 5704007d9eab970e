// ListTransactions (66), versions 0-1: the transactional ids that this broker coordinates (KIP-664), those that take long (KIP-994).
// Version 2 filters by a pattern of RE2, which a coordinator would have to run for its clients: not served.

import { TRANSACTION_STATES } from '@jackdaw/core'
import { errorCode, ListTransactions } from '@jackdaw/protocol'

import { answered } from './ask-group.ts'
import { handler } from './handler.ts'

export const listTransactions = handler(ListTransactions, { versions: '0-1' }, async (request, { transactions }) => {
  const { stateFilters, producerIdFilters, durationFilter } = request
  const unknownStateFilters = stateFilters.filter((state) => !TRANSACTION_STATES.has(state))
  const states = stateFilters.filter((state) => TRANSACTION_STATES.has(state))
  if (stateFilters.length > 0 && states.length === 0)
    return { errorCode: errorCode('NONE'), unknownStateFilters, transactionStates: [] }
  const answers = await transactions.submitToAll<'listTransactions'>({
    type: 'listTransactions',
    states,
    producerIds: producerIdFilters,
    durationMs: durationFilter,
  })
  const listed = answers.map(answered)
  const failed = listed.find((answer) => !answer.ok)
  if (failed !== undefined && !failed.ok)
    return { errorCode: errorCode(failed.error), unknownStateFilters, transactionStates: [] }
  return {
    errorCode: errorCode('NONE'),
    unknownStateFilters,
    transactionStates: listed.flatMap((answer) =>
      answer.ok
        ? answer.response.transactions.map(({ state, ...transaction }) => ({ ...transaction, transactionState: state }))
        : [],
    ),
  }
})

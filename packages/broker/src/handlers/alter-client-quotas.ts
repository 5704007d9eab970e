// AlterClientQuotas (49), versions 0-1: sets and removes quotas of users, client ids and addresses (KIP-546).

import { AlterClientQuotas, errorCode } from '@jackdaw/protocol'

import { handler } from './handler.ts'

export const alterClientQuotas = handler(
  AlterClientQuotas,
  { versions: '0-1' },
  async ({ entries, validateOnly }, { cluster }) => {
    const submitted = await cluster.submit<'quotas'>((to) => ({ type: 'alterQuotas', to, entries, validateOnly }))
    return {
      entries: entries.map(({ entity }, index) => {
        const result = submitted.ok ? submitted.response.entries[index] : submitted
        const { error = 'UNKNOWN_SERVER_ERROR', message = null } = result ?? {}
        return { errorCode: errorCode(error), errorMessage: message, entity }
      }),
    }
  },
)

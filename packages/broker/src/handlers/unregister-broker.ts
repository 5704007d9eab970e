// UnregisterBroker (64), version 0: forgets a broker that will not come back. One that runs, or on which partitions still wait,
// is not forgotten.

import { errorCode, UnregisterBroker } from '@jackdaw/protocol'

import { handler } from './handler.ts'

export const unregisterBroker = handler(
  UnregisterBroker,
  { versions: '0-0' },
  async ({ brokerId: unregistered }, { cluster, brokerId }) => {
    if (unregistered === brokerId) {
      return { errorCode: errorCode('INVALID_REQUEST'), errorMessage: `Broker ${brokerId} is running: stop it first.` }
    }
    const submitted = await cluster.submit<'result'>((to) => ({
      type: 'unregisterBroker',
      to,
      brokerId: unregistered,
    }))
    const { error, message } = submitted.ok ? submitted.response : submitted
    return { errorCode: errorCode(error), errorMessage: message }
  },
)

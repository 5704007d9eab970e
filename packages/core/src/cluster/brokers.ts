// Brokers that leave for good.

import { failed, OK, type Result } from './commands.ts'
import type { ClusterRec } from './records.ts'
import type { ClusterState } from './state.ts'

/** A broker on which partitions still wait stays registered: nobody else leads them. */
export const decideUnregister = (
  state: Readonly<ClusterState>,
  brokerId: number,
): { readonly records: readonly ClusterRec[]; readonly answer: Result } => {
  if (!state.brokers.has(brokerId)) {
    return { records: [], answer: failed('BROKER_ID_NOT_REGISTERED', `There is no broker ${brokerId}.`) }
  }
  const led = [...state.topics.values()].find(({ partitions }) => partitions.some(({ leader }) => leader === brokerId))
  if (led !== undefined) {
    const message = `Broker ${brokerId} leads partitions, of topic '${led.name}' for one, that no other broker can take over.`
    return { records: [], answer: failed('INVALID_REQUEST', message) }
  }
  return { records: [{ type: 'UnregisterBrokerRecord', brokerId, brokerEpoch: 0 }], answer: OK }
}

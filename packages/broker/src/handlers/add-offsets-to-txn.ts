// AddOffsetsToTxn (25), versions 0-4: the partition of a group's offsets becomes part of a transaction.

import { AddOffsetsToTxn, errorCode } from '@jackdaw/protocol'

import { CONSUMER_OFFSETS } from '../internal-topics.ts'
import { askTransaction, fencedAs } from './ask-transactions.ts'
import { handler } from './handler.ts'

const FENCED_SINCE = 2

export const addOffsetsToTxn = handler(AddOffsetsToTxn, { versions: '0-4' }, async (request, context) => {
  const { transactionalId, groupId, producerId, producerEpoch } = request
  const found = await context.groups.coordinatorOf(groupId)
  if (typeof found !== 'number') return { errorCode: errorCode(found.error) }
  const partitions = [{ topic: CONSUMER_OFFSETS, partitionIds: [context.groups.partitionOf(groupId)] }]
  const command = { type: 'addPartitions', transactionalId, producerId, producerEpoch, partitions } as const
  const answer = await askTransaction<'addPartitions'>(transactionalId, command, context)
  const error = answer.ok ? answer.response.error : answer.error
  return { errorCode: errorCode(fencedAs(error, context.version >= FENCED_SINCE)) }
})

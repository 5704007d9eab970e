// Offsets in transactions: TxnOffsetCommit keeps them beside the committed ones until the transaction ends here. Whether the
// producer may write is the partition's question and the transaction coordinator's; who the consumer is, is asked here (KIP-447).

import type { ErrorName } from '@jackdaw/protocol'

import type { EndOffsetsTransaction, TxnOffsetCommit } from './commands.ts'
import { viewConsumerGroup } from './consumer/draft.ts'
import { txnCommitFault } from './consumer/offsets.ts'
import type { Group } from './group-state.ts'
import { checkMember } from './members.ts'
import { commitTopics, keepSession, refuseTopics } from './offsets.ts'
import { reply, type Turn, viewGroup } from './turn.ts'

export function txnOffsetCommit(turn: Turn, command: TxnOffsetCommit): void {
  const { to, groupId, memberId, producerId, producerEpoch } = command
  const group = viewGroup(turn, groupId)
  const consumers = viewConsumerGroup(turn, groupId)
  const error = consumers === undefined ? checkConsumer(group, command) : txnCommitFault(turn, consumers, command)
  if (error !== 'NONE') return reply(turn, to, { topics: refuseTopics(command, error) })
  if (group !== undefined) keepSession(turn, group, memberId)
  turn.producer = { id: producerId, epoch: producerEpoch }
  reply(turn, to, { topics: commitTopics(turn, command) })
}

/** A producer that does not say who consumes may commit for anyone: its own epoch is all that fences it. */
function checkConsumer(group: Group | undefined, command: TxnOffsetCommit): ErrorName {
  const { groupId, generationId, memberId, groupInstanceId } = command
  if (groupId === '') return 'INVALID_GROUP_ID'
  const anonymous = generationId < 0 && memberId === '' && groupInstanceId === null
  if (group === undefined) return generationId < 0 ? 'NONE' : 'ILLEGAL_GENERATION'
  if (anonymous || (generationId < 0 && group.state === 'Empty')) return 'NONE'
  const error = checkMember(group, memberId, groupInstanceId)
  if (error !== 'NONE') return error
  return generationId === group.generation ? 'NONE' : 'ILLEGAL_GENERATION'
}

/** The marker of a transaction that has offsets in this log. */
export function endOffsetsTransaction(turn: Turn, command: EndOffsetsTransaction): void {
  const { to, producerId, producerEpoch, committed, coordinatorEpoch } = command
  turn.producer = { id: producerId, epoch: producerEpoch }
  turn.control = { type: committed ? 'commit' : 'abort', coordinatorEpoch }
  reply(turn, to, { error: 'NONE' })
}

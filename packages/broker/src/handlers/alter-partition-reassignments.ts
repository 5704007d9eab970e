// AlterPartitionReassignments (45), versions 0-1 (KIP-455). Copies of a partition are its storage's affair and one broker leads
// it: an assignment that is the present one is done at once, every other is refused, and there is never one to give up.

import type { PartitionState } from '@jackdaw/core'
import { AlterPartitionReassignments, errorCode, type ErrorName } from '@jackdaw/protocol'

import { askedPartition } from './asked-partitions.ts'
import { handler, type RequestContext } from './handler.ts'

interface Outcome {
  readonly error: ErrorName
  readonly message: string | null
}

const DONE: Outcome = { error: 'NONE', message: null }
const refused = (message: string): Outcome => ({ error: 'INVALID_REPLICA_ASSIGNMENT', message })

export const alterPartitionReassignments = handler(
  AlterPartitionReassignments,
  { versions: '0-1' },
  ({ topics, allowReplicationFactorChange }, context) => ({
    allowReplicationFactorChange,
    errorCode: errorCode('NONE'),
    errorMessage: null,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, replicas }) => {
        const partition = askedPartition(context.cluster, name, partitionIndex)
        const { error, message } = reassign(partition, replicas, allowReplicationFactorChange, context)
        return { partitionIndex, errorCode: errorCode(error), errorMessage: message }
      }),
    })),
  }),
)

const reassign = (
  partition: PartitionState | string,
  replicas: readonly number[] | null,
  mayChangeFactor: boolean,
  { cluster }: RequestContext,
): Outcome => {
  if (typeof partition === 'string') return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: partition }
  if (replicas === null) {
    return { error: 'NO_REASSIGNMENT_IN_PROGRESS', message: 'No reassignment of the partition is under way.' }
  }
  if (replicas.length === 0) return refused('The assignment names no replica.')
  if (new Set(replicas).size !== replicas.length) return refused('The assignment names a broker more than once.')
  const unknown = replicas.find((id) => !cluster.state.brokers.has(id))
  if (unknown !== undefined) return refused(`The assignment names broker ${unknown}, which is not registered.`)
  if (!mayChangeFactor && replicas.length !== partition.replicas.length) {
    return { error: 'INVALID_REPLICATION_FACTOR', message: 'The replication factor would change.' }
  }
  const same = replicas.length === partition.replicas.length && replicas.every((id) => partition.replicas.includes(id))
  return same ? DONE : refused('Partitions are not moved between brokers: their copies are the storage’s affair.')
}

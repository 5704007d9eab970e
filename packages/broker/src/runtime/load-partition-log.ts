// Brings a partition-log machine up to date: open, restore the newest snapshot, and replay the batches after it, checking
// their CRC on the way.

import {
  applyBatch,
  applyDurable,
  applyTrim,
  emptyPartitionLog,
  noteEpoch,
  restoreSnapshot,
  type PartitionLogState,
} from '@jackdaw/core'
import type { LogId, Opened, Opening } from '@jackdaw/ports'

import { batchesFrom } from './stored-batches.ts'
import type { Storage } from './storage.ts'
import type { Failure, Unavailable } from './unavailable.ts'

export interface PartitionIdentity {
  readonly topicId: string
  readonly topicName: string
  readonly index: number
  readonly log: LogId
  readonly leaderEpoch: number
}

export interface LoadedPartitionLog {
  readonly state: PartitionLogState
  readonly opening: Opening
}

type LoadFailed = Unavailable & { readonly final: boolean }

export const loadPartitionLog = async (
  identity: PartitionIdentity,
  storage: Storage,
): Promise<LoadedPartitionLog | LoadFailed> => {
  const { log, leaderEpoch } = identity
  // A process that lost its roles must not take logs back from the one that has them now, though it may be of the same epoch.
  if (!storage.leads()) return failed('NOT_LEADER_OR_FOLLOWER', 'This broker no longer holds its roles.', false)
  const opened = await storage.open(log, leaderEpoch)
  switch (opened.kind) {
    case 'OPENED':
      return replay(identity, storage, opened)
    case 'FENCED':
      return failed('NOT_LEADER_OR_FOLLOWER', `${log.name} is led under a higher epoch than ${leaderEpoch}.`, true)
    case 'MISSING':
      return failed('KAFKA_STORAGE_ERROR', `The storage does not hold ${log.name}, which it once did.`, true)
    case 'UNREACHABLE':
      storage.log.warn({ log: log.name, cause: opened.cause }, 'the storage could not open a log')
      return failed('KAFKA_STORAGE_ERROR', `The storage could not open ${log.name}.`, false)
  }
}

const failed = (error: Failure, message: string, final: boolean): LoadFailed => ({ error, message, final })

const replay = async (
  identity: PartitionIdentity,
  storage: Storage,
  opened: Opened,
): Promise<LoadedPartitionLog | LoadFailed> => {
  const { log, leaderEpoch } = identity
  const from = Math.max(opened.start, opened.snapshot?.at ?? 0)
  const state = emptyPartitionLog(from, leaderEpoch)
  try {
    if (opened.snapshot !== undefined) restoreSnapshot(state, opened.snapshot.bytes)
    for await (const batch of batchesFrom(storage.store, log, from, opened.next)) {
      if (batch.baseOffset >= from) applyBatch(state, batch, batch.maxTimestamp)
    }
  } catch (cause) {
    storage.log.error({ log: log.name, cause }, 'a log could not be loaded')
    return failed('KAFKA_STORAGE_ERROR', `${log.name} could not be loaded: ${String(cause)}`, false)
  }
  state.end = opened.next
  applyDurable(state, opened.next)
  state.start = 0
  applyTrim(state, opened.start)
  noteEpoch(state.epochs, leaderEpoch, opened.next)
  return { state, opening: opened.opening }
}

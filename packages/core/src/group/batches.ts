// Cuts records into batches that the log accepts. What belongs together in a classic group is one record, the records of a
// consumer group come in an order in which any prefix is a group that can go on, and offsets of one commit are independent of
// each other: so a request that was not answered yet may well be stored in part.

import type { Batch } from '../machine.ts'
import { isConsumerRec, sizeOfConsumerRec } from './consumer/records.ts'
import type { GroupRec, KeptRec } from './records.ts'

/** A record's own header and the fixed fields of the largest key and value, generously. */
const RECORD_OVERHEAD_BYTES = 128
const MEMBER_OVERHEAD_BYTES = 32
/** Of one UTF-16 unit in UTF-8. */
const UNIT_BYTES_MAX = 3

export function batchesOf(records: readonly KeptRec[], maxBytes: number): Batch<GroupRec>[] {
  const batches: KeptRec[][] = []
  let room = 0
  for (const record of records) {
    const bytes = largestBytes(record)
    if (batches.length === 0 || bytes > room) {
      batches.push([])
      room = maxBytes - BATCH_HEADER_BYTES
    }
    batches.at(-1)?.push(record)
    room -= bytes
  }
  return batches.map((records) => ({ records }))
}

const BATCH_HEADER_BYTES = 61

/** Whether the record can be stored at all. */
export function fitsInBatch(record: KeptRec, maxBytes: number): boolean {
  return largestBytes(record) <= maxBytes - BATCH_HEADER_BYTES
}

/** An upper bound of what the record takes in a batch. */
function largestBytes(record: KeptRec): number {
  if (record.type === 'offsetCommit') {
    const units = record.groupId.length + record.topic.length + (record.value?.metadata.length ?? 0)
    return RECORD_OVERHEAD_BYTES + units * UNIT_BYTES_MAX
  }
  if (isConsumerRec(record)) {
    const { units, bytes } = sizeOfConsumerRec(record)
    return RECORD_OVERHEAD_BYTES + units * UNIT_BYTES_MAX + bytes
  }
  const { groupId, value } = record
  if (value === null) return RECORD_OVERHEAD_BYTES + groupId.length * UNIT_BYTES_MAX
  const units = groupId.length + value.protocolType.length + lengthOf(value.protocol) + lengthOf(value.leader)
  let bytes = RECORD_OVERHEAD_BYTES + units * UNIT_BYTES_MAX
  for (const member of value.members) {
    const { memberId, groupInstanceId, clientId, clientHost, subscription, assignment } = member
    const units = memberId.length + lengthOf(groupInstanceId) + clientId.length + clientHost.length
    bytes += MEMBER_OVERHEAD_BYTES + units * UNIT_BYTES_MAX + subscription.length + assignment.length
  }
  return bytes
}

const lengthOf = (text: string | null): number => text?.length ?? 0

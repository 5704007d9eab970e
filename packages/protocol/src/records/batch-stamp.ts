// What a broker writes into a batch that it stores as it arrived: base offset and partition leader epoch, which lie outside
// the CRC, and the time of appending, which does not. All in place, in the buffer that came from the socket.

import { ATTRIBUTE, type BatchView, computeBatchCrc, HEADER } from './batch-header.ts'
import { writeInt64 } from './int64.ts'

/** Gives the batch at `at` its base offset. The CRC stays valid. */
export function setBaseOffset(bytes: Buffer, at: number, offset: number): void {
  writeInt64(bytes, at + HEADER.baseOffset, offset)
}

/** Notes in the batch at `at` the epoch of the leader that appends it. The CRC stays valid. */
export function setPartitionLeaderEpoch(bytes: Buffer, at: number, epoch: number): void {
  bytes.writeInt32BE(epoch, at + HEADER.partitionLeaderEpoch)
}

/**
 * Makes `timestamp` (milliseconds since the epoch) the timestamp of every record: `message.timestamp.type=LogAppendTime`.
 * The records themselves keep what the producer wrote; readers ignore it. The CRC is computed anew, so check it before.
 */
export function stampLogAppendTime(view: BatchView, timestamp: number): void {
  const { bytes } = view
  bytes.writeInt16BE(view.attributes | ATTRIBUTE.logAppendTime, HEADER.attributes)
  writeInt64(bytes, HEADER.maxTimestamp, timestamp)
  bytes.writeUInt32BE(computeBatchCrc(bytes), HEADER.crc)
}

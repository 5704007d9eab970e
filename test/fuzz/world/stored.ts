// Everything that the broker has stored, read as a consumer reads it: whole batches, undamaged, one after the other.
import { batchCrcMatches, Fetch, viewBatches } from '@jackdaw/protocol'
import { law } from '../targets/target.ts'
import type { World } from './world.ts'

const NONE = 0
const OFFSET_OUT_OF_RANGE = 1
const MAX_BYTES = 64 * 1024 * 1024

export async function holdStored(world: World): Promise<void> {
  for (const { name, partitions } of await world.topics()) {
    for (let index = 0; index < partitions; index++) await holdPartition(world, name, index)
  }
}

async function holdPartition(world: World, topic: string, index: number): Promise<void> {
  const where = `${topic}-${index}`
  let { logStart, end, records } = await readAt(world, topic, index, 0)
  let next = logStart
  while (next < end) {
    ;({ end, records } = await readAt(world, topic, index, next))
    const batches = viewBatches(records)
    law(typeof batches !== 'string', () => `${where} holds no batches at ${next}: ${JSON.stringify(batches)}`)
    law(batches.length > 0, () => `${where} gives nothing at ${next}, though it ends at ${end}`)
    for (const batch of batches) {
      const { baseOffset, lastOffset, recordCount } = batch
      law(batchCrcMatches(batch), () => `the CRC of the batch at ${baseOffset} in ${where} does not match`)
      law(recordCount === lastOffset - baseOffset + 1, () => `${where} has ${recordCount} records at ${baseOffset}`)
      // The log may begin within a batch.
      const follows = baseOffset === next || (next === logStart && baseOffset < next && lastOffset >= next)
      law(follows, () => `${where} has a batch at ${baseOffset} where ${next} comes next`)
      next = lastOffset + 1
    }
  }
  law(next === end, () => `${where} ends at ${end}, and its batches at ${next}`)
}

async function readAt(world: World, topic: string, partition: number, fetchOffset: number) {
  const partitions = [{ partition, fetchOffset, partitionMaxBytes: MAX_BYTES }]
  const { responses } = await world.ask(Fetch, 12, { maxWaitMs: 0, minBytes: 0, topics: [{ topic, partitions }] })
  const read = responses[0]!.partitions[0]!
  const { errorCode, logStartOffset: logStart, highWatermark: end } = read
  const isSound = errorCode === NONE || (errorCode === OFFSET_OUT_OF_RANGE && fetchOffset < logStart)
  law(isSound, () => `${topic}-${partition} cannot be read at ${fetchOffset}: error ${errorCode}`)
  return { logStart, end, records: read.records ?? Buffer.alloc(0) }
}

// What a broker does by itself, round after round: retention (cleanup.policy=delete) and forgetting silent producers.

import type { Cancel, Clock } from '@jackdaw/ports'

import type { Logger } from './log.ts'
import type { Partition } from './runtime/partition.ts'
import type { Services } from './services.ts'

export interface Chore {
  readonly name: string
  readonly everyMs: number
  /** One round over all partitions. */
  round(): Promise<void>
}

/** Runs the chore again and again until what it returns is called. A round that fails is told, and the next one comes. */
export const repeatedly = (chore: Chore, clock: Clock, log: Logger): (() => void) => {
  let stopped = false
  let cancel: Cancel = () => undefined
  const next = (): void => {
    if (!stopped) cancel = clock.after(chore.everyMs, () => void round())
  }
  const round = async (): Promise<void> => {
    try {
      await chore.round()
    } catch (cause) {
      log.warn({ chore: chore.name, cause }, 'a round of housekeeping was cut short')
    }
    next()
  }
  next()
  return () => {
    stopped = true
    cancel()
  }
}

const TIDY_EVERY_MS = 60_000

export const producerTidying = (services: Services): Chore => ({
  name: 'producers',
  everyMs: TIDY_EVERY_MS,
  round: async () => {
    for (const partition of services.partitions.all()) {
      await partition.tidy(services.config['producer.id.expiration.ms'])
    }
  },
})

/** Moves the log start of partitions whose oldest entries are due by time or by bytes. */
export const retention = (services: Services): Chore => ({
  name: 'retention',
  everyMs: services.config['log.retention.check.interval.ms'],
  round: async () => {
    for (const partition of services.partitions.all()) await retain(partition, services)
  },
})

const OFF = -1

const retain = async (partition: Partition, services: Services): Promise<void> => {
  const { topicConfigs, clock, log } = services
  const { topicName, log: logId } = partition.identity
  const config = topicConfigs.of(topicName)
  if (!config['cleanup.policy'].includes('delete')) return
  const [retentionMs, retentionBytes] = [config['retention.ms'], config['retention.bytes']]
  if (retentionMs === OFF && retentionBytes === OFF) return
  const oldest = retentionMs === OFF ? -Infinity : clock.wall() - retentionMs
  const before = await firstThatStays(partition, services, oldest, retentionBytes)
  if (before === undefined) return
  const failure = await partition.trim(before)
  if (failure === undefined) log.info({ log: logId.name, before }, 'old records were dropped')
  else log.warn({ log: logId.name, before, failure }, 'old records could not be dropped')
}

/** The offset before which everything is due; undefined where nothing is. Looks at entries, and stops at the first that stays. */
const firstThatStays = async (
  partition: Partition,
  { storage }: Services,
  oldest: number,
  retentionBytes: number,
): Promise<number | undefined> => {
  const { log } = partition.identity
  const [ends] = await storage.store.ends([log])
  if (ends === undefined || ends.start === ends.next) return undefined
  let surplus = retentionBytes === OFF ? 0 : ends.bytes - retentionBytes
  let before = ends.start
  for await (const { next, time, size } of storage.store.scan(log, ends.start)) {
    const tooMuch = surplus >= size
    const tooOld = time >= 0 && time < oldest
    if (!tooMuch && !tooOld) break
    surplus -= size
    before = next
  }
  return before > ends.start ? before : undefined
}

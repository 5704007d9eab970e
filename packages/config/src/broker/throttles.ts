// The keys that Kafka knows only as dynamic configs of a broker. Reassignment tools set them, and delete them in any case when
// they look whether they are done.
import { long, LONG_MAX } from '../property.ts'
import type { Property } from '../property.ts'

const throttle = (what: string) =>
  long({
    default: LONG_MAX,
    min: 0,
    dynamic: 'broker',
    noEffect: 'brokers do not copy logs to one another, so there is nothing to throttle',
    doc: `In Kafka, how many bytes per second ${what} while partitions are reassigned.`,
  })

export const throttleConfigs = {
  'leader.replication.throttled.rate': throttle('a broker sends to throttled followers'),
  'follower.replication.throttled.rate': throttle('a broker fetches for its throttled replicas'),
  'replica.alter.log.dirs.io.max.bytes.per.second': throttle('move between its log directories'),
} satisfies Record<string, Property>

// The table that `kafka-consumer-groups --describe` prints, read by its columns as scripts do.

export interface GroupOffsetRow {
  readonly group: string
  readonly topic: string
  readonly partition: string
  readonly current: string
  readonly end: string
  readonly lag: string
  readonly consumer: string
  readonly host: string
  readonly client: string
}

const header = /^GROUP +TOPIC +PARTITION +CURRENT-OFFSET +LOG-END-OFFSET +LAG +CONSUMER-ID +HOST +CLIENT-ID *$/

/** The rows, by topic and partition. Throws if the header is not the one that scripts know. */
export const groupOffsets = (printed: string): GroupOffsetRow[] => {
  const lines = printed.split('\n').filter((line) => line !== '')
  if (!header.test(lines[0] ?? '')) throw new Error(`Not the header of a group's offsets: ${printed}`)
  return lines
    .slice(1)
    .map((line) => {
      const [
        group = '',
        topic = '',
        partition = '',
        current = '',
        end = '',
        lag = '',
        consumer = '',
        host = '',
        client = '',
      ] = line.split(/ +/)
      return { group, topic, partition, current, end, lag, consumer, host, client }
    })
    .toSorted((a, b) => a.topic.localeCompare(b.topic) || Number(a.partition) - Number(b.partition))
}

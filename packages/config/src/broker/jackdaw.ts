// The keys that Kafka does not have.
import { string } from '../property.ts'
import type { Property } from '../property.ts'

export const jackdawConfigs = {
  'jackdaw.storage': string({
    default: null,
    doc: 'Where the logs are: a URL whose scheme names the storage. "file:DIR" is a directory, "memory:" is this process’s memory and gone with it. Default: the directory of log.dirs.',
  }),
  'jackdaw.durability.min': string({
    default: 'D2',
    of: ['D0', 'D1', 'D2', 'D3', 'D4'],
    doc: 'The weakest durability to start with. What survives: D0 nothing, D1 a kill of the broker, D2 of the storage’s process, D3 a power cut, D4 the loss of a node. A storage that finds itself weaker is refused, unless it is "memory:", which nobody takes for durable.',
  }),
} satisfies Record<string, Property>

// The keys that a group may carry (resource type GROUP, KIP-848), in Kafka 4.3's words. Bounds between them and the broker's
// own keys are checked where a group's config is set.
import { int } from './property.ts'
import type { Property, ValueOf } from './property.ts'
import { second } from './units.ts'

export const groupConfigs = {
  'consumer.session.timeout.ms': int({
    default: 45 * second,
    min: 1,
    broker: 'group.consumer.session.timeout.ms',
    doc: 'How long the coordinator waits for a heartbeat of a member before it counts it as gone.',
  }),
  'consumer.heartbeat.interval.ms': int({
    default: 5 * second,
    min: 1,
    broker: 'group.consumer.heartbeat.interval.ms',
    doc: 'How often the group’s members are told to send a heartbeat.',
  }),
  'consumer.assignment.interval.ms': int({
    default: second,
    min: 0,
    broker: 'group.consumer.assignment.interval.ms',
    doc: 'The least time between two assignments of the group; changes in between are taken together.',
  }),
} satisfies Record<string, Property>

export type GroupConfigName = keyof typeof groupConfigs
export type GroupConfig = { readonly [Name in GroupConfigName]: ValueOf<(typeof groupConfigs)[Name]> }

// The tables against Kafka 4.3.1's own ConfigDefs (fixtures/kafka-4.3.1.json: [type, default, how it may change]).
import { describe, expect, test } from 'vitest'
import { brokerConfigs, findUnread, groupConfigs, topicConfigs } from '../src/index.ts'
import type { Property } from '../src/index.ts'
import { throttleConfigs } from '../src/broker/throttles.ts'
import { isRefusal } from '../src/property.ts'
import kafka from './fixtures/kafka-4.3.1.json' with { type: 'json' }

type Facts = Readonly<Record<string, readonly (string | null)[]>>

const tables: Readonly<Record<string, { ours: Readonly<Record<string, Property>>; kafkas: Facts }>> = {
  topic: { ours: topicConfigs, kafkas: kafka.topic },
  broker: { ours: brokerConfigs, kafkas: kafka.broker },
  group: { ours: groupConfigs, kafkas: kafka.group },
}

/** Where our default is another than Kafka's, and why. */
const otherDefaults: Readonly<Record<string, string>> = {
  'node.id': 'Kafka has none and refuses to start; a single broker needs no name',
  listeners: 'Kafka listens on every interface and asks nobody who they are; we begin with this machine only',
  'log.dir': 'a directory under /tmp is gone after a reboot',
}

/** What may not change while a broker runs, though it may in Kafka. */
const fixedHere: Readonly<Record<string, string>> = {
  listeners: 'sockets are opened at start',
  'listener.security.protocol.map': 'sockets are opened at start',
}

describe.each(Object.entries(tables))('the %s table', (_, { ours, kafkas }) => {
  const entries = Object.entries(ours)

  test.each(entries)('%s takes its own default', (_name, property) => {
    const text = property.print(property.default)
    if (text === null) expect(property.default).toBeNull()
    else expect(property.parse(text)).toEqual(property.default)
  })

  test.each(entries)('%s has a text in whole sentences, and one range only', (_name, { doc, noEffect }) => {
    expect(doc).toMatch(/^[A-Z"].*[.]$/)
    if (noEffect !== undefined) expect(noEffect).toMatch(/^[a-z].*[^.]$/)
  })

  test.each(entries.filter(([name]) => Object.hasOwn(kafkas, name)))('%s is what it is in Kafka', (name, property) => {
    const [type, fallback, dynamic] = kafkas[name]!
    expect(property.type).toBe(type)
    if (!Object.hasOwn(otherDefaults, name)) expect(property.print(property.default)).toBe(fallback)
    if (ours === brokerConfigs && !Object.hasOwn(fixedHere, name)) expect(property.dynamic).toBe(dynamic)
  })
})

test('the topic table has every key of Kafka’s and no other', () => {
  expect(Object.keys(topicConfigs).sort()).toEqual(Object.keys(kafka.topic).sort())
})

test('what stands behind a topic’s key is what stands behind it in Kafka, in the same order', () => {
  const ours = Object.entries<Property>(topicConfigs).flatMap(([name, { broker }]) =>
    broker === undefined ? [] : [[name, typeof broker === 'string' ? [broker] : Object.keys(broker)] as const],
  )
  expect(Object.fromEntries(ours)).toEqual(kafka.synonyms)
})

test('every key that stands behind another is in the broker table', () => {
  const behind = [topicConfigs, groupConfigs].flatMap((table) =>
    Object.values<Property>(table).flatMap(({ broker }) =>
      broker === undefined ? [] : typeof broker === 'string' ? [broker] : Object.keys(broker),
    ),
  )
  expect(behind.filter((name) => !Object.hasOwn(brokerConfigs, name))).toEqual([])
})

test('a broker’s key is read or explained, every one that Kafka has', () => {
  const unknown = Object.keys(kafka.broker).filter((name) => !Object.hasOwn(brokerConfigs, name) && !findUnread(name))
  expect(unknown).toEqual([])
})

test('a broker’s key that Kafka does not have is Jackdaw’s own', () => {
  const inKafka = { ...kafka.broker, ...throttleConfigs }
  const others = Object.keys(brokerConfigs).filter((name) => !Object.hasOwn(inKafka, name))
  expect(others.filter((name) => !name.startsWith('jackdaw.'))).toEqual([])
})

test('a difference from Kafka that is excused still exists', () => {
  for (const name of Object.keys(otherDefaults)) {
    const property: Property = brokerConfigs[name as keyof typeof brokerConfigs]
    expect(property.print(property.default), name).not.toBe((kafka.broker as Facts)[name]![1])
  }
})

test('what a tier would need is refused, so that nobody believes to have one', () => {
  expect(isRefusal(topicConfigs['remote.storage.enable'].parse('true'))).toBe(true)
  expect(topicConfigs['remote.storage.enable'].parse('false')).toBe(false)
})

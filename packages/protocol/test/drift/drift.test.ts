// Holds every message of this package against Apache Kafka's own schema files: each version, field, type, null, tag, default.
import { beforeEach, expect, test } from 'vitest'
import { apis } from '../../src/messages/index.ts'
import { apiKeys, messages } from '../support/messages.ts'
import { findSchemas, type ApacheSchema } from './apache-schemas.ts'
import { differences } from './canonical.ts'
import { leftOut } from './left-out.ts'

const found = findSchemas()
const reason = 'missing' in found ? found.missing : undefined
beforeEach((context) => context.skip(reason !== undefined, reason))
const schemas: ReadonlyMap<string, ApacheSchema> = 'missing' in found ? new Map() : found.schemas
const ours = new Map(messages.map((message) => [message.name, message]))

/** The clients' jar alone lacks the records of coordinators and controllers. */
const hasEverything =
  schemas.has('OffsetCommitValue') && schemas.has('TopicRecord') && schemas.has('TransactionLogValue')

test('every message of Apache Kafka is here, or is left out for a reason', () => {
  const missing = [...schemas.keys()].filter((name) => !ours.has(name) && leftOut[name] === undefined)
  expect(missing).toEqual([])
})

test('every message here is one of Apache Kafka', () => {
  const unknown = [...ours.keys()].filter((name) => !schemas.has(name))
  expect(hasEverything ? unknown : unknown.filter((name) => /(Request|Response|Header)$/.test(name))).toEqual([])
})

test('what is left out exists, and is left out', () => {
  const names = Object.keys(leftOut)
  // These two lie in modules of their own, whose jars need not be at hand.
  const elsewhere = ['QuorumStateData', 'SubscriptionInfoData']
  expect(names.filter((name) => !schemas.has(name) && !elsewhere.includes(name))).toEqual([])
  expect(names.filter((name) => ours.has(name))).toEqual([])
})

test('nothing that a client can send to a broker is left out', () => {
  const sendable = [...schemas.values()].filter(
    (schema) => schema.type === 'request' && schema.validVersions !== 'none' && schema.listeners?.includes('broker'),
  )
  expect(sendable.length).toBeGreaterThan(70)
  expect(sendable.map((schema) => schema.name).filter((name) => leftOut[name] !== undefined)).toEqual([])
})

test('keys and unstable versions are those of Apache Kafka', () => {
  const shared = [...schemas.values()].filter((schema) => ours.has(schema.name))
  const theirs = shared.map(({ name, apiKey }) => [name, apiKey])
  expect(shared.map(({ name }) => [name, apiKeys.get(name)])).toEqual(theirs)
  const unstable = shared.filter((schema) => schema.latestVersionUnstable === true).map((schema) => schema.name)
  expect(apis.filter((api) => api.latestVersionUnstable).map((api) => api.request.name)).toEqual(unstable)
})

const compared = messages.filter((message) => schemas.has(message.name)).map((message) => ({ message }))

test.each(compared)('$message.name is what Apache Kafka says it is', ({ message }) => {
  expect(differences(schemas.get(message.name)!, message)).toEqual([])
})

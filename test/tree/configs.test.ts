// A key that is accepted and described but changes nothing would be a lie. A key counts as read when a source outside of
// packages/config names it; one that only stands behind a topic's or group's key, when that is read.
import { brokerConfigs, groupConfigs, topicConfigs } from '@jackdaw/config'
import type { Property } from '@jackdaw/config'
import { expect, test } from 'vitest'
import { unreadConfigs } from './configs.ts'
import { filesOf, read } from './tree.ts'

const sources = filesOf(/^(packages|apps)\/.*\/src\/.*\.ts$/)
  .filter((path) => !path.startsWith('packages/config/'))
  .map(read)
  .join('\n')

const tables: Readonly<Record<string, Property>> = { ...brokerConfigs, ...topicConfigs, ...groupConfigs }
const owned = Object.entries<Property>({ ...topicConfigs, ...groupConfigs })

const named = (name: string) =>
  sources.includes(`'${name}'`) || (/^[a-z]+$/.test(name) && sources.includes(`config.${name}`))
const stoodFor = (name: string) =>
  owned.filter(([, { broker }]) => (typeof broker === 'string' ? broker === name : Object.hasOwn(broker ?? {}, name)))
const isRead = (name: string) =>
  named(name) || stoodFor(name).some(([key, property]) => named(key) || property.noEffect !== undefined)

test('every key is read, or says that it has no effect, or is listed with a reason', () => {
  const unread = Object.entries(tables).filter(([name, { noEffect }]) => noEffect === undefined && !isRead(name))
  expect(unread.map(([name]) => name).sort()).toEqual(Object.keys(unreadConfigs).sort())
})

test('a key that says that it has no effect is not read', () => {
  const pretending = Object.entries(tables).filter(([name, { noEffect }]) => noEffect !== undefined && named(name))
  expect(pretending.map(([name]) => name)).toEqual([])
})

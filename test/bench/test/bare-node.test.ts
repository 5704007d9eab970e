import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBatch, errorCode, Produce } from '@jackdaw/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePorts } from '../../interop/toolbox/net.ts'
import { startBareServer } from '../bare/server.ts'
import { firstRecord } from '../first-record.ts'
import { createTopic, deleteTopic } from '../topics.ts'
import { Wire } from '../wire.ts'

describe('the bare server', () => {
  let directory: string
  let server: Server
  let port: number
  let close: () => Promise<void>

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bare-'))
    ;[port = 0] = await freePorts(1)
    const file = await open(join(directory, 'records'), 'a')
    server = await startBareServer(port, file)
    close = () => file.close()
  })

  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve))
    await close()
    await rm(directory, { recursive: true })
  })

  const produce = async (wire: Wire, records: Buffer, name = 'a') => {
    const topicData = [{ name, partitionData: [{ index: 0, records }] }]
    const { responses } = await wire.ask(Produce, 9, { acks: -1, timeoutMs: 1000, topicData })
    return responses[0]?.partitionResponses[0]
  }

  const batch = (...values: string[]) =>
    encodeBatch({ records: values.map((value) => ({ timestamp: 1, value: Buffer.from(value) })) })

  test('acknowledges batches that are in its file, and counts their offsets', async () => {
    await createTopic(port, 'a', 1)
    using wire = await Wire.open(port)
    expect(await produce(wire, batch('one', 'two'))).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(await produce(wire, batch('three'))).toMatchObject({ errorCode: 0, baseOffset: 2 })
    const stored = await readFile(join(directory, 'records'))
    expect(stored.length).toBe(batch('one', 'two').length + batch('three').length)
    expect(stored.includes('three')).toBe(true)
  })

  test('refuses a batch whose checksum does not match, and stores nothing of it', async () => {
    await createTopic(port, 'a', 1)
    using wire = await Wire.open(port)
    const damaged = batch('one')
    damaged[damaged.length - 2]! ^= 1
    expect(await produce(wire, damaged)).toMatchObject({ errorCode: errorCode('CORRUPT_MESSAGE') })
    expect((await readFile(join(directory, 'records'))).length).toBe(0)
  })

  test('knows a topic from its making to its removal', async () => {
    await createTopic(port, 'a', 1)
    await deleteTopic(port, 'a')
    using wire = await Wire.open(port)
    expect(await produce(wire, batch('one'))).toMatchObject({ errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') })
  })

  test('closes the connection on a request that it does not serve', async () => {
    using wire = await Wire.open(port)
    await expect(wire.ask(Produce, 13, { acks: -1, timeoutMs: 1000, topicData: [] })).rejects.toThrow('closed')
  })

  test('lets a client that waits for its first record have it', async () => {
    await firstRecord({ port, topic: 'first', create: true, check: () => {} })
    expect((await readFile(join(directory, 'records'))).includes('the first')).toBe(true)
  })
})

describe('a client that waits for its first record', () => {
  test('gives up at once when there is no broker to wait for any more', async () => {
    const [port = 0] = await freePorts(1)
    const check = () => {
      throw new Error('it ended')
    }
    await expect(firstRecord({ port, topic: 'first', create: true, check })).rejects.toThrow('it ended')
  })

  test('tries again until somebody accepts', async () => {
    const [port = 0] = await freePorts(1)
    const directory = await mkdtemp(join(tmpdir(), 'bare-'))
    const file = await open(join(directory, 'records'), 'a')
    let attempts = 0
    let server: Server | undefined
    const check = () => void attempts++
    const waiting = firstRecord({ port, topic: 'first', create: true, check })
    server = await startBareServer(port, file)
    await waiting
    expect(attempts).toBeGreaterThan(0)
    await new Promise((resolve) => server.close(resolve))
    await file.close()
    await rm(directory, { recursive: true })
  })
})

// A real broker on real sockets over the memory adapter, and a client that says exactly what a test tells it to.

import net from 'node:net'

import { openMemoryCoordination, openMemoryStore, type LogStoreFaults, type MemoryDisk } from '@jackdaw/adapter-memory'
import { parseBrokerConfig } from '@jackdaw/config'
import type { LogStoreSupports } from '@jackdaw/ports'
import {
  encodeBatch,
  encodeRequestFrame,
  Reader,
  ResponseHeader,
  responseHeaderVersion,
  type Api,
  type Infer,
  type Init,
} from '@jackdaw/protocol'
import { FrameReader, systemClock, systemRandom, tcp } from '@jackdaw/transport'
import { onTestFinished } from 'vitest'

import { silentLogger, startBroker, type Broker } from '../src/index.ts'

export interface TestBroker {
  readonly broker: Broker
  readonly port: number
  readonly connect: () => Promise<TestClient>
}

export interface TestBrokerOptions {
  readonly configs?: Readonly<Record<string, string>>
  readonly disk?: MemoryDisk
  readonly faults?: LogStoreFaults
  readonly supports?: Partial<LogStoreSupports>
}

export const startTestBroker = async ({
  configs = {},
  disk,
  faults,
  supports,
}: TestBrokerOptions = {}): Promise<TestBroker> => {
  const entries = { listeners: 'PLAINTEXT://127.0.0.1:0', 'group.initial.rebalance.delay.ms': '0', ...configs }
  const parsed = parseBrokerConfig(new Map(Object.entries(entries)))
  if (parsed.kind === 'FAULTS') throw new Error(parsed.faults.map(({ message }) => message).join('\n'))
  const [clock, random] = [systemClock, systemRandom]
  const store = openMemoryStore({ clock, random, disk, faults, supports })
  const coordination = openMemoryCoordination({ clock, random, disk })
  const broker = await startBroker({
    config: parsed.config,
    store,
    coordination,
    network: tcp,
    clock,
    random,
    log: silentLogger,
  })
  const port = broker.listeners[0]?.port as number
  onTestFinished(async () => {
    await broker.close()
    await store[Symbol.asyncDispose]()
  })
  return { broker, port, connect: () => TestClient.connect(port) }
}

/** Sends frames as they are given and hands responses out in the order in which they come. */
export class TestClient {
  readonly #socket: net.Socket
  readonly #frames: Buffer[] = []
  readonly #waiting: ((frame: Buffer | undefined) => void)[] = []
  #closed = false
  #nextId = 1

  static connect(port: number): Promise<TestClient> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new TestClient(socket)))
    })
  }

  private constructor(socket: net.Socket) {
    this.#socket = socket
    const reader = new FrameReader({ maxFrameBytes: 2 ** 31 - 1 }, (frame) => {
      const waiting = this.#waiting.shift()
      if (waiting === undefined) this.#frames.push(frame)
      else waiting(frame)
    })
    socket.on('data', (chunk) => reader.push(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#closed = true
      for (const waiting of this.#waiting.splice(0)) waiting(undefined)
    })
    onTestFinished(() => void socket.destroy())
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.destroy()
  }

  /** The next frame, or undefined when the broker has closed the connection. */
  next(): Promise<Buffer | undefined> {
    const frame = this.#frames.shift()
    if (frame !== undefined || this.#closed) return Promise.resolve(frame)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Sends a request and returns its correlation id. */
  post<A extends Api>(api: A, version: number, body: Init<A['request']>): number {
    const correlationId = this.#nextId++
    const frame = { api, version, correlationId, clientId: 'test', body: body as object }
    for (const chunk of encodeRequestFrame(frame)) this.#socket.write(chunk)
    return correlationId
  }

  /** Reads the next frame as the response with this correlation id. */
  async receive<A extends Api>(api: A, version: number, correlationId: number): Promise<Infer<A['response']>> {
    const frame = await this.next()
    if (frame === undefined)
      throw new Error(`The broker closed the connection instead of answering ${api.name} v${version}.`)
    const reader = new Reader(frame)
    const header = ResponseHeader.decode(reader, responseHeaderVersion(api, version))
    if (header.correlationId !== correlationId)
      throw new Error(`Response ${header.correlationId} came instead of ${correlationId}.`)
    const body = api.response.decode(reader, version) as Infer<A['response']>
    if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes after ${api.name}Response v${version}.`)
    return body
  }

  send<A extends Api>(api: A, version: number, body: Init<A['request']>): Promise<Infer<A['response']>> {
    return this.receive(api, version, this.post(api, version, body))
  }
}

/** A batch of records with these values. */
export const batchOf = (values: readonly string[], fields: Partial<Parameters<typeof encodeBatch>[0]> = {}): Buffer =>
  encodeBatch({
    records: values.map((value) => ({ timestamp: Date.now(), key: null, value: Buffer.from(value), headers: [] })),
    ...fields,
  })

// A server that does the least a Kafka producer can be served with: frames in, checksums checked, bytes written and synced by group
// commit, acknowledged. No producer state, no configuration, no reading, no acks=0, one file. It is the floor that a broker on Node is
// compared with, and it acknowledges nothing that is not on the disk.

import type { FileHandle } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import {
  type Api,
  ApiVersions,
  CreateTopics,
  decodeRequestHeader,
  DeleteTopics,
  encodeResponseFrame,
  errorCode,
  type Infer,
  type Init,
  InitProducerId,
  Metadata,
  Produce,
  Reader,
} from '@jackdaw/protocol'
import { FrameReader } from '@jackdaw/transport'
import { GroupCommit } from './group-commit.ts'
import { Partitions } from './partitions.ts'

const MAX_FRAME_BYTES = 100 * 1024 * 1024

interface Served {
  readonly port: number
  readonly partitions: Partitions
  /** What has to be on the disk before the response leaves: the answer adds to it. */
  readonly chunks: Uint8Array[]
}

interface Answer {
  readonly api: Api
  readonly min: number
  readonly max: number
  readonly answer: (request: never, served: Served) => object
}

const answers: readonly Answer[] = [
  serve(Produce, 3, 12, ({ topicData }, { partitions, chunks }) => ({
    responses: topicData.map(({ name, partitionData }) => ({
      name,
      partitionResponses: partitionData.map(({ index, records }) => {
        const checked = partitions.take(name, index, records ?? Buffer.alloc(0))
        if (records !== null && checked.errorCode === 0) chunks.push(records)
        return { index, ...checked }
      }),
    })),
  })),
  serve(Metadata, 0, 9, ({ topics }, { port, partitions }) => ({
    brokers: [{ nodeId: 1, host: '127.0.0.1', port }],
    controllerId: 1,
    topics: (topics ?? []).map(({ name }) => describe(name ?? '', partitions)),
  })),
  serve(ApiVersions, 0, 4, () => ({
    errorCode: 0,
    apiKeys: answers.map(({ api, min, max }) => ({ apiKey: api.key, minVersion: min, maxVersion: max })),
  })),
  serve(CreateTopics, 2, 6, ({ topics }, { partitions }) => ({
    topics: topics.map(({ name, numPartitions }) => {
      partitions.create(name, numPartitions)
      return { name, errorCode: 0, errorMessage: null, configs: [] }
    }),
  })),
  serve(DeleteTopics, 1, 5, ({ topicNames }, { partitions }) => ({
    responses: topicNames.map((name) => {
      partitions.remove(name)
      return { name, errorCode: 0 }
    }),
  })),
  // One id for all: nobody looks at it here.
  serve(InitProducerId, 0, 4, () => ({ errorCode: 0, producerId: 1, producerEpoch: 0 })),
]

function serve<A extends Api>(
  api: A,
  min: number,
  max: number,
  answer: (request: Infer<A['request']>, served: Served) => Init<A['response']> & object,
): Answer {
  return { api, min, max, answer }
}

function describe(name: string, partitions: Partitions) {
  const count = partitions.countOf(name)
  if (count === undefined) return { errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'), name, partitions: [] }
  const led = { errorCode: 0, leaderId: 1, leaderEpoch: 0, replicaNodes: [1], isrNodes: [1], offlineReplicas: [] }
  return { errorCode: 0, name, partitions: times(count, (partitionIndex) => ({ ...led, partitionIndex })) }
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

/** Resolves when it listens on the loopback interface. */
export function startBareServer(port: number, file: FileHandle): Promise<Server> {
  const commit = new GroupCommit(file)
  const partitions = new Partitions()
  const server = createServer({ noDelay: true }, (socket) => {
    const frames = new FrameReader({ maxFrameBytes: MAX_FRAME_BYTES }, (frame) => {
      answerFrame(frame, socket, { port, partitions, chunks: [] }, commit)
    })
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      try {
        frames.push(chunk)
      } catch {
        socket.destroy() // a frame that cannot be read: Kafka closes the connection as well
      }
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

/** Every response waits for its turn in the commit, so that those of one connection leave in the order of its requests. */
function answerFrame(frame: Buffer, socket: Socket, served: Served, commit: GroupCommit): void {
  const reader = new Reader(frame)
  const { apiKey, apiVersion, correlationId } = decodeRequestHeader(reader)
  const found = answers.find(({ api }) => api.key === apiKey)
  if (found === undefined || apiVersion < found.min || apiVersion > found.max) {
    throw new Error(`API ${apiKey} version ${apiVersion} is not served.`)
  }
  const { api, answer } = found
  const body = answer(api.request.decode(reader, apiVersion) as never, served)
  commit.append(served.chunks, () => {
    if (socket.destroyed) return
    socket.write(Buffer.concat(encodeResponseFrame({ api, version: apiVersion, correlationId, body })))
  })
}

// Request frames against a whole broker, through its connections: what can be understood is answered, what cannot ends the
// connection, and nothing else happens. Several connections at once, so that requests that wait meet others; behind every
// frame goes a plain ApiVersions, whose answer says that nothing more will come.
import {
  apis,
  ApiVersions,
  encodeRequestFrame,
  errorCode,
  JoinGroup,
  Metadata,
  type Api,
  type JoinGroupResponse,
  type MetadataResponse,
} from '@jackdaw/protocol'
import type { SeededRandom } from '@jackdaw/testing'
import { anySpoken, requestFrame, type Spoken } from '../generate/frames.ts'
import { mutate } from '../generate/mutate.ts'
import { readAnswer, verdictOn, type Served, type Verdict } from '../world/verdict.ts'
import { holdStored } from '../world/stored.ts'
import type { ClientEnd } from '../world/wire.ts'
import { HEALTHY, LOGS_MAX, World } from '../world/world.ts'
import { law, LawBroken, type Target } from './target.ts'

const LANES = 8
const UNTOUCHED_CHANCE = 0.3
const UNSERVED_CHANCE = 0.03
/** Virtual milliseconds after which an answer that need not wait for others is overdue. */
const PROMPT_MS = 10_000
/** Virtual milliseconds after which a client that waits for others gives up. */
const PATIENCE_MS = 40_000
const TOPICS_REMEMBERED = 16
/** Members of long ago have been removed. */
const MEMBERS_REMEMBERED = 4
const MEMBERS_ARE_TOLD = new Set([errorCode('NONE'), errorCode('MEMBER_ID_REQUIRED')])
/** Without care all topics would be deleted soon, and all requests refused for that. */
const TEND_EVERY_INPUTS = 500
/** Of frames that wait while another breaks a law. The replay has them whole. */
const WAITING_BYTES_SHOWN = 100
const SENTINEL_ID = 0x7ea7_0000

const SENTINEL = Buffer.concat(
  encodeRequestFrame({ api: ApiVersions, version: 0, correlationId: SENTINEL_ID, clientId: null, body: {} }),
)
const sentinel: Extract<Verdict, { kind: 'ANSWER' }> = {
  kind: 'ANSWER',
  api: ApiVersions,
  version: 0,
  correlationId: SENTINEL_ID,
  mayWaitMs: 0,
}

/** A connection, and the frame on it that has not been settled yet. */
interface Lane {
  client: ClientEnd
  asked: { readonly frame: Buffer; readonly verdict: Verdict; readonly since: number } | undefined
}

class RouterTarget implements Target {
  #world = new World()
  #lanes: Lane[] = []
  #topicIds: string[] = []
  #memberIds: string[] = []
  #inputs = 0
  #served: readonly ServedApi[] = []

  async begin(): Promise<void> {
    this.#world = new World()
    await this.#world.open()
    await this.#world.learnVersions()
    await this.#tend()
    this.#memberIds = []
    this.#inputs = 0
    this.#served = servedApis(this.#world.served)
    this.#lanes = Array.from({ length: LANES }, () => ({ client: this.#world.wire.dial(), asked: undefined }))
  }

  next(random: SeededRandom): Buffer {
    const spoken = random.chance(UNSERVED_CHANCE) ? anySpoken(random) : this.#anyServed(random)
    const make = (of: Spoken) => requestFrame(of, random, { topicIds: this.#topicIds, memberIds: this.#memberIds })
    const frame = make(spoken)
    if (random.chance(UNTOUCHED_CHANCE)) return frame.bytes
    return mutate(frame, () => make(random.chance(0.5) ? spoken : this.#anyServed(random)), random)
  }

  #anyServed(random: SeededRandom): Spoken {
    const { api, min, max } = random.pick(this.#served)
    return { api, version: random.int(min, max) }
  }

  async #tend(): Promise<void> {
    await this.#world.tend()
    this.#topicIds = []
    this.#learnTopics(await this.#world.topics())
  }

  async run(frame: Buffer): Promise<boolean> {
    if (++this.#inputs % TEND_EVERY_INPUTS === 0) {
      await holdStored(this.#world)
      await this.#tend()
    }
    const { clock } = this.#world
    const lane = this.#lanes.find(({ asked }) => asked === undefined)!
    if (lane.client.isClosed) lane.client = this.#world.wire.dial()
    const verdict = verdictOn(frame, this.#world.served)
    lane.asked = { frame, verdict, since: clock.monotonic() }
    lane.client.frames.length = 0
    lane.client.send(withSentinel(frame))
    const prompt = verdict.kind !== 'ANSWER' || verdict.mayWaitMs === 0
    await clock.runWhile(() => !isSettled(lane), { ms: prompt ? PROMPT_MS : 1 })
    this.#holdQuiet()
    law(isSettled(lane) || !prompt, () => `${nameOf(verdict)} is not settled after ${PROMPT_MS} ms`)
    this.#settleAll()
    if (this.#lanes.every(({ asked }) => asked !== undefined)) await this.#makeRoom()
    this.#holdQuiet()
    return verdict.kind !== 'CLOSE'
  }

  async end(): Promise<void> {
    for (const { client } of this.#lanes) client.hangUp()
    const world = this.#world
    await world.holdHealthy()
    await world.holdCoordinated()
    this.#holdBounded()
    const before = await this.#visible()
    await holdStored(world)
    await world.close()
    await world.open()
    const after = await this.#visible()
    law(before === after, () => `the broker knows ${before} before and ${after} after a restart`)
    await holdStored(world)
    await world.holdHealthy()
    await world.close()
    this.#holdQuiet()
  }

  async #visible(): Promise<string> {
    const topics = await this.#world.topics()
    return topics
      .map(({ name, topicId, partitions }) => `${name} ${topicId} ${partitions}`)
      .toSorted()
      .join()
  }

  #settleAll(): void {
    for (const lane of this.#lanes) if (lane.asked !== undefined && isSettled(lane)) this.#settle(lane)
  }

  /** Takes what came for the frame of a lane, and holds it to the verdict. */
  #settle(lane: Lane): void {
    const { verdict, frame } = lane.asked!
    const { frames, isClosed } = lane.client
    lane.asked = undefined
    const answers = isClosed ? frames : frames.slice(0, -1)
    if (!isClosed) readAnswer(frames.at(-1)!, sentinel)
    const was = isClosed ? 'the end of the connection' : answers.length === 0 ? 'silence' : 'an answer'
    const owed =
      verdict.kind === 'ANSWER'
        ? !isClosed && answers.length === 1
        : answers.length === 0 && (isClosed || verdict.kind === 'SILENCE')
    law(owed, () => `${nameOf(verdict)} got ${was}: ${frame.toString('hex')}`)
    if (verdict.kind === 'ANSWER') this.#learn(verdict, readAnswer(answers[0]!, verdict))
  }

  #learn(verdict: Extract<Verdict, { kind: 'ANSWER' }>, body: object): void {
    if (verdict.api === JoinGroup) this.#learnMember(body as JoinGroupResponse)
    if (verdict.api === Metadata) this.#learnTopics((body as MetadataResponse).topics)
  }

  #learnMember({ errorCode: code, memberId }: JoinGroupResponse): void {
    if (MEMBERS_ARE_TOLD.has(code)) remember(this.#memberIds, memberId, MEMBERS_REMEMBERED)
  }

  #learnTopics(topics: readonly { readonly name: string | null; readonly topicId: string }[]): void {
    for (const { name, topicId } of topics) if (name !== HEALTHY) remember(this.#topicIds, topicId, TOPICS_REMEMBERED)
  }

  /** All lanes wait: time passes until one is answered, or the client that has waited longest goes away. */
  async #makeRoom(): Promise<void> {
    const { clock } = this.#world
    await clock.runWhile(() => !this.#lanes.some(isSettled), { ms: PATIENCE_MS })
    this.#settleAll()
    for (const { asked } of this.#lanes) if (asked !== undefined) this.#holdNotOverdue(asked)
    if (this.#lanes.some(({ asked }) => asked === undefined)) return
    const [longest] = this.#lanes.toSorted((a, b) => a.asked!.since - b.asked!.since)
    longest!.client.hangUp()
    longest!.asked = undefined
  }

  #holdNotOverdue({ verdict, since, frame }: NonNullable<Lane['asked']>): void {
    const waited = this.#world.clock.monotonic() - since
    const mayWait = verdict.kind === 'ANSWER' ? verdict.mayWaitMs : 0
    law(waited <= mayWait + PROMPT_MS, () => `${nameOf(verdict)} waits for ${waited} ms: ${frame.toString('hex')}`)
  }

  #holdQuiet(): void {
    const { complaints } = this.#world
    if (complaints.length === 0) return
    const waiting = this.#lanes.flatMap(({ asked }) => asked?.frame.toString('hex', 0, WAITING_BYTES_SHOWN) ?? [])
    throw new LawBroken([...complaints, 'frames that wait:', ...waiting].join('\n'))
  }

  #holdBounded(): void {
    const logs = this.#world.disk.logs.size
    law(logs <= LOGS_MAX, () => `${logs} logs were made, of ${LOGS_MAX} allowed`)
  }
}

const withSentinel = (frame: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(frame.length)
  return Buffer.concat([length, frame, SENTINEL])
}

/** The end of the connection, or two frames; one is enough where it is the sentinel's. */
function isSettled({ client, asked }: Lane): boolean {
  if (asked === undefined) return false
  if (client.isClosed) return true
  const { frames } = client
  return frames.length >= 2 || (frames.length === 1 && asked.verdict.kind === 'SILENCE')
}

const nameOf = (verdict: Verdict): string =>
  verdict.kind === 'ANSWER'
    ? `${verdict.api.name} (answered as v${verdict.version})`
    : `a frame that is owed ${verdict.kind}`

function remember(ids: string[], id: string, most: number): void {
  if (ids.includes(id)) return
  ids.push(id)
  if (ids.length > most) ids.shift()
}

interface ServedApi {
  readonly api: Api
  readonly min: number
  readonly max: number
}

/** How often an API is asked for, where that is not once. */
const WEIGHTS: Readonly<Record<string, number>> = { Produce: 8, Fetch: 4, JoinGroup: 3, SyncGroup: 2, OffsetCommit: 2 }

const servedApis = (served: Served): readonly ServedApi[] =>
  apis.flatMap((api) => {
    const range = served.get(api.key)
    return range === undefined ? [] : Array.from({ length: WEIGHTS[api.name] ?? 1 }, () => ({ api, ...range }))
  })

export const router = (): Target => new RouterTarget()

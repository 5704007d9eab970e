// One run: a broker and its clients under faults for so many steps, then calm, in which all that waits has to come to an
// end within bounded virtual time; then the laws.
import { MemoryDisk } from '@jackdaw/adapter-memory'
import type { LogStore } from '@jackdaw/ports'
import { MemoryNetwork, SeededRandom, VirtualClock } from '@jackdaw/testing'
import { createTopics, runAdmin } from './actors/admin.ts'
import { ConsumerMember } from './actors/consumer-member.ts'
import { Member } from './actors/member.ts'
import { runIdempotentProducer, runPlainProducer } from './actors/producer.ts'
import { Reader } from './actors/reader.ts'
import { TransactionReader } from './actors/transaction-reader.ts'
import { runTransactor } from './actors/transactor.ts'
import { BROKER, BrokerHost } from './broker-host.ts'
import { Chaos } from './chaos.ts'
import { logsOnDisk, transactionLogsOnDisk } from './disk-logs.ts'
import { type Evidence, History, nameOf, type Violation } from './history.ts'
import { violationsOf } from './laws/all.ts'
import { drawProfile, type Profile } from './profile.ts'
import { Stage } from './stage.ts'

type AnyMember = Member | ConsumerMember

/** Virtual time in which, once nothing fails any more, everybody has to be done. */
const CALM_MS_MAX = 180_000
/** Until every request that is under way has been answered or given up. */
const QUIET_MS = 30_000
/** Shorter than the longest partition, so that some connections are given up. */
const RETRANSMIT_MS = 6000
const SETUP_MS_MAX = 60_000

export interface RunOptions {
  readonly seed: number
  /** Events in which faults happen. */
  readonly steps: number
  /** A broken store or a broken broker, for the proof that the laws catch it. */
  readonly wrapStore?: (store: LogStore, disk: MemoryDisk) => LogStore
  readonly tamper?: (api: string, body: object) => object
}

export interface Run {
  readonly seed: number
  readonly steps: number
  readonly virtualMs: number
  readonly violations: readonly Violation[]
  readonly evidence: Evidence
}

export const runSeed = async (options: RunOptions): Promise<Run> => {
  const stage = newStage(options)
  const host = new BrokerHost(stage, { wrapStore: options.wrapStore })
  const chaos = new Chaos(stage, host)
  const failures = new Failures(stage)
  try {
    await failures.guard(perform(stage, host, chaos, failures, options.steps))
  } finally {
    failures.end()
  }
  const { history, clock, disk } = stage
  const evidence = {
    history,
    logs: failures.guardSync(() => logsOnDisk(disk, stage.partitions)) ?? [],
    transactionLogs: failures.guardSync(() => transactionLogsOnDisk(disk, stage.transactionPartitions)) ?? [],
  }
  const violations = [...failures.violations, ...violationsOf(evidence)]
  return { seed: options.seed, steps: clock.steps, virtualMs: clock.monotonic(), violations, evidence }
}

const newStage = ({ seed, tamper }: RunOptions): Stage => {
  const random = new SeededRandom(seed)
  const profile = drawProfile(random.fork('profile'))
  const clock = new VirtualClock({ random: random.fork('clock') })
  const { latencyMaxMs, splitChance } = profile.network
  const conditions = { latencyMs: { min: 0.05, max: latencyMaxMs }, splitChance, retransmitTimeoutMs: RETRANSMIT_MS }
  const network = new MemoryNetwork({ clock, random: random.fork('network'), conditions })
  const disk = new MemoryDisk({ clock, random: random.fork('disk') })
  const history = new History(() => clock.monotonic())
  history.note('run', 'profile', { seed, ...profile })
  return new Stage({ random, clock, network, disk, history, profile, bootstrap: BROKER, tamper })
}

const perform = async (
  stage: Stage,
  host: BrokerHost,
  chaos: Chaos,
  failures: Failures,
  steps: number,
): Promise<void> => {
  const { clock, history } = stage
  host.start()
  await clock.resolve(createTopics(stage), { ms: SETUP_MS_MAX })
  stage.calm = false
  history.note('run', 'faults begin')
  const { members, readers, producing } = startActors(stage, failures)
  failures.watch('chaos', chaos.run())
  await clock.runWhile(() => failures.none, { steps })

  stage.calm = true
  history.note('run', 'calm')
  chaos.end()
  const done = () => producing.size === 0 && readers.every((reader) => reader.done) && groupsAreDone(stage, members)
  const calm = await clock.runWhile(() => failures.none && !done(), { ms: CALM_MS_MAX })
  if (calm && stage.profile.transactions.ids > 0) history.note('run', 'transactions read')
  if (!calm && failures.none) failures.add('everyone makes progress', stuck(stage, producing, readers, members))

  stage.over = true
  history.note('run', 'over')
  await clock.runFor(QUIET_MS)
}

const startActors = (stage: Stage, failures: Failures) => {
  const { profile } = stage
  const producing = new Set<string>()
  const produce = (who: string, run: (stage: Stage, who: string) => Promise<void>) => {
    producing.add(who)
    failures.watch(who, run(stage, who).then(() => void producing.delete(who))) // prettier-ignore
  }
  for (let i = 0; i < profile.plainProducers; i++) produce(`plain${i}`, runPlainProducer)
  for (let i = 0; i < profile.idempotentProducers; i++) produce(`idempotent${i}`, runIdempotentProducer)
  const membersOf = (Kind: typeof Member | typeof ConsumerMember, groups: Profile['groups']) =>
    groups.flatMap(({ name: group, members: count, statics }) => [
      ...Array.from(
        { length: count },
        (_, i) => new Kind(stage, { who: `${group}-${Kind === Member ? 'm' : 'n'}${i}`, group }),
      ),
      ...Array.from(
        { length: statics },
        (_, i) => new Kind(stage, { who: `${group}-s${i}`, group, instance: `static${i}` }),
      ),
    ])
  const mixed = profile.mixedGroups.map(({ name, classics, members }) => [
    ...membersOf(Member, [{ name, members: classics, statics: 0 }]),
    ...membersOf(ConsumerMember, [{ name, members, statics: 0 }]),
  ])
  const members = [
    ...membersOf(Member, profile.groups),
    ...membersOf(ConsumerMember, profile.consumerGroups),
    ...mixed.flat(),
  ]
  const readers: (Reader | TransactionReader)[] = Array.from(
    { length: profile.readers },
    (_, i) => new Reader(stage, `reader${i}`),
  )
  for (let i = 0; i < profile.transactions.ids; i++) {
    produce(`transactor${i}`, (stage, who) => runTransactor(stage, who, `id${i}`))
    if (profile.transactions.rivals) produce(`rival${i}`, (stage, who) => runTransactor(stage, who, `id${i}`))
  }
  if (profile.transactions.ids > 0)
    readers.push(new TransactionReader(stage, 'committed', true), new TransactionReader(stage, 'uncommitted', false))
  for (const actor of [...members, ...readers]) failures.watch(actor.who, actor.run())
  if (profile.admin) failures.watch('admin', runAdmin(stage, 'admin'))
  return { members, readers, producing }
}

/** In each group one generation holds all members, and together they own, have read and have committed all there is. */
const groupsAreDone = (stage: Stage, members: readonly AnyMember[]): boolean =>
  [...Map.groupBy(members, ({ group }) => group).values()].every((group) => {
    const owned = new Set(group.flatMap(({ assigned }) => assigned.map(nameOf)))
    const settled = new Set(group.map(({ generation }) => generation)).size === 1
    return settled && owned.size === stage.partitions.length && group.every(({ done }) => done)
  })

const stuck = (
  stage: Stage,
  producing: ReadonlySet<string>,
  readers: readonly (Reader | TransactionReader)[],
  members: readonly AnyMember[],
): string => {
  const late = [...producing, ...readers.filter(({ done }) => !done).map(({ who }) => who)]
  const lateMembers = members
    .filter(({ done }) => !done)
    .map(({ who, generation }) => `${who} (generation ${generation})`)
  return `${CALM_MS_MAX} ms after the last fault these are not done: ${[...late, ...lateMembers].join(', ') || 'a group'}; ends ${JSON.stringify([...stage.ends])}`
}

/** What goes wrong outside of any law: an exception in the broker or in an actor. The run ends there. */
class Failures {
  readonly violations: Violation[] = []
  readonly #stage: Stage
  readonly #onRejection = (reason: unknown): void => this.add('nothing is thrown away', describe(reason))

  constructor(stage: Stage) {
    this.#stage = stage
    process.on('unhandledRejection', this.#onRejection)
  }

  get none(): boolean {
    return this.violations.length === 0
  }

  add(law: string, detail: string): void {
    this.#stage.history.note('run', 'failure', { law, detail: detail.split('\n')[0] })
    this.violations.push({ law, detail })
  }

  watch(who: string, running: Promise<void>): void {
    running.catch((error: unknown) => this.add('actors do not fail', `${who}: ${describe(error)}`))
  }

  async guard(running: Promise<void>): Promise<void> {
    try {
      await running
    } catch (error) {
      this.add('events do not throw', describe(error))
    }
  }

  guardSync<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (error) {
      this.add('the disk can be read', describe(error))
      return undefined
    }
  }

  end(): void {
    process.off('unhandledRejection', this.#onRejection)
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? String(error)) : String(error))

// What a call is: how the arguments of an operation become a request of any version, and what its response says.
import { type Api, errorName, type Infer, type Init, ZERO_UUID } from '@jackdaw/protocol'
import { type Operation, type Operations, type PartitionRef } from '../history.ts'

/** What a client knows when it asks. */
export interface Knowledge {
  readonly version: number
  /** Ids by topic name, as far as the client learned them. */
  readonly topicIds: ReadonlyMap<string, string>
}

export interface Call<F extends Operation = Operation> {
  readonly api: Api
  /** The first version that says things by topic id alone. */
  readonly idsSince?: number
  request(args: Operations[F]['args'], knowledge: Knowledge): object
  result(response: object, args: Operations[F]['args'], knowledge: Knowledge): Operations[F]['result']
}

export const call = <F extends Operation, A extends Api>(
  api: A,
  of: {
    readonly idsSince?: number
    request(args: Operations[F]['args'], knowledge: Knowledge): Init<A['request']>
    result(response: Infer<A['response']>, args: Operations[F]['args'], knowledge: Knowledge): Operations[F]['result']
  },
): Call<F> => ({ api, ...of }) as unknown as Call<F>

export const errorOf = (code: number): string => errorName(code) ?? `code ${code}`

/** Groups items by topic, in the order in which the topics come first. */
export const byTopic = <T extends PartitionRef>(
  items: readonly T[],
): readonly (readonly [topic: string, items: readonly T[]])[] => [...Map.groupBy(items, ({ topic }) => topic)]

export const idOf = (topic: string, { topicIds }: Knowledge): string => topicIds.get(topic) ?? ZERO_UUID

const nameOfId = (id: string, { topicIds }: Knowledge): string => {
  for (const [name, known] of topicIds) if (known === id) return name
  return `id ${id}`
}

/** The topic that a response speaks of: by name, or by id where the version has no names. */
export const topicOf = (name: string, id: string, knowledge: Knowledge): string =>
  name === '' ? nameOfId(id, knowledge) : name

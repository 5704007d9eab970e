// Every foreign tool by name: what it is for, and how to get it. Each is either had, or known to be missing with the reason.

import { kafkaGoPrograms } from './go.ts'
import { type KafkaJars, kafkaJars, kafkaVersion } from './kafka-jars.ts'
import { kcatProgram } from './kcat.ts'
import { CannotBeHad } from './missing.ts'
import type { Program } from './process.ts'

export interface Tools {
  readonly kcat: Program
  readonly kafka: KafkaJars
  readonly kafkaGo: { program(name: string): Program }
}

export type ToolName = keyof Tools

/** `missing` is the same sentence on every machine, so that a skip can be told by it; `why` is what happened on this one. */
export type Found<T> =
  | { readonly tool: T; readonly missing?: undefined }
  | { readonly missing: string; readonly why: string }

interface Entry<T> {
  readonly title: string
  readonly find: () => Promise<T>
}

export const toolbox: { readonly [Name in ToolName]: Entry<Tools[Name]> } = {
  kcat: { title: 'kcat (librdkafka)', find: kcatProgram },
  kafka: { title: `Apache Kafka ${kafkaVersion}: broker and Java tools`, find: kafkaJars },
  kafkaGo: { title: 'segmentio/kafka-go', find: kafkaGoPrograms },
}

export const toolNames = Object.keys(toolbox) as ToolName[]

const looked = new Map<ToolName, Promise<Found<unknown>>>()

/** Looks for a tool, fetching it if need be; asked again it gives the same answer. */
export const findTool = <Name extends ToolName>(name: Name): Promise<Found<Tools[Name]>> => {
  const known = looked.get(name) ?? look<Tools[Name]>(toolbox[name])
  looked.set(name, known)
  return known as Promise<Found<Tools[Name]>>
}

const look = async <T>({ title, find }: Entry<T>): Promise<Found<T>> => {
  try {
    return { tool: await find() }
  } catch (error) {
    if (error instanceof CannotBeHad) return { missing: `${title} cannot be had here`, why: error.message }
    throw error
  }
}

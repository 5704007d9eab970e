// What every test file of this project uses: a suite that runs when its foreign tools can be had, against one broker of its own.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { Broker, brokerKind, type Properties } from './brokers/broker.ts'
import { progress } from './toolbox/cache.ts'
import { findTool, type ToolName, type Tools } from './toolbox/toolbox.ts'

interface Needs<Name extends ToolName> {
  readonly tools: readonly Name[]
  readonly properties?: Properties
}

/** The suite's broker: read its fields inside tests and hooks only, it starts before the first one. */
export interface SuiteBroker {
  readonly broker: Broker
  readonly bootstrap: string
  /** Writes a file for a tool to read; it goes with the suite. Resolves to its path. */
  file(name: string, text: string): Promise<string>
}

/**
 * A suite over one broker and the named tools. Where a tool cannot be had the whole suite is one test, skipped with the reason.
 */
export const interopSuite = async <Name extends ToolName>(
  title: string,
  needs: Needs<Name>,
  body: (suite: SuiteBroker, tools: Pick<Tools, Name>) => void,
): Promise<void> => {
  const tools: Partial<Tools> = {}
  const names = new Set<ToolName>(brokerKind === 'kafka' ? [...needs.tools, 'kafka'] : needs.tools)
  for (const name of names) {
    const found = await findTool(name)
    if (found.missing !== undefined) {
      progress(`${found.missing}: ${found.why}`)
      test(title, ({ skip }) => skip(found.missing))
      return
    }
    Object.assign(tools, { [name]: found.tool })
  }
  describe(`${title} (${brokerKind})`, () => {
    let broker: Broker | undefined
    let directory: string | undefined
    beforeAll(async () => {
      broker = await Broker.start(needs.properties)
    })
    afterAll(async () => {
      await broker?.[Symbol.asyncDispose]()
      if (directory !== undefined) await rm(directory, { recursive: true })
    })
    const started = () => {
      if (broker === undefined) throw new Error('The broker of this suite has not started.')
      return broker
    }
    const suite: SuiteBroker = {
      file: async (name, text) => {
        directory ??= await mkdtemp(join(tmpdir(), 'interop-files-'))
        await writeFile(join(directory, name), text)
        return join(directory, name)
      },
      get broker() {
        return started()
      },
      get bootstrap() {
        return started().bootstrap
      },
    }
    body(suite, tools as Pick<Tools, Name>)
  })
}

let names = 0
/** A topic or group name that no other test uses. */
export const fresh = (stem: string): string => `${stem}-${process.pid}-${++names}`

/** `count` values made by `make`. */
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** Groups `items` by what `key` says of each. */
export const groupBy = <T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> => Map.groupBy(items, key)

// From a storage URL to opened ports. The only place that knows adapters by name: a new one is one entry.
import { resolve } from 'node:path'
import { openFileStore } from '@jackdaw/adapter-file'
import { openMemoryCoordination, openMemoryStore } from '@jackdaw/adapter-memory'
import { nearest, resolveTopicConfig } from '@jackdaw/config'
import type { BrokerConfig } from '@jackdaw/config'
import type { Coordination, LogStore } from '@jackdaw/ports'
import { batchFraming } from '@jackdaw/protocol'
import { exitCode, Failure, messageOf } from './failure.ts'

export interface OpenStorage {
  /** The URL, with what was left out filled in. */
  readonly url: string
  readonly store: LogStore
  readonly coordination: Coordination
  close(): Promise<void>
}

interface Scheme {
  /** How a URL of it is written. */
  readonly form: string
  /** Named by who wants nothing to be kept: it passes jackdaw.durability.min. */
  readonly volatile?: true
  open(rest: string, config: BrokerConfig): Promise<Omit<OpenStorage, 'close'>>
}

const schemes: Readonly<Record<string, Scheme>> = {
  file: {
    form: 'file:DIR',
    open: async (rest, config) => {
      const directory = directoryOf(rest)
      const { logs, coordination } = await openFileStore({
        directory,
        framing: batchFraming,
        segmentBytes: config['log.segment.bytes'],
        segmentMs: resolveTopicConfig(new Map(), config)['segment.ms'],
      })
      return { url: `file:${directory}`, store: logs, coordination }
    },
  },
  memory: {
    form: 'memory:',
    volatile: true,
    open: async (rest) => {
      if (rest !== '') throw new Error('the memory of this process has no name; write "memory:"')
      return { url: 'memory:', store: openMemoryStore(), coordination: openMemoryCoordination() }
    },
  },
}

/** "file:DIR", "file:/DIR" and "file:///DIR" name a directory; "file://host/DIR" would name another machine’s. */
function directoryOf(rest: string): string {
  if (rest === '') throw new Error('it names no directory; write "file:DIR"')
  if (/^\/\/(?!\/)/.test(rest)) throw new Error('a directory of another machine cannot be opened; write "file:DIR"')
  return resolve(rest.replace(/^\/\/(?=\/)/, ''))
}

/** Where the logs are when nothing else is said: a directory. */
export function storageUrl(config: BrokerConfig): string {
  return config['jackdaw.storage'] ?? `file:${(config['log.dirs'] ?? config['log.dir'])[0]}`
}

/** Throws a Failure that says what there is, where the URL names nothing that can be opened or what it names is too weak. */
export async function openStorage(url: string, config: BrokerConfig): Promise<OpenStorage> {
  const durabilityMin = config['jackdaw.durability.min']
  const { scheme, rest } = schemeOf(url)
  const opened = await scheme.open(rest, config).catch((error: unknown) => {
    throw new Failure(exitCode.storage, `${url} cannot be opened: ${messageOf(error)}`, { cause: error })
  })
  const close = async () => {
    await opened.coordination[Symbol.asyncDispose]()
    await opened.store[Symbol.asyncDispose]()
  }
  const { durability, durabilityReason } = opened.store.supports
  if (durability < durabilityMin && !scheme.volatile) {
    await close()
    const asked = `jackdaw.durability.min is ${durabilityMin}`
    throw new Failure(exitCode.storage, `${url} is of durability ${durability} (${durabilityReason}), and ${asked}`)
  }
  return { ...opened, close }
}

function schemeOf(url: string): { scheme: Scheme; rest: string } {
  const [, name, rest = ''] = /^([a-z][a-z\d+.-]*):(.*)$/s.exec(url) ?? []
  if (name !== undefined && Object.hasOwn(schemes, name)) return { scheme: schemes[name]!, rest }
  const forms = Object.values(schemes).map(({ form }) => form)
  const meant = name === undefined ? `file:${url}` : schemes[nearest(name, Object.keys(schemes)) ?? '']?.form
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  throw new Failure(exitCode.storage, `There is no storage "${url}". There are: ${forms.join(', ')}.${hint}`)
}

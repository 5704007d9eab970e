// From the command line and a server.properties to a checked broker config.
import { readFile } from 'node:fs/promises'
import { parseBrokerConfig, parseProperties } from '@jackdaw/config'
import type { BrokerConfig } from '@jackdaw/config'
import { exitCode, Failure, messageOf } from './failure.ts'

/** What the command line says, each stronger than what is before it. */
export interface SettingsSource {
  /** A server.properties. */
  readonly config?: string | undefined
  /** Texts of the form key=value. */
  readonly set?: readonly string[] | undefined
  readonly listeners?: string | undefined
  readonly storage?: string | undefined
}

export interface Settings {
  readonly config: BrokerConfig
  /** The texts as they were given. */
  readonly given: ReadonlyMap<string, string>
  /** What was given and has no effect, with the reason. */
  readonly notes: readonly string[]
}

export async function readSettings(source: SettingsSource): Promise<Settings> {
  const given = source.config === undefined ? new Map<string, string>() : await readProperties(source.config)
  for (const text of source.set ?? []) {
    const { key, value } = splitAssignment(text)
    given.set(key, value)
  }
  if (source.listeners !== undefined) given.set('listeners', source.listeners)
  if (source.storage !== undefined) given.set('jackdaw.storage', source.storage)
  const outcome = parseBrokerConfig(given)
  if (outcome.kind === 'CONFIG') return { config: outcome.config, given, notes: outcome.notes }
  throw new Failure(exitCode.configuration, outcome.faults.map(({ message }) => message).join('\n'))
}

async function readProperties(path: string): Promise<Map<string, string>> {
  try {
    return parseProperties(await readFile(path, 'utf8'))
  } catch (error) {
    throw new Failure(exitCode.configuration, `${path} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

function splitAssignment(text: string): { key: string; value: string } {
  const at = text.indexOf('=')
  if (at > 0) return { key: text.slice(0, at).trim(), value: text.slice(at + 1) }
  throw new Failure(exitCode.usage, `--set ${text} is not of the form key=value`)
}

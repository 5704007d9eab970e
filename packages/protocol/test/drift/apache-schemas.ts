// Finds Apache Kafka's own message schemas and reads them: a folder or a jar named by JACKDAW_KAFKA_MESSAGES, else the folder
// kafka-messages beside this repository, else the jars of a Kafka release in `.cache`.
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readJar } from './jar.ts'

export interface ApacheField {
  readonly name: string
  readonly type: string
  readonly versions?: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly flexibleVersions?: string
  readonly tag?: number
  readonly default?: unknown
  readonly ignorable?: boolean
  readonly mapKey?: boolean
  readonly fields?: readonly ApacheField[]
}

export interface ApacheSchema {
  readonly type: 'request' | 'response' | 'header' | 'data' | 'metadata' | 'coordinator-key' | 'coordinator-value'
  readonly name: string
  readonly apiKey?: number
  readonly listeners?: readonly string[]
  readonly validVersions: string
  readonly flexibleVersions?: string
  readonly latestVersionUnstable?: boolean
  readonly fields?: readonly ApacheField[]
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly ApacheField[] }[]
}

export type Found =
  | { readonly from: string; readonly schemas: ReadonlyMap<string, ApacheSchema> }
  | { readonly missing: string }

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
/** The release that the schemas of this package follow. */
export const KAFKA_RELEASE = '4.3'
const FOLDERS = ['', 'group-coordinator', 'transaction-coordinator', 'share-coordinator', 'metadata', 'raft', 'streams']

export function findSchemas(): Found {
  const named = process.env['JACKDAW_KAFKA_MESSAGES']
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`JACKDAW_KAFKA_MESSAGES is ${named}, and there is no such folder or jar`)
    return statSync(named).isDirectory() ? fromFolder(named) : fromJars([named])
  }
  const beside = join(ROOT, '../shared/kafka-messages')
  if (existsSync(beside)) return fromFolder(beside)
  const jars = globSync(join(ROOT, `.cache/**/kafka-*-${KAFKA_RELEASE}.*.jar`))
  if (jars.some((jar) => /kafka-clients-[\d.]+\.jar$/.test(jar))) return fromJars(jars)
  return { missing: `no JACKDAW_KAFKA_MESSAGES, no ${beside}, no kafka-clients-${KAFKA_RELEASE}.*.jar under .cache` }
}

function fromFolder(folder: string): Found {
  const texts: string[] = []
  for (const part of FOLDERS.map((name) => join(folder, name)).filter((path) => existsSync(path))) {
    for (const file of readdirSync(part)) if (file.endsWith('.json')) texts.push(readFileSync(join(part, file), 'utf8'))
  }
  return { from: folder, schemas: byName(texts) }
}

function fromJars(paths: readonly string[]): Found {
  const wanted = (name: string): boolean => /^common\/(message|metadata)\/\w+\.json$/.test(name)
  const texts = paths.flatMap((path) => [...readJar(path, wanted).values()])
  return { from: paths.join(', '), schemas: byName(texts) }
}

function byName(texts: readonly string[]): Map<string, ApacheSchema> {
  const schemas = texts.map((text) => JSON.parse(withoutComments(text)) as ApacheSchema)
  return new Map(schemas.map((schema) => [schema.name, schema]))
}

/** Blanks comments and leaves strings alone, which may hold two slashes as well. */
export function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\/\/.*|\/\*[^]*?\*\//g, (token) => (token.startsWith('"') ? token : ' '))
}

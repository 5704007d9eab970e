// Client quotas (KIP-546): bounds for users, client ids, pairs of both, and addresses. A name that is null stands for all that
// have no quota of their own.

import { failed, OK, type Result } from './commands.ts'
import type { ClusterRec } from './records.ts'
import type { ClusterState } from './state.ts'

export interface QuotaEntityPart {
  readonly entityType: string
  readonly entityName: string | null
}

export type QuotaEntity = readonly QuotaEntityPart[]

export interface ClientQuota {
  readonly entity: QuotaEntity
  readonly values: Map<string, number>
}

export interface QuotaChanges {
  readonly entity: QuotaEntity
  readonly ops: readonly { readonly key: string; readonly value: number; readonly remove: boolean }[]
}

export interface QuotaFilter {
  readonly entityType: string
  /** 0: exactly `match`, 1: the default, 2: any. */
  readonly matchType: number
  readonly match: string | null
}

type Kind = 'whole' | 'any'

const clientKeys: Readonly<Record<string, Kind>> = {
  producer_byte_rate: 'whole',
  consumer_byte_rate: 'whole',
  request_percentage: 'any',
  controller_mutation_rate: 'any',
}
const ipKeys: Readonly<Record<string, Kind>> = { connection_creation_rate: 'whole' }

const ENTITY_TYPES: ReadonlySet<string> = new Set(['user', 'client-id', 'ip'])

/** The same for the same entity, in whatever order its parts came. */
export const quotaKey = (entity: QuotaEntity): string =>
  JSON.stringify(
    entity
      .map(({ entityType, entityName }) => [entityType, entityName] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  )

export const decideAlterQuotas = (
  entries: readonly QuotaChanges[],
): { readonly records: readonly ClusterRec[]; readonly answer: readonly Result[] } => {
  const records: ClusterRec[] = []
  const answer = entries.map(({ entity, ops }): Result => {
    const fault = entityFault(entity) ?? ops.map((op) => opFault(entity, op)).find((one) => one !== undefined)
    if (fault !== undefined) return failed('INVALID_REQUEST', fault)
    for (const { key, value, remove } of ops) {
      records.push({ type: 'ClientQuotaRecord', entity: [...entity], key, value: remove ? 0 : value, remove })
    }
    return OK
  })
  return { records, answer }
}

const entityFault = (entity: QuotaEntity): string | undefined => {
  const types = entity.map(({ entityType }) => entityType)
  if (types.length === 0) return 'A quota needs an entity.'
  const unknown = types.find((type) => !ENTITY_TYPES.has(type))
  if (unknown !== undefined) return `Quotas are for user, client-id and ip; there is no entity of type '${unknown}'.`
  if (new Set(types).size !== types.length) return 'The entity names one type twice.'
  if (types.includes('ip') && types.length > 1)
    return 'An address has quotas of its own, not together with users or client ids.'
  const empty = entity.find(({ entityName }) => entityName === '')
  if (empty !== undefined) return `The ${empty.entityType} of the entity is empty.`
  const address = entity.find(({ entityType }) => entityType === 'ip')?.entityName ?? null
  return address === null || looksLikeAddress(address) ? undefined : `'${address}' is not an IP address.`
}

const looksLikeAddress = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || (text.includes(':') && /^[\da-f:.]+$/i.test(text))

const opFault = (entity: QuotaEntity, { key, value, remove }: QuotaChanges['ops'][number]): string | undefined => {
  const keys = entity.some(({ entityType }) => entityType === 'ip') ? ipKeys : clientKeys
  const kind = Object.hasOwn(keys, key) ? keys[key] : undefined
  if (kind === undefined)
    return `There is no quota '${key}' for this entity; there are ${Object.keys(keys).join(', ')}.`
  if (remove) return undefined
  if (!(value > 0) || !Number.isFinite(value)) return `The quota ${key} must be greater than 0.`
  return kind === 'whole' && !Number.isInteger(value) ? `The quota ${key} must be a whole number.` : undefined
}

export const applyQuota = (
  state: ClusterState,
  { entity, key, value, remove }: Extract<ClusterRec, { type: 'ClientQuotaRecord' }>,
): void => {
  const id = quotaKey(entity)
  const quota = state.quotas.get(id) ?? { entity, values: new Map<string, number>() }
  if (remove) quota.values.delete(key)
  else quota.values.set(key, value)
  if (quota.values.size === 0) state.quotas.delete(id)
  else state.quotas.set(id, quota)
}

const [EXACT, DEFAULT, ANY] = [0, 1, 2]

/** The quotas that the filter lets through, or what is wrong with the filter. `strict`: no entities with further parts. */
export const findQuotas = (
  state: Readonly<ClusterState>,
  filters: readonly QuotaFilter[],
  strict: boolean,
): readonly ClientQuota[] | Result => {
  const fault = filterFault(filters)
  if (fault !== undefined) return failed('INVALID_REQUEST', fault)
  return [...state.quotas.values()].filter(
    ({ entity }) =>
      (!strict || entity.length === filters.length) &&
      filters.every((filter) => entity.some((part) => part.entityType === filter.entityType && matches(part, filter))),
  )
}

const matches = ({ entityName }: QuotaEntityPart, { matchType, match }: QuotaFilter): boolean =>
  matchType === ANY || entityName === (matchType === DEFAULT ? null : match)

const filterFault = (filters: readonly QuotaFilter[]): string | undefined => {
  const types = filters.map(({ entityType }) => entityType)
  const unknown = types.find((type) => !ENTITY_TYPES.has(type))
  if (unknown !== undefined) return `There is no entity of type '${unknown}'.`
  if (new Set(types).size !== types.length) return 'The filter names one entity type twice.'
  if (types.includes('ip') && types.length > 1) return 'Addresses are not asked for together with users or client ids.'
  const odd = filters.find(
    ({ matchType, match }) => ![EXACT, DEFAULT, ANY].includes(matchType) || (matchType === EXACT) !== (match !== null),
  )
  return odd === undefined
    ? undefined
    : `The filter for ${odd.entityType} says match type ${odd.matchType} with '${odd.match}'.`
}

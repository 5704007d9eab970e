// Which quota holds for a client, in Kafka's order: that of the user and client id together, then the user's, then the client
// id's, and of each the one by name before the default.

import { quotaKey, type ClientQuota, type QuotaEntity } from '../cluster/quotas.ts'

export interface QuotaClient {
  readonly user: string
  readonly clientId: string
}

export interface QuotaInForce {
  readonly bound: number
  /** Clients of the same scope share the bound: a user's clients, a client id's, or those of one pair. */
  readonly scope: string
}

type Level = (client: QuotaClient) => { readonly entity: QuotaEntity; readonly scope: readonly string[] }

const user = (entityName: string | null) => ({ entityType: 'user', entityName })
const id = (entityName: string | null) => ({ entityType: 'client-id', entityName })

const levels: readonly Level[] = [
  (of) => ({ entity: [user(of.user), id(of.clientId)], scope: [of.user, of.clientId] }),
  (of) => ({ entity: [user(of.user), id(null)], scope: [of.user, of.clientId] }),
  (of) => ({ entity: [user(of.user)], scope: [of.user, ''] }),
  (of) => ({ entity: [user(null), id(of.clientId)], scope: [of.user, of.clientId] }),
  (of) => ({ entity: [user(null), id(null)], scope: [of.user, of.clientId] }),
  (of) => ({ entity: [user(null)], scope: [of.user, ''] }),
  (of) => ({ entity: [id(of.clientId)], scope: ['', of.clientId] }),
  (of) => ({ entity: [id(null)], scope: ['', of.clientId] }),
]

/** New connections per second that an address may make; undefined where it has no quota. */
export const connectionRateOf = (quotas: ReadonlyMap<string, ClientQuota>, address: string): number | undefined => {
  const bound = (entityName: string | null) =>
    quotas.get(quotaKey([{ entityType: 'ip', entityName }]))?.values.get('connection_creation_rate')
  return bound(address) ?? bound(null)
}

/** The quota `key` (producer_byte_rate, …) of a client; undefined where it has none. */
export const quotaInForce = (
  quotas: ReadonlyMap<string, ClientQuota>,
  key: string,
  client: QuotaClient,
): QuotaInForce | undefined => {
  for (const level of levels) {
    const { entity, scope } = level(client)
    const bound = quotas.get(quotaKey(entity))?.values.get(key)
    if (bound !== undefined) return { bound, scope: JSON.stringify([key, ...scope]) }
  }
  return undefined
}

// Objects: a bucket or a directory. Tiered logs and leases are built once above it, never in an adapter.

/** Identity of one stored version of an object, as the store names it. */
export type Etag = string & { readonly etag: unique symbol }

export type PutOutcome =
  | { readonly kind: 'PUT'; readonly etag: Etag }
  | { readonly kind: 'CONFLICT' }
  | { readonly kind: 'UNKNOWN'; readonly cause: unknown }

export interface StoredObject {
  readonly etag: Etag
  readonly bytes: Uint8Array
}

export interface Objects extends AsyncDisposable {
  /** `only: 'absent'` creates or answers CONFLICT; an etag replaces exactly that version or answers CONFLICT. */
  put(key: string, bytes: readonly Uint8Array[], only?: 'absent' | Etag): Promise<PutOutcome>
  /** `undefined` where there is no such object. The range is [from, to) in bytes. */
  get(key: string, range?: { readonly from: number; readonly to: number }): Promise<StoredObject | undefined>
  /** Idempotent. */
  delete(keys: readonly string[]): Promise<void>
  /** Keys in ascending order. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly size: number }>
}

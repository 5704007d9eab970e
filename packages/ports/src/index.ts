export type { Cancel, Clock, Random } from './clock.ts'
export type { Coordination, Hold, Holder } from './coordination.ts'
export type { Etag, Objects, PutOutcome, StoredObject } from './objects.ts'
export { CorruptLog, OFFSET_LIMIT } from './log-store.ts'
export type {
  Appended,
  ChangeOutcome,
  Conflict,
  Done,
  DurabilityClass,
  Entry,
  EntryInfo,
  Fenced,
  Frame,
  Framing,
  Full,
  LogEnds,
  LogId,
  LogStore,
  LogStoreSupports,
  Missing,
  Opened,
  Opening,
  Outcome,
  Snapshot,
  Unknown,
} from './log-store.ts'

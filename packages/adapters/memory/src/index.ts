export { openMemoryCoordination } from './coordination.ts'
export type { MemoryCoordination, MemoryCoordinationOptions } from './coordination.ts'
export { MemoryDisk } from './disk.ts'
export type { MemoryDiskOptions, StoredHold, StoredRole } from './disk.ts'
export { BackendUnreachable, ScriptedFaults } from './faults.ts'
export type {
  AppendFault,
  CallFault,
  CoordinationCall,
  CoordinationFaults,
  LogStoreCall,
  LogStoreFaults,
} from './faults.ts'
export type { StoredEntry, StoredLog } from './log.ts'
export { openMemoryStore } from './log-store.ts'
export type { MemoryStore, MemoryStoreOptions } from './log-store.ts'
export { systemClock, systemRandom } from './system.ts'
export { StoreClosed } from './wire.ts'

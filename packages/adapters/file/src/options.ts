// What can be set about a file store, and what it is by default.
import type { Framing } from '@jackdaw/ports'
import type { FileSystem } from './files.ts'
import { realFiles } from './files.ts'

export interface FileStoreOptions {
  /** The data directory. Made where it is absent; refused where something else than a store is in it. One process at a time. */
  readonly directory: string
  /** Finds entry boundaries in the segment files, which hold nothing but the caller's bytes. */
  readonly framing: Framing
  /**
   * `power` (default): an append is acknowledged when its bytes are on the device, so it survives a power cut (D3). `os`: when
   * the operating system has them: it survives a kill of the process (D2), not a power cut.
   */
  readonly durability?: 'power' | 'os'
  /** A log begins a new segment file where its last one would grow above this. Default 1 GiB. */
  readonly segmentBytes?: number
  /** And where its last one is older than this, in milliseconds. Default 7 days. */
  readonly segmentMs?: number
  /** Size of a journal file. Default 64 MiB. At least 256 KiB. */
  readonly journalFileBytes?: number
  /** Journal files at most. Default 4. Where all are full, appends wait for a checkpoint. */
  readonly journalFiles?: number
  /** Bytes of one log's append from which on they go straight to the segment and not through the journal. Default 128 KiB. */
  readonly directBytes?: number
  /** Memory for what the journal alone holds, before it is written to the segments. Default 32 MiB. */
  readonly tailBytes?: number
  /** A checkpoint after so many bytes that went straight to segments: what a start after a crash reads again. Default 256 MiB. */
  readonly checkpointBytes?: number
  /** Segment files that are kept open. Default 512. */
  readonly openFiles?: number
  /** Milliseconds since the epoch, for `segmentMs`. Default: the machine's clock. */
  readonly wall?: () => number
  /** Default: the machine's own. */
  readonly files?: FileSystem
}

export type Settings = Required<FileStoreOptions>

const MiB = 1024 * 1024
const smallestJournalFile = 256 * 1024
/** Kafka's positions in a segment are int32. */
const largestSegment = 0x7fff_ffff

export function settingsOf(options: FileStoreOptions): Settings {
  const settings: Settings = {
    durability: 'power',
    segmentBytes: 1024 * MiB,
    segmentMs: 7 * 24 * 3600 * 1000,
    journalFileBytes: 64 * MiB,
    journalFiles: 4,
    directBytes: 128 * 1024,
    tailBytes: 32 * MiB,
    checkpointBytes: 256 * MiB,
    openFiles: 512,
    wall: Date.now,
    files: realFiles,
    ...definedOf(options),
  }
  const { journalFileBytes, journalFiles, segmentBytes } = settings
  if (journalFileBytes < smallestJournalFile)
    throw new RangeError(`journalFileBytes is ${journalFileBytes}; it has to be at least ${smallestJournalFile}`)
  if (journalFiles < 2) throw new RangeError(`journalFiles is ${journalFiles}; it has to be at least 2`)
  // What goes through the journal has to fit into half a file of it.
  const directBytes = Math.min(settings.directBytes, journalFileBytes >> 2)
  return { ...settings, directBytes, segmentBytes: Math.min(segmentBytes, largestSegment) }
}

function definedOf(options: FileStoreOptions): FileStoreOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as FileStoreOptions
}

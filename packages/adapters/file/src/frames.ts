// Walking over entry boundaries with the caller's Framing.
import type { Entry, EntryInfo, Framing } from '@jackdaw/ports'

/** An entry cannot be found again in its own bytes: a mistake of the caller, met before anything is stored. */
export class NotFramed extends TypeError {
  override readonly name = 'NotFramed'
}

/** What stands in `bytes` from `at` on; undefined at their end, TORN where the entry is not all there. */
export function frameAt(framing: Framing, bytes: Uint8Array, at: number): EntryInfo | 'TORN' | 'CORRUPT' | undefined {
  if (at >= bytes.length) return undefined
  const frame = framing.frame(bytes.subarray(at), false)
  if (typeof frame === 'string') return frame
  return frame.size > bytes.length - at ? 'TORN' : frame
}

/** The frames that an entry consists of. Throws {@link NotFramed} where its bytes are not whole frames within its offsets. */
export function framesOf(framing: Framing, entry: Entry): EntryInfo[] {
  const frames: EntryInfo[] = []
  let offset = entry.at
  for (const part of inWholeFrames(framing, entry.bytes)) {
    for (let at = 0; at < part.length;) {
      const frame = frameAt(framing, part, at)
      if (typeof frame !== 'object' || frame.at < offset || frame.next > entry.next || frame.next <= frame.at) {
        throw new NotFramed(
          `the entry [${entry.at}, ${entry.next}) does not consist of whole frames in order of offset`,
        )
      }
      frames.push(frame)
      offset = frame.next
      at += frame.size
    }
  }
  if (frames.length === 0) throw new NotFramed(`the entry [${entry.at}, ${entry.next}) has no bytes`)
  return frames
}

/** The parts as they are where each holds whole frames, which is the rule; else all of them in one piece. */
function inWholeFrames(framing: Framing, parts: readonly Uint8Array[]): readonly Uint8Array[] {
  if (parts.length <= 1) return parts
  for (const part of parts) {
    let at = 0
    while (at < part.length) {
      const frame = frameAt(framing, part, at)
      if (typeof frame !== 'object') return [Buffer.concat(parts)]
      at += frame.size
    }
  }
  return parts
}

/** Whether every offset of [at, next) is in one of the frames. */
export function isDense(entry: Pick<Entry, 'at' | 'next'>, frames: readonly EntryInfo[]): boolean {
  let offset = entry.at
  for (const frame of frames) {
    if (frame.at !== offset) return false
    offset = frame.next
  }
  return offset === entry.next
}

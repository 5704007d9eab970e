// The entries that the suite writes: frames that describe themselves, as record batches do, so that a store which keeps
// nothing but its caller's bytes can find their boundaries (`testFraming`) and the suite can tell what it was handed back.
//
// A frame: magic (4 bytes), payload length (4), at, next, time (8 each), checksum of the header (4), of the payload (4).

import { crc32 } from 'node:zlib'
import type { Entry, EntryInfo, Frame, Framing } from '@jackdaw/ports'

const MAGIC = 0x4a64_4c67
export const FRAME_HEADER_BYTES = 40

export interface FrameSpec {
  readonly at: number
  /** Default: one offset. */
  readonly next?: number
  /** Default: the offset. */
  readonly time?: number
  /** Default 21, which makes a frame of 61 bytes, the size of an empty record batch. */
  readonly payloadBytes?: number
  /** Frames of one size and another seed differ in their payload. Default 1. */
  readonly seed?: number
}

/** One entry of one or several frames, each of which begins where the one before it ends or later. */
export function testEntry(...frames: readonly [FrameSpec, ...FrameSpec[]]): Entry {
  const bytes = frames.map(testFrame)
  const infos = bytes.map((frame) => testFraming.frame(frame, false) as EntryInfo)
  return { at: infos[0]!.at, next: infos.at(-1)!.next, time: Math.max(...infos.map(({ time }) => time)), bytes }
}

function testFrame({ at, next = at + 1, time = at, payloadBytes = 21, seed = 1 }: FrameSpec): Uint8Array {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payloadBytes)
  fill(frame.subarray(FRAME_HEADER_BYTES), seed)
  frame.writeUInt32BE(MAGIC, 0)
  frame.writeUInt32BE(payloadBytes, 4)
  frame.writeDoubleBE(at, 8)
  frame.writeDoubleBE(next, 16)
  frame.writeDoubleBE(time, 24)
  frame.writeUInt32BE(crc32(frame.subarray(0, 32)), 32)
  frame.writeUInt32BE(crc32(frame.subarray(FRAME_HEADER_BYTES)), 36)
  return frame
}

/** Every value of a byte once, as far as there is room, then noise that no compression or text decoding survives unseen. */
function fill(payload: Uint8Array, seed: number): void {
  let state = Math.imul(seed, 0x9e37_79b1) | 1
  for (let i = 0; i < payload.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    payload[i] = i < 256 ? i ^ seed : state
  }
}

/** Finds the boundaries of the suite's entries. For a store that needs a {@link Framing}. */
export const testFraming: Framing = {
  headerBytes: FRAME_HEADER_BYTES,
  frame(bytes: Uint8Array, verify: boolean): Frame {
    if (bytes.length < FRAME_HEADER_BYTES) return 'TORN'
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    if (view.readUInt32BE(0) !== MAGIC || crc32(view.subarray(0, 32)) !== view.readUInt32BE(32)) return 'CORRUPT'
    const size = FRAME_HEADER_BYTES + view.readUInt32BE(4)
    if (verify) {
      if (bytes.length < size) return 'TORN'
      if (crc32(view.subarray(FRAME_HEADER_BYTES, size)) !== view.readUInt32BE(36)) return 'CORRUPT'
    }
    return { at: view.readDoubleBE(8), next: view.readDoubleBE(16), time: view.readDoubleBE(24), size }
  },
}

/** The frames in an entry's bytes. Throws where something else is in them. */
export function framesOf(bytes: readonly Uint8Array[]): EntryInfo[] {
  const whole = Buffer.concat(bytes)
  const frames: EntryInfo[] = []
  for (let position = 0; position < whole.length; position += frames.at(-1)!.size) {
    const frame = testFraming.frame(whole.subarray(position), true)
    if (typeof frame === 'string') throw new Error(`the bytes at ${position} of ${whole.length} are ${frame}`)
    frames.push(frame)
  }
  return frames
}

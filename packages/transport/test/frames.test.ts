import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FrameReader, FrameTooLarge } from '../src/frames.ts'

const framed = (body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** The frames that come out of these chunks. */
const read = (chunks: readonly Buffer[], maxFrameBytes = 1000): Buffer[] => {
  const frames: Buffer[] = []
  const reader = new FrameReader({ maxFrameBytes }, (frame) => frames.push(frame))
  for (const chunk of chunks) reader.push(chunk)
  return frames
}

test('frames come out whole, wherever the stream was cut', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 })
  const cuts = fc.array(fc.nat(600), { maxLength: 20 })
  fc.assert(
    fc.property(bodies, cuts, (sent, at) => {
      const stream = Buffer.concat(sent.map(framed))
      const places = [0, ...at.filter((cut) => cut < stream.length).toSorted((a, b) => a - b), stream.length]
      const chunks = places.slice(1).map((end, i) => stream.subarray(places[i], end))
      expect(read(chunks).map((frame) => [...frame])).toEqual(sent.map((body) => [...body]))
    }),
  )
})

test('a frame that lies in one chunk is a slice of it', () => {
  const chunk = framed(Buffer.from('abc'))
  expect(read([chunk])[0]?.buffer).toBe(chunk.buffer)
})

test('a length above the cap is refused before anything is kept for it', () => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(1001)
  expect(() => read([length])).toThrow(FrameTooLarge)
  expect(() => read([Buffer.from([0xff, 0xff, 0xff, 0xff])])).toThrow(FrameTooLarge)
})

export { FrameReader, FrameTooLarge, type FrameLimits } from './frames.ts'
export type { ByteStream, Endpoint, Listening, Network } from './stream.ts'
export { systemClock, systemRandom } from './system.ts'
export { tcp } from './tcp.ts'

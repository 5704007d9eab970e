export type { ByteStream, Endpoint, Listening, Network } from './stream.ts'

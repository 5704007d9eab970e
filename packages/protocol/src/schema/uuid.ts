// Uuids as Kafka's tools print them: 16 bytes in url-safe base64 without padding, 22 characters.
import { EncodeError } from './errors.ts'

/** What Kafka calls "no id": an absent topic id, directory or voter. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SEXTETS = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) SEXTETS[ALPHABET.charCodeAt(i)] = i

/** True for the one spelling each uuid has: the last character carries two bits, the other four of it are zero. */
export function isUuid(text: string): boolean {
  if (text.length !== 22) return false
  for (let i = 0; i < 22; i++) {
    const code = text.charCodeAt(i)
    if (code > 127 || SEXTETS[code]! < 0) return false
  }
  return (SEXTETS[text.charCodeAt(21)]! & 15) === 0
}

/** Writes the 16 bytes of `text` into `into`, from `at`. Throws EncodeError where `text` is not a uuid. */
export function writeUuid(into: Uint8Array, at: number, text: string): void {
  if (typeof text !== 'string' || !isUuid(text)) {
    throw new EncodeError(`'${text}' is not a uuid: 22 characters of url-safe base64 are`)
  }
  let out = at
  let bits = 0
  let held = 0
  for (let i = 0; i < 22; i++) {
    held = (held << 6) | SEXTETS[text.charCodeAt(i)]!
    bits += 6
    if (bits < 8) continue
    bits -= 8
    into[out++] = held >> bits
    held &= (1 << bits) - 1
  }
}

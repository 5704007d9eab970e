// What the codecs throw. A path grows while the error travels up (`topics[3].partitions[0].records`), so that the hot path
// carries no bookkeeping.

abstract class CodecError extends Error {
  readonly reason: string
  /** Where in the message: `ProduceRequest v9.topicData[0].name`. */
  path = ''

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }

  /** Says that what failed lies inside `step`: a field, an index in brackets, or a message. */
  within(step: string): this {
    const joint = this.path === '' || this.path.startsWith('[') ? '' : '.'
    this.path = step + joint + this.path
    this.message = `${this.path}: ${this.reason}`
    return this
  }
}

/** Bytes that are not what they claim to be. The connection or file they came from cannot be trusted any further. */
export class DecodeError extends CodecError {
  override readonly name = 'DecodeError'
}

/** A value that the asked version of a message cannot say: our caller's mistake, nothing has been sent. */
export class EncodeError extends CodecError {
  override readonly name = 'EncodeError'
}

/** For catch blocks: adds the step where the error is one of ours, and hands it back to be thrown again. */
export function within(error: unknown, step: string): unknown {
  return error instanceof CodecError ? error.within(step) : error
}

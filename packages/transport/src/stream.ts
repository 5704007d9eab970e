// What a socket is to us. TCP and TLS (tcp.ts) and the in-memory pipe of @jackdaw/testing are its implementations.

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** A two-way stream of bytes. Callbacks are set once, by whoever the stream is handed to, before it yields to the event loop. */
export interface ByteStream {
  readonly remote: Endpoint
  readonly local: Endpoint
  /** Bytes written but not yet taken by the peer's side. */
  readonly queuedBytes: number
  onData(receive: (chunk: Buffer) => void): void
  /** Called exactly once, whoever closed. `error` is set where it did not end in good order. */
  onClose(closed: (error?: Error) => void): void
  /** Called when what was queued has gone out, after `write` returned false. */
  onDrain(drained: () => void): void
  /**
   * Gathers the chunks into one write; false when enough is queued that the caller should wait for `onDrain`. The chunks
   * must not be changed before `written` is called (it is also called when the stream closes first).
   */
  write(chunks: readonly Uint8Array[], written?: () => void): boolean
  /** Stops and resumes the delivery of data: back pressure. */
  pause(): void
  resume(): void
  /** Closes after what was written has gone out. */
  end(): void
  /** Closes now. */
  destroy(): void
}

export interface Listening {
  /** The port that was really bound, where 0 was asked for. */
  readonly endpoint: Endpoint
  /** Stops accepting. Streams that are open stay open. */
  close(): Promise<void>
}

/** Where streams come from. */
export interface Network {
  /** Rejects with the system's error where the address cannot be bound. */
  listen(at: Endpoint, accept: (stream: ByteStream) => void): Promise<Listening>
  connect(to: Endpoint, options?: { readonly timeoutMs?: number }): Promise<ByteStream>
}

// What the broker says to people. pino's loggers have this shape.

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void

export interface Logger {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

const nothing: Write = () => undefined
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

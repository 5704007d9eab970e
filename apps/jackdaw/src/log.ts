// The daemon's log: one JSON object a line in the field names of the Elastic Common Schema, or lines for people where they
// look on. No worker and no transport: what was logged is written.
import { pino, stdSerializers } from 'pino'
import type { DestinationStream, Logger } from 'pino'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export type { Logger }

/** Colours and short lines where `stream` is a terminal. */
export async function openLog(level: LogLevel, stream: NodeJS.WriteStream): Promise<Logger> {
  return makeLog(level, stream.isTTY ? await forPeople(stream) : stream)
}

export function makeLog(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      messageKey: 'message',
      errorKey: 'error',
      serializers: { error: stdSerializers.errWithCause },
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ 'log.level': label }) },
    },
    destination,
  )
}

async function forPeople(stream: NodeJS.WriteStream): Promise<DestinationStream> {
  // Loaded only where somebody looks on: it is slower to load than the rest of the command.
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    destination: stream,
    sync: true,
    messageKey: 'message',
    errorLikeObjectKeys: ['error'],
    timestampKey: '@timestamp',
    levelKey: 'log.level',
    translateTime: 'SYS:HH:MM:ss.l',
    colorize: stream.hasColors?.() ?? false,
  })
}

// `jackdaw serve`: a broker in this process, from its settings to its last signal.
import { startBroker } from '@jackdaw/broker'
import type { Broker } from '@jackdaw/broker'
import { systemClock, systemRandom, tcp } from '@jackdaw/transport'
import { exitCode, Failure, messageOf, systemCode } from './failure.ts'
import { openLog } from './log.ts'
import type { Logger, LogLevel } from './log.ts'
import { onBothLoopbacks } from './loopback.ts'
import { readSettings } from './settings.ts'
import type { Settings, SettingsSource } from './settings.ts'
import { stopSignals } from './stop.ts'
import { openStorage, storageUrl } from './storage.ts'
import type { OpenStorage } from './storage.ts'

export interface ServeOptions extends SettingsSource {
  readonly logLevel: LogLevel
}

/** Serves until a signal, then puts everything away. The exit code is the answer; a Failure is what kept it from starting. */
export async function serve(options: ServeOptions): Promise<number> {
  const signals = stopSignals((signal) => {
    process.stderr.write(`${signal} came again: stopping at once.\n`)
    process.exit(exitCode.forced)
  })
  try {
    const settings = await readSettings(options)
    const log = await openLog(options.logLevel, process.stdout)
    for (const note of settings.notes) log.warn(note)
    const storage = await openStorage(storageUrl(settings.config), settings.config)
    try {
      const broker = await start(settings, storage, log)
      announce(broker, storage, log)
      log.info(`${await signals.asked}: stopping`)
      await broker.close()
    } finally {
      await storage.close()
    }
    log.info('stopped')
    return exitCode.done
  } finally {
    signals.dispose()
  }
}

async function start({ config, given }: Settings, storage: OpenStorage, log: Logger): Promise<Broker> {
  try {
    return await startBroker({
      config,
      staticConfigs: given,
      store: storage.store,
      coordination: storage.coordination,
      network: onBothLoopbacks(tcp),
      clock: systemClock,
      random: systemRandom,
      log,
    })
  } catch (error) {
    throw addressFailure(error) ?? error
  }
}

const addressHints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. Stop it, or choose another port: --listeners PLAINTEXT://localhost:9093',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'this user may not listen there (ports below 1024 are the system’s)',
  ENOTFOUND: 'that name has no address',
}

function addressFailure(error: unknown): Failure | undefined {
  const code = systemCode(error) ?? ''
  const isListening =
    error instanceof Error && 'syscall' in error && ['listen', 'getaddrinfo'].includes(String(error.syscall))
  if (!isListening) return undefined
  const { address, hostname, port } = error as { address?: string; hostname?: string; port?: number }
  const where = `${address ?? hostname ?? ''}:${port ?? ''}`
  return new Failure(exitCode.address, `Cannot listen on ${where}: ${addressHints[code] ?? messageOf(error)}`, {
    cause: error,
  })
}

function announce({ nodeId, clusterId, listeners }: Broker, { url, store }: OpenStorage, log: Logger): void {
  const bootstrap = listeners.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
  const { durability, durabilityReason } = store.supports
  // Counted from the start of this process, so that loading is part of it.
  const startMs = Math.round(performance.now())
  log.info(
    { nodeId, clusterId, bootstrap, storage: url, durability, durabilityReason, startMs },
    `Ready in ${startMs} ms. Bootstrap: ${bootstrap.join(',')}. Data: ${url}, durability ${durability} (${durabilityReason})`,
  )
}

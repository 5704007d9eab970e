// What the configs say about connections. Read anew each time, since most of it may change while the broker runs.

import type { BrokerConfig } from '@jackdaw/config'
import type { RateWindows } from '@jackdaw/core'

import type { ListenersOptions } from './listeners.ts'

/** Bytes of requests that are worked on at once, of one connection. */
const CONNECTION_BYTES = 64 * 1024 * 1024
/** And of all together, where `queued.max.request.bytes` leaves it to the broker. */
const QUEUED_BYTES = 512 * 1024 * 1024

/** What the rates are taken over that quotas bound. */
export const quotaWindows = (config: BrokerConfig): RateWindows => ({
  samples: config['quota.window.num'],
  windowMs: config['quota.window.size.seconds'] * 1000,
})

export const connectionLimits = (
  config: () => BrokerConfig,
  addressRate: (address: string) => number,
): Pick<ListenersOptions, 'limits' | 'admission' | 'maxQueuedBytes'> => {
  const queued = config()['queued.max.request.bytes']
  return {
    limits: {
      maxFrameBytes: config()['socket.request.max.bytes'],
      maxInFlight: config()['queued.max.requests'],
      maxInFlightBytes: CONNECTION_BYTES,
      maxIdleMs: config()['connections.max.idle.ms'],
    },
    maxQueuedBytes: queued > 0 ? queued : QUEUED_BYTES,
    admission: () => {
      const now = config()
      return {
        maxConnections: now['max.connections'],
        maxConnectionsPerIp: now['max.connections.per.ip'],
        perIpOverrides: now['max.connections.per.ip.overrides'],
        maxCreationRate: now['max.connection.creation.rate'],
        addressRate,
        windows: quotaWindows(now),
      }
    },
  }
}

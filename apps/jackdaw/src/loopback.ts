// "localhost" is two addresses, and which one a client tries first is its own affair: whoever listens on the name listens on
// both, on one port.
import type { ByteStream, Endpoint, Listening, Network } from '@jackdaw/transport'
import { systemCode } from './failure.ts'

export function onBothLoopbacks(network: Network): Network {
  return {
    connect: (to, options) => network.connect(to, options),
    listen: (at, accept) => (at.host === 'localhost' ? listenOnBoth(network, at, accept) : network.listen(at, accept)),
  }
}

async function listenOnBoth(network: Network, at: Endpoint, accept: (stream: ByteStream) => void): Promise<Listening> {
  const four = await network.listen({ host: '127.0.0.1', port: at.port }, accept)
  const six = await listenWhereThereIs(network, { host: '::1', port: four.endpoint.port }, accept).catch(
    async (error: unknown) => {
      await four.close()
      throw error
    },
  )
  return {
    endpoint: { host: at.host, port: four.endpoint.port },
    close: async () => {
      await Promise.all([four.close(), six?.close()])
    },
  }
}

/** A machine may have no IPv6. */
async function listenWhereThereIs(
  network: Network,
  at: Endpoint,
  accept: (stream: ByteStream) => void,
): Promise<Listening | undefined> {
  try {
    return await network.listen(at, accept)
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

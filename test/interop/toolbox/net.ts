// Ports of the loopback interface, and whether a broker answers on one.

import { createServer, connect } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Ports that were free a moment ago, all different. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

const listenAnywhere = () =>
  new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })

// ApiVersions v0, correlation id 7, no client id: the one request that every Kafka broker of any age answers.
const apiVersionsRequest = Buffer.from('0000000a' + '0012' + '0000' + '00000007' + 'ffff', 'hex')

/** True if something at `port` answers ApiVersions within a second. */
export const answersApiVersions = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(1000, () => settle(false))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
    socket.once('connect', () => socket.write(apiVersionsRequest))
    socket.once('data', (bytes) => settle(bytes.length >= 8 && bytes.readInt32BE(4) === 7))
  })

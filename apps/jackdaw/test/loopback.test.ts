import type { Endpoint, Network } from '@jackdaw/transport'
import { expect, test } from 'vitest'
import { onBothLoopbacks } from '../src/index.ts'

/** A network that notes what is listened on; `fail` says which host cannot be. */
function noting(fail: Readonly<Record<string, string>> = {}) {
  const open: string[] = []
  const network: Network = {
    connect: () => Promise.reject(new Error('not asked for')),
    listen: (at: Endpoint) => {
      const code = fail[at.host]
      if (code !== undefined) return Promise.reject(Object.assign(new Error(code), { code }))
      const endpoint = { host: at.host, port: at.port || 5000 }
      open.push(`${endpoint.host} ${endpoint.port}`)
      const close = () => Promise.resolve(void open.splice(open.indexOf(`${endpoint.host} ${endpoint.port}`), 1))
      return Promise.resolve({ endpoint, close })
    },
  }
  return { open, network: onBothLoopbacks(network) }
}

test('localhost is both loopback addresses on one port, and closes as one', async () => {
  const { open, network } = noting()
  const listening = await network.listen({ host: 'localhost', port: 0 }, () => undefined)
  expect(listening.endpoint).toEqual({ host: 'localhost', port: 5000 })
  expect(open).toEqual(['127.0.0.1 5000', '::1 5000'])
  await listening.close()
  expect(open).toEqual([])
})

test('another host is only itself', async () => {
  const { open, network } = noting()
  await network.listen({ host: '127.0.0.1', port: 1 }, () => undefined)
  expect(open).toEqual(['127.0.0.1 1'])
})

test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])('a machine without IPv6 (%s) listens on IPv4', async (code) => {
  const { open, network } = noting({ '::1': code })
  const listening = await network.listen({ host: 'localhost', port: 7 }, () => undefined)
  expect(open).toEqual(['127.0.0.1 7'])
  await listening.close()
})

test('where the port is taken on one of them, neither is listened on', async () => {
  const { open, network } = noting({ '::1': 'EADDRINUSE' })
  await expect(network.listen({ host: 'localhost', port: 7 }, () => undefined)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
  expect(open).toEqual([])
})

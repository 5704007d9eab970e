import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'
import { stopSignals } from '../src/stop.ts'

test('a signal long after the first forces, an echo does not, and nothing is left behind', async () => {
  const now = vi.spyOn(performance, 'now')
  const target = new EventEmitter()
  const forced: string[] = []
  const { asked, dispose } = stopSignals((signal) => forced.push(signal), target)
  now.mockReturnValue(1000)
  target.emit('SIGINT', 'SIGINT')
  now.mockReturnValue(1400)
  target.emit('SIGINT', 'SIGINT')
  expect(await asked).toBe('SIGINT')
  expect(forced).toEqual([])
  now.mockReturnValue(1600)
  target.emit('SIGTERM', 'SIGTERM')
  expect(forced).toEqual(['SIGTERM'])
  dispose()
  expect(target.eventNames()).toEqual([])
  now.mockRestore()
})

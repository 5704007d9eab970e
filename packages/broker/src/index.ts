// The broker, without any storage and without a process around it.

export { startBroker, type Broker, type BrokerOptions } from './broker.ts'
export type { ListenerAddress } from './connections/listeners.ts'
export { silentLogger, type Logger } from './log.ts'

// Keys of the configuration tables that nothing reads yet, each with the reason. configs.test.ts fails for a key that nothing
// reads and is not here, and for one that is here and read.

export const unreadConfigs: Readonly<Record<string, string>> = {
  'broker.id': 'packages/config makes it node.id',
  'listener.security.protocol.map': 'packages/config checks listeners against it',
}

// The module that `jackdaw-conformance` is given.

import { coordinationFactory, logStoreFactory } from './conformance-factory.ts'

export const logStore = logStoreFactory({})
export const coordination = coordinationFactory()

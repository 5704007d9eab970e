// A share of the million for everything that turns bytes into values.
import { testTarget } from './suite.ts'

testTarget('requests', 'every frame is a request or a DecodeError, and means the same after a trip')
testTarget('responses', 'every frame is a response or a DecodeError, and means the same after a trip')
testTarget('state', 'every record and blob is one or a DecodeError, and means the same after a trip')
testTarget('batches', 'every batch is refused by value or by RecordBatchError, or holds what it says, within its cap')

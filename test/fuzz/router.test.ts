// A share of the million for the whole broker, beside the decoders: vitest runs the two files at once.
import { testTarget } from './suite.ts'

testTarget('router', 'the broker answers what can be understood, closes on what cannot, and stays healthy')

import { testTarget } from './suite.ts'

testTarget('router', 'the broker answers what can be understood, closes on what cannot, and stays healthy')

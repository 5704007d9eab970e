#!/usr/bin/env node
import { main } from '@jackdaw/conformance/cli'

process.exitCode = await main(process.argv.slice(2))
